"""The bound from pairs: above the total of every grid at any multipliers, exact where meetings decide everything."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import Assignment, Problem, parse, score, solve, violations
from solver.bound.decompose import decompose
from solver.bound.sdp import SemidefiniteRelaxation
from solver.bound.sdp_cuts import MeetingCuts, layout
from solver.model.index import index
from tests.world.random_days import random_day
from tests.world.tiny import best_totals, problems


def bound(problem: Problem, placed: int, turns: int = 20) -> float | None:
    """Return the lowest bound of some turns, heads by shares and then by slots; None where pairs say nothing."""
    view = index(problem)
    parts = decompose(view, placed)
    rows = layout(parts)
    if rows is None:
        return None
    pairs, cone, lowest = MeetingCuts(view, parts, *rows), SemidefiniteRelaxation(rows[0]), np.inf
    for whole in (False, True):
        for turn in range(turns):
            constant, matrix = pairs.approach(cone.y, max(0.05, 1 / (turn + 2)), whole=whole)
            cone.step(matrix, 10)
            lowest = min(lowest, constant + cone.prove(matrix))
    return float(lowest)


@settings(max_examples=300)
@given(problem=problems())
def test_bound_from_pairs_of_a_tiny_problem_stays_above_every_grid(problem: Problem) -> None:
    totals = best_totals(problem)
    found = bound(problem, max(totals))
    assert found is None or found >= totals[max(totals)] - 1e-6


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), wishes=st.sampled_from([3, 6, 10]), weight=st.sampled_from([0.0, 0.5, 2.0]))
def test_bound_from_pairs_of_a_day_stays_above_a_good_grid(seed: int, wishes: int, weight: float) -> None:
    parts = random_day(seed, 30, 12, 3, 5, wishes=wishes, weights={"turned_away": weight}, seats=0.7)
    problem = parse(parts)
    best = list(solve(problem, seconds=5, workers=1, iterations=3_000))[-1]
    found = bound(problem, best.placed)
    assert found is None or found >= best.total - 1e-6


def everybody_wants(groups: list[list[str]], sessions: int, slots: int, rooms: int, **more: Any) -> Problem:
    return parse(
        {
            "format": "twofeet-problem/1",
            "slots": [{"id": f"t{i}"} for i in range(slots)],
            "rooms": [{"id": f"r{i}"} for i in range(rooms)],
            "sessions": [{"id": f"s{i}"} for i in range(sessions)],
            "people": [{"id": f"p{i}", "wants": dict.fromkeys(group, 1)} for i, group in enumerate(groups)],
            **more,
        }
    )


def test_bound_from_pairs_where_all_share_one_slot_is_the_total() -> None:
    problem = everybody_wants([["s0", "s1"]], 2, 1, 2)
    assert bound(problem, 2, 60) == pytest.approx(1.0, abs=1e-3)


def test_bound_from_pairs_of_a_ring_of_wishes_counts_the_pair_that_must_meet() -> None:
    """Three sessions in two slots: of three people who each want two of them, one must lose half a harmony."""
    problem = everybody_wants([["s0", "s1"], ["s1", "s2"], ["s2", "s0"]], 3, 2, 2)
    assert bound(problem, 3, 100) == pytest.approx(3 * 1.5 - 0.5, abs=0.3)
    assert max(best_totals(problem).values()) == pytest.approx(4.0)


def test_bound_from_pairs_where_sessions_are_to_be_chosen_is_left_to_others() -> None:
    assert bound(everybody_wants([["s0", "s1"]], 3, 1, 2), 2) is None


def meetings_of_a_grid(strengths: int, weight: float) -> tuple[float, float, float]:
    """The cut by shares at a whole grid's own meetings, that with heads by slots, and the grid's total."""
    parts = random_day(7, 20, 8, 2, 4, closed=0, needs=0, pinned=0, limited=0, hosted=False, seats=0.5)
    wants = [(person, name) for person in parts["people"] for name in person["wants"]]
    for n, (person, name) in enumerate(wants):
        person["wants"][name] = 1 + n % strengths
    parts["weights"] = {"turned_away": weight, "topic": 0.0}
    problem = parse(parts)
    grid = [Assignment(f"s{i}", f"t{i // 4}", f"r{i % 4}") for i in range(8)]
    assert violations(problem, grid) == []
    view = index(problem)
    taken = decompose(view, 8)
    rows = layout(taken)
    assert rows is not None
    where = [min(k for k in range(rows[0].kinds)) if rows[0].kinds == 1 else i // 4 for i in range(8)]
    marks = np.zeros((2, rows[0].kinds + 9))
    for i, kind in enumerate(where):
        marks[i // 4, kind] = marks[i // 4, rows[0].kinds + i] = 1
    y = marks.T @ marks
    found = []
    for whole in (False, True):
        constant, matrix = MeetingCuts(view, taken, *rows).approach(y, 1.0, whole=whole)
        found.append(constant + float((matrix * y).sum()))
    return found[0], found[1], score(problem, grid).total


@pytest.mark.parametrize("strengths", [1, 2, 3])
@pytest.mark.parametrize("weight", [0.0, 0.5, 2.0])
def test_meetings_of_a_grid_cost_no_more_than_the_grid_loses(strengths: int, weight: float) -> None:
    by_shares, by_slots, total = meetings_of_a_grid(strengths, weight)
    assert min(by_shares, by_slots) >= total - 1e-9


@pytest.mark.parametrize("strengths", [1, 2, 3])
def test_meetings_of_a_grid_say_all_that_people_lose_where_seats_are_free(strengths: int) -> None:
    """Strength by strength nothing is lost that pairs do not show: at a whole grid the cut is its total."""
    by_shares, by_slots, total = meetings_of_a_grid(strengths, 0.0)
    assert by_shares == pytest.approx(total)
    assert by_slots == pytest.approx(total)
