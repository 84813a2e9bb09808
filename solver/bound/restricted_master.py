"""The restricted master problem: the linear programme over the columns found so far, and its dual prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, hstack, vstack

from solver.bound.column import FORBIDDEN, Workspace, levels, value
from solver.bound.decompose import Decomposition

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class DualPrices:
    """Dual prices: what a kept slot is worth to each person by level (`worth`, P x 5) and the `price` (S) of sessions.

    Any values give a valid bound; `worth` does not fall with the level, is 0 at level 0, and level 4 equals 3.
    """

    worth: Floats
    price: Floats

    def towards(self, other: DualPrices, share: float) -> DualPrices:
        """Return the prices a `share` (0 to 1) of the way to others."""
        keep = 1 - share
        return DualPrices(keep * self.worth + share * other.worth, keep * self.price + share * other.price)

    def sessions(self, parts: Decomposition) -> float:
        """The dearest `count` sessions: what the prices of a whole grid's sessions can come to at most."""
        return float(np.sort(self.price[parts.free])[::-1][: parts.count].sum())


def dual_prices(worth: Floats, price: Floats) -> DualPrices:
    """Make prices of raw values: worth is lifted until it does not fall with the level."""
    lifted = np.maximum.accumulate(np.maximum(worth, 0.0), axis=1)
    lifted[:, 4] = lifted[:, 3]
    return DualPrices(lifted, price)


class ColumnPool:
    """The columns found so far, each of one subproblem, with what each costs and whom it serves at which level."""

    def __init__(self, parts: Decomposition, work: Workspace) -> None:
        """Start empty."""
        self.parts, self._work = parts, work
        self.subproblem: list[int] = []
        self.sets: list[Ints] = []
        self.cost: list[float] = []
        self.kept: list[tuple[Ints, Ints]] = []
        self._known: set[tuple[int, bytes]] = set()
        self._levels = np.zeros(parts.people, np.int64)
        self._free = np.zeros((parts.people, 5)), np.zeros(parts.sessions)

    def add(self, t: int, chosen: Ints) -> bool:
        """Add a column of subproblem t unless it is known or impossible; tells whether it was added."""
        column = np.sort(chosen)
        key = (t, column.tobytes())
        if key in self._known:
            return False
        self._known.add(key)
        subproblem = self.parts.subproblems[t]
        cost = value(subproblem, self._work, column, len(column), *self._free, -1e300)
        if cost < -FORBIDDEN / 2:
            return False
        levels(subproblem, column, len(column), self._levels)
        people = np.flatnonzero(self._levels)
        self.subproblem.append(t)
        self.sets.append(column)
        self.cost.append(cost)
        self.kept.append((people, self._levels[people].copy()))
        return True

    def thin(self, p: DualPrices, most: int) -> None:
        """Keep only the best columns of each subproblem at these prices: `most` for each slot."""
        rated = [
            (
                self.subproblem[i],
                -value(self.parts.subproblems[self.subproblem[i]], self._work, s, len(s), p.worth, p.price, -1e300),
                i,
            )
            for i, s in enumerate(self.sets)
        ]
        kept: list[int] = []
        count: dict[int, int] = {}
        for t, _, i in sorted(rated):
            count[t] = count.get(t, 0) + 1
            if count[t] <= most * self.parts.copies[t]:
                kept.append(i)
        self.subproblem, self.sets = [self.subproblem[i] for i in kept], [self.sets[i] for i in kept]
        self.cost, self.kept = [self.cost[i] for i in kept], [self.kept[i] for i in kept]
        self._known = {(t, s.tobytes()) for t, s in zip(self.subproblem, self.sets, strict=True)}

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.sets)


class RestrictedMaster:
    """The restricted master problem; its rows and the variables of people stay, columns are added."""

    def __init__(self, parts: Decomposition) -> None:
        """Lay out the rows: one for each person and strength, one for each person and rank, sessions, subproblems."""
        self.parts = parts
        reach = np.minimum(parts.room[:, 1:], parts.room[:, :1]) + parts.fixed[:, 1:]
        self._link = np.full((parts.people, 5), -1)
        people, level = np.nonzero(reach)
        self._link[people, level + 1] = np.arange(len(people))
        self.links = len(people)
        ranks = np.minimum(parts.room[:, 0] + parts.fixed[:, 1:].sum(1), reach.sum(1))
        first = self.links + np.concatenate([[0], np.cumsum(ranks)])
        who = np.repeat(np.arange(len(people)), ranks[people])
        rank = np.concatenate([np.arange(n) for n in ranks[people]]) if len(people) else np.zeros(0, int)
        self.size = len(who)
        rows = np.concatenate([who, first[people[who]] + rank]) if self.size else np.zeros(0, int)
        ones = np.ones(2 * self.size)
        self._people = csr_matrix((ones, (rows, np.tile(np.arange(self.size), 2))), shape=(first[-1], self.size))
        self._gain = (level[who] + 1) * np.diff(parts.table)[rank]
        self._limit = np.concatenate([parts.fixed[people, level + 1], np.ones(first[-1] - self.links)])

    def solve(self, pool: ColumnPool, seconds: float) -> tuple[float, DualPrices] | None:
        """Return the programme's value and its prices; None where it found none in time."""
        parts, number, rows = self.parts, len(pool), self._people.shape[0]
        link = [self._link[people, level] for people, level in pool.kept]
        links = _columns(link, number, rows, -1.0)
        sessions = _columns(pool.sets, number, parts.sessions, 1.0)
        subproblems = csr_matrix(
            (np.ones(number), (pool.subproblem, np.arange(number))), shape=(len(parts.subproblems), number)
        )
        free = np.flatnonzero(parts.free)
        picks = csr_matrix((-np.ones(len(free)), (free, np.arange(len(free)))), shape=(parts.sessions, len(free)))
        blank = csr_matrix((len(parts.subproblems), self.size))
        equal = vstack(
            [
                hstack([csr_matrix((parts.sessions, self.size)), sessions, picks]),
                hstack([blank, subproblems, csr_matrix((len(parts.subproblems), len(free)))]),
                hstack([csr_matrix((1, self.size + number)), csr_matrix(np.ones((1, len(free))))]),
            ]
        )
        result = linprog(
            -np.concatenate([self._gain, pool.cost, np.zeros(len(free))]),
            A_ub=hstack([self._people, links, csr_matrix((rows, len(free)))]),
            b_ub=self._limit,
            A_eq=equal,
            b_eq=np.concatenate([np.zeros(parts.sessions), parts.copies, [parts.count]]),
            bounds=np.concatenate([np.tile([0, np.inf], (self.size + number, 1)), np.tile([0.0, 1.0], (len(free), 1))]),
            method="highs-ds",
            options={"time_limit": seconds},
        )
        if result.status != 0:
            return None
        worth = np.zeros((parts.people, 5))
        people, level = np.nonzero(self._link >= 0)
        worth[people, level] = -result.ineqlin.marginals[self._link[people, level]]
        return -result.fun + parts.constant, dual_prices(worth, -result.eqlin.marginals[: parts.sessions])


def _columns(entries: list[Ints], number: int, rows: int, sign: float) -> csr_matrix:
    where = np.repeat(np.arange(number), [len(entry) for entry in entries])
    flat = np.concatenate(entries) if entries else np.zeros(0, int)
    return csr_matrix((np.full(len(flat), sign), (flat, where)), shape=(rows, number))
