"""The facilitators' desk: what is on its lists, and what leaves them."""

from datetime import timedelta

from eventkit.event.roles import at_the_machine
from eventkit.grid import desk
from eventkit.market import hiding, note_takers, notes, pitches, summaries
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Note, NoteKind, Pitch
from tests.world.builders import a_person
from tests.world.published import a_published_day

ENTRY = notes.Entry(kind=NoteKind.NOTE, text="A point")


def test_lists_have_what_somebody_should_see_to_and_nothing_hidden(database: Database) -> None:
    day = a_published_day(database, placed=5, pitches=6)
    noted, summed, struck, hidden, late = day.pitches[:5]
    person = a_person(database, day.event, "Sam")

    def write(tx: Transaction) -> tuple[Pitch, Note, Note]:
        at, stored = day.event.id, tx.get_one(Event, day.event.id)
        notes.add(tx, at, noted.id, person, ENTRY)
        summaries.keep(tx, at, summed.id, person, summaries.Typed("All of it"))
        notes.add(tx, at, struck.id, person, ENTRY).struck_at = day.slots[0].ends_at
        hiding.hide_pitch(tx, pitches.get(tx, at, hidden.id), None)
        note_takers.offer(tx, at, pitches.get(tx, at, late.id), tx.merge(person), True, "Sam")
        other = pitches.add_for_another(tx, at_the_machine(stored), tx.merge(person), pitches.Content(title="Typed"))
        gone = pitches.add_for_another(tx, at_the_machine(stored), tx.merge(person), pitches.Content(title="Gone"))
        hiding.hide_pitch(tx, gone, None)
        act = notes.Entry(kind=NoteKind.ACTION, text="Done", owner="Sam")
        done = notes.add(tx, at, noted.id, person, act)
        done.done_at = day.slots[0].ends_at
        return other, notes.add(tx, at, noted.id, person, notes.Entry(kind=NoteKind.ACTION, text="Open")), done

    typed, open_one, done = database.write(write)
    first_over = day.slots[0].ends_at + timedelta(minutes=1)
    with database.reading() as tx:
        found = desk.read(tx, at_the_machine(tx.get_one(Event, day.event.id)), first_over)
        after = desk.read(
            tx, at_the_machine(tx.get_one(Event, day.event.id)), day.slots[-1].ends_at + timedelta(hours=1)
        )
    assert [it.pitch.id for it in found.unnoted] == [struck.id]  # hidden is gone, late has not begun
    assert [it.pitch.id for it in after.unnoted] == [struck.id, late.id]
    assert [it.pitch.id for it in found.untaken] == []  # the first slot is over, and somebody takes the notes of late
    shown = [it.id for it in day.pitches if it.id != hidden.id]
    assert [it.id for it in found.unclaimed] == [*shown, typed.id]
    assert [it.note.id for it in found.actions] == [open_one.id, done.id]
    assert after.untaken == []


def test_without_a_grid_there_are_no_sessions(database: Database) -> None:
    day = a_published_day(database)
    with database.reading() as tx:
        event = tx.get_one(Event, day.event.id)
        event.published_version = None
        found = desk.read(tx, at_the_machine(event), day.slots[0].starts_at)
    assert (found.unnoted, found.untaken) == ([], [])
