"""The quick bound: never below any grid's total, exact where a person stands alone, and there from the first answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from solver import Problem, parse, solve
from solver.bound.trivial import quick
from solver.model.index import index
from tests.world.random_days import random_day
from tests.world.tiny import best_totals, problems


@settings(max_examples=150)
@given(problem=problems())
def test_quick_bound_of_a_tiny_problem_stays_above_every_grid(problem: Problem) -> None:
    totals = best_totals(problem)
    assert quick(index(problem)) >= max(totals.values()) - 1e-6
    for placed, best in totals.items():
        assert quick(index(problem), placed) >= best - 1e-6


def one_person(capacity: int) -> Problem:
    return parse(
        {
            "format": "twofeet-problem/1",
            "slots": [{"id": "t1"}, {"id": "t2"}],
            "rooms": [{"id": "r1", "capacity": capacity}],
            "sessions": [{"id": "s1"}, {"id": "s2"}, {"id": "s3"}],
            "people": [{"id": "p1", "wants": {"s1": 1, "s2": 3, "s3": 2}}],
            "weights": {"turned_away": 2.0},
        }
    )


def test_quick_bound_of_one_person_is_their_strongest_wishes() -> None:
    assert quick(index(one_person(1))) == pytest.approx(3 + 2 / 2)


def test_quick_bound_without_seats_takes_off_what_a_head_costs() -> None:
    assert quick(index(one_person(0))) == pytest.approx(3 - 2)


def test_quick_bound_counts_no_seats_that_nobody_can_fill() -> None:
    parts = {
        "format": "twofeet-problem/1",
        "slots": [{"id": "t1"}],
        "rooms": [{"id": "r1", "capacity": 100}, {"id": "r2", "capacity": 0}],
        "sessions": [{"id": "s1"}, {"id": "s2"}],
        "people": [{"id": f"p{i}", "wants": {f"s{i % 2 + 1}": 1}} for i in range(4)],
        "weights": {"turned_away": 1.0},
    }
    assert quick(index(parse(parts)), 2) == pytest.approx(4 - 2)


def test_quick_bound_knows_that_who_wants_everything_goes_everywhere() -> None:
    parts = {
        "format": "twofeet-problem/1",
        "slots": [{"id": f"t{i}"} for i in range(4)],
        "rooms": [{"id": "r1", "capacity": 0}],
        "sessions": [{"id": f"s{i}"} for i in range(4)],
        "people": [{"id": "p1", "wants": {f"s{i}": 1 for i in range(4)}}],
        "weights": {"turned_away": 1.0},
    }
    assert quick(index(parse(parts))) == pytest.approx(0, abs=1e-9)
    assert quick(index(parse(parts)), 4) == pytest.approx(1 + 1 / 2 + 1 / 3 + 1 / 4 - 4)


def test_every_answer_has_a_bound() -> None:
    answers = list(solve(parse(random_day(4, 50, 20, 4, 5)), seconds=20, workers=1, iterations=5_000))
    assert all(answer.bound is not None and answer.bound >= answer.total - 1e-6 for answer in answers)
