"""The last two levels of exact pricing: every column that adds one or two sessions to those of a branch; compiled.

Most nodes of the search are here, so nothing is worked out anew for each: the heads of the branch's sessions are
counted once and change by those who want what is added. Sessions are tried in the order of what they add at most
where nobody's ceiling counts, which falls as others join: so the pairs that can exceed the floor are a corner.
"""

from __future__ import annotations

from solver.bound.column import copy, overflow, rooms_cost
from solver.compiled.jit import jit_inner


@jit_inner
def assemble(m, tr, n):  # type: ignore[no-untyped-def]
    """Count the heads of the n chosen sessions, and note for each person between which of them they divide."""
    tr.slope[:] = 0.0  # scratch: how many of a person's sessions are noted
    for i in range(n):
        s, heads = tr.chosen[i], 0.0
        for a in range(m.ptr[s], m.ptr[s + 1]):
            p = m.who[a]
            if m.level[a] == tr.level[p]:
                tr.beside[p, int(tr.slope[p])] = i
                tr.slope[p] += 1.0
                heads += 1.0 / tr.sharing[p]
        tr.heads[0, i] = heads


@jit_inner
def gain_alone(m, g, tr, s, worth):  # type: ignore[no-untyped-def]
    """What s adds to the chosen ones at the guide's seat prices, at most, whatever else is added."""
    gain, rate = tr.own[s], g.rate[s] * m.scale[s]
    for a in range(m.ptr[s], m.ptr[s + 1]):
        p, level = m.who[a], m.level[a]
        if level > tr.level[p]:
            gain += max(0.0, worth[p, level] - rate - tr.now[p])
        elif level == tr.level[p]:
            gain += max(0.0, (worth[p, level] - rate - tr.now[p]) / (tr.sharing[p] + 1))
    return gain


@jit_inner
def rank(m, g, tr, d, worth):  # type: ignore[no-untyped-def]
    """Sort depth d's candidates by `gain_alone`, best first, into row d + 1; returns how many there are."""
    many, row = tr.many[d], d + 1
    for i in range(many):
        s = tr.cand[d, i]
        gain = gain_alone(m, g, tr, s, worth)
        j = i - 1
        while j >= 0 and tr.gain[row, j] < gain:
            tr.gain[row, j + 1] = tr.gain[row, j]
            tr.cand[row, j + 1] = tr.cand[row, j]
            j -= 1
        tr.gain[row, j + 1] = gain
        tr.cand[row, j + 1] = s
    return many


@jit_inner
def joined(m, tr, row, n, s, worth, price):  # type: ignore[no-untyped-def]
    """Let s join the n sessions of `heads[row]`, write all heads to the next row; returns what it adds, seats aside."""
    gain, mine = -price[s], 0.0
    if m.topic[s] >= 0:
        for k in range(n):
            if m.topic[tr.chosen[k]] == m.topic[s]:
                gain -= m.topic_pair
    for k in range(n):
        tr.heads[row + 1, k] = tr.heads[row, k]
    for a in range(m.ptr[s], m.ptr[s + 1]):
        p, level = m.who[a], m.level[a]
        if level < tr.level[p]:
            continue
        sharing = tr.sharing[p]
        share = 1.0
        if level == tr.level[p]:
            share = 1.0 / (sharing + 1)
        else:
            gain += worth[p, level] - worth[p, tr.level[p]]
        if sharing > 0:
            change = (share if level == tr.level[p] else 0.0) - 1.0 / sharing
            for k in range(sharing):
                tr.heads[row + 1, tr.beside[p, k]] += change
        mine += share
    tr.heads[row + 1, n] = mine
    return gain


@jit_inner
def weigh(m, g, w, tr, row, n, gross, floor):  # type: ignore[no-untyped-def]
    """What the n chosen sessions of `heads[row]` are worth, `gross` without seats and rooms; see `column.value`.

    Where that cannot exceed `floor` an upper bound on it comes back, at the guide's seat prices if they say so.
    """
    total = gross + g.rents
    for k in range(n):
        s = tr.chosen[k]
        w.demand[k] = tr.heads[row, k] * m.scale[s] + m.base[s]
        total -= g.least[s] + g.rate[s] * w.demand[k]
    if total <= floor:
        return total
    total = gross
    for k in range(n):
        total -= m.least[tr.chosen[k]]
    if total <= floor:
        return total
    loss = m.turned_away * overflow(m, w, n)
    if not m.plain and total - loss > floor:
        for k in range(n):
            total += m.least[tr.chosen[k]]
        loss = rooms_cost(m, w, tr.chosen, n)
    return total - loss


