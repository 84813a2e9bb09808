"""A copy of one event's rows in memory, in which it can be tried what would come of a change."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine, event, select
from sqlalchemy.pool import StaticPool

from eventkit.storage.db import Database, Transaction, sqlite
from eventkit.storage.tables import metadata

COPIED = {  # table -> what says that a row is an event's, itself or by what it belongs to: all that an import looks at
    "event": "id",
    "about": "event_id",
    "formercode": "event_id",
    "room": "event_id",
    "slot": "event_id",
    "closure": "slot_id",
    "person": "event_id",
    "gridversion": "event_id",
    "pitch": "event_id",
    "host": "pitch_id",
    "joining": "event_id",
    "parting": "pitch_id",
    "placement": "event_id",
    "notice": "event_id",
    "importedpitch": "event_id",
    "importedplace": "event_id",
}


@contextmanager
def of_event(database: Database, event_id: int) -> Iterator[Transaction]:
    """A transaction in the copy; whatever is tried there is gone at the block's end.

    It holds nothing of the database: on PostgreSQL a writer would wait for each row that is tried, and all others for
    that writer; on SQLite all events would have to be copied. Of what COPIED does not name there is nothing in it.
    """
    copy: Any = sqlite.connect(":memory:", check_same_thread=False)
    copy.isolation_level = None
    engine = create_engine("sqlite://", module=sqlite, creator=lambda: copy, poolclass=StaticPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    try:
        metadata.create_all(engine)
        with Transaction(engine, expire_on_commit=False) as tx:
            _copy(database, event_id, tx)
            yield tx
    finally:
        engine.dispose()
        copy.close()


def _copy(database: Database, event_id: int, to: Transaction) -> None:
    with database.reading() as tx:
        for name, column in COPIED.items():
            table = metadata.tables[name]
            mine = table.c[column] == event_id
            if column not in ("id", "event_id"):
                parent = next(iter(table.c[column].foreign_keys)).column
                mine = table.c[column].in_(select(parent).where(parent.table.c.event_id == event_id))
            if rows := [dict(row) for row in tx.execute(select(table).where(mine)).mappings()]:
                to.execute(table.insert(), rows)
