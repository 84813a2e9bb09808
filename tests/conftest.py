"""Fixtures that every test may use: a database of its own on each kind we run on, the application, phones."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import structlog
from flask import Flask
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser
from sqlalchemy import Engine, event

from app import create_app
from eventkit.config import Config
from eventkit.storage import schema
from eventkit.storage.db import Database, sqlite
from tests.world.browser import a_chromium
from tests.world.phone import Phone
from tests.world.places import SHARED
from tests.world.postgres import Cluster, Emptied, binaries, new_folder
from tests.world.shared import share
from tests.world.visitors import Phones

os.environ["LC_ALL"] = "C"  # commands speak the language of the terminal
PAGES = Path(__file__).parent / "web"
IN_CI = os.environ.get("CI") == "true"

settings.register_profile("here", deadline=None)  # how long an example takes says how busy the machine is
settings.load_profile("here")

# Plain lines: structlog's default draws every traceback with all locals where rich is installed, for seconds.
structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
share()


@event.listens_for(Engine, "connect")
def _reverse_rows(connection: Any, _record: Any) -> None:
    """Give rows that nobody asked for in an order the other way round: PostgreSQL may give them in any."""
    if isinstance(connection, sqlite.Connection):
        connection.execute("PRAGMA reverse_unordered_selects=ON")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that has a database on SQLite and on PostgreSQL, or on the kind of its mark only_on("sqlite").

    A page asks the domain and never the database (a contract of imports), and the domain's tests run on both. So a
    page's test has one of the two, half of them each, unless it is marked on_both.
    """
    if "database_url" not in metafunc.fixturenames:
        return
    kinds: tuple[str, ...] = ("sqlite", "postgres")
    marked = metafunc.definition.get_closest_marker
    if only := marked("only_on"):
        kinds = only.args
    elif metafunc.definition.path.parent == PAGES and not marked("on_both") and binaries() is not None:
        kinds = (kinds[crc32(metafunc.definition.nodeid.encode()) % 2],)
    marks = {"postgres": pytest.mark.postgres}
    params = [pytest.param(kind, id=kind, marks=marks.get(kind, ())) for kind in kinds]
    metafunc.parametrize("database_url", params, indirect=True)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the judge, instances and data, which lies beside the project on some machines."""
    if not (SHARED / "check" / "score.py").exists():
        pytest.skip(f"the judge, the instances and the data are not at {SHARED}; TWOFEET_SHARED may say where they are")
    return SHARED


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A running PostgreSQL of our own."""
    if binaries() is None:
        (pytest.fail if IN_CI else pytest.skip)("PostgreSQL is not installed here: apt-get install postgresql")
    cluster = Cluster(new_folder())
    cluster.start()
    yield cluster
    cluster.stop()
    shutil.rmtree(cluster.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_tables(postgres: Cluster) -> str:
    """The name of a PostgreSQL database with our tables, for others to begin as."""
    _migrate(postgres.create("tables"))
    return "tables"


@pytest.fixture(scope="session")
def emptied(postgres: Cluster, postgres_tables: str) -> Iterator[Emptied]:
    """The PostgreSQL database of all tests that need none of their own."""
    emptied = Emptied(postgres.create_fresh("tests", like=postgres_tables))
    yield emptied
    emptied.close()


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with our tables, for each test to copy."""
    path = tmp_path_factory.mktemp("tables") / "empty.db"
    _migrate(f"sqlite:///{path}")
    return path


def _migrate(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    database.close()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    emptied: Emptied = request.getfixturevalue("emptied")
    emptied.empty()
    return emptied.url


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    """Settings for a fresh database."""
    return Config(
        database_url=database_url,
        secret_key="a secret for tests only",
        var=tmp_path,
        public_url="http://localhost",
    )


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for all tests: each test's application would do it again, and take longest by far."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def database(config: Config, sqlite_tables: Path) -> Iterator[Database]:
    """A fresh database with our tables."""
    if config.database_url.startswith("sqlite"):
        shutil.copyfile(sqlite_tables, config.database_url.removeprefix("sqlite:///"))
    database = Database(config.database_url)
    yield database
    database.close()


@pytest.fixture
def app(config: Config, database: Database, compiled: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application on that database."""
    application = create_app(config, database=database)
    application.jinja_env.bytecode_cache = compiled
    application.testing = False  # exceptions become pages, as for people
    yield application
    application.extensions["streams"].stop()


@pytest.fixture
def phone(app: Flask) -> Phones:
    """Makes phones: each has cookies of its own."""
    return lambda: Phone(app)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of one module."""
    with a_chromium() as browser:
        yield browser
