"""Going on with the proof of a known grid: falling bounds, never below it, from a process that ends with its caller."""

from __future__ import annotations

from threading import Event

import pytest

from solver import Placement, Problem, ProblemError, score, solve
from solver.proof import Bound, prove
from tests.solver.random_days import random_day


def day(*size: int) -> Problem:
    return Problem.from_json(random_day(3, *size))


def best(problem: Problem) -> tuple[Placement, ...]:
    return list(solve(problem, seconds=20, workers=1, iterations=20_000))[-1].grid


def test_prove_a_small_day_until_its_best_grid_is_optimal() -> None:
    problem = day(20, 8, 2, 4)
    grid = best(problem)
    found = list(prove(problem, grid, 600))
    assert [b.bound for b in found] == sorted({b.bound for b in found}, reverse=True)
    assert found[-1].optimal
    assert found[-1].total == score(problem, grid).total
    assert found[-1].bound == pytest.approx(found[-1].total, abs=1e-6)


def test_prove_from_a_known_bound_yields_lower_ones_only() -> None:
    problem = day(20, 8, 2, 4)
    grid = best(problem)
    known = score(problem, grid).total + 0.5
    assert all(b.bound < known for b in prove(problem, grid, 600, known=known))


def test_prove_with_nothing_left_to_prove_yields_nothing() -> None:
    problem = day(20, 8, 2, 4)
    grid = best(problem)
    assert list(prove(problem, grid, 600, known=score(problem, grid).total)) == []


def test_prove_stopped_beforehand_yields_nothing() -> None:
    problem = day(20, 8, 2, 4)
    stop = Event()
    stop.set()
    assert list(prove(problem, best(problem), 600, stop)) == []


def test_prove_ends_its_process_when_the_generator_is_closed() -> None:
    problem = day(200, 40, 5, 8)
    bounds = prove(problem, best(problem), 600)
    assert next(bounds).bound > 0
    bounds.close()
    assert list(bounds) == []


def test_prove_of_a_grid_that_breaks_a_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="placed twice"):
        prove(day(20, 8, 2, 4), [Placement("s1", "t0", "r0"), Placement("s1", "t1", "r0")], 1)


def test_prove_of_a_problem_that_breaks_the_format_is_refused() -> None:
    problem = day(20, 8, 2, 4)
    broken = Problem(problem.slots, problem.rooms, problem.sessions + problem.sessions[:1], problem.people)
    with pytest.raises(ProblemError, match="used twice"):
        prove(broken, (), 1)


def test_gap_of_a_bound_is_its_share_above_the_total() -> None:
    assert Bound(1.0, 110.0, 100.0, 8).gap == pytest.approx(0.1)
    assert not Bound(1.0, 110.0, 100.0, 8).optimal


def test_gap_of_a_bound_beside_a_total_of_nothing_is_unknown() -> None:
    assert Bound(1.0, 1.0, 0.0, 8).gap is None
