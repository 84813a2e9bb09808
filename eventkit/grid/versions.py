"""The grid: which pitch stands in which cell, in numbered versions that only grow; moving, pinning, publishing.

The draft is version `event.grid_version`; people see `event.published_version`. Version 0 is the empty grid. Every
change writes a whole new version, so that an undo, or a page that shows an older one, needs no arithmetic.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select

from eventkit.clock import now
from eventkit.errors import Invalid, NotFound, Stale
from eventkit.event import events, notices, runs
from eventkit.event.notices import Fact, Was
from eventkit.event.roles import Organiser
from eventkit.grid import history, retiming
from eventkit.grid.history import EntryKind, HistoryEntry
from eventkit.grid.retiming import Retimed
from eventkit.market import on_offer
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import (
    ChangeKind,
    Event,
    GridCause,
    GridVersion,
    NoticeKind,
    Pitch,
    Placement,
    Room,
    Slot,
)
from eventkit.text import sentences
from eventkit.text.language import gettext as _
from eventkit.text.language import ngettext

LOSERS_FIRST = (NoticeKind.TAKEN_OFF, NoticeKind.MOVED, NoticeKind.PLACED)  # the order in which people are told

# What a version for one of these causes changes came from the same build.
KEEP_BUILD = (GridCause.MOVE, GridCause.UNDO, GridCause.REDO, GridCause.BACK, GridCause.SHIFT, GridCause.ROOM)


class Spot(NamedTuple):
    """Where a pitch stands, and whether builds must leave it there."""

    slot_id: int
    room_id: int
    pinned: bool = False


Grid = dict[int, Spot]  # by pitch id


@dataclass(frozen=True)
class CellChange:
    """A pitch that stands elsewhere in one grid than in another; None is off the grid."""

    pitch_id: int
    before: Spot | None
    after: Spot | None


def placements(tx: Transaction, event_id: int, version: int | None) -> list[Placement]:
    """What stands in a version of the grid, in order of time and rooms, without withdrawn and merged pitches.

    Where a pitch was merged into one that has no place of its own here, that one stands in its place, whatever became
    of the part.
    """
    part = aliased(Pitch)
    rows = tx.execute(
        select(Placement, Pitch.id)
        .join(part, col(part.id) == col(Placement.pitch_id))
        .join(Pitch, col(Pitch.id) == func.coalesce(part.merged_into, part.id))
        .join(Slot, col(Slot.id) == Placement.slot_id)
        .join(Room, col(Room.id) == Placement.room_id)
        .where(Placement.event_id == event_id, Placement.version == (version or 0), *on_offer.live(event_id))
        .order_by(col(Slot.starts_at), col(Slot.id), col(Room.position), col(Room.id))
    ).all()
    taken = {row.pitch_id for row, root in rows if row.pitch_id == root}
    found = []
    for row, root in rows:
        if row.pitch_id == root:
            found.append(row)
        elif root not in taken:
            taken.add(root)
            found.append(Placement(**{**row.model_dump(), "pitch_id": root}))
    return found


def draft(tx: Transaction, event: Event) -> list[Placement]:
    """What stands in the draft that the organiser works on."""
    return placements(tx, event.id, event.grid_version)


def published(tx: Transaction, event: Event) -> list[Placement]:
    """What people see; nothing before the first publishing."""
    return placements(tx, event.id, event.published_version)


def spots(rows: Iterable[Placement]) -> Grid:
    """The placements as a mapping from pitch to spot."""
    return {row.pitch_id: Spot(row.slot_id, row.room_id, row.pinned) for row in rows}


def differences(before: Grid, after: Grid) -> list[CellChange]:
    """The pitches that stand in another cell, pins aside, in order of their ids."""
    return [
        CellChange(pitch_id, before.get(pitch_id), after.get(pitch_id))
        for pitch_id in sorted({*before, *after})
        if _cell(before.get(pitch_id)) != _cell(after.get(pitch_id))
    ]


def unplaced(tx: Transaction, event_id: int, placed: Iterable[int]) -> list[Pitch]:
    """The pitches that could stand on the grid and do not, oldest first."""
    taken = set(placed)
    return [pitch for pitch in on_offer.standing(tx, event_id) if pitch.id not in taken]


def check_version(tx: Transaction, by: Organiser, version: int) -> Event:
    """The event, its grid locked until the transaction ends. Raises Stale where `version` is not the draft's."""
    event = by.event
    tx.refresh(event, with_for_update=True)
    if version != event.grid_version:
        raise Stale(
            _(
                "The grid changed since you looked. %(changed)s Look again, then decide.",
                changed=history.since(tx, event, version),
            )
        )
    return event


