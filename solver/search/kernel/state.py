"""The state's books: who stands where, what people keep by it, what the slots cost, and the best grid seen."""

from __future__ import annotations

import numpy as np

from solver.compiled.jit import inner
from solver.search.kernel.attendance import recount, regroup
from solver.search.kernel.matching import line_up, match, relaxed
from solver.search.kernel.packed import number, rank
from solver.search.kernel.terms import moved
from solver.search.shapes import BEST_TOTAL, BEST_UNPLACED, TOTAL, UNPLACED, Instance, Int, State

CLOSE = 1e-9


@inner
def _stamp(instance: Instance, state: State, s: Int, t: Int, sign: Int) -> None:
    """Write into the rows of those who want s that it enters (1) or leaves (-1) slot t."""
    packed, stride, own = state.packed, instance.stride, state.filled.size
    for i in range(instance.fan_ptr[s], instance.fan_ptr[s + 1]):
        p = np.int64(instance.fan_p[i])
        word = np.int64(packed[p * (own + 1) + t])
        after = word + sign * instance.fan_unit[i]
        packed[p * (own + 1) + t] = after
        if word >= 0:
            before, now = rank(word), rank(after)
            packed[p * (own + 1) + own] += stride[now] - stride[before]
            _group(instance, state, t, p, word, after, before, now)


@inner
def _group(instance: Instance, state: State, t: Int, p: Int, word: Int, after: Int, before: Int, now: Int) -> None:
    """Move person p between the groups of slot t as their word and its rank change."""
    w, bit = p >> 6, np.uint64(1) << np.uint64(p & 63)
    k, n = number(word, before), number(after, now)
    state.top[t, before, w] &= ~bit
    state.top[t, now, w] |= bit
    state.sharing[t, k, w] &= ~bit
    state.sharing[t, n, w] |= bit
    state.deepest[t] = max(state.deepest[t], n)
    state.beneath[t, w] &= ~bit
    if after != n * instance.unit[now]:
        state.beneath[t, w] |= bit


@inner
def transfer(instance: Instance, state: State, s: Int, a: Int, b: Int) -> None:
    """Take session s out of slot a and put it into b: members, topics, people."""
    last = state.filled[a] - 1
    other = state.member[a, last]
    state.member[a, state.place[s]] = other
    state.place[other] = state.place[s]
    state.filled[a] = last
    state.slot[s] = b
    state.place[s] = state.filled[b]
    state.member[b, state.filled[b]] = s
    state.filled[b] += 1
    waiting = state.filled.size - 1
    if b == waiting:
        state.room[s] = -1
    for sign in (-1, 1):
        t = a if sign < 0 else b
        if t != waiting:
            if instance.topic[s] >= 0:
                state.topics[t, instance.topic[s]] += sign
            _stamp(instance, state, s, t, sign)


@inner
def furnish(instance: Instance, state: State, t: Int, side: Int, cost: float) -> None:
    """Write the line-up and the rooms found for slot t into the state."""
    if t == state.filled.size - 1:
        return
    regroup(instance, state, t)
    total = 0.0
    for i in range(state.filled[t]):
        s, d = state.line_session[side, i], state.line_demand[side, i]
        state.room[s] = state.line_room[side, i]
        state.heads[s] = state.line_heads[side, i]
        state.demand[t, i] = d
        total += max(0.0, d - instance.capacity[instance.rooms[t, i]])
    state.cost[t], state.guess[t] = cost, total * instance.weight_turned_away


@inner
def refresh(instance: Instance, state: State) -> None:
    """Recompute heads, rooms, costs and the total of the open slots from who stands in which slot."""
    waiting, nobody, side = state.filled.size - 1, np.int64(-1), np.int64(0)
    recount(instance, state)
    total, width = 0.0, waiting + 2
    for p in range(instance.level.shape[1]):
        total += instance.table[state.packed[p * width + waiting + 1]]
    for t in range(waiting):
        if instance.opened[t] > 0:
            n = line_up(instance, state, t, nobody, nobody, side)
            furnish(instance, state, t, side, match(instance, state, t, n, side, relaxed(instance, state, t, n, side)))
            total -= state.cost[t]
        for k in range(state.topics.shape[1]):
            total -= instance.weight_topic * state.topics[t, k] * (state.topics[t, k] - 1) / 2
    for i in range(instance.movable.size):
        total -= moved(instance, instance.movable[i], state.slot[instance.movable[i]])
    state.figures[TOTAL] = total
    record(state)


@inner
def record(state: State) -> None:
    """Keep the grid if it is the best one seen: more sessions placed, or as many and a greater total."""
    waiting = state.filled.size - 1
    state.counters[UNPLACED] = state.filled[waiting]
    ahead = state.figures[TOTAL] > state.figures[BEST_TOTAL] + CLOSE
    if state.counters[UNPLACED] < state.counters[BEST_UNPLACED] or (
        state.counters[UNPLACED] == state.counters[BEST_UNPLACED] and ahead
    ):
        state.counters[BEST_UNPLACED], state.figures[BEST_TOTAL] = state.counters[UNPLACED], state.figures[TOTAL]
        for s in range(state.slot.size):
            state.best_slot[s], state.best_room[s] = state.slot[s], state.room[s]
