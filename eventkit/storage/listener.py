"""Notices what any process has committed, on SQLite and PostgreSQL, and hands the changes on in their order."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any

import structlog

from eventkit.storage import change_log
from eventkit.storage.db import POSTGRES_CONNECTING, Database, sqlite
from eventkit.storage.tables import Change
from eventkit.storage.writer import CHANNEL

log = structlog.get_logger()

GLANCE = 0.02  # seconds between looks at SQLite's version, which costs microseconds
SLOW_POLL = 2.0  # seconds after which PostgreSQL is asked anyway: a notification to an absent listener vanishes
PAUSE = 0.5  # seconds before a database that went away is tried again
BATCH = 1000  # changes read at once


class Listener:
    """One per process, a thread (under gevent a greenlet) that tails the log of changes."""

    def __init__(self, database: Database, hand_on: Callable[[Sequence[Change]], None]):
        self.last = 0  # number of the newest change handed on
        self._database = database
        self._hand_on = hand_on
        self._stopped = False
        self._thread = threading.Thread(target=self._serve, name="listener", daemon=True)

    def start(self) -> None:
        """Begin with what is newest now; changes made after this returns are handed on."""
        with self._database.reading() as tx:
            self.last = change_log.newest(tx)
        self._thread.start()

    def stop(self) -> None:
        """End within a moment."""
        self._stopped = True

    def _serve(self) -> None:
        while not self._stopped:
            try:
                for _ in self._signs_of_change():
                    self._drain()
            except Exception as error:  # whatever it was, streams must go on when the database is back
                log.warning("listener lost the database", error=str(error).strip()[:200])
                time.sleep(PAUSE)

    def _drain(self) -> None:
        while True:
            with self._database.reading() as tx:
                batch = change_log.since(tx, self.last, BATCH)
            if batch:
                self.last = batch[-1].id
                self._hand_on(batch)
            if len(batch) < BATCH:
                return

    def _signs_of_change(self) -> Iterator[None]:
        return self._sqlite_versions() if self._database.is_sqlite else self._notifications()

    def _sqlite_versions(self) -> Iterator[None]:
        """Once at first, then whenever another connection has committed: SQLite counts that for us."""
        path = self._database.engine.url.database or ""
        with closing(sqlite.connect(path, isolation_level=None, check_same_thread=False)) as connection:
            seen: Any = None
            while not self._stopped:
                version = connection.execute("PRAGMA data_version").fetchone()
                if version != seen:
                    seen = version
                    yield
                time.sleep(GLANCE)

    def _notifications(self) -> Iterator[None]:
        """Once at first, then for each notification, and every SLOW_POLL without one."""
        import psycopg

        url = self._database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True, **POSTGRES_CONNECTING) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            while not self._stopped:
                yield
                list(connection.notifies(timeout=SLOW_POLL, stop_after=1))
