"""Explanations: exact against the score, on any problem, any grid and any move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import (
    Assignment,
    Explainer,
    Problem,
    RuleKind,
    Unplaced,
    Why,
    clashes,
    outside,
    parse,
    score,
    suggestions,
    violations,
)
from tests.world.tiny import any_grid, problems

NUMBERS = ("total", "kept", "harmony", "turned_away", "moved", "topic", "left_out")


def moved(grid: Iterable[Assignment], moves: dict[str, Assignment | None]) -> list[Assignment]:
    return [p for p in grid if p.session not in moves] + [to for to in moves.values() if to is not None]


@settings(max_examples=150)
@given(problem=problems(), data=st.data())
def test_change_is_the_difference_of_two_scores(problem: Problem, data: st.DataObject) -> None:
    grid, target = any_grid(data, problem), any_grid(data, problem)
    names = (
        data.draw(st.lists(st.sampled_from([s.id for s in problem.sessions]), unique=True)) if problem.sessions else []
    )
    moves = {name: next((p for p in target if p.session == name), None) for name in names}
    change = Explainer(problem, grid).change(moves)
    before, after = score(problem, grid), score(problem, moved(grid, moves))
    expected = {name: getattr(after, name) - getattr(before, name) for name in NUMBERS}
    assert {name: getattr(change, name) for name in NUMBERS} == pytest.approx(expected, abs=1e-9)


@settings(max_examples=100)
@given(problem=problems(), data=st.data())
def test_hard_warnings_are_there_exactly_when_the_moved_session_breaks_a_rule(
    problem: Problem, data: st.DataObject
) -> None:
    grid = any_grid(data, problem)
    for name in [p.session for p in grid]:
        change = Explainer(problem, [p for p in grid if p.session != name]).change(
            {name: next(p for p in grid if p.session == name)}
        )
        alone = violations(problem, grid)
        without = violations(problem, [p for p in grid if p.session != name])
        breaks = set(alone) - set(without)
        assert any(warning.hard for warning in change.warnings) == bool(breaks)


@settings(max_examples=40)
@given(problem=problems(), data=st.data())
def test_help_never_promises_what_its_moves_do_not_give(problem: Problem, data: st.DataObject) -> None:
    grid: list[Assignment] = []
    for entry in any_grid(data, problem):
        if not violations(problem, [*grid, entry]):
            grid.append(entry)
    explainer = Explainer(problem, grid)
    for found in suggestions(explainer):
        assert found.change.total > 0
        if found.kind != "new-room":
            after = score(problem, moved(grid, dict(found.change.moves)))
            assert after.total - score(problem, grid).total == pytest.approx(found.change.total)


@settings(max_examples=100)
@given(problem=problems(), data=st.data())
def test_clashes_are_the_people_of_each_pair_counted_one_by_one(problem: Problem, data: st.DataObject) -> None:
    grid = any_grid(data, problem)
    slot_of = {p.session: p.slot for p in grid}
    counted = Counter(
        (one.id, other.id)
        for one, other in combinations([s for s in problem.sessions if s.id in slot_of], 2)
        for person, wanted in problem.wishes.items()
        if slot_of[one.id] == slot_of[other.id]
        and {one.id, other.id} <= wanted.keys()
        and slot_of[one.id] not in problem.absences.get(person, ())
    )
    assert clashes(problem, grid) == counted


@settings(max_examples=100)
@given(problem=problems(), data=st.data())
def test_sessions_outside_have_a_reason_exactly_when_no_free_cell_takes_them(
    problem: Problem, data: st.DataObject
) -> None:
    grid = any_grid(data, problem)
    explainer, taken = Explainer(problem, grid), {(p.slot, p.room) for p in grid}
    free = [(slot.id, room.id) for slot in problem.slots for room in problem.rooms if (slot.id, room.id) not in taken]
    fixed = {p.session for p in problem.fixed}
    stuck = {
        session.id
        for session in problem.sessions
        if session.id not in explainer.place | dict.fromkeys(fixed)
        and all(any(w.hard for w in explainer.move(session.id, *cell).warnings) for cell in free)
    }
    assert {entry.session for entry in outside(problem, grid)} - fixed == stuck


def problem_of_three() -> Problem:
    return parse(
        {
            "format": "twofeet-problem/1",
            "slots": [{"id": "ten"}, {"id": "eleven"}],
            "rooms": [{"id": "hall", "capacity": 3}, {"id": "nook", "capacity": 1, "closed": ["eleven"]}],
            "sessions": [{"id": "a", "hosts": ["Ada"]}, {"id": "b"}, {"id": "c", "needs": ["loop"]}],
            "people": [
                {"id": "Ada"},
                {"id": "Bo", "wants": {"a": 1, "b": 1}},
                {"id": "Cy", "wants": {"a": 3, "b": 1, "c": 1}},
            ],
        }
    )


GRID = [Assignment("a", "ten", "hall"), Assignment("b", "ten", "nook")]


def test_clashes_count_the_people_who_want_both() -> None:
    assert clashes(problem_of_three(), GRID) == {("a", "b"): 2}


def test_outside_names_the_need_that_no_room_meets() -> None:
    found = outside(problem_of_three(), GRID)
    assert found == (Unplaced(session="c", why=Why.NEEDS, needs=("loop",), slots=("ten", "eleven")),)
    assert found[0].to_json() == {"session": "c", "why": "needs", "needs": ["loop"], "slots": ["ten", "eleven"]}


def test_move_out_of_a_clash_keeps_one_more_wish_of_each_who_wants_both() -> None:
    change = Explainer(problem_of_three(), GRID).move("b", "eleven", "hall")
    assert (change.kept, change.better, change.warnings) == (2, ("Bo", "Cy"), ())


def test_move_into_a_closed_room_is_warned_of() -> None:
    change = Explainer(problem_of_three(), GRID).move("a", "eleven", "nook")
    assert [(w.rule, w.hard) for w in change.warnings] == [(RuleKind.CLOSED, True), (RuleKind.SEATS, False)]


def test_swap_is_two_moves_at_once() -> None:
    explainer = Explainer(problem_of_three(), GRID)
    both = explainer.change({"a": Assignment("a", "ten", "nook"), "b": Assignment("b", "ten", "hall")})
    assert explainer.swap("a", "b") == both


def test_help_is_each_change_that_parts_a_clash_or_places_a_session() -> None:
    grid = [*GRID[:1], Assignment("b", "ten", "nook")]
    kinds = [found.kind for found in suggestions(Explainer(problem_of_three(), grid), 9)]
    assert kinds == ["new-room", "feature", "open-room"]