def newest_built(tx: Transaction, event_id: int) -> int:
    """The newest version that a build made; 0 where none did."""
    of_event = GridVersion.event_id == event_id
    query = select(func.max(GridVersion.version)).where(of_event, GridVersion.cause == GridCause.BUILD)
    return tx.scalar(query) or 0


def replace(
    tx: Transaction,
    by: Organiser,
    version: int,
    grid: Grid,
    cause: GridCause,
    entries: Sequence[HistoryEntry] = (),
    *,
    build_id: int | None = None,
) -> int:
    """Put a whole grid in the place of draft `version`; returns the new version. Raises Stale.

    Pitches that were withdrawn or merged meanwhile are left out; slots and rooms must be the event's.
    """
    event = check_version(tx, by, version)
    standing = set(tx.scalars(select(Pitch.id).where(*on_offer.live(event.id))))
    return _write(
        tx,
        event,
        {pitch: spot for pitch, spot in grid.items() if pitch in standing},
        cause,
        entries,
        build_id,
        by=by.person_id,
    )


def move(
    tx: Transaction,
    by: Organiser,
    version: int,
    pitch_id: int,
    cell: tuple[int, int] | None,
    pin: bool = False,
) -> str:
    """Put a pitch into a cell (slot id, room id), or take it off the grid (None). Returns what happened, in words.

    It takes the slots after it, too, if it takes several. Whoever stands there changes places with it, or goes off the
    grid where there is no such place. What may be unwise is never forbidden: see draft/warnings.py. Raises Stale,
    NotFound.
    """
    event = check_version(tx, by, version)
    pitch = _pitch(tx, event.id, pitch_id)
    grid = spots(draft(tx, event))
    came_from = grid.pop(pitch_id, None)
    entries = [HistoryEntry(kind=EntryKind.TAKEN_OFF, pitch=pitch_id)]
    if cell is not None:
        wanted = Spot(*cell, pinned=pin)
        moved = _moved(tx, event, pitch_id, came_from, wanted)
        entries = [moved, *_make_way(tx, event, grid, pitch, wanted, came_from)]
        grid[pitch_id] = wanted
    if grid.get(pitch_id) == came_from:
        return _("%(title)s stays where it is.", title=quoted(pitch))
    _write(tx, event, grid, GridCause.MOVE, entries, by=by.person_id)
    return said(tx, event)


def said(tx: Transaction, event: Event) -> str:
    """What made the draft what it is, in words."""
    return " ".join(history.told(tx, [tx.get_one(GridVersion, (event.id, event.grid_version))]))


def take_off(tx: Transaction, by: Organiser, pitch_ids: Iterable[int], entry: HistoryEntry) -> int:
    """Take pitches off the draft because their room or slot goes away; returns the new version."""
    event, gone = by.event, set(pitch_ids)
    grid = spots(draft(tx, event))
    kept = {pitch: spot for pitch, spot in grid.items() if pitch not in gone}
    return _write(tx, event, kept, GridCause.ROOM, [entry], by=by.person_id)


def restore(tx: Transaction, by: Organiser, target: int, cause: GridCause, entries: Sequence[HistoryEntry]) -> str:
    """Make the draft what it was in version `target`, as a new version. Returns what was done, in words."""
    event = by.event
    _write(tx, event, spots(placements(tx, event.id, target)), cause, entries, restores=target, by=by.person_id)
    return said(tx, event)


def note_shift(
    tx: Transaction,
    by: Organiser,
    entries: Sequence[HistoryEntry],
    changes: Sequence[Retimed] = (),
    *,
    cause: GridCause = GridCause.SHIFT,
    restores: int | None = None,
) -> str:
    """A version equal to the draft that says its slots were shifted; published where the draft is, since all see it.

    `changes` are kept for undo and redo, which give their own `cause` and what it `restores`. Returns what was done,
    in words.
    """
    event = by.event
    seen = event.published_version == event.grid_version and event.grid_version > 0
    grid = spots(draft(tx, event))
    version = _write(tx, event, grid, cause, entries, restores=restores, by=by.person_id)
    row = tx.get_one(GridVersion, (event.id, version))
    row.retimed = retiming.as_data(changes)
    if seen:
        event.published_version, row.published_at = version, now()
    return said(tx, event)