@jit_inner
def arrive(m, tr, n, s, undo):  # type: ignore[no-untyped-def]
    """Let those who want s, chosen as number n, come; returns where the notes for `leave` end that begin at `undo`."""
    for a in range(m.ptr[s], m.ptr[s + 1]):
        p, level = m.who[a], m.level[a]
        if level < tr.level[p]:
            continue
        tr.undo_who[undo] = p
        tr.undo_level[undo] = tr.level[p]
        tr.undo_count[undo] = tr.sharing[p]
        tr.undo_first[undo] = tr.beside[p, 0]
        undo += 1
        if level == tr.level[p]:
            tr.beside[p, tr.sharing[p]] = n
            tr.sharing[p] += 1
        else:
            tr.level[p] = level
            tr.sharing[p] = 1
            tr.beside[p, 0] = n
    return undo


@jit_inner
def leave(tr, start, end):  # type: ignore[no-untyped-def]
    """Take back what `arrive` noted from `start` to `end`."""
    for at in range(end - 1, start - 1, -1):
        p = tr.undo_who[at]
        tr.level[p] = tr.undo_level[at]
        tr.sharing[p] = tr.undo_count[at]
        tr.beside[p, 0] = tr.undo_first[at]


@jit_inner
def keep(tr, n, store, stored):  # type: ignore[no-untyped-def]
    """Write the n chosen sessions to row `stored` of `store`, their number first."""
    store[stored, 0] = n
    copy(tr.chosen, store[stored], 1, n)


@jit_inner
def last_two(m, g, w, tr, d, smallest, worth, price, best, size, store, stored):  # type: ignore[no-untyped-def]  # noqa: C901
    """Try all columns that add one or two sessions to the d chosen ones; `tune` has just been at depth d.

    Takes and returns the best value, its size and the columns stored as `explore` does, and how many were weighed.
    """
    assemble(m, tr, d)
    many, row, weighed, collecting = rank(m, g, tr, d, worth), d + 1, 0, store.shape[0] > 0
    alone = d + 1 >= smallest
    for i in range(many):
        first = tr.cand[row, i]
        second = tr.gain[row, i + 1] if i + 1 < many else -1e300
        if tr.base[d] + tr.gain[row, i] + (max(second, 0.0) if alone else second) <= best:
            break
        gross = tr.cover[d] + joined(m, tr, 0, d, first, worth, price)
        tr.chosen[d] = first
        weighed += 1
        if alone:
            found = weigh(m, g, w, tr, 1, d + 1, gross, best)
            if found > best and collecting:
                keep(tr, d + 1, store, stored)
                stored += 1
                if stored == store.shape[0]:
                    return best, size, stored, weighed
            elif found > best:
                best, size = found, d + 1
                copy(tr.chosen, tr.best, 0, size)
        start = tr.undo_at[d]
        end = arrive(m, tr, d, first, start)
        for j in range(i + 1, many):
            if tr.base[d] + tr.gain[row, i] + tr.gain[row, j] <= best:
                break
            other = tr.cand[row, j]
            if m.clash[first, other]:
                continue
            weighed += 1
            both = gross + joined(m, tr, 1, d + 1, other, worth, price)
            tr.chosen[d + 1] = other
            found = weigh(m, g, w, tr, 2, d + 2, both, best)
            if found > best and collecting:
                keep(tr, d + 2, store, stored)
                stored += 1
                if stored == store.shape[0]:
                    leave(tr, start, end)
                    return best, size, stored, weighed
            elif found > best:
                best, size = found, d + 2
                copy(tr.chosen, tr.best, 0, size)
        leave(tr, start, end)
    return best, size, stored, weighed
