"""The bound over which sessions to place: above every grid, and exact where only the choice matters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import Problem, parse, solve
from solver.bound.decompose import decompose
from solver.bound.selection import Selection, selection_bounds
from solver.model.index import index
from tests.world.random_days import random_day
from tests.world.tiny import best_totals, problems


def lowest(problem: Problem, placed: int) -> float:
    view = index(problem)
    parts = decompose(view, placed)
    return min(selection_bounds(view, parts)) if parts.subproblems else float("inf")


@settings(max_examples=60)
@given(problem=problems())
def test_bound_over_choices_of_a_tiny_problem_stays_above_every_grid(problem: Problem) -> None:
    for placed, best in best_totals(problem).items():
        assert lowest(problem, placed) >= best - 1e-6


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), weight=st.sampled_from([0.0, 0.5, 2.0]), crowds=st.sampled_from([0.0, 0.6]))
def test_bound_over_choices_of_a_day_stays_above_a_good_grid(seed: int, weight: float, crowds: float) -> None:
    parts = random_day(seed, 30, 16, 3, 3, weights={"turned_away": weight}, seats=0.6, crowds=crowds)
    problem = parse(parts)
    best = list(solve(problem, seconds=5, workers=1, iterations=3_000))[-1]
    assert lowest(problem, best.placed) >= best.total - 1e-6


def test_bound_over_choices_of_lone_wishes_is_the_most_wanted() -> None:
    """Three sessions for two cells, wanted by three, two and one who want nothing else: five can be happy."""
    problem = parse(
        {
            "format": "twofeet-problem/1",
            "slots": [{"id": "t1"}, {"id": "t2"}],
            "rooms": [{"id": "r1"}],
            "sessions": [{"id": "s1"}, {"id": "s2"}, {"id": "s3"}],
            "people": [{"id": f"p{i}", "wants": {s: 1}} for i, s in enumerate(["s1", "s1", "s1", "s2", "s2", "s3"])],
        }
    )
    view = index(problem)
    assert Selection(view, decompose(view, 2)).bound(0.0) == pytest.approx(5.0)
