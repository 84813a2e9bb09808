"""Searches the columns of one slot for the best, and bounds those that a branch still holds: the compiled part.

Seats are priced for the whole slot: with rents v >= 0 of the rooms, seating costs at least the sum over sessions of
c(demand), c(x) = min over rooms of (room cost + weight * max(0, x - seats) + v), less the sum of v (duality of
assignment); and c(x) >= least + rate * x. So a person who keeps the slot at level l brings worth[l] less the mean of
the rates of the sessions they divide between: their `net` there. What is added to the chosen sessions of a branch then
brings at most the sum over people of max(ceiling - now, 0) plus, for each session added, the sum of the excesses of its
nets over max(ceiling, now); any ceilings will do, and `tune` looks for good ones: the Lagrangian dual of a facility
location problem.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.bound.column import copy, value
from solver.bound.pricing_leaves import keep, last_two
from solver.compiled.jit import jit, jit_inner

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


DEPTH, LANE, LANES = 0, 1, 2  # places in `SearchTree.state`
LEAVES_A_NODE = 20  # of the last two levels, in the time of a node
PACE, BRISK, MANY = (
    0.25,
    0.8,
    100,
)  # steps down towards the floor: at the root, which takes many rounds, and in a branch


class SeatPrices(NamedTuple):
    """Seat prices of a whole slot: what a head costs in a session, what seating it costs besides, sum of the rents.

    For every demand x of session s, c(x) >= least[s] + rate[s] * x.
    """

    rate: Floats
    least: Floats
    rents: float


class SearchTree(NamedTuple):
    """The search tree of exact pricing, depth first, as the path to the node under way.

    At depth d stand the candidates `cand[d, :many[d]]`, best first, with their `gain`. `reach[d, i]` sums the first i
    gains at the ceilings `ceiling[d]` (P), `cover[d]` is what the chosen ones bring seats aside, `base[d]` seats
    included, `rest[d]` what people can bring besides the gains; `at[d]` is the candidate under way, `state[DEPTH]`
    the depth; `state[LANE]` of `state[LANES]` says that other trees look at the other candidates of the root. `level`,
    `sharing` (P) are those of the chosen ones; the undo arrays remember what they were before each choice. `beside`
    (P, depth) are the places of the chosen ones between which a person divides, `heads` what each has, of those of a
    branch, with one more and with two (`pricing_leaves`).

    The others are scratch of the node under way. By session: `own`, what it brings apart from people's nets, `sure`,
    with what it gets of those who would divide. By person: `now`, and `place`, theirs among the contended, who could
    have more. By that place: `whose`, `had` (their `now`), `peak` (highest net to be had), `aim` (the ceiling under
    way), `floor` (max of that and `had`), `slope`, `kept` (the best ceilings). By entry: the `net` that a session
    offers and the place `by` which it is known whom; those of session s are from `first[s]` to before `last[s]`.
    """

    cand: NDArray[np.int32]
    gain: Floats
    reach: Floats
    many: Ints
    at: Ints
    cover: Floats
    base: Floats
    rest: Floats
    ceiling: Floats
    chosen: Ints
    level: NDArray[np.int32]
    sharing: NDArray[np.int32]
    undo_who: NDArray[np.int32]
    undo_level: NDArray[np.int32]
    undo_count: NDArray[np.int32]
    undo_first: NDArray[np.int32]
    undo_at: Ints
    beside: NDArray[np.int32]
    heads: Floats
    own: Floats
    sure: Floats
    first: Ints
    last: Ints
    by: NDArray[np.int32]
    net: Floats
    now: Floats
    place: NDArray[np.int32]
    whose: NDArray[np.int32]
    had: Floats
    peak: Floats
    aim: Floats
    floor: Floats
    slope: Floats
    kept: Floats
    state: Ints
    best: Ints

    @property
    def searching(self) -> bool:
        """Whether there is a node under way."""
        return bool(self.state[DEPTH] >= 0)


def tree(people: int, sessions: int, rooms: int, fans: int) -> SearchTree:
    """Allocate a search tree for slots of so many people, sessions and rooms, and so many fans over all sessions."""
    depth = rooms + 2
    return SearchTree(
        cand=np.zeros((depth, sessions), np.int32),
        gain=np.zeros((depth, sessions)),
        reach=np.zeros((depth, sessions + 1)),
        many=np.zeros(depth, np.int64),
        at=np.zeros(depth, np.int64),
        cover=np.zeros(depth),
        base=np.zeros(depth),
        rest=np.zeros(depth),
        ceiling=np.zeros((depth, people)),
        chosen=np.zeros(depth, np.int64),
        level=np.zeros(people, np.int32),
        sharing=np.zeros(people, np.int32),
        undo_who=np.zeros(fans + 1, np.int32),
        undo_level=np.zeros(fans + 1, np.int32),
        undo_count=np.zeros(fans + 1, np.int32),
        undo_first=np.zeros(fans + 1, np.int32),
        undo_at=np.zeros(depth + 1, np.int64),
        beside=np.zeros((people, depth), np.int32),
        heads=np.zeros((3, depth)),
        own=np.zeros(sessions),
        sure=np.zeros(sessions),
        first=np.zeros(sessions, np.int64),
        last=np.zeros(sessions, np.int64),
        by=np.zeros(fans, np.int32),
        net=np.zeros(fans),
        now=np.zeros(people),
        place=np.zeros(people, np.int32),
        whose=np.zeros(people, np.int32),
        had=np.zeros(people),
        peak=np.zeros(people),
        aim=np.zeros(people),
        floor=np.zeros(people),
        slope=np.zeros(people),
        kept=np.zeros(people),
        state=np.array([-1, 0, 1]),
        best=np.zeros(depth, np.int64),
    )


@jit_inner
def push(m, tr, n, s, worth, price):  # type: ignore[no-untyped-def]
    """Choose s as number n and let those who want it come; returns what it adds, seats aside."""
    gain = -price[s]
    if m.topic[s] >= 0:
        for k in range(n):
            if m.topic[tr.chosen[k]] == m.topic[s]:
                gain -= m.topic_pair
    tr.chosen[n] = s
    at = tr.undo_at[n]
    for a in range(m.ptr[s], m.ptr[s + 1]):
        p, level = m.who[a], m.level[a]
        if level < tr.level[p]:
            continue
        tr.undo_who[at] = p
        tr.undo_level[at] = tr.level[p]
        tr.undo_count[at] = tr.sharing[p]
        at += 1
        if level == tr.level[p]:
            tr.sharing[p] += 1
        else:
            gain += worth[p, level] - worth[p, tr.level[p]]
            tr.level[p] = level
            tr.sharing[p] = 1
    tr.undo_at[n + 1] = at
    return gain


@jit_inner
def pop(tr, n):  # type: ignore[no-untyped-def]
    """Take back the choice of number n."""
    for at in range(tr.undo_at[n + 1] - 1, tr.undo_at[n] - 1, -1):
        p = tr.undo_who[at]
        tr.level[p] = tr.undo_level[at]
        tr.sharing[p] = tr.undo_count[at]


@jit_inner
def admit(m, tr, d, n, source, start, stop):  # type: ignore[no-untyped-def]
    """Take as candidates of depth d those of `source[start:stop]` that do not clash with the last chosen one."""
    many = 0
    for i in range(start, stop):
        if n == 0 or not m.clash[tr.chosen[n - 1], source[i]]:
            tr.cand[d, many] = source[i]
            many += 1
    tr.many[d] = many
    tr.at[d] = 0


@jit_inner
def settle(m, g, tr, d, n, worth, price):  # type: ignore[no-untyped-def]
    """Work out `now` of people, what depth d's candidates bring apart from nets, and `base`, at the guide's prices."""
    base = tr.cover[d] + g.rents
    for p in range(tr.level.shape[0]):
        tr.now[p] = 0.0
    for i in range(n):
        s = tr.chosen[i]
        base -= g.least[s] + g.rate[s] * m.base[s]
        for a in range(m.ptr[s], m.ptr[s + 1]):
            p = m.who[a]
            if m.level[a] == tr.level[p]:
                tr.now[p] -= g.rate[s] * m.scale[s] / tr.sharing[p]
    for p in range(tr.level.shape[0]):
        base += tr.now[p]
        tr.now[p] += worth[p, tr.level[p]]
    tr.base[d] = base
    for i in range(tr.many[d]):
        s = tr.cand[d, i]
        tr.own[s] = -price[s] - g.least[s] - g.rate[s] * m.base[s]
        if m.topic[s] >= 0:
            for k in range(n):
                if m.topic[tr.chosen[k]] == m.topic[s]:
                    tr.own[s] -= m.topic_pair


@jit_inner
def contend(m, g, tr, d, worth):  # type: ignore[no-untyped-def]
    """Note the nets of depth d's candidates that exceed what people have now; returns how many people that are."""
    count, entries = 0, 0
    for p in range(tr.level.shape[0]):
        tr.place[p] = -1
    for i in range(tr.many[d]):
        s = tr.cand[d, i]
        rate, shared = g.rate[s] * m.scale[s], 0.0
        tr.first[s] = entries
        for a in range(m.ptr[s], m.ptr[s + 1]):
            p, level = m.who[a], m.level[a]
            if level < tr.level[p]:
                continue
            net = worth[p, level] - rate
            if net <= tr.now[p]:
                continue
            if level == tr.level[p]:
                shared += (net - tr.now[p]) / (tr.sharing[p] + 1)
                continue
            k = tr.place[p]
            if k < 0:
                k = count
                tr.place[p] = k
                tr.whose[k] = p
                tr.had[k] = tr.now[p]
                tr.peak[k] = net
                tr.aim[k] = tr.ceiling[d, p]
                count += 1
            tr.peak[k] = max(tr.peak[k], net)
            tr.by[entries] = k
            tr.net[entries] = net
            entries += 1
        tr.last[s] = entries
        tr.sure[s] = tr.own[s] + shared
    return count


