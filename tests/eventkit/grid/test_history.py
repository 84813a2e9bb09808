"""The history of the grid: told by today's titles, in the reader's language, and without what is hidden or deleted."""

import pytest
from sqlmodel import select

from eventkit.event.roles import Organiser, Viewer, at_the_machine
from eventkit.grid import history, moderation, steps, versions
from eventkit.grid.history import EntryKind, HistoryEntry
from eventkit.market import pitches
from eventkit.market.pitches import Content
from eventkit.privacy import forgetting
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, GridCause, GridVersion, ModerationKind, Pitch
from eventkit.text import language
from tests.world.published import Day, a_published_day

HELPER = Viewer(token="", organiser=True, facilitator=True)
EVERY_LINE = [
    HistoryEntry(kind=kind, pitch=1, text="11:00, Library", number=2, sessions=3, pinned=pinned)
    for kind in EntryKind
    for pinned in (False, True)
]


@pytest.fixture
def day(database: Database) -> Day:
    """A published day in which the second pitch was moved onto the first since."""
    day = a_published_day(database, placed=2)
    database.write(lambda tx: versions.move(tx, _by(tx, day), 1, day.pitches[1].id, day.cells[0]))
    return day


def _by(tx: Transaction, day: Day) -> Organiser:
    return at_the_machine(tx.get_one(Event, day.event.id))


def told(database: Database, day: Day, spoken: str = "en") -> str:
    """What the newest version says."""
    with database.reading() as tx, language.speaking(spoken):
        return history.lines(tx, day.event.id, 1)[0].words


def test_line_follows_the_title_and_says_none_that_is_hidden(database: Database, day: Day) -> None:
    where = "to 10:00, Main hall. ‘Pitch 1’ took its place."
    assert told(database, day) == f"Moved ‘Pitch 2’ {where}"
    database.write(lambda tx: pitches.edit(tx, day.event.id, HELPER, day.pitches[1].id, Content(title="Bins")))
    assert told(database, day) == f"Moved ‘Bins’ {where}"
    for hidden, title in ((True, "a hidden pitch"), (False, "‘Bins’")):
        database.write(
            lambda tx, hidden=hidden: moderation.set_hidden(
                tx, _by(tx, day), ModerationKind.PITCH, day.pitches[1].id, hidden
            )
        )
        assert told(database, day) == f"Moved {title} {where}"


def test_line_about_a_deleted_pitch_is_never_about_the_next_one_with_its_number(database: Database, day: Day) -> None:
    def forget(tx: Transaction) -> None:
        event = tx.get_one(Event, day.event.id)
        versions.unpublish(tx, _by(tx, day), event.grid_version)
        forgetting.forget_pitch(tx, event, tx.get_one(Pitch, day.pitches[1].id))

    database.write(forget)
    assert told(database, day) == "Moved a deleted pitch to 10:00, Main hall. ‘Pitch 1’ took its place."
    with database.reading() as tx:
        rows = tx.scalars(select(GridVersion).where(GridVersion.event_id == day.event.id)).all()
        assert day.pitches[1].id not in {it.pitch for row in rows for it in history.entries_of(row)}


def test_undo_and_redo_say_what_they_undo_in_the_reader_s_language(database: Database, day: Day) -> None:
    assert database.write(lambda tx: steps.undo(tx, _by(tx, day), 2)).startswith("Undid: Moved ‘Pitch 2’")
    assert database.write(lambda tx: steps.redo(tx, _by(tx, day), 3)).startswith("Redid: Moved ‘Pitch 2’")
    assert told(database, day, "de").startswith("Wiederholt: ")


@pytest.mark.parametrize("spoken", ["en", "cy", "de", "es", "fr"])
def test_every_kind_of_line_is_said_and_kept_as_data(spoken: str) -> None:
    with language.speaking(spoken):
        for entry in EVERY_LINE:
            said = history.words(GridCause.MOVE, [entry], {1: "‘Bins’"})
            assert said.endswith(".")
            assert "%(" not in said
            assert history.entries_of(GridVersion(entries=history.as_data([entry]))) == (entry,)  # type: ignore[call-arg]
        assert all(history.words(cause, [], {}) for cause in GridCause)
