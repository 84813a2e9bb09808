"""The bound: never below any grid's total, falling, tight where everything can be searched, and quick to stop."""

from __future__ import annotations

import time
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import Assignment, Problem, parse, score, violations
from solver.bound.bounds import bounds, warm_up
from tests.world.random_days import random_day
from tests.world.tiny import best_totals, problems


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """Compile before the first clock runs: that may take longer than a bound is given."""
    warm_up()


def all_bounds(problem: Problem, placed: int, seconds: float = 20, known: float | None = None) -> list[float]:
    return list(bounds(problem, placed, seconds, Event(), None if known is None else lambda: known))


@settings(max_examples=60)
@given(problem=problems())
def test_bounds_of_a_tiny_problem_fall_and_stay_above_every_grid(problem: Problem) -> None:
    for placed, best in best_totals(problem).items():
        found = all_bounds(problem, placed)
        assert found == sorted(set(found), reverse=True)
        assert min(found) >= best - 1e-6


@settings(max_examples=40)
@given(problem=problems())
def test_bound_of_a_tiny_problem_meets_the_best_total_when_it_is_known(problem: Problem) -> None:
    totals = best_totals(problem)
    placed = max(totals)
    assert all_bounds(problem, placed, known=totals[placed])[-1] == pytest.approx(totals[placed], abs=1e-6)


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), turned_away=st.sampled_from([0.0, 0.5, 1.0]), data=st.data())
def test_bounds_of_a_day_stay_above_a_grid_drawn_at_random(seed: int, turned_away: float, data: st.DataObject) -> None:
    parts = random_day(seed, 12, 8, 3, 3, weights={"turned_away": turned_away}, seats=0.6)
    problem = parse(parts)
    cells = data.draw(st.permutations([(s.id, r.id) for s in problem.slots for r in problem.rooms]))
    grid: list[Assignment] = []
    for session, cell in zip(problem.sessions, cells, strict=False):
        if not violations(problem, [*grid, Assignment(session.id, *cell)]):
            grid.append(Assignment(session.id, *cell))
    assert min(all_bounds(problem, len(grid))) >= score(problem, grid).total - 1e-6


def test_bound_of_an_empty_problem_is_zero() -> None:
    assert all_bounds(Problem(), 0, known=0.0)[-1] == pytest.approx(0.0, abs=1e-6)


def test_bound_where_everything_is_frozen_is_the_total_of_what_stands() -> None:
    parts = random_day(5, 10, 4, 2, 2, closed=0, needs=0, pinned=0, limited=0, absent=0)
    parts["slots"] = [{**slot, "frozen": True} for slot in parts["slots"]]
    parts["previous"] = [{"session": f"s{i}", "slot": f"t{i // 2}", "room": f"r{i % 2}"} for i in range(4)]
    problem = parse(parts)
    assert all_bounds(problem, 4)[-1] == pytest.approx(score(problem, problem.fixed).total, abs=1e-6)


def test_bounds_end_at_once_when_stopped_beforehand() -> None:
    stop = Event()
    stop.set()
    assert len(list(bounds(parse(random_day(1, 40, 20, 4, 5)), 20, 60, stop))) <= 1


def test_bounds_end_when_stopped_on_the_way() -> None:
    stop, found = Event(), []
    for bound in bounds(parse(random_day(1, 200, 40, 5, 8)), 38, 600, stop):
        found.append(bound)
        if len(found) == 3:
            stop.set()
    assert len(found) == 3


def test_bounds_end_when_their_time_is_over() -> None:
    began = time.monotonic()
    all_bounds(parse(random_day(2, 200, 40, 5, 8)), 38, seconds=0.2)
    assert time.monotonic() - began < 30
