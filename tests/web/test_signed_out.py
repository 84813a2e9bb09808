"""What arrives late from a device that is signed out makes nobody new: it comes back as typed, and says what to do."""

from collections.abc import Callable

import pytest
from sqlmodel import func, select

from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.privacy import erasure
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Person, Pitch, Vote
from tests.world.builders import a_pitch, an_event
from tests.world.phone import Page, Phone
from tests.world.visitors import Phones, joined, organiser


def people(database: Database, event: Event) -> int:
    """How many the event knows."""
    with database.reading() as tx:
        return tx.scalar(select(func.count()).select_from(Person).where(Person.event_id == event.id)) or 0


def as_before(phone: Phones, visitor: Phone, event: Event) -> Phone:
    """Another browser that holds the cookie which this one has now."""
    cookie = visitor.client.get_cookie("twofeet", path=f"/e/{event.code}")
    assert cookie is not None
    late = phone()
    late.client.set_cookie("twofeet", cookie.value, path=f"/e/{event.code}")
    return late


def erase(database: Database, event: Event, _visitor: Phone, _helper: Phone) -> None:
    erasure.erase_now(database, event.code)


def sign_out_elsewhere(_database: Database, event: Event, visitor: Phone, _helper: Phone) -> None:
    assert visitor.post(f"/e/{event.code}/mine/elsewhere").status_code == 303


def delete_all(_database: Database, event: Event, visitor: Phone, _helper: Phone) -> None:
    assert visitor.post(f"/e/{event.code}/mine", delete=["all"]).status_code == 303


def be_deleted(database: Database, event: Event, visitor: Phone, helper: Phone) -> None:
    with database.reading() as tx:
        number = tx.scalars(select(Person.id).where(Person.event_id == event.id, Person.name == "Ada")).one()
    assert helper.post(f"/e/{event.code}/organise/privacy/person", person=number, sure=1).status_code == 303


def join_another(_database: Database, event: Event, visitor: Phone, helper: Phone) -> None:
    helper.post(f"/e/{event.code}/phone/code")
    page = helper.page(f"/e/{event.code}/phone")
    code = page.one("p", class_="code").text
    assert visitor.post(f"/e/{event.code}/phone", code=code).status_code == 303


@pytest.mark.parametrize("ends", [erase, sign_out_elsewhere, delete_all, be_deleted, join_another])
def test_a_late_post_with_an_ended_cookie_makes_nobody_and_comes_back(
    database: Database, phone: Phones, ends: Callable[..., None]
) -> None:
    event, _ = an_event(database)
    pitch = a_pitch(database, event)
    home, visitor, helper = f"/e/{event.code}", joined(phone, event), organiser(phone, event)
    visitor.post(f"{home}/name", name="Ada")
    late = as_before(phone, visitor, event)
    ends(database, event, visitor, helper)
    before = people(database, event)
    assert late.post(f"{home}/pitches/{pitch.id}/vote", interest=2).status_code == 403
    assert late.post(f"{home}/name", name="Eve").status_code == 403
    late = as_before(phone, late, event) if late.client.get_cookie("twofeet", path=home) else late
    assert people(database, event) == before
    with database.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Vote)) == 0


@pytest.mark.only_on("sqlite")
def test_what_was_typed_comes_back_with_a_cookie_and_can_be_sent_again(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    visitor = joined(phone, event)
    visitor.post(f"/e/{event.code}/name", name="Ada")
    late = as_before(phone, visitor, event)
    sign_out_elsewhere(database, event, visitor, visitor)
    typed = {"title": "Bins for all", "description": "", "nonce": "n"}
    answer = late.submit(f"/e/{event.code}/pitches", typed)
    assert (answer.status_code, "send it once more" in answer.text) == (403, True)
    assert Page(answer.text).one("input", name="title").attributes["value"] == "Bins for all"
    assert late.submit(f"/e/{event.code}/pitches", typed).status_code == 303
    with database.reading() as tx:
        assert [it.title for it in tx.scalars(select(Pitch))] == ["Bins for all"]
    assert "Ada" in visitor.page(f"/e/{event.code}/phone").one("input", name="name").attributes["value"]


@pytest.mark.only_on("sqlite")
def test_a_device_that_is_signed_out_is_no_organiser_any_more(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    mine = organiser(phone, event)
    mine.post(f"/e/{event.code}/name", name="Ada")
    lost = as_before(phone, mine, event)
    assert lost.get(f"/e/{event.code}/organise").status_code == 200
    sign_out_elsewhere(database, event, mine, mine)
    assert as_before(phone, lost, event).post(f"/e/{event.code}/organise/names", off=1).status_code == 403
    assert lost.get(f"/e/{event.code}/organise").status_code == 403
    assert mine.get(f"/e/{event.code}/organise").status_code == 200


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("helps", [False, True])
def test_a_device_that_is_signed_out_needs_the_word_again_for_whatever_it_asks(
    database: Database, phone: Phones, helps: bool
) -> None:
    event, _ = an_event(database)
    helper = organiser(phone, event)
    helper.post(f"/e/{event.code}/name", name="Olu")
    assert helper.post(f"/e/{event.code}/organise/word", word="Sesame").status_code == 303
    guest = phone()
    guest.get(f"/e/{event.code}")
    assert guest.post(f"/e/{event.code}/word", word="sesame").status_code == 303
    guest.post(f"/e/{event.code}/name", name="Ada")
    mine = helper if helps else guest
    lost = as_before(phone, mine, event)
    sign_out_elsewhere(database, event, mine, mine)
    for name in ("", "/grid", "/wall", "/poster", "/pitches.csv", "/book.html", "/schedule.ics", "/results"):
        late, stranger = as_before(phone, lost, event), phone()
        asked = late.get(f"/e/{event.code}{name}").status_code
        assert asked == stranger.get(f"/e/{event.code}{name}").status_code, (name, asked)


@pytest.mark.only_on("sqlite")
def test_a_deleted_event_s_code_is_given_to_no_other(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    other, _ = an_event(database)
    late = joined(phone, event)
    database.write(lambda tx: erasure.delete_event(tx, at_the_machine(events.by_code(tx, event.code)), event.code))
    gone = late.submit(f"/e/{event.code}/pitches", {"title": "Bins", "description": "<Why> not", "nonce": "n"})
    assert (gone.status_code, [it.text for it in Page(gone.text).all("textarea")]) == (404, ["Bins", "<Why> not"])
    answer = organiser(phone, other).post(f"/e/{other.code}/organise/settings", code=event.code)
    assert (answer.status_code, "Another event has the code" in answer.text) == (422, True)
