"""Reading problems: what comes in goes out again, and a refusal names its place and the id at fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from solver import Problem, ProblemError, parse, unparse
from tests.world.problems import problems


def day(**change: Any) -> dict[str, Any]:
    """A small day that is in order, with some keys changed."""
    base: dict[str, Any] = {
        "format": "twofeet-problem/1",
        "slots": [{"id": "t1"}, {"id": "t2", "frozen": True}],
        "rooms": [{"id": "r1", "capacity": 10}],
        "sessions": [{"id": "s1"}, {"id": "s2"}],
        "people": [{"id": "p1", "wants": {"s1": 1}}],
    }
    return base | change


@given(problems())
def test_problem_written_and_read_again(data: dict[str, Any]) -> None:
    problem = parse(data)
    assert parse(json.loads(json.dumps(unparse(problem)))) == problem


def test_problem_with_nothing_but_its_format() -> None:
    assert parse({"format": "twofeet-problem/1"}) == Problem()


def test_problem_with_null_lists() -> None:
    data = day(previous=None, weights=None, people=[{"id": "p1", "wants": None, "absent": None}])
    assert parse(data) == parse(day(people=[{"id": "p1"}]))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "problem: [] is not an object"),
        ({}, "format: None is not 'twofeet-problem/1'"),
        (day(slots={}), "slots: {} is not a list"),
        (day(slots=["t1"]), "slots[0]: 't1' is not an object"),
        (day(slots=[{"id": "t1"}, {"id": "t1"}]), "slots[1].id: 't1' is used twice"),
        (day(slots=[{"id": "t1", "frozen": "no"}]), "slots[0].frozen: 'no' is neither true nor false"),
        (day(rooms=[{"id": "r1", "capacity": -1}]), "rooms[0].capacity: -1 is not a number of 0 or more"),
        (day(rooms=[{"id": "r1", "closed": ["t9"]}]), "rooms[0].closed: no slot 't9'"),
        (day(sessions=[{"id": 3}]), "sessions[0].id: 3 is not a string"),
        (day(sessions=[{"id": "s1", "needs": "projector"}]), "sessions[0].needs: 'projector' is not a list"),
        (day(sessions=[{"id": "s1", "hosts": ["p1", "p1"]}]), "sessions[0].hosts: 'p1' is listed twice"),
        (day(sessions=[{"id": "s1", "slots": ["t9"]}]), "sessions[0].slots: no slot 't9'"),
        (day(sessions=[{"id": "s1", "pin": {"slot": "t9"}}]), "sessions[0].pin.slot: no slot 't9'"),
        (day(sessions=[{"id": "s1", "pin": {"room": None}}]), "sessions[0].pin.room: None is not a string"),
        (day(sessions=[{"id": "s1", "crowd": True}]), "sessions[0].crowd: True is not a number of 0 or more"),
        (day(people=[{"id": "p1", "wants": {"s9": 1}}]), "people[0].wants: no session 's9'"),
        (day(people=[{"id": "p1", "wants": {"s1": 4}}]), "people[0].wants: strength 4 for 's1' is not 1, 2 or 3"),
        (day(people=[{"id": "p1", "absent": ["x"]}]), "people[0].absent: no slot 'x'"),
        (day(weights={"moved": float("nan")}), "weights.moved: nan is not a number of 0 or more"),
        (day(weights={"fairness": "equal"}), "weights.fairness: 'equal' is neither 'harmonic' nor 'linear'"),
        (
            day(
                previous=[{"session": "s1", "slot": "t1", "room": "r1"}, {"session": "s1", "slot": "t1", "room": "r1"}]
            ),
            "previous[1].session: 's1' is placed twice",
        ),
        (
            day(previous=[{"session": "s1", "slot": "t2", "room": "r9"}]),
            "previous[0].room: no room 'r9', and slot 't2' is frozen",
        ),
        (
            day(
                previous=[{"session": "s1", "slot": "t2", "room": "r1"}, {"session": "s2", "slot": "t2", "room": "r1"}]
            ),
            "previous[1]: frozen cell 't2', 'r1' holds 's1' and 's2'",
        ),
    ],
)
def test_problem_that_breaks_the_format(data: object, message: str) -> None:
    with pytest.raises(ProblemError) as refusal:
        parse(data)
    assert str(refusal.value) == message
