"""Makes a day with pitches, hosts and votes in rows, for tests of the grid and of builds."""

from collections.abc import Iterable

from eventkit import words
from eventkit.clock import now
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Host, Person, Pitch, Vote


def some_pitches(database: Database, event: Event, number: int, **changes: object) -> list[Pitch]:
    """Pitches called `Pitch 1`, `Pitch 2`, ...; `changes` sets columns of all of them."""

    def add(tx: Transaction) -> list[Pitch]:
        pitches = [_pitch(event, **{"title": f"Pitch {n}", **changes}) for n in range(1, number + 1)]
        tx.add_all(pitches)
        tx.flush()
        return pitches

    return database.write(add)


def host(database: Database, person: Person, *pitches: Pitch) -> None:
    """Make a person the host of pitches."""
    database.write(lambda tx: tx.add_all(Host(pitch_id=pitch.id, person_id=person.id) for pitch in pitches))


def votes(database: Database, person: Person, interests: Iterable[tuple[Pitch, int]]) -> None:
    """Cast a person's votes as (pitch, interest)."""
    database.write(
        lambda tx: tx.add_all(
            Vote(person_id=person.id, pitch_id=pitch.id, interest=interest, cast_at=now())
            for pitch, interest in interests
        )
    )


def _pitch(event: Event, **changes: object) -> Pitch:
    values = {"claim_code": words.speakable(4, 2), "created_at": now(), "edited_at": now(), **changes}
    return Pitch(event_id=event.id, **values)
