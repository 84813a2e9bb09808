"""Making an event: rooms and slots as typed, times in the event's zone, codes read however they are typed."""

from datetime import UTC, date, datetime

import pytest

from eventkit.errors import NotFound
from eventkit.event import events
from eventkit.storage.db import Database
from eventkit.text import codes
from tests.world.builders import an_event

SPRING, SUMMER = date(2026, 3, 29), date(2026, 6, 26)


def test_event_keeps_its_times_as_moments_and_of_its_secret_a_digest(database: Database) -> None:
    event, secret = an_event(database, day=SUMMER, timezone="Asia/Kolkata")
    with database.reading() as tx:
        slots, rooms = events.slots(tx, event.id), events.rooms(tx, event.id)
    assert slots[0].starts_at == datetime(2026, 6, 26, 4, 30, tzinfo=UTC)
    assert [slot.title for slot in slots] == ["", "", "Lunch", ""]
    assert [room.name for room in rooms] == ["Main hall", "Library", "Studio"]
    assert event.organiser_hash == codes.digest(secret)
    assert (event.pitching_open, event.voting_open, event.grid_version) == (True, True, 0)


def test_event_is_found_by_its_code_as_typed(database: Database) -> None:
    event, _ = an_event(database)
    with database.reading() as tx:
        assert events.by_code(tx, f" {event.code[:3].upper()}-{event.code[3:]}").id == event.id
        with pytest.raises(NotFound):
            events.by_code(tx, event.code + "x")
