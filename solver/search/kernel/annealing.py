# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""What Python calls of the kernel: set up a grid, anneal by moves and swaps, try cycles."""

from __future__ import annotations

from math import exp, log
from typing import Any

from solver.compiled.jit import entry, hot_entry, inner
from solver.search.kernel.cycles import try_cycle
from solver.search.kernel.exchange import exchange, uniform
from solver.search.kernel.state import record, refresh, transfer
from solver.search.kernel.terms import allowed
from solver.search.shapes import Day, State

LEAST_DOUBT = 1e-6  # so that a huge trust leaves nothing to the estimate


@inner
def _draw(day, state):
    """Draw a session and a place for it; returns (session, who stands there or -1, from, to), session -1 if in vain."""
    waiting, random = state.count.size - 1, state.random
    s = day.movable[int(uniform(random) * day.movable.size)]
    a = state.slot[s]
    b = int(uniform(random) * (waiting + (state.count[waiting] > 0)))
    if a == b:
        return -1, -1, a, b
    k = int(uniform(random) * (state.count[b] if b == waiting else day.opened[b]))
    r = state.member[b, k] if k < state.count[b] else -1
    if (r < 0 and b == waiting) or not allowed(day, state, s, r, a, b):
        return -1, -1, a, b
    return s, r, a, b


@hot_entry
def anneal(day: Day, state: State, moves: int, hot: float, cold: float, trust: float) -> None:
    """Try `moves` random moves and swaps while the temperature falls geometrically from `hot` to `cold`.

    `trust` is how many times the doubt that good moves needed so far the estimate of seats is given the benefit of.
    """
    if day.movable.size == 0:
        return
    for i in range(moves):
        if i & 63 == 0:
            state.value[2] = hot * exp(log(cold / hot) * i / moves)
            state.value[3] = trust * max(state.value[4], LEAST_DOUBT)
        s, r, a, b = _draw(day, state)
        if s < 0:
            continue
        state.tally[2] += 1
        if exchange(day, state, s, r, a, b):
            state.tally[4] += 1
            record(state)


@entry
def cycle(day: Day, state: State, moves: int, temperature: float) -> None:
    """Try `moves` random cycles of three at one temperature."""
    state.value[2] = temperature
    for _ in range(moves if day.movable.size > 0 else 0):
        if try_cycle(day, state):
            record(state)


@entry
def prepare(day: Day, state: State, slots: Any) -> None:
    """Bring the state to `slots` [S] (T: waiting) by moving what stands elsewhere, and count everything afresh."""
    for s in range(slots.size):
        if state.slot[s] != slots[s]:
            transfer(day, state, s, state.slot[s], slots[s])
    refresh(day, state)
