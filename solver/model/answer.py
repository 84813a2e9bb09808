"""What the solver gives back: incumbents, each a whole grid with its score, as the web and the command line read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from solver.model.problem import Placement, Problem
from solver.model.score import score


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A session that stands in no cell, and why."""

    session: str
    reason: str


@dataclass(frozen=True, slots=True)
class Incumbent:
    """The best grid so far; `elapsed` in seconds since the start, `bound` None until something is proven.

    `status` is None but on the last one (`done`), where it is `optimal` if bound and total meet, else `feasible`.
    """

    elapsed: float
    total: float
    placed: int
    kept: int
    wishes: int
    turned_away: float
    moved: float
    topic: int
    left_out: int
    bound: float | None
    grid: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...]
    done: bool = False
    status: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the incumbent as one line of the command's output."""
        data: dict[str, Any] = {
            "elapsed": round(self.elapsed, 3),
            "total": round(self.total, 9),
            "placed": self.placed,
            "kept": self.kept,
            "wishes": self.wishes,
            "turned_away": round(self.turned_away, 9),
            "moved": self.moved,
            "topic": self.topic,
            "left_out": self.left_out,
            "bound": self.bound,
            "grid": [placement.to_json() for placement in self.grid],
            "unplaced": [{"session": u.session, "reason": u.reason} for u in self.unplaced],
            "done": self.done,
        }
        return data | ({"status": self.status} if self.done else {})


def incumbent(
    problem: Problem, grid: tuple[Placement, ...], unplaced: tuple[Unplaced, ...], elapsed: float, bound: float | None
) -> Incumbent:
    """Score a grid afresh and wrap it."""
    s = score(problem, grid)
    return Incumbent(
        elapsed, s.total, s.placed, s.kept, s.wishes, s.turned_away, s.moved, s.topic, s.left_out, bound, grid, unplaced
    )