@jit_inner
def order(tr, d, people):  # type: ignore[no-untyped-def]
    """Work out the gains of depth d's candidates at the ceilings `aim` and sort them, best first; `rest` too."""
    rest = 0.0
    for k in range(people):
        tr.floor[k] = max(tr.had[k], min(tr.aim[k], tr.peak[k]))
        rest += tr.floor[k] - tr.had[k]
    tr.rest[d] = rest
    for i in range(tr.many[d]):
        s = tr.cand[d, i]
        gain = tr.sure[s]
        for a in range(tr.first[s], tr.last[s]):
            gain += max(0.0, tr.net[a] - tr.floor[tr.by[a]])
        j = i - 1
        while j >= 0 and tr.gain[d, j] < gain:
            tr.gain[d, j + 1] = tr.gain[d, j]
            tr.cand[d, j + 1] = tr.cand[d, j]
            j -= 1
        tr.gain[d, j + 1] = gain
        tr.cand[d, j + 1] = s
    tr.reach[d, 0] = 0.0
    for i in range(tr.many[d]):
        tr.reach[d, i + 1] = tr.reach[d, i] + tr.gain[d, i]


@jit_inner
def span(tr, d, i, least, most):  # type: ignore[no-untyped-def]
    """Where the gains from candidate i on that make the bound end: `least` of them, further ones while positive."""
    end = i + least
    while end < i + most and end < tr.many[d] and tr.gain[d, end] > 0.0:
        end += 1
    return end


