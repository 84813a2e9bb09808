"""Posts that arrive late, twice or in another order: what was done last on the phone stands, and the answer says so."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from eventkit.event.roles import at_the_machine
from eventkit.privacy import erasure, sealing
from eventkit.storage.db import Database
from eventkit.storage.tables import Attempt, Event, Host, Person, Pitch, Turn, Vote
from tests.world.builders import a_pitch, an_event, close
from tests.world.phone import Page, Phone
from tests.world.visitors import Phones, joined, organiser

pytestmark = pytest.mark.on_both  # what comes late meets what was written meanwhile

SERIES = "k3Jf9Qx2"


@dataclass
class Day:
    """An event with a pitch, and a phone that has joined."""

    database: Database
    event: Event
    pitch: Pitch
    phone: Phone

    def send(self, path: str, number: int, **fields: Any) -> int:
        attempt = f"{SERIES}.{number}"
        return self.phone.post(f"/e/{self.event.code}{path}", htmx=True, attempt=attempt, **fields).status_code

    def vote(self, number: int, interest: int) -> Page:
        address = f"/e/{self.event.code}/pitches/{self.pitch.id}/vote"
        answer = self.phone.post(address, htmx=True, attempt=f"{SERIES}.{number}", interest=interest)
        assert answer.status_code == 200
        return Page(answer.text)

    def votes(self) -> list[int]:
        with self.database.reading() as tx:
            return list(tx.scalars(select(Vote.interest)))


@pytest.fixture
def day(database: Database, phone: Phones) -> Day:
    event, _ = an_event(database)
    return Day(database, event, a_pitch(database, event), joined(phone, event))


def pressed(page: Page) -> list[str]:
    return [button.text for button in page.all("button", aria_pressed="true")]


WORDS = ("Not for me", "Interested", "Must go")


def test_vote_that_arrives_late_changes_nothing_and_is_answered_with_what_stands(day: Day) -> None:
    assert pressed(day.vote(2, 0)) == ["Not for me"]
    assert pressed(day.vote(1, 2)) == ["Not for me"]
    assert day.votes() == []
    assert pressed(day.phone.page(f"/e/{day.event.code}")) == ["Not for me"]
    assert pressed(day.vote(3, 1)) == ["Interested"]
    assert pressed(day.vote(2, 0)) == ["Interested"]
    assert day.votes() == [1]


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(st.integers(0, 2), min_size=2, max_size=4),
    arriving=st.lists(st.integers(0, 9), min_size=1, max_size=6),
)
def test_votes_stand_as_they_were_said_whatever_the_order(
    database: Database, phone: Phones, said: list[int], arriving: list[int]
) -> None:
    event, _ = an_event(database)
    one = Day(database, event, a_pitch(database, event), joined(phone, event))
    for which in arriving:
        place = which % len(said)
        one.vote(place + 1, said[place])
    last = max(which % len(said) for which in arriving)
    own = one.phone.page(f"/e/{event.code}")
    assert pressed(own) == [WORDS[said[last]]]
    with database.reading() as tx:
        mine = tx.scalars(select(Vote.interest).where(Vote.pitch_id == one.pitch.id)).all()
        assert mine == ([said[last]] if said[last] else [])


def test_vote_without_a_script_counts_as_it_arrives(day: Day) -> None:
    address = f"/e/{day.event.code}/pitches/{day.pitch.id}/vote"
    for interest in (1, 2, 1):
        assert day.phone.post(address, interest=interest).status_code == 303
    assert day.votes() == [1]
    assert day.phone.post(address, interest=2, attempt="nonsense").status_code == 303
    assert day.votes() == [2]


def test_series_of_another_pitch_is_another(day: Day) -> None:
    other = a_pitch(day.database, day.event)
    day.vote(5, 1)
    day.phone.post(f"/e/{day.event.code}/pitches/{other.id}/vote", htmx=True, attempt="z9y8x7w6.1", interest=2)
    assert sorted(day.votes()) == [1, 2]


def name_of(day: Day) -> str:
    with day.database.reading() as tx:
        return next(iter(tx.scalars(select(Person.name).where(Person.name != ""))), "")


@pytest.mark.parametrize("order", [(1, 2), (2, 1), (2, 1, 2, 1)])
def test_name_stands_as_it_was_given_last(day: Day, order: tuple[int, ...]) -> None:
    for number in order:
        day.send("/name", number, name=["", "Ada", "Grace"][number])
    assert name_of(day) == "Grace"


def test_late_post_of_anything_but_a_vote_is_told_what_stands(day: Day) -> None:
    day.send("/name", 2, name="Grace")
    answer = day.phone.post(f"/e/{day.event.code}/name", attempt=f"{SERIES}.1", name="Ada")
    assert (answer.status_code, answer.headers["X-Overtaken"]) == (409, "1")
    assert Page(answer.text).one("h1").text == "This came late"
    assert "What you did after it, on this phone, stands." in answer.text


def test_readiness_stands_as_it_was_said_last(day: Day) -> None:
    address = f"/e/{day.event.code}/pitches"
    assert day.phone.post(address, title="Mine").status_code == 303
    with day.database.reading() as tx:
        mine = tx.scalars(select(Host.pitch_id).where(Host.pitch_id != day.pitch.id)).one()
    day.send(f"/pitches/{mine}/ready", 2, ready=0)
    assert day.send(f"/pitches/{mine}/ready", 1, ready=1) == 409
    with day.database.reading() as tx:
        assert not any(tx.scalars(select(Turn.ready).where(Turn.pitch_id == mine)))


def test_hiding_stands_as_it_was_said_last(day: Day, phone: Phones) -> None:
    helper = Day(day.database, day.event, day.pitch, organiser(phone, day.event))
    fields = {"kind": "pitch", "id": day.pitch.id, "pitch": day.pitch.id}
    helper.send("/organise/hidden", 2, hidden=0, **fields)
    assert helper.send("/organise/hidden", 1, hidden=1, **fields) == 409
    with day.database.reading() as tx:
        assert tx.get_one(Pitch, day.pitch.id).hidden_at is None


def test_votes_that_were_deleted_do_not_come_in_late(day: Day) -> None:
    day.vote(1, 2)
    day.phone.post(f"/e/{day.event.code}/mine", delete="votes", ended=f"{SERIES}.2 nonsense")
    assert pressed(day.vote(1, 2)) == []
    assert pressed(day.vote(2, 1)) == []
    assert day.votes() == []


@pytest.mark.parametrize("how", ["sealed", "erased"])
def test_nothing_of_it_is_left_once_ballots_are_sealed_or_names_erased(day: Day, how: str) -> None:
    day.vote(2, 1)
    with day.database.reading() as tx:
        kept = tx.scalars(select(Attempt)).one()
        assert set(kept.model_dump()) == {"event_id", "series", "newest", "day"}
    if how == "sealed":
        close(day.database, day.event, voting=True)
        day.database.write(lambda tx: sealing.seal(tx, at_the_machine(tx.get_one(Event, day.event.id))))
    else:
        erasure.erase_now(day.database, day.event.code)
    with day.database.reading() as tx:
        assert tx.scalars(select(Attempt)).all() == []
