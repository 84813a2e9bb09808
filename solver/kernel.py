"""The compiled local search: exact deltas on people's slots, with rooms matched exactly within each slot.

Shapes: S sessions, T slots, R rooms, P people. Slot T is where unplaced sessions wait; nobody attends there.
"""

from __future__ import annotations

from math import exp, log
from typing import Any, NamedTuple

import numpy as np
from numba import njit

FORBIDDEN = 1e12
CLOSE = 1e-9


class Day(NamedTuple):
    """What does not change while the search runs.

    `fan_ptr` [S+1], `fan_p`, `fan_unit`: who wants each session, and what that adds to a slot's word.
    `level` [S, P]: strength 0 to 3, 4 for a host. `want_ptr` [P+1], `want_s`: what each person wants.
    `host_ptr` [S+1], `host_p`: hosts who hold several sessions. `mask` [S, T, R], `may` [S, T+1]: where it may stand.
    `movable`: sessions that may stand anywhere. `rooms` [T, R]: open rooms, largest first; `opened` [T]: how many.
    `capacity` [R]; demand = heads * `scale` + `base` [S]. `topic` [S], -1 none. `before` [S, 2]: slot and room in
    `previous`, slot -2 none. `table`: H by a person's number, which moves by `stride` [5] for each slot kept at
    a level. `weight`: turned_away, moved, another room, topic. `unit` [5]: what a level adds to a word.
    """

    fan_ptr: Any
    fan_p: Any
    fan_unit: Any
    level: Any
    want_ptr: Any
    want_s: Any
    host_ptr: Any
    host_p: Any
    mask: Any
    may: Any
    movable: Any
    rooms: Any
    opened: Any
    capacity: Any
    scale: Any
    base: Any
    topic: Any
    before: Any
    table: Any
    stride: Any
    weight: Any
    unit: Any


class State(NamedTuple):
    """A grid being worked on and the best one seen.

    `words` [P, T+1]: wanted sessions standing there, eight bits a level, below 0 where the person is absent.
    `names` [P, T+1]: their numbers, combined by exclusive or, sixteen bits a level. `person` [P]: index of H in
    the table. `slot`, `room`, `place` [S]: where each stands, and its place in `member` [T+1, S], of which
    `count` [T+1] are in use. `heads` [S]; `cost` [T+1]: seats lacking and rooms changed; `demand` [T+1, R+1]:
    demands, greatest first; `guess` [T+1]: cost of the slot if any room suited any session.
    `topics` [T+1, topics]. `shift` [S], `fresh_*` [2, R+2]: scratch. `value`: total, best total, temperature.
    `tally`: unplaced, unplaced in the best, moves tried, accepted.
    """

    words: Any
    names: Any
    person: Any
    slot: Any
    room: Any
    place: Any
    member: Any
    count: Any
    heads: Any
    cost: Any
    demand: Any
    guess: Any
    topics: Any
    shift: Any
    fresh_s: Any
    fresh_d: Any
    fresh_h: Any
    fresh_r: Any
    best_slot: Any
    best_room: Any
    random: Any
    value: Any
    tally: Any


@njit(inline="always")
def _rank(word):
    return (word >= 1) + (word >= 1 << 8) + (word >= 1 << 16) + (word >= 1 << 24)


@njit
def _random(state):
    """Return a random number in [0, 1); xorshift64* (Vigna 2016)."""
    x = state.random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state.random[0] = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(fastmath=True)
