"""The worker after a build, with the real solver: it studies the grid, gives way at once, and goes on later."""

import os
import signal
import threading
from collections.abc import Callable, Iterator

import pytest

import solver
from eventkit.building import builds, incumbents, studies
from eventkit.processes.afterwards import Afterwards
from eventkit.processes.child import Child
from eventkit.processes.worker import Loop
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import BuildState, Study
from tests.world.builders import a_person, an_event
from tests.world.building import StudiedEvent
from tests.world.days import some_pitches, votes


class Crowded(StudiedEvent):
    """Two slots, one room and three pitches, and a few people who want only the third: another room helps."""

    def __init__(self, database: Database):
        self.database = database
        event = an_event(database, rooms="Hall, 20", slots="10:00-10:45\n11:00-11:45")[0]
        self.id = event.id
        self.pitches = some_pitches(database, event, 3)
        for n in range(11):
            wanted = self.pitches[:2] if n < 8 else self.pitches[2:]
            votes(database, a_person(database, event), [(pitch, 1) for pitch in wanted])


@pytest.fixture
def camp(database: Database) -> Crowded:
    return Crowded(database)


@pytest.fixture
def loop(database: Database) -> Iterator[Loop]:
    """A worker that looks when it is told to; its children end with the test."""
    loop = Loop(database)
    yield loop
    loop._afterwards.give_way()
    loop._give_all_back()


def until(loop: Loop | Afterwards, condition: Callable[[], bool]) -> None:
    """Let the worker look again and again until it is so."""
    pause = threading.Event()
    for _ in range(1200):
        loop.round()
        if condition():
            return
        pause.wait(0.05)
    raise AssertionError("it never came to that")


def child_of(loop: Loop) -> Child:
    """The process of the study that the worker is at."""
    study = loop._afterwards._study
    assert study is not None
    return study.child


def built(camp: Crowded) -> None:
    """A build that has ended with a grid, and was done by no worker."""
    camp.start()
    held = camp.claim()
    with camp.database.reading() as tx:
        problem, version = builds.order(tx, held)
    *_, last = solver.solve(solver.parse(problem), iterations=100, workers=1)

    def end(tx: Transaction) -> None:
        builds.remember_order(tx, held, problem, version)
        builds.add_incumbent(tx, held, last)
        builds.finish(tx, held)

    camp.database.write(end)


def test_build_that_ended_is_studied_once(camp: Crowded, loop: Loop) -> None:
    camp.start(seconds=1)
    until(loop, lambda: camp.build.state is BuildState.DONE)
    until(loop, lambda: camp.study.ended_at is not None)
    study, build = camp.study, camp.build
    with camp.database.reading() as tx:
        newest = incumbents.newest(tx, build.id)
        assert newest is not None
        best = incumbents.tightened(newest, study.bound)
    assert best.bound == pytest.approx(best.total)
    assert {(it["kind"], it["kept"]) for it in study.help or ()} == {("new-room", 3)}
    assert not camp.waits()


def test_study_gives_way_at_once_to_a_build_of_the_same_worker(camp: Crowded, loop: Loop) -> None:
    built(camp)
    until(loop, lambda: loop._afterwards._study is not None)
    child = child_of(loop)
    Crowded(camp.database).start()
    loop.round()
    assert (loop._afterwards._study, child.code, len(loop._jobs)) == (None, -signal.SIGKILL, 1)


def test_study_gives_way_to_a_build_of_another_worker_and_goes_on_after_it(camp: Crowded, loop: Loop) -> None:
    built(camp)
    until(loop, lambda: loop._afterwards._study is not None)
    other = Crowded(camp.database)
    other.start()
    held = other.claim("another")
    loop.round()
    assert (loop._afterwards._study, camp.study.lease_until) == (None, 0.0)
    loop.round()
    assert loop._afterwards._study is None
    other.finish(held)
    until(loop, lambda: loop._afterwards._study is not None)
    assert (camp.study.fence, camp.study.spent > 0) == (2, True)


def test_study_whose_child_is_killed_ends_with_what_it_had_found_by_then(camp: Crowded, loop: Loop) -> None:
    built(camp)
    until(loop, lambda: loop._afterwards._study is not None)
    os.kill(child_of(loop).pid, signal.SIGKILL)
    until(loop, lambda: camp.study.ended_at is not None)
    until(loop, lambda: loop._afterwards._study is None)
    assert camp.build.state is BuildState.DONE


def test_study_taken_over_by_another_worker_is_let_go_of(camp: Crowded, loop: Loop) -> None:
    built(camp)
    until(loop, lambda: loop._afterwards._study is not None)
    camp.lose()
    heir = camp.take("another")
    until(loop, lambda: loop._afterwards._study is None)
    assert camp.study.fence == heir.fence
    with camp.database.reading() as tx:
        assert studies.goes_on(tx, heir)


def test_worker_that_ends_gives_its_study_back(camp: Crowded, loop: Loop) -> None:
    built(camp)
    until(loop, lambda: loop._afterwards._study is not None)
    stop = threading.Event()
    stop.set()
    loop.run(stop)
    with camp.database.reading() as tx:
        study = tx.get_one(Study, camp.study.build_id)
        assert (study.lease_until, study.ended_at, studies.claimable(tx)) == (0.0, None, True)
