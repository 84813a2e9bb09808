"""What people should see now: the published grid and all that has happened to it since, for every screen and file.

Nobody else works out whether a session stands: wall, doors, phones, calendars and files are made from this reading. The
state of a cell is data; grid/telling.py has the sentences.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from eventkit.clock import now
from eventkit.event import days, events, notices, runs
from eventkit.event.days import ProgrammeDay
from eventkit.event.notices import Revised, Was
from eventkit.grid import closures
from eventkit.market import on_offer, series
from eventkit.market.series import Follower, SeriesPart
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, GridVersion, Notice, NoticeKind, Pitch, Placement, Room, Slot

REMEMBERED = timedelta(hours=12)  # how long a change is news to somebody
RECENT = timedelta(hours=1)  # how long it is news to everybody

GONE = (NoticeKind.TAKEN_OFF, NoticeKind.WITHDRAWN, NoticeKind.HIDDEN, NoticeKind.MERGED)  # a session went with these


class CellState(StrEnum):
    """What is so with a cell of the published grid."""

    ON = "on"
    ROOM_CLOSED = "room closed"  # a session stands there, and a place is wanted for it
    SLOT_TAKEN = "slot taken"  # likewise: the slot has become a fixed item
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"
    MERGED = "merged"  # into another pitch
    MOVED = "moved"  # nothing stands there: what did is elsewhere
    TAKEN_OFF = "taken off"  # nothing stands there: what did is nowhere
    CLOSED = "closed"  # nothing stands there, and nothing can
    FIXED = "fixed"
    FREE = "free"


HAPPENS = frozenset({CellState.ON, CellState.ROOM_CLOSED, CellState.SLOT_TAKEN})


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A session: a pitch in its cell, what is so with it, and the newest revision that touched it."""

    pitch: Pitch
    slot: Slot
    room: Room
    state: CellState = CellState.ON
    into: Pitch | None = None  # what a merged pitch is part of
    revision: int = 0
    revised_at: datetime | None = None
    later: tuple[Slot, ...] = ()  # the slots that it takes after its first
    lost: tuple[Slot, ...] = ()  # those of its slots in which it cannot be where it stands
    item: str = ""  # the fixed item that is there then
    part: SeriesPart | None = None  # of a series

    @property
    def slots(self) -> tuple[Slot, ...]:
        """All the slots that it takes, in order."""
        return (self.slot, *self.later)

    @property
    def starts_at(self) -> datetime:
        return self.slot.starts_at

    @property
    def ends_at(self) -> datetime:
        return self.slots[-1].ends_at

    @property
    def standing(self) -> bool:
        """Whether it happens, be it in a place that is still to be found."""
        return self.state in HAPPENS

    @property
    def title(self) -> str:
        """Its pitch's title; of a hidden one nothing is shown."""
        return "" if self.state is CellState.HIDDEN else self.pitch.title


