# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""A cycle of three: one session takes the place of another, that one a third's, and the third the first's."""

from __future__ import annotations

from solver.compiled.jit import inner
from solver.search.kernel.exchange import carry_out, threshold, uniform
from solver.search.kernel.matching import FORBIDDEN
from solver.search.kernel.terms import allowed, people_gain


@inner
def _pick(day, state, t):
    """Draw a cell of slot t: the session that stands there, -1 for an empty one."""
    k = int(uniform(state.random) * day.opened[t])
    return state.member[t, k] if k < state.count[t] else -1


@inner
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


@inner
def _follow(day, state, steps, n):
    """Take the n steps of a plan one by one; back to the start if one cannot be taken or the whole loses too much."""
    waiting = state.count.size - 1
    before, unplaced = state.value[0], state.count[waiting]
    least = threshold(state)
    i, way = 0, 1
    while 0 <= i < n:
        x, y = steps[i, 0], steps[i, 1]
        source, target = (steps[i, 2], steps[i, 3]) if way > 0 else (steps[i, 3], steps[i, 2])
        done = allowed(day, state, x, y, source, target)
        if done:
            gain = people_gain(day, state, x, y, source, target)
            done = carry_out(day, state, x, y, source, target, gain, -FORBIDDEN / 2)
        if way > 0 and not done:
            way = -1
        elif i == n - 1 and way > 0 and state.count[waiting] >= unplaced and state.value[0] - before < least:
            way, i = -1, n  # the whole is refused: take back the last step first
        i += way
    if way < 0:
        state.value[0] = before
    return way > 0


@inner
def try_cycle(day, state):
    """Let a random s take the place of r, r that of q (or an empty cell), and q that of s: all, or nothing."""
    waiting, random = state.count.size - 1, state.random
    s = day.movable[int(uniform(random) * day.movable.size)]
    a, b, c = state.slot[s], int(uniform(random) * waiting), int(uniform(random) * waiting)
    if a in (b, c) or b == c or day.may[s, b] == 0 or day.opened[c] == 0:
        return False
    r, q = _pick(day, state, b), _pick(day, state, c)
    if r < 0 or day.may[r, c] == 0 or (q >= 0 and day.may[q, a] == 0):
        return False
    return _follow(day, state, state.steps, _plan(state, state.steps, s, r, q, a, b, c))