def _harmony(day, state, s, r, a, b):
    """Return what harmony gains when s goes from slot a to b and r (-1: nobody) from b to a."""
    words, person, table, stride = state.words, state.person, day.table, day.stride
    total = 0.0
    for i in range(day.fan_ptr[s], day.fan_ptr[s + 1]):
        p = day.fan_p[i]
        unit = day.fan_unit[i] - (day.unit[day.level[r, p]] if r >= 0 else 0)
        wa, wb, h = words[p, a], words[p, b], person[p]
        step = stride[_rank(wa - unit)] - stride[_rank(wa)] + stride[_rank(wb + unit)] - stride[_rank(wb)]
        total += table[h + step] - table[h]
    if r < 0:
        return total
    for i in range(day.fan_ptr[r], day.fan_ptr[r + 1]):
        p = day.fan_p[i]
        if day.level[s, p] != 0:
            continue
        unit = day.fan_unit[i]
        wa, wb, h = words[p, a], words[p, b], person[p]
        step = stride[_rank(wa + unit)] - stride[_rank(wa)] + stride[_rank(wb - unit)] - stride[_rank(wb)]
        total += table[h + step] - table[h]
    return total


@njit
def _clash(day, state, s, r, b):
    """Say whether a host of s holds a session other than r in slot b."""
    for i in range(day.host_ptr[s], day.host_ptr[s + 1]):
        h = day.host_p[i]
        if state.words[h, b] >= 1 << 24 and (r < 0 or day.level[r, h] != 4):
            return True
    return False


@njit
def _pairs(day, state, s, r, a, b):
    """Return by how many the pairs of a topic in one slot grow when s goes from a to b and r from b to a."""
    waiting, grown = state.count.size - 1, 0
    ks, kr = day.topic[s], day.topic[r] if r >= 0 else -1
    if ks == kr:
        return 0
    if ks >= 0:
        grown += (state.topics[b, ks] if b != waiting else 0) - (state.topics[a, ks] - 1 if a != waiting else 0)
    if kr >= 0:
        grown += (state.topics[a, kr] if a != waiting else 0) - (state.topics[b, kr] - 1 if b != waiting else 0)
    return grown


@njit
def _moved(day, s, t):
    return day.weight[1] * (day.before[s, 0] != -2 and day.before[s, 0] != t)


@njit
def _estimate(day, state, t, leaving, entering):
    """Return what slot t would cost in seats, any room suiting any session, with one demand out and one in (< 0: none)."""
    n, k, total = state.count[t], 0, 0.0
    for i in range(n):
        d = state.demand[t, i]
        if d == leaving:
            leaving = -1.0
            continue
        if entering >= d:
            total += max(0.0, entering - day.capacity[day.rooms[t, k]])
            k += 1
            entering = -1.0
        if k >= day.opened[t]:
            return total
        total += max(0.0, d - day.capacity[day.rooms[t, k]])
        k += 1
    if entering >= 0.0 and k < day.opened[t]:
        total += max(0.0, entering - day.capacity[day.rooms[t, k]])
    return total * day.weight[0]


@njit
def _spread(day, state, p, t, word, name, known, out, sign):
    """Add sign times the heads that person p brings to the sessions of slot t; `known` is one that may be among them.

    `word` and `name` say what p wants there; `out` has left the slot and `known` has entered it if they are at odds
    with `state.slot`.
    """
    best = _rank(word)
    if best == 0:
        return
    n = (word >> (8 * (best - 1))) & 255
    if n == 1:
        state.shift[(name >> (16 * (best - 1))) & 0xFFFF] += sign
        return
    share = sign / n
    if n == 2 and known >= 0 and day.level[known, p] == best:
        state.shift[known] += share
        state.shift[((name >> (16 * (best - 1))) & 0xFFFF) ^ known] += share
        return
    for i in range(day.want_ptr[p], day.want_ptr[p + 1]):
        s = day.want_s[i]
        if day.level[s, p] == best and s != out and (state.slot[s] == t or s == known):
            state.shift[s] += share


@njit
def _walk(day, state, p, t, out, inn):
    """Let person p divide anew in slot t, which `out` leaves and `inn` enters (-1: nobody)."""
    word, name = state.words[p, t], state.names[p, t]
    if word < 0:
        return
    gone = day.level[out, p] if out >= 0 else 0
    new = day.level[inn, p] if inn >= 0 else 0
    best = _rank(word)
    if gone < best and new < best:
        return
    after, named = word, name
    if gone > 0:
        after -= day.unit[gone]
        named ^= np.int64(out) << (16 * (gone - 1))
    if new > 0:
        after += day.unit[new]
        named ^= np.int64(inn) << (16 * (new - 1))
    _spread(day, state, p, t, word, name, out, -1, -1.0)
    _spread(day, state, p, t, after, named, inn, out, 1.0)


