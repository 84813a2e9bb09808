"""A backup taken while the database is in use restores to the same content, on either kind of database."""

import gzip
import json
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, Table, delete, select
from sqlmodel import col

from eventkit import rehearsal
from eventkit.errors import Invalid
from eventkit.storage import backups, change_log, schema
from eventkit.storage.db import Database
from eventkit.storage.tables import Change, ChangeKind, Event, Pitch, metadata
from tests.world.builders import a_person, an_event
from tests.world.postgres import Cluster


def content(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, but for what a restored event is given anew."""
    with database.reading() as tx:
        return {
            table.name: sorted(map(repr, tx.connection().execute(_kept(table)).all()))
            for table in metadata.sorted_tables
        }


def _kept(table: Table) -> Select[Any]:
    return select(*(column for column in table.columns if column.name != "codes_salt"))


@pytest.fixture
def used(request: pytest.FixtureRequest, database_url: str) -> Database:
    """A migrated database with the rehearsal event in it."""
    postgres = not database_url.startswith("sqlite")
    url = request.getfixturevalue("postgres").create_fresh("backed_up") if postgres else database_url
    database = Database(url)
    request.addfinalizer(database.close)
    schema.upgrade(database)
    rehearsal.ensure(database)
    return database


def test_backup_restores_to_the_same_content(used: Database, tmp_path: Path) -> None:
    with used.reading() as tx:
        first, second = tx.scalars(select(Pitch).limit(2))
    used.write(lambda tx: setattr(tx.get_one(Pitch, first.id), "merged_into", second.id))
    rows = backups.backup(used, tmp_path / "backup")
    restored = Database(f"sqlite:///{tmp_path / 'restored.db'}")
    assert backups.restore(restored, tmp_path / "backup") == rows
    assert content(restored) == content(used)
    event, _ = an_event(restored)
    assert event.id > 1, "new rows are numbered after the restored ones"
    restored.close()


@pytest.mark.only_on("sqlite")
def test_backup_of_the_wrong_database_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'nobody_runs_this.db'}")
    with pytest.raises(Invalid, match="as the running Twofeet has it"):
        backups.backup(database, tmp_path / "backup")
    database.close()
    assert list(tmp_path.glob("*backup*")) == []


def test_backup_of_sqlite_restores_on_postgres(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    cluster: Cluster = request.getfixturevalue("postgres")
    database = Database(f"sqlite:///{tmp_path / 'small.db'}")
    schema.upgrade(database)
    rehearsal.ensure(database)
    backups.backup(database, tmp_path / "backup")
    larger = Database(cluster.create_fresh("grown"))
    backups.restore(larger, tmp_path / "backup")
    assert content(larger) == content(database)
    assert an_event(larger)[0].id == 2
    larger.close()
    database.close()


def test_backup_under_load_holds_what_was_acknowledged_before_and_no_half_write(used: Database, tmp_path: Path) -> None:
    event, _ = an_event(used)
    person = a_person(used, event)
    stop = threading.Event()
    acknowledged: list[int] = []

    def write() -> None:
        while not stop.is_set():
            number = len(acknowledged)
            used.write(partial(_two_rows, event=event, person_id=person.id, number=number))
            acknowledged.append(number)

    thread = threading.Thread(target=write)
    thread.start()
    while len(acknowledged) < 20:
        pass
    before = len(acknowledged)
    backups.backup(used, tmp_path / "backup")
    stop.set()
    thread.join()
    restored = Database(f"sqlite:///{tmp_path / 'restored.db'}")
    backups.restore(restored, tmp_path / "backup")
    with restored.reading() as tx:
        titles = sorted(tx.scalars(select(col(Pitch.title)).where(col(Pitch.event_id) == event.id)))
    pairs = len(titles) // 2
    assert before <= pairs <= len(acknowledged)
    assert titles == sorted(f"{half} {number:05}" for number in range(pairs) for half in ("first", "second"))
    restored.close()


def test_restore_into_a_used_database_is_refused_unless_forced(used: Database, tmp_path: Path) -> None:
    backups.backup(used, tmp_path / "backup")
    before = content(used)
    an_event(used)
    with pytest.raises(Invalid, match="Restore into an empty one"):
        backups.restore(used, tmp_path / "backup")
    with used.reading() as tx:
        seen = change_log.newest(tx)
    backups.restore(used, tmp_path / "backup", force=True)
    with used.reading() as tx:
        told = change_log.since(tx, seen)
        assert {change.kind for change in told} == set(ChangeKind), "open pages hear of it, and fetch all anew"
    used.write(lambda tx: tx.execute(delete(Change).where(col(Change.id) > seen)))
    assert content(used) == before


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("harm", ["cut", "changed", "other", "empty"])
def test_damaged_backup_is_refused_and_changes_nothing(used: Database, tmp_path: Path, harm: str) -> None:
    path = tmp_path / "backup"
    backups.backup(used, path)
    whole = path.read_bytes()
    lines = gzip.decompress(whole).splitlines()
    harmed = {
        "cut": whole[: len(whole) // 2],
        "changed": gzip.compress(b"\n".join(line.replace(b"Library", b"Lobby") for line in lines)),
        "other": gzip.compress(json.dumps({"format": "something else"}).encode()),
        "empty": b"",
    }
    path.write_bytes(harmed[harm])
    empty = Database(f"sqlite:///{tmp_path / 'restored.db'}")
    with pytest.raises(Invalid):
        backups.restore(empty, path)
    schema.upgrade(empty)
    assert content(empty)["event"] == []
    empty.close()


def _two_rows(tx: Any, event: Event, person_id: int, number: int) -> None:
    for half in ("first", "second"):
        tx.add(
            Pitch(
                event_id=event.id,
                title=f"{half} {number:05}",
                created_by=person_id,
                created_at=event.created_at,
                edited_at=event.created_at,
            )
        )
