"""Voting ends with an event's last day: votes are refused from then on; it is closed soon after, pitching with it."""

from datetime import UTC, datetime, timedelta

import pytest

from eventkit.errors import Closed
from eventkit.event import voting_end
from eventkit.event.roles import at_the_machine
from eventkit.grid import venue
from eventkit.market import casting
from eventkit.market.casting import Cast
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.builders import a_past_event, a_person, a_pitch, an_event

LAST = datetime(2026, 6, 26, 22, 59, tzinfo=UTC)  # 23:59 in London


def cast(database: Database, event: Event) -> Exception | None:
    person, pitch = a_person(database, event), a_pitch(database, event)
    vote = Cast(event.code, person.token, pitch.id, 1)
    return database.write(lambda tx: casting.cast_all(tx, [vote]))[0]


def is_open(database: Database, event: Event) -> bool:
    with database.reading() as tx:
        stored = tx.get_one(Event, event.id)
        return stored.voting_open or stored.pitching_open


def test_past_event_takes_no_vote_before_anybody_closed_it(database: Database) -> None:
    refused = cast(database, a_past_event(database))
    assert isinstance(refused, Closed) and "ended with the event’s last day" in str(refused)


def test_event_that_was_made_today_and_the_rehearsal_take_votes(database: Database) -> None:
    assert cast(database, an_event(database)[0]) is None
    assert cast(database, a_past_event(database, rehearsal=True)) is None


def test_voting_closes_at_midnight_after_the_last_slot_by_the_events_clock(database: Database) -> None:
    one, two = a_past_event(database), a_past_event(database, slots="10:00-11:00\nSaturday 27 June\n10:00-11:00")
    assert voting_end.close_due(database, LAST) == []
    assert voting_end.close_due(database, LAST + timedelta(minutes=1)) == [one.code]
    assert voting_end.close_due(database, LAST + timedelta(days=1)) == []
    assert voting_end.close_due(database, LAST + timedelta(days=1, minutes=1)) == [two.code]
    assert not is_open(database, one)


@pytest.mark.parametrize("phase", ["voting", "pitching"])
def test_nothing_is_opened_again_after_its_end(database: Database, phase: str) -> None:
    event = a_past_event(database)
    with pytest.raises(Closed, match="last day is over"):
        database.write(lambda tx: venue.set_phase(tx, at_the_machine(tx.get_one(Event, event.id)), phase, True))
