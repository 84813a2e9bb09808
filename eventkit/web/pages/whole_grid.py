"""The whole published grid as tables for a projector: page by page where it does not fit a screen's shape at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise, product
from typing import TypeVar

from eventkit.event import days
from eventkit.grid import telling
from eventkit.grid.published import PublishedGrid
from eventkit.grid.telling import Told
from eventkit.grid.times import Times, now_and_next
from eventkit.storage.tables import Room, Slot

T = TypeVar("T")


@dataclass(frozen=True)
class Shape:
    """A screen's shape, and how many columns and rows of titles in three lines it has room for.

    The smallest text is 1/40 of the screen's height, so that only the ratio of width and height matters. The sheet
    shows the table of the screen's own shape and hides the others.
    """

    name: str
    columns: int
    rows: int


SHAPES = (Shape("wide", 8, 7), Shape("square", 6, 7), Shape("tall", 2, 6))
LARGER = ((3, 5, "larger"), (5, 6, "large"))  # up to so many rows and columns there is room for larger text


@dataclass(frozen=True)
class Head:
    """What stands at the head of a column or row: a room, or a time with `now` or `next`."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class GridCell:
    """A session with what is said of it, or a fixed item; it spans as many columns and rows as it says."""

    told: Told
    mark: str
    fixed: bool = False
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True)
class GridPage:
    """One table, and which page it is of how many."""

    shape: str
    size: str
    columns: list[Head]
    rows: list[tuple[Head, list[GridCell]]]
    number: int
    pages: int


def tables(grid: PublishedGrid, times: Times, moment: datetime, turn: int) -> list[GridPage]:
    """The page whose turn it is, once for each shape of screen; what is over takes no turn where there are several."""
    return [_table(grid, times, moment, turn, shape) for shape in SHAPES]


def fits(grid: PublishedGrid) -> bool:
    """Whether the usual projector shows all of it at once."""
    return len(_plan(grid.slots, grid.rooms, SHAPES[0])[1]) == 1


def _plan(
    slots: Sequence[Slot], rooms: Sequence[Room], shape: Shape
) -> tuple[bool, list[tuple[Sequence[Slot], Sequence[Room]]]]:
    """Whether slots run across, and the slots and rooms of each page, in order of time: as few pages as can be."""
    if not slots or not rooms:
        return False, [(slots, rooms)]
    plans = [
        (False, list(product(_parts(slots, shape.rows), _parts(rooms, shape.columns)))),
        (True, list(product(_parts(slots, shape.columns), _parts(rooms, shape.rows)))),
    ]
    return min(plans, key=lambda plan: len(plan[1]))


def _parts(items: Sequence[T], most: int) -> list[Sequence[T]]:
    """The items in as few parts as can be, and those about equally long."""
    number = -(-len(items) // most)
    ends = [len(items) * part // number for part in range(number + 1)]
    return [items[start:end] for start, end in pairwise(ends)]


def _table(grid: PublishedGrid, times: Times, moment: datetime, turn: int, shape: Shape) -> GridPage:
    slots_across, pages = _plan(grid.slots, grid.rooms, shape)
    if len(pages) > 1:
        slots_across, pages = _plan([it for it in grid.slots if it.ends_at > moment], grid.rooms, shape)
    number = turn % len(pages)
    slots, rooms = pages[number]
    marks = _marks(grid, moment)
    at = [Head(_time(slot, times, moment), marks.get(slot.id, "")) for slot in slots]
    named = [Head(room.name) for room in rooms]

    def cell(slot: Slot, room: Room) -> GridCell:
        return GridCell(telling.told(grid.cell(slot, room, moment), times, telling.BRIEF), marks.get(slot.id, ""))

    def block(slot: Slot, room: Room) -> GridCell | None:
        """A session over all the slots of this page that it takes; None where it is drawn from an earlier one on."""
        it = cell(slot, room)
        placed = it.told.cell.placed
        mine = [at for at in slots if placed and grid.cells.get((at.id, room.id)) is placed]
        if placed is None or len(mine) < 2:
            return it
        mark = next((marks[at.id] for at in mine if at.id in marks), "")
        wide, high = (len(mine), 1) if slots_across else (1, len(mine))
        return replace(it, mark=mark, colspan=wide, rowspan=high) if mine[0].id == slot.id else None

    rows: list[tuple[Head, list[GridCell]]] = []
    if slots_across:
        items = {slot.id for slot in slots if _item(grid, slot)}
        for room, head in zip(rooms, named, strict=True):
            cells = [block(slot, room) for slot in slots if slot.id not in items or room is rooms[0]]
            shown = [it for it in cells if it]
            rows.append((head, [_spanning(it, rowspan=len(rooms)) if it.told.slot.id in items else it for it in shown]))
    else:
        for slot, head in zip(slots, at, strict=True):
            item = _item(grid, slot)
            shown = [it for it in (block(slot, room) for room in (rooms[:1] if item else rooms)) if it]
            rows.append((head, [_spanning(shown[0], colspan=len(rooms))] if item and shown else shown))
    columns = at if slots_across else named
    size = next((name for most, wide, name in LARGER if len(rows) <= most and len(columns) <= wide), "plain")
    size = "plain" if shape.name == "tall" else size
    return GridPage(shape.name, size, columns, rows, number + 1, len(pages))


def _spanning(cell: GridCell, colspan: int = 1, rowspan: int = 1) -> GridCell:
    return GridCell(cell.told, cell.mark, fixed=True, colspan=colspan, rowspan=rowspan)


def _item(grid: PublishedGrid, slot: Slot) -> bool:
    """Whether it is a fixed item for all rooms, and no session still stands in it."""
    return bool(slot.title) and not grid.at(slot)


def _marks(grid: PublishedGrid, moment: datetime) -> dict[int, str]:
    """Slot id to `now` or `next`."""
    under_way, coming = now_and_next(grid.slots, moment)
    return {slot.id: "next" for slot in coming} | {slot.id: "now" for slot in under_way}


def _time(slot: Slot, times: Times, moment: datetime) -> str:
    """`10:00`; on another day `Fri 26 Jun, 10:00`."""
    start = times.clock(slot.starts_at)
    today = days.has_come(times.shown, moment, times.timezone)
    return start if today else f"{times.short_day(slot.starts_at)}, {start}"
