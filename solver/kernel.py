# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""The compiled local search: exact deltas on people's slots, with rooms matched exactly within each slot.

`day` and `state` are `shapes.Day` and `shapes.State`. Importing it raises ImportError where numba is missing.
"""

from __future__ import annotations

from math import exp, log
from typing import Any

import numpy as np

from solver.jit import njit
from solver.shapes import Day, State

FORBIDDEN = 1e12
CLOSE = 1e-9
BARE: Any = {"_nrt": False, "error_model": "numpy"}  # no reference counts: the kernel allocates nothing


@njit(inline="always")
def _rank(word):
    return (word >= 1) + (word >= 1 << 8) + (word >= 1 << 16) + (word >= 1 << 24)


@njit(inline="always")
def _step(word, second, third):
    """Return what a slot's word adds to a person's index: 1, then `second` and `third` more for the higher levels."""
    return (word >= 1) * 1 + (word >= 1 << 8) * second + (word >= 1 << 16) * third


@njit(**BARE)
def _random(random):
    """Return a random number in [0, 1); xorshift64* (Vigna 2016)."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(fastmath=True, **BARE)
def _carry(rows, units, first, last, words, table, a, b, own, second, third):
    """Return what harmony gains when one session goes from slot a to b; free of branches, so that it is vectorised."""
    total = 0.0
    at_a, at_b, at_own = np.uint32(a), np.uint32(b), np.uint32(own)
    for i in range(first, last):
        row, unit = rows[i], units[i]
        wa, wb, h = words[row + at_a], words[row + at_b], words[row + at_own]
        na, nb = np.int32(wa - unit), np.int32(wb + unit)
        step = _step(na, second, third) - _step(wa, second, third)
        step += _step(nb, second, third) - _step(wb, second, third)
        total += table[np.uint32(h + step)] - table[np.uint32(h)]
    return total


@njit(**BARE)
def _joint(day, state, s, r, a, b):
    """Return by how much the harmony gained by a swap differs from that of its two halves, for those who want both."""
    bits, words, table, stride, width = day.bits, state.words, day.table, day.stride, state.count.size + 1
    total = 0.0
    for i in range(bits.shape[1]):
        both = bits[s, i] & bits[r, i]
        while both != np.uint64(0):
            low = both & (~both + np.uint64(1))
            both ^= low
            p = 64 * i + day.debruijn[(low * np.uint64(0x03F79D71B4CB0A89)) >> np.uint64(58)]
            us, ur = day.unit[day.level[s, p]], day.unit[day.level[r, p]]
            row = p * width
            wa, wb, h = words[row + a], words[row + b], words[row + width - 1]
            ra, rb = stride[_rank(wa)], stride[_rank(wb)]
            there = h + stride[_rank(wa - us)] - ra + stride[_rank(wb + us)] - rb
            back = h + stride[_rank(wa + ur)] - ra + stride[_rank(wb - ur)] - rb
            swapped = h + stride[_rank(wa - us + ur)] - ra + stride[_rank(wb + us - ur)] - rb
            total += table[swapped] - table[there] - table[back] + table[h]
    return total


@njit(**BARE)
def _harmony(day, state, s, r, a, b):
    """Return what harmony gains when s goes from slot a to b and r (-1: nobody) from b to a."""
    own, second, third = state.count.size, day.stride[2] - day.stride[1], day.stride[3] - day.stride[2]
    rows, units, ptr, words, table = day.fan_row, day.fan_unit, day.fan_ptr, state.words, day.table
    total = _carry(rows, units, ptr[s], ptr[s + 1], words, table, a, b, own, second, third)
    if r >= 0:
        total += _carry(rows, units, ptr[r], ptr[r + 1], words, table, b, a, own, second, third)
        total += _joint(day, state, s, r, a, b)
    return total


@njit(**BARE)
def _clash(day, state, s, r, b):
    """Say whether a host of s holds a session other than r in slot b."""
    for i in range(day.host_ptr[s], day.host_ptr[s + 1]):
        h = day.host_p[i]
        if state.words[h * (state.count.size + 1) + b] >= 1 << 24 and (r < 0 or day.level[r, h] != 4):
            return True
    return False


@njit(**BARE)
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


@njit(**BARE)
def _moved(day, s, t):
    return day.weight[1] * (day.before[s, 0] != -2 and day.before[s, 0] != t)


@njit(**BARE)
def _estimate(day, state, t, leaving, entering):
    """Return what slot t would cost in seats, were any room to suit any session, with one demand out and one in.

    A demand below 0 stands for none.
    """
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


