"""Builds the grid: a problem in, better and better grids out, and the proof of how good any could be.

This is all of the solver that others use. What a name stands for is loaded when it is first asked for, so that who
scores a move in a web process never waits for OR-Tools, numba or SciPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from solver.bound.bounds import bounds
    from solver.compile_ahead import SearchState, search_state
    from solver.explain.changes import Effect, Explainer, clashes
    from solver.explain.suggestions import Suggestion, suggestions
    from solver.explain.terms import Alternative, Term, alternatives
    from solver.explain.unplaced import outside
    from solver.model.answer import Incumbent, Unplaced, Why
    from solver.model.json_format import parse, unparse
    from solver.model.problem import (
        Assignment,
        Attendee,
        MeetingRoom,
        Pin,
        Problem,
        ProblemError,
        Session,
        TimeSlot,
        Weights,
    )
    from solver.model.restriction import restricts
    from solver.model.rules import RuleKind, Violation, violations
    from solver.model.score import Score, Usual, kept_by_person, score
    from solver.model.tolerance import meets
    from solver.pairing.pairs import Pairing, pair_up
    from solver.race import solve

_MODEL = dict.fromkeys(
    ("Attendee", "Pin", "Assignment", "Problem", "ProblemError", "MeetingRoom", "Session", "TimeSlot", "Weights"),
    "solver.model.problem",
)
_HOMES = {
    **_MODEL,
    **dict.fromkeys(("parse", "unparse"), "solver.model.json_format"),
    **dict.fromkeys(("Incumbent", "Unplaced", "Why"), "solver.model.answer"),
    **dict.fromkeys(("RuleKind", "Violation", "violations"), "solver.model.rules"),
    **dict.fromkeys(("Score", "Usual", "kept_by_person", "score"), "solver.model.score"),
    **dict.fromkeys(("Effect", "Explainer", "clashes"), "solver.explain.changes"),
    **dict.fromkeys(("Suggestion", "suggestions"), "solver.explain.suggestions"),
    **dict.fromkeys(("Alternative", "Term", "alternatives"), "solver.explain.terms"),
    "outside": "solver.explain.unplaced",
    **dict.fromkeys(("SearchState", "search_state"), "solver.compile_ahead"),
    **dict.fromkeys(("Pairing", "pair_up"), "solver.pairing.pairs"),
    "meets": "solver.model.tolerance",
    "restricts": "solver.model.restriction",
    "bounds": "solver.bound.bounds",
    "solve": "solver.race",
}

__all__ = [
    "Alternative",
    "Assignment",
    "Attendee",
    "Effect",
    "Explainer",
    "Incumbent",
    "MeetingRoom",
    "Pairing",
    "Pin",
    "Problem",
    "ProblemError",
    "RuleKind",
    "Score",
    "SearchState",
    "Session",
    "Suggestion",
    "Term",
    "TimeSlot",
    "Unplaced",
    "Usual",
    "Violation",
    "Weights",
    "Why",
    "alternatives",
    "bounds",
    "clashes",
    "kept_by_person",
    "meets",
    "outside",
    "pair_up",
    "parse",
    "restricts",
    "score",
    "search_state",
    "solve",
    "suggestions",
    "unparse",
    "violations",
]


def __getattr__(name: str) -> Any:
    """Load what is asked for; raises AttributeError for a name that is not of the facade."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found
