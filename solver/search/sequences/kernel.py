# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Moves of sessions that take several slots or wait for one another: whoever stands in the way changes places.

A move is made on the arrays, weighed by exact differences (people first, seats only where they can decide), and taken
back where chance at this temperature does not agree.
"""

from __future__ import annotations

from math import exp, log

import numpy as np

from solver.compiled.jit import hot_entry, inner
from solver.search.kernel.exchange import uniform
from solver.search.sequences.arrays import (
    AWAY,
    BEST,
    HARMONY,
    IN_OTHER_ROOM,
    LEAST_WAITING,
    LOSSES,
    MOVED,
    OTHER_SLOT,
    PAIRS,
    SAMPLE,
    SEATS,
    TOPIC,
    TRIED,
    WAITING,
    SequencedDay,
    SequencedState,
)

TRIES = 6  # cells tried for a session that has lost its own
PLACED = 1e6  # what a session that waits costs: more than any total
CLOSE = 1e-9


@inner
def _strength(unit, word):
    """Return the strength with which a slot is kept, 0 to 3, given its word."""
    if word < unit[1]:
        return 0
    return 1 if word < unit[2] else 2 if word < unit[3] else 3


@inner
def _enter(day, state, s, t, r):
    slots, gain = state.cost.size, 0.0
    state.cell[t, r] = s
    for i in range(day.fan_ptr[s], day.fan_ptr[s + 1]):
        p = day.fan_p[i]
        old = state.words[p * slots + t]
        new = old + day.unit[day.fan_level[i]]
        state.words[p * slots + t] = new
        for j in range(_strength(day.unit, old), _strength(day.unit, new)):
            state.reached[j, p] += 1
            gain += day.worth[state.reached[j, p]]
    state.parts[HARMONY] += gain
    if day.topic[s] >= 0:
        state.parts[PAIRS] += state.topics[t, day.topic[s]]
        state.topics[t, day.topic[s]] += 1


@inner
def _leave(day, state, s, t, r):
    slots, loss = state.cost.size, 0.0
    state.cell[t, r] = -1
    for i in range(day.fan_ptr[s], day.fan_ptr[s + 1]):
        p = day.fan_p[i]
        old = state.words[p * slots + t]
        new = old - day.unit[day.fan_level[i]]
        state.words[p * slots + t] = new
        for j in range(_strength(day.unit, new), _strength(day.unit, old)):
            loss += day.worth[state.reached[j, p]]
            state.reached[j, p] -= 1
    state.parts[HARMONY] -= loss
    if day.topic[s] >= 0:
        state.topics[t, day.topic[s]] -= 1
        state.parts[PAIRS] -= state.topics[t, day.topic[s]]


@inner
def _moved(day, s, t, r):
    """Return what it costs that session s stands in (t, r) now, -1 for waiting, and not where it stood before."""
    if day.before[s, 0] == -2:
        return 0.0
    if day.before[s, 0] != t or r < 0:
        return day.weight[OTHER_SLOT]
    return day.weight[IN_OTHER_ROOM] if day.before[s, 1] != r else 0.0


@inner
def _put(day, state, s, t, r):
    state.parts[MOVED] += _moved(day, s, t, r) - _moved(day, s, -1, -1)
    state.counts[WAITING] -= 1
    state.slot[s], state.room[s] = t, r
    for k in range(day.run.shape[2]):
        u = day.run[s, t, k]
        if u >= 0:
            _enter(day, state, s, u, r)


@inner
def _lift(day, state, s):
    t, r = state.slot[s], state.room[s]
    state.parts[MOVED] += _moved(day, s, -1, -1) - _moved(day, s, t, r)
    state.counts[WAITING] += 1
    state.slot[s], state.room[s] = -1, -1
    for k in range(day.run.shape[2]):
        u = day.run[s, t, k]
        if u >= 0:
            _leave(day, state, s, u, r)


@inner
def _last(day, s, t):
    """Return the last slot of session s if it starts in t."""
    last = t
    for k in range(day.run.shape[2]):
        if day.run[s, t, k] >= 0:
            last = day.run[s, t, k]
    return last


@inner
def _in_order(day, state, s, t):
    """Say whether what comes before session s is over when slot t starts, and what follows starts after it."""
    for i in range(day.after_ptr[s], day.after_ptr[s + 1]):
        first = day.after_s[i]
        if state.slot[first] < 0 or not day.sequence[_last(day, first, state.slot[first]), t]:
            return False
    last = _last(day, s, t)
    for i in range(day.follow_ptr[s], day.follow_ptr[s + 1]):
        follower = day.follow_s[i]
        if state.slot[follower] >= 0 and not day.fixed[follower] and not day.sequence[last, state.slot[follower]]:
            return False
    return True


@inner
def _is_free(day, state, s, t, r):
    """Say whether session s, which stands nowhere, may start in (t, r) with everybody where they are."""
    if not day.mask[s, t, r]:
        return False
    slots = state.cost.size
    for k in range(day.run.shape[2]):
        u = day.run[s, t, k]
        if u < 0:
            break
        if state.cell[u, r] >= 0:
            return False
        for i in range(day.host_ptr[s], day.host_ptr[s + 1]):
            if state.words[day.host_p[i] * slots + u] >= day.unit[4]:
                return False
    return _in_order(day, state, s, t)


@inner
def _give_way(day, state, s, t, r):
    """Put a session that lost its cells into (t, r), slot -1 for none, or into some free cells, or let it wait."""
    if t >= 0 and _is_free(day, state, s, t, r):
        _put(day, state, s, t, r)
        return
    first, many = day.start_ptr[s], day.start_ptr[s + 1] - day.start_ptr[s]
    for _ in range(TRIES):
        i = first + int(uniform(state.random) * many)
        if _is_free(day, state, s, day.start_t[i], day.start_r[i]):
            _put(day, state, s, day.start_t[i], day.start_r[i])
            return


@inner
def _orderly(day, state, s):
    """Say whether nobody who is placed waits for session s, or s for somebody, out of order."""
    if state.slot[s] >= 0:
        return _in_order(day, state, s, state.slot[s])
    for i in range(day.follow_ptr[s], day.follow_ptr[s + 1]):
        if state.slot[day.follow_s[i]] >= 0 and not day.fixed[day.follow_s[i]]:
            return False
    return True


@inner
def _lacking(day, state, t):
    """Return what the seats that lack in slot t cost."""
    slots, lacking = state.cost.size, 0.0
    for r in range(state.cell.shape[1]):
        s = state.cell[t, r]
        if s < 0:
            continue
        heads = 0.0
        for i in range(day.fan_ptr[s], day.fan_ptr[s + 1]):
            word, level = state.words[day.fan_p[i] * slots + t], day.fan_level[i]
            if word >= 0 and word < day.unit[level + 1]:
                heads += 1.0 if level == 4 else day.share[(word >> (8 * (level - 1))) & 255]
        lacking += max(0.0, heads * day.scale[s] + day.base[s] - day.capacity[r])
    return lacking * day.weight[AWAY]


@inner
def _gather(day, state, s, t, r):
    """Note session s and all who stand where it would; returns how many, 0 if one of them may not move."""
    state.group[0], state.group_t[0], state.group_r[0] = s, state.slot[s], state.room[s]
    many = 1
    for k in range(day.run.shape[2]):
        u = day.run[s, t, k]
        if u < 0:
            break
        other = state.cell[u, r]
        if other < 0 or other == s or other == state.group[many - 1]:
            continue
        if day.fixed[other]:
            return 0
        state.group[many], state.group_t[many], state.group_r[many] = other, state.slot[other], state.room[other]
        many += 1
    return many


@inner
def _touch(day, state, many, as_they_were):
    """Mark the slots in which one of the group stands, or stood."""
    for i in range(many):
        s = state.group[i]
        t = state.group_t[i] if as_they_were else state.slot[s]
        if t < 0:
            continue
        for k in range(day.run.shape[2]):
            if day.run[s, t, k] >= 0:
                state.touched[day.run[s, t, k]] = 1


@inner
def _weigh(day, state, many, before, waiting, least):
    """Say whether the change from a total `before`, with so many `waiting`, loses no more than `least`."""
    parts = state.parts
    for t in range(state.cost.size):
        state.touched[t] = 0
    _touch(day, state, many, True)
    _touch(day, state, many, False)
    seats = 0.0
    for t in range(state.cost.size):
        state.were[t] = state.cost[t]
        seats += 0.0 if state.touched[t] else state.cost[t]
    people = parts[HARMONY] - day.weight[TOPIC] * parts[PAIRS] - parts[MOVED]
    gain = people - seats - before + PLACED * (waiting - state.counts[WAITING])
    if gain < least:
        return gain, False
    for t in range(state.cost.size):
        if state.touched[t]:
            state.cost[t] = _lacking(day, state, t)
            gain -= state.cost[t]
            seats += state.cost[t]
    if gain < least:
        for t in range(state.cost.size):
            state.cost[t] = state.were[t]
        return gain, False
    parts[SEATS] = seats
    return gain, True


@inner
def _change(day, state, many, t, r):
    """Let the first of the group start in (t, r) and the others give way; says whether that keeps all rules."""
    old_t, old_r = state.group_t[0], state.group_r[0]
    _lift_group(day, state, many)
    if not _is_free(day, state, state.group[0], t, r):
        return False
    _put(day, state, state.group[0], t, r)
    for i in range(1, many):
        _give_way(day, state, state.group[i], old_t, old_r)
    fine = True
    for i in range(many):
        fine = fine and _orderly(day, state, state.group[i])
    return fine


@inner
def _lift_group(day, state, many):
    for i in range(many):
        if state.slot[state.group[i]] >= 0:
            _lift(day, state, state.group[i])


@inner
def _take_back(day, state, many):
    _lift_group(day, state, many)
    for i in range(many):
        if state.group_t[i] >= 0:
            _put(day, state, state.group[i], state.group_t[i], state.group_r[i])


@inner
def _try(day, state, s, t, r, temperature):
    """Put session s into (t, r); take it all back if that cannot be or loses too much. Returns whether it was done."""
    parts, many = state.parts, _gather(day, state, s, t, r)
    if many == 0:
        return False
    harmony, pairs, moved, waiting = parts[HARMONY], parts[PAIRS], parts[MOVED], state.counts[WAITING]
    before = harmony - day.weight[TOPIC] * pairs - moved - parts[SEATS]
    fine = _change(day, state, many, t, r)
    if fine:
        least = temperature * log(uniform(state.random) + 1e-300)
        gain, fine = _weigh(day, state, many, before, waiting, least)
        if gain < 0.0 and gain > -PLACED / 2:
            state.losses[state.counts[LOSSES] % SAMPLE] = -gain
            state.counts[LOSSES] += 1
    if not fine:
        _take_back(day, state, many)
        parts[HARMONY], parts[PAIRS], parts[MOVED] = harmony, pairs, moved  # as they were, to the last digit
    return fine


@inner
def _record(day, state):
    """Keep the grid if it is the best so far."""
    parts, counts = state.parts, state.counts
    total = parts[HARMONY] - day.weight[TOPIC] * parts[PAIRS] - parts[MOVED] - parts[SEATS]
    better = total > parts[BEST] + CLOSE
    if counts[WAITING] < counts[LEAST_WAITING] or (counts[WAITING] == counts[LEAST_WAITING] and better):
        counts[LEAST_WAITING], parts[BEST] = counts[WAITING], total
        for s in range(state.slot.size):
            state.best_slot[s], state.best_room[s] = state.slot[s], state.room[s]


@hot_entry
def anneal_sequences(day: SequencedDay, state: SequencedState, moves: int, hot: float, cold: float) -> None:
    """Try `moves` random moves while the temperature falls geometrically from `hot` to `cold`."""
    if day.movable.size == 0:
        return
    temperature = hot
    for i in range(moves):
        if i & 63 == 0:
            temperature = hot * exp(log(cold / hot) * i / moves)
        s = day.movable[int(uniform(state.random) * day.movable.size)]
        first, many = day.start_ptr[s], day.start_ptr[s + 1] - day.start_ptr[s]
        k = first + int(uniform(state.random) * many)
        t, r = day.start_t[k], day.start_r[k]
        if t == state.slot[s] and r == state.room[s]:
            continue
        state.counts[TRIED] += 1
        if _try(day, state, s, t, r, temperature):
            _record(day, state)


@hot_entry
def set_grid(day: SequencedDay, state: SequencedState, slots: np.ndarray, rooms: np.ndarray) -> None:
    """Make the state that of a valid grid: a slot and a room for each session, room -1 for those that wait."""
    for s in range(state.slot.size):
        if state.slot[s] >= 0:
            _lift(day, state, s)
    state.parts[HARMONY] = 0.0
    state.parts[PAIRS] = 0.0
    state.parts[MOVED] = 0.0
    state.counts[WAITING] = state.slot.size
    for s in range(state.slot.size):
        state.parts[MOVED] += _moved(day, s, -1, -1)
    for s in range(state.slot.size):
        if rooms[s] >= 0:
            _put(day, state, s, slots[s], rooms[s])
    state.parts[SEATS] = 0.0
    for t in range(state.cost.size):
        state.cost[t] = _lacking(day, state, t)
        state.parts[SEATS] += state.cost[t]
    _record(day, state)
