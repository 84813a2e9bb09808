"""Good prices for the bound: subgradient steps first, then column generation with smoothed prices."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from solver.bound.column import FORBIDDEN, Work, climb, conjugate, levels, value
from solver.bound.decompose import Day
from solver.bound.restricted_master import Master, Pool, Prices, prices

Ints = NDArray[np.int64]
STARTS = 6  # contents of the pool from which the search for a better one starts
COLUMNS = 40  # contents of each market that the linear programme starts with
MASTER_SIZE = 40_000  # columns of people beyond which the linear programme takes too long


class Duals:
    """Prices under improvement; `best` has the least estimate so far, `tops` the best value found in each market."""

    def __init__(self, day: Day, work: Work, halted: Callable[[], bool], seed: int = 1) -> None:
        """Start from prices at which every kept slot is worth its share of a person's harmony."""
        self.day, self.work, self.halted = day, work, halted
        self.pool = Pool(day, work)
        self._rng = np.random.default_rng(seed)
        self._counts = np.zeros((day.people, 4), np.int64)
        self._rooms = max([len(m.seats) for m in day.markets], default=0)
        self.best = self._first()
        self.estimate = np.inf
        self.tops: list[tuple[float, Ints]] = []

    def _first(self) -> Prices:
        day = self.day
        kept = np.minimum(day.room[:, 1:].sum(1), day.room[:, 0])
        held = day.fixed[:, 1:].sum(1) + np.maximum(kept * 0.85, 1)
        rank = np.diff(day.table, append=day.table[-1:])
        share = np.interp(held - 0.5, np.arange(len(rank)), rank)
        worth = np.outer(share, [0.0, 1.0, 2.0, 3.0, 3.0])
        return prices(worth, np.zeros(day.sessions))

    def known(self, p: Prices) -> float:
        """What the prices give without the markets: people's conjugates, sessions and the constant."""
        day = self.day
        people = conjugate(p.worth, day.room, day.fixed, day.table, self._counts)
        return float(people) + p.content(day) + day.constant

    def _random(self, t: int) -> Ints:
        chosen = np.zeros(self._rooms + 1, np.int64)
        usable = self._rng.permutation(np.flatnonzero(self.day.markets[t].least < FORBIDDEN))
        size = self.day.sizes[t][1]
        chosen[:size] = usable[:size]
        return chosen

    def _climb(self, t: int, start: Ints, size: int, p: Prices) -> tuple[float, Ints]:
        chosen = np.zeros(self._rooms + 1, np.int64)
        chosen[:size] = start[:size]
        n, found = climb(self.day.markets[t], self.work, chosen, size, *self.day.sizes[t], p.worth, p.price)
        return found, chosen[:n].copy()

    def search(self, p: Prices, starts: int) -> tuple[float, list[tuple[float, Ints]], int]:
        """Look for the best content of each market; (estimate of the bound, the best ones, new columns)."""
        total, tops, added = self.known(p), [], 0
        for t in range(len(self.day.markets)):
            best: tuple[float, Ints] = (-np.inf, np.zeros(0, np.int64))
            for chosen in self._starts(t, p, starts):
                found = self._climb(t, chosen, len(chosen), p)
                added += self.pool.add(t, found[1])
                best = max(best, found, key=lambda pair: pair[0])
            total += best[0] * self.day.copies[t]
            tops.append(best)
        return total, tops, added

    def _starts(self, t: int, p: Prices, starts: int) -> list[Ints]:
        market, (smallest, largest) = self.day.markets[t], self.day.sizes[t]
        rated: list[tuple[float, int, Ints]] = []
        for content in self.pool.sets[-2000:]:
            if smallest <= len(content) <= largest and (market.least[content] < FORBIDDEN).all():
                worth = value(market, self.work, content, len(content), p.worth, p.price, -1e300)
                rated.append((worth, len(rated), content))
        rated.sort(reverse=True)
        size = largest
        return [content for _, _, content in rated[:starts]] + [self._random(t)[:size]]

    def _spread(self, p: Prices) -> int:
        """Add contents that share no session, as those of a whole grid do; returns how many are new."""
        day, price, added = self.day, p.price.copy(), 0
        for t, copies in enumerate(day.copies):
            for _ in range(copies):
                _, content = self._climb(t, self._random(t), day.sizes[t][1], Prices(p.worth, price))
                added += self.pool.add(t, content)
                price[content] += 1e3
        return added

    def consider(self, p: Prices, starts: int) -> int:
        """Search at these prices and keep them if they promise a lower bound; returns the new columns."""
        estimate, tops, added = self.search(p, starts)
        added += self._spread(p)
        if estimate < self.estimate:
            self.best, self.estimate, self.tops = p, estimate, tops
        return added

    def descend(self, rounds: int, target: Callable[[], float], late: Callable[[], bool]) -> None:
        """Subgradient steps towards `target()`, the step shortened where they stall."""
        day, step, stalled = self.day, 1.0, 0
        current = [(self._random(t), day.sizes[t][1]) for t in range(len(day.markets))]
        low = np.zeros(day.people, np.int64)
        now, slope = self.best, (np.zeros((day.people, 5)), np.zeros(day.sessions))
        rows = np.arange(day.people)
        for _ in range(rounds):
            if self.halted() or (late() and self.tops):
                return
            total = self.known(now)
            people, sessions = np.zeros((day.people, 5)), np.zeros(day.sessions)
            people[:, 1:4] = -self._counts[:, 1:]
            dear = np.flatnonzero(day.free)[np.argsort(-now.price[day.free], kind="stable")[: day.count]]
            sessions[dear] = 1
            tops = []
            for t, market in enumerate(day.markets):
                found, content = self._climb(t, current[t][0], current[t][1], now)
                current[t] = (content, len(content))
                total += found * day.copies[t]
                tops.append((found, content))
                self.pool.add(t, content)
                levels(market, content, len(content), low)
                people[rows, low] += day.copies[t]
                sessions[content] -= day.copies[t]
            people[:, 0] = 0
            stalled = 0 if total < self.estimate - 1e-4 * abs(total) else stalled + 1
            if total < self.estimate:
                self.best, self.estimate, self.tops = now, total, tops
            if stalled > 20:
                step, stalled, now = step * 0.7, 0, self.best
            slope = (0.7 * slope[0] + 0.3 * people, 0.7 * slope[1] + 0.3 * sessions)
            norm = (slope[0] ** 2).sum() + (slope[1] ** 2).sum()
            length = step * max(total - target(), 1e-3 * abs(total)) / max(norm, 1e-9)
            now = prices(now.worth - length * slope[0], now.price - length * slope[1])

    def polish(self, rounds: int, gap: float, late: Callable[[], bool]) -> None:
        """Column generation: solve the master programme, smooth its prices, search; until within `gap` of its value."""
        master = Master(self.day)
        if master.size > MASTER_SIZE:
            return
        self.pool.thin(self.best, COLUMNS)
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
            if added < len(self.day.markets) or self.estimate >= before - gap:
                added += self.consider(p, 2)
            if self.estimate - worth < gap or not added:
                return

    def _solve(self, master: Master) -> tuple[float, Prices] | None:
        answer: list[tuple[float, Prices] | None] = []
        thread = Thread(target=lambda: answer.append(master.solve(self.pool, 60.0)), daemon=True)
        thread.start()
        while thread.is_alive() and not self.halted():
            thread.join(0.05)
        return answer[0] if answer else None
