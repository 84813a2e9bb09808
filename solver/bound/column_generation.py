"""Good prices for the bound: subgradient steps first, then column generation with smoothed prices."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from solver.bound.column import FORBIDDEN, Workspace, climb, conjugate, levels, value
from solver.bound.column_exchange import exchange_two
from solver.bound.decompose import Decomposition
from solver.bound.pricing_search import tree
from solver.bound.restricted_master import ColumnPool, DualPrices, RestrictedMaster, dual_prices
from solver.bound.seat_prices import nothing

Ints = NDArray[np.int64]
STARTS = 6  # columns of the pool from which the search for a better one starts
COLUMNS = 40  # columns of each slot that the linear programme starts with, and of those that it has gone through
GROWN = 200
MASTER_SIZE = 40_000  # columns of people beyond which the linear programme takes too long


class ColumnGeneration:
    """Column generation: dual prices under improvement, the best so far, and the best column of each slot at them."""

    def __init__(self, parts: Decomposition, work: Workspace, halted: Callable[[], bool], seed: int = 1) -> None:
        """Start from prices at which every kept slot is worth its share of a person's harmony."""
        self.parts, self.work, self.halted = parts, work, halted
        self.pool = ColumnPool(parts, work)
        self._rng = np.random.default_rng(seed)
        self._counts = np.zeros((parts.people, 4), np.int64)
        self._rooms = max([len(m.seats) for m in parts.subproblems], default=0)
        fans = max([len(m.who) for m in parts.subproblems], default=0)
        self._tree = tree(parts.people, parts.sessions, self._rooms, fans)
        self._free = [nothing(m) for m in parts.subproblems]
        self.best = self._first()
        self.estimate = np.inf
        self._polished = False
        self.tops: list[tuple[float, Ints]] = []

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

    def _random(self, t: int) -> Ints:
        chosen = np.zeros(self._rooms + 1, np.int64)
        usable = self._rng.permutation(np.flatnonzero(self.parts.subproblems[t].least < FORBIDDEN))
        size = self.parts.sizes[t].most
        chosen[:size] = usable[:size]
        return chosen

    def _climb(self, t: int, start: Ints, size: int, p: DualPrices) -> tuple[float, Ints]:
        chosen = np.zeros(self._rooms + 1, np.int64)
        chosen[:size] = start[:size]
        n, found = climb(self.parts.subproblems[t], self.work, chosen, size, *self.parts.sizes[t], p.worth, p.price)
        return found, chosen[:n].copy()

    def _exchange(self, t: int, top: tuple[float, Ints], p: DualPrices) -> tuple[float, Ints]:
        subproblem, (smallest, _) = self.parts.subproblems[t], self.parts.sizes[t]
        guide, store, column = self._free[t], np.zeros((0, 1), np.int64), top[1].copy()
        n, found = exchange_two(
            subproblem, guide, self.work, self._tree, column, len(column), smallest, p.worth, p.price, top[0], store
        )
        return float(found), column[:n]

    def search(self, p: DualPrices, starts: int) -> tuple[float, list[tuple[float, Ints]], int]:
        """Look for the best column of each subproblem; (estimate of the bound, the best ones, new columns)."""
        total, tops, added = self.known(p), [], 0
        for t in range(len(self.parts.subproblems)):
            best: tuple[float, Ints] = (-np.inf, np.zeros(0, np.int64))
            for chosen in self._starts(t, p, starts * self.parts.copies[t]):
                found = self._climb(t, chosen, len(chosen), p)
                added += self.pool.add(t, found[1])
                best = max(best, found, key=lambda pair: pair[0])
            best = self._exchange(t, best, p)
            added += self.pool.add(t, best[1])
            total += best[0] * self.parts.copies[t]
            tops.append(best)
        return total, tops, added

    def _starts(self, t: int, p: DualPrices, starts: int) -> list[Ints]:
        subproblem, (smallest, largest) = self.parts.subproblems[t], self.parts.sizes[t]
        rated: list[tuple[float, int, Ints]] = []
        for column in self.pool.sets[-2000:]:
            if smallest <= len(column) <= largest and (subproblem.least[column] < FORBIDDEN).all():
                worth = value(subproblem, self.work, column, len(column), p.worth, p.price, -1e300)
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
        current = [(self._random(t), parts.sizes[t].most) for t in range(len(parts.subproblems))]
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
            for t, subproblem in enumerate(parts.subproblems):
                found, column = self._climb(t, current[t][0], current[t][1], now)
                current[t] = (column, len(column))
                total += found * parts.copies[t]
                tops.append((found, column))
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
        return answer[0] if answer else None