@njit(inline="always")
def _spread(level, want_ptr, want_s, want_level, slot, shift, p, t, word, name, known, out, sign):
    """Add sign times the heads that person p brings to the sessions of slot t, given its word and names.

    `known` is one session that may be among them; `out` has left the slot and `known` has entered it if they are at
    odds with `slot`.
    """
    best = _rank(word)
    if best == 0:
        return
    n = (word >> (8 * (best - 1))) & 255
    if n == 1:
        shift[(name >> (16 * (best - 1))) & 0xFFFF] += sign
        return
    share = sign / n
    if n == 2 and known >= 0 and level[known, p] == best:
        shift[known] += share
        shift[((name >> (16 * (best - 1))) & 0xFFFF) ^ known] += share
        return
    for i in range(want_ptr[p], want_ptr[p + 1]):
        s = want_s[i]
        if want_level[i] == best and s != out and (slot[s] == t or s == known):
            shift[s] += share


@njit(**BARE)
def _walk(level, want_ptr, want_s, want_level, slot, shift, unit, p, t, word, name, out, inn, gone, new):
    """Let person p divide anew in slot t, which `out` leaves and `inn` enters (-1: nobody), wanted `gone` and `new`."""
    best = _rank(word)
    if word < 0 or (gone < best and new < best):
        return
    after = word - unit[gone] + unit[new]
    named = name
    if gone > 0:
        named ^= np.int64(out) << (16 * (gone - 1))
    if new > 0:
        named ^= np.int64(inn) << (16 * (new - 1))
    known, gone_from, sign = out, -1, -1.0
    for _ in range(2):  # first take back the heads as they are, then count them anew
        _spread(level, want_ptr, want_s, want_level, slot, shift, p, t, word, name, known, gone_from, sign)
        word, name, known, gone_from, sign = after, named, inn, out, 1.0


@njit(**BARE)
def _gather(day, state, t, out, inn):
    """Put into `shift` by how much the heads of the sessions of slot t change when `out` leaves and `inn` enters."""
    level, want_ptr, want_s, want_level = day.level, day.want_ptr, day.want_s, day.want_level
    slot, shift, unit = state.slot, state.shift, day.unit
    words, names, width = state.words, state.names, state.count.size + 1
    for i in range(state.count[t]):
        shift[state.member[t, i]] = 0.0
    if inn >= 0:
        shift[inn] = 0.0
    if out >= 0:
        for i in range(day.fan_ptr[out], day.fan_ptr[out + 1]):
            p, gone = day.fan_p[i], day.fan_level[i]
            new = level[inn, p] if inn >= 0 else 0
            at = p * width + t
            _walk(
                level, want_ptr, want_s, want_level, slot, shift, unit, p, t, words[at], names[at], out, inn, gone, new
            )
    if inn >= 0:
        for i in range(day.fan_ptr[inn], day.fan_ptr[inn + 1]):
            p, new = day.fan_p[i], day.fan_level[i]
            if out < 0 or level[out, p] == 0:
                at = p * width + t
                _walk(
                    level, want_ptr, want_s, want_level, slot, shift, unit, p, t, words[at], names[at], out, inn, 0, new
                )


@njit(**BARE)
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


@njit(**BARE)
def _room_cost(day, s, t, r, demand):
    if day.mask[s, t, r] == 0:
        return FORBIDDEN
    other = day.weight[2] if day.before[s, 0] == t and day.before[s, 1] != r else 0.0
    return day.weight[0] * max(0.0, demand - day.capacity[r]) + other


@njit(**BARE)
def _relaxed(day, state, t, n, side):
    """Return what the n sessions lined up on `side` would cost in seats if any room of slot t suited any of them.

    The k-th greatest demand then takes the k-th largest room. FORBIDDEN if there are too few rooms.
    """
    if n > day.opened[t]:
        return FORBIDDEN
    total = 0.0
    for i in range(n):
        total += max(0.0, state.fresh_d[side, i] - day.capacity[day.rooms[t, i]])
    return total * day.weight[0]


@njit(**BARE)
def _match(day, state, t, n, side, relaxed):
    """Match the n sessions lined up on `side` to the rooms of slot t at the least cost; returns it, FORBIDDEN if none.

    Where the `relaxed` matching is allowed and changes no room it is the best; else shortest augmenting paths.
    """
    if relaxed >= FORBIDDEN:
        return FORBIDDEN
    fine = True
    for i in range(n):
        s, r = state.fresh_s[side, i], day.rooms[t, i]
        state.fresh_r[side, i] = r
        fine = fine and day.mask[s, t, r] != 0 and (day.before[s, 0] != t or day.before[s, 1] == r)
    return relaxed if fine else _assign(day, state, t, n, side)


