"""Notices and the revision: each change of what people see of the published grid, in the transaction that makes it.

A revision is a number of the event that only grows. A notice says what changed by kind and ids, when, and how it was
before; sentences are made of it where it is read (grid/telling.py). Before a grid is published there is nothing to
tell, and nothing is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import col, delete, func, select

from eventkit.clock import now
from eventkit.event import events, runs
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, Notice, NoticeKind, Pitch, Placement, Room, Slot

FOR_ORGANISERS = frozenset({NoticeKind.WITHDRAWN, NoticeKind.LATE_PITCH})  # told even of what has no place
KEPT = 500  # notices of an event that are read at once


@dataclass(frozen=True)
class Was:
    """Where a session stood: the rows, which may go away, and what clock and door said, which stays."""

    slot_id: int | None
    room_id: int | None
    starts_at: datetime
    ends_at: datetime
    room: str

    @classmethod
    def at(cls, slot: Slot, room: Room) -> "Was":
        """A place as it is now."""
        return cls(slot.id, room.id, slot.starts_at, slot.ends_at, room.name)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What one notice says. Of a pitch: where it stood. Of a room or slot: that one (or its cell), and how it was."""

    kind: NoticeKind
    pitch_id: int | None = None
    slot_id: int | None = None
    room_id: int | None = None
    was: Was | None = None
    was_room: str = ""
    was_title: str = ""


def leave(tx: Transaction, event: Event, facts: Iterable[Fact], by: int | None = None) -> int:
    """Raise the revision once and keep a notice of each fact; `by` is the person. Returns the revision.

    Nothing is kept before a grid is published, nor where there are no facts.
    """
    rows = list(facts)
    if event.published_version is None or not rows:
        return event.revision
    event.revision += 1
    tx.add_all(_row(event, fact, by) for fact in rows)
    change_log.record(tx, event.id, ChangeKind.NOTICE, revision=event.revision)
    return event.revision


def take_up(tx: Transaction, event: Event) -> list[Fact]:
    """What people saw of a grid that was taken back, as what its taking back left of each session; kept no longer."""
    of_event = col(Notice.event_id) == event.id
    back = select(func.max(Notice.id)).where(of_event, Notice.kind == NoticeKind.UNPUBLISHED).scalar_subquery()
    kept = of_event, col(Notice.id) > back, col(Notice.kind) == NoticeKind.TAKEN_OFF
    facts = [_fact(row) for row in tx.scalars(select(Notice).where(*kept).order_by(col(Notice.id)))]
    tx.execute(delete(Notice).where(*kept))
    return facts


def leave_of_pitch(
    tx: Transaction, event_id: int, kind: NoticeKind, pitch_id: int, by: int | None = None, was_title: str = ""
) -> None:
    """The same about one pitch, told to everybody where it stands on the published grid, with its place there.

    What has no place there changes nothing that people see; organisers are told of some of it all the same. To be
    called before a change that takes the place away.
    """
    event = tx.get_one(Event, event_id)
    was = standing_at(tx, event, pitch_id)
    fact = Fact(
        kind=kind,
        pitch_id=pitch_id,
        slot_id=was.slot_id if was else None,
        room_id=was.room_id if was else None,
        was=was,
        was_title=was_title,
    )
    if was is not None:
        leave(tx, event, [fact], by)
    elif kind in FOR_ORGANISERS and event.published_version is not None:
        tx.add(_row(event, fact, by))


def standing_at(tx: Transaction, event: Event, pitch_id: int) -> Was | None:
    """Where a pitch, or one that is part of it, stands on the published grid."""
    root = func.coalesce(Pitch.merged_into, Pitch.id)
    query = (
        select(Slot, Room)
        .join(Placement, col(Placement.slot_id) == col(Slot.id))
        .join(Room, col(Room.id) == col(Placement.room_id))
        .join(Pitch, col(Pitch.id) == col(Placement.pitch_id))
        .where(Placement.event_id == event.id, Placement.version == (event.published_version or 0))
        .where((col(Placement.pitch_id) == pitch_id) | (root == pitch_id))
        .order_by(col(Placement.pitch_id) != pitch_id, col(Slot.starts_at), col(Room.position))
        .limit(1)
    )
    found = tx.execute(query).first()
    if found is None:
        return None
    return whole_time(tx, event.id, Was.at(found[0], found[1]), tx.get_one(Pitch, pitch_id))


def whole_time(tx: Transaction, event_id: int, was: Was, pitch: Pitch) -> Was:
    """Where a pitch starts, with the end of the last slot that it takes."""
    if pitch.length == 1:
        return was
    slots = events.slots(tx, event_id)
    first = next((slot for slot in slots if slot.id == was.slot_id), None)
    return replace(was, ends_at=runs.taken(first, pitch.length, runs.onward(slots))[-1].ends_at) if first else was


def recent(tx: Transaction, event_id: int, limit: int = KEPT) -> Sequence[Notice]:
    """The event's newest notices, newest first."""
    query = select(Notice).where(Notice.event_id == event_id).order_by(col(Notice.id).desc()).limit(limit)
    return tx.scalars(query).all()


@dataclass(frozen=True)
class Revised:
    """What a group of notices is about, and the newest of them: its revision and its moment."""

    pitch_id: int | None
    slot_id: int | None
    room_id: int | None
    revision: int
    at: datetime


def revised(tx: Transaction, event_id: int) -> list[Revised]:
    """For all that ever changed on the published grid, when it did so last. What organisers alone hear is left out."""
    about = (Notice.pitch_id, Notice.slot_id, Notice.room_id)
    columns: tuple[Any, ...] = (*about, func.max(Notice.revision), func.max(Notice.at))
    query = (
        select(*columns)
        .where(Notice.event_id == event_id, col(Notice.kind).not_in([NoticeKind.LATE_PITCH, NoticeKind.ANNOUNCED]))
        .group_by(*about)
    )
    return [Revised(*row) for row in tx.execute(query)]


def _fact(row: Notice) -> Fact:
    assert row.was_starts_at is not None
    assert row.was_ends_at is not None
    was = Was(row.slot_id, row.room_id, row.was_starts_at, row.was_ends_at, row.was_room)
    return Fact(kind=row.kind, pitch_id=row.pitch_id, was=was)


def _row(event: Event, fact: Fact, by: int | None) -> Notice:
    return Notice(
        event_id=event.id,
        revision=event.revision,
        kind=fact.kind,
        pitch_id=fact.pitch_id,
        slot_id=fact.slot_id if fact.slot_id is not None or fact.was is None else fact.was.slot_id,
        room_id=fact.room_id if fact.room_id is not None or fact.was is None else fact.was.room_id,
        was_starts_at=fact.was.starts_at if fact.was else None,
        was_ends_at=fact.was.ends_at if fact.was else None,
        was_room=fact.was.room if fact.was else fact.was_room,
        was_title=fact.was_title,
        made_by=by,
        at=now(),
    )
