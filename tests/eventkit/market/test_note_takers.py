"""Note-takers: who offers to take the notes of a session, by a name."""

import pytest
from sqlmodel import select

from eventkit.errors import Invalid
from eventkit.event import people
from eventkit.market import actions, note_takers, notes, summaries
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import NoteKind, Person, Summary
from tests.world.builders import a_person, a_pitch, an_event


def test_who_takes_notes_is_named_until_they_take_it_back(database: Database) -> None:
    event, _ = an_event(database)
    pitch, ada, nameless = a_pitch(database, event), a_person(database, event, "Ada"), a_person(database, event)

    def offer(person: object, takes: bool = True, name: str = "") -> list[str]:
        database.write(lambda tx: note_takers.offer(tx, event.id, pitch, person, takes, name))  # type: ignore[arg-type]
        with database.reading() as tx:
            return [it.name for it in note_takers.of_event(tx, event.id).get(pitch.id, ())]

    assert offer(ada) == ["Ada"]
    with pytest.raises(Invalid, match="Type the name"):
        offer(nameless)
    assert offer(nameless, name="Bo") == ["Ada", "Bo"]
    assert offer(ada, takes=False) == ["Bo"]


def test_two_phones_that_become_one_keep_offers_and_summaries(database: Database) -> None:
    event, _ = an_event(database)
    pitch, kept, other = a_pitch(database, event), a_person(database, event, "Ada"), a_person(database, event, "Bo")

    def live(tx: Transaction) -> int:
        shared = notes.add(tx, event.id, pitch.id, kept, notes.Entry(kind=NoteKind.ACTION, text="Ask", owner="Priya"))
        only = notes.add(tx, event.id, pitch.id, kept, notes.Entry(kind=NoteKind.ACTION, text="Buy", owner="Priya"))
        for person in (kept, other):
            note_takers.offer(tx, event.id, pitch, person, takes=True)
            actions.help_with(tx, event.id, pitch.id, shared.id, person, helps=True)
        actions.help_with(tx, event.id, pitch.id, only.id, other, helps=True)
        summaries.keep(tx, event.id, pitch.id, other, summaries.Typed("Bins are few."))
        return only.id

    only = database.write(live)
    database.write(lambda tx: people.absorb(tx, tx.get_one(Person, kept.id), tx.get_one(Person, other.id)))
    with database.reading() as tx:
        assert [it.person_id for it in note_takers.of_event(tx, event.id)[pitch.id]] == [kept.id]
        assert [it.person_id for it in actions.helpers(tx, [only])[only]] == [kept.id]
        assert tx.scalars(select(Summary.person_id).where(Summary.event_id == event.id)).all() == [kept.id]
