"""The walk among longer sessions keeps its books: its grid is valid, and its total what the score says."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from solver import Problem, parse, score, violations
from solver.model.index import Index, index
from solver.search.anneal import as_arrays, walks_of
from solver.search.construct import start
from solver.search.walks import Standing
from tests.world.random_days import random_day
from tests.world.tiny import problems


def cells_of(standing: Standing) -> list[tuple[int, int] | None]:
    return [
        None if room < 0 else (slot, room)
        for slot, room in zip(standing.slots.tolist(), standing.rooms.tolist(), strict=True)
    ]


def blind_spot(view: Index, standing: Standing) -> float:
    """What the walk does not count: previous cells of sessions that are gone."""
    grid = view.grid(cells_of(standing))
    assert violations(view.problem, grid) == []
    return standing.total - score(view.problem, grid).total


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(problems(sequences=True))
def test_walk_on_tiny_days_counts_as_the_score_does(problem: Problem) -> None:
    view = index(problem)
    if problem.plain:
        return
    (walk,) = walks_of(view, 1, 1)
    walk.go_to(*as_arrays(view, start(view).where))
    blind = blind_spot(view, walk.standing())
    walk.run(300, 3.0, 0.5)
    assert blind_spot(view, walk.standing()) == pytest.approx(blind, abs=1e-6)
    assert blind_spot(view, walk.best()) == pytest.approx(blind, abs=1e-6)
    assert not walk.standing().beats(walk.best())


@pytest.mark.parametrize("seed", range(4))
def test_walk_on_a_camp_counts_as_the_score_does(seed: int) -> None:
    data = random_day(seed, 120, 24, 5, 6, workshops=0.3, series=0.3, crowds=0.3, weights={"moved": 0.5})
    data["previous"] = [{"session": f"s{i}", "slot": f"t{i % 5}", "room": f"r{i % 6}"} for i in range(12)]
    view = index(parse(data))
    (walk,) = walks_of(view, 1, seed)
    walk.go_to(*as_arrays(view, start(view).where))
    before = walk.best()
    walk.losses()
    walk.run(4000, 2.0, 0.1)
    assert blind_spot(view, walk.standing()) == pytest.approx(0.0, abs=1e-6)
    assert blind_spot(view, walk.best()) == pytest.approx(0.0, abs=1e-6)
    assert walk.best().beats(before)


def test_short_sessions_beside_the_end_of_a_longer_one_have_rooms_by_demand() -> None:
    moments = [f"2026-06-26T{hour}:00:00+00:00" for hour in (10, 11, 12)]
    data = {
        "format": "twofeet-problem/1",
        "slots": [
            {"id": "t0", "start": moments[0], "end": moments[1]},
            {"id": "t1", "start": moments[1], "end": moments[2], "follows": "t0"},
        ],
        "rooms": [{"id": "r0", "capacity": 10}, {"id": "r1", "capacity": 5}, {"id": "r2", "capacity": 1}],
        "sessions": [{"id": "long", "length": 2}, {"id": "many"}, {"id": "few"}],
        "people": [{"id": f"p{i}", "wants": {"few" if i == 0 else "many": 1}} for i in range(8)],
    }
    view = index(parse(data))
    (walk,) = walks_of(view, 1, 1)
    walk.go_to(*as_arrays(view, [(0, 1), (1, 2), (1, 0)]))
    assert walk.standing().rooms.tolist()[:2] == [1, 0]
    assert blind_spot(view, walk.standing()) == pytest.approx(0.0, abs=1e-6)
    assert walk.standing().total == pytest.approx(8.0)
