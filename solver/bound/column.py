"""The value of a column: a set of sessions side by side in one slot, under prices for people and sessions; compiled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.compiled.jit import jit, jit_inner

FORBIDDEN = 1e7  # cost of a cell that a session may not take; far above any true cost, small enough to add exactly
TINY = 1e-9


class Sizes(NamedTuple):
    """How many sessions a column has at least and at most."""

    least: int
    most: int


class Subproblem(NamedTuple):
    """The pricing subproblem of one kind of open slot: S sessions, R open rooms, P people.

    `who[ptr[s]:ptr[s+1]]` want s and are there, with `level` 1 to 3, 4 for its hosts. `seats` (R) falls; `room_cost`
    (S, R) is what a session costs in a room apart from heads turned away (FORBIDDEN: not allowed), rooms in the order
    of `seats`; `least` (S) is its smallest value, FORBIDDEN for a session that may not take this slot. `plain`
    where all rooms are alike but for their seats. `turned_away` is what a head without a seat costs, `topic_pair` what
    two sessions of one topic do.
    """

    ptr: NDArray[np.int32]
    who: NDArray[np.int32]
    level: NDArray[np.int32]
    scale: NDArray[np.float64]
    base: NDArray[np.float64]
    seats: NDArray[np.float64]
    room_cost: NDArray[np.float64]
    least: NDArray[np.float64]
    topic: NDArray[np.int32]
    clash: NDArray[np.bool_]
    turned_away: float
    topic_pair: float
    plain: bool


class Workspace(NamedTuple):
    """Work arrays of the inner loops: `level` and `sharing` (P) are all zero between two calls, the rest is scratch."""

    level: NDArray[np.int32]
    sharing: NDArray[np.int32]
    demand: NDArray[np.float64]
    ranked: NDArray[np.float64]
    duals: NDArray[np.float64]
    links: NDArray[np.int64]


def workspace(people: int, rooms: int) -> Workspace:
    """Allocate the scratch arrays for slots of so many people and rooms."""
    return Workspace(
        np.zeros(people, np.int32),
        np.zeros(people, np.int32),
        np.zeros(rooms + 1),
        np.zeros(rooms + 1),
        np.zeros((3, rooms + 2)),
        np.zeros((3, rooms + 2), np.int64),
    )


@jit_inner
def copy(source, target, first, count):  # type: ignore[no-untyped-def]
    """Write the first `count` entries to those of `target` from `first` on (an assignment of slices may allocate)."""
    for i in range(count):
        target[first + i] = source[i]


@jit
def gather(m, w, chosen, n):  # type: ignore[no-untyped-def]
    """Let everybody walk: sets people's `w.level`, `w.sharing`, and `w.demand` of the n chosen sessions."""
    for i in range(n):
        for a in range(m.ptr[chosen[i]], m.ptr[chosen[i] + 1]):
            p, level = m.who[a], m.level[a]
            if level > w.level[p]:
                w.level[p] = level
                w.sharing[p] = 1
            elif level == w.level[p]:
                w.sharing[p] += 1
    for i in range(n):
        s = chosen[i]
        heads = 0.0
        for a in range(m.ptr[s], m.ptr[s + 1]):
            if m.level[a] == w.level[m.who[a]]:
                heads += 1.0 / w.sharing[m.who[a]]
        w.demand[i] = heads * m.scale[s] + m.base[s]


@jit_inner
def overflow(m, w, n):  # type: ignore[no-untyped-def]
    """Heads turned away by n sessions of `w.demand` if every session might take every room: greatest to greatest."""
    ranked = w.ranked
    for i in range(n):
        value = w.demand[i]
        j = i - 1
        while j >= 0 and ranked[j] < value:
            ranked[j + 1] = ranked[j]
            j -= 1
        ranked[j + 1] = value
    away = 0.0
    for i in range(n):
        if ranked[i] > m.seats[i]:
            away += ranked[i] - m.seats[i]
    return away


