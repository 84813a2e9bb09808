"""What Python calls of the kernel: set up a grid, anneal by moves and swaps, try cycles."""

from __future__ import annotations

from math import exp, log
from typing import Any

from solver.compiled.jit import entry, hot_entry, inner
from solver.search.kernel.cycles import try_cycle
from solver.search.kernel.exchange import exchange, uniform
from solver.search.kernel.state import record, refresh, transfer
from solver.search.kernel.terms import allowed
from solver.search.shapes import ACCEPTED, BENEFIT, DOUBT, TEMPERATURE, TRIED, Instance, Int, State

LEAST_DOUBT = 1e-6  # so that a huge trust leaves nothing to the estimate


@inner
def _draw(instance: Instance, state: State) -> tuple[Int, Int, Int, Int]:
    """Draw a session and a place for it; returns (session, who stands there or -1, from, to), session -1 if in vain."""
    waiting, random = state.filled.size - 1, state.random
    s = instance.movable[int(uniform(random) * instance.movable.size)]
    a = state.slot[s]
    b = int(uniform(random) * (waiting + (state.filled[waiting] > 0)))
    if a == b:
        return -1, -1, a, b
    k = int(uniform(random) * (state.filled[b] if b == waiting else instance.opened[b]))
    r = state.member[b, k] if k < state.filled[b] else -1
    if (r < 0 and b == waiting) or not allowed(instance, state, s, r, a, b):
        return -1, -1, a, b
    return s, r, a, b


@hot_entry
def anneal(instance: Instance, state: State, moves: int, hot: float, cold: float, trust: float) -> None:
    """Try `moves` random moves and swaps while the temperature falls geometrically from `hot` to `cold`.

    `trust` is how many times the doubt that good moves needed so far the estimate of seats is given the benefit of.
    """
    if instance.movable.size == 0:
        return
    for i in range(moves):
        if i & 63 == 0:
            state.figures[TEMPERATURE] = hot * exp(log(cold / hot) * i / moves)
            state.figures[BENEFIT] = trust * max(state.figures[DOUBT], LEAST_DOUBT)
        s, r, a, b = _draw(instance, state)
        if s < 0:
            continue
        state.counters[TRIED] += 1
        if exchange(instance, state, s, r, a, b):
            state.counters[ACCEPTED] += 1
            record(state)


@entry
def cycle(instance: Instance, state: State, moves: int, temperature: float) -> None:
    """Try `moves` random cycles of three at one temperature."""
    state.figures[TEMPERATURE] = temperature
    for _ in range(moves if instance.movable.size > 0 else 0):
        if try_cycle(instance, state):
            record(state)


@entry
def prepare(instance: Instance, state: State, slots: Any) -> None:
    """Bring the state to `slots` [S] (T: waiting) by moving what stands elsewhere, and count everything afresh.

    First all of them leave: tables have room for one session too many in a slot, not for more.
    """
    waiting = state.filled.size - 1
    for s in range(slots.size):
        if state.slot[s] != slots[s] and state.slot[s] != waiting:
            transfer(instance, state, s, state.slot[s], waiting)
    for s in range(slots.size):
        if state.slot[s] != slots[s]:
            transfer(instance, state, s, waiting, slots[s])
    refresh(instance, state)
