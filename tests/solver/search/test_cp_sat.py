"""The CP-SAT model: as many sessions as can be placed, by the same hard rules as the judge's."""

from __future__ import annotations

from threading import Event
from typing import Any

from hypothesis import given, settings

from solver import parse, violations
from solver.model.index import index
from solver.search.cp_sat import ceiling, most_placed
from tests.world import oracle
from tests.world.problems import problems


@settings(max_examples=25)
@given(problems(sessions=3, slots=2, rooms=2, people=3))
def test_most_placed_against_every_grid(data: dict[str, Any]) -> None:
    view = index(parse(data))
    cells = most_placed(view, [None] * len(view.session_ids), 10, Event())
    grid = view.grid(cells)
    assert violations(view.problem, grid) == []
    assert len(grid) == oracle.best(data)[0] <= ceiling(view)
