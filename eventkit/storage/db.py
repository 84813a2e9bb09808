"""The database: one way to read, one way to write, on SQLite and PostgreSQL alike."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.orm import Session as Transaction

from eventkit.storage.waiting import Waiting, hold_nothing, holding
from eventkit.storage.writer import LOCK_PATIENCE, DatabaseBusy, DatabaseFull, Together, Writer, begin_alone, translated

try:
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # no wheel for this platform: Python's own, whose release /healthz reports on
    import sqlite3 as sqlite

__all__ = ["Database", "DatabaseBusy", "DatabaseFull", "Transaction", "insert", "sqlite", "sqlite_release"]

T = TypeVar("T")
Item = TypeVar("Item")

SPARE = 500 * 1024 * 1024  # bytes of the disk that are left to votes and notes when pictures and files find it full
COMPACTING = 100  # tries to empty the journal, 50 ms apart

POSTGRES_SETTINGS = {
    "synchronous_commit": "on",  # what was acknowledged survives, whatever the server's own default
    "lock_timeout": int(LOCK_PATIENCE * 1000),
    "idle_in_transaction_session_timeout": 15_000,  # a frozen process must not hold everybody's lock
    "tcp_user_timeout": 10_000,
}
POSTGRES_CONNECTING: dict[str, Any] = {
    "connect_timeout": 3,
    "application_name": "twofeet",
    # A server that lost its power says nothing: without these a connection would wait for it for two hours.
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
}


def insert(tx: Transaction, table: Any) -> postgresql.Insert | sqlite_dialect.Insert:
    """An INSERT that may say on_conflict_do_update() or on_conflict_do_nothing(), for the database in use."""
    on_sqlite = tx.get_bind().dialect.name == "sqlite"
    return sqlite_dialect.insert(table) if on_sqlite else postgresql.insert(table)


def sqlite_release() -> str:
    """SQLite's release, and a warning where it can lose committed writes of two connections (the WAL-reset bug)."""
    release = tuple(map(int, sqlite.sqlite_version.split(".")))
    mended = release >= (3, 51, 3) or (3, 50, 7) <= release < (3, 51) or (3, 44, 6) <= release < (3, 45)
    danger = "" if mended else " can lose writes of two processes: use 3.51.3 or newer"
    return f"{sqlite.sqlite_version}{danger}"


