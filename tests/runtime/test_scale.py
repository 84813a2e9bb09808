"""Two web processes and two workers over one PostgreSQL: nothing that matters is in one process's memory."""

import signal
import sys
from pathlib import Path

import pytest
from sqlmodel import select

from eventkit.building import builds
from eventkit.event.roles import at_the_machine
from eventkit.storage.db import Database
from eventkit.storage.tables import Build, BuildState, Event, Vote
from tests.world.builders import a_pitch, an_event
from tests.world.places import ROOT
from tests.world.postgres import Cluster
from tests.world.serving import Process, surroundings, wait_until, web


@pytest.mark.only_on("postgres")
def test_vote_through_one_process_appears_on_the_stream_of_the_other(
    migrated: str, behind: Database, tmp_path: Path
) -> None:
    event, _ = an_event(behind)
    pitch = a_pitch(behind, event)
    worker = [sys.executable, "-m", "eventkit", "worker"]
    workers = [Process(worker, surroundings(migrated, tmp_path, 8000)).start() for _ in range(2)]
    try:
        with web(migrated, tmp_path) as one, web(migrated, tmp_path) as other:
            phone = one.phone()
            assert other.phone().get("/").status == phone.get(f"/e/{event.code}").status == 200
            stream = other.stream(event.code, "wall")
            assert phone.post(f"/e/{event.code}/pitches/{pitch.id}/vote", interest=2).status == 303
            assert stream.change()[1] == ["vote"]
            with behind.reading() as tx:
                assert [(it.pitch_id, it.interest) for it in tx.scalars(select(Vote))] == [(pitch.id, 2)]
            wait_until(lambda: _workers(behind) == 2)
            for _ in range(2):
                behind.write(lambda tx: builds.start(tx, at_the_machine(tx.get_one(Event, event.id)), 1))
                wait_until(lambda: _unfinished(behind) == 0, 60)
            while "build" not in stream.change()[1]:
                pass
            assert other.phone().get("/healthz").status == 200
    finally:
        for process in workers:
            process.end()


@pytest.mark.only_on("postgres")
def test_service_returns_after_postgres_was_restarted_under_load(
    migrated: str, behind: Database, postgres: Cluster, tmp_path: Path
) -> None:
    event, _ = an_event(behind)
    pitch = a_pitch(behind, event)
    with web(migrated, tmp_path) as site:
        phone = site.phone()
        phone.get(f"/e/{event.code}")
        stream = site.stream(event.code, "wall")
        acknowledged = []
        for turn in range(60):
            if turn == 20:
                postgres.stop()
            answer = phone.once("POST", f"/e/{event.code}/pitches/{pitch.id}/vote", interest=1 + turn % 2)
            acknowledged += [1 + turn % 2] * (answer.status == 303)
            assert answer.status in (303, 503)
            if turn == 25:
                postgres.start()
        assert phone.post(f"/e/{event.code}/pitches/{pitch.id}/vote", interest=1).status == 303
        assert len(acknowledged) >= 20
        while "vote" not in stream.change()[1]:
            pass
    behind.engine.dispose()
    with behind.reading() as tx:
        assert tx.scalars(select(Vote.interest)).one() == 1


IMPATIENT = """
exec(open({ours!r}).read())

def post_worker_init(_worker):
    from eventkit.processes import cooperation
    cooperation.PATIENCE = 0.5
"""


@pytest.mark.only_on("postgres")
def test_postgres_that_hangs_is_an_answer_and_service_returns(
    migrated: str, behind: Database, postgres: Cluster, tmp_path: Path
) -> None:
    event, _ = an_event(behind)
    vote = f"/e/{event.code}/pitches/{a_pitch(behind, event).id}/vote"
    settings = tmp_path / "settings.py"
    settings.write_text(IMPATIENT.format(ours=str(ROOT / "gunicorn.conf.py")))
    with web(migrated, tmp_path, settings=settings) as site:
        phone = site.phone()
        phone.get(f"/e/{event.code}")
        stream = site.stream(event.code, "wall")
        postgres.signal(signal.SIGSTOP)
        try:
            assert phone.once("POST", vote, interest=1).status == 503
            assert phone.once("GET", "/healthz").status == 503
        finally:
            postgres.signal(signal.SIGCONT)
        assert phone.post(vote, interest=2).status == 303
        while "vote" not in stream.change()[1]:
            pass
    with behind.reading() as tx:
        assert tx.scalars(select(Vote.interest)).one() == 2


def _workers(database: Database) -> int:
    with database.reading() as tx:
        return builds.workers_alive(tx)


def _unfinished(database: Database) -> int:
    with database.reading() as tx:
        return len(tx.scalars(select(Build.id).where(Build.state != BuildState.DONE)).all())