@dataclass(frozen=True)
class News:
    """A notice with its rows: what happened to which session, slot or room; None where that is gone since."""

    notice: Notice
    pitch: Pitch | None
    slot: Slot | None
    room: Room | None

    @property
    def kind(self) -> NoticeKind:
        return self.notice.kind

    @property
    def at(self) -> datetime:
        return self.notice.at

    @property
    def root(self) -> int | None:
        """The id of the pitch that it is about, or of the one which that is part of now."""
        return (self.pitch.merged_into or self.pitch.id) if self.pitch else None

    @property
    def subject(self) -> object:
        """What it is about, so that only the newest of each is told; when a slot is, is told beside what else it is."""
        it = self.notice
        if self.pitch:
            return "pitch", self.pitch.id
        alone = it.kind is NoticeKind.SLOT_SHIFTED or (it.slot_id is None and it.room_id is None)
        return it.slot_id, it.room_id, it.kind if alone else ""

    @property
    def was(self) -> Was | None:
        """Where the session, or when the slot, was."""
        it = self.notice
        if it.was_starts_at is None or it.was_ends_at is None:
            return None
        return Was(it.slot_id, it.room_id, it.was_starts_at, it.was_ends_at, it.was_room)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell as people should see it: its state, the session that stands or stood there, and where that went."""

    slot: Slot
    room: Room
    state: CellState
    placed: Placed | None = None
    gone: Pitch | None = None
    to: Placed | None = None  # where the session is now that was here, or that this one is part of
    item: str = ""  # the title of a fixed item

    @property
    def goes_on(self) -> bool:
        """Whether its session started in an earlier slot."""
        return self.placed is not None and self.placed.slot.id != self.slot.id

    @property
    def ends_at(self) -> datetime:
        """When what is there is over."""
        return self.placed.ends_at if self.placed and self.placed.standing else self.slot.ends_at


@dataclass(frozen=True)
class FixedItem:
    """A fixed item: what takes a slot in all rooms (`whole`), or in some while sessions go on in others."""

    title: str
    slot: Slot
    rooms: tuple[Room, ...]
    whole: bool = False

    @property
    def starts_at(self) -> datetime:
        return self.slot.starts_at

    @property
    def ends_at(self) -> datetime:
        return self.slot.ends_at


@dataclass(frozen=True, kw_only=True)
class PublishedGrid:
    """What people see, in order of time and of the organiser's rooms; `news` is newest first."""

    version: int
    revision: int
    published_at: datetime | None
    revised_at: datetime | None
    slots: tuple[Slot, ...]
    rooms: tuple[Room, ...]
    sessions: tuple[Placed, ...]
    closed: Mapping[int, set[int]]  # room id -> ids of the slots in which it cannot be used
    items: Mapping[tuple[int, int], str]  # (slot id, room id) -> the fixed item that takes this room only
    news: tuple[News, ...]
    timezone: str = "UTC"

    @cached_property
    def days(self) -> tuple[ProgrammeDay, ...]:
        """The days of the programme."""
        return days.of(self.slots, self.timezone)

    def today(self, moment: datetime) -> ProgrammeDay | None:
        """The day that screens show by themselves."""
        return days.today(self.days, moment, self.timezone)

    def of_day(self, day: ProgrammeDay | None) -> "PublishedGrid":
        """The same with the slots of one day only; sessions of other days are still known by their pitches."""
        return replace(self, slots=day.slots) if day and len(self.days) > 1 else self

    @cached_property
    def cells(self) -> Mapping[tuple[int, int], Placed]:
        """(slot id, room id) to the session there: the one that starts there, else one that goes on there."""
        later = {(slot.id, placed.room.id): placed for placed in self.sessions for slot in placed.later}
        return later | {(placed.slot.id, placed.room.id): placed for placed in self.sessions}

    @cached_property
    def by_pitch(self) -> Mapping[int, Placed]:
        """Pitch id to its session."""
        return {placed.pitch.id: placed for placed in self.sessions}

    @cached_property
    def repeats(self) -> Mapping[int, Placed]:
        """Pitch id of a session or its repeat to the other one of the two, where both happen."""
        standing = [it for it in self.sessions if it.standing]
        known = {pitch.id: it for it in standing for pitch in (*it.pitch.parts, it.pitch)}
        pairs = [(it, known[it.pitch.repeat_of]) for it in standing if it.pitch.repeat_of in known]
        return {one.pitch.id: other for it, first in pairs for one, other in ((it, first), (first, it))}

    @cached_property
    def fixed(self) -> list[FixedItem]:
        """All fixed items in order of time; one of all rooms is none while sessions still stand in its slot."""
        found = []
        for slot in self.slots:
            if slot.title and not self.at(slot):
                found.append(FixedItem(slot.title, slot, self.rooms, whole=True))
            mine = [(room, self.items.get((slot.id, room.id), "")) for room in self.rooms]
            for title in dict.fromkeys(known for room, known in mine if known):
                found.append(FixedItem(title, slot, tuple(room for room, known in mine if known == title)))
        return found

    def at(self, slot: Slot) -> list[Placed]:
        """The sessions of one slot, room by room, with those that go on in it."""
        there = [placed for placed in self.sessions if slot.id in {it.id for it in placed.slots}]
        order = {room.id: number for number, room in enumerate(self.rooms)}
        return sorted(there, key=lambda placed: order[placed.room.id])

    def cell(self, slot: Slot, room: Room, moment: datetime) -> Cell:
        """One cell as it is at a moment; what left it is told there for as long as it is recent."""
        placed, here = self.cells.get((slot.id, room.id)), self.items.get((slot.id, room.id), "")
        if placed and (placed.standing or not all((it.id, room.id) in self.items for it in placed.slots)):
            to = self.by_pitch.get(placed.into.id) if placed.into else None
            return Cell(slot=slot, room=room, state=placed.state, placed=placed, item=here, gone=placed.pitch, to=to)
        if item := slot.title or here:
            return Cell(slot=slot, room=room, state=CellState.FIXED, item=item)
        left = self._left.get((slot.id, room.id))
        if left and left.pitch and left.pitch.hidden_at is None and moment - left.at < RECENT and slot.ends_at > moment:
            to = self.by_pitch.get(left.root or 0)
            state = CellState.MOVED if to and to.standing else CellState.TAKEN_OFF
            return Cell(slot=slot, room=room, state=state, gone=left.pitch, to=to)
        closed = slot.id in self.closed.get(room.id, ())
        return Cell(slot=slot, room=room, state=CellState.CLOSED if closed else CellState.FREE)

    def first(self, news: News) -> News:
        """The oldest news of the same kind and subject: how it was before all of them."""
        return self._firsts[news.kind, news.subject]

    @cached_property
    def _firsts(self) -> Mapping[tuple[NoticeKind, object], News]:
        return {(it.kind, it.subject): it for it in self.news}

    @cached_property
    def _left(self) -> Mapping[tuple[int | None, int | None], News]:
        """(slot id, room id) to the newest news of a session that left that cell."""
        kinds = (NoticeKind.MOVED, NoticeKind.TAKEN_OFF)
        return {(it.notice.slot_id, it.notice.room_id): it for it in reversed(self.news) if it.kind in kinds}


