# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Hosts, topics and what has moved: the terms of a move that take a glance each."""

from __future__ import annotations

from solver.compiled.jit import inner
from solver.search.kernel.harmony import harmony_gain


@inner
def clash(day, state, s, r, b):
    """Say whether a host of s holds a session other than r in slot b."""
    for i in range(day.host_ptr[s], day.host_ptr[s + 1]):
        h = day.host_p[i]
        if state.words[h * (state.count.size + 1) + b] >= 1 << 24 and (r < 0 or day.level[r, h] != 4):
            return True
    return False


@inner
def allowed(day, state, s, r, a, b):
    """Say whether s may go from slot a to b and r (-1: nobody) from b to a, rooms aside."""
    if day.may[s, b] == 0 or (r >= 0 and day.may[r, a] == 0):
        return False
    return not clash(day, state, s, r, b) and not (r >= 0 and clash(day, state, r, s, a))


@inner
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


@inner
def moved(day, s, t):
    """Return the price of session s standing in slot t and not where it stood before."""
    return day.weight[1] * (day.before[s, 0] != -2 and day.before[s, 0] != t)


@inner
def people_gain(day, state, s, r, a, b):
    """Return what total gains, seats and rooms aside, when s goes from slot a to b and r (-1: nobody) from b to a."""
    gain = harmony_gain(day, state, s, r, a, b) - day.weight[3] * _pairs(day, state, s, r, a, b)
    gain -= moved(day, s, b) - moved(day, s, a)
    return gain - (moved(day, r, a) - moved(day, r, b) if r >= 0 else 0.0)
