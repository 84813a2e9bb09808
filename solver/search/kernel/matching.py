# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Which session takes which room within a slot: by size where that is the best, else by shortest augmenting paths."""

from __future__ import annotations

import numpy as np

from solver.compiled.jit import inner

FORBIDDEN = 1e12


@inner
def line_up(day, state, t, out, inn, side):
    """List the sessions of slot t without `out` and with `inn` by demand, greatest first; returns how many."""
    who, want, heads, n = state.fresh_s[side], state.fresh_d[side], state.fresh_h[side], 0
    for i in range(state.count[t] + 1):
        s = state.member[t, i] if i < state.count[t] else inn
        if s < 0 or s == out:
            continue
        h = max(0.0, state.shift[s] + (0.0 if s == inn else state.heads[s]))
        d = h * day.scale[s] + day.base[s]
        k = n
        while k > 0 and want[k - 1] < d:
            who[k], want[k], heads[k] = who[k - 1], want[k - 1], heads[k - 1]
            k -= 1
        who[k], want[k], heads[k] = s, d, h
        n += 1
    return n


@inner
def relaxed(day, state, t, n, side):
    """Return what the n sessions lined up on `side` would cost in seats if any room of slot t suited any of them.

    The k-th greatest demand then takes the k-th largest room. FORBIDDEN if there are too few rooms.
    """
    if n > day.opened[t]:
        return FORBIDDEN
    total = 0.0
    for i in range(n):
        total += max(0.0, state.fresh_d[side, i] - day.capacity[day.rooms[t, i]])
    return total * day.weight[0]


@inner
def match(day, state, t, n, side, least):
    """Match the n sessions lined up on `side` to the rooms of slot t at the least cost; returns it, FORBIDDEN if none.

    `least` is what `relaxed` returned. Where that matching is allowed and changes no room it is the best; else
    shortest augmenting paths.
    """
    if least >= FORBIDDEN:
        return FORBIDDEN
    fine = True
    for i in range(n):
        s, r = state.fresh_s[side, i], day.rooms[t, i]
        state.fresh_r[side, i] = r
        fine = fine and day.mask[s, t, r] != 0 and (day.before[s, 0] != t or day.before[s, 1] == r)
    return least if fine else _assign(day, state, t, n, side)


@inner
def _assign(day, state, t, n, side):
    """Match by shortest augmenting paths (Jonker and Volgenant 1987), rows in order of demand."""
    m, price, rooms, owner, v = day.opened[t], state.price, day.rooms, state.path[0], state.dual[0]
    for i in range(n):
        s, d = state.fresh_s[side, i], state.fresh_d[side, i]
        for c in range(m):
            r = rooms[t, c]
            other = day.weight[2] if day.before[s, 0] == t and day.before[s, 1] != r else 0.0
            price[i, c] = day.weight[0] * max(0.0, d - day.capacity[r]) + other if day.mask[s, t, r] else FORBIDDEN
    owner[:m] = -1
    v[:m] = 0.0
    for row in range(n):
        if not _augment(price, v, state.dual, owner, state.path, row, m):
            return FORBIDDEN
    total = 0.0
    for c in range(m):
        if owner[c] >= 0:
            state.fresh_r[side, owner[c]] = rooms[t, c]
            total += price[owner[c], c]
    return total


@inner
def _reach(price, v, i, above, near, key, way, m):
    """Note for each column whether the way to it through row i is shorter."""
    for c in range(m):
        far = price[i, c] - v[c] - above
        if far < near[c]:
            near[c], key[c], way[c] = far, far, i


@inner
def _nearest(key, owner, m):
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
def _augment(price, v, dual, owner, path, row, m):
    """Give `row` a column, others making room along the shortest path; returns False where there is none."""
    near, key, passed, way, order = dual[1], dual[2], dual[3], path[1], path[2]
    near[:m] = np.inf
    key[:m] = np.inf
    _reach(price, v, row, 0.0, near, key, way, m)
    n, at = 0, _nearest(key, owner, m)
    while at >= 0 and owner[at] >= 0 and key[at] < FORBIDDEN / 2:
        order[n], passed[n] = at, key[at]
        near[at], key[at] = -np.inf, np.inf
        i = owner[at]
        _reach(price, v, i, price[i, at] - v[at] - passed[n], near, key, way, m)
        n, at = n + 1, _nearest(key, owner, m)
    if at < 0 or key[at] >= FORBIDDEN / 2:
        return False
    for k in range(n):
        v[order[k]] += passed[k] - key[at]
    while at >= 0:
        i = way[at]
        owner[at], at = i, _column(owner, i, at, order, n)
    return True


@inner
def _column(owner, i, now, order, n):
    """Return the column that row i held before it was given `now`, -1 for none."""
    for k in range(n):
        if order[k] != now and owner[order[k]] == i:
            return order[k]
    return -1
