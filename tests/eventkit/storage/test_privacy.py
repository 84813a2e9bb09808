"""The database's files are their owner's only, and what was deleted is not in them any more."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.builders import an_event

pytestmark = pytest.mark.only_on("sqlite")


def files(database: Database) -> list[Path]:
    path = Path(database.engine.url.database or "")
    return sorted(path.parent.glob(f"{path.name}*"))


def test_database_and_its_journal_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        database = Database(f"sqlite:///{tmp_path / 'new.db'}")
        database.write(lambda tx: tx.execute(text("CREATE TABLE t (a)")))
        modes = {file.name: file.stat().st_mode & 0o777 for file in files(database)}
    finally:
        os.umask(before)
    database.close()
    assert modes == {"new.db": 0o600, "new.db-shm": 0o600, "new.db-wal": 0o600}


def test_files_that_others_could_read_are_closed(database: Database) -> None:
    an_event(database)
    found = files(database)
    for file in found:
        file.chmod(0o644)
    Database(str(database.engine.url)).close()
    assert len(found) == 3
    assert {file.stat().st_mode & 0o777 for file in found} == {0o600}


def test_what_was_deleted_is_not_in_the_files_once_they_are_compacted(database: Database) -> None:
    event, _ = an_event(database)

    def rename(tx: object, name: str) -> None:
        tx.get_one(Event, event.id).name = name  # type: ignore[attr-defined]

    database.write(lambda tx: rename(tx, "Zebedee's own camp"))
    assert any(b"Zebedee" in file.read_bytes() for file in files(database))
    database.write(lambda tx: rename(tx, "A camp"))
    assert database.compact()
    assert not any(b"Zebedee" in file.read_bytes() for file in files(database))
