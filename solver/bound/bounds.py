"""How good any grid could be: decreasing upper bounds on the total, from prices for people and sessions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import chain
from math import comb, log10
from threading import Event

import numpy as np
from numpy.typing import NDArray

from solver.bound.column import FORBIDDEN, workspace
from solver.bound.column_generation import ColumnGeneration
from solver.bound.decompose import decompose
from solver.bound.enumerate_columns import best_grid
from solver.bound.pricing import ExactPricing, SearchLane
from solver.bound.pricing_search import tree
from solver.bound.restricted_master import DualPrices
from solver.bound.sdp import SemidefiniteRelaxation
from solver.bound.sdp_cuts import MeetingCuts, layout
from solver.bound.seat_prices import find, nothing, softened
from solver.bound.selection import selection_bounds
from solver.bound.trivial import quick
from solver.bound.units import in_units
from solver.model.index import index
from solver.model.json_format import parse
from solver.model.problem import Problem
from solver.model.tolerance import padded

SEARCHABLE = 12.5  # slots with 10 to this power columns can be searched, bigger ones only bounded as a whole
EASY = 7.0  # slots with no more are searched at once
TURNS = 500  # steps of the bound from pairs, with so many rounds of its cone in each, and between two pricings
ROUNDS_A_TURN = 15
TURNS_A_PROOF = 5
PATIENCE = 6  # pricings without progress worth telling, after which it ends
LITTLE_PATIENCE = 2  # the same where slots are searched next
# Share of the way that multipliers go to the best ones for the meetings of the moment: at first, then at least.
FIRST_STEP, LEAST_STEP = 0.8, 0.03
CHUNK = 0.15  # seconds of processor time of search between two looks at the clock
ROUNDS = 80  # subgradient steps that give the linear programme its first columns
POLISHINGS = 80  # rounds of column generation in a stage
FIRST_SHARE, PRICED_SHARE = 0.2, 0.7  # of the time, after which no more prices are sought: by subgradient steps, at all
HOPED = 0.95  # of the bound, taken for the best total where none is known
LATELY = 12  # columns of a slot found last, for which its seat prices are made
# How near to the best prices, then how certain, as shares of the bound; the last until nothing is left to prove.
STAGES = ((2.5e-3, 2.5e-3), (3e-4, 5e-4), *[(1e-7, 0.0)] * 20)
# Of the seat prices that make known columns look least good: some suit a slot better.
SHARES = (1.0, 0.8, 0.6, 0.3, 0.0)
NEARLY = 1.12  # times the lowest gap of a slot: the greatest share whose root comes as near is best further down
GAIN = 1e-4  # smallest relative progress worth telling
COMPILING = 86_400.0  # seconds, however slow or busy the machine is: what was not reached would be compiled in a build


def bounds(
    problem: Problem,
    placed: int,
    seconds: float,
    stop: Event,
    incumbent: Callable[[], float] | None = None,
    threads: int = 1,
) -> Iterator[float]:
    """Yield decreasing upper bounds on `total` over all valid grids with `placed` sessions placed.

    Each is valid: no such grid has a greater total, rounding aside. `incumbent` tells the best total found so far: it
    steers the search, and when no grid can exceed it the last bound equals it. Slots are searched in `threads`. Ends
    when there is nothing left to prove, `seconds` are over or `stop` is set (within half a second). Dantzig-Wolfe
    decomposition by slots; docs/solver-bound.md has the mathematics. With longer sessions or an order these are
    bounds of the day in parts that are free of one another (`in_units`).
    """
    lowest = np.inf
    if not problem.plain:
        yield (lowest := quick(index(problem)))
        relaxed = in_units(problem, placed)
        if relaxed is None:
            return
        problem, placed = relaxed
    ends = time.monotonic() + seconds
    with ThreadPoolExecutor(threads) as pool:
        search = _Search(problem, placed, lambda: stop.is_set() or time.monotonic() >= ends, incumbent, (pool, threads))
        for bound in search.run(seconds):
            telling = lowest == np.inf or bound < lowest - GAIN * max(1.0, abs(lowest)) or bound == search.proven
            if telling and bound < lowest:
                lowest = bound
                yield lowest
            if stop.is_set():
                return
        if search.lowest < lowest:
            yield search.lowest


def warm_up() -> None:
    """Compile the inner loops, or load them from numba's cache, on a problem of three sessions, for big days too."""
    parts = {
        "format": "twofeet-problem/1",
        "slots": [{"id": "t1"}, {"id": "t2"}],
        "rooms": [{"id": "r1", "capacity": 1}, {"id": "r2", "capacity": 1, "closed": ["t2"]}],
        "sessions": [{"id": "s1"}, {"id": "s2"}, {"id": "s3"}],
        "people": [{"id": "p1", "wants": {"s1": 1, "s2": 1}}, {"id": "p2", "wants": {"s2": 3, "s3": 1}}],
    }
    problem = parse(parts)
    for _ in bounds(problem, 3, COMPILING, Event(), lambda: 0.0):
        pass
    with ThreadPoolExecutor(1) as pool:
        next(_Search(problem, 3, lambda: False, None, (pool, 1)).relax())