@njit(**BARE)
def _assign(day, state, t, n, side):
    """Match by shortest augmenting paths (Jonker and Volgenant 1987), rows in order of demand."""
    m, price, rooms, owner, v = day.opened[t], state.price, day.rooms, state.path[0], state.dual[0]
    for i in range(n):
        for c in range(m):
            price[i, c] = _room_cost(day, state.fresh_s[side, i], t, rooms[t, c], state.fresh_d[side, i])
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


@njit(**BARE)
def _reach(price, v, i, above, near, key, way, m):
    """Note for each column whether the way to it through row i is shorter."""
    for c in range(m):
        far = price[i, c] - v[c] - above
        if far < near[c]:
            near[c], key[c], way[c] = far, far, i


@njit(**BARE)
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


@njit(**BARE)
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


@njit(**BARE)
def _column(owner, i, now, order, n):
    """Return the column that row i held before it was given `now`, -1 for none."""
    for k in range(n):
        if order[k] != now and owner[order[k]] == i:
            return order[k]
    return -1


@njit(**BARE)
def _stamp(day, state, s, t, sign):
    """Write into the rows of those who want s that it enters (1) or leaves (-1) slot t."""
    words, names, stride, own = state.words, state.names, day.stride, state.count.size
    for i in range(day.fan_ptr[s], day.fan_ptr[s + 1]):
        row = day.fan_p[i] * (own + 1)
        word = words[row + t]
        after = word + sign * day.fan_unit[i]
        words[row + t] = after
        names[row + t] ^= np.int64(s) << (16 * (day.fan_level[i] - 1))
        words[row + own] += stride[_rank(after)] - stride[_rank(word)]


@njit(**BARE)
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
    _stamp(day, state, s, t, -1)


@njit(**BARE)
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
    _stamp(day, state, s, t, 1)


@njit(**BARE)
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


@njit(**BARE)
def refresh(day, state):
    """Recompute heads, rooms, costs and the total of the open slots from who stands in which slot."""
    waiting = state.count.size - 1
    state.shift[:] = 0.0
    total, width = 0.0, waiting + 2
    for p in range(day.want_ptr.size - 1):
        total += day.table[state.words[p * width + waiting + 1]]
        for t in range(waiting):
            word, name = state.words[p * width + t], state.names[p * width + t]
            if word > 0:
                _spread(
                    day.level,
                    day.want_ptr,
                    day.want_s,
                    day.want_level,
                    state.slot,
                    state.shift,
                    p,
                    t,
                    word,
                    name,
                    -1,
                    -1,
                    1.0,
                )
    for t in range(waiting):
        for i in range(state.count[t]):
            state.heads[state.member[t, i]] = state.shift[state.member[t, i]]
    state.shift[:] = 0.0
    for t in range(waiting):
        if day.opened[t] > 0:
            n = _line_up(day, state, t, -1, -1, 0)
            _furnish(day, state, t, 0, _match(day, state, t, n, 0, _relaxed(day, state, t, n, 0)))
            total -= state.cost[t]
        for k in range(state.topics.shape[1]):
            total -= day.weight[3] * state.topics[t, k] * (state.topics[t, k] - 1) / 2
    for i in range(day.movable.size):
        total -= _moved(day, day.movable[i], state.slot[day.movable[i]])
    state.value[0] = total
    _record(state)


@njit(**BARE)
def _record(state):
    """Keep the grid if it is the best one seen: more sessions placed, or as many and a greater total."""
    waiting = state.count.size - 1
    state.tally[0] = state.count[waiting]
    ahead = state.value[0] > state.value[1] + CLOSE
    if state.tally[0] < state.tally[1] or (state.tally[0] == state.tally[1] and ahead):
        state.tally[1], state.value[1] = state.tally[0], state.value[0]
        for s in range(state.slot.size):
            state.best_slot[s], state.best_room[s] = state.slot[s], state.room[s]


@njit(**BARE)
def load(day, state, slots):
    """Set up the state with session s in slot `slots[s]`; sessions that wait are in slot T."""
    for s in range(slots.size):
        _enter(day, state, s, slots[s])
    refresh(day, state)


@njit(**BARE)
def restart(day, state, slots):
    """Bring the state to `slots` by moving what stands elsewhere."""
    for s in range(slots.size):
        t = state.slot[s]
        if t != slots[s]:
            _leave(day, state, s, t)
            _enter(day, state, s, slots[s])
    refresh(day, state)


