"""Random feasible grids: the most constrained sessions first, each into any cell that is free."""

from __future__ import annotations

import random

from common import Cell, Day, arguments, tell


def main() -> None:
    """Draw until no session is left out, at most 200 times; the fullest grid counts."""
    options = arguments()
    day, rng = Day(options.problem), random.Random(options.seed)
    best: dict[str, Cell] = {}
    for _ in range(200):
        place: dict[str, Cell] = {}
        taken: set[Cell] = set()
        for name in sorted(day.sessions, key=lambda name: (len(day.cells[name]), rng.random())):
            free = [c for c in day.cells[name] if c not in taken and not day.busy(name, c[0], place)]
            if free:
                place[name] = rng.choice(free)
                taken.add(place[name])
        if len(place) > len(best) or not best:
            best = place
        if len(best) == min(len(day.sessions), sum(len(day.slots) for _ in day.rooms)):
            break
    tell(best)


if __name__ == "__main__":
    main()