class _Search:
    """One run: cheap bounds, then prices, then the proof of what each slot can bring, then the closing search."""

    def __init__(
        self,
        problem: Problem,
        placed: int,
        halted: Callable[[], bool],
        incumbent: Callable[[], float] | None,
        pool: tuple[Executor, int],
    ) -> None:
        self._view = index(problem)
        self._placed, self.parts = placed, (parts := decompose(self._view, placed))
        self.halted, self._incumbent = halted, incumbent
        self._pool, self._threads = pool
        rooms = max([len(m.seats) for m in parts.subproblems], default=0)
        self.work = workspace(parts.people, rooms)
        fans = max([len(m.who) for m in parts.subproblems], default=0)
        each = max(1, self._threads // max(1, len(parts.subproblems)))  # where all slots are alike, threads share one
        self._lanes = [
            [
                SearchLane(
                    workspace(parts.people, rooms),
                    tree(parts.people, parts.sessions, len(m.seats), fans),
                )
                for _ in range(each)
            ]
            for m in parts.subproblems
        ]
        self.generation = ColumnGeneration(parts, chain.from_iterable(self._lanes), self._pool, halted)
        self.lowest = np.inf
        self.proven: float | None = None
        self._speed = 2e4

    def run(self, seconds: float) -> Iterator[float]:
        """Yield valid bounds, not always decreasing."""
        began = time.monotonic()
        yield self._lower(quick(self._view, self._placed))
        if self._log_columns() > EASY:
            yield from self.relax()
        if self.halted() or not self.parts.count or self._log_columns() > SEARCHABLE:
            return
        self.generation.descend(ROUNDS, self._target, lambda: time.monotonic() > began + FIRST_SHARE * seconds)
        late = began + PRICED_SHARE * seconds
        for near, certain in STAGES:
            self.generation.polish(POLISHINGS, near * abs(self.lowest), lambda: time.monotonic() > late)
            pricings = self._proofs(self.generation.best, [top.sessions for top in self.generation.tops])
            yield from self._prove(pricings, certain * abs(self.lowest))
            if self.halted():
                return
            found = sum(
                self.generation.pool.add(t, pricing.column) for t, pricing in enumerate(pricings) if len(pricing.column)
            )
            if certain == 0.0 and self._close(pricings):
                yield self.lowest
                return
            if certain == 0.0 and not found:
                return

    def _log_columns(self) -> float:
        """Logarithm (10) of the number of columns of the slot that has most."""
        usable = [int((m.least < FORBIDDEN).sum()) for m in self.parts.subproblems]
        return max(
            (log10(max(1, comb(n, size.most))) for n, size in zip(usable, self.parts.sizes, strict=True)), default=0.0
        )

    def relax(self) -> Iterator[float]:
        """Count what wishes lose where they meet, or, where sessions are to be chosen, what any choice leaves out."""
        rows = layout(self.parts)
        if rows is None:
            for found in selection_bounds(self._view, self.parts):
                yield self._lower(found)
                if self.halted():
                    return
            return
        pairs, cone = MeetingCuts(self._view, self.parts, *rows), SemidefiniteRelaxation(rows[0])
        patience = LITTLE_PATIENCE if self._log_columns() <= SEARCHABLE else PATIENCE
        for whole in (False, True):
            proofs: list[float] = []
            for turn in range(TURNS):
                step = max(LEAST_STEP, FIRST_STEP / (turn + 2))
                constant, matrix = pairs.approach(cone.y, step, whole=whole)
                cone.step(matrix, ROUNDS_A_TURN)
                if self.halted():
                    return
                if turn % TURNS_A_PROOF == TURNS_A_PROOF - 1:
                    proofs.append(constant + cone.prove(matrix))
                    yield self._lower(proofs[-1])
                    if min(proofs) > min(proofs[:-patience], default=np.inf) - GAIN * abs(proofs[-1]):
                        break

    def _target(self) -> float:
        known = self._incumbent() if self._incumbent else -np.inf
        return known if np.isfinite(known) else HOPED * self.lowest

    def _lower(self, bound: float) -> float:
        self.lowest = min(self.lowest, padded(bound))
        return self.lowest

    def _total(self, p: DualPrices, pricings: list[ExactPricing]) -> float:
        return self.generation.known(p) + sum(q.bound * n for q, n in zip(pricings, self.parts.copies, strict=True))

    def _proofs(self, p: DualPrices, tops: list[NDArray[np.int64]]) -> list[ExactPricing]:
        pricings = []
        for t, (m, size) in enumerate(zip(self.parts.subproblems, self.parts.sizes, strict=True)):
            pool = self.generation.pool
            mine = [column for k, column in zip(pool.subproblem, pool.sets, strict=True) if k == t][-LATELY:]
            found = nothing(m) if self.halted() else find(m, self.work, p.worth, p.price, [np.sort(tops[t]), *mine])
            self.generation.guides[t] = found
            guides = [softened(m, found, share) for share in SHARES] if found.rents else [found]
            prices, known = (p.worth, p.price), (tops[t], self.generation.tops[t].value)
            tried = [ExactPricing(m, self._lanes[t], size, prices, guide=guide, known=known) for guide in guides]
            lowest = min(pricing.gap for pricing in tried)
            pricings.append(next(pricing for pricing in tried if pricing.gap <= NEARLY * lowest))
        return pricings

    def _prove(self, pricings: list[ExactPricing], doubtful: float) -> Iterator[float]:
        """Search the slots that are least certain until no more than `doubtful` is left to prove in all."""
        while not self.halted():
            doubt = [q.gap * n for q, n in zip(pricings, self.parts.copies, strict=True)]
            if max(doubt) <= 0 or sum(doubt) <= doubtful:
                return
            worst = sorted(range(len(doubt)), key=lambda t: -doubt[t])[: self._threads]
            pieces = [(pricings[t], lane) for t in worst if doubt[t] > 0 for lane in pricings[t].pieces()]
            found = list(self._pool.map(self._advance, pieces))
            for (pricing, _), (column, value, _) in zip(pieces, found, strict=True):
                if len(column):
                    pricing.note(column, value)
                pricing.conclude()
            speeds = [speed for _, _, speed in found]
            self._speed = max(100.0, 0.5 * self._speed + 0.5 * sum(speeds) / len(speeds))
            yield self._lower(self._total(self.generation.best, pricings))

    def _advance(self, piece: tuple[ExactPricing, int]) -> tuple[NDArray[np.int64], float, float]:
        """Search a lane of a slot for a chunk; (column, value, nodes a second of this thread's own time)."""
        pricing, lane = piece
        began = time.thread_time()
        nodes, value, column = pricing.search(lane, int(self._speed * CHUNK))
        return column, value, nodes / max(time.thread_time() - began, 1e-4)

    def _close(self, pricings: list[ExactPricing]) -> bool:
        """Search what whole grids could still exceed the incumbent; true if the best total is known then."""
        known = self._incumbent() if self._incumbent else -np.inf
        if not np.isfinite(known):
            return False
        total = self._total(self.generation.best, pricings)
        found = best_grid(self.parts, self.work, pricings, total - known, self.halted) if total > known else -np.inf
        if found is None:
            return False
        self.proven = self.lowest = min(self.lowest, max(found, known))
        return True