@jit_inner
def trim(tr, d, least, most, floor):  # type: ignore[no-untyped-def]
    """Let go of depth d's candidates with which nothing there exceeds `floor`: those of the lowest gains."""
    beside = span(tr, d, 0, max(0, least - 1), most - 1)
    lacking = floor - tr.base[d] - tr.rest[d] - tr.reach[d, beside]
    while tr.many[d] > beside and tr.gain[d, tr.many[d] - 1] <= lacking:
        tr.many[d] -= 1


@jit_inner
def descend(tr, d, end, people, first, length):  # type: ignore[no-untyped-def]
    """Move the ceilings of depth d down the (smoothed) slope of its bound, of which `end` candidates are part."""
    for k in range(people):
        tr.slope[k] = 0.4 + (0.0 if first else 0.6 * tr.slope[k])
    for i in range(end):
        s = tr.cand[d, i]
        for a in range(tr.first[s], tr.last[s]):
            if tr.net[a] > tr.floor[tr.by[a]]:
                tr.slope[tr.by[a]] -= 0.4
    norm = 0.0
    for k in range(people):
        falls, rises = tr.slope[k] > 0.0, tr.slope[k] < 0.0
        if (falls and tr.floor[k] > tr.had[k]) or (rises and tr.floor[k] < tr.peak[k]):
            norm += tr.slope[k] * tr.slope[k]
    if norm > 0.0:
        for k in range(people):
            tr.aim[k] = tr.floor[k] - length / norm * tr.slope[k]


