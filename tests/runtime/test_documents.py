"""What whoever runs Twofeet reads is complete."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

import solver
from eventkit.config import SETTINGS
from eventkit.storage import schema
from eventkit.storage.db import Database
from eventkit.web.base import observing
from solver.compiled import cache
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


PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


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


def test_health_says_whether_the_search_is_compiled(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "folder", tmp_path)
    client = app.test_client()
    assert client.get("/healthz").get_json()["search"] == solver.SearchState.NOT_YET
    cache.mark(cache.SEARCH)
    assert client.get("/healthz").get_json()["search"] == "compiled"


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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_pages_name_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:eventkit|solver|tests|tools|templates|static|bench|deploy)/[\w./-]+\.\w+)`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_pictures_of_the_face_are_there_and_small() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert [Path(path).stem for path in shown] == ["phone", "editor", "wall", "book"]
    assert sum((ROOT / path).stat().st_size for path in shown) < 400_000
