"""A cycle of three: one session takes the place of another, that one a third's, and the third the first's."""

from __future__ import annotations

from solver.compiled.jit import inner
from solver.search.kernel.exchange import carry_out, threshold, uniform
from solver.search.kernel.terms import allowed, people_gain
from solver.search.shapes import FORBIDDEN, OTHER, SOURCE, TARGET, TOTAL, WHO, Instance, Int, Ints, State


@inner
def _pick(instance: Instance, state: State, t: Int) -> Int:
    """Draw a cell of slot t: the session that stands there, -1 for an empty one."""
    k = int(uniform(state.random) * instance.opened[t])
    return state.member[t, k] if k < state.filled[t] else -1


@inner
def _note(steps: Ints, n: Int, who: Int, other: Int, source: Int, target: Int) -> Int:
    """Write one exchange into row n; returns the next row."""
    steps[n, WHO], steps[n, OTHER], steps[n, SOURCE], steps[n, TARGET] = who, other, source, target
    return n + 1


@inner
def _plan(state: State, steps: Ints, s: Int, r: Int, q: Int, a: Int, b: Int, c: Int) -> Int:
    """Write down the exchanges by which s takes the place of r, r that of q and q that of s; returns how many.

    They pass through slot T one by one, so that each step can be taken and taken back.
    """
    waiting = state.filled.size - 1
    n: Int = 0
    if a != waiting:
        n = _note(steps, n, s, -1, a, waiting)
    n = _note(steps, n, s, r, waiting, b)
    n = _note(steps, n, r, q, waiting, c)
    if q >= 0 and a != waiting:
        n = _note(steps, n, q, -1, waiting, a)
    return n


@inner
def _follow(instance: Instance, state: State, steps: Ints, n: Int) -> bool:
    """Take the n steps of a plan one by one; back to the start if one cannot be taken or the whole loses too much."""
    waiting = state.filled.size - 1
    before, unplaced = state.figures[TOTAL], state.filled[waiting]
    least = threshold(state)
    way = 1
    i: Int = 0
    while 0 <= i < n:
        x, y = steps[i, WHO], steps[i, OTHER]
        source, target = steps[i, SOURCE], steps[i, TARGET]
        if way < 0:
            source, target = target, source
        done = allowed(instance, state, x, y, source, target)
        if done:
            gain = people_gain(instance, state, x, y, source, target)
            done = carry_out(instance, state, x, y, source, target, gain, -FORBIDDEN / 2)
        if way > 0 and not done:
            way = -1
        elif i == n - 1 and way > 0 and state.filled[waiting] >= unplaced and state.figures[TOTAL] - before < least:
            way, i = -1, n  # the whole is refused: take back the last step first
        i += way
    if way < 0:
        state.figures[TOTAL] = before
    return way > 0


@inner
def try_cycle(instance: Instance, state: State) -> bool:
    """Let a random s take the place of r, r that of q (or an empty cell), and q that of s: all, or nothing."""
    waiting, random = state.filled.size - 1, state.random
    s = instance.movable[int(uniform(random) * instance.movable.size)]
    a, b, c = state.slot[s], int(uniform(random) * waiting), int(uniform(random) * waiting)
    if a in (b, c) or b == c or instance.may[s, b] == 0 or instance.opened[c] == 0:
        return False
    r, q = _pick(instance, state, b), _pick(instance, state, c)
    if r < 0 or instance.may[r, c] == 0 or (q >= 0 and instance.may[q, a] == 0):
        return False
    return _follow(instance, state, state.steps, _plan(state, state.steps, s, r, q, a, b, c))
