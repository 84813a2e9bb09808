"""Whatever is killed under load, what was acknowledged is there, once, and builds end.

The default run is short; TWOFEET_CRASH_SECONDS=60 makes it the full battery.
"""

import os
import random
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import col, select

from eventkit.building import builds
from eventkit.event.roles import at_the_machine
from eventkit.storage import schema
from eventkit.storage.db import Database
from eventkit.storage.tables import Build, BuildState, Event, Note, Pitch, Vote
from tests.world.builders import an_event
from tests.world.serving import Process, RetryingPhone, free_port, surroundings, wait_until

SECONDS = float(os.environ.get("TWOFEET_CRASH_SECONDS", "8"))
PHONES = 6


class Crowd:
    """Phones that pitch, vote and take notes, and remember what was acknowledged."""

    def __init__(self, port: int, code: str):
        self.port, self.code = port, code
        self.stop = threading.Event()
        self.pitched: set[str] = set()
        self.noted: set[str] = set()
        self.votes: dict[tuple[str, int], int] = {}
        self.failures: list[BaseException] = []
        self.threads = [threading.Thread(target=self._guarded, args=(number,)) for number in range(PHONES)]

    def _guarded(self, number: int) -> None:
        try:
            self._act(number)
        except BaseException as failure:
            self.failures.append(failure)

    def _act(self, number: int) -> None:
        phone, chance = RetryingPhone(self.port), random.Random(number)
        home = f"/e/{self.code}"
        phone.get(home)
        own: list[int] = []
        for turn in range(10_000):
            if self.stop.is_set():
                return
            title = f"Pitch {turn} of phone {number}"
            if turn < 15:
                page = phone.get(home)
                answer = phone.post(f"{home}/pitches", title=title, nonce=page.nonce)
                assert answer.status == 303, answer.text
                own.append(int(answer.headers["Location"].rsplit("-", 1)[1]))
                self.pitched.add(title)
            pitch = chance.choice(own)
            interest = chance.choice((1, 2))
            assert phone.post(f"{home}/pitches/{pitch}/vote", interest=interest).status == 303
            self.votes[phone.cookies["twofeet"], pitch] = interest
            text = f"Note {turn} of phone {number}"
            if turn < 20:
                answer = phone.post(f"{home}/pitches/{pitch}/notes", kind="note", text=text, nonce=f"n{number}x{turn}")
                assert answer.status == 303, (answer.status, answer.text)
                self.noted.add(text)
            time.sleep(0.3)  # a person's pace, so that no limit is met


def test_kill_9_of_web_worker_and_supervisor_loses_nothing(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if not database_url.startswith("sqlite"):
        database_url = request.getfixturevalue("postgres").create_fresh("crash")
    database = Database(database_url)
    schema.upgrade(database)
    event, _ = an_event(database)
    port = free_port()
    command = [sys.executable, "-m", "eventkit", "run"]
    supervisor = Process(command, surroundings(database_url, tmp_path, port)).start()
    crowd = Crowd(port, event.code)
    for thread in crowd.threads:
        thread.start()
    killed = _kill_at_random(supervisor, lambda: len(crowd.pitched) >= PHONES)
    database.write(lambda tx: builds.start(tx, at_the_machine(tx.get_one(Event, event.id)), 2))
    wait_until(lambda: len(supervisor.children()) == 2)
    crowd.stop.set()
    for thread in crowd.threads:
        thread.join()
    assert crowd.failures == []
    wait_until(lambda: _state(database) is BuildState.DONE, 60)
    supervisor.end()
    with database.reading() as tx:
        titles = sorted(tx.scalars(select(Pitch.title).where(Pitch.event_id == event.id)))
        texts = sorted(tx.scalars(select(Note.text).where(Note.event_id == event.id)))
        ours = (
            select(Vote.pitch_id, Vote.interest)
            .join(Pitch, col(Pitch.id) == col(Vote.pitch_id))
            .where(Pitch.event_id == event.id)
        )
        votes = sorted(map(tuple, tx.execute(ours)))
    assert titles == sorted(crowd.pitched)
    assert texts == sorted(crowd.noted)
    assert votes == sorted((pitch, interest) for (_, pitch), interest in crowd.votes.items())
    assert killed >= 2
    if database.is_sqlite:
        with database.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    database.close()


def _kill_at_random(supervisor: Process, begun: Callable[[], bool]) -> int:
    """For SECONDS kill web, its worker, the builder or the supervisor, which is then started again."""
    chance = random.Random(7)
    wait_until(begun, 60)
    until, killed = time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        time.sleep(chance.uniform(0.3, 1.5))
        victims = [supervisor.pid, *supervisor.children(), *_grandchildren(supervisor)]
        victim = chance.choice(victims)
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            continue
        killed += 1
        if victim == supervisor.pid:
            supervisor.running.wait()
            wait_until(lambda: not _answers(supervisor))
            supervisor.start()
        if killed % 4:  # else the next blow falls while it gets up
            wait_until(lambda: _answers(supervisor), 60)
    return killed


def _answers(supervisor: Process) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(supervisor.surroundings["PORT"]))) == 0


def _grandchildren(supervisor: Process) -> list[int]:
    found = []
    for pid in supervisor.children():
        path = Path(f"/proc/{pid}/task/{pid}/children")
        if path.exists():
            found += [int(child) for child in path.read_text().split()]
    return found


def _state(database: Database) -> BuildState:
    with database.reading() as tx:
        return tx.scalars(select(col(Build.state))).one()
