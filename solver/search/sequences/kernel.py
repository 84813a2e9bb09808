"""Moves of sessions that take several slots or wait for one another: whoever stands in the way changes places.

A move is made on the arrays, weighed by exact differences (people first, seats only where they can decide), and taken
back where chance at this temperature does not agree.
"""

from __future__ import annotations

from math import exp, log

from solver.compiled.jit import hot_entry, inner
from solver.search.kernel.exchange import uniform
from solver.search.kernel.state import CLOSE
from solver.search.sequences.arrays import (
    AWAY,
    BEST,
    HARMONY,
    IN_OTHER_ROOM,
    LEAST_WAITING,
    LOST,
    MOVED,
    OTHER_SLOT,
    PAIRS,
    REMEMBERED,
    SEATS,
    TOPIC,
    TRIED,
    WAITING,
    SequencedInstance,
    SequencedState,
)
from solver.search.shapes import NO_HEAT, NOWHERE, TRIES, WAITING_COST, Int, Ints

SAME_SLOT = 0.1  # share of the moves to another room of the same slot that are tried: most are made without (`_settle`)


@inner
def _strength(unit: Ints, word: Int) -> int:
    """Return the strength with which a slot is kept, 0 to 3, given its word."""
    if word < unit[1]:
        return 0
    return 1 if word < unit[2] else 2 if word < unit[3] else 3


@inner
def _enter(instance: SequencedInstance, state: SequencedState, s: Int, t: Int, r: Int) -> None:
    """Let session s stand in cell (t, r): what those who want it keep, and pairs of a topic, grow with it."""
    slots, gain = state.cost.size, 0.0
    state.cell[t, r] = s
    for i in range(instance.fan_ptr[s], instance.fan_ptr[s + 1]):
        p = instance.fan_p[i]
        old = state.packed[p * slots + t]
        new = old + instance.unit[instance.fan_level[i]]
        state.packed[p * slots + t] = new
        for j in range(_strength(instance.unit, old), _strength(instance.unit, new)):
            state.reached[j, p] += 1
            gain += instance.worth[state.reached[j, p]]
    state.figures[HARMONY] += gain
    if instance.topic[s] >= 0:
        state.figures[PAIRS] += state.topics[t, instance.topic[s]]
        state.topics[t, instance.topic[s]] += 1


@inner
def _leave(instance: SequencedInstance, state: SequencedState, s: Int, t: Int, r: Int) -> None:
    """Undo `_enter`."""
    slots, loss = state.cost.size, 0.0
    state.cell[t, r] = -1
    for i in range(instance.fan_ptr[s], instance.fan_ptr[s + 1]):
        p = instance.fan_p[i]
        old = state.packed[p * slots + t]
        new = old - instance.unit[instance.fan_level[i]]
        state.packed[p * slots + t] = new
        for j in range(_strength(instance.unit, new), _strength(instance.unit, old)):
            loss += instance.worth[state.reached[j, p]]
            state.reached[j, p] -= 1
    state.figures[HARMONY] -= loss
    if instance.topic[s] >= 0:
        state.topics[t, instance.topic[s]] -= 1
        state.figures[PAIRS] -= state.topics[t, instance.topic[s]]


@inner
def _moved(instance: SequencedInstance, s: Int, t: Int, r: Int) -> float:
    """Return what it costs that session s stands in (t, r) now, -1 for waiting, and not where it stood before."""
    if instance.before[s, 0] == NOWHERE:
        return 0.0
    if instance.before[s, 0] != t or r < 0:
        return float(instance.weight[OTHER_SLOT])
    return float(instance.weight[IN_OTHER_ROOM]) if instance.before[s, 1] != r else 0.0


@inner
def _put(instance: SequencedInstance, state: SequencedState, s: Int, t: Int, r: Int) -> None:
    """Place session s, which waits, so that it starts in (t, r): in all slots that it takes."""
    state.figures[MOVED] += _moved(instance, s, t, r) - _moved(instance, s, -1, -1)
    state.counters[WAITING] -= 1
    state.slot[s], state.room[s] = t, r
    for k in range(instance.run.shape[2]):
        u = instance.run[s, t, k]
        if u >= 0:
            _enter(instance, state, s, u, r)


@inner
def _lift(instance: SequencedInstance, state: SequencedState, s: Int) -> None:
    """Take session s out of all its slots; it waits then."""
    t, r = state.slot[s], state.room[s]
    state.figures[MOVED] += _moved(instance, s, -1, -1) - _moved(instance, s, t, r)
    state.counters[WAITING] += 1
    state.slot[s], state.room[s] = -1, -1
    for k in range(instance.run.shape[2]):
        u = instance.run[s, t, k]
        if u >= 0:
            _leave(instance, state, s, u, r)


