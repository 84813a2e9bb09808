"""What a move would cost: exactly the difference that making it makes."""

import random
from dataclasses import replace
from typing import Any

import pytest

import solver
from eventkit.building import problems
from eventkit.draft import costs
from eventkit.grid.versions import Grid, Spot
from eventkit.storage.tables import Pitch


def a_day(seed: int) -> tuple[solver.Problem, Grid]:
    """Twelve sessions in four slots and three rooms, eleven of them placed, and thirty people who want some of them."""
    rng = random.Random(seed)
    slots = tuple(solver.TimeSlot(str(n)) for n in range(1, 5))
    flat = frozenset({"step-free"})
    rooms = (solver.MeetingRoom("1", 40, flat), solver.MeetingRoom("2", 9, flat), solver.MeetingRoom("3", 5))
    needs = {3: flat}
    sessions = tuple(
        solver.Session(
            id=str(n), hosts=(f"{n % 7}",), needs=needs.get(n, frozenset()), topic=rng.choice(["a", "b", None])
        )
        for n in range(1, 13)
    )
    people = tuple(
        solver.Attendee(str(n), {str(s): rng.choice([1, 3]) for s in rng.sample(range(1, 13), 4)}) for n in range(30)
    )
    cells = [(slot, room) for slot in range(1, 5) for room in range(1, 4)]
    rng.shuffle(cells)
    return solver.Problem(slots, rooms, sessions, people), {n: Spot(*cell) for n, cell in enumerate(cells[:11], 1)}


def total(problem: solver.Problem, grid: Grid) -> float:
    return solver.score(problem, problems.placements({pitch: spot[:2] for pitch, spot in grid.items()})).total


def moved(grid: Grid, pitch: int, cell: tuple[int, int]) -> Grid:
    """The grid after versions.move(): whoever stands in the cell changes places or goes off."""
    after = dict(grid)
    came_from = after.pop(pitch, None)
    for other, spot in grid.items():
        if other != pitch and spot[:2] == cell:
            del after[other]
            if came_from is not None:
                after[other] = came_from
    return {**after, pitch: Spot(*cell)}


def test_cost_of_every_move_is_the_difference_that_it_makes() -> None:
    for seed in range(5):
        problem, grid = a_day(seed)
        before = total(problem, grid)
        for pitch in (1, 5, 12):
            found = costs.of_moves(costs.explainer(problem, grid), grid, pitch).cells
            assert len(found) == 12 - (pitch in grid)
            for cell, cost in found.items():
                assert abs(cost.total - (total(problem, moved(grid, pitch, cell)) - before)) < 1e-6


def test_cost_names_the_rule_that_speaks_against_a_cell() -> None:
    problem, _ = a_day(1)
    grid = {3: Spot(1, 1), 7: Spot(2, 1), 10: Spot(2, 2)}  # 3 and 10 have the same host; 3 must be step-free
    found = costs.of_moves(costs.explainer(problem, grid), grid, 3).cells
    assert found[1, 3].text.startswith("No step-free there")
    assert found[2, 3].text.startswith("Its host is busy then, no step-free there")
    assert [found[cell].hard for cell in ((1, 2), (1, 3), (2, 3), (3, 1))] == [False, True, True, False]


def test_cost_that_is_about_one_or_two_people_is_little_difference() -> None:
    unsaid: dict[str, Any] = {"harmony": 0.0, "moved": 0.0, "topic": 0, "better": (), "warnings": ()}
    effect = solver.Effect(total=-3.0, kept=-2, left_out=1, turned_away=2.2, **unsaid)
    assert (costs._cost(effect).verdict, costs._cost(effect).text) == ("same", "Little difference")
    more = replace(effect, kept=-3, left_out=12)
    assert (costs._cost(more).verdict, costs._cost(more).text) == ("worse", "3 fewer wishes kept, 12 more left out")


def test_cost_says_what_decides_where_all_that_is_counted_says_the_opposite() -> None:
    unsaid: dict[str, Any] = {"moved": 0.0, "topic": 0, "left_out": 0, "turned_away": 0.0, "better": (), "warnings": ()}
    terms = {solver.Term.HARMONY: -1.0, solver.Term.TOPIC: -2.0}
    worse = solver.Effect(total=-3.0, kept=3, harmony=-1.0, terms=terms, **unsaid)
    assert costs._cost(worse).told == "Worse: 3 more wishes kept, but another session on its topic is on"
    terms = {solver.Term.HARMONY: 4.0, solver.Term.TOPIC: -1.0}
    better = replace(worse, total=3.0, kept=-3, terms=terms)
    assert costs._cost(better).told == "Better: 3 fewer wishes kept, but those that are gained matter more"
    assert costs._cost(replace(better, kept=3)).told == "Better: 3 more wishes kept"


def test_cost_leaves_out_the_wishes_of_whoever_holds_a_session() -> None:
    problem, grid = a_day(2)
    for host in ("1", "3"):
        wishes = {"2": 3, "5": 3, "9": 1}
        people = (*problem.people[10:], solver.Attendee(host, {}))
        other = (*problem.people[10:], solver.Attendee(host, wishes))
        found = [
            costs.of_moves(
                costs.explainer(problems.without_hosts_wishes(replace(problem, people=them)), grid), grid, int(host)
            )
            for them in (people, other)
        ]
        assert found[0] == found[1]


def test_what_speaks_against_a_slot_names_whom_many_want_as_well_and_never_one_or_two_people() -> None:
    slots = tuple(solver.TimeSlot(str(n)) for n in (1, 2))
    rooms = (solver.MeetingRoom("1", 40), solver.MeetingRoom("2", 40))
    sessions = (solver.Session(id="1"), solver.Session(id="2", slots=frozenset({"2"})))
    grid = {1: Spot(1, 1), 2: Spot(2, 1)}
    titles = {1: "Bins", 2: "Open data"}
    named = {number: Pitch(title=title) for number, title in titles.items()}  # type: ignore[call-arg]
    for people, words in ((2, "Little difference"), (14, "14 people want both it and ‘Open data’")):
        wishes = tuple(solver.Attendee(f"x{n}", {"1": 1, "2": 1}) for n in range(people))
        weigher = costs.explainer(solver.Problem(slots, rooms, sessions, wishes), grid)
        assert costs.of_moves(weigher, grid, 1, named).slots == [(2, words)]


def test_cost_is_not_told_where_it_would_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, grid = a_day(1)
    weighed = len(problem.people) * len(problem.slots) * len(problem.rooms)
    for most, told in ((weighed, True), (weighed - 1, False)):
        monkeypatch.setattr(costs, "MOST_WEIGHED", most)
        assert bool(costs.of_moves(costs.explainer(problem, grid), grid, 1).cells) == told
