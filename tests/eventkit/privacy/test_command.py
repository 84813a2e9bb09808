"""`twofeet erase` and `twofeet link` on the machine itself."""

from pathlib import Path

import pytest

from eventkit import cli
from eventkit.event import events, people
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from eventkit.text import codes
from tests.world.builders import a_past_event, a_person, an_event


@pytest.fixture
def event(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Event:
    """An event whose day is long over, in the database that the command is told of."""
    monkeypatch.setenv("DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TWOFEET_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("PUBLIC_URL", "http://localhost")
    event = a_past_event(database)
    a_person(database, event, "Zebedee")
    return event


def names(database: Database, event: Event) -> list[str]:
    with database.reading() as tx:
        return [person.name for person in people.named(tx, event.id)]


def test_erase_erases_what_is_due_and_says_so(
    database: Database, event: Event, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["erase"]) == 0
    assert capsys.readouterr().out.startswith(f"Erased the names, codes and phones of {event.code}.\n")
    assert names(database, event) == []
    assert cli.main(["erase"]) == 0
    assert capsys.readouterr().out.startswith("No event is due.")


def test_erase_now_does_not_wait_for_the_day(database: Database, event: Event) -> None:
    later, _ = an_event(database, day=event.day.replace(year=2190))
    a_person(database, later, "Quintilla")
    assert cli.main(["erase"]) == 0
    assert names(database, later) == ["Quintilla"]
    assert cli.main(["erase", "--now", later.code.upper()]) == 0
    assert names(database, later) == []
    assert cli.main(["erase", "--now", "nowhere"]) == 1


def test_link_prints_a_new_organisers_link_and_ends_the_old_one(
    database: Database, event: Event, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["link", event.code]) == 0
    address = capsys.readouterr().out.strip()
    base, _, key = address.partition("?key=")
    assert base == f"http://localhost/e/{event.code}/organise"
    with database.reading() as tx:
        stored = events.by_code(tx, event.code)
    assert stored.organiser_hash == codes.digest(key) != event.organiser_hash
    assert cli.main(["link", "nowhere"]) == 1
