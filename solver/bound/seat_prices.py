"""Seat prices by cutting planes: those at which no column of a slot seems worth much more than it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from solver.bound.column import FORBIDDEN, TINY, Subproblem, Workspace, gather, value
from solver.bound.pricing_search import SeatPrices
from solver.compiled.jit import jit, jit_inner

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Cut = tuple[Ints, Floats, float]  # a column, its demands, and what it is worth if seats and rooms cost nothing
TURNS = 12
CLOSE = 0.1


@jit_inner
def estimate(m, g, w, chosen, n, worth, price):  # type: ignore[no-untyped-def]
    """What n chosen sessions bring at the guide's seat prices: at least their `value`."""
    gather(m, w, chosen, n)
    total = g.rents
    for i in range(n):
        s = chosen[i]
        total -= price[s] + g.least[s] + g.rate[s] * w.demand[i]
        for a in range(m.ptr[s], m.ptr[s + 1]):
            p = m.who[a]
            total += worth[p, w.level[p]]
            w.level[p] = 0
        if m.topic[s] >= 0:
            for j in range(i):
                if m.topic[chosen[j]] == m.topic[s]:
                    total -= m.topic_pair
    return total


@jit
def strive(m, g, w, chosen, n, usable, worth, price):  # type: ignore[no-untyped-def]
    """Exchange single sessions of a set for others of `usable` while its `estimate` grows; returns that."""
    best = estimate(m, g, w, chosen, n, worth, price)
    improved = True
    while improved:
        improved = False
        for i in range(n):
            pick = chosen[i]
            for s in usable:
                fitting = True
                for k in range(n):
                    if chosen[k] == s or (k != i and m.clash[chosen[k], s]):
                        fitting = False
                if fitting:
                    chosen[i] = s
                    found = estimate(m, g, w, chosen, n, worth, price)
                    if found > best + TINY:
                        best, pick, improved = found, s, True
                    chosen[i] = pick
    return best


def nothing(m: Subproblem) -> SeatPrices:
    """Return seat prices at which heads cost nothing."""
    return SeatPrices(np.zeros(len(m.least)), m.least, 0.0)


def softened(m: Subproblem, guide: SeatPrices, share: float) -> SeatPrices:
    """Return seat prices between none (a `share` of 0) and the guide's (1): a mean of two bounds on costs is one."""
    least = share * guide.least + (1 - share) * m.least
    return SeatPrices(share * guide.rate, np.where(m.least < FORBIDDEN, least, FORBIDDEN), share * guide.rents)


def find(m: Subproblem, w: Workspace, worth: Floats, price: Floats, columns: list[Ints]) -> SeatPrices:
    """Look for the seat prices at which the columns of a slot, known ones first, seem worth least at most."""
    usable = np.flatnonzero(m.least < FORBIDDEN)
    guide = nothing(m)
    if not columns or not m.turned_away or not len(usable):
        return guide
    known = {column.tobytes(): column for column in columns}
    cuts = [_cut(m, w, worth, price, column) for column in known.values()]
    for _ in range(TURNS):
        solved = _solve(m, usable, cuts)
        if solved is None:
            break
        reached, guide = solved
        fresh = {}
        for column in list(known.values())[-4:] + list(known.values())[:2]:
            chosen = column.copy()
            if strive(m, guide, w, chosen, len(chosen), usable, worth, price) > reached + CLOSE:
                chosen.sort()
                if chosen.tobytes() not in known:
                    fresh[chosen.tobytes()] = chosen
        if not fresh:
            break
        known |= fresh
        cuts += [_cut(m, w, worth, price, column) for column in fresh.values()]
    return guide


def _cut(m: Subproblem, w: Workspace, worth: Floats, price: Floats, column: Ints) -> Cut:
    free = m._replace(turned_away=0.0, plain=True, least=np.zeros_like(m.least))
    gross = value(free, w, column, len(column), worth, price, -1e300)
    gather(m, w, column, len(column))
    w.level[:] = 0
    return column, w.demand[: len(column)].copy(), gross


def _solve(m: Subproblem, usable: Ints, cuts: list[Cut]) -> tuple[float, SeatPrices] | None:
    """Minimise the greatest estimate over the cuts; (that, the seat prices).

    Variables: a rate and a cost besides for each usable session, a rent for each room, the greatest estimate.
    """
    count, rooms = len(usable), len(m.seats)
    matrix, limits = _rows(m, usable, cuts)
    typical = 0.6 * (np.diff(m.ptr) * m.scale + m.base)[usable]
    result = linprog(
        np.concatenate([-1e-3 * typical, np.full(count, -1e-3), np.full(rooms, 1e-3 * count / max(rooms, 1)), [1.0]]),
        A_ub=matrix,
        b_ub=limits,
        bounds=[(0, m.turned_away)] * count + [(None, None)] * count + [(0, None)] * rooms + [(None, None)],
        method="highs-ds",
        options={"time_limit": 5.0},
    )
    if result.status != 0:
        return None
    rate, rents = np.zeros(len(m.least)), np.maximum(result.x[2 * count : 2 * count + rooms], 0)
    rate[usable] = np.clip(result.x[:count], 0, m.turned_away)
    # c is least, for a rate up to the weight, where there are no heads or seats end; both are rents less rate * seats
    least = np.minimum(m.room_cost + rents, m.room_cost + rents - rate[:, None] * m.seats).min(
        axis=1, initial=FORBIDDEN
    )
    return float(result.x[-1]), SeatPrices(rate, np.where(m.least < FORBIDDEN, least, FORBIDDEN), float(rents.sum()))


def _rows(m: Subproblem, usable: Ints, cuts: list[Cut]) -> tuple[csr_matrix, Floats]:
    """A row for each cut and for each room that a usable session may take, with their limits."""
    count, rooms = len(usable), len(m.seats)
    place = np.full(len(m.least), -1)
    place[usable] = np.arange(count)
    rows, places, entries, limits = [], [], [], []
    for number, (column, demand, gross) in enumerate(cuts):
        at = place[column]
        places += [at, count + at, 2 * count + np.arange(rooms), [2 * count + rooms]]
        entries += [-demand, -np.ones(len(at)), np.ones(rooms), [-1.0]]
        rows.append(np.full(2 * len(at) + rooms + 1, number))
        limits.append(-gross)
    at, room = np.nonzero(m.room_cost[usable] < FORBIDDEN)
    row = len(cuts) + np.arange(len(at))
    rows += [row, row, row]
    places += [count + at, at, 2 * count + room]
    entries += [np.ones(len(at)), m.seats[room], -np.ones(len(at))]
    limits += list(m.room_cost[usable][at, room])
    flat = [np.concatenate([np.asarray(part, float) for part in parts]) for parts in (rows, places, entries)]
    shape = (len(limits), 2 * count + rooms + 1)
    return csr_matrix((flat[2], (flat[0].astype(int), flat[1].astype(int))), shape=shape), np.array(limits)