@njit
def _gather(day, state, t, out, inn):
    """Put into `shift` by how much the heads of the sessions of slot t change when `out` leaves and `inn` enters."""
    for i in range(state.count[t]):
        state.shift[state.member[t, i]] = 0.0
    if inn >= 0:
        state.shift[inn] = 0.0
    if out >= 0:
        for i in range(day.fan_ptr[out], day.fan_ptr[out + 1]):
            _walk(day, state, day.fan_p[i], t, out, inn)
    if inn >= 0:
        for i in range(day.fan_ptr[inn], day.fan_ptr[inn + 1]):
            p = day.fan_p[i]
            if out < 0 or day.level[out, p] == 0:
                _walk(day, state, p, t, out, inn)


@njit
def _line_up(day, state, t, out, inn, side):
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


@njit
def _room_cost(day, s, t, r, demand):
    if day.mask[s, t, r] == 0:
        return FORBIDDEN
    other = day.weight[2] if day.before[s, 0] == t and day.before[s, 1] != r else 0.0
    return day.weight[0] * max(0.0, demand - day.capacity[r]) + other


@njit
def _match(day, state, t, n, side):
    """Match the n sessions lined up on `side` to the rooms of slot t at the least cost; returns it, FORBIDDEN if none.

    Where the k-th greatest demand may take the k-th largest room that is best; else shortest augmenting paths.
    """
    if n > day.opened[t]:
        return FORBIDDEN
    total, fine = 0.0, True
    for i in range(n):
        s, r = state.fresh_s[side, i], day.rooms[t, i]
        state.fresh_r[side, i] = r
        fine = fine and day.mask[s, t, r] != 0 and (day.before[s, 0] != t or day.before[s, 1] == r)
        total += max(0.0, state.fresh_d[side, i] - day.capacity[r])
    return total * day.weight[0] if fine else _assign(day, state, t, n, side)


@njit
def _assign(day, state, t, n, side):
    """Match by shortest augmenting paths (Jonker and Volgenant 1987), rows in order of demand."""
    m = day.opened[t]
    u, v = np.zeros(n), np.zeros(m + 1)
    owner, way = np.full(m + 1, -1), np.empty(m, np.int64)
    shortest, used = np.empty(m), np.empty(m + 1, np.bool_)
    for row in range(n):
        owner[m], at = row, m
        shortest[:], used[:] = np.inf, False
        while owner[at] >= 0:
            used[at] = True
            i, step, after = owner[at], np.inf, -1
            s, d = state.fresh_s[side, i], state.fresh_d[side, i]
            for c in range(m):
                if not used[c]:
                    reduced = _room_cost(day, s, t, day.rooms[t, c], d) - u[i] - v[c]
                    if reduced < shortest[c]:
                        shortest[c], way[c] = reduced, at
                    if shortest[c] < step:
                        step, after = shortest[c], c
            if step > FORBIDDEN / 2:
                return FORBIDDEN
            for c in range(m + 1):
                if used[c]:
                    u[owner[c]] += step
                    v[c] -= step
                elif c < m:
                    shortest[c] -= step
            at = after
        while at != m:
            owner[at] = owner[way[at]]
            at = way[at]
    total = 0.0
    for c in range(m):
        if owner[c] >= 0:
            r = day.rooms[t, c]
            state.fresh_r[side, owner[c]] = r
            total += _room_cost(day, state.fresh_s[side, owner[c]], t, r, state.fresh_d[side, owner[c]])
    return total


@njit
def _price(day, state, t, out, inn, side):
    """Return what slot t costs in seats and rooms once `out` has left and `inn` entered; FORBIDDEN if no rooms fit."""
    if t == state.count.size - 1:
        return 0.0
    _gather(day, state, t, out, inn)
    n = _line_up(day, state, t, out, inn, side)
    return _match(day, state, t, n, side)


