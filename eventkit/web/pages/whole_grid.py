"""The whole published grid as tables for a projector: page by page where it does not fit a screen's shape at once."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate, count, pairwise, product
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

    `item` is how much of such a row the line of a fixed item takes. The smallest text is 1/40 of the screen's height,
    so that only the ratio of width and height matters. The sheet shows the table of the screen's own shape and hides
    the others.
    """

    name: str
    columns: int
    rows: int
    item: float


SHAPES = (Shape("wide", 8, 7, 0.5), Shape("square", 6, 7, 0.5), Shape("tall", 2, 6, 0.75))
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


@dataclass(frozen=True, kw_only=True)
class GridPage:
    """One table, which page it is of how many, and its day where that has not come."""

    shape: str
    size: str
    columns: list[Head]
    rows: list[tuple[Head, list[GridCell]]]
    number: int
    pages: int
    day: str


def tables(grid: PublishedGrid, times: Times, moment: datetime, turn: int) -> list[GridPage]:
    """The page whose turn it is, once for each shape of screen; what is over takes no turn where there are several."""
    return [_table(grid, times, moment, turn, shape) for shape in SHAPES]


def fits(grid: PublishedGrid) -> bool:
    """Whether the usual projector shows all of it at once."""
    return len(_plan(grid, grid.slots, SHAPES[0])[1]) == 1


def _plan(
    grid: PublishedGrid, slots: Sequence[Slot], shape: Shape
) -> tuple[bool, list[tuple[Sequence[Slot], Sequence[Room]]]]:
    """Whether slots run across, and the slots and rooms of each page, in order of time: as few pages as can be."""
    rooms = grid.rooms
    if not slots or not rooms:
        return False, [(slots, rooms)]
    plans = [
        (False, list(product(_parts(slots, shape.rows, _height(grid, shape)), _parts(rooms, shape.columns)))),
        (True, list(product(_parts(slots, shape.columns), _parts(rooms, shape.rows)))),
    ]
    return min(plans, key=lambda plan: len(plan[1]))


def _height(grid: PublishedGrid, shape: Shape) -> Callable[[Slot], float]:
    """How many rows of titles in three lines a slot takes as a row."""
    return lambda slot: shape.item if _item(grid, slot) else 1.0


def _parts(items: Sequence[T], most: int, size: Callable[[T], float] = lambda _: 1.0) -> list[Sequence[T]]:
    """The items, none larger than 1, in as few parts of sizes up to `most` as can be, and those about equally large."""
    sums = list(accumulate(map(size, items), initial=0.0))
    for number in count(max(1, int(-(-sums[-1] // most)))):
        ends = [bisect_right(sums, sums[-1] * part / number + 1e-9) - 1 for part in range(number + 1)]
        if all(sums[end] - sums[start] <= most for start, end in pairwise(ends)):
            return [items[start:end] for start, end in pairwise(ends) if start < end]
    raise AssertionError


def _table(grid: PublishedGrid, times: Times, moment: datetime, turn: int, shape: Shape) -> GridPage:
    slots_across, pages = _plan(grid, grid.slots, shape)
    if len(pages) > 1:
        slots_across, pages = _plan(grid, [it for it in grid.slots if it.ends_at > moment], shape)
    number = turn % len(pages)
    slots, rooms = pages[number]
    marks = _marks(grid, moment)
    at = [Head(times.clock(slot.starts_at), marks.get(slot.id, "")) for slot in slots]
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
    high = len(rows) if slots_across else sum(map(_height(grid, shape), slots))
    size = next((name for most, wide, name in LARGER if high <= most and len(columns) <= wide), "plain")
    size = "plain" if shape.name == "tall" else size
    day = "" if not slots or days.has_come(times.shown, moment, times.timezone) else times.short_day(slots[0].starts_at)
    return GridPage(
        shape=shape.name, size=size, columns=columns, rows=rows, number=number + 1, pages=len(pages), day=day
    )


def _spanning(cell: GridCell, colspan: int = 1, rowspan: int = 1) -> GridCell:
    return GridCell(cell.told, cell.mark, fixed=True, colspan=colspan, rowspan=rowspan)


def _item(grid: PublishedGrid, slot: Slot) -> bool:
    """Whether it is a fixed item for all rooms, and no session still stands in it."""
    return bool(slot.title) and not grid.at(slot)


def _marks(grid: PublishedGrid, moment: datetime) -> dict[int, str]:
    """Slot id to `now` or `next`."""
    under_way, coming = now_and_next(grid.slots, moment)
    return {slot.id: "next" for slot in coming} | {slot.id: "now" for slot in under_way}
