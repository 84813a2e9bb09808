"""Improves a column by exchanging one session at a time, then two where one no longer helps; compiled."""

from __future__ import annotations

from solver.bound.column import FORBIDDEN, TINY, copy, value
from solver.bound.pricing_leaves import assemble, joined, last_two, weigh
from solver.bound.pricing_search import push, settle
from solver.compiled.jit import jit, jit_inner


@jit_inner
def fits(m, tr, d, s):  # type: ignore[no-untyped-def]
    """Tell whether s may take place and shares no host with the d chosen sessions, of which it is none."""
    if m.least[s] >= FORBIDDEN:
        return False
    for k in range(d):  # noqa: SIM110 (a generator would not compile)
        if tr.chosen[k] == s or m.clash[tr.chosen[k], s]:
            return False
    return True


@jit_inner
def choose(m, tr, column, n, i, j, worth, price):  # type: ignore[no-untyped-def]
    """Choose the sessions of a column but those at places i and j; (how many these are, what they bring but seats)."""
    tr.level[:] = 0
    tr.sharing[:] = 0
    tr.undo_at[0] = 0
    d, cover = 0, 0.0
    for k in range(n):
        if k != i and k != j:
            cover += push(m, tr, d, column[k], worth, price)
            d += 1
    return d, cover


@jit_inner
def exchange_one(m, g, w, tr, column, n, i, worth, price, best):  # type: ignore[no-untyped-def]
    """Put the session that brings most at place i (n: one more) if that brings more than `best`; what it brings."""
    d, cover = choose(m, tr, column, n, i, i, worth, price)
    assemble(m, tr, d)
    improved = False
    for s in range(price.shape[0]):
        if (i < n and s == column[i]) or not fits(m, tr, d, s):
            continue
        gross = cover + joined(m, tr, 0, d, s, worth, price)
        tr.chosen[d] = s
        found = weigh(m, g, w, tr, 1, d + 1, gross, best)
        if found > best + TINY:
            best = found
            tr.best[0] = s
            improved = True
    if improved:
        column[i] = tr.best[0]
    return best


@jit_inner
def shed(m, w, column, n, smallest, worth, price, best):  # type: ignore[no-untyped-def]
    """Drop sessions without which the column brings more than `best`; (its size, what it brings)."""
    i = 0
    while i < n and n > smallest:
        kept = column[i]
        column[i] = column[n - 1]
        found = value(m, w, column, n - 1, worth, price, best)
        if found > best + TINY:
            best = found
            n -= 1
        else:
            column[n - 1] = column[i]
            column[i] = kept
            i += 1
    return n, best


@jit
def climb(m, g, w, tr, column, n, sizes, worth, price):  # type: ignore[no-untyped-def]
    """Improve a column by exchanging, adding and dropping single sessions till nothing helps; (its size, its value)."""
    smallest, largest = sizes
    best, before = value(m, w, column, n, worth, price, -1e300), -1e301
    while best > before:
        before = best
        for i in range(n + 1 if n < largest else n):
            found = exchange_one(m, g, w, tr, column, n, i, worth, price, best)
            if i == n and found > best:
                n += 1
            best = found
        n, best = shed(m, w, column, n, smallest, worth, price, best)
    return n, best


@jit_inner
def stand(m, g, tr, column, n, i, j, worth, price):  # type: ignore[no-untyped-def]
    """Choose the sessions of a column but those at places i and j, and make all that fit beside them candidates."""
    d, cover = choose(m, tr, column, n, i, j, worth, price)
    tr.cover[d] = cover
    many = 0
    for s in range(price.shape[0]):
        if fits(m, tr, d, s):
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
    i, j, failed = 0, 1, 0
    while n >= 2 and failed < n * (n - 1) // 2:
        d = stand(m, g, tr, column, n, i, j, worth, price)
        found, size, _, _ = last_two(m, g, w, tr, d, smallest, worth, price, best, 0, store, 0)
        failed += 1
        if size > 0:
            copy(tr.best, column, 0, size)
            best, n, failed = found, size, 0
        j += 1
        if j >= n:
            i, j = i + 1, i + 2
        if j >= n:
            i, j = 0, 1
    return n, best
