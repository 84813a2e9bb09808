"""Commits the writes of one process in batches, one writer at a time in the whole system."""

import contextvars
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session as Transaction

from eventkit.storage.waiting import MOMENT, Waiting, holding

T = TypeVar("T")
Item = TypeVar("Item")

Together = Callable[[Transaction, list[Item]], Sequence[Exception | None]]  # what came of each

LOCK_PATIENCE = 2.0  # seconds a write waits for another process's lock before it is refused
LARGEST_BATCH = 128  # writes that share one commit
LONGEST_BATCH = 0.050  # seconds of work before the commit
TURN = 0.005  # seconds of work after which others are served in between
CHANNEL = "twofeet"  # PostgreSQL's notification to listeners, sent by the commit
ONE_WRITER = text(f"SELECT pg_advisory_xact_lock(7809654), pg_notify('{CHANNEL}', '')")  # held until the commit


class DatabaseBusy(Exception):
    """The database cannot be reached or another process holds it; trying again shortly is right."""


class DatabaseFull(Exception):
    """The disk is full; nothing was written."""


class Writer:
    """A queue, one thread and one connection: requests that arrive during a commit share the next one.

    Statements run where the thread does; only SQLite's commit, which waits for the disk, is left to `waiting`, and a
    lock held elsewhere is waited for by sleeping, so that a process whose threads take turns never freezes.
    """

    def __init__(self, engine: Engine, waiting: Waiting):
        self.pid = os.getpid()
        self._engine = engine
        self._connection: Connection | None = None
        self._queue: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._next: deque[_Write] = deque()  # taken from the queue, to be done in this order
        self._waiting = waiting
        self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
        self._thread.start()

    def run(self, work: Callable[[Transaction], T]) -> T:
        """Queue `work`, wait for its commit, return its result or raise what it raised."""
        return cast("T", self._await(_Write(work)))

    def run_together(self, work: Together[Item], item: Item) -> None:
        """Queue `item`, for `work` to do with all others that wait for it; raise what came of this one."""
        self._await(_Item(work, item))

    def stop(self) -> None:
        """Finish what is queued."""
        self._queue.put(None)
        if self.pid == os.getpid():
            self._thread.join(timeout=5)

    @property
    def waiting(self) -> int:
        """How many writes are queued."""
        return self._queue.qsize() + len(self._next)

    def _await(self, write: "_Write") -> Any:
        if threading.current_thread() is self._thread:  # it would wait for itself for ever
            raise RuntimeError("A write inside a write: hand the transaction on instead.")
        self._queue.put(write)
        with self._waiting.aside():
            write.finished.wait()
        if write.error is not None:
            raise write.error
        return write.result

    def _serve(self) -> None:
        while self._next or self._one_came():
            self._write_batch()
        self._drop_connection()

    def _one_came(self) -> bool:
        """Wait for the next write; False where there will be none."""
        write = self._queue.get()
        if write is not None:
            self._next.append(write)
        return write is not None

    def _write_batch(self) -> None:
        batch: list[_Write] = []
        try:
            with translated():
                connection = self._begun()
                savepoint = Savepoint(connection)
                for write in self._arriving():
                    batch += write.members()
                    write.attempt(connection, savepoint)
                    _check_still_open(connection, write)
                self._commit(connection)
        except BaseException as error:  # whatever stopped it, nobody in it may be told that it was done
            self._drop_connection()
            batch = batch or self._all_waiting()
            for write in batch:
                write.error = write.error or error
        finally:
            for write in batch:
                write.finished.set()

    def _begun(self) -> Connection:
        """A connection with its transaction begun; one that died since the last batch is replaced."""
        if self._connection is not None:
            try:
                begin_alone(self._connection)
                return self._connection
            except DBAPIError as error:
                self._drop_connection()
                if not error.connection_invalidated:
                    raise
        self._connection = self._engine.connect()
        begin_alone(self._connection)
        return self._connection

    def _arriving(self) -> "Iterator[_Write]":
        """The writes that wait, items of one kind as one, while there is room and time."""
        begun = turn = time.monotonic()
        room = LARGEST_BATCH
        while room > 0 and turn - begun <= LONGEST_BATCH:
            self._take_queued()
            if not self._next:
                return
            write = self._next.popleft()
            if isinstance(write, _Item):
                write = _Items([write, *_alike(write, self._next, room - 1)])
            room -= len(write.members())
            yield write
            if time.monotonic() - turn > TURN:
                time.sleep(MOMENT)
                turn = time.monotonic()

    def _all_waiting(self) -> "list[_Write]":
        """All that waited as long for a lock that did not come: they are refused together, not one after another."""
        self._take_queued()
        waiting = list(self._next)
        self._next.clear()
        return waiting

    def _take_queued(self) -> None:
        arrived = [self._queue.get() for _ in range(self._queue.qsize())]
        if None in arrived:
            self._queue.put(None)  # told to stop: after all that came before
        self._next += [write for write in arrived if write is not None]

    def _commit(self, connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            self._waiting.blocking(connection.commit)
        else:
            connection.commit()

    def _drop_connection(self) -> None:
        if self._connection is not None:
            try:
                self._connection.close()  # rolls back
            except DBAPIError:
                self._connection.invalidate()
            self._connection = None


class _Write:
    """One request's work and, later, what came of it."""

    def __init__(self, work: Callable[[Transaction], Any]):
        self.work = work
        self.context = contextvars.copy_context()  # whoever asks for it speaks some language
        self.result: Any = None
        self.error: BaseException | None = None
        self.finished = threading.Event()

    def members(self) -> "Sequence[_Write]":
        """Those who wait for this."""
        return (self,)

    def attempt(self, connection: Connection, savepoint: "Savepoint") -> None:
        """Do the work inside the savepoint, so that its failure undoes nobody else's."""
        try:
            with translated():
                savepoint.begin()
                with Transaction(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as tx:
                    self.result = self.context.run(self._do, tx)
                    tx.commit()
        except Exception as error:
            self.error = error

    def _do(self, tx: Transaction) -> Any:
        with holding():
            return self.work(tx)


class _Item(_Write):
    """One of many writes of a kind that are done in a few statements for all of them."""

    def __init__(self, kind: Together[Any], item: Any):
        super().__init__(lambda tx: kind(tx, [item]))
        self.kind = kind
        self.item = item


class _Items(_Write):
    """Items of one kind, done as one; where that breaks, each alone, so that only what broke it is refused."""

    def __init__(self, items: list[_Item]):
        super().__init__(lambda tx: items[0].kind(tx, [item.item for item in items]))
        self._items = items

    def members(self) -> Sequence[_Write]:
        """The items."""
        return self._items

    def attempt(self, connection: Connection, savepoint: "Savepoint") -> None:
        """Do them all, and tell each what came of it."""
        super().attempt(connection, savepoint)
        if self.error is not None and len(self._items) > 1 and _is_open(connection):
            self.error = None
            for item in self._items:
                _Items([item]).attempt(connection, savepoint)
                _check_still_open(connection, item)
            return
        outcomes = self.result if self.error is None else [self.error] * len(self._items)
        for item, error in zip(self._items, outcomes, strict=True):
            item.error = error


def _alike(item: _Item, waiting: "deque[_Write]", most: int) -> list[_Item]:
    """Up to `most` items of the same kind, taken out of those waiting."""
    alike = [write for write in waiting if isinstance(write, _Item) and write.kind == item.kind][:most]
    taken = set(map(id, alike))
    others = [write for write in waiting if id(write) not in taken]
    waiting.clear()
    waiting += others
    return alike


class Savepoint:
    """A batch's savepoint, moved forward from write to write.

    It takes the place of SQLAlchemy's own, which costs three times as much and, on PostgreSQL, twice the round trips:
    a session in the mode `create_savepoint` asks its connection for one by begin_nested() and then tells it to
    commit, roll back or close.
    """

    def __init__(self, connection: Connection):
        self._connection = connection
        self._on_sqlite = connection.dialect.name == "sqlite"
        self._here = False  # nothing was written since it was set
        self._set = False
        self.is_active = False
        connection.begin_nested = lambda: self  # type: ignore[assignment, method-assign, return-value]

    def begin(self) -> None:
        """Move to here, unless the write before was undone, which left it here."""
        if not self._here:
            self._move()
        self.is_active = self._set = True
        self._here = False

    def commit(self) -> None:
        """Keep the write; the next begin() moves on."""
        self.is_active = False

    def rollback(self) -> None:
        """Undo what was written since begin(); where the whole transaction has ended, there is nothing left to undo."""
        if self.is_active:
            self.is_active = False
            if not _is_open(self._connection):
                return
            self._connection.exec_driver_sql("ROLLBACK TO SAVEPOINT write")
            self._here = True

    close = rollback

    def _move(self) -> None:
        if self._set and self._on_sqlite:
            self._connection.exec_driver_sql("RELEASE SAVEPOINT write")
        release = "RELEASE SAVEPOINT write; " if self._set and not self._on_sqlite else ""
        self._connection.exec_driver_sql(f"{release}SAVEPOINT write")


def begin_alone(connection: Connection) -> None:
    """Begin the one write transaction of the whole system. Raises DBAPIError after LOCK_PATIENCE."""
    if connection.dialect.name == "sqlite":
        _begin_patiently(connection.execution_options(immediate=True))
    else:
        connection.begin()
        connection.execute(ONE_WRITER)


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


def _check_still_open(connection: Connection, write: _Write) -> None:
    """Raise the write's error where it ended the whole transaction, as a full disk does in SQLite."""
    error = next((member.error for member in write.members() if member.error), None)
    if error is not None and not _is_open(connection):
        raise error


def _is_open(connection: Connection) -> bool:
    """Whether the connection's transaction still goes on in the database."""
    if connection.invalidated or not connection.connection.dbapi_connection:
        return False
    return connection.dialect.name != "sqlite" or bool(connection.connection.dbapi_connection.in_transaction)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the drivers' words for busy and full into ours; a broken connection, or none left, counts as busy."""
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseBusy("all connections are in use") from error
    except DBAPIError as error:
        words = str(error.orig).lower()
        if "disk is full" in words or "no space left" in words or getattr(error.orig, "sqlstate", None) == "53100":
            raise DatabaseFull(words) from error
        if _will_pass(error):
            raise DatabaseBusy(words) from error
        raise


_PASSING_STATES = {"40001", "40P01", "53300", "55P03", "57P01", "57P02", "57P03", "08006", "08001", "25P03"}


def _will_pass(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", "")
    connection_lost = error.connection_invalidated or (state is None and isinstance(error, OperationalError))
    away = "unable to open database file" in str(error.orig)  # SQLite's word for no more open files, too
    return connection_lost or state in _PASSING_STATES or away or _is_locked(error)


def _is_locked(error: DBAPIError) -> bool:
    return "database is locked" in str(error.orig) or "database table is locked" in str(error.orig)