@inner
def _last(instance: SequencedInstance, s: Int, t: Int) -> Int:
    """Return the last slot of session s if it starts in t."""
    last = t
    for k in range(instance.run.shape[2]):
        if instance.run[s, t, k] >= 0:
            last = instance.run[s, t, k]
    return last


@inner
def _in_order(instance: SequencedInstance, state: SequencedState, s: Int, t: Int) -> bool:
    """Say whether what comes before session s is over when slot t starts, and what follows starts after it."""
    for i in range(instance.after_ptr[s], instance.after_ptr[s + 1]):
        first = instance.after_s[i]
        if state.slot[first] < 0 or not instance.sequence[_last(instance, first, state.slot[first]), t]:
            return False
    last = _last(instance, s, t)
    for i in range(instance.follow_ptr[s], instance.follow_ptr[s + 1]):
        follower = instance.follow_s[i]
        if (
            state.slot[follower] >= 0
            and not instance.fixed[follower]
            and not instance.sequence[last, state.slot[follower]]
        ):
            return False
    return True


@inner
def _is_free(instance: SequencedInstance, state: SequencedState, s: Int, t: Int, r: Int) -> bool:
    """Say whether session s, which stands nowhere, may start in (t, r) with everybody where they are."""
    if not instance.mask[s, t, r]:
        return False
    slots = state.cost.size
    for k in range(instance.run.shape[2]):
        u = instance.run[s, t, k]
        if u < 0:
            break
        if state.cell[u, r] >= 0:
            return False
        for i in range(instance.host_ptr[s], instance.host_ptr[s + 1]):
            if state.packed[instance.host_p[i] * slots + u] >= instance.unit[4]:
                return False
    return _in_order(instance, state, s, t)


@inner
def _give_way(instance: SequencedInstance, state: SequencedState, s: Int, mover: Int, t: Int, r: Int) -> None:
    """Put a session that lost its cells where the mover was, which began in (t, r), or into free cells, or let it wait.

    Slot -1: the mover stood nowhere.
    """
    if t >= 0:
        for k in range(instance.run.shape[2]):
            u = instance.run[mover, t, k]
            if u >= 0 and _is_free(instance, state, s, u, r):
                _put(instance, state, s, u, r)
                return
    first, many = instance.start_ptr[s], instance.start_ptr[s + 1] - instance.start_ptr[s]
    for _ in range(TRIES):
        i = first + int(uniform(state.random) * many)
        if _is_free(instance, state, s, instance.start_t[i], instance.start_r[i]):
            _put(instance, state, s, instance.start_t[i], instance.start_r[i])
            return


@inner
def _orderly(instance: SequencedInstance, state: SequencedState, s: Int) -> bool:
    """Say whether nobody who is placed waits for session s, or s for somebody, out of order."""
    if state.slot[s] >= 0:
        return _in_order(instance, state, s, state.slot[s])
    for i in range(instance.follow_ptr[s], instance.follow_ptr[s + 1]):
        if state.slot[instance.follow_s[i]] >= 0 and not instance.fixed[instance.follow_s[i]]:
            return False
    return True


@inner
def _demand(instance: SequencedInstance, state: SequencedState, s: Int, t: Int) -> float:
    """Return how many come to session s in slot t."""
    slots, heads = state.cost.size, 0.0
    for i in range(instance.fan_ptr[s], instance.fan_ptr[s + 1]):
        word, level = state.packed[instance.fan_p[i] * slots + t], instance.fan_level[i]
        if word >= 0 and word < instance.unit[level + 1]:
            heads += 1.0 if level == 4 else instance.share[(word >> (8 * (level - 1))) & 255]
    return float(heads * instance.scale[s] + instance.base[s])


@inner
def _is_loose(instance: SequencedInstance, state: SequencedState, s: Int, t: Int) -> bool:
    """Say whether session s in slot t may have any of the rooms there: it is short, and stood elsewhere before."""
    long = state.slot[s] != t or (instance.run.shape[2] > 1 and instance.run[s, t, 1] >= 0)
    return not long and not instance.fixed[s] and instance.before[s, 0] != t


