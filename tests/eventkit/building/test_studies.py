"""Studies: one holder at a time, builds go first, a zombie changes nothing, only news is told."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from eventkit.building import builds, incumbents, leases, studies
from eventkit.building.leases import Lost
from eventkit.storage.db import Database
from eventkit.storage.tables import Study
from tests.world.at_once import at_once
from tests.world.building import StudiedEvent

HELP = [{"kind": "new-room", "session": "1", "slot": "1", "room": None, "detail": None, "kept": 23}]


@pytest.fixture
def desk(database: Database) -> StudiedEvent:
    return StudiedEvent(database)


@pytest.mark.parametrize(
    ("end", "number"),
    [
        (lambda desk, held: desk.finish(held), 1),
        (lambda desk, held: desk.adopt(), 1),
        (lambda desk, held: desk.finish(held, "It broke."), 0),
    ],
)
def test_build_that_ends_with_a_grid_asks_for_its_study(
    desk: StudiedEvent, end: Callable[..., None], number: int
) -> None:
    desk.start()
    held = desk.claim()
    desk.find(held)
    assert desk.study_if_any() is None
    end(desk, held)
    assert len(desk.database.write(lambda tx: tx.scalars(select(Study)).all())) == number
    assert desk.waits() == bool(number)


def test_build_that_ends_without_a_grid_asks_for_none(desk: StudiedEvent) -> None:
    desk.start()
    desk.finish(desk.claim())
    assert (desk.study_if_any(), desk.waits(), desk.may_take()) == (None, False, None)


def test_build_given_back_with_a_grid_and_then_stopped_is_studied(desk: StudiedEvent) -> None:
    desk.start()
    held = desk.claim()
    desk.find(held)
    desk.database.write(lambda tx: builds.give_back(tx, held))
    desk.stop()
    assert desk.waits()


def test_workers_that_claim_at_once_never_hold_the_same_study(desk: StudiedEvent) -> None:
    desk.build_once()
    claims = at_once([lambda n=n: desk.may_take(f"worker {n}") for n in range(6)])
    assert [held.fence for held in claims if held is not None] == [1]
    assert not desk.waits()


def test_order_is_the_build_with_its_best_grid_and_what_is_left(desk: StudiedEvent) -> None:
    desk.build_once()
    held = desk.take()
    desk.keep(held, 20.0, bound=11.0)
    with desk.database.reading() as tx:
        order = studies.order(tx, held)
    answer = desk.answer(10.0)
    assert order == {
        "problem": {},
        "grid": [placement.to_json() for placement in answer.grid],
        "placed": 1,
        "total": 10.0,
        "bound": 11.0,
        "seconds": 100.0,
        "help": True,
    }
    desk.keep(held, 21.0, bound=10.0, help=HELP)
    with desk.database.reading() as tx:
        order = studies.order(tx, held)
    assert (order["seconds"], order["help"]) == (0.0, False), "nothing is left to prove or to find"


def test_study_is_not_begun_while_a_build_waits_or_runs_at_any_event(desk: StudiedEvent, database: Database) -> None:
    desk.build_once()
    other = StudiedEvent(database)
    other.start()
    assert (desk.waits(), desk.may_take()) == (False, None)
    held = other.claim()
    assert (desk.waits(), desk.may_take()) == (False, None)
    other.finish(held)
    assert desk.waits()


def test_study_gives_way_to_a_build_and_is_taken_up_with_the_seconds_that_are_left(
    desk: StudiedEvent, database: Database
) -> None:
    desk.build_once()
    held = desk.take()
    with database.reading() as tx:
        assert studies.goes_on(tx, held)
    other = StudiedEvent(database)
    other.start()
    with database.reading() as tx:
        assert not studies.goes_on(tx, held)
    desk.give_back(held, 7.0)
    other.finish(other.claim())
    again = desk.take("b")
    assert (again.fence, again.spent) == (2, 7.0)


def test_zombie_can_write_nothing(desk: StudiedEvent) -> None:
    desk.build_once()
    zombie = desk.take("a")
    desk.keep(zombie, bound=11.5)
    desk.lose()
    heir = desk.take("b")
    with pytest.raises(Lost):
        desk.keep(zombie, bound=0.0, help=HELP)
    with pytest.raises(Lost):
        desk.give_back(zombie)
    with desk.database.reading() as tx:
        assert (studies.goes_on(tx, zombie), studies.goes_on(tx, heir)) == (False, True)
    desk.keep(heir, bound=11.0)
    assert (desk.study.bound, desk.study.help, desk.study.worker) == (11.0, None, "b")


def test_study_that_ended_takes_nothing_more(desk: StudiedEvent) -> None:
    desk.build_once()
    held = desk.take()
    desk.keep(held, ended=True, help=HELP)
    with pytest.raises(Lost):
        desk.keep(held, bound=10.5)
    assert (desk.waits(), desk.study.help) == (False, HELP)


def test_newer_build_ends_the_study_of_an_older_one(desk: StudiedEvent) -> None:
    desk.build_once()
    old = desk.take()
    desk.build_once()
    with pytest.raises(Lost):
        desk.keep(old, bound=10.5)
    held = desk.take()
    assert held.number == 2


def test_study_that_kills_every_worker_ends(desk: StudiedEvent) -> None:
    desk.build_once()
    for _ in range(leases.MOST_CLAIMS):
        assert desk.take()
        desk.lose()
    assert desk.may_take() is None
    assert desk.study.ended_at is not None


def test_only_progress_worth_telling_is_told(desk: StudiedEvent) -> None:
    desk.build_once(10.0, bound=12.0)
    held, before = desk.take(), desk.told()
    desk.keep(held, bound=12.5)
    desk.keep(held, bound=11.995)
    assert (desk.study.bound, desk.told() - before) == (None, 0)
    desk.keep(held, bound=11.0)
    desk.keep(held, bound=11.0, help=HELP)
    desk.keep(held, bound=11.0, help=HELP)
    assert (desk.study.bound, desk.told() - before) == (11.0, 2)
    desk.keep(held, bound=10.999, help=HELP, ended=True)
    assert (desk.study.bound, desk.told() - before) == (10.999, 3)


def test_tightened_answer_has_the_least_bound(desk: StudiedEvent) -> None:
    desk.build_once(10.0, bound=None)
    answer = desk.answer(10.0)
    assert incumbents.tightened(answer, None).bound is None
    held = desk.take()
    assert incumbents.tightened(answer, desk.study.bound).bound is None
    desk.keep(held, bound=11.0)
    assert incumbents.tightened(answer, desk.study.bound).bound == 11.0
    assert incumbents.tightened(desk.answer(10.0, bound=10.5), desk.study.bound).bound == 10.5
