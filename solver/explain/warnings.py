"""What speaks against a session's cell, as data: hard rules that it breaks, and seats that are too few."""

from __future__ import annotations

from collections.abc import Mapping

from solver.model.problem import Assignment, Problem
from solver.model.rules import RuleKind, Violation, against


def warnings(problem: Problem, place: Mapping[str, Assignment], name: str, demand: float) -> list[Violation]:
    """What speaks against the cell of one placed session in a grid, where so many heads are expected."""
    found = list(against(problem, place, place[name]))
    room = next((r for r in problem.rooms if r.id == place[name].room), None)
    if room is not None and demand > room.capacity:
        found.append(Violation(rule=RuleKind.SEATS, session=name, hard=False, heads=demand - room.capacity))
    return found