@njit(**BARE)
def _people_gain(day, state, s, r, a, b):
    """Return what total gains, seats and rooms aside, when s goes from slot a to b and r (-1: nobody) from b to a."""
    gain = _harmony(day, state, s, r, a, b) - day.weight[3] * _pairs(day, state, s, r, a, b)
    gain -= _moved(day, s, b) - _moved(day, s, a)
    return gain - (_moved(day, r, a) - _moved(day, r, b) if r >= 0 else 0.0)


@njit(**BARE)
def _seats_estimate(day, state, s, r, a, b):
    """Return by how much the cost of seats grows, as far as demands as they are can tell."""
    waiting, grown = state.count.size - 1, 0.0
    ds = state.heads[s] * day.scale[s] + day.base[s]
    dr = state.heads[r] * day.scale[r] + day.base[r] if r >= 0 else -1.0
    if a != waiting:
        grown += _estimate(day, state, a, ds, dr) - state.guess[a]
    if b != waiting:
        grown += _estimate(day, state, b, dr, ds) - state.guess[b]
    return grown


@njit(**BARE)
def _seats(day, state, s, r, a, b, spare):
    """Return the cost of slots a and b after the exchange, or FORBIDDEN once it is known to exceed `spare`.

    Cheap bounds come first: the relaxed cost of both slots, then the exact cost of one, then of the other.
    """
    waiting, cost, many = state.count.size - 1, state.both, state.many
    cost[:] = 0.0
    for turn in range(4):
        side = turn & 1
        t = a if side == 0 else b
        out, inn = (s, r) if side == 0 else (r, s)
        if t != waiting and turn < 2:
            _gather(day, state, t, out, inn)
            many[side] = _line_up(day, state, t, out, inn, side)
            cost[side] = _relaxed(day, state, t, many[side], side)
        elif t != waiting:
            cost[side] = _match(day, state, t, many[side], side, cost[side])
        if cost[0] + cost[1] > spare:
            return FORBIDDEN
    return cost[0] + cost[1]


@njit(**BARE)
def _exchange(day, state, s, r, a, b, forced):
    """Weigh s going from slot a to b and r (-1: nobody) from b to a, and do it if chance at this temperature agrees.

    The test is in two steps, each against its own random number: people and an estimate of the seats first, then
    the exact gain (delayed acceptance, Christen and Fox 2005). Placing one more session is always right. `forced`
    exchanges are done whatever they cost. Returns whether it was done.
    """
    gain = _people_gain(day, state, s, r, a, b)
    cost = state.cost[a] + state.cost[b]
    rough, least = 0.0, -FORBIDDEN / 2
    if not forced and (a != state.count.size - 1 or r >= 0):
        if day.weight[0] > 0.0:
            rough = _seats_estimate(day, state, s, r, a, b)
        slack = gain - rough + state.value[3]
        if slack < state.value[2] * log(_random(state.random) + 1e-300):
            return False
        least = min(0.0, slack) + state.value[2] * log(_random(state.random) + 1e-300)
        state.tally[3] += 1
    if gain + cost < least:
        return False
    seats = _seats(day, state, s, r, a, b, gain + cost - least)
    if seats >= FORBIDDEN:
        return False
    if not forced:
        state.value[4] += 0.01 * (abs(seats - cost - rough) - state.value[4])
    _leave(day, state, s, a)
    if r >= 0:
        _leave(day, state, r, b)
        _enter(day, state, r, a)
    _enter(day, state, s, b)
    _furnish(day, state, a, 0, state.both[0])
    _furnish(day, state, b, 1, state.both[1])
    state.value[0] += gain + cost - seats
    return True


@njit(**BARE)
def _allowed(day, state, s, r, a, b):
    """Say whether s may go from slot a to b and r (-1: nobody) from b to a, rooms aside."""
    if day.may[s, b] == 0 or (r >= 0 and day.may[r, a] == 0):
        return False
    return not _clash(day, state, s, r, b) and not (r >= 0 and _clash(day, state, r, s, a))


@njit(**BARE)
def _pick(day, state, t):
    """Draw a cell of slot t: the session that stands there, -1 for an empty one."""
    k = int(_random(state.random) * day.opened[t])
    return state.member[t, k] if k < state.count[t] else -1


