"""`twofeet run`: prepares everything, serves pages and builds grids, and starts again whatever dies."""

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from types import FrameType

import structlog

from eventkit.config import Config
from eventkit.processes import welcome
from eventkit.processes.child import spawn
from eventkit.storage import schema
from eventkit.storage.db import Database, sqlite_release
from eventkit.text.language import gettext as _

log = structlog.get_logger()

PATIENCE = 3.0  # seconds between asking the children to end and ending them
LONGEST_PAUSE = 5.0  # seconds before a child that keeps dying is tried again
STEADY = 10.0  # a child that lived this long is started again at once


@dataclass
class Service:
    """A process that should be running, and is started again when it ends."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = 0.0
    due: float = field(default=0.0)  # when to start it next, on the monotonic clock

    def start(self) -> None:
        """Start it in a process group of its own, so that Ctrl-C in the terminal reaches the supervisor only."""
        self.process = spawn(self.command, start_new_session=True)
        self.started = time.monotonic()

    def check(self) -> None:
        """Start it if it is due; plan its next start if it died: at once, then later and later."""
        moment = time.monotonic()
        if self.process is None and moment >= self.due:
            self.start()
        elif self.process is not None and (status := self.process.poll()) is not None:
            self.failures = 0 if moment - self.started > STEADY else self.failures + 1
            pause = min(LONGEST_PAUSE, 0.1 * 2**self.failures)
            log.warning("service ended, starting it again", service=self.name, status=status, pause=round(pause, 1))
            self._end_group(signal.SIGKILL)
            self.process, self.due = None, moment + pause

    def signal(self, number: int) -> None:
        """Send a signal to the process itself, which knows what its own children need."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def kill(self) -> None:
        """End it and whatever it started."""
        if self.process is not None:
            self._end_group(signal.SIGKILL)
            self.process.wait()

    def _end_group(self, number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


def run(config: Config) -> int:
    """Serve until told to stop; the exit status."""
    if problem := _port_problem(config):
        print(problem, file=sys.stderr)
        return 2
    os.environ.setdefault("XDG_CACHE_HOME", str(config.var))  # where the solver's code is not ours to write to
    database = Database(config.database_url)
    schema.upgrade(database)
    if database.is_sqlite and not sqlite_release()[-1].isdecimal():
        print(f"SQLite {sqlite_release()}", file=sys.stderr)
    links = welcome.rehearsal_links(database, config)
    database.close()
    return _supervise(_services(), lambda: welcome.say(config, links, sys.stdout), config)


def _services() -> list[Service]:
    web = Service("web", [sys.executable, "-m", "gunicorn", "--config", "python:eventkit.processes.gunicorn_settings"])
    worker = Service("worker", [sys.executable, "-m", "eventkit", "worker"])
    return [web, worker]


def _supervise(services: list[Service], when_served: Callable[[], None], config: Config) -> int:
    inbox = _signals()
    greeted = False
    while True:
        for service in services:
            service.check()
        if not greeted and _answers(config):
            greeted = True
            when_served()
        try:
            received = inbox.get(timeout=0.2 if greeted else 0.05)
        except Empty:
            continue
        if received == signal.SIGHUP:
            _restart_gracefully(services)
        elif received != signal.SIGCHLD:
            return _end(services)


def _signals() -> "SimpleQueue[int]":
    inbox: SimpleQueue[int] = SimpleQueue()

    def receive(number: int, _frame: FrameType | None) -> None:
        inbox.put(number)  # the one queue whose put() may be called from a signal handler

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, receive)
    return inbox


def _restart_gracefully(services: list[Service]) -> None:
    """New code and settings without a lost request: gunicorn replaces its workers, the builder gives its build back."""
    for service in services:
        service.signal(signal.SIGHUP if service.name == "web" else signal.SIGTERM)


def _end(services: list[Service]) -> int:
    print(_("Stopping"), file=sys.stderr, flush=True)
    for service in services:
        service.signal(signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    for service in services:
        if service.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                service.process.wait(timeout=max(0.0, deadline - time.monotonic()))
    for service in services:
        service.kill()
    return 0


def _port_problem(config: Config) -> str:
    """Why the port cannot be served, in a sentence, or nothing."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except PermissionError:
            return _(
                "Port %(port)s is for the system’s own programs. Choose another: PORT=8000 make run", port=config.port
            )
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return _(
                    "Port %(port)s is taken: Twofeet may be running already, or another program uses it. "
                    "Choose another: PORT=%(other)s make run",
                    port=config.port,
                    other=config.port + 1,
                )
            return _(
                "HOST: %(host)s is not an address of this machine. Leave it out to serve on all of them.",
                host=config.host,
            )
    return ""


def _answers(config: Config) -> bool:
    host = "127.0.0.1" if config.host in ("0.0.0.0", "") else config.host  # noqa: S104
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((host, config.port)) == 0
