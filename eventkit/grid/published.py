"""The published grid as everybody reads it: its slots, rooms and sessions, what is on now, and what changed last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from eventkit.event import events
from eventkit.market import pitches
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, GridVersion, Pitch, Placement, Room, Slot

DASH = "–"


@dataclass(frozen=True)
class Placed:
    """A session: a pitch in its cell. `standing` is false once its pitch was withdrawn or merged away."""

    pitch: Pitch
    slot: Slot
    room: Room

    @property
    def standing(self) -> bool:
        return pitches.stands(self.pitch)


@dataclass(frozen=True)
class Difference:
    """A session that is elsewhere than in the grid published before: from a place or none, to a place or none."""

    title: str
    pitch_id: int
    before: tuple[Slot, Room] | None
    after: tuple[Slot, Room] | None


@dataclass(frozen=True)
class PublishedGrid:
    """One version of the grid, in order of time and of the organiser's rooms."""

    version: int
    published_at: datetime | None
    slots: tuple[Slot, ...]
    rooms: tuple[Room, ...]
    sessions: tuple[Placed, ...]
    differences: tuple[Difference, ...] = field(default=())

    @cached_property
    def cells(self) -> Mapping[tuple[int, int], Placed]:
        """(slot id, room id) to the session there."""
        return {(placed.slot.id, placed.room.id): placed for placed in self.sessions}

    @cached_property
    def by_pitch(self) -> Mapping[int, Placed]:
        """Pitch id to its session."""
        return {placed.pitch.id: placed for placed in self.sessions}

    def at(self, slot: Slot) -> list[Placed]:
        """The sessions of one slot, room by room."""
        return [self.cells[slot.id, room.id] for room in self.rooms if (slot.id, room.id) in self.cells]


def read(tx: Transaction, event: Event) -> PublishedGrid | None:
    """The grid as published last, or None before that. Five queries, however large it is."""
    if event.published_version is None:
        return None
    recent = tx.scalars(
        select(GridVersion)
        .where(GridVersion.event_id == event.id, col(GridVersion.published_at).is_not(None))
        .where(GridVersion.version <= event.published_version)
        .order_by(col(GridVersion.version).desc())
        .limit(2)
    ).all()
    slots, rooms = events.slots(tx, event.id), events.rooms(tx, event.id)
    known = Lookup(slots, rooms)
    rows = _placements(tx, event.id, [event.published_version, *(row.version for row in recent)])
    now = known.sessions(row for row in rows if row[0].version == event.published_version)
    before = [row.version for row in recent if row.version != event.published_version][:1]
    return PublishedGrid(
        version=event.published_version,
        published_at=next((row.published_at for row in recent if row.version == event.published_version), None),
        slots=tuple(slots),
        rooms=tuple(rooms),
        sessions=now,
        differences=_differences(known.sessions(row for row in rows if row[0].version in before), now)
        if before
        else (),
    )


class Lookup:
    """The slots and rooms of an event, by id, in their order."""

    def __init__(self, slots: Iterable[Slot], rooms: Iterable[Room]):
        self.slots = {slot.id: slot for slot in slots}
        self.rooms = {room.id: room for room in rooms}
        self._slot_order = {slot_id: number for number, slot_id in enumerate(self.slots)}
        self._room_order = {room_id: number for number, room_id in enumerate(self.rooms)}

    def sessions(self, rows: Iterable[tuple[Placement, Pitch]]) -> tuple[Placed, ...]:
        """The sessions of one version's rows, in order."""
        found = [Placed(pitch, self.slots[row.slot_id], self.rooms[row.room_id]) for row, pitch in rows]
        return tuple(sorted(found, key=lambda it: (self._slot_order[it.slot.id], self._room_order[it.room.id])))


def _placements(tx: Transaction, event_id: int, versions: list[int]) -> list[tuple[Placement, Pitch]]:
    query = (
        select(Placement, Pitch)
        .join(Pitch, col(Pitch.id) == col(Placement.pitch_id))
        .where(Placement.event_id == event_id, col(Placement.version).in_(versions))
    )
    return [(row[0], row[1]) for row in tx.execute(query)]


def _differences(before: tuple[Placed, ...], now: tuple[Placed, ...]) -> tuple[Difference, ...]:
    """What moved, came or went, in the order of the newer grid; what went comes last."""
    old, new = ({it.pitch.id: it for it in grid} for grid in (before, now))
    found = []
    for pitch_id in [*new, *(gone for gone in old if gone not in new)]:
        was, is_now = old.get(pitch_id), new.get(pitch_id)
        places = [(it.slot, it.room) if it else None for it in (was, is_now)]
        if _ids(places[0]) != _ids(places[1]):
            title = next(it.pitch.title for it in (is_now, was) if it)
            found.append(Difference(title, pitch_id, places[0], places[1]))
    return tuple(found)


def _ids(place: tuple[Slot, Room] | None) -> tuple[int, int] | None:
    return (place[0].id, place[1].id) if place else None


def place(tx: Transaction, event: Event, pitch_id: int) -> str:
    """Where and when a pitch stands on the published grid, as `10:00–10:45, Library`; empty where it does not."""
    query = (
        select(Slot, Room)
        .join(Placement, col(Placement.slot_id) == col(Slot.id))
        .join(Room, col(Room.id) == col(Placement.room_id))
        .where(Placement.event_id == event.id, Placement.version == (event.published_version or 0))
        .where(Placement.pitch_id == pitch_id)
    )
    found = tx.execute(query).first()
    return f"{Times(event.timezone).span(found[0])}, {found[1].name}" if found else ""


def now_and_next(slots: Iterable[Slot], moment: datetime) -> tuple[list[Slot], list[Slot]]:
    """The slots under way at a moment, and those that start next, fixed items included."""
    under_way = [slot for slot in slots if slot.starts_at <= moment < slot.ends_at]
    coming = [slot for slot in slots if slot.starts_at > moment]
    first = min((slot.starts_at for slot in coming), default=None)
    return under_way, [slot for slot in coming if slot.starts_at == first]


@dataclass(frozen=True)
class Times:
    """Writes moments as the clocks at the venue show them."""

    timezone: str

    def local(self, moment: datetime) -> datetime:
        """The moment in the event's zone."""
        return moment.astimezone(ZoneInfo(self.timezone))

    def clock(self, moment: datetime) -> str:
        """`10:45`."""
        return f"{self.local(moment):%H:%M}"

    def span(self, slot: Slot) -> str:
        """`10:00–10:45`."""
        return f"{self.clock(slot.starts_at)}{DASH}{self.clock(slot.ends_at)}"

    def day(self, moment: datetime) -> str:
        """`Friday 26 June 2026`."""
        local = self.local(moment)
        return f"{local:%A} {local.day} {local:%B %Y}"

    def place(self, place: tuple[Slot, Room]) -> str:
        """`11:00, Library`."""
        return f"{self.clock(place[0].starts_at)}, {place[1].name}"
