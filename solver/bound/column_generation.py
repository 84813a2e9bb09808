"""Good prices for the bound: subgradient steps first, then column generation with smoothed prices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.bound.column import FORBIDDEN, conjugate, levels, value
from solver.bound.column_exchange import climb, exchange_two
from solver.bound.decompose import Decomposition
from solver.bound.pricing import SearchLane
from solver.bound.restricted_master import ColumnPool, DualPrices, RestrictedMaster, dual_prices
from solver.bound.seat_prices import nothing

Ints = NDArray[np.int64]
STARTS = 6  # columns of the pool from which the search for a better one starts
COLUMNS = 40  # columns of each slot that the linear programme starts with, and of those that it has gone through
GROWN = 200
MASTER_SIZE = 40_000  # columns of people beyond which the linear programme takes too long


class PricedColumn(NamedTuple):
    """A column of one slot and its value under the prices at which it was found."""

    value: float
    sessions: Ints


class ColumnGeneration:
    """Column generation: dual prices under improvement, the best so far, and the best column of each slot at them."""

    def __init__(
        self,
        parts: Decomposition,
        lanes: Iterable[SearchLane],
        threads: Executor,
        halted: Callable[[], bool],
        seed: int = 1,
    ) -> None:
        """Start from prices at which every kept slot is worth its share of a person's harmony.

        Columns are looked for side by side in `threads`, each of which takes one of the `lanes` that is free; with any
        number of threads they are the same columns.
        """
        self.parts, self.halted, self._threads = parts, halted, threads
        self._lanes: SimpleQueue[SearchLane] = SimpleQueue()
        for lane in lanes:
            self._lanes.put(lane)
        self.pool = ColumnPool(parts)
        self._rng = np.random.default_rng(seed)
        self._counts = np.zeros((parts.people, 4), np.int64)
        self._rooms = max([len(m.seats) for m in parts.subproblems], default=0)
        self.guides = [nothing(m) for m in parts.subproblems]  # seat prices
        self.best = self._first()
        self.estimate = np.inf
        self._polished = False
        self.tops: list[PricedColumn] = []

    def _first(self) -> DualPrices:
        parts = self.parts
        kept = np.minimum(parts.room[:, 1:].sum(1), parts.room[:, 0])
        held = parts.fixed[:, 1:].sum(1) + np.maximum(kept * 0.85, 1)
        rank = np.diff(parts.table, append=parts.table[-1:])
        share = np.interp(held - 0.5, np.arange(len(rank)), rank)
        worth = np.outer(share, [0.0, 1.0, 2.0, 3.0, 3.0])
        return dual_prices(worth, np.zeros(parts.sessions))

    def known(self, p: DualPrices) -> float:
        """What the prices give without the subproblems: people's conjugates, sessions and the constant."""
        parts = self.parts
        people = conjugate(p.worth, parts.room, parts.fixed, parts.table, self._counts)
        return float(people) + p.sessions(parts) + parts.constant

    @contextmanager
    def _lane(self) -> Iterator[SearchLane]:
        lane = self._lanes.get()
        try:
            yield lane
        finally:
            self._lanes.put(lane)

    def _random(self, t: int) -> Ints:
        chosen = np.zeros(self._rooms + 1, np.int64)
        usable = self._rng.permutation(np.flatnonzero(self.parts.subproblems[t].least < FORBIDDEN))
        size = self.parts.sizes[t].most
        chosen[:size] = usable[:size]
        return chosen

    def _climb(self, t: int, start: Ints, size: int, p: DualPrices) -> PricedColumn:
        chosen = np.zeros(self._rooms + 1, np.int64)
        chosen[:size] = start[:size]
        subproblem, sizes = self.parts.subproblems[t], self.parts.sizes[t]
        with self._lane() as lane:
            n, found = climb(subproblem, self.guides[t], *lane, chosen, size, sizes, p.worth, p.price)
        return PricedColumn(found, chosen[:n].copy())

    def _exchange(self, t: int, top: PricedColumn, p: DualPrices) -> PricedColumn:
        subproblem, (smallest, _) = self.parts.subproblems[t], self.parts.sizes[t]
        guide, store, column = self.guides[t], np.zeros((0, 1), np.int64), top.sessions.copy()
        with self._lane() as lane:
            n, found = exchange_two(
                subproblem, guide, *lane, column, len(column), smallest, p.worth, p.price, top.value, store
            )
        return PricedColumn(float(found), column[:n])

    def search(self, p: DualPrices, starts: int) -> tuple[float, list[PricedColumn], int]:
        """Look for the best column of each subproblem; (estimate of the bound, the best ones, new columns)."""
        parts, added = self.parts, 0
        starts_of = [self._starts(t, p, starts * copies) for t, copies in enumerate(parts.copies)]
        each = [(t, start) for t, several in enumerate(starts_of) for start in several]
        tops: list[PricedColumn] = [PricedColumn(-np.inf, np.zeros(0, np.int64)) for _ in parts.copies]
        climbs = self._threads.map(lambda pair: self._climb(pair[0], pair[1], len(pair[1]), p), each)
        for (t, _), found in zip(each, climbs, strict=True):
            added += self.pool.add(t, found.sessions)
            tops[t] = max(tops[t], found, key=lambda it: it.value)
        tops = list(self._threads.map(lambda t: self._exchange(t, tops[t], p), range(len(tops))))
        added += sum(self.pool.add(t, top.sessions) for t, top in enumerate(tops))
        return self.known(p) + sum(top.value * n for top, n in zip(tops, parts.copies, strict=True)), tops, added

    def _starts(self, t: int, p: DualPrices, starts: int) -> list[Ints]:
        subproblem, (smallest, largest) = self.parts.subproblems[t], self.parts.sizes[t]
        rated: list[tuple[float, int, Ints]] = []
        with self._lane() as lane:
            for column in self.pool.sets[-2000:]:
                if smallest <= len(column) <= largest and (subproblem.least[column] < FORBIDDEN).all():
                    worth = value(subproblem, lane.work, column, len(column), p.worth, p.price, -1e300)
                    rated.append((worth, len(rated), column))
        rated.sort(reverse=True)
        size = largest
        return [column for _, _, column in rated[:starts]] + [self._random(t)[:size]]

    def _spread(self, p: DualPrices) -> int:
        """Add columns that share no session, as those of a whole grid do; returns how many are new."""
        parts, price, added = self.parts, p.price.copy(), 0
        for t, copies in enumerate(parts.copies):
            for _ in range(copies):
                _, column = self._climb(t, self._random(t), parts.sizes[t].most, DualPrices(p.worth, price))
                added += self.pool.add(t, column)
                price[column] += 1e3
        return added

    def consider(self, p: DualPrices, starts: int) -> int:
        """Search at these prices and keep them if they promise a lower bound; returns the new columns."""
        estimate, tops, added = self.search(p, starts)
        added += self._spread(p)
        if estimate < self.estimate:
            self.best, self.estimate, self.tops = p, estimate, tops
        return added

    def descend(self, rounds: int, target: Callable[[], float], late: Callable[[], bool]) -> None:
        """Subgradient steps towards `target()`, the step shortened where they stall."""
        parts, step, stalled = self.parts, 1.0, 0
        current = [(t, self._random(t), size.most) for t, size in enumerate(parts.sizes)]
        low = np.zeros(parts.people, np.int64)
        now, slope = self.best, (np.zeros((parts.people, 5)), np.zeros(parts.sessions))
        rows = np.arange(parts.people)
        for _ in range(rounds):
            if self.halted() or (late() and self.tops):
                return
            total = self.known(now)
            people, sessions = np.zeros((parts.people, 5)), np.zeros(parts.sessions)
            people[:, 1:4] = -self._counts[:, 1:]
            dear = np.flatnonzero(parts.free)[np.argsort(-now.price[parts.free], kind="stable")[: parts.count]]
            sessions[dear] = 1
            tops = []
            climbs = list(self._threads.map(self._climb, *zip(*current, strict=True), [now] * len(current)))
            for t, (found, column) in enumerate(climbs):
                subproblem, current[t] = parts.subproblems[t], (t, column, len(column))
                total += found * parts.copies[t]
                tops.append(PricedColumn(found, column))
                self.pool.add(t, column)
                levels(subproblem, column, len(column), low)
                people[rows, low] += parts.copies[t]
                sessions[column] -= parts.copies[t]
            people[:, 0] = 0
            stalled = 0 if total < self.estimate - 1e-4 * abs(total) else stalled + 1
            if total < self.estimate:
                self.best, self.estimate, self.tops = now, total, tops
            if stalled > 20:
                step, stalled, now = step * 0.7, 0, self.best
            slope = (0.7 * slope[0] + 0.3 * people, 0.7 * slope[1] + 0.3 * sessions)
            norm = (slope[0] ** 2).sum() + (slope[1] ** 2).sum()
            length = step * max(total - target(), 1e-3 * abs(total)) / max(norm, 1e-9)
            now = dual_prices(now.worth - length * slope[0], now.price - length * slope[1])

    def polish(self, rounds: int, gap: float, late: Callable[[], bool]) -> None:
        """Column generation: solve the master programme, smooth its prices, search; until within `gap` of its value."""
        master = RestrictedMaster(self.parts)
        if master.size > MASTER_SIZE:
            return
        self.pool.thin(self.best, GROWN if self._polished else COLUMNS)
        self._polished = True
        share = 0.3
        self.estimate = np.inf
        self.consider(self.best, STARTS)
        for _ in range(rounds):
            if late():
                return
            solved = self._solve(master)
            if solved is None or self.halted():
                return
            worth, p = solved
            before = self.estimate
            added = self.consider(self.best.towards(p, share), STARTS)
            if added < len(self.parts.subproblems) or self.estimate >= before - gap:
                added += self.consider(p, 2)
            if self.estimate - worth < gap or not added:
                return

    def _solve(self, master: RestrictedMaster) -> tuple[float, DualPrices] | None:
        answer: list[tuple[float, DualPrices] | None] = []
        thread = Thread(target=lambda: answer.append(master.solve(self.pool, 60.0)), daemon=True)
        thread.start()
        while thread.is_alive() and not self.halted():
            thread.join(0.05)
        if thread.is_alive():
            master.interrupt()
        return answer[0] if answer else None
