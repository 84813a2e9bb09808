"""A problem that only forbids more: no grid of it is better than the best of the other, which bounds it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import MeetingRoom, Pin, Problem, Session, TimeSlot, Weights, restricts, solve
from solver.model.json_format import check
from tests.world.tiny import best_totals, problems


@st.composite
def changed(draw: st.DrawFn) -> tuple[Problem, Problem]:
    """A tiny problem, and the same with some of its parts changed in any direction."""
    problem, other = draw(problems()), draw(problems())
    rooms = [
        replace(room, closed=draw(st.sampled_from([room.closed, frozenset(s.id for s in problem.slots), frozenset()])))
        for room in problem.rooms
    ]
    rooms = [replace(it, capacity=draw(st.sampled_from([it.capacity, 0, it.capacity + 1]))) for it in rooms]
    pins = [None, *(Pin(slot=slot.id) for slot in problem.slots)]
    sessions = [replace(it, pin=draw(st.sampled_from([it.pin, *pins]))) for it in problem.sessions]
    previous = draw(st.sampled_from([problem.previous, ()]))
    people = draw(st.sampled_from([problem.people, problem.people, other.people[:0]]))
    return problem, replace(
        problem,
        rooms=tuple(rooms),
        sessions=tuple(sessions),
        previous=previous,
        people=tuple(people),
        weights=replace(problem.weights, moved=draw(st.sampled_from([problem.weights.moved, 0.0, 2.0]))),
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(changed())
def test_what_only_forbids_more_is_bounded_by_the_other(pair: tuple[Problem, Problem]) -> None:
    for looser, tighter in (pair, reversed(pair)):
        try:
            check(tighter)
            check(looser)
        except ValueError:
            continue
        if restricts(tighter, looser):
            most = best_totals(looser)
            for placed, total in best_totals(tighter).items():
                assert total <= most[placed] + 1e-9


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_problem_restricts_itself_where_nothing_is_under_way(problem: Problem) -> None:
    assert restricts(problem, problem) == (not (problem.frozen_slots and problem.previous))
    assert not restricts(replace(problem, weights=Weights(topic=0.125)), problem)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_bound_that_was_proved_before_ends_the_search(problem: Problem) -> None:
    totals = best_totals(problem)
    most = max(totals)
    *_, answer = solve(problem, workers=1, iterations=3000, known_bound=(most, totals[most]))
    assert (answer.placed, answer.status) == (most, "optimal")
    assert answer.total == pytest.approx(totals[most], abs=1e-6)


def test_problem_whose_parts_differ_in_anything_else_is_another() -> None:
    """What nobody taught `restricts` must not count as a mere restriction: so no field may be passed over."""
    room, session = MeetingRoom("r", 9, frozenset({"loop"}), frozenset({"t"})), Session(id="s", hosts=("p",))
    problem, other = Problem((TimeSlot("t"),), (room,), (session,)), cast(Any, "other")
    assert restricts(problem, problem)
    assert not restricts(replace(problem, rooms=(replace(room, id="other"),)), problem)
    for name in {field.name for field in fields(room)} - {"id", "capacity", "features", "closed"}:
        assert not restricts(replace(problem, rooms=(replace(room, **{name: other}),)), problem)
    for name in {field.name for field in fields(session)} - {"slots", "pin", "needs"}:
        assert not restricts(replace(problem, sessions=(replace(session, **{name: other}),)), problem)
