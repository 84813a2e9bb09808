"""Choices shown to a friend: by the person alone, to whoever scans the code, for minutes; then nothing is left."""

import re
from datetime import datetime, timedelta

import pytest
from sqlmodel import select, update

from eventkit.clock import now
from eventkit.event.roles import at_the_machine
from eventkit.market import showing
from eventkit.privacy import erasure, sealing
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Showing
from tests.world.builders import a_pitch, an_event, close
from tests.world.phone import Page, Phone
from tests.world.visitors import Phones, joined, organiser, voted


@pytest.fixture
def event(database: Database) -> Event:
    """An event without pitches."""
    return an_event(database)[0]


@pytest.fixture
def ada(phone: Phones, event: Event, database: Database) -> Phone:
    """A phone that wants two of three pitches."""
    pitches = [a_pitch(database, event, title=title) for title in ("Bins", "Lids", "Bags")]
    return voted(phone, event, (pitches[0], 2), (pitches[1], 1))


def shows(event: Event, device: Phone) -> str:
    """The address in the code that the phone shows from now on."""
    assert device.post(f"/e/{event.code}/choices/showing", show="1").status_code == 303
    return address(device.get(f"/e/{event.code}/choices").text)


def ends_at(database: Database) -> datetime:
    """When the one code that there is ends."""
    with database.reading() as tx:
        return tx.scalars(select(Showing)).one().ends_at


def address(html: str) -> str:
    found = re.search(r'data-copy="http://localhost(/e/[^"]+)"', html)
    assert found, "no address"
    return found[1]


def says(page: Page) -> list[str]:
    return sorted(it.text for it in page.all("p", class_="friend-says"))


def sees(event: Event, device: Phone) -> list[str]:
    return says(device.page(f"/e/{event.code}"))


BOTH = ["Your friend: interested", "Your friend: must go"]


def test_friend_sees_the_choices_in_words_beside_their_own(phone: Phones, event: Event, ada: Phone) -> None:
    bob, code = joined(phone, event), shows(event, ada)
    response = bob.get(code)
    assert (response.status_code, response.headers["Location"]) == (303, f"/e/{event.code}")
    page = bob.page(f"/e/{event.code}")
    assert says(page) == BOTH
    assert page.by_id("friend").text.startswith("You see a friend’s choices beside yours, until ")
    assert len(page.all("form", class_="vote")) == 3
    pitches = [it.attributes["id"].removeprefix("vote-") for it in page.all("form", class_="vote")]
    alone = [bob.get(f"/e/{event.code}/pitches/{it}") for it in pitches]
    assert sorted(word for it in alone for word in says(Page(it.text))) == BOTH
    asked = [bob.get(f"/e/{event.code}/pitches/next?after={it}") for it in pitches]
    assert sorted(word for it in asked for word in says(Page(it.text))) == BOTH
    for answer in (bob.get(f"/e/{event.code}"), *alone, *asked):
        assert answer.headers["X-Passing"] == "1"
        assert 'id="friend" data-on' in answer.text


def test_what_the_friend_sees_is_what_stands_now(phone: Phones, event: Event, ada: Phone, database: Database) -> None:
    bob = joined(phone, event)
    bob.get(shows(event, ada))
    late = a_pitch(database, event, title="Late")
    ada.post(f"/e/{event.code}/pitches/{late.id}/vote", interest="2")
    assert sees(event, bob) == [*BOTH, "Your friend: must go"]


def test_nobody_sees_them_without_the_code(phone: Phones, event: Event, ada: Phone) -> None:
    assert sees(event, joined(phone, event)) == []
    shows(event, ada)
    others = joined(phone, event), organiser(phone, event), ada
    assert [sees(event, it) for it in others] == [[], [], []]
    response = organiser(phone, event).get(f"/e/{event.code}/choices/shown?of={'x' * 24}")
    assert response.status_code == 404
    assert "These choices are not shown any more. Ask your friend to show them again." in response.text


def test_own_code_shows_nothing_to_its_owner(event: Event, ada: Phone) -> None:
    ada.get(shows(event, ada))
    assert sees(event, ada) == []


def test_code_of_another_event_shows_nothing(phone: Phones, event: Event, ada: Phone, database: Database) -> None:
    other = an_event(database)[0]
    code = shows(event, ada).replace(event.code, other.code)
    assert joined(phone, other).get(code).status_code == 404


def test_who_shows_ends_it_for_those_who_have_scanned(phone: Phones, event: Event, ada: Phone) -> None:
    bob, code = joined(phone, event), shows(event, ada)
    bob.get(code)
    ada.post(f"/e/{event.code}/choices/showing", show="0")
    assert sees(event, bob) == []
    assert "not shown any more" in bob.get(f"/e/{event.code}/choices/shown", htmx=True).text
    assert bob.get(f"/e/{event.code}/choices/shown").status_code == 303
    assert bob.get(code).status_code == 404
    assert ada.page(f"/e/{event.code}/choices").all("svg", class_="qr") == []


def test_another_code_ends_the_one_before(phone: Phones, event: Event, ada: Phone, database: Database) -> None:
    bob, before, until = joined(phone, event), shows(event, ada), ends_at(database)
    database.write(lambda tx: tx.execute(update(Showing).values(ends_at=now() - timedelta(minutes=1))))
    assert (shows(event, ada) == before) == (ends_at(database) == until)  # a code is that of its last second
    assert sees(event, bob) == []


def test_friend_ends_it_on_their_phone(phone: Phones, event: Event, ada: Phone) -> None:
    bob = joined(phone, event)
    bob.get(shows(event, ada))
    assert bob.post(f"/e/{event.code}/choices/shown/end").status_code == 303
    assert sees(event, bob) == []


def test_it_ends_by_itself_and_leaves_nothing(phone: Phones, event: Event, ada: Phone, database: Database) -> None:
    bob, code = joined(phone, event), shows(event, ada)
    bob.get(code)
    with database.reading() as tx:
        kept = tx.scalars(select(Showing)).one()
        assert kept.ends_at <= now() + timedelta(minutes=showing.MINUTES)
        assert code.rpartition("=")[2] not in kept.model_dump_json()
    database.write(lambda tx: tx.execute(update(Showing).values(ends_at=now() - timedelta(seconds=1))))
    assert sees(event, bob) == []
    assert bob.get(code).status_code == 404
    database.write(showing.forget_over)
    with database.reading() as tx:
        assert tx.scalars(select(Showing)).all() == []


@pytest.mark.parametrize("how", ["sealed", "erased", "deleted", "everything"])
def test_it_is_gone_with_the_ballot(phone: Phones, event: Event, ada: Phone, database: Database, how: str) -> None:
    bob = joined(phone, event)
    bob.get(shows(event, ada))
    if how == "sealed":
        close(database, event, voting=True)
        database.write(lambda tx: sealing.seal(tx, at_the_machine(tx.get_one(Event, event.id))))
        assert ada.post(f"/e/{event.code}/choices/showing", show="1").status_code == 409
    elif how == "erased":
        erasure.erase_now(database, event.code)
    else:
        ada.post(f"/e/{event.code}/mine", delete="votes" if how == "deleted" else "all")
    assert sees(event, bob) == []
    with database.reading() as tx:
        assert tx.scalars(select(Showing)).all() == []
