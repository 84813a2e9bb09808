"""The worker with the real solver: a build is claimed, solved in a child, watched, stopped, given back, resumed."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from sqlmodel import col, select

import solver
from eventkit.building import builds, incumbents, problems
from eventkit.processes.worker import MEMORY, Loop
from eventkit.storage.db import Database
from eventkit.storage.tables import Build, BuildState, Event
from tests.world.builders import a_person
from tests.world.building import BuildableEvent
from tests.world.days import votes
from tests.world.places import ROOT


@pytest.fixture
def camp(database: Database) -> BuildableEvent:
    camp = BuildableEvent(database)
    for n in range(6):
        votes(database, a_person(database, camp.event), [(camp.pitches[n % 2], 1 + n % 2)])
    return camp


@pytest.fixture
def working(database: Database) -> Iterator[Callable[[], Loop]]:
    """Starts workers in threads; they end with the test."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def start() -> Loop:
        loop = Loop(database)
        threads.append(threading.Thread(target=loop.run, args=(stop,)))
        threads[-1].start()
        return loop

    yield start
    stop.set()
    for thread in threads:
        thread.join()


def until(database: Database, condition: Callable[[Build], bool]) -> Build:
    """Look again and again until the newest build is as wanted."""
    pause = threading.Event()
    for _ in range(1200):
        with database.reading() as tx:
            build = tx.scalars(select(Build).order_by(col(Build.id).desc()).limit(1)).one()
            tx.expunge_all()
        if condition(build):
            return build
        pause.wait(0.05)
    raise AssertionError(f"still {build.state}: {build.message}")


def best(camp: BuildableEvent) -> solver.Incumbent:
    build = camp.build
    found = camp.database.write(lambda tx: incumbents.newest(tx, build.id))
    assert found is not None
    return found


def test_build_places_every_pitch_and_ends(camp: BuildableEvent, working: Callable[[], Loop]) -> None:
    camp.start(seconds=1)
    working()
    assert until(camp.database, lambda build: build.state not in builds.RUNNING).state is BuildState.DONE
    assert set(problems.spots(best(camp).grid)) == {pitch.id for pitch in camp.pitches}
    assert camp.adopt() == "Adopted build 1: 2 sessions."


def test_build_that_is_stopped_keeps_what_it_found(camp: BuildableEvent, working: Callable[[], Loop]) -> None:
    camp.start(seconds=600)
    working()
    until(camp.database, lambda build: builds_found(camp))
    camp.stop()
    assert until(camp.database, lambda build: build.state not in builds.RUNNING).state is BuildState.DONE
    assert len(problems.spots(best(camp).grid)) == 2


def test_worker_that_ends_gives_its_build_back_and_another_goes_on(camp: BuildableEvent) -> None:
    camp.start(seconds=600)
    worker = subprocess.Popen([sys.executable, "-m", "eventkit", "worker"], cwd=ROOT, env=environment(camp.database))
    until(camp.database, lambda build: builds_found(camp))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=60) == 0
    build = camp.build
    assert (build.state, build.fence, camp.database.write(builds.workers_alive)) == (BuildState.QUEUED, 1, 0)
    assert camp.claim("another").fence == 2


def test_worker_that_is_killed_leaves_a_build_that_another_ends(
    camp: BuildableEvent, working: Callable[[], Loop]
) -> None:
    build = camp.start(seconds=600)  # not over before it is killed
    worker = subprocess.Popen([sys.executable, "-m", "eventkit", "worker"], cwd=ROOT, env=environment(camp.database))
    until(camp.database, lambda build: builds_found(camp))
    worker.kill()
    worker.wait()
    before = best(camp).total
    camp.database.write(lambda tx: setattr(tx.get_one(Build, build.id), "seconds", 3))
    camp.let_the_lease_run_out()
    working()
    done = until(camp.database, lambda build: build.state not in builds.RUNNING)
    assert (done.state, done.fence) == (BuildState.DONE, 2)
    assert best(camp).total >= before


def test_solver_that_is_killed_fails_its_build_in_plain_words(
    camp: BuildableEvent, working: Callable[[], Loop]
) -> None:
    camp.start(seconds=600)
    loop = working()
    until(camp.database, lambda build: builds_found(camp))
    child = next(iter(loop._jobs.values()))._child
    os.kill(child.pid, signal.SIGKILL)
    failed = until(camp.database, lambda build: build.state not in builds.RUNNING)
    assert (failed.state, failed.message) == (BuildState.FAILED, MEMORY)
    camp.start(seconds=1)
    assert until(camp.database, lambda build: build.number == 2 and build.state not in builds.RUNNING).message == ""


def test_two_events_are_built_at_once(camp: BuildableEvent, database: Database, working: Callable[[], Loop]) -> None:
    other = BuildableEvent(database)
    camp.start(seconds=1)
    other.start(seconds=1)
    working()
    working()
    for one in (camp, other):
        until(database, lambda _, one=one: one.build.state is BuildState.DONE)
        assert one.adopt() == "Adopted build 1: 2 sessions."


def builds_found(camp: BuildableEvent) -> bool:
    return bool(camp.found())


def environment(database: Database) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "SECRET_KEY": "a secret for tests only",
    }


def test_event_whose_problem_is_refused_fails_with_the_reason(
    camp: BuildableEvent, working: Callable[[], Loop]
) -> None:
    build = camp.start(seconds=1)
    broken = {"format": "twofeet-problem/1", "rooms": [{"id": "1", "capacity": -3}]}
    camp.database.write(lambda tx: setattr(tx.get_one(Build, build.id), "problem", broken))
    working()
    failed = until(camp.database, lambda build: build.state not in builds.RUNNING)
    assert failed.state is BuildState.FAILED
    assert failed.message.startswith("The event cannot be built as it is: rooms[0].capacity")
    assert camp.database.write(lambda tx: tx.get_one(Event, camp.id).grid_version) == 0
