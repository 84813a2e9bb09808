"""The restricted master problem: the linear programme over the columns found so far, and its dual prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from solver.bound.column import FORBIDDEN, levels, value, workspace
from solver.bound.decompose import Decomposition

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ARTIFICIAL = 6.0  # what a missing session costs for each who wants it: twice the most that it could bring
WARM = "use_preprocessing: false use_dual_simplex: false"  # added columns leave the last basis feasible: go on from it


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

    def __init__(self, parts: Decomposition) -> None:
        """Start empty."""
        rooms = max([len(m.seats) for m in parts.subproblems], default=0)
        self.parts, self._work = parts, workspace(parts.people, rooms)
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
    """The restricted master problem, solved by the primal simplex of GLOP from where it ended: columns are only added.

    Its rows: one for each person and strength, one for each person and rank, sessions, subproblems, and the number of
    sessions placed. Where no choice of columns holds every session as often as it must, or a slot has none, artificial
    variables make up for it, which cost more than any session brings: there are prices from the first columns on.
    """

    def __init__(self, parts: Decomposition) -> None:
        """Lay out people's rows and variables; the programme itself is built when it is solved first."""
        self.parts = parts
        reach = np.minimum(parts.room[:, 1:], parts.room[:, :1]) + parts.fixed[:, 1:]
        self._link = np.full((parts.people, 5), -1)
        people, level = np.nonzero(reach)
        self._link[people, level + 1] = np.arange(len(people))
        links = len(people)
        ranks = np.minimum(parts.room[:, 0] + parts.fixed[:, 1:].sum(1), reach.sum(1))
        first = links + np.concatenate([[0], np.cumsum(ranks)])
        who = np.repeat(np.arange(links), ranks[people])
        rank = np.concatenate([np.arange(n) for n in ranks[people]]) if links else np.zeros(0, int)
        self.size = len(who)
        self._ranked = np.stack([who, first[people[who]] + rank], axis=1) if self.size else np.zeros((0, 2), int)
        self._gain = (level[who] + 1) * np.diff(parts.table)[rank]
        self._limit = np.concatenate([parts.fixed[people, level + 1], np.ones(first[-1] - links)])
        self._programme: pywraplp.Solver | None = None
        self._loaded = 0

    def solve(self, pool: ColumnPool, seconds: float) -> tuple[float, DualPrices] | None:
        """Return the programme's value and its prices; None where it found none in time.

        `pool` is the one of the calls before, to which columns may have been added since.
        """
        programme = self._programme = self._programme or self._build()
        for column in range(self._loaded, len(pool)):
            self._add(programme, pool, column)
        self._loaded = len(pool)
        programme.SetTimeLimit(int(1000 * seconds))
        if programme.Solve() != pywraplp.Solver.OPTIMAL:
            return None
        duals = np.array([row.dual_value() for row in self._rows])
        worth = np.zeros((self.parts.people, 5))
        people, level = np.nonzero(self._link >= 0)
        worth[people, level] = duals[self._link[people, level]]
        price = self._shifted(np.array([row.dual_value() for row in self._sessions]))
        return programme.Objective().Value() + self.parts.constant, dual_prices(worth, price)

    def _shifted(self, price: Floats) -> Floats:
        """The same prices with none above 0 where all cells are used, so that all may be shifted alike.

        What a slot can bring is searched by what sessions add, of which a relaxation takes none that add less than 0.
        """
        if any(size.least < size.most for size in self.parts.sizes):
            return price
        return np.where(self.parts.free, price - price[self.parts.free].max(initial=-np.inf), price)

    def interrupt(self) -> None:
        """Let `solve`, in another thread, come to an end."""
        if self._programme is not None:
            self._programme.InterruptSolve()

    def _build(self) -> pywraplp.Solver:
        parts, programme = self.parts, pywraplp.Solver.CreateSolver("GLOP")
        programme.SetSolverSpecificParametersAsString(WARM)
        endless, objective = programme.infinity(), programme.Objective()
        objective.SetMaximization()
        self._rows = [programme.Constraint(-endless, float(limit)) for limit in self._limit]
        self._sessions = [programme.Constraint(0.0, 0.0) for _ in range(parts.sessions)]
        self._slots = [programme.Constraint(float(copies), float(copies)) for copies in parts.copies]
        placed = programme.Constraint(float(parts.count), float(parts.count))
        for gain, rows in zip(self._gain.tolist(), self._ranked.tolist(), strict=True):
            kept = programme.NumVar(0.0, endless, "")
            objective.SetCoefficient(kept, gain)
            for row in rows:
                self._rows[row].SetCoefficient(kept, 1.0)
        fans = max((int(np.diff(m.ptr).max(initial=0)) for m in parts.subproblems), default=0)
        dear = -ARTIFICIAL * float(max(1, fans))
        for row, size in zip(self._slots, parts.sizes, strict=True):
            artificial = programme.NumVar(0.0, endless, "")
            row.SetCoefficient(artificial, 1.0)
            objective.SetCoefficient(artificial, dear * (1 + size.most))
        for s in np.flatnonzero(parts.free).tolist():
            pick = programme.NumVar(0.0, 1.0, "")
            self._sessions[s].SetCoefficient(pick, -1.0)
            placed.SetCoefficient(pick, 1.0)
            for missing in (1.0, -1.0):
                artificial = programme.NumVar(0.0, endless, "")
                self._sessions[s].SetCoefficient(artificial, missing)
                objective.SetCoefficient(artificial, dear)
        return programme

    def _add(self, programme: pywraplp.Solver, pool: ColumnPool, number: int) -> None:
        column = programme.NumVar(0.0, programme.infinity(), "")
        programme.Objective().SetCoefficient(column, float(pool.cost[number]))
        people, level = pool.kept[number]
        for row in self._link[people, level].tolist():
            self._rows[row].SetCoefficient(column, -1.0)
        for s in pool.sets[number].tolist():
            self._sessions[s].SetCoefficient(column, 1.0)
        self._slots[pool.subproblem[number]].SetCoefficient(column, 1.0)
