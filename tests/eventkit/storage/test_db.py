"""One way to write: nothing is lost, a failure undoes only itself, a lock held elsewhere is an answer."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from gevent import GreenletExit
from sqlalchemy import func, select, text

from eventkit.event import people
from eventkit.storage import writer
from eventkit.storage.db import Database, DatabaseBusy, Transaction, sqlite
from eventkit.storage.tables import Event
from tests.world.at_once import at_once
from tests.world.builders import an_event


def test_write_from_many_threads_loses_no_increment(database: Database) -> None:
    event, _ = an_event(database)

    def increment(tx: Transaction) -> None:
        tx.get_one(Event, event.id).grid_version += 1

    threads = [threading.Thread(target=lambda: [database.write(increment) for _ in range(25)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as tx:
        assert tx.get_one(Event, event.id).grid_version == 200


def test_write_that_fails_undoes_only_itself(database: Database) -> None:
    event, _ = an_event(database)

    def fail(tx: Transaction) -> None:
        tx.get_one(Event, event.id).name = "never"
        tx.flush()
        raise KeyError("wanted")

    with pytest.raises(KeyError, match="wanted"):
        database.write(fail)
    an_event(database)
    with database.reading() as tx:
        assert tx.get_one(Event, event.id).name == "Test camp"
        assert tx.scalar(select(func.count()).select_from(Event)) == 2


@pytest.mark.only_on("sqlite")
def test_write_while_another_process_holds_the_lock_is_refused(database: Database) -> None:
    an_event(database)
    other = sqlite.connect(database.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy):
        an_event(database)
    other.execute("ROLLBACK")
    event, _ = an_event(database, day=date(2026, 7, 1))
    with database.reading() as tx:
        assert tx.get_one(Event, event.id).day == date(2026, 7, 1)


def _rename(tx: Transaction, items: list[tuple[int, str]]) -> list[Exception | None]:
    """Name events; an empty name is refused, "break" breaks the statement for everybody in it."""
    rows = [{"id": event_id, "name": name or "unnamed"} for event_id, name in items]
    tx.connection().execute(text("UPDATE event SET name = :name WHERE id = :id"), rows)
    if "break" in (name for _, name in items):
        tx.connection().execute(text("UPDATE event SET nothing = 1"))
    return [None if name else ValueError("empty") for _, name in items]


def _come_of(database: Database, items: list[tuple[int, str]]) -> list[str]:
    """What each item's writer was told, when all were sent in the same moment."""
    told = at_once([lambda item=item: database.write_together(_rename, item) for item in items])
    return [type(error).__name__ if error else "done" for error in told]


def test_write_together_tells_each_what_came_of_its_own(database: Database) -> None:
    made = [an_event(database)[0].id for _ in range(20)]
    items = [(event_id, "" if number % 5 == 0 else f"camp {number}") for number, event_id in enumerate(made)]
    assert _come_of(database, items) == ["ValueError" if number % 5 == 0 else "done" for number in range(20)]
    with database.reading() as tx:
        assert [tx.get_one(Event, event_id).name for event_id in made[1:3]] == ["camp 1", "camp 2"]


def test_write_together_that_breaks_for_one_is_done_for_the_others(database: Database) -> None:
    made = [an_event(database)[0].id for _ in range(20)]
    items = [(event_id, "break" if number == 7 else f"camp {number}") for number, event_id in enumerate(made)]
    told = _come_of(database, items)
    assert {number for number, word in enumerate(told) if word != "done"} == {7}
    with database.reading() as tx:
        names = [tx.get_one(Event, event_id).name for event_id in made]
    assert names == ["Test camp" if number == 7 else f"camp {number}" for number in range(20)]


def _rename_or_lose(tx: Transaction, items: list[tuple[int, str]]) -> list[Exception | None]:
    """Name events one by one only; "lose" loses the connection, as a restart of the database does."""
    if len(items) > 1:
        raise KeyError("together")
    if items[0][1] == "lose":
        driver = tx.connection().connection.dbapi_connection
        assert driver is not None
        driver.close()
    return _rename(tx, items)


def test_connection_lost_among_writes_done_alone_refuses_all_of_them_as_busy(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "LONGEST_BATCH", 60.0)  # all are one batch, however slowly they come
    made, queued = [an_event(database)[0].id for _ in range(6)], threading.Event()
    items = [(event_id, "lose" if number == 3 else f"camp {number}") for number, event_id in enumerate(made)]
    told: dict[str, str] = {}

    def run(name: str, write: Callable[[], Any]) -> None:
        try:
            write()
        except Exception as error:
            told[name] = type(error).__name__

    holder = threading.Thread(target=run, args=("holder", lambda: database.write(lambda _tx: queued.wait(10))))
    waiters = [
        threading.Thread(target=run, args=(item[1], lambda item=item: database.write_together(_rename_or_lose, item)))
        for item in items
    ]
    holder.start()
    for count, waiter in enumerate(waiters, 1):
        waiter.start()
        while database.waiting < count:
            threading.Event().wait(0.001)
    queued.set()
    for thread in (holder, *waiters):
        thread.join()
    assert told == dict.fromkeys(["holder", *(name for _, name in items)], "DatabaseBusy")
    with database.reading() as tx:
        assert {tx.get_one(Event, event_id).name for event_id in made} == {"Test camp"}


def test_write_stopped_from_outside_is_told_so_and_the_next_is_done(database: Database) -> None:
    event, _ = an_event(database)

    def stopped(tx: Transaction) -> None:
        tx.get_one(Event, event.id).name = "never"
        tx.flush()
        raise GreenletExit

    with pytest.raises(GreenletExit):
        database.write(stopped)
    an_event(database)
    with database.reading() as tx:
        assert tx.get_one(Event, event.id).name == "Test camp"


def test_write_together_shares_the_statement_where_many_wait(database: Database) -> None:
    """While one write holds the writer, the others queue up; they are then done at once."""
    made, queued, sizes = [an_event(database)[0].id for _ in range(8)], threading.Event(), []

    def hold(_tx: Transaction) -> None:
        assert queued.wait(10)

    def count(_tx: Transaction, items: list[int]) -> list[None]:
        sizes.append(len(items))
        return [None] * len(items)

    holder = threading.Thread(target=lambda: database.write(hold))
    holder.start()
    waiters = [threading.Thread(target=lambda item=item: database.write_together(count, item)) for item in made]
    for thread in waiters:
        thread.start()
    while database.waiting < len(made):
        threading.Event().wait(0.001)
    queued.set()
    for thread in (holder, *waiters):
        thread.join()
    assert sizes == [8]


def test_write_inside_a_write_is_refused_and_undone(database: Database) -> None:
    def nested(tx: Transaction) -> None:
        people.ensure(tx, event.id, "outer")
        database.write(lambda inner: people.ensure(inner, event.id, "inner"))

    event, _ = an_event(database)
    with pytest.raises(RuntimeError, match="write inside a write"):
        database.write(nested)
    with database.reading() as tx:
        assert people.count(tx, event.id) == 0