@njit
def _leave(day, state, s, t):
    """Take session s out of slot t: people, topics and the list of members."""
    last = state.count[t] - 1
    other = state.member[t, last]
    state.member[t, state.place[s]] = other
    state.place[other] = state.place[s]
    state.count[t] = last
    if t == state.count.size - 1:
        return
    if day.topic[s] >= 0:
        state.topics[t, day.topic[s]] -= 1
    for i in range(day.fan_ptr[s], day.fan_ptr[s + 1]):
        p = day.fan_p[i]
        word = state.words[p, t]
        state.words[p, t] = word - day.fan_unit[i]
        state.names[p, t] ^= np.int64(s) << (16 * (day.level[s, p] - 1))
        state.person[p] += day.stride[_rank(word - day.fan_unit[i])] - day.stride[_rank(word)]


@njit
def _enter(day, state, s, t):
    """Put session s into slot t: people, topics and the list of members."""
    state.slot[s] = t
    state.place[s] = state.count[t]
    state.member[t, state.count[t]] = s
    state.count[t] += 1
    if t == state.count.size - 1:
        state.room[s] = -1
        return
    if day.topic[s] >= 0:
        state.topics[t, day.topic[s]] += 1
    for i in range(day.fan_ptr[s], day.fan_ptr[s + 1]):
        p = day.fan_p[i]
        word = state.words[p, t]
        state.words[p, t] = word + day.fan_unit[i]
        state.names[p, t] ^= np.int64(s) << (16 * (day.level[s, p] - 1))
        state.person[p] += day.stride[_rank(word + day.fan_unit[i])] - day.stride[_rank(word)]


@njit
def _furnish(day, state, t, side, cost):
    """Write the line-up and the rooms found for slot t into the state."""
    if t == state.count.size - 1:
        return
    total = 0.0
    for i in range(state.count[t]):
        s, d = state.fresh_s[side, i], state.fresh_d[side, i]
        state.room[s] = state.fresh_r[side, i]
        state.heads[s] = state.fresh_h[side, i]
        state.demand[t, i] = d
        total += max(0.0, d - day.capacity[day.rooms[t, i]])
    state.cost[t], state.guess[t] = cost, total * day.weight[0]


@njit
def refresh(day, state):
    """Recompute heads, rooms, costs and the total of the open slots from who stands in which slot."""
    waiting = state.count.size - 1
    state.shift[:] = 0.0
    total = 0.0
    for p in range(state.person.size):
        total += day.table[state.person[p]]
        for t in range(waiting):
            if state.words[p, t] > 0:
                _spread(day, state, p, t, state.words[p, t], state.names[p, t], -1, -1, 1.0)
    for t in range(waiting):
        for i in range(state.count[t]):
            state.heads[state.member[t, i]] = state.shift[state.member[t, i]]
    state.shift[:] = 0.0
    for t in range(waiting):
        if day.opened[t] > 0:
            n = _line_up(day, state, t, -1, -1, 0)
            _furnish(day, state, t, 0, _match(day, state, t, n, 0))
            total -= state.cost[t]
        for k in range(state.topics.shape[1]):
            total -= day.weight[3] * state.topics[t, k] * (state.topics[t, k] - 1) / 2
    for i in range(day.movable.size):
        total -= _moved(day, day.movable[i], state.slot[day.movable[i]])
    state.value[0] = total
    _record(state)


@njit
def _record(state):
    """Keep the grid if it is the best one seen: more sessions placed, or as many and a greater total."""
    waiting = state.count.size - 1
    state.tally[0] = state.count[waiting]
    if state.tally[0] < state.tally[1] or (state.tally[0] == state.tally[1] and state.value[0] > state.value[1] + CLOSE):
        state.tally[1], state.value[1] = state.tally[0], state.value[0]
        state.best_slot[:] = state.slot
        state.best_room[:] = state.room