def read(tx: Transaction, event: Event, moment: datetime | None = None) -> PublishedGrid | None:
    """The grid as people should see it, or None before one is published. Nine queries, however large it is."""
    if event.published_version is None:
        return None
    slots, rooms = events.slots(tx, event.id), events.rooms(tx, event.id)
    closed, items, revised = closures.by_room(tx, event.id), closures.items(tx, event.id), notices.revised(tx, event.id)
    known = _Rows(slots, rooms, (closed, items), revised, series.rows(tx, event.id))
    return PublishedGrid(
        version=event.published_version,
        revision=event.revision,
        published_at=tx.scalar(
            select(GridVersion.published_at).where(
                GridVersion.event_id == event.id, GridVersion.version == event.published_version
            )
        ),
        revised_at=max((it.at for it in revised), default=None),
        slots=tuple(slots),
        rooms=tuple(rooms),
        sessions=_sessions(_placements(tx, event), known),
        closed=closed,
        items=items,
        news=_news(tx, event.id, (moment or now()) - REMEMBERED, slots, rooms),
        timezone=event.timezone,
    )


def pitched_late(tx: Transaction, event_id: int, limit: int = 10) -> list[tuple[Notice, Pitch]]:
    """The newest pitches that came after the grid was published, newest first: only the organiser is told."""
    query = select(Notice, Pitch).join(Pitch, col(Pitch.id) == col(Notice.pitch_id))
    late = query.where(Notice.event_id == event_id, Notice.kind == NoticeKind.LATE_PITCH, *on_offer.offered())
    return [(row[0], row[1]) for row in tx.execute(late.order_by(col(Notice.id).desc()).limit(limit))]


def gone(tx: Transaction, event: Event, grid: PublishedGrid) -> list[News]:
    """The newest news of each session that people have seen and that does not happen any more, oldest first."""
    query = (
        select(Notice, Pitch)
        .join(Pitch, col(Pitch.id) == col(Notice.pitch_id))
        .where(Notice.event_id == event.id, col(Notice.kind).in_(GONE), col(Notice.was_starts_at).is_not(None))
        .order_by(col(Notice.id))
    )
    newest = {pitch.id: News(notice, pitch, None, None) for notice, pitch in tx.execute(query)}
    return [it for pitch_id, it in newest.items() if pitch_id not in grid.by_pitch]


