"""Builds the grid: a problem in, better and better grids out, and the proof of how good any could be."""

from solver.model.answer import Incumbent, Unplaced
from solver.model.problem import Person, Pin, Placement, Problem, ProblemError, Room, Session, Slot, Weights
from solver.model.score import Score, score, violations
from solver.race import solve

__all__ = [
    "Incumbent",
    "Person",
    "Pin",
    "Placement",
    "Problem",
    "ProblemError",
    "Room",
    "Score",
    "Session",
    "Slot",
    "Unplaced",
    "Weights",
    "score",
    "solve",
    "violations",
]
