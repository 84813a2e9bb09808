"""Makes a day with pitches, hosts and votes in rows, for tests of the grid and of builds."""

from collections.abc import Iterable
from typing import Any

from eventkit.clock import now
from eventkit.storage import change_log
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import ChangeKind, Event, Host, Person, Pitch, Vote


def some_pitches(database: Database, event: Event, number: int, **columns: object) -> list[Pitch]:
    """Pitches called `Pitch 1`, `Pitch 2`, ...; `columns` sets columns of all of them."""

    def add(tx: Transaction) -> list[Pitch]:
        pitches = [_pitch(event, **{"title": f"Pitch {n}", **columns}) for n in range(1, number + 1)]
        tx.add_all(pitches)
        tx.flush()
        change_log.record(tx, event.id, ChangeKind.PITCH)
        return pitches

    return database.write(add)


def host(database: Database, person: Person, *pitches: Pitch) -> None:
    """Make a person the host of pitches."""

    def add(tx: Transaction) -> None:
        tx.add_all(Host(pitch_id=pitch.id, person_id=person.id) for pitch in pitches)
        change_log.record(tx, person.event_id, ChangeKind.PITCH)

    database.write(add)


def votes(database: Database, person: Person, interests: Iterable[tuple[Pitch, int]]) -> None:
    """Cast a person's votes as (pitch, interest)."""

    def cast(tx: Transaction) -> None:
        tx.add_all(Vote(person_id=person.id, pitch_id=pitch.id, interest=interest) for pitch, interest in interests)
        change_log.record(tx, person.event_id, ChangeKind.VOTE)

    database.write(cast)


def _pitch(event: Event, **columns: Any) -> Pitch:
    values: dict[str, Any] = {"created_at": now(), "edited_at": now(), **columns}
    return Pitch(event_id=event.id, **values)
