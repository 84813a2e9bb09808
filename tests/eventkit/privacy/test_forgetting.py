"""What is mine: told in full, deleted by choice; what is others' stays."""

from typing import Any

import pytest
from sqlalchemy import select

from eventkit.event import events, people
from eventkit.event.roles import Viewer, at_the_machine
from eventkit.grid import published, versions
from eventkit.grid.history import EntryKind, HistoryEntry
from eventkit.market import ballots, hiding, hosting, notes, on_offer, pitches, series
from eventkit.privacy import forgetting, my_data
from eventkit.privacy.forgetting import Part
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, GridCause, Host, NoteKind, Person, Pitch, metadata
from eventkit.text import language
from tests.world.builders import a_person, a_pitch, a_vote, an_event


class Camp:
    """Ada pitched bins, wants lids and wrote a note; Bob pitched lids, wants bins and wrote a note there."""

    def __init__(self, database: Database):
        self.database = database
        self.event, _ = an_event(database)
        self.ada, self.bob = a_person(database, self.event, "Ada"), a_person(database, self.event, "Bob")
        self.bins = a_pitch(database, self.event, self.ada, "Bins", description="Which ones?", host_name="Ada")
        self.lids = a_pitch(database, self.event, self.bob, "Lids")
        a_vote(database, self.event, self.ada, self.lids, 2)
        a_vote(database, self.event, self.bob, self.bins, 1)
        for person, pitch, text in ((self.ada, self.lids, "Ada's note"), (self.bob, self.lids, "Bob's note")):
            self.note(person, pitch, text)

    def note(self, person: Person, pitch: Pitch, text: str) -> None:
        """Somebody writes into the notes of a session."""
        entry = notes.Entry(kind=NoteKind.NOTE, text=text, author_name=person.name)
        self.database.write(lambda tx: notes.add(tx, self.event.id, pitch.id, person, entry))

    def publish(self) -> None:
        """Bins is on the grid that people see."""

        def place(tx: Transaction) -> None:
            by = at_the_machine(tx.get_one(Event, self.event.id))
            slot, room = events.slots(tx, self.event.id)[0], events.rooms(tx, self.event.id)[0]
            grid = {self.bins.id: versions.Spot(slot.id, room.id)}
            entry = HistoryEntry(kind=EntryKind.PLACED, pitch=self.bins.id, text="10:00, Main hall")
            versions.replace(tx, by, 0, grid, GridCause.MOVE, [entry])
            versions.publish(tx, by, 1)

        self.database.write(place)

    def forget(self, person: Person, *parts: Part) -> None:
        """Somebody deletes parts of their own."""

        def delete(tx: Transaction) -> None:
            forgetting.forget(tx, tx.get_one(Event, self.event.id), tx.get_one(Person, person.id), parts)

        self.database.write(delete)

    def told(self, person: Person) -> my_data.MyData:
        """All that is theirs."""
        with self.database.reading() as tx:
            return my_data.read(tx, tx.get_one(Event, self.event.id), tx.get_one(Person, person.id))

    def rows(self) -> str:
        """All rows of all tables as text."""
        with self.database.reading() as tx:
            tables: list[Any] = metadata.sorted_tables
            return "\n".join(
                f"{table.name} {row}" for table in tables for row in tx.connection().execute(select(table))
            )


@pytest.fixture
def camp(database: Database) -> Camp:
    return Camp(database)


def test_my_data_is_all_that_is_mine_and_nothing_else(camp: Camp) -> None:
    told = camp.told(camp.ada).as_json()
    told["notes"][0].pop("written_at")
    assert told.pop("since")
    assert told == {
        "format": "twofeet-my-data/1",
        "name": "Ada",
        "votes": [{"pitch": "Lids", "interest": 2}],
        "pitches": [
            {
                "id": camp.bins.id,
                "title": "Bins",
                "description": "Which ones?",
                "host_name": "Ada",
                "topic": "",
                "needs": [],
                "withdrawn": False,
            }
        ],
        "summaries": [],
        "offers": [],
        "reflections": [],
        "pairings": [],
        "notifications": [],
        "notes": [
            {
                "pitch": "Lids",
                "kind": "note",
                "text": "Ada's note",
                "url": "",
                "owner": "",
                "author_name": "Ada",
                "struck_out": False,
            }
        ],
        "reports": [],
        "going": [],
    }


@pytest.mark.parametrize("part", [Part.VOTES, Part.NAME, Part.PITCHES, Part.NOTES])
def test_part_that_is_deleted_is_gone_and_the_others_are_there(camp: Camp, part: Part) -> None:
    before, others = camp.told(camp.ada).as_json(), camp.told(camp.bob).as_json()
    camp.forget(camp.ada, part)
    after = camp.told(camp.ada).as_json()
    empty = {**before, part.value: "" if part is Part.NAME else []}
    if part is Part.NAME:
        empty["pitches"] = [{**before["pitches"][0], "host_name": ""}]
        empty["notes"] = [{**before["notes"][0], "author_name": ""}]
    assert after == empty
    if part is Part.PITCHES:
        others["votes"] = []  # Bob's wish was for what is gone
    assert camp.told(camp.bob).as_json() == others


