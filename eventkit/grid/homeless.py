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
    cells = [(slot.id, room.id) for slot in placed.slots]
    closed = any(slot_id in grid.closed.get(room_id, ()) for slot_id, room_id in cells)
    free = not any(cell in grid.cells or cell in taken for cell in cells)
    return not closed and free and set(placed.pitch.needs) <= set(room.features)