@jit_inner
def tune(m, g, tr, d, n, least, most, worth, price, floor, rounds):  # type: ignore[no-untyped-def]
    """Bound what depth d can bring, with `least` to `most` more sessions, and better its ceilings till it is <= floor.

    Returns the bound at the ceilings that stay in `tr.ceiling[d]`, to which gains, order and `rest` belong. Candidates
    with which nothing exceeds the floor go.
    """
    if tr.many[d] < least:
        return -np.inf
    settle(m, g, tr, d, n, worth, price)
    people = contend(m, g, tr, d, worth)
    best, bound, stalled, pace = np.inf, np.inf, 0, PACE if rounds > MANY else BRISK
    for turn in range(rounds):
        order(tr, d, people)
        end = span(tr, d, 0, least, most)
        bound = tr.base[d] + tr.rest[d] + tr.reach[d, end]
        stalled += 1
        if bound < best:
            best, stalled = bound, 0
            copy(tr.aim, tr.kept, 0, people)
        if bound <= floor:
            break
        trim(tr, d, least, most, floor)
        if turn == rounds - 1:
            break
        if stalled == 3:
            pace, stalled = pace * 0.5, 0
            copy(tr.kept, tr.aim, 0, people)
            order(tr, d, people)
            end = span(tr, d, 0, least, most)
        descend(tr, d, end, people, turn == 0, pace * (bound - floor))
    if best < bound:
        copy(tr.kept, tr.aim, 0, people)
        order(tr, d, people)
        best = tr.base[d] + tr.rest[d] + tr.reach[d, span(tr, d, 0, least, most)]
    for k in range(people):
        tr.ceiling[d, tr.whose[k]] = tr.aim[k]
    return best


@jit
def launch(m, g, tr, source, sizes, worth, price, floor, rounds):  # type: ignore[no-untyped-def]
    """Stand at the root with the candidates `source`; returns a bound on all columns but the empty one."""
    tr.level[:] = 0
    tr.sharing[:] = 0
    tr.undo_at[0] = 0
    tr.cover[0] = 0.0
    tr.state[DEPTH] = 0
    admit(m, tr, 0, 0, source, 0, source.shape[0])
    return tune(m, g, tr, 0, 0, max(1, sizes.least), sizes.most, worth, price, floor, rounds)


@jit_inner
def enter(m, g, tr, d, i, sizes, worth, price, best, rounds):  # type: ignore[no-untyped-def]
    """Choose candidate i of depth d and stand below it; false, and back again, where nothing there exceeds `best`."""
    tr.cover[d + 1] = tr.cover[d] + push(m, tr, d, tr.cand[d, i], worth, price)
    admit(m, tr, d + 1, d + 1, tr.cand[d], i + 1, tr.many[d])
    least, most = max(1, sizes.least - d - 1), sizes.most - d - 1
    for p in range(tr.level.shape[0]):
        tr.ceiling[d + 1, p] = 0.0 if most == 1 else tr.ceiling[d, p]
    turns = 1 if most == 1 else rounds
    if tune(m, g, tr, d + 1, d + 1, least, most, worth, price, best, turns) <= best:
        pop(tr, d)
        return False
    return True


@jit
def explore(m, g, w, tr, sizes, worth, price, floor, rounds, budget, store, stored):  # type: ignore[no-untyped-def]  # noqa: C901
    """Go on with the search that was launched for a column worth more than `floor`, for about `budget` nodes.

    Returns (nodes used, best value, its size, columns stored), the best set in `tr.best`; best is `floor`, size 0 if
    nothing exceeded it. The search is over when `tr.state[DEPTH]` is -1. If `store` (N, 1 + R) has rows, all columns
    worth more than `floor` go there, size first, from row `stored` on, and it stops when they do not suffice.
    """
    smallest, largest = sizes
    best, size, nodes, d = floor, 0, 0, tr.state[DEPTH]
    while d >= 0 and nodes < budget and (store.shape[0] == 0 or stored < store.shape[0]):
        i = tr.at[d]
        least, most = max(1, smallest - d), largest - d
        bound = -np.inf
        if tr.many[d] - i >= least:
            end = span(tr, d, i, least, most)
            bound = tr.base[d] + tr.rest[d] + tr.reach[d, end] - tr.reach[d, i]
        if bound <= best:
            d -= 1
            if d >= 0:
                pop(tr, d)
            continue
        if d == 0 and i % tr.state[LANES] != tr.state[LANE]:
            tr.at[d] = i + 1
            continue
        if most == 2:
            best, size, stored, weighed = last_two(m, g, w, tr, d, smallest, worth, price, best, size, store, stored)
            nodes += weighed // LEAVES_A_NODE + 1
            d -= 1
            if d >= 0:
                pop(tr, d)
            continue
        nodes += 1
        tr.at[d] = i + 1
        tr.chosen[d] = tr.cand[d, i]
        found = value(m, w, tr.chosen, d + 1, worth, price, best) if d + 1 >= smallest else -np.inf
        if found > best and store.shape[0] > 0:
            keep(tr, d + 1, store, stored)
            stored += 1
        elif found > best:
            best, size = found, d + 1
            copy(tr.chosen, tr.best, 0, size)
        if d + 1 < largest and enter(m, g, tr, d, i, sizes, worth, price, best, rounds):
            d += 1
    tr.state[DEPTH] = d
    return nodes, best, size, stored
