# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""The state's books: who stands where, what people keep by it, what the slots cost, and the best grid seen."""

from __future__ import annotations

import numpy as np

from solver.compiled.jit import inner
from solver.search.kernel.attendance import recount, regroup
from solver.search.kernel.matching import line_up, match, relaxed
from solver.search.kernel.packed import number, rank
from solver.search.kernel.terms import moved

CLOSE = 1e-9


@inner
def _stamp(day, state, s, t, sign):
    """Write into the rows of those who want s that it enters (1) or leaves (-1) slot t."""
    words, stride, own = state.words, day.stride, state.count.size
    for i in range(day.fan_ptr[s], day.fan_ptr[s + 1]):
        p = np.int64(day.fan_p[i])
        word = np.int64(words[p * (own + 1) + t])
        after = word + sign * day.fan_unit[i]
        words[p * (own + 1) + t] = after
        if word >= 0:
            before, now = rank(word), rank(after)
            words[p * (own + 1) + own] += stride[now] - stride[before]
            _group(day, state, t, p, word, after, before, now)


@inner
def _group(day, state, t, p, word, after, before, now):
    """Move person p between the groups of slot t as their word and its rank change."""
    w, bit = p >> 6, np.uint64(1) << np.uint64(p & 63)
    k, n = number(word, before), number(after, now)
    state.top[t, before, w] &= ~bit
    state.top[t, now, w] |= bit
    state.sharing[t, k, w] &= ~bit
    state.sharing[t, n, w] |= bit
    state.deepest[t] = max(state.deepest[t], n)
    state.beneath[t, w] &= ~bit
    if after != n * day.unit[now]:
        state.beneath[t, w] |= bit


@inner
def transfer(day, state, s, a, b):
    """Take session s out of slot a and put it into b: members, topics, people."""
    last = state.count[a] - 1
    other = state.member[a, last]
    state.member[a, state.place[s]] = other
    state.place[other] = state.place[s]
    state.count[a] = last
    state.slot[s] = b
    state.place[s] = state.count[b]
    state.member[b, state.count[b]] = s
    state.count[b] += 1
    waiting = state.count.size - 1
    if b == waiting:
        state.room[s] = -1
    for sign in (-1, 1):
        t = a if sign < 0 else b
        if t != waiting:
            if day.topic[s] >= 0:
                state.topics[t, day.topic[s]] += sign
            _stamp(day, state, s, t, sign)


@inner
def furnish(day, state, t, side, cost):
    """Write the line-up and the rooms found for slot t into the state."""
    if t == state.count.size - 1:
        return
    regroup(day, state, t)
    total = 0.0
    for i in range(state.count[t]):
        s, d = state.fresh_s[side, i], state.fresh_d[side, i]
        state.room[s] = state.fresh_r[side, i]
        state.heads[s] = state.fresh_h[side, i]
        state.demand[t, i] = d
        total += max(0.0, d - day.capacity[day.rooms[t, i]])
    state.cost[t], state.guess[t] = cost, total * day.weight[0]


@inner
def refresh(day, state):
    """Recompute heads, rooms, costs and the total of the open slots from who stands in which slot."""
    waiting, nobody, side = state.count.size - 1, np.int64(-1), np.int64(0)
    recount(day, state)
    total, width = 0.0, waiting + 2
    for p in range(day.level.shape[1]):
        total += day.table[state.words[p * width + waiting + 1]]
    for t in range(waiting):
        if day.opened[t] > 0:
            n = line_up(day, state, t, nobody, nobody, side)
            furnish(day, state, t, side, match(day, state, t, n, side, relaxed(day, state, t, n, side)))
            total -= state.cost[t]
        for k in range(state.topics.shape[1]):
            total -= day.weight[3] * state.topics[t, k] * (state.topics[t, k] - 1) / 2
    for i in range(day.movable.size):
        total -= moved(day, day.movable[i], state.slot[day.movable[i]])
    state.value[0] = total
    record(state)


@inner
def record(state):
    """Keep the grid if it is the best one seen: more sessions placed, or as many and a greater total."""
    waiting = state.count.size - 1
    state.tally[0] = state.count[waiting]
    ahead = state.value[0] > state.value[1] + CLOSE
    if state.tally[0] < state.tally[1] or (state.tally[0] == state.tally[1] and ahead):
        state.tally[1], state.value[1] = state.tally[0], state.value[0]
        for s in range(state.slot.size):
            state.best_slot[s], state.best_room[s] = state.slot[s], state.room[s]
