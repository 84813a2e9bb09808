"""Where people say that they will go, once there is a grid: kept apart from ballots, one session at a time each."""

from enum import StrEnum
from typing import Any

from sqlmodel import col, delete, func, select

from eventkit.clock import now
from eventkit.errors import Closed
from eventkit.event.people import FEWEST_TOLD
from eventkit.grid import published
from eventkit.grid.published import Placed
from eventkit.market import hosting, pitches
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import Event, Going, Person, Pitch
from eventkit.text.language import gettext as _

NEARLY = 0.8  # of a room's seats


class Seats(StrEnum):
    """What is known of a session's seats from who said that they will go."""

    FREE = "free"
    FEW = "few"
    NONE = "none"


def say(tx: Transaction, event: Event, person: Person, pitch_id: int, will: bool) -> None:
    """Say whether one goes to a session; who goes does not go to what is on at the same time, nor to its repeat.

    The same again changes nothing. Raises NotFound; Closed where it is not on, or over, or one hosts it.
    """
    pitch = pitches.get(tx, event.id, pitch_id)
    root = pitch.merged_into or pitch.id
    if not will:
        _forget(tx, person, [root])
        return
    grid = published.read(tx, event)
    placed = grid.by_pitch.get(root) if grid else None
    if grid is None or placed is None or not placed.standing:
        raise Closed(_("This session is not on the grid, so nothing was kept."))
    if root in hosting.hosted(tx, event.id, person.id):
        raise Closed(_("You host this session, so you are there anyway."))
    if placed.ends_at <= now():
        raise Closed(_("This session is over, so nothing was kept."))
    other = grid.repeats.get(root)
    instead = [it for it in grid.sessions if it.pitch.id != root and (_at_once(it, placed) or it is other)]
    _forget(tx, person, [it.pitch.id for it in instead])
    row = insert(tx, Going).values(person_id=person.id, pitch_id=root)
    tx.execute(row.on_conflict_do_nothing(index_elements=["person_id", "pitch_id"]))


def of(tx: Transaction, event_id: int, person_id: int | None) -> set[int]:
    """The ids of the pitches that somebody goes to; of a merged one that of what it is part of now."""
    if person_id is None:
        return set()
    return set(tx.scalars(_rows(event_id, _root()).where(Going.person_id == person_id)))


def counts(tx: Transaction, event_id: int) -> dict[int, int]:
    """Pitch id -> how many people go there. For seats(), and told() to hosts; nobody else is told numbers."""
    people = func.count(func.distinct(col(Going.person_id)))
    return {row[0]: row[1] for row in tx.execute(_rows(event_id, _root(), people).group_by(_root()))}


def told(number: int) -> int | None:
    """The number as hosts are told it: None below three."""
    return number if number >= FEWEST_TOLD else None


def seats(capacity: int, number: int) -> Seats:
    """Whether there are seats in a room of so many, where so many people go."""
    if number >= max(capacity, FEWEST_TOLD):
        return Seats.NONE
    return Seats.FEW if number >= max(NEARLY * capacity, FEWEST_TOLD) else Seats.FREE


def _root() -> Any:
    return func.coalesce(Pitch.merged_into, Pitch.id)


def _rows(event_id: int, *columns: Any) -> Any:
    joined = select(*columns).select_from(Going).join(Pitch, col(Pitch.id) == col(Going.pitch_id))
    return joined.where(Pitch.event_id == event_id)


def _forget(tx: Transaction, person: Person, roots: list[int]) -> None:
    """Take it back of pitches and of all that they stand for."""
    ids = select(Pitch.id).where(Pitch.event_id == person.event_id, _root().in_(roots))
    tx.execute(delete(Going).where(col(Going.person_id) == person.id, col(Going.pitch_id).in_(ids)))


def _at_once(one: Placed, other: Placed) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