@njit(**BARE)
def _plan(state, steps, s, r, q, a, b, c):
    """Write down the exchanges by which s takes the place of r, r that of q and q that of s; returns how many.

    They pass through slot T one by one, so that each step can be taken and taken back.
    """
    waiting, n = state.count.size - 1, 0
    if a != waiting:
        steps[n, 0], steps[n, 1], steps[n, 2], steps[n, 3] = s, -1, a, waiting
        n += 1
    steps[n, 0], steps[n, 1], steps[n, 2], steps[n, 3] = s, r, waiting, b
    steps[n + 1, 0], steps[n + 1, 1], steps[n + 1, 2], steps[n + 1, 3] = r, q, waiting, c
    n += 2
    if q >= 0 and a != waiting:
        steps[n, 0], steps[n, 1], steps[n, 2], steps[n, 3] = q, -1, waiting, a
        n += 1
    return n


@njit(**BARE)
def _chain(day, state):
    """Let s take the place of r, r that of q (or an empty cell), and q that of s: all, or nothing."""
    waiting, random, steps = state.count.size - 1, state.random, state.steps
    s = day.movable[int(_random(random) * day.movable.size)]
    a, b, c = state.slot[s], int(_random(random) * waiting), int(_random(random) * waiting)
    if a in (b, c) or b == c or day.may[s, b] == 0 or day.opened[c] == 0:
        return False
    r, q = _pick(day, state, b), _pick(day, state, c)
    if r < 0 or day.may[r, c] == 0 or (q >= 0 and day.may[q, a] == 0):
        return False
    before, unplaced = state.value[0], state.count[waiting]
    least = state.value[2] * log(_random(random) + 1e-300)
    n, i, way = _plan(state, steps, s, r, q, a, b, c), 0, 1
    while 0 <= i < n:
        x, y = steps[i, 0], steps[i, 1]
        source, target = (steps[i, 2], steps[i, 3]) if way > 0 else (steps[i, 3], steps[i, 2])
        done = _allowed(day, state, x, y, source, target) and _exchange(day, state, x, y, source, target, True)
        if way > 0 and not done:
            way = -1
        elif i == n - 1 and way > 0 and state.count[waiting] >= unplaced and state.value[0] - before < least:
            way, i = -1, n  # the whole is refused: take back the last step first
        i += way
    if way < 0:
        state.value[0] = before
    return way > 0


@njit(**BARE)
def _draw(day, state):
    """Draw a session and a place for it; returns (session, who stands there or -1, from, to), session -1 if in vain."""
    waiting, random = state.count.size - 1, state.random
    s = day.movable[int(_random(random) * day.movable.size)]
    a = state.slot[s]
    b = int(_random(random) * (waiting + (state.count[waiting] > 0)))
    if a == b:
        return -1, -1, a, b
    k = int(_random(random) * (state.count[b] if b == waiting else day.opened[b]))
    r = state.member[b, k] if k < state.count[b] else -1
    if (r < 0 and b == waiting) or not _allowed(day, state, s, r, a, b):
        return -1, -1, a, b
    return s, r, a, b


@njit(nogil=True, cache=True, **BARE)
def anneal(day: Day, state: State, moves: int, hot: float, cold: float, trust: float, chains: float) -> None:
    """Try `moves` random moves while the temperature falls geometrically from `hot` to `cold`.

    `trust` is how many times its mean error the estimate of seats is given the benefit of the doubt,
    `chains` the share of moves that are cycles of three.
    """
    if day.movable.size == 0:
        return
    for i in range(moves):
        if i & 63 == 0:
            state.value[2] = hot * exp(log(cold / hot) * i / moves)
            state.value[3] = trust * state.value[4]
        if _random(state.random) < chains:
            if _chain(day, state):
                _record(state)
            continue
        s, r, a, b = _draw(day, state)
        if s < 0:
            continue
        state.tally[2] += 1
        if _exchange(day, state, s, r, a, b, False):
            state.tally[4] += 1
            _record(state)


@njit(nogil=True, cache=True, **BARE)
def sample(day: Day, state: State, draws: int) -> float:
    """Return the mean loss of the random moves that lose, seats aside; 0 if there are none."""
    lost, n = 0.0, 0
    for _ in range(draws if day.movable.size > 0 else 0):
        s, r, a, b = _draw(day, state)
        if s >= 0:
            gain = _people_gain(day, state, s, r, a, b)
            if gain < 0.0:
                lost, n = lost - gain, n + 1
    return lost / n if n > 0 else 0.0


@njit(nogil=True, cache=True, **BARE)
def prepare(day: Day, state: State, slots: Any, fresh: bool) -> None:
    """Load `slots` into an empty state (`fresh`) or move the state to them."""
    if fresh:
        load(day, state, slots)
    else:
        restart(day, state, slots)
