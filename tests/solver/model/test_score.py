"""The score: agrees with the judge and with a second opinion on any grid, valid or not."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver import Assignment, RuleKind, Usual, Violation, parse, score, violations
from solver.model.score import usual
from tests.world import oracle
from tests.world.judge import judge
from tests.world.problems import problems


def any_grid(draw: st.DrawFn, data: dict[str, Any]) -> list[Assignment]:
    """Draw a grid without regard to the rules, but with each session at most once."""
    slots, rooms = [slot["id"] for slot in data["slots"]], [room["id"] for room in data["rooms"]]
    if not slots or not rooms:
        return []
    placed = [session["id"] for session in data["sessions"] if draw(st.booleans())]
    return [Assignment(s, draw(st.sampled_from(slots)), draw(st.sampled_from(rooms))) for s in placed]


@st.composite
def grids(draw: st.DrawFn) -> tuple[dict[str, Any], list[Assignment]]:
    """Draw a problem and a grid for it."""
    data = draw(problems())
    return data, any_grid(draw, data)


@given(grids())
def test_score_any_grid(case: tuple[dict[str, Any], list[Assignment]]) -> None:
    data, placements = case
    problem = parse(data)
    figures = score(problem, placements)
    grid = {p.session: (p.slot, p.room) for p in placements}
    assert (violations(problem, placements) == []) == oracle.allowed(data, grid)
    if oracle.allowed(data, grid):
        assert figures.total == pytest.approx(float(oracle.total(data, grid)), abs=1e-9)
    verdict = judge(data, [p.to_json() for p in placements])
    if verdict is not None and verdict["valid"]:
        assert verdict["valid"] == (violations(problem, placements) == [])
        assert verdict["total"] == pytest.approx(figures.total, abs=1e-6)
        assert (verdict["kept"], verdict["left_out"], verdict["wishes"]) == (
            figures.kept,
            figures.left_out,
            figures.wishes,
        )


def test_score_host_who_wants_more() -> None:
    data: dict[str, Any] = {
        "format": "twofeet-problem/1",
        "slots": [{"id": "t1"}],
        "rooms": [{"id": "r1", "capacity": 1}, {"id": "r2", "capacity": 0}],
        "sessions": [{"id": "own", "hosts": ["p"]}, {"id": "other"}],
        "people": [{"id": "p", "wants": {"other": 3}}, {"id": "q", "wants": {"own": 1, "other": 1}}],
    }
    figures = score(parse(data), [Assignment("own", "t1", "r1"), Assignment("other", "t1", "r2")])
    assert (figures.kept, figures.wishes, figures.harmony, figures.turned_away) == (2, 4, 4.0, 1.0)


def test_violations_each_rule() -> None:
    data: dict[str, Any] = {
        "format": "twofeet-problem/1",
        "slots": [{"id": "t1"}, {"id": "t2"}],
        "rooms": [{"id": "r1", "closed": ["t2"]}, {"id": "r2", "features": ["screen"]}],
        "sessions": [
            {"id": "a", "hosts": ["p"], "needs": ["screen"], "slots": ["t2"]},
            {"id": "b", "hosts": ["p"], "pin": {"room": "r2"}},
        ],
        "people": [{"id": "p", "absent": ["t1"]}],
    }
    broken = violations(parse(data), [Assignment("a", "t1", "r1"), Assignment("b", "t1", "r1")])
    assert broken == [
        Violation(rule=RuleKind.TAKEN, session="a", other="b", slot="t1"),
        Violation(rule=RuleKind.HOST_TWICE, session="a", other="b", person="p"),
        Violation(rule=RuleKind.NEEDS, session="a", need="screen"),
        Violation(rule=RuleKind.SLOTS, session="a", slot="t1"),
        Violation(rule=RuleKind.HOST_ABSENT, session="a", person="p", slot="t1"),
        Violation(rule=RuleKind.TAKEN, session="b", other="a", slot="t1"),
        Violation(rule=RuleKind.HOST_TWICE, session="b", other="a", person="p"),
        Violation(rule=RuleKind.HOST_ABSENT, session="b", person="p", slot="t1"),
        Violation(rule=RuleKind.PIN, session="b"),
    ]


def test_solver_imported_without_its_engines() -> None:
    check = "import sys, solver; print(sorted({'ortools', 'numba', 'numpy'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"


@pytest.mark.parametrize(
    ("people", "away", "kept", "of"),
    [
        ([(4, 5)] * 6 + [(1, 5)] * 5, 0.0, 4, 5),
        ([(4, 5)] * 6 + [(1, 5)] * 6, 0.0, 1, 5),  # half is not most
        ([(4, 5)] * 8 + [(1, 5)] * 4, 1.2, 1, 5),  # two may be among the eight
        ([(4, 5)] * 9 + [(1, 5)] * 4, 1.2, 4, 5),
        ([(3, 3)] * 9 + [(4, 5)] * 9 + [(2, 2)] * 3, 0.0, 3, 3),
        ([(0, 5)] * 5, 0.0, 0, 5),
        ([(0, 0)] * 5, 0.0, 0, 0),
    ],
)
def test_what_most_people_get_holds_whoever_finds_no_seat(
    people: list[tuple[int, int]], away: float, kept: int, of: int
) -> None:
    assert usual(people, away) == Usual(kept, of)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 6)).map(lambda it: (min(it), it[1])), min_size=1))
def test_most_people_get_at_least_the_share_that_is_told_and_no_greater_one(people: list[tuple[int, int]]) -> None:
    told = usual(people, 0.0)
    reach = [sum(keeps * told.of >= kept * could for keeps, could in people) for kept in (told.kept, told.kept + 1)]
    assert reach[0] * 2 > len(people)
    assert told.kept == told.of or reach[1] * 2 <= len(people)


@pytest.mark.parametrize("stands, possible, told", [([], 2, Usual(2, 2)), ([("talk", "past")], 3, Usual(2, 3))])
def test_nobody_is_told_of_what_they_missed_in_slots_that_went_by_empty(
    stands: list[tuple[str, str]], possible: int, told: Usual
) -> None:
    problem = parse(
        {
            "format": "twofeet-problem/1",
            "slots": [{"id": "past", "frozen": True}, {"id": "a"}, {"id": "b"}],
            "rooms": [{"id": "hall", "capacity": 50}],
            "sessions": [{"id": it} for it in ("one", "two", "talk")],
            "people": [{"id": "ada", "wants": {"one": 1, "two": 2, "talk": 1}}],
            "previous": [{"session": session, "slot": slot, "room": "hall"} for session, slot in stands],
        }
    )
    grid = [Assignment("one", "a", "hall"), Assignment("two", "b", "hall")]
    found = score(problem, grid)
    assert (found.attainable, found.possible, found.usual) == (3, possible, told)
