"""What people do by hand: most votes first, into the biggest room that is free, earliest slot first."""

from __future__ import annotations

from common import Cell, Day, arguments, tell


def main() -> None:
    """Place one session after the other."""
    day = Day(arguments().problem)
    place: dict[str, Cell] = {}
    taken: set[Cell] = set()
    for name in sorted(day.sessions, key=lambda name: -day.demand(name)):
        free = [c for c in day.cells[name] if c not in taken and not day.busy(name, c[0], place)]
        if free:
            cell = min(free, key=lambda c: (-day.rooms[c[1]]["capacity"], day.slots.index(c[0])))
            place[name] = cell
            taken.add(cell)
    tell(place)


if __name__ == "__main__":
    main()
