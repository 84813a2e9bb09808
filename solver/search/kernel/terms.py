"""Hosts, topics and what has moved: the terms of a move that take a glance each."""

from __future__ import annotations

from solver.compiled.jit import inner
from solver.search.kernel.harmony import harmony_gain
from solver.search.shapes import NOWHERE, Instance, Int, State


@inner
def clash(instance: Instance, state: State, s: Int, r: Int, b: Int) -> bool:
    """Say whether a host of s holds a session other than r in slot b."""
    for i in range(instance.host_ptr[s], instance.host_ptr[s + 1]):
        h = instance.host_p[i]
        if state.packed[h * (state.filled.size + 1) + b] >= 1 << 24 and (r < 0 or instance.level[r, h] != 4):
            return True
    return False


@inner
def allowed(instance: Instance, state: State, s: Int, r: Int, a: Int, b: Int) -> bool:
    """Say whether s may go from slot a to b and r (-1: nobody) from b to a, rooms aside."""
    if instance.may[s, b] == 0 or (r >= 0 and instance.may[r, a] == 0):
        return False
    return not clash(instance, state, s, r, b) and not (r >= 0 and clash(instance, state, r, s, a))


@inner
def _pairs(instance: Instance, state: State, s: Int, r: Int, a: Int, b: Int) -> Int:
    """Return by how many the pairs of a topic in one slot grow when s goes from a to b and r from b to a."""
    waiting, grown = state.filled.size - 1, 0
    ks, kr = instance.topic[s], instance.topic[r] if r >= 0 else -1
    if ks == kr:
        return 0
    if ks >= 0:
        grown += (state.topics[b, ks] if b != waiting else 0) - (state.topics[a, ks] - 1 if a != waiting else 0)
    if kr >= 0:
        grown += (state.topics[a, kr] if a != waiting else 0) - (state.topics[b, kr] - 1 if b != waiting else 0)
    return grown


@inner
def moved(instance: Instance, s: Int, t: Int) -> float:
    """Return the price of session s standing in slot t and not where it stood before."""
    price: float = instance.weight_moved * (instance.before_slot[s] != NOWHERE and instance.before_slot[s] != t)
    return price


@inner
def people_gain(instance: Instance, state: State, s: Int, r: Int, a: Int, b: Int) -> float:
    """Return what total gains, seats and rooms aside, when s goes from slot a to b and r (-1: nobody) from b to a."""
    gain = harmony_gain(instance, state, s, r, a, b) - instance.weight_topic * _pairs(instance, state, s, r, a, b)
    gain -= moved(instance, s, b) - moved(instance, s, a)
    return gain - (moved(instance, r, a) - moved(instance, r, b) if r >= 0 else 0.0)
