"""Longer sessions and an order among sessions: as good as any grid on tiny days, valid by the judge on all."""

from __future__ import annotations

from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings

from solver import Problem, bounds, parse, solve, violations
from solver.model.index import index
from solver.search.cp_sat import most_placed
from tests.world.judge import judge
from tests.world.random_days import random_day
from tests.world.tiny import best_totals, problems

RELAXED = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@RELAXED
@given(problems(sequences=True))
def test_solve_tiny_day_as_well_as_any_grid(problem: Problem) -> None:
    *_, answer = solve(problem, workers=1, iterations=2000)
    totals = best_totals(problem)
    assert violations(problem, answer.grid) == []
    most = max(totals, default=0)
    assert answer.placed == most
    assert answer.total == pytest.approx(totals.get(most, 0.0), abs=1e-6)


@RELAXED
@given(problems(sequences=True))
def test_bounds_are_never_below_a_valid_grid(problem: Problem) -> None:
    totals = best_totals(problem)
    for placed, total in totals.items():
        for bound in bounds(problem, placed, 5.0, Event()):
            assert bound >= total - 1e-9


@RELAXED
@given(problems(sequences=True))
def test_cp_sat_places_as_many_as_can_be(problem: Problem) -> None:
    view = index(problem)
    grid = view.grid(most_placed(view, [None] * len(view.session_ids), 10, Event()))
    assert violations(problem, grid) == []
    assert len(grid) == max(best_totals(problem), default=0)


@pytest.mark.parametrize("seed", range(4))
def test_solve_camp_with_workshops_and_series(seed: int) -> None:
    data = random_day(seed, 120, 24, 5, 6, workshops=0.2, series=0.2)
    problem = parse(data)
    answers = list(solve(problem, workers=1, iterations=400, seed=seed))
    for answer in answers:
        assert violations(problem, answer.grid) == []
        verdict = judge(data, [placement.to_json() for placement in answer.grid])
        if verdict is not None:
            assert (verdict["valid"], verdict["attainable"]) == (True, answer.attainable), verdict["broken"]
            assert verdict["total"] == pytest.approx(answer.total, abs=1e-5)
    assert answers[-1].total >= answers[0].total or answers[-1].placed > answers[0].placed
