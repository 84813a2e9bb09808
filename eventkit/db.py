"""The database: one way to read, one way to write, on SQLite and PostgreSQL alike."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session as Transaction

try:
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # no wheel for this platform: Python's own, whose release /healthz reports on
    import sqlite3 as sqlite

__all__ = ["Database", "DatabaseBusy", "DatabaseFull", "Transaction", "insert", "sqlite"]

T = TypeVar("T")

LOCK_PATIENCE = 2.0  # seconds a write waits for another process's lock before it is refused
LARGEST_BATCH = 256  # writes that share one commit


class DatabaseBusy(Exception):
    """Another process holds the database; nothing was written. Trying again shortly is right."""


class DatabaseFull(Exception):
    """The disk is full; nothing was written."""


def insert(tx: Transaction, table: Any) -> postgresql.Insert | sqlite_dialect.Insert:
    """An INSERT that may say on_conflict_do_update() or on_conflict_do_nothing(), for the database in use."""
    on_sqlite = tx.get_bind().dialect.name == "sqlite"
    return sqlite_dialect.insert(table) if on_sqlite else postgresql.insert(table)


class Database:
    """An engine and the two verbs the domain uses: reading() and write()."""

    def __init__(self, url: str):
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writer: Writer | None = None
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A consistent view of the database, rolled back at the end."""
        with _translated(), Transaction(self.engine, expire_on_commit=False, autoflush=False) as tx:
            yield tx
            tx.rollback()

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work(tx)` in one transaction; when this returns, what it wrote survives a crash.

        `work` runs once and must not wait for anything. Whatever it raises undoes its writes, and only its.
        Raises DatabaseBusy or DatabaseFull, with nothing written.
        """
        if self.is_sqlite:
            return self._own_writer().run(work)
        with _translated(), Transaction(self.engine, expire_on_commit=False) as tx:
            result = work(tx)
            tx.commit()
            return result

    def close(self) -> None:
        """Give every connection back."""
        if self._writer is not None:
            self._writer.stop()
            self._writer = None
        self.engine.dispose()

    def _own_writer(self) -> "Writer":
        with self._lock:
            if self._writer is None or self._writer.pid != os.getpid():
                self._writer = Writer(self.engine)
            return self._writer


class Writer:
    """Commits the writes of one process in batches: requests that arrive during a commit share the next one.

    The one thread is a greenlet where gevent has patched threading. Statements run on the hub; only the commit, which
    waits for the disk, goes to a native thread, and a lock held elsewhere is waited for by sleeping, so nobody freezes.
    """

    def __init__(self, engine: Engine):
        self.pid = os.getpid()
        self._engine = engine
        self._queue: SimpleQueue[_Write | None] = SimpleQueue()
        threading.Thread(target=self._serve, name="writer", daemon=True).start()

    def run(self, work: Callable[[Transaction], T]) -> T:
        """Queue `work`, wait for its commit, return its result or raise what it raised."""
        write = _Write(work)
        self._queue.put(write)
        write.finished.wait()
        if write.error is not None:
            raise write.error
        return cast("T", write.result)

    def stop(self) -> None:
        self._queue.put(None)

    def _serve(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = [first]
            while len(batch) < LARGEST_BATCH and not self._queue.empty():
                if (another := self._queue.get()) is None:
                    self._queue.put(None)
                    break
                batch.append(another)
            self._commit(batch)

    def _commit(self, batch: "list[_Write]") -> None:
        try:
            with _translated(), self._engine.connect().execution_options(immediate=True) as connection:
                _begin_patiently(connection)
                for write in batch:
                    write.attempt(connection)
                _off_hub(connection.commit)
        except Exception as error:
            for write in batch:
                write.error = write.error or error
        finally:
            for write in batch:
                write.finished.set()


class _Write:
    """One request's work and, later, what came of it."""

    def __init__(self, work: Callable[[Transaction], Any]):
        self.work = work
        self.result: Any = None
        self.error: BaseException | None = None
        self.finished = threading.Event()

    def attempt(self, connection: Connection) -> None:
        """Do the work inside a savepoint, so that its failure undoes nobody else's."""
        try:
            with Transaction(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as tx:
                self.result = self.work(tx)
                tx.commit()
        except Exception as error:
            self.error = error


def _begin_patiently(connection: Connection) -> None:
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            connection.begin()
            return
        except OperationalError as error:
            if not _is_locked(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.005)


def _off_hub(commit: Callable[[], None]) -> None:
    """Run a commit where its wait for the disk stops nobody: in a native thread under gevent, else right here."""
    from gevent import get_hub, monkey

    if monkey.is_module_patched("threading"):
        get_hub().threadpool.apply(commit)
    else:
        commit()


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the drivers' words for busy and full into ours; a broken connection counts as busy."""
    try:
        yield
    except DBAPIError as error:
        text = str(error.orig).lower()
        if "disk is full" in text or getattr(error.orig, "sqlstate", None) == "53100":
            raise DatabaseFull(text) from error
        if _will_pass(error):
            raise DatabaseBusy(text) from error
        raise


_PASSING_STATES = {"40001", "40P01", "53300", "55P03", "57P01", "57P02", "57P03", "08006", "08001"}


def _will_pass(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", "")
    connection_lost = error.connection_invalidated or (state is None and isinstance(error, OperationalError))
    return connection_lost or state in _PASSING_STATES or _is_locked(error)


def _is_locked(error: DBAPIError) -> bool:
    return "database is locked" in str(error.orig) or "database table is locked" in str(error.orig)


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True, pool_timeout=LOCK_PATIENCE)
    engine = create_engine(url, module=sqlite, pool_size=8, max_overflow=64, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own is deferred and loses updates
    connection.execute("PRAGMA busy_timeout=0")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
