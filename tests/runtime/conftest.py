"""A migrated database and an event for processes to serve."""

import shutil
from collections.abc import Callable, Iterator

import pytest

from eventkit.storage.db import Database
from tests.world.builders import an_event
from tests.world.postgres import Cluster


@pytest.fixture
def migrated(request: pytest.FixtureRequest, database_url: str) -> str:
    """The address of a migrated, empty database."""
    if not database_url.startswith("sqlite"):
        cluster: Cluster = request.getfixturevalue("postgres")
        return cluster.create_fresh("served", like=request.getfixturevalue("postgres_tables"))
    shutil.copyfile(request.getfixturevalue("sqlite_tables"), database_url.removeprefix("sqlite:///"))
    return database_url


@pytest.fixture
def behind(migrated: str) -> Iterator[Database]:
    """The same database, looked at from the test's own process."""
    database = Database(migrated)
    yield database
    database.close()


@pytest.fixture
def code(behind: Database) -> str:
    """The code of an event in it."""
    return an_event(behind)[0].code


@pytest.fixture
def counted(behind: Database) -> Callable[[str], int]:
    """Counts the rows of a table."""

    def count(table: str) -> int:
        with behind.engine.connect() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())

    return count
