"""How near a bound and a total must be to be the same: padding for rounding, and the least step between two totals."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from solver.model.problem import Problem
from solver.model.score import OTHER_ROOM

PADDING = 1e-10  # what a bound is raised by for rounding, in parts of itself; sums of 10,000 people err by 1e-12
SAME = 5 * PADDING  # how near bound and total are the same, in parts of the total: a bound is padded up to three times
CERTAIN = 0.9  # part of the least step within which a bound leaves no room for a better total, rounding included


def padded(bound: float) -> float:
    """Return a bound raised by what rounding may have taken from it."""
    return bound + PADDING * max(1.0, abs(bound))


def meets(bound: float, total: float, step: float = 0.0) -> bool:
    """Say whether no grid can be better than `total`: bound and total are the same, or less than one `step` apart."""
    return bound - total <= max(SAME * max(1.0, abs(total)), CERTAIN * step)


def least_step(problem: Problem) -> float:
    """Return a number of which the difference of any two totals of the problem is a multiple.

    Harmony is a multiple of 1 / lcm(1 .. slots kept), heads of 1 / lcm(1 .. sessions divided over) by the scale.
    """
    weights, steps = problem.weights, [Fraction(1)]
    most = max((len(wanted) for wanted in problem.wishes.values()), default=0)
    if weights.fairness != "linear":
        kept = min(len(problem.slots), sum(session.length for session in problem.sessions))
        steps = [Fraction(1, lcm(*range(1, kept + 1)))]
    if weights.turned_away:
        shares = lcm(*range(1, max(1, min(most, len(problem.rooms))) + 1))
        steps += [_exact(weights.turned_away) * unit for unit in _heads(problem, shares)]
    if weights.moved and problem.previous:
        steps.append(_exact(weights.moved) * _exact(OTHER_ROOM))
    if weights.topic:
        steps.append(_exact(weights.topic))
    return float(_common(steps))


def _heads(problem: Problem, shares: int) -> list[Fraction]:
    """Return the units in which demands and seats are counted."""
    units = {_exact(room.capacity) for room in problem.rooms if room.capacity != float("inf")}
    for session in problem.sessions:
        raw = problem.wanted_by[session.id]
        crowd = None if session.crowd is None else _exact(session.crowd)
        units.add(Fraction(1, shares) if crowd is None else crowd / raw / shares if raw else crowd)
    return [unit for unit in units if unit]


def _exact(number: float) -> Fraction:
    """Return what a person wrote, 0.1 and not its neighbour in binary."""
    return Fraction(repr(float(number)))


def _common(steps: list[Fraction]) -> Fraction:
    """Return the greatest common divisor."""
    below = lcm(*(step.denominator for step in steps))
    return Fraction(gcd(*(int(step * below) for step in steps)), below)