class _Rows:
    """What a session is made from besides its own row."""

    def __init__(
        self,
        slots: Iterable[Slot],
        rooms: Iterable[Room],
        unusable: tuple[Mapping[int, set[int]], Mapping[tuple[int, int], str]],
        revised: list[Revised],
        order: Sequence[Follower],
    ):
        self.parts = series.of(order)
        self._twice = {it for row in order if row.repeat_of for it in (row.id, row.repeat_of)}
        self._newest = max(revised, key=lambda it: it.revision, default=None)
        self.slots = {slot.id: slot for slot in slots}
        self.rooms = {room.id: room for room in rooms}
        self._closed, self._items = unusable
        self._onward = runs.onward(self.slots.values())
        self._slot_order = {slot_id: number for number, slot_id in enumerate(self.slots)}
        self._room_order = {room_id: number for number, room_id in enumerate(self.rooms)}
        self._revised = {(it.pitch_id, it.slot_id, it.room_id): it for it in revised if it.pitch_id is None}
        self._of_pitch: dict[int, Revised] = {}
        for it in revised:
            if it.pitch_id is not None and it.revision >= getattr(self._of_pitch.get(it.pitch_id), "revision", 0):
                self._of_pitch[it.pitch_id] = it

    def order(self, placed: Placed) -> tuple[int, int]:
        """By time, then by the organiser's order of rooms."""
        return self._slot_order[placed.slot.id], self._room_order[placed.room.id]

    def placed(self, row: Placement, pitch: Pitch, state: CellState, into: Pitch | None) -> Placed:
        """A session, once it is known whether its pitch stands."""
        slot, room = self.slots[row.slot_id], self.rooms[row.room_id]
        taken = runs.taken(slot, pitch.length, self._onward)
        item = slot.title or next(filter(None, (self._items.get((it.id, room.id)) for it in taken)), "")
        lost = tuple(it for it in taken if self._cannot_be(it, room, item))
        if state is CellState.ON and lost:
            state = CellState.SLOT_TAKEN if item else CellState.ROOM_CLOSED
        keys: list[tuple[None, int | None, int | None]] = [(None, None, None), (None, None, room.id)]
        keys += [(None, it.id, where) for it in taken for where in (None, room.id)]
        found = [self._revised[key] for key in keys if key in self._revised]
        found += [self._of_pitch[pitch.id]] if pitch.id in self._of_pitch else []
        newest = max(found, key=lambda it: it.revision, default=None)
        if pitch.id in self._twice:  # it tells of the other one, wherever that is
            newest = self._newest
        revision, at = (newest.revision, newest.at) if newest else (0, None)
        return Placed(
            pitch=pitch,
            slot=slot,
            room=room,
            state=state,
            into=into,
            revision=revision,
            revised_at=at,
            later=taken[1:],
            lost=lost,
            item=item,
            part=self.parts.get(pitch.id),
        )

    def _cannot_be(self, slot: Slot, room: Room, item: str) -> bool:
        """Whether a session cannot be in a slot in its room: because of the item, where there is one."""
        if item:
            return item in (slot.title, self._items.get((slot.id, room.id)))
        return slot.id in self._closed.get(room.id, ())


def _placements(tx: Transaction, event: Event) -> Sequence[tuple[Placement, Pitch, Pitch]]:
    """What was published: each placement with its pitch and what that is part of now, or itself."""
    root = aliased(Pitch)
    query = (
        select(Placement, Pitch, root)
        .join(Pitch, col(Pitch.id) == col(Placement.pitch_id))
        .join(root, col(root.id) == func.coalesce(Pitch.merged_into, Pitch.id))
        .where(Placement.event_id == event.id, Placement.version == (event.published_version or 0))
        .order_by(col(Placement.slot_id), col(Placement.room_id))
    )
    return [(row[0], row[1], row[2]) for row in tx.execute(query)]


def _sessions(rows: Sequence[tuple[Placement, Pitch, Pitch]], known: _Rows) -> tuple[Placed, ...]:
    """The sessions in order. A pitch that others were merged into stands where one of them did, if nowhere itself."""
    taken = {pitch.id for _, pitch, _ in rows}
    found = []
    for row, pitch, root in rows:
        if pitch.id != root.id and root.id not in taken:
            taken.add(root.id)
            found.append(known.placed(row, root, _of_pitch(root), None))
        elif pitch.id != root.id:
            found.append(known.placed(row, pitch, CellState.MERGED, root))
        else:
            found.append(known.placed(row, pitch, _of_pitch(pitch), None))
    return tuple(sorted(found, key=known.order))


def _of_pitch(pitch: Pitch) -> CellState:
    if pitch.hidden_at is not None:
        return CellState.HIDDEN
    return CellState.ON if on_offer.stands(pitch) else CellState.WITHDRAWN


def _news(
    tx: Transaction, event_id: int, since: datetime, slots: Iterable[Slot], rooms: Iterable[Room]
) -> tuple[News, ...]:
    by_slot, by_room = {slot.id: slot for slot in slots}, {room.id: room for room in rooms}
    columns: tuple[Any, ...] = (Notice, Pitch)
    query = (
        select(*columns)
        .outerjoin(Pitch, col(Pitch.id) == col(Notice.pitch_id))
        .where(Notice.event_id == event_id, Notice.at > since, Notice.kind != NoticeKind.LATE_PITCH)
        .order_by(col(Notice.id).desc())
        .limit(notices.KEPT)
    )
    found: list[News] = []
    for notice, pitch in tx.execute(query):
        found.append(News(notice, pitch, by_slot.get(notice.slot_id or 0), by_room.get(notice.room_id or 0)))
        if notice.kind is NoticeKind.UNPUBLISHED:  # what came before is about another grid
            break
    return tuple(found)