@inner
def _seat(instance: SequencedInstance, state: SequencedState, t: Int) -> tuple[float, int]:
    """Give those in slot t that may change rooms the best ones, the most wanted first.

    Returns what the seats that lack cost then, and for how many the rooms to take are in `loose` and `seat`: none where
    they stand as well where they are.
    """
    many, lacking, as_is = 0, 0.0, 0.0
    for r in range(state.cell.shape[1]):
        s = state.cell[t, r]
        state.taken[r] = 1 if s >= 0 else 0
        if s < 0:
            continue
        demand = _demand(instance, state, s, t)
        lacks = max(0.0, demand - instance.capacity[r])
        if not _is_loose(instance, state, s, t):
            lacking += lacks
            continue
        as_is += lacks
        state.taken[r] = 0
        place = many
        while place > 0 and state.demand[place - 1] < demand:
            state.demand[place], state.loose[place] = state.demand[place - 1], state.loose[place - 1]
            place -= 1
        state.demand[place], state.loose[place] = demand, s
        many += 1
    sorted_out = 0.0
    for i in range(many):
        state.seat[i] = -1
        for k in range(instance.by_capacity.size):
            r = instance.by_capacity[k]
            if not state.taken[r] and instance.mask[state.loose[i], t, r]:
                state.seat[i], state.taken[r] = r, 1
                sorted_out += max(0.0, state.demand[i] - instance.capacity[r])
                break
        if state.seat[i] < 0 or sorted_out >= as_is:
            return float((lacking + as_is) * instance.weight[AWAY]), 0
    return float((lacking + sorted_out) * instance.weight[AWAY]), many


@inner
def _settle(instance: SequencedInstance, state: SequencedState, t: Int) -> None:
    """Let those in slot t that may change rooms have the best ones."""
    _, many = _seat(instance, state, t)
    for i in range(many):
        state.cell[t, state.room[state.loose[i]]] = -1
    for i in range(many):
        s, r = state.loose[i], state.seat[i]
        state.cell[t, r], state.room[s] = s, r


@inner
def _gather(instance: SequencedInstance, state: SequencedState, s: Int, t: Int, r: Int) -> int:
    """Note session s and all who stand where it would; returns how many, 0 if one of them may not move."""
    state.group[0], state.group_t[0], state.group_r[0] = s, state.slot[s], state.room[s]
    many = 1
    for k in range(instance.run.shape[2]):
        u = instance.run[s, t, k]
        if u < 0:
            break
        other = state.cell[u, r]
        if other < 0 or other == s or other == state.group[many - 1]:
            continue
        if instance.fixed[other]:
            return 0
        state.group[many], state.group_t[many], state.group_r[many] = other, state.slot[other], state.room[other]
        many += 1
    return many


@inner
def _touch(instance: SequencedInstance, state: SequencedState, many: int, as_they_were: bool) -> None:
    """Mark the slots in which one of the group stands, or stood."""
    for i in range(many):
        s = state.group[i]
        t = state.group_t[i] if as_they_were else state.slot[s]
        if t < 0:
            continue
        for k in range(instance.run.shape[2]):
            if instance.run[s, t, k] >= 0:
                state.touched[instance.run[s, t, k]] = 1


@inner
def _weigh(
    instance: SequencedInstance,
    state: SequencedState,
    many: int,
    before: float,
    waiting: Int,
    asked: tuple[float, bool],
) -> tuple[float, bool]:
    """Weigh the change from a total `before`, with so many `waiting`: the gain, and whether it is what is asked for.

    That is the least gain, and whether the gain is to be exact where it is less.
    """
    least, exact = asked
    figures = state.figures
    for t in range(state.cost.size):
        state.touched[t] = 0
    _touch(instance, state, many, True)
    _touch(instance, state, many, False)
    seats = 0.0
    for t in range(state.cost.size):
        state.were[t] = state.cost[t]
        seats += 0.0 if state.touched[t] else state.cost[t]
    people = figures[HARMONY] - instance.weight[TOPIC] * figures[PAIRS] - figures[MOVED]
    gain = people - seats - before + WAITING_COST * (waiting - state.counters[WAITING])
    if gain < least:
        return gain, False
    for t in range(state.cost.size):
        if state.touched[t] and (exact or gain >= least):
            state.cost[t], _ = _seat(instance, state, t)
            gain -= state.cost[t]
            seats += state.cost[t]
    if gain < least:
        for t in range(state.cost.size):
            state.cost[t] = state.were[t]
        return gain, False
    figures[SEATS] = seats
    return gain, True


@inner
def _change(instance: SequencedInstance, state: SequencedState, many: int, t: Int, r: Int) -> bool:
    """Let the first of the group start in (t, r) and the others give way; says whether that keeps all rules."""
    old_t, old_r = state.group_t[0], state.group_r[0]
    _lift_group(instance, state, many)
    if not _is_free(instance, state, state.group[0], t, r):
        return False
    _put(instance, state, state.group[0], t, r)
    for i in range(1, many):
        _give_way(instance, state, state.group[i], state.group[0], old_t, old_r)
    fine = True
    for i in range(many):
        fine = fine and _orderly(instance, state, state.group[i])
    return fine