def publish(tx: Transaction, by: Organiser, version: int) -> str:
    """Show the draft to everybody. Returns what happened, in words. Raises Stale, Invalid."""
    event = check_version(tx, by, version)
    if version == 0:
        raise Invalid(_("There is no grid yet. Build one, or place sessions by hand, then publish it."))
    if event.published_version == version:
        return _("This grid is published already.")
    first = event.published_version is None
    before, after = spots(published(tx, event)), spots(draft(tx, event))
    changed = differences(before, after)
    facts = _facts(tx, changed)
    if first:  # of what people saw of one that was taken back, they must hear what does not happen now
        missed = [it for it in notices.take_up(tx, event) if it.pitch_id not in after]
        facts = [*missed, Fact(kind=NoticeKind.PUBLISHED)]
    event.published_version = version
    tx.get_one(GridVersion, (event.id, version)).published_at = now()
    notices.leave(tx, event, facts or [Fact(kind=NoticeKind.PUBLISHED)], by.person_id)
    change_log.record(tx, event.id, ChangeKind.PUBLISH, version=version, pitches=[it.pitch_id for it in changed])
    return ngettext("Published, with one session.", "Published. %(num)s sessions are on the grid.", len(after))


def unpublish(tx: Transaction, by: Organiser, version: int) -> str:
    """Take the grid back: people see none until the next publishing, and builds move freely again. Raises Stale."""
    event = check_version(tx, by, version)
    if event.published_version is None:
        raise Invalid(_("No grid is published, so there is nothing to take back."))
    saw = losses(tx, published(tx, event))
    notices.leave(tx, event, [Fact(kind=NoticeKind.UNPUBLISHED), *saw], by.person_id)
    event.published_version = None
    change_log.record(tx, event.id, ChangeKind.PUBLISH, version=None)
    return _("The grid is taken back. People see that there is none yet, and the next build may move everything.")


def quoted(pitch: Pitch) -> str:
    """A pitch's title as a sentence about it quotes it."""
    return sentences.quoted(pitch.title)


def cell_name(event: Event, slot: Slot, room: Room) -> str:
    """A cell in words: `11:00, Library`."""
    return f"{slot.starts_at.astimezone(ZoneInfo(event.timezone)):%H:%M}, {room.name}"


def _write(
    tx: Transaction,
    event: Event,
    grid: Grid,
    cause: GridCause,
    entries: Iterable[HistoryEntry],
    build_id: int | None = None,
    *,
    restores: int | None = None,
    by: int | None = None,
) -> int:
    base = tx.get(GridVersion, (event.id, event.grid_version if restores is None else restores))
    event.grid_version = version = event.grid_version + 1
    tx.add(
        GridVersion(
            event_id=event.id,
            version=version,
            cause=cause,
            entries=history.as_data(entries),
            restores=restores,
            build_id=base.build_id if base and cause in KEEP_BUILD else build_id,
            made_at=now(),
            made_by=by,
        )
    )
    tx.flush()
    key = {"event_id": event.id, "version": version}
    if rows := [{**key, "pitch_id": pitch_id, **spot._asdict()} for pitch_id, spot in grid.items()]:
        tx.execute(insert(Placement), rows)
    change_log.record(tx, event.id, ChangeKind.GRID, version=version)
    return version


def _make_way(
    tx: Transaction, event: Event, grid: Grid, pitch: Pitch, wanted: Spot, came_from: Spot | None
) -> list[HistoryEntry]:
    """Move whoever stands in the wanted cells to where the newcomer came from; returns that for the history."""
    known = {it.id: it for it in on_offer.standing(tx, event.id)}
    on = runs.onward(events.slots(tx, event.id))
    slots = {slot.id: slot for slot in events.slots(tx, event.id)}

    def run(pitch_id: int, slot_id: int) -> list[int]:
        return [slot.id for slot in runs.taken(slots[slot_id], known[pitch_id].length, on)]

    entries = []
    for pitch_id, spot in displaced(grid, pitch.id, _cell(wanted), _cell(came_from), run).items():
        pinned = grid.pop(pitch_id).pinned
        if spot is not None:
            grid[pitch_id] = Spot(*spot, pinned=pinned)
        kind = EntryKind.CHANGED_PLACES if spot else EntryKind.PUSHED_OFF
        entries.append(HistoryEntry(kind=kind, pitch=pitch_id))
    return entries


