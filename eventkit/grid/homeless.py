"""Sessions that people see and that have no place any more, and where each could go without moving another."""

from collections.abc import Set
from dataclasses import dataclass

from eventkit.grid.published import CellState, Placed, PublishedGrid
from eventkit.storage.tables import Room

WANTING = frozenset({CellState.ROOM_CLOSED, CellState.SLOT_TAKEN})


@dataclass(frozen=True)
class Homeless:
    """A session without a place, and the free rooms of its own slot that have what it needs, largest first."""

    placed: Placed
    offers: tuple[Room, ...]


def homeless(grid: PublishedGrid, taken: Set[tuple[int, int]] = frozenset()) -> list[Homeless]:
    """Every session of the grid for which a place is wanted, in order of time and rooms.

    Cells (slot id, room id) that are `taken`, because the draft has something there, are not offered.
    """
    found = []
    for placed in grid.sessions:
        if placed.state in WANTING:
            free = [] if placed.slot.title else [room for room in grid.rooms if _free(grid, placed, room, taken)]
            found.append(Homeless(placed, tuple(sorted(free, key=lambda room: -room.capacity))))
    return found


def _free(grid: PublishedGrid, placed: Placed, room: Room, taken: Set[tuple[int, int]]) -> bool:
    closed = placed.slot.id in grid.closed.get(room.id, ())
    cell = placed.slot.id, room.id
    return not closed and cell not in grid.cells and cell not in taken and set(placed.pitch.needs) <= set(room.features)
