"""Fixtures that every test may use: a database of its own, the application on it, phones to visit it with."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from eventkit.config import Config
from eventkit.db import Database
from eventkit.tables import metadata
from tests.phone import Phone

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the judge, instances and data, which lies beside the project on some machines."""
    folder = Path(os.environ.get("TWOFEET_SHARED") or ROOT.parent / "shared")
    if not (folder / "check" / "score.py").exists():
        pytest.skip("the folder 'shared' does not lie beside this project")
    return folder


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings for a fresh SQLite file."""
    return Config(
        database_url=f"sqlite:///{tmp_path / 'test.db'}",
        secret_key="a secret for tests only",
        var=tmp_path,
        public_url="http://localhost",
    )


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The application on a fresh database."""
    application = create_app(config)
    application.testing = False  # exceptions become pages, as for people
    database: Database = application.extensions["twofeet"].database
    metadata.create_all(database.engine)
    yield application
    database.close()


@pytest.fixture
def database(app: Flask) -> Database:
    """The application's database."""
    return app.extensions["twofeet"].database


@pytest.fixture
def phone(app: Flask) -> Callable[[], Phone]:
    """Makes phones: each has cookies of its own."""
    return lambda: Phone(app)
