"""Improves a column by exchanging two sessions at a time, where exchanging one no longer helps; compiled."""

from __future__ import annotations

from solver.bound.column import FORBIDDEN
from solver.bound.pricing_leaves import last_two
from solver.bound.pricing_search import push, settle
from solver.compiled.jit import jit


@jit
def stand(m, g, tr, column, n, i, j, worth, price):  # type: ignore[no-untyped-def]
    """Choose the sessions of a column but those at places i and j, and make all that fit beside them candidates."""
    tr.level[:] = 0
    tr.sharing[:] = 0
    tr.undo_at[0] = 0
    d, cover = 0, 0.0
    for k in range(n):
        if k != i and k != j:
            cover += push(m, tr, d, column[k], worth, price)
            d += 1
    tr.cover[d] = cover
    many = 0
    for s in range(price.shape[0]):
        fitting = m.least[s] < FORBIDDEN
        for k in range(d):
            if tr.chosen[k] == s or m.clash[tr.chosen[k], s]:
                fitting = False
        if fitting:
            tr.cand[d, many] = s
            many += 1
    tr.many[d] = many
    settle(m, g, tr, d, d, worth, price)
    return d


@jit
def exchange_two(m, g, w, tr, column, n, smallest, worth, price, best, store):  # type: ignore[no-untyped-def]
    """Exchange two sessions of a column of n, worth `best`, for others, one or none while that helps; (size, value).

    `column` is changed. `g` are any seat prices, `store` has no rows.
    """
    improved = True
    while improved and n >= 2:
        improved = False
        for i in range(n - 1):
            for j in range(i + 1, n):
                d = stand(m, g, tr, column, n, i, j, worth, price)
                found, size, _, _ = last_two(m, g, w, tr, d, smallest, worth, price, best, 0, store, 0)
                if size > 0:
                    column[:size] = tr.best[:size]
                    best, n, improved = found, size, True
                    break
            if improved:
                break
    return n, best
