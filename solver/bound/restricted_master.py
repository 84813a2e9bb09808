"""Prices for people and sessions: the linear programme over the slot contents found so far, and its dual values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, hstack, vstack

from solver.bound.column import FORBIDDEN, Work, levels, value
from solver.bound.decompose import Day

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Prices:
    """Dual values: what a kept slot is worth to each person by level (`worth`, P x 5) and the `price` (S) of sessions.

    Any values give a valid bound; `worth` does not fall with the level, is 0 at level 0, and level 4 equals 3.
    """

    worth: Floats
    price: Floats

    def towards(self, other: Prices, share: float) -> Prices:
        """Return the prices a `share` (0 to 1) of the way to others."""
        keep = 1 - share
        return Prices(keep * self.worth + share * other.worth, keep * self.price + share * other.price)

    def content(self, day: Day) -> float:
        """The dearest `count` sessions: what the prices of a whole grid's sessions can come to at most."""
        return float(np.sort(self.price[day.free])[::-1][: day.count].sum())


def prices(worth: Floats, price: Floats) -> Prices:
    """Make prices of raw values: worth is lifted until it does not fall with the level."""
    lifted = np.maximum.accumulate(np.maximum(worth, 0.0), axis=1)
    lifted[:, 4] = lifted[:, 3]
    return Prices(lifted, price)


class Pool:
    """The contents found so far, each for one market, as columns of the master programme."""

    def __init__(self, day: Day, work: Work) -> None:
        """Start empty."""
        self.day, self._work = day, work
        self.market: list[int] = []
        self.sets: list[Ints] = []
        self.cost: list[float] = []
        self.kept: list[tuple[Ints, Ints]] = []
        self._known: set[tuple[int, bytes]] = set()
        self._levels = np.zeros(day.people, np.int64)
        self._free = np.zeros((day.people, 5)), np.zeros(day.sessions)

    def add(self, t: int, chosen: Ints) -> bool:
        """Add a content of market t unless it is known or impossible; tells whether it was added."""
        content = np.sort(chosen)
        key = (t, content.tobytes())
        if key in self._known:
            return False
        self._known.add(key)
        market = self.day.markets[t]
        cost = value(market, self._work, content, len(content), *self._free, -1e300)
        if cost < -FORBIDDEN / 2:
            return False
        levels(market, content, len(content), self._levels)
        people = np.flatnonzero(self._levels)
        self.market.append(t)
        self.sets.append(content)
        self.cost.append(cost)
        self.kept.append((people, self._levels[people].copy()))
        return True

    def thin(self, p: Prices, most: int) -> None:
        """Keep only the `most` best columns of each market at these prices."""
        rated = [
            (
                self.market[i],
                -value(self.day.markets[self.market[i]], self._work, s, len(s), p.worth, p.price, -1e300),
                i,
            )
            for i, s in enumerate(self.sets)
        ]
        kept: list[int] = []
        count: dict[int, int] = {}
        for t, _, i in sorted(rated):
            count[t] = count.get(t, 0) + 1
            if count[t] <= most:
                kept.append(i)
        self.market, self.sets = [self.market[i] for i in kept], [self.sets[i] for i in kept]
        self.cost, self.kept = [self.cost[i] for i in kept], [self.kept[i] for i in kept]
        self._known = {(t, s.tobytes()) for t, s in zip(self.market, self.sets, strict=True)}

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.sets)


class Master:
    """The linear programme; its rows and the columns of people are the same at each solve, those of contents grow."""

    def __init__(self, day: Day) -> None:
        """Lay out the rows: one for each person and strength, one for each person and rank, sessions, markets."""
        self.day = day
        reach = np.minimum(day.room[:, 1:], day.room[:, :1]) + day.fixed[:, 1:]
        self._link = np.full((day.people, 5), -1)
        people, level = np.nonzero(reach)
        self._link[people, level + 1] = np.arange(len(people))
        self.links = len(people)
        ranks = np.minimum(day.room[:, 0] + day.fixed[:, 1:].sum(1), reach.sum(1))
        first = self.links + np.concatenate([[0], np.cumsum(ranks)])
        who = np.repeat(np.arange(len(people)), ranks[people])
        rank = np.concatenate([np.arange(n) for n in ranks[people]]) if len(people) else np.zeros(0, int)
        self.size = len(who)
        rows = np.concatenate([who, first[people[who]] + rank]) if self.size else np.zeros(0, int)
        ones = np.ones(2 * self.size)
        self._people = csr_matrix((ones, (rows, np.tile(np.arange(self.size), 2))), shape=(first[-1], self.size))
        self._gain = (level[who] + 1) * np.diff(day.table)[rank]
        self._limit = np.concatenate([day.fixed[people, level + 1], np.ones(first[-1] - self.links)])

    def solve(self, pool: Pool, seconds: float) -> tuple[float, Prices] | None:
        """Return the programme's value and its prices; None where it found none in time."""
        day, columns, rows = self.day, len(pool), self._people.shape[0]
        link = [self._link[people, level] for people, level in pool.kept]
        contents = _columns(link, columns, rows, -1.0)
        sessions = _columns(pool.sets, columns, day.sessions, 1.0)
        markets = csr_matrix((np.ones(columns), (pool.market, np.arange(columns))), shape=(len(day.markets), columns))
        free = np.flatnonzero(day.free)
        picks = csr_matrix((-np.ones(len(free)), (free, np.arange(len(free)))), shape=(day.sessions, len(free)))
        blank = csr_matrix((len(day.markets), self.size))
        equal = vstack(
            [
                hstack([csr_matrix((day.sessions, self.size)), sessions, picks]),
                hstack([blank, markets, csr_matrix((len(day.markets), len(free)))]),
                hstack([csr_matrix((1, self.size + columns)), csr_matrix(np.ones((1, len(free))))]),
            ]
        )
        result = linprog(
            -np.concatenate([self._gain, pool.cost, np.zeros(len(free))]),
            A_ub=hstack([self._people, contents, csr_matrix((rows, len(free)))]),
            b_ub=self._limit,
            A_eq=equal,
            b_eq=np.concatenate([np.zeros(day.sessions), day.copies, [day.count]]),
            bounds=np.concatenate(
                [np.tile([0, np.inf], (self.size + columns, 1)), np.tile([0.0, 1.0], (len(free), 1))]
            ),
            method="highs-ds",
            options={"time_limit": seconds},
        )
        if result.status != 0:
            return None
        worth = np.zeros((day.people, 5))
        people, level = np.nonzero(self._link >= 0)
        worth[people, level] = -result.ineqlin.marginals[self._link[people, level]]
        return -result.fun + day.constant, prices(worth, -result.eqlin.marginals[: day.sessions])


def _columns(entries: list[Ints], columns: int, rows: int, sign: float) -> csr_matrix:
    where = np.repeat(np.arange(columns), [len(entry) for entry in entries])
    flat = np.concatenate(entries) if entries else np.zeros(0, int)
    return csr_matrix((np.full(len(flat), sign), (flat, where)), shape=(rows, columns))
