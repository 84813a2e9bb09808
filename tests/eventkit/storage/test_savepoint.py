"""What the writer's own savepoint relies on in SQLAlchemy: if one of these fails after an upgrade, mend Savepoint.

A session that joins a connection's transaction in the mode `create_savepoint` asks the connection for one by
begin_nested(), once and when it first runs a statement, and then only tells it to commit, roll back or close, asking
`is_active` in between.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session as Transaction

from eventkit.storage.db import Database
from eventkit.storage.writer import Savepoint, begin_alone

RENAME = text("UPDATE worker SET name = name || :more")


class Told(Savepoint):
    """A savepoint that notes what it was asked for."""

    def __init__(self, connection: Connection):
        super().__init__(connection)
        self.told: list[str] = []
        begin_nested = connection.begin_nested

        def asked() -> object:
            self.told.append("begin_nested")
            return begin_nested()

        connection.begin_nested = asked  # type: ignore[assignment, method-assign]

    def commit(self) -> None:
        self.told.append("commit")
        super().commit()

    def rollback(self) -> None:
        self.told.append("rollback")
        super().rollback()

    def close(self) -> None:
        self.told.append("close")
        super().close()


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as connection:
        begin_alone(connection)
        connection.execute(text("INSERT INTO worker (name, seen) VALUES ('one', 0)"))
        yield connection


def joined(connection: Connection) -> Transaction:
    return Transaction(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")


def name(connection: Connection) -> object:
    return connection.scalar(text("SELECT name FROM worker"))


def test_session_asks_for_one_savepoint_when_it_first_does_something(connection: Connection) -> None:
    savepoint = Told(connection)
    savepoint.begin()
    with joined(connection) as tx:
        assert savepoint.told == []
        tx.execute(RENAME, {"more": "+"})
        tx.execute(RENAME, {"more": "+"})
        assert savepoint.told == ["begin_nested"]
        tx.commit()
    assert savepoint.told == ["begin_nested", "commit"]
    assert name(connection) == "one++"


def test_session_that_raises_rolls_back_to_the_savepoint_only(connection: Connection) -> None:
    savepoint = Told(connection)
    savepoint.begin()
    with joined(connection) as tx:
        tx.execute(RENAME, {"more": "+"})
        tx.commit()
    savepoint.begin()
    with pytest.raises(KeyError), joined(connection) as tx:
        tx.execute(RENAME, {"more": "never"})
        raise KeyError
    assert savepoint.told[2:] == ["begin_nested", "close"]
    assert not savepoint.is_active
    assert name(connection) == "one+"


def test_session_whose_flush_fails_rolls_back_and_leaves_the_transaction_usable(connection: Connection) -> None:
    savepoint = Told(connection)
    savepoint.begin()
    with pytest.raises(Exception, match="no_such"), joined(connection) as tx:
        tx.execute(RENAME, {"more": "never"})
        tx.execute(text("UPDATE no_such SET a = 1"))
    savepoint.begin()
    with joined(connection) as tx:
        tx.execute(RENAME, {"more": "!"})
        tx.commit()
    assert name(connection) == "one!"
