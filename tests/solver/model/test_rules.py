"""The table of hard rules against the judge, and every form in which a rule is kept against the table."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import Assignment, Explainer, Problem, Why, outside, score, unparse, violations
from solver.model import rules
from solver.model.index import index
from solver.model.problem import MeetingRoom, Session, TimeSlot
from solver.model.rules import CELL_RULES, CellRule, RuleKind, Violation, against, allowed_rooms
from solver.search.board import Board
from solver.search.construct import admits
from tests.world.judge import judge
from tests.world.tiny import problems

EITHER = st.booleans().flatmap(lambda sequences: problems(sequences=sequences))


def any_grid(data: st.DataObject, problem: Problem) -> list[Assignment]:
    """Sessions anywhere, rules broken or not, two in a cell included."""
    cells = [None, *product([slot.id for slot in problem.slots], [room.id for room in problem.rooms])]
    drawn = [(session.id, data.draw(st.sampled_from(cells))) for session in problem.sessions]
    return [Assignment(name, *cell) for name, cell in drawn if cell is not None]


@settings(max_examples=300)
@given(problem=EITHER, data=st.data())
def test_violations_and_score_are_the_judges(problem: Problem, data: st.DataObject) -> None:
    grid = any_grid(data, problem)
    verdict = judge(timed(problem), [placement.to_json() for placement in grid])
    if verdict is None:
        pytest.skip("the judge of ../shared is not here")
    assert (violations(problem, grid) == []) == verdict["valid"], (violations(problem, grid), verdict["broken"])
    found = score(problem, grid)
    for name in ("placed", "kept", "wishes", "attainable", "left_out", "moved", "topic"):
        assert getattr(found, name) == verdict[name], name
    if any(it.rule is RuleKind.HOST_TWICE for it in violations(problem, grid)):
        return  # which of two sessions at once their host goes to is for nobody to say
    assert found.total == pytest.approx(verdict["total"], abs=1e-5)
    assert found.turned_away == pytest.approx(verdict["turned_away"], abs=1e-5)


def timed(problem: Problem) -> dict[str, object]:
    """The problem as JSON; slots without times get those of their order, which the judge asks for."""
    data = unparse(problem)
    for number, slot in enumerate(data["slots"]):
        slot["start"] = slot["start"] or f"2026-06-26T1{number}:00:00+01:00"
        slot["end"] = slot["end"] or f"2026-06-26T1{number}:45:00+01:00"
    return data


@settings(max_examples=200)
@given(problem=EITHER)
def test_rooms_allowed_are_the_cells_that_no_rule_forbids(problem: Problem) -> None:
    for session in problem.sessions:
        masks = allowed_rooms(problem, session)
        for (t, slot), (r, room) in product(enumerate(problem.slots), enumerate(problem.rooms)):
            run = problem.run(session.id, slot.id)
            broken = [it for rule in CELL_RULES for it in rule.broken(problem, session, run, room)]
            assert bool(masks[t] >> r & 1) == (broken == [])


@settings(max_examples=200)
@given(problem=EITHER, data=st.data())
def test_board_admits_exactly_what_breaks_no_rule(problem: Problem, data: st.DataObject) -> None:
    view = index(problem)
    board, grid = Board(view), list(problem.fixed)
    for placement in any_grid(data, problem):
        cell = view.cells([placement])[view.session_ids.index(placement.session)]
        s = view.session_ids.index(placement.session)
        if cell is None or board.where[s] is not None or placement.slot in problem.frozen_slots:
            continue
        admitted = admits(board, s, *cell)
        assert admitted == (violations(problem, [*grid, placement]) == violations(problem, grid))
        if admitted:
            board.drop(s, *cell)
            grid.append(placement)
    assert board.harmony == pytest.approx(score(problem, grid).harmony)


@settings(max_examples=150)
@given(problem=problems(sequences=True), data=st.data())
def test_effect_of_a_move_is_the_difference_of_two_scores(problem: Problem, data: st.DataObject) -> None:
    grid, target = any_grid(data, problem), any_grid(data, problem)
    moves = {placement.session: placement for placement in target[:2]}
    effect = Explainer(problem, grid).change(dict(moves))
    after = [placement for placement in grid if placement.session not in moves] + list(moves.values())
    before, now = score(problem, grid), score(problem, after)
    for name in ("total", "kept", "harmony", "turned_away", "moved", "topic", "left_out"):
        assert getattr(effect, name) == pytest.approx(getattr(now, name) - getattr(before, name), abs=1e-9), name


@settings(max_examples=150)
@given(problem=problems(sequences=True), data=st.data())
def test_sessions_outside_have_a_reason_exactly_when_no_free_cell_takes_them(
    problem: Problem, data: st.DataObject
) -> None:
    grid: list[Assignment] = []
    for entry in any_grid(data, problem):
        if not violations(problem, [*grid, entry]):
            grid.append(entry)
    place = {entry.session: entry for entry in grid}
    fixed = {entry.session for entry in problem.fixed}
    cells = [(slot.id, room.id) for slot in problem.slots for room in problem.rooms]
    stuck = {
        session.id
        for session in problem.sessions
        if session.id not in place.keys() | fixed
        and all(
            list(against(problem, {**place, session.id: Assignment(session.id, *cell)}, Assignment(session.id, *cell)))
            for cell in cells
        )
    }
    assert {entry.session for entry in outside(problem, grid)} - fixed == stuck


def test_every_hard_rule_is_a_reason() -> None:
    assert {rule.value for rule in RuleKind} - {"unknown", "twice", "seats"} <= {why.value for why in Why}


def test_a_new_rule_about_a_slot_and_a_room_holds_where_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_late_in_the_attic(
        problem: Problem, session: Session, run: rules.Run, room: MeetingRoom
    ) -> Iterator[Violation]:
        if (run[0], room.id) == ("late", "attic"):
            yield Violation(rule=RuleKind.CLOSED, session=session.id)

    problem = Problem(
        slots=(TimeSlot("early"), TimeSlot("late")),
        rooms=(MeetingRoom("hall", 10), MeetingRoom("attic", 10)),
        sessions=(Session(id="s"),),
        people=(),
    )
    assert allowed_rooms(problem, problem.sessions[0]) == [0b11, 0b11]
    monkeypatch.setattr(rules, "CELL_RULES", (*CELL_RULES, CellRule(RuleKind.CLOSED, of_cell=not_late_in_the_attic)))
    assert allowed_rooms(problem, problem.sessions[0]) == [0b11, 0b01]
