"""What several journeys begin with."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from eventkit.storage.db import Database
from tests.world.wifi import Place, a_place


@pytest.fixture
def place(app: Flask, database: Database, chromium: Browser) -> Iterator[Place]:
    """A phone on a venue's wifi, which a test may make as bad as it likes."""
    with a_place(app, database, chromium) as place:
        yield place