@jit_inner
def rooms_cost(m, w, chosen, n):  # type: ignore[no-untyped-def]  # noqa: C901 (in pieces it takes a third longer)
    """Least cost of rooms for the n chosen sessions (shortest augmenting paths), FORBIDDEN or more if there is none."""
    rooms = m.seats.shape[0]
    u, v, least = w.duals[0], w.duals[1], w.duals[2]
    match, way, seen = w.links[0], w.links[1], w.links[2]
    u[: n + 1] = 0.0
    v[: rooms + 1] = 0.0
    match[: rooms + 1] = 0
    for i in range(1, n + 1):
        match[0] = i
        least[: rooms + 1] = 1e300
        seen[: rooms + 1] = 0
        j = 0
        while match[j] != 0:
            seen[j] = 1
            row, delta, following = match[j], 1e300, 0
            for r in range(1, rooms + 1):
                if seen[r] == 0:
                    cost = m.room_cost[chosen[row - 1], r - 1]
                    if w.demand[row - 1] > m.seats[r - 1]:
                        cost += m.turned_away * (w.demand[row - 1] - m.seats[r - 1])
                    cost -= u[row] + v[r]
                    if cost < least[r]:
                        least[r] = cost
                        way[r] = j
                    if least[r] < delta:
                        delta = least[r]
                        following = r
            for r in range(rooms + 1):
                if seen[r] == 1:
                    u[match[r]] += delta
                    v[r] -= delta
                else:
                    least[r] -= delta
            j = following
        while j != 0:
            match[j] = match[way[j]]
            j = way[j]
    total = 0.0
    for r in range(1, rooms + 1):
        if match[r] > 0:
            row = match[r]
            total += m.room_cost[chosen[row - 1], r - 1]
            if w.demand[row - 1] > m.seats[r - 1]:
                total += m.turned_away * (w.demand[row - 1] - m.seats[r - 1])
    return total


@jit
def value(m, w, chosen, n, worth, price, floor):  # type: ignore[no-untyped-def]
    """What n chosen sessions bring in this slot: people's `worth` (P, 5) by level, less `price` (S), rooms and topics.

    Where it cannot exceed `floor` an upper bound on it may come back instead (rooms taken as if all were alike).
    """
    gather(m, w, chosen, n)
    total = 0.0
    for i in range(n):
        s = chosen[i]
        total -= price[s] + m.least[s]
        for a in range(m.ptr[s], m.ptr[s + 1]):
            p = m.who[a]
            if w.level[p] > 0:
                total += worth[p, w.level[p]]
                w.level[p] = 0
        if m.topic[s] >= 0:
            for j in range(i):
                if m.topic[chosen[j]] == m.topic[s]:
                    total -= m.topic_pair
    loss = m.turned_away * overflow(m, w, n)
    if not m.plain and total - loss > floor:
        for i in range(n):
            total += m.least[chosen[i]]
        loss = rooms_cost(m, w, chosen, n)
    return total - loss


@jit
def levels(m, chosen, n, out):  # type: ignore[no-untyped-def]
    """Write the strength (0 to 3) with which each person keeps the slot to `out` (P)."""
    out[:] = 0
    for i in range(n):
        for a in range(m.ptr[chosen[i]], m.ptr[chosen[i] + 1]):
            level = min(m.level[a], 3)
            if level > out[m.who[a]]:
                out[m.who[a]] = level


@jit
def conjugate(worth, room, fixed, table, out):  # type: ignore[no-untyped-def]
    """Sum over people of the most that harmony can exceed the worth of the slots kept.

    `worth` (P, 5); `room` (P, 4): how often each strength can be had at most, [0] the slots there are; `fixed` (P, 4):
    strengths kept in frozen slots; `table` (T+1): sum of the weights of the first ranks. Writes the counts that
    attain it to `out` (P, 4).
    """
    total = 0.0
    for p in range(worth.shape[0]):
        best = -1e300
        for n3 in range(min(room[p, 3], room[p, 0]) + 1):
            k3 = fixed[p, 3] + n3
            part3 = 3.0 * table[k3] - n3 * worth[p, 3]
            for n2 in range(min(room[p, 2], room[p, 0] - n3) + 1):
                k2 = k3 + fixed[p, 2] + n2
                part2 = part3 + 2.0 * (table[k2] - table[k3]) - n2 * worth[p, 2]
                for n1 in range(min(room[p, 1], room[p, 0] - n3 - n2) + 1):
                    k1 = k2 + fixed[p, 1] + n1
                    found = part2 + table[k1] - table[k2] - n1 * worth[p, 1]
                    if found > best:
                        best = found
                        out[p, 1], out[p, 2], out[p, 3] = n1, n2, n3
        total += best
    return total
