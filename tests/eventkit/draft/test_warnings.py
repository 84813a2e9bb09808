"""What may be unwise about a grid: told in words and order, counted only where counts may be seen."""

import pytest

import solver
from eventkit.building import problems
from eventkit.clock import now
from eventkit.draft import warnings
from eventkit.draft.drafts import names_of
from eventkit.event.roles import at_the_machine
from eventkit.grid import closures, versions
from eventkit.grid.versions import Grid, Spot
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Pitch
from solver import RuleKind
from tests.world.builders import a_person
from tests.world.days import host, votes
from tests.world.published import Day, a_published_day


@pytest.fixture
def day(database: Database) -> Day:
    return a_published_day(database, placed=0, pitches=4)


def problem_of(database: Database, day: Day) -> solver.Problem:
    with database.reading() as tx:
        event = tx.get_one(Event, day.event.id)
        return problems.problem(tx, event, versions.draft(tx, event), now())


def told(
    database: Database, day: Day, grid: Grid, heads: int = 10, counts: bool = True
) -> list[tuple[RuleKind | None, str]]:
    problem = problem_of(database, day)
    with database.reading() as tx:
        names = names_of(tx, tx.get_one(Event, day.event.id))
    found = warnings.warnings(problem, grid, names, dict.fromkeys(grid, heads), counts)
    return [(it.rule, it.text) for it in found]


def spot(day: Day, number: int) -> Spot:
    return Spot(*day.cells[number])


def test_grid_without_clashes_has_no_warning(database: Database, day: Day) -> None:
    assert told(database, day, {pitch.id: spot(day, n) for n, pitch in enumerate(day.pitches)}) == []


def test_too_few_seats_are_counted_only_for_who_may_see_counts(database: Database, day: Day) -> None:
    grid = {day.pitches[0].id: spot(day, 2)}  # the studio has 30
    assert told(database, day, grid, heads=31) == [(RuleKind.SEATS, "31 people want it; Studio has 30 seats.")]
    assert told(database, day, grid, heads=31, counts=False) == [
        (RuleKind.SEATS, "More people want it than there are seats; Studio has 30.")
    ]
    assert told(database, day, grid, heads=30) == []


def test_need_that_the_room_lacks_is_named(database: Database, day: Day) -> None:
    def need(tx: Transaction) -> None:
        tx.get_one(Pitch, day.pitches[0].id).needs = ["step-free", "projector"]

    database.write(need)
    assert told(database, day, {day.pitches[0].id: spot(day, 1)}) == [
        (RuleKind.NEEDS, "It needs projector, which Library lacks.")
    ]


def test_host_twice_at_once_is_said_of_the_later_room(database: Database, day: Day) -> None:
    host(database, a_person(database, day.event), *day.pitches[:3])
    grid = {day.pitches[0].id: spot(day, 0), day.pitches[1].id: spot(day, 1), day.pitches[2].id: spot(day, 3)}
    assert told(database, day, grid) == [(RuleKind.HOST_TWICE, "Its host holds ‘Pitch 1’ at the same time.")]


def test_closed_room_is_said(database: Database, day: Day) -> None:
    room, slot = day.rooms[1].id, day.slots[0].id
    database.write(lambda tx: closures.close_room(tx, at_the_machine(tx.get_one(Event, day.event.id)), room, {slot}))
    assert told(database, day, {day.pitches[0].id: spot(day, 1)}) == [(RuleKind.CLOSED, "Library is closed then.")]


def test_clash_that_two_people_have_is_not_told_and_that_of_three_is(database: Database, day: Day) -> None:
    one, two = day.pitches[:2]
    grid = {one.id: spot(day, 0), two.id: spot(day, 1)}
    for number in range(1, 4):
        votes(database, a_person(database, day.event), [(one, 1), (two, 2)])
        found = warnings.clashes(problem_of(database, day), grid)
        assert found == ({one.id: [(two.id, 3)], two.id: [(one.id, 3)]} if number == 3 else {})