@njit
def load(day, state, slots):
    """Set up the state with session s in slot `slots[s]`; sessions that wait are in slot T."""
    for s in range(slots.size):
        _enter(day, state, s, slots[s])
    refresh(day, state)


@njit
def restart(day, state, slots):
    """Bring the state to `slots` by moving what stands elsewhere."""
    for s in range(slots.size):
        t = state.slot[s]
        if t != slots[s]:
            _leave(day, state, s, t)
            _enter(day, state, s, slots[s])
    refresh(day, state)


@njit
def _exchange(day, state, s, r, a, b, limit):
    """Weigh s from a to b and r (-1: nobody) from b to a, and do it if the gain is at least `limit`.

    The test is in two steps, each against its own random number: harmony and an estimate of the seats first, then
    the exact gain (delayed acceptance, Christen and Fox 2005). Returns whether it was done.
    """
    waiting = state.count.size - 1
    grows = a == waiting and r < 0
    gain = _harmony(day, state, s, r, a, b)
    gain -= day.weight[3] * _pairs(day, state, s, r, a, b)
    gain -= _moved(day, s, b) - _moved(day, s, a)
    if r >= 0:
        gain -= _moved(day, r, a) - _moved(day, r, b)
    ds = state.heads[s] * day.scale[s] + day.base[s]
    dr = state.heads[r] * day.scale[r] + day.base[r] if r >= 0 else -1.0
    rough = gain
    if day.weight[0] > 0.0:
        if a != waiting:
            rough -= _estimate(day, state, a, ds, dr) - state.guess[a]
        if b != waiting:
            rough -= _estimate(day, state, b, dr, ds) - state.guess[b]
    if not grows and rough < limit:
        return False
    cost_a = _price(day, state, a, s, r, 0)
    if cost_a >= FORBIDDEN:
        return False
    cost_b = _price(day, state, b, r, s, 1)
    if cost_b >= FORBIDDEN:
        return False
    gain -= cost_a - state.cost[a] + cost_b - state.cost[b]
    if not grows and gain < min(0.0, rough) + state.value[2] * log(_random(state) + 1e-300):
        return False
    _leave(day, state, s, a)
    if r >= 0:
        _leave(day, state, r, b)
        _enter(day, state, r, a)
    _enter(day, state, s, b)
    _furnish(day, state, a, 0, cost_a)
    _furnish(day, state, b, 1, cost_b)
    state.value[0] += gain
    return True


@njit
def _propose(day, state):
    """Draw a session and a place for it, swap or move, and weigh it; returns whether the grid changed."""
    waiting = state.count.size - 1
    s = day.movable[int(_random(state) * day.movable.size)]
    a = state.slot[s]
    b = int(_random(state) * (waiting + (state.count[waiting] > 0)))
    if a == b or day.may[s, b] == 0:
        return False
    k = int(_random(state) * (state.count[b] if b == waiting else day.opened[b]))
    r = state.member[b, k] if k < state.count[b] else -1
    if r < 0 and b == waiting:
        return False
    if r >= 0 and day.may[r, a] == 0:
        return False
    if _clash(day, state, s, r, b) or (r >= 0 and _clash(day, state, r, s, a)):
        return False
    state.tally[2] += 1
    return _exchange(day, state, s, r, a, b, state.value[2] * log(_random(state) + 1e-300))


@njit(nogil=True, cache=True)
def anneal(day, state, moves, hot, cold):
    """Try `moves` random moves while the temperature falls geometrically from `hot` to `cold`."""
    if day.movable.size == 0:
        return
    for i in range(moves):
        if i & 63 == 0:
            state.value[2] = hot * exp(log(cold / hot) * i / moves)
        if _propose(day, state):
            state.tally[3] += 1
            _record(state)


@njit(nogil=True, cache=True)
def prepare(day, state, slots, fresh):
    """Load `slots` into an empty state (`fresh`) or move the state to them."""
    if fresh:
        load(day, state, slots)
    else:
        restart(day, state, slots)
