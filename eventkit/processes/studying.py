"""The child process that studies the grid of a build: first what would help most, then tighter and tighter bounds.

The order comes in on a line, findings go out on lines; see child.py for how it is told to stop.
"""

import sys
from collections.abc import Iterable
from typing import Any

import solver
from eventkit.processes.answering import answer, ordered

FEW = 12  # changes that are kept: some are gone when they are read, and few of one kind are told


def main() -> int:
    """Study what was ordered; returns the exit code."""
    order, stop = ordered()
    problem = solver.parse(order["problem"])
    if order["help"]:
        grid = [solver.Assignment(**placement) for placement in order["grid"]]
        answer({"help": _as_json(solver.suggestions(solver.Explainer(problem, grid), FEW))})
    if order["seconds"] > 0:
        for bound in solver.bounds(problem, order["placed"], order["seconds"], stop, lambda: float(order["total"])):
            answer({"bound": bound})
    return 0


def _as_json(found: Iterable[solver.Suggestion]) -> list[dict[str, Any]]:
    """What is kept of each: which change, and what it does, without the people whose day it touches."""
    numbers = ("total", "kept", "left_out", "turned_away")
    return [
        {
            **{name: getattr(it, name) for name in ("kind", "session", "slot", "room", "detail")},
            **{name: getattr(it.change, name) for name in numbers},
        }
        for it in found
    ]


if __name__ == "__main__":
    sys.exit(main())