def test_person_who_deletes_everything_is_nobody_and_counts_for_nothing(camp: Camp) -> None:
    camp.forget(camp.ada, Part.ALL)
    rows = camp.rows()
    assert [word for word in ("Ada", camp.ada.token, "Bins", "Which ones?") if word in rows] == []
    with camp.database.reading() as tx:
        assert [person.id for person in tx.query(Person)] == [camp.bob.id]
        assert ballots.tally(tx, camp.event.id) == {}
        assert [note.text for note in notes.of_event(tx, camp.event.id)] == ["Bob's note"]


def test_pitch_that_people_see_on_the_grid_leaves_an_empty_place(camp: Camp) -> None:
    camp.publish()
    camp.forget(camp.ada, Part.PITCHES)
    with camp.database.reading() as tx:
        grid = published.read(tx, events.by_code(tx, camp.event.code))
        assert grid is not None
        assert [(it.pitch.title, it.standing) for it in grid.sessions] == [(forgetting.DELETED, False)]
        assert on_offer.standing(tx, camp.event.id)[0].title == "Lids"
    assert "Bins" not in camp.rows()
    assert "Which ones?" not in camp.rows()


def test_pitch_with_notes_of_others_keeps_the_notes(camp: Camp) -> None:
    camp.forget(camp.bob, Part.PITCHES)
    with camp.database.reading() as tx:
        shown = notes.pageful(tx, camp.event.id, camp.lids.id, Viewer(token="anybody"))
        assert [note.text for note in shown.entries] == ["Ada's note", "Bob's note"]
    assert "Lids" not in camp.rows()


def test_pitch_with_another_host_is_left_to_them(camp: Camp) -> None:
    camp.database.write(lambda tx: tx.add(Host(pitch_id=camp.bins.id, person_id=camp.bob.id)))

    def name_both(tx: Transaction) -> None:
        tx.get_one(Pitch, camp.bins.id).host_name = "Ada, Bob"

    camp.database.write(name_both)
    camp.forget(camp.ada, Part.ALL)
    with camp.database.reading() as tx:
        pitch = pitches.get(tx, camp.event.id, camp.bins.id)
        assert (pitch.title, pitch.host_name) == ("Bins", "Bob")
        assert hosting.hosts(tx, camp.event.id)[camp.bins.id] == {camp.bob.id}


def test_deleted_pitch_gives_back_what_was_merged_into_it(camp: Camp) -> None:
    camp.database.write(
        lambda tx: pitches.merge(tx, at_the_machine(tx.get_one(Event, camp.event.id)), camp.bins.id, camp.lids.id)
    )
    camp.forget(camp.ada, Part.PITCHES)
    with camp.database.reading() as tx:
        assert [pitch.title for pitch in on_offer.standing(tx, camp.event.id)] == ["Lids"]


@pytest.mark.parametrize("whole", [True, False])
def test_deleted_pitch_takes_its_repeat_along(camp: Camp, whole: bool) -> None:
    event = camp.event

    def repeat(tx: Transaction) -> int:
        viewer = people.viewer(tx, tx.get_one(Event, event.id), camp.ada.token)
        return pitches.repeat(tx, tx.get_one(Event, event.id), viewer, camp.bins.id).id

    again = camp.database.write(repeat)
    if whole:
        camp.forget(camp.ada, Part.PITCHES)
    else:
        camp.database.write(
            lambda tx: forgetting.forget_pitch(tx, tx.get_one(Event, event.id), pitches.get(tx, event.id, camp.bins.id))
        )
    with camp.database.reading() as tx:
        assert [pitch.title for pitch in on_offer.standing(tx, event.id)] == ["Lids"]
        assert tx.get(Pitch, again) is None
    assert "Bins" not in camp.rows()


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_series_keeps_its_order_when_a_part_is_deleted(camp: Camp, gone: int) -> None:
    event = camp.event

    def three(tx: Transaction) -> list[int]:
        viewer, stored = people.viewer(tx, event, camp.bob.token), tx.get_one(Event, event.id)
        bob = tx.get_one(Person, camp.bob.id)
        series.add_later_parts(tx, stored, viewer, bob, first := pitches.get(tx, event.id, camp.lids.id), 3)
        return [it.id for it in on_offer.standing(tx, event.id) if it.title.startswith(first.title)]

    parts = camp.database.write(three)
    lost = parts.pop(gone)
    camp.database.write(
        lambda tx: forgetting.forget_pitch(tx, tx.get_one(Event, event.id), pitches.get(tx, event.id, lost))
    )
    with camp.database.reading() as tx:
        found = series.read(tx, event.id)
        assert [(found[it].number, found[it].of, found[it].before) for it in parts] == [(1, 2, None), (2, 2, parts[0])]


def test_hidden_pitch_is_called_so_in_the_readers_language(database: Database) -> None:
    event, _ = an_event(database)
    person, pitch = a_person(database, event), a_pitch(database, event, title="Rude words")
    a_vote(database, event, person, pitch, 1)
    database.write(lambda tx: hiding.hide_pitch(tx, tx.get_one(Pitch, pitch.id), None))
    with database.reading() as tx, language.speaking("cy"):
        mine = my_data.read(tx, event, person)
    assert [vote.pitch for vote in mine.votes] == ["Cynnig cudd"]
