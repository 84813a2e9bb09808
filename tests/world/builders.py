"""Makes what tests need, with defaults for all they do not care about."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.event import listen
from sqlalchemy.event import remove as unlisten

from eventkit.event import as_typed, events, people
from eventkit.event.credentials import Credentials
from eventkit.event.roles import Viewer
from eventkit.market import casting, pitches
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Person, Pitch

CREDENTIALS = Credentials("a secret for tests only")  # as the application of the tests has them
ROOMS = "Main hall, 120, step-free projector\nLibrary, 40, step-free\nStudio, 30"
SLOTS = "10:00-10:45\n11:00-11:45\n12:00-13:00 Lunch\n13:15-14:00"


def an_event(database: Database, **changes: Any) -> tuple[Event, str]:
    """An event with three rooms, three slots and lunch; and the organiser's secret."""
    values = {"name": "Test camp", "day": date(2026, 6, 26), "timezone": "Europe/London", **changes}
    rooms = as_typed.parse_rooms(values.pop("rooms", ROOMS))
    slots = as_typed.parse_slots(values.pop("slots", SLOTS), values["day"])
    return database.write(lambda tx: events.create(tx, rooms=rooms, slots=slots, **values))


def a_past_event(database: Database, **changes: Any) -> Event:
    """An event that is over, and was made before its day."""
    event, _ = an_event(database, **changes)

    def age(tx: Transaction) -> Event:
        stored = tx.get_one(Event, event.id)
        stored.created_at = datetime.combine(event.day, time(), UTC) - timedelta(days=20)
        return stored

    return database.write(age)


def a_person(database: Database, event: Event, name: str = "") -> Person:
    """Somebody who has joined and posted something."""
    token = people.new_token()
    return database.write(lambda tx: people.rename(tx, event.id, token, name))


def a_pitch(
    database: Database, event: Event, person: Person | None = None, title: str = "Bins", **content: Any
) -> Pitch:
    """A pitch hosted by this person, or by somebody new."""
    host = person or a_person(database, event)

    def add(tx: Transaction) -> Pitch:
        stored, viewer = events.by_code(tx, event.code), people.viewer(tx, event, host.token)
        return pitches.add(tx, stored, viewer, host, pitches.Content(title=title, **content))

    return database.write(add)


def a_vote(database: Database, event: Event, person: Person, pitch: Pitch, interest: int = 1) -> None:
    """A vote as a phone casts it."""
    database.write(lambda tx: casting.cast(tx, casting.Cast(event.code, person.token, pitch.id, interest)))


def viewer_of(database: Database, event: Event, person: Person) -> Viewer:
    """Who this person is at the event."""
    with database.reading() as tx:
        return people.viewer(tx, event, person.token)


def close(database: Database, event: Event, *, pitching: bool = False, voting: bool = False) -> None:
    """Close phases of an event."""

    def shut(tx: Transaction) -> None:
        stored = events.by_code(tx, event.code)
        stored.pitching_open, stored.voting_open = (
            stored.pitching_open and not pitching,
            stored.voting_open and not voting,
        )

    database.write(shut)


@contextmanager
def queries(database: Database) -> Iterator[list[str]]:
    """The statements that run meanwhile, but for those of the streams' listener."""
    seen: list[str] = []

    def record(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked_here = (
            threading.current_thread() is threading.main_thread() or threading.current_thread().name == "writer"
        )
        if asked_here and "pg_advisory_xact_lock" not in statement:  # the writer's own
            seen.append(statement)

    listen(database.engine, "before_cursor_execute", record)
    yield seen
    unlisten(database.engine, "before_cursor_execute", record)
