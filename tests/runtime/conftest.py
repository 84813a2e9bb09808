"""A migrated database and an event for processes to serve."""

import functools
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from eventkit.storage.db import Database
from tests.world.builders import an_event
from tests.world.postgres import Cluster
from tests.world.serving import Standing, web


@pytest.fixture
def migrated(request: pytest.FixtureRequest, database_url: str) -> str:
    """The address of a migrated, empty database."""
    if not database_url.startswith("sqlite"):
        cluster: Cluster = request.getfixturevalue("postgres")
        return cluster.create_fresh("served", like=request.getfixturevalue("postgres_tables"))
    shutil.copyfile(request.getfixturevalue("sqlite_tables"), database_url.removeprefix("sqlite:///"))
    return database_url


@pytest.fixture(scope="module")
def standing_on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Standing]]:
    """Starts a server on a database of ours when the first test of a module asks for it, and ends it after the last."""
    with ExitStack() as stack:

        @functools.cache
        def start(url: str) -> Standing:
            database = Database(url)
            stack.callback(database.close)
            site = stack.enter_context(web(url, tmp_path_factory.mktemp("standing")))
            assert site.phone().get("/").status == 200
            return Standing(site, database)

        yield start


@pytest.fixture(scope="module")
def standing_sqlite(sqlite_tables: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a SQLite database for a server that several tests use."""
    return f"sqlite:///{shutil.copyfile(sqlite_tables, tmp_path_factory.mktemp('standing') / 'test.db')}"


@pytest.fixture(scope="module")
def standing_postgres(postgres: Cluster, postgres_tables: str) -> str:
    """The same on PostgreSQL."""
    return postgres.create_fresh("standing", like=postgres_tables)


@pytest.fixture
def standing(request: pytest.FixtureRequest, database_url: str, standing_on: Callable[[str], Standing]) -> Standing:
    """A server that runs already, for tests that leave it as it is and look at an event of their own."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgres"
    return standing_on(request.getfixturevalue(f"standing_{kind}"))


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
