"""What whoever runs Twofeet reads is complete."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from eventkit.config import SETTINGS
from eventkit.storage import schema
from eventkit.storage.db import Database
from eventkit.web.base import observing
from tests.world.places import ROOT


def test_settings_are_documented() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    assert rows == list(SETTINGS)


def test_settings_are_what_the_environment_is_asked_for() -> None:
    asked = re.findall(r'environ\.get\("([A-Z_]+)"\)', (ROOT / "eventkit" / "config.py").read_text())
    assert sorted(set(asked)) == sorted(SETTINGS)


def test_metrics_are_documented() -> None:
    told = set(re.findall(r"`(twofeet_[a-z_]+)`", (ROOT / "docs" / "running.md").read_text()))
    ours = [value for name, value in vars(observing).items() if name.isupper() and hasattr(value, "describe")]
    assert told == {f"{it._name}_total" if it._type == "counter" else it._name for it in ours}


@pytest.mark.only_on("sqlite")
def test_metrics_are_for_this_machine_or_for_whoever_has_the_token(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.7"}).status_code == 403
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 403


@pytest.mark.only_on("sqlite")
def test_health_names_what_does_not_work(app: Flask, database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))  # as if the tables had been made by hand
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json()["status"] == "failing"
    assert answer.get_json()["database"] == "ok"
    assert answer.get_json()["worker"] == "no worker was heard of lately: builds wait"
    assert answer.get_json()["migrations"] == f"the database is at None, not {schema.head()}: twofeet migrate"


@pytest.mark.only_on("sqlite")
def test_health_says_to_strangers_only_that_the_database_is_away(app: Flask, tmp_path: Path) -> None:
    there = tmp_path / "test.db"
    client = app.test_client()
    assert client.get("/healthz").get_json()["database"] == "ok"
    app.extensions["twofeet"].database.close()
    there.unlink()
    there.mkdir()  # nothing can be opened here
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()["database"]) == (503, "does not answer")


def test_metrics_take_no_method_from_strangers(app: Flask) -> None:
    client = app.test_client()
    for number in range(3):
        assert client.open("/", method=f"STRANGE{number}").status_code in (403, 405)
    methods = set(re.findall(r'twofeet_requests_total\{.*method="(\w+)"', client.get("/metrics").text))
    assert methods <= {"GET", "HEAD", "POST", "OPTIONS", "other"}
    assert "other" in methods


def test_every_module_is_named_in_the_architecture() -> None:
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text().split("## Every module")[1]
    told = {}
    for paragraph in text.split("\n\n"):
        if heading := re.match(r"\*\*`([a-z/]+)/`\*\*", paragraph):
            told[heading[1]] = set(re.findall(r"`(\w+)`", paragraph))
    modules: dict[str, set[str]] = {}
    for package in ("eventkit", "solver"):
        for path in (ROOT / package).rglob("*.py"):
            if path.name != "__init__.py" and "migrations" not in path.parts:
                modules.setdefault(path.parent.relative_to(ROOT).as_posix(), set()).add(path.stem)
    assert told == modules
