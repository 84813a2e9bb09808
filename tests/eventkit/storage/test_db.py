"""One way to write: nothing is lost, a failure undoes only itself, a lock held elsewhere is an answer."""

import threading
from datetime import date

import pytest
from sqlalchemy import func, select

from eventkit.storage.db import Database, DatabaseBusy, Transaction, sqlite
from eventkit.storage.tables import Event
from tests.builders import an_event


def test_write_from_many_threads_loses_no_increment(database: Database) -> None:
    event, _ = an_event(database)

    def increment(tx: Transaction) -> None:
        tx.get(Event, event.id).grid_version += 1

    threads = [threading.Thread(target=lambda: [database.write(increment) for _ in range(25)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as tx:
        assert tx.get(Event, event.id).grid_version == 200


def test_write_that_fails_undoes_only_itself(database: Database) -> None:
    event, _ = an_event(database)

    def fail(tx: Transaction) -> None:
        tx.get(Event, event.id).name = "never"
        tx.flush()
        raise KeyError("wanted")

    with pytest.raises(KeyError, match="wanted"):
        database.write(fail)
    an_event(database)
    with database.reading() as tx:
        assert tx.get(Event, event.id).name == "Test camp"
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
        assert tx.get(Event, event.id).day == date(2026, 7, 1)
