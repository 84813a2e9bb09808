"""The race: first grid, then better and better ones until time is up, the proof is complete or somebody says stop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from threading import Event

from solver.answer import Incumbent, incumbent
from solver.index import index
from solver.plain import PlainSearch
from solver.problem import Problem
from solver.reasons import unplaced
from solver.rooms import settle
from solver.start import start

ROUND = 0.25  # seconds between two looks at the plain search


def solve(
    problem: Problem,
    seconds: float = 10.0,
    workers: int = 2,
    seed: int = 1,
    stop: Event | None = None,
    iterations: int | None = None,
) -> Iterator[Incumbent]:
    """Yield better and better grids; the last one has `done` set and a status.

    `seconds` is wall time from the call, `workers` the threads to search with, `iterations` a budget of moves in
    place of the clock (with one worker and the same seed it gives the same grid). Setting `stop` ends the search
    within half a second. Raises ProblemError for a problem that breaks the format; never yields an invalid grid.
    """
    began = time.monotonic()
    halt = stop or Event()
    problem.validate()
    view = index(problem)
    search = PlainSearch(start(view), seed)
    best: Incumbent | None = None
    left = iterations
    while True:
        cells = settle(view, search.best)
        found = incumbent(problem, view.grid(cells), unplaced(view, cells), time.monotonic() - began, None)
        if best is None or (found.placed, found.total) > (best.placed, best.total + 1e-9):
            best = found
            yield best
        ends = min(time.monotonic() + ROUND, began + seconds)
        moves = 10**9 if left is None else min(left, 1000)
        search.run(moves, 0.2, lambda ends=ends: halt.is_set() or (left is None and time.monotonic() > ends))
        if left is not None:
            left -= moves
        over = left <= 0 if left is not None else time.monotonic() >= began + seconds
        if over or halt.is_set() or not search.movable:
            break
    yield replace(best, done=True, status="feasible", elapsed=time.monotonic() - began)