class Database:
    """An engine and the two verbs the domain uses: reading() and write(). `waiting` says how this process waits."""

    def __init__(self, url: str, waiting: Waiting | None = None):
        self._waiting = waiting or Waiting()
        self.engine = _engine(url, self._waiting)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._snapshots = self.engine if self.is_sqlite else _snapshots(self.engine)
        self._writer: Writer | None = None
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A consistent view of the database; what was read may be looked at afterwards."""
        with translated(), holding(), Transaction(self._snapshots, expire_on_commit=False, autoflush=False) as tx:
            yield tx  # closing rolls back; tx.rollback() would also expire what was read

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work(tx)` in a transaction; when this returns, what it wrote survives a crash.

        Writes happen one after another, whichever process or machine they come from, so `work` may read and then write.
        It runs once and must not wait for anything. Whatever it raises undoes its writes, and only its.
        Raises DatabaseBusy or DatabaseFull, with nothing written.
        """
        return self._own_writer().run(work)

    def write_together(self, work: Together[Item], item: Item) -> None:
        """As write(), where many do the same in the same moment: `work(tx, items)` does it for all that wait, at once.

        It answers with what came of each item, an exception or None where it was done; this item's is raised here.
        Where `work` itself raises, it runs again for each item alone.
        """
        self._own_writer().run_together(work, item)

    def refuse_large(self) -> None:
        """Raise DatabaseFull where what is large would take the room that small writes need for days to come.

        Of PostgreSQL's disk nothing is known here.
        """
        path = self.engine.url.database
        if self.is_sqlite and path and shutil.disk_usage(Path(path).parent).free < SPARE:
            raise DatabaseFull("little room left on the disk")

    @contextmanager
    def alone(self, remaking: bool = False) -> Iterator[Connection]:
        """A connection in a write transaction of its own, committed at the end: for migrations and restores.

        `remaking` says that tables are dropped and made anew, as SQLite changes a table: what refers to one must not
        be deleted with it, so foreign keys are checked at the end instead.
        """
        unchecked = self._unchecked if remaking and self.is_sqlite else nullcontext
        with translated(), self.engine.connect() as connection, unchecked(connection):
            begin_alone(connection)
            yield connection
            connection.commit()

    @contextmanager
    def _unchecked(self, connection: Connection) -> Iterator[Connection]:
        raw: Any = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys=OFF")  # says nothing within a transaction
        try:
            yield connection
        finally:
            connection.rollback()
            raw.execute("PRAGMA foreign_keys=ON")

    def compact(self) -> bool:
        """Write the database's file anew without what was deleted, and empty its journal; whether that was possible.

        On PostgreSQL a plain VACUUM: the space is used again, and old copies go with the server's own journal.
        """
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql("VACUUM")
                return True
            raw: Any = connection.connection.dbapi_connection
            for _ in range(COMPACTING):
                if self._waiting.blocking(lambda: _compacted(raw)):
                    return True
                time.sleep(0.05)
            return False

    def overwrite(self) -> None:
        """Write what was just deleted over in the database's file too, if nobody is in the way at this moment.

        SQLite keeps the pages of before in its journal until it is used again; compact() leaves nothing for certain.
        """
        if self.is_sqlite:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                raw: Any = connection.connection.dbapi_connection
                self._waiting.blocking(lambda: raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())

    def close(self) -> None:
        """Finish what is queued and give every connection back."""
        if self._writer is not None:
            self._writer.stop()
            self._writer = None
        self.engine.dispose()

    def aside(self) -> AbstractContextManager[None]:
        """Let others have their turn until the block ends: in it nothing is done but wait, and nothing is held.

        Raises WaitsWhileHolding.
        """
        hold_nothing()
        return self._waiting.aside()

    @property
    def waiting(self) -> int:
        """How many writes are queued in this process."""
        return self._writer.waiting if self._writer else 0

    def _own_writer(self) -> Writer:
        writer = self._writer
        if writer is not None and writer.pid == os.getpid():
            return writer
        with self._lock:
            if self._writer is None or self._writer.pid != os.getpid():
                self._writer = Writer(self.engine, self._waiting)
            return self._writer


def _engine(url: str, waiting: Waiting) -> Engine:
    if not url.startswith("sqlite"):
        options = " ".join(f"-c {name}={value}" for name, value in POSTGRES_SETTINGS.items())
        engine = create_engine(
            url,
            hide_parameters=True,  # what people typed would be in the log with the error
            pool_size=10,
            max_overflow=20,
            pool_pre_ping=True,
            pool_use_lifo=True,
            pool_timeout=LOCK_PATIENCE,
            connect_args={"options": options, **POSTGRES_CONNECTING},
        )
        event.listen(
            engine, "do_connect", lambda _dialect, _record, where, how: waiting.postgres.connect(*where, **how)
        )
        return engine
    keep_private(make_url(url).database)
    engine = create_engine(
        url,
        hide_parameters=True,
        module=sqlite,
        pool_size=8,
        max_overflow=64,
        pool_timeout=LOCK_PATIENCE,
        pool_use_lifo=True,  # the connection used last has its statements compiled
        connect_args={"check_same_thread": False, "cached_statements": 512},
    )
    event.listen(engine, "before_cursor_execute", lambda *_: waiting.breathe())  # it never waits by itself
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def keep_private(path: str | None) -> None:
    """Make a SQLite database's files, there or not yet, readable by their owner only.

    SQLite gives the files that it makes beside a database (-wal, -shm) the same mode.
    """
    if not path or path == ":memory:" or path.startswith("file:"):
        return
    with suppress(FileExistsError, FileNotFoundError, PermissionError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    for file in (path, f"{path}-wal", f"{path}-shm", f"{path}-journal"):
        with suppress(FileNotFoundError, PermissionError):  # another user's database: that user's business
            Path(file).chmod(0o600)


def _snapshots(engine: Engine) -> Engine:
    """The same connections, for reading: every statement of a transaction sees one moment."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own is deferred and loses updates
    connection.execute("PRAGMA busy_timeout=0")  # waiting is the writer's business: SQLite's would freeze the process
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")  # what somebody deletes is overwritten, not only let go of
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode=WAL")


def _compacted(connection: Any) -> bool:
    """Whether the file is written anew and its journal empty; readers and writers of this moment are in the way."""
    try:
        connection.execute("VACUUM")
        return bool(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
    except sqlite.OperationalError:
        return False


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
