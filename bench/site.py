"""A Twofeet of its own for a measurement: a database, one web process, an event, phones with cookies."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from eventkit.event import as_typed, events, people
from eventkit.event.roles import at_the_machine
from eventkit.market import pitches
from eventkit.storage import schema
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from eventkit.web.base.cookies import COOKIE
from tests.world.postgres import Cluster, binaries, new_folder
from tests.world.visitors import signed_with

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a secret for measurements only"
TEXT = "What we tried, what went wrong, what we would do again. Bring your own examples; we compare notes. " * 3


@dataclass
class Site:
    """A running web process and what is in its database."""

    port: int
    pid: int
    database: Database
    code: str
    event_id: int
    organiser: str
    pitch_ids: list[int]
    var: Path

    def cookie(self, token: str = "", key_digest: str = "") -> str:
        """A phone's cookie, signed as the product signs it."""
        digests = [key_digest] if key_digest else []
        return f"{COOKIE}={signed_with(SECRET, self.code, token or people.new_token(), *digests)}"

    def post(self, path: str, body: str, cookie: str) -> bytes:
        """A post as a phone on the venue's plain http sends it."""
        host = f"127.0.0.1:{self.port}"
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n"
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"
        return f"{head}{kind}HX-Request: true\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()

    def get(self, path: str, cookie: str = "", **headers: str) -> bytes:
        """A request for a page."""
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n" + (f"Cookie: {cookie}\r\n" if cookie else "")
        return (head + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n").encode()


@contextmanager
def site(kind: str = "sqlite", pitch_count: int = 60) -> Iterator[Site]:
    """Serve a fresh event on a fresh database of this kind."""
    folder = Path(tempfile.mkdtemp(prefix="twofeet-bench-"))
    with _database_url(kind, folder) as url:
        port = free_port()
        database = Database(url)
        schema.upgrade(database)
        event, secret = database.write(_make_event)
        ids = database.write(lambda tx: _make_pitches(tx, event.id, pitch_count))
        surroundings = {**os.environ, "DATABASE_URL": url, "PORT": str(port), "HOST": "127.0.0.1", "SECRET_KEY": SECRET}
        surroundings |= {"TWOFEET_VAR": str(folder), "WEB_PROCESSES": "1", "LOG_LEVEL": "error"}
        command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py")]
        with served(command, port, surroundings) as pid:
            yield Site(port, pid, database, event.code, event.id, secret, ids, folder)
        database.close()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def bare() -> Iterator[int]:
    """Serve the baseline under the same kind of worker; its port."""
    port = free_port()
    options = [
        "--config",
        "python:bench.quiet",
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gevent",
        "--backlog",
        "4096",
    ]
    with served([sys.executable, "-m", "gunicorn", *options, "bench.bare:app"], port, dict(os.environ)):
        yield port


@contextmanager
def served(command: list[str], port: int, surroundings: dict[str, str]) -> Iterator[int]:
    """Run a server until the block ends; the id of its one worker process."""
    process = subprocess.Popen(command, cwd=ROOT, env=surroundings)
    try:
        _await(port)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield int(children[0])
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(b"GET /join?code=none HTTP/1.0\r\n\r\n")
                if connection.recv(1):
                    return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise TimeoutError("the server did not start")
        time.sleep(0.1)


@contextmanager
def _database_url(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    if binaries() is None:
        raise SystemExit("PostgreSQL is not installed here, so there is nothing to measure.")
    cluster = Cluster(new_folder(), durable=True)
    cluster.start()
    yield cluster.create("bench")
    cluster.stop()
    shutil.rmtree(cluster.folder, ignore_errors=True)


def _make_event(tx: Transaction) -> tuple[Event, str]:
    rooms, slots = as_typed.parse_rooms(events.DEFAULT_ROOMS), as_typed.parse_slots(events.DEFAULT_SLOTS)
    return events.create(tx, "Measured camp", date(2026, 6, 26), "Europe/London", rooms, slots)


def _make_pitches(tx: Transaction, event_id: int, count: int) -> list[int]:
    event = tx.get_one(Event, event_id)
    person = people.ensure(tx, event_id, people.new_token())
    event.limits = {"pitches": 1000, "all_pitches": 1000}
    contents = [
        pitches.Content(
            title=f"Session {number}: a title of the usual length",
            description=TEXT,
            host_name=f"Host {number}",
            topic=f"Topic {number % 7}",
            needs=(),
        )
        for number in range(count)
    ]
    by = at_the_machine(event)
    return [pitches.add_for_another(tx, by, person, content).id for content in contents]
