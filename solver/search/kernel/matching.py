"""Which session takes which room within a slot: by size where that is the best, else by shortest augmenting paths."""

from __future__ import annotations

import numpy as np

from solver.compiled.jit import inner
from solver.search.shapes import FORBIDDEN, Floats, Instance, Int, Ints, State


@inner
def line_up(instance: Instance, state: State, t: Int, out: Int, inn: Int, side: Int) -> Int:
    """List the sessions of slot t without `out` and with `inn` by demand, greatest first; returns how many."""
    who, want, heads, n = state.line_session[side], state.line_demand[side], state.line_heads[side], 0
    for i in range(state.filled[t] + 1):
        s = state.member[t, i] if i < state.filled[t] else inn
        if s < 0 or s == out:
            continue
        h = max(0.0, state.shift[s] + (0.0 if s == inn else state.heads[s]))
        d = h * instance.scale[s] + instance.base[s]
        k = n
        while k > 0 and want[k - 1] < d:
            who[k], want[k], heads[k] = who[k - 1], want[k - 1], heads[k - 1]
            k -= 1
        who[k], want[k], heads[k] = s, d, h
        n += 1
    return n


@inner
def relaxed(instance: Instance, state: State, t: Int, n: Int, side: Int) -> float:
    """Return what the n sessions lined up on `side` would cost in seats if any room of slot t suited any of them.

    The k-th greatest demand then takes the k-th largest room. FORBIDDEN if there are too few rooms.
    """
    if n > instance.opened[t]:
        return FORBIDDEN
    total = 0.0
    for i in range(n):
        total += max(0.0, state.line_demand[side, i] - instance.capacity[instance.rooms[t, i]])
    return total * instance.weight_turned_away


@inner
def match(instance: Instance, state: State, t: Int, n: Int, side: Int, least: float) -> float:
    """Match the n sessions lined up on `side` to the rooms of slot t at the least cost; returns it, FORBIDDEN if none.

    `least` is what `relaxed` returned. Where that matching is allowed and changes no room it is the best; else
    shortest augmenting paths.
    """
    if least >= FORBIDDEN:
        return FORBIDDEN
    fine = True
    for i in range(n):
        s, r = state.line_session[side, i], instance.rooms[t, i]
        state.line_room[side, i] = r
        fine = fine and instance.mask[s, t, r] != 0 and (instance.before_slot[s] != t or instance.before_room[s] == r)
    return least if fine else _assign(instance, state, t, n, side)


@inner
def _assign(instance: Instance, state: State, t: Int, n: Int, side: Int) -> float:
    """Match by shortest augmenting paths (Jonker and Volgenant 1987), rows in order of demand."""
    m, price, rooms, owner, dual = instance.opened[t], state.price, instance.rooms, state.owner, state.dual
    for i in range(n):
        s, d = state.line_session[side, i], state.line_demand[side, i]
        for c in range(m):
            r = rooms[t, c]
            other = instance.weight_other_room if instance.before_slot[s] == t and instance.before_room[s] != r else 0.0
            price[i, c] = (
                instance.weight_turned_away * max(0.0, d - instance.capacity[r]) + other
                if instance.mask[s, t, r]
                else FORBIDDEN
            )
    owner[:m] = -1
    dual[:m] = 0.0
    for row in range(n):
        if not _augment(state, row, m):
            return FORBIDDEN
    total = 0.0
    for c in range(m):
        if owner[c] >= 0:
            state.line_room[side, owner[c]] = rooms[t, c]
            total += price[owner[c], c]
    return total


@inner
def _reach(state: State, i: Int, above: float, m: Int) -> None:
    """Note for each column whether the way to it through row i is shorter."""
    price, dual, near, key, way = state.price, state.dual, state.near, state.key, state.way
    for c in range(m):
        far = price[i, c] - dual[c] - above
        if far < near[c]:
            near[c], key[c], way[c] = far, far, i


@inner
def _nearest(key: Floats, owner: Ints, m: Int) -> Int:
    """Return the column that is nearest, a free one if there is a choice."""
    least, found = np.inf, -1
    for c in range(m):
        least = min(least, key[c])
    for c in range(m):
        if key[c] == least and (found < 0 or owner[c] < 0):
            found = c
            if owner[c] < 0:
                break
    return found


@inner
def _augment(state: State, row: Int, m: Int) -> bool:
    """Give `row` a column, others making room along the shortest path; returns False where there is none."""
    price, dual, owner, order = state.price, state.dual, state.owner, state.order
    near, key, passed, way = state.near, state.key, state.passed, state.way
    near[:m] = np.inf
    key[:m] = np.inf
    _reach(state, row, 0.0, m)
    n, at = 0, _nearest(key, owner, m)
    while at >= 0 and owner[at] >= 0 and key[at] < FORBIDDEN / 2:
        order[n], passed[n] = at, key[at]
        near[at], key[at] = -np.inf, np.inf
        i = owner[at]
        _reach(state, i, price[i, at] - dual[at] - passed[n], m)
        n, at = n + 1, _nearest(key, owner, m)
    if at < 0 or key[at] >= FORBIDDEN / 2:
        return False
    for k in range(n):
        dual[order[k]] += passed[k] - key[at]
    while at >= 0:
        i = way[at]
        owner[at], at = i, _column(owner, i, at, order, n)
    return True


@inner
def _column(owner: Ints, i: Int, now: Int, order: Ints, n: Int) -> Int:
    """Return the column that row i held before it was given `now`, -1 for none."""
    for k in range(n):
        if order[k] != now and owner[order[k]] == i:
            held: Int = order[k]
            return held
    return -1
