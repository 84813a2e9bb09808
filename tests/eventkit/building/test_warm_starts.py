"""A build that only forbids more than the one before starts from its grid and its bound; any other from nothing."""

from typing import Any

import pytest
from sqlmodel import select

import solver
from eventkit.building import builds
from eventkit.building.builds import Claim
from eventkit.building.warm_starts import WarmStart, warm_start
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Build, Room, Study
from tests.world.building import BuildableEvent


@pytest.fixture
def event(database: Database) -> BuildableEvent:
    """One build has ended with a grid."""
    event = BuildableEvent(database)
    event.start()
    held = event.claim()
    problem = problem_now(event)
    database.write(lambda tx: keep_problem(tx, problem))
    event.find(held, 10.0)
    event.finish(held)
    event.start()
    return event


def keep_problem(tx: Transaction, problem: dict[str, Any]) -> None:
    tx.scalars(select(Build)).one().problem = problem


def problem_now(event: BuildableEvent) -> dict[str, Any]:
    """What the newest build is to solve as things stand."""
    build = event.build
    held = Claim(build.id, build.event_id, build.number, build.fence)
    return event.database.write(lambda tx: builds.order(tx, held)[0])


def start_of(event: BuildableEvent) -> WarmStart:
    build_id, problem = event.build.id, problem_now(event)
    return event.database.write(lambda tx: warm_start(tx, build_id, problem))


def set_bound(tx: Transaction) -> None:
    tx.scalars(select(Study)).one().bound = 12.5


def test_same_problem_again_starts_from_the_grid_and_the_bound(event: BuildableEvent) -> None:
    assert start_of(event) == WarmStart(event.answer(10.0).grid, None)
    event.database.write(set_bound)
    assert start_of(event) == WarmStart(event.answer(10.0).grid, (1, 12.5))


def test_room_that_is_closed_since_changes_no_bound(event: BuildableEvent) -> None:
    data = problem_now(event)
    data["rooms"][0]["closed"] = [data["slots"][0]["id"]]
    event.database.write(set_bound)
    build_id = event.build.id
    found = event.database.write(lambda tx: warm_start(tx, build_id, data))
    assert found.bound == (1, 12.5)


def test_more_seats_make_it_another_problem(event: BuildableEvent) -> None:
    def widen(tx: Transaction) -> None:
        tx.get_one(Room, event.rooms[0].id).capacity += 10

    event.database.write(widen)
    assert start_of(event) == WarmStart()


def test_first_build_starts_from_nothing(database: Database) -> None:
    event = BuildableEvent(database)
    event.start()
    assert start_of(event) == WarmStart()
    assert solver.parse(problem_now(event)).rooms
