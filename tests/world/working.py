"""Runs the real worker beside a test, and waits for what it does."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from eventkit.building import builds
from eventkit.event import events
from eventkit.processes.worker import Loop
from eventkit.storage.db import Database
from eventkit.storage.tables import Build


@contextmanager
def a_worker(database: Database) -> Iterator[None]:
    """A worker in a thread, with the real solver in a process of its own, until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=Loop(database, most=1).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def ended(database: Database, code: str, number: int = 1) -> Build:
    """The build, once it has ended."""
    pause = threading.Event()
    for _ in range(2400):
        with database.reading() as tx:
            build = builds.get(tx, events.by_code(tx, code).id, number)
            _ = build.problem  # read now: it is deferred
            tx.expunge_all()
        if build.state not in builds.RUNNING:
            return build
        pause.wait(0.05)
    raise AssertionError(f"build {number} is still {build.state}: {build.message}")
