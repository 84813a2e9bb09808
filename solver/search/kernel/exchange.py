"""One exchange of sessions: weighed by people and an estimate of seats, then by exact seats; done if chance agrees."""

from __future__ import annotations

from math import log

import numpy as np

from solver.compiled.jit import inner
from solver.search.kernel.attendance import gather
from solver.search.kernel.matching import line_up, match, relaxed
from solver.search.kernel.state import furnish, transfer
from solver.search.kernel.terms import people_gain
from solver.search.shapes import (
    BENEFIT,
    DOUBT,
    FORBIDDEN,
    LOST,
    TEMPERATURE,
    TOTAL,
    TRIED,
    UNMEASURED,
    WEIGHED,
    Bits,
    Instance,
    Int,
    State,
)

DOUBTLESS = 1e4  # benefit of the doubt from which it makes no difference what seats are estimated to cost


@inner
def uniform(random: Bits) -> float:
    """Return a random number in [0, 1); xorshift64* (Vigna 2016)."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    drawn: float = ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)
    return drawn


@inner
def threshold(state: State) -> float:
    """Draw the loss, a number below 0, down to which a move is accepted at this temperature."""
    loss: float = state.figures[TEMPERATURE] * log(uniform(state.random) + 1e-300)
    return loss


@inner
def _estimate(instance: Instance, state: State, t: Int, leaving: float, entering: float) -> float:
    """Return what slot t would cost in seats, were any room to suit any session, with one demand out and one in.

    A demand below 0 stands for none.
    """
    n, k, total = state.filled[t], 0, 0.0
    for i in range(n):
        d = state.demand[t, i]
        if d == leaving:
            leaving = -1.0
            continue
        if entering >= d:
            total += max(0.0, entering - instance.capacity[instance.rooms[t, k]])
            k += 1
            entering = -1.0
        if k >= instance.opened[t]:
            return total
        total += max(0.0, d - instance.capacity[instance.rooms[t, k]])
        k += 1
    if entering >= 0.0 and k < instance.opened[t]:
        total += max(0.0, entering - instance.capacity[instance.rooms[t, k]])
    return total * instance.weight_turned_away


@inner
def _seats_estimate(instance: Instance, state: State, s: Int, r: Int, a: Int, b: Int) -> float:
    """Return by how much the cost of seats grows, as far as demands as they are can tell."""
    waiting, grown = state.filled.size - 1, 0.0
    ds = state.heads[s] * instance.scale[s] + instance.base[s]
    dr = state.heads[r] * instance.scale[r] + instance.base[r] if r >= 0 else -1.0
    if a != waiting:
        grown += _estimate(instance, state, a, ds, dr) - state.guess[a]
    if b != waiting:
        grown += _estimate(instance, state, b, dr, ds) - state.guess[b]
    return grown


@inner
def _seats(instance: Instance, state: State, s: Int, r: Int, a: Int, b: Int, spare: float) -> float:
    """Return the cost of slots a and b after the exchange, or FORBIDDEN once it is known to exceed `spare`.

    Cheap bounds come first: the relaxed cost of both slots, then the exact cost of one, then of the other.
    """
    waiting, cost, many = state.filled.size - 1, state.both, state.many
    cost[:] = 0.0
    for turn in range(4):
        side = turn & 1
        t = a if side == 0 else b
        out, inn = (s, r) if side == 0 else (r, s)
        if t != waiting and turn < 2:
            gather(instance, state, t, out, inn)
            many[side] = line_up(instance, state, t, out, inn, side)
            cost[side] = relaxed(instance, state, t, many[side], side)
        elif t != waiting:
            cost[side] = match(instance, state, t, many[side], side, cost[side])
        if cost[0] + cost[1] > spare:
            return FORBIDDEN
    total: float = cost[0] + cost[1]
    return total


@inner
def carry_out(instance: Instance, state: State, s: Int, r: Int, a: Int, b: Int, gain: float, least: float) -> bool:
    """Let s go from slot a to b and r (-1: nobody) from b to a unless total would gain less than `least`.

    `gain` is that of the people. Returns whether it was done; then `both` has what the two slots cost now.
    """
    cost = state.cost[a] + state.cost[b]
    if gain + cost < least:
        return False
    seats = _seats(instance, state, s, r, a, b, gain + cost - least)
    if seats >= FORBIDDEN:
        return False
    for side in range(2):
        x = s if side == 0 else r
        source, target = (a, b) if side == 0 else (b, a)
        if x >= 0:
            transfer(instance, state, x, source, target)
    for side in range(2):
        furnish(instance, state, a if side == 0 else b, side, state.both[side])
    state.figures[TOTAL] += gain + cost - seats
    return True


@inner
def _measure(instance: Instance, state: State, s: Int, r: Int, a: Int, b: Int, gain: float, rough: float) -> None:
    """Note what a random move loses and, where it should be taken, by how much the estimate would have it dropped."""
    spare, least = gain + state.cost[a] + state.cost[b], threshold(state)
    seats = _seats(instance, state, s, r, a, b, FORBIDDEN)
    if seats < FORBIDDEN and seats > spare:
        state.losses[state.counters[LOST] % state.losses.size] = seats - spare
        state.counters[LOST] += 1
    if spare - seats >= least:
        state.figures[DOUBT] += 0.01 * (max(0.0, least - gain + rough) - state.figures[DOUBT])


@inner
def exchange(instance: Instance, state: State, s: Int, r: Int, a: Int, b: Int) -> bool:
    """Weigh s going from slot a to b and r (-1: nobody) from b to a, and do it if chance at this temperature agrees.

    The test is in two steps, each against its own random number: people and an estimate of the seats first, then
    the exact gain (delayed acceptance, Christen and Fox 2005). Placing one more session is always right. Returns
    whether it was done.
    """
    gain = people_gain(instance, state, s, r, a, b)
    rough, least = 0.0, -FORBIDDEN / 2
    if a != state.filled.size - 1 or r >= 0:
        measured = state.counters[TRIED] & state.counters[UNMEASURED] == 0
        if instance.weight_turned_away > 0.0 and (measured or state.figures[BENEFIT] < DOUBTLESS):
            rough = _seats_estimate(instance, state, s, r, a, b)
        if measured:
            _measure(instance, state, s, r, a, b, gain, rough)
        slack = gain - rough + state.figures[BENEFIT]
        if slack < threshold(state):
            return False
        least = min(0.0, slack) + threshold(state)
        state.counters[WEIGHED] += 1
    return carry_out(instance, state, s, r, a, b, gain, least)