def displaced(
    grid: Mapping[int, Spot],
    pitch_id: int,
    wanted: tuple[int, int] | None,
    came_from: tuple[int, int] | None,
    run: Callable[[int, int], Sequence[int]],
) -> dict[int, tuple[int, int] | None]:
    """Where those go who stand in the cells that a pitch takes at `wanted`; None is off the grid.

    `run(pitch id, slot id)` says which slots a pitch takes from one on. Each goes to that part of the place where the
    newcomer came from which is to it as its own is to the new place, if it has room there.
    """
    if wanted is None:
        return {}
    new, old = run(pitch_id, wanted[0]), run(pitch_id, came_from[0]) if came_from else ()
    cells = {it: _cells(run(it, spot.slot_id), spot.room_id) for it, spot in grid.items() if it != pitch_id}
    mine = _cells(new, wanted[1])
    going = [it for it, taken in cells.items() if taken & mine]
    full = mine.union(*(taken for it, taken in cells.items() if it not in going))
    found: dict[int, tuple[int, int] | None] = {}
    for it in sorted(going, key=lambda it: grid[it].slot_id != wanted[0]):
        place = new.index(grid[it].slot_id) if grid[it].slot_id in new else len(old)
        spot = (old[place], came_from[1]) if came_from and place < len(old) else None
        wants = _cells(run(it, spot[0]), spot[1]) if spot else set()
        found[it] = spot if spot and not wants & full else None
        full |= wants if found[it] else set()
    return found


def _cells(slots: Iterable[int], room: int) -> set[tuple[int, int]]:
    return {(slot, room) for slot in slots}


def _moved(tx: Transaction, event: Event, pitch_id: int, came_from: Spot | None, wanted: Spot) -> HistoryEntry:
    slot, room = tx.get(Slot, wanted.slot_id), tx.get(Room, wanted.room_id)
    if slot is None or room is None or {slot.event_id, room.event_id} != {event.id}:
        raise NotFound(_("There is no such slot or room any more. Choose one of those offered."))
    where, kind = cell_name(event, slot, room), EntryKind.MOVED if came_from else EntryKind.PLACED
    if _cell(came_from) == _cell(wanted):
        kind = EntryKind.PINNED if wanted.pinned else EntryKind.UNPINNED
    return HistoryEntry(kind=kind, pitch=pitch_id, text=where, pinned=wanted.pinned)


def losses(tx: Transaction, rows: Iterable[Placement]) -> list[Fact]:
    """What people lose who see these placements, for notices."""
    return _facts(tx, differences(spots(rows), {}))


def _facts(tx: Transaction, changed: Iterable[CellChange]) -> list[Fact]:
    """What a publishing does to each session, for its notices."""
    found = []
    for it in changed:
        if it.before is None:
            found.append(Fact(kind=NoticeKind.PLACED, pitch_id=it.pitch_id))
            continue
        pitch, slot = tx.get_one(Pitch, it.pitch_id), tx.get_one(Slot, it.before.slot_id)
        was = notices.whole_time(tx, pitch.event_id, Was.at(slot, tx.get_one(Room, it.before.room_id)), pitch)
        found.append(Fact(kind=NoticeKind.MOVED if it.after else NoticeKind.TAKEN_OFF, pitch_id=it.pitch_id, was=was))
    return sorted(found, key=lambda fact: LOSERS_FIRST.index(fact.kind))


def _pitch(tx: Transaction, event_id: int, pitch_id: int) -> Pitch:
    pitch = tx.scalar(select(Pitch).where(*on_offer.live(event_id), Pitch.id == pitch_id))
    if pitch is None:
        raise NotFound(_("This pitch is not here any more: it was withdrawn or merged into another."))
    return pitch


def _cell(spot: Spot | None) -> tuple[int, int] | None:
    return None if spot is None else spot[:2]