@inner
def _lift_group(instance: SequencedInstance, state: SequencedState, many: int) -> None:
    """Lift the first `many` of the group, as far as they stand somewhere."""
    for i in range(many):
        if state.slot[state.group[i]] >= 0:
            _lift(instance, state, state.group[i])


@inner
def _take_back(instance: SequencedInstance, state: SequencedState, many: int) -> None:
    """Put the group back to where they were noted by `_gather`."""
    _lift_group(instance, state, many)
    for i in range(many):
        if state.group_t[i] >= 0:
            _put(instance, state, state.group[i], state.group_t[i], state.group_r[i])


@inner
def _try(instance: SequencedInstance, state: SequencedState, s: Int, t: Int, r: Int, temperature: float) -> bool:
    """Put session s into (t, r); take it all back if that cannot be or loses too much. Returns whether it was done."""
    figures, many = state.figures, _gather(instance, state, s, t, r)
    if many == 0:
        return False
    harmony, pairs, moved, waiting = figures[HARMONY], figures[PAIRS], figures[MOVED], state.counters[WAITING]
    before = harmony - instance.weight[TOPIC] * pairs - moved - figures[SEATS]
    fine = _change(instance, state, many, t, r)
    if fine:
        least = temperature * log(uniform(state.random) + 1e-300)
        exact = temperature <= NO_HEAT
        gain, fine = _weigh(instance, state, many, before, waiting, (least, exact))
        if exact and gain < 0.0 and gain > -WAITING_COST / 2:
            state.losses[state.counters[LOST] % REMEMBERED] = -gain
            state.counters[LOST] += 1
    if not fine:
        _take_back(instance, state, many)
        figures[HARMONY], figures[PAIRS], figures[MOVED] = harmony, pairs, moved  # as they were, to the last digit
        return False
    for u in range(state.cost.size):
        if state.touched[u]:
            _settle(instance, state, u)
    return True


@inner
def _record(instance: SequencedInstance, state: SequencedState) -> None:
    """Keep the grid if it is the best so far."""
    figures, counters = state.figures, state.counters
    total = figures[HARMONY] - instance.weight[TOPIC] * figures[PAIRS] - figures[MOVED] - figures[SEATS]
    better = total > figures[BEST] + CLOSE
    if counters[WAITING] < counters[LEAST_WAITING] or (counters[WAITING] == counters[LEAST_WAITING] and better):
        counters[LEAST_WAITING], figures[BEST] = counters[WAITING], total
        for s in range(state.slot.size):
            state.best_slot[s], state.best_room[s] = state.slot[s], state.room[s]


@hot_entry
def anneal_sequences(instance: SequencedInstance, state: SequencedState, moves: int, hot: float, cold: float) -> None:
    """Try `moves` random moves while the temperature falls geometrically from `hot` to `cold`."""
    if instance.movable.size == 0:
        return
    temperature = hot
    for i in range(moves):
        if i & 63 == 0:
            temperature = hot * exp(log(cold / hot) * i / moves)
        s = instance.movable[int(uniform(state.random) * instance.movable.size)]
        first, many = instance.start_ptr[s], instance.start_ptr[s + 1] - instance.start_ptr[s]
        k = first + int(uniform(state.random) * many)
        t, r = instance.start_t[k], instance.start_r[k]
        if t == state.slot[s] and (r == state.room[s] or uniform(state.random) > SAME_SLOT):
            continue
        state.counters[TRIED] += 1
        if _try(instance, state, s, t, r, temperature):
            _record(instance, state)


@hot_entry
def set_grid(instance: SequencedInstance, state: SequencedState, slots: Ints, rooms: Ints) -> None:
    """Make the state that of a valid grid: a slot and a room for each session, room -1 for those that wait."""
    for s in range(state.slot.size):
        if state.slot[s] >= 0:
            _lift(instance, state, s)
    state.figures[HARMONY] = 0.0
    state.figures[PAIRS] = 0.0
    state.figures[MOVED] = 0.0
    state.counters[WAITING] = state.slot.size
    for s in range(state.slot.size):
        state.figures[MOVED] += _moved(instance, s, -1, -1)
    for s in range(state.slot.size):
        if rooms[s] >= 0:
            _put(instance, state, s, slots[s], rooms[s])
    state.figures[SEATS] = 0.0
    for t in range(state.cost.size):
        _settle(instance, state, t)
        state.cost[t], _ = _seat(instance, state, t)
        state.figures[SEATS] += state.cost[t]
    _record(instance, state)
