"""Bound and total are the same within rounding, and where less than the least step lies between them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from solver import Problem, parse, score, solve
from solver.model.tolerance import least_step, meets, padded
from tests.world.tiny import grids, problems


@pytest.mark.parametrize("total", [0.0, 3.5, 656.1, 10510.0, 59207.884, -12.0])
def test_bound_padded_three_times_meets_its_total(total: float) -> None:
    bound = padded(padded(padded(total)))
    assert bound > total
    assert meets(bound, total)
    assert not meets(total + 1e-5 * max(1.0, abs(total)), total)


@settings(max_examples=100)
@given(problem=problems())
def test_totals_lie_whole_steps_apart(problem: Problem) -> None:
    found, step = [score(problem, grid).total for grid in grids(problem)], least_step(problem)
    assert step > 0
    first = found[0]
    for total in found:
        steps = (total - first) / step
        assert abs(steps - round(steps)) * step < 1e-9


def test_step_of_a_day_that_counts_in_quarters() -> None:
    day = {
        "format": "twofeet-problem/1",
        "slots": [{"id": f"t{i}"} for i in range(7)],
        "rooms": [{"id": "r", "capacity": 9}],
        "sessions": [{"id": "s", "topic": "x"}],
        "people": [{"id": "p", "wants": {"s": 1}}],
        "weights": {"fairness": "linear"},
    }
    assert least_step(parse(day)) == 0.25
    assert meets(10510.2, 10510.0, 0.25)
    assert not meets(10510.25, 10510.0, 0.25)


def test_optimal_answer_says_its_total_as_its_bound() -> None:
    day = {
        "format": "twofeet-problem/1",
        "slots": [{"id": "t1"}],
        "rooms": [{"id": "r", "capacity": 9}],
        "sessions": [{"id": "s"}],
        "people": [{"id": "p", "wants": {"s": 3}}],
    }
    last = list(solve(parse(day), seconds=5.0))[-1]
    assert (last.status, last.bound) == ("optimal", last.total)
