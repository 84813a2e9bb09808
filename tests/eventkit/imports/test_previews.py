"""Previews: what is kept is one set of files an event, gone once it is in, after a day, and with the event's names."""

from datetime import timedelta

import pytest
from sqlmodel import func, select, update

from eventkit.clock import now
from eventkit.errors import Invalid, NotFound
from eventkit.imports import files, previews, programme_rows
from eventkit.imports.files import Found
from eventkit.imports.programmes import Programme
from eventkit.privacy import erasure
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Pitch, Upload
from tests.world.builders import an_event

FILE = ("pitches.csv", b"title\nOne\n")


def kept(database: Database) -> int:
    with database.reading() as tx:
        return tx.scalar(select(func.count()).select_from(Upload)) or 0


def test_only_what_was_looked_at_last_can_be_brought(database: Database) -> None:
    event, _ = an_event(database)
    first = previews.look(database, event.id, [FILE, ("more.csv", b"title\nTwo\n")], cut=False)
    second = previews.look(database, event.id, [FILE], cut=False)
    assert kept(database) == 1
    with pytest.raises(NotFound):
        previews.bring(database, event.id, first.token)
    assert previews.bring(database, event.id, second.token) == second.comes == ["1 new pitch: “One”"]
    assert kept(database) == 0


def test_others_write_while_what_would_come_is_told(database: Database) -> None:
    event, _ = an_event(database)
    found = programmes(b"title,id\nOne,1\n")
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with other.alone():  # as long as somebody writes
        came = programme_rows.would_come(database, event.code, found)
    other.close()
    assert came.lines.pitches == 1
    with database.reading() as tx:
        assert not tx.scalar(select(func.count()).select_from(Pitch))


def programmes(content: bytes) -> Programme:
    found = files.together([("pitches.csv", content)])
    assert isinstance(found, Found)
    return found.programme


def test_what_is_wrong_keeps_nothing(database: Database) -> None:
    event, _ = an_event(database)
    for given in ([], [("x.csv", b"colour\nred\n")], [FILE, ("e.json", b'{"format": "twofeet-event/1"}')]):
        with pytest.raises(Invalid):
            previews.look(database, event.id, given, cut=False)
    assert kept(database) == 0


def test_files_go_after_a_day_and_when_names_are_erased(database: Database) -> None:
    event, _ = an_event(database)
    previews.look(database, event.id, [FILE], cut=False)
    database.write(previews.forget_old)
    assert kept(database) == 1
    old = now() - previews.KEPT - timedelta(minutes=1)
    database.write(lambda tx: tx.execute(update(Upload).values(at=old)))
    database.write(previews.forget_old)
    assert kept(database) == 0
    previews.look(database, event.id, [FILE], cut=False)
    database.write(lambda tx: erasure.erase(tx, tx.get_one(Event, event.id)))
    assert kept(database) == 0
