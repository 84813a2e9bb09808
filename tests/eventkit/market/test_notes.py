"""Notes that many write at once: each entry is its author's, nothing is overwritten, struck ones can come back."""

from typing import Any

import pytest

from eventkit.errors import Forbidden, Invalid, NotFound, TooMany
from eventkit.event.roles import Viewer
from eventkit.market import notes
from eventkit.market.notes import Entry
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Note, NoteKind, Person, Pitch
from tests.world.at_once import at_once
from tests.world.builders import a_person, a_pitch, an_event


class Page:
    """A pitch whose notes are written."""

    def __init__(self, database: Database):
        self.database = database
        self.event: Event = an_event(database)[0]
        self.person: Person = a_person(database, self.event)
        self.pitch: Pitch = a_pitch(database, self.event)

    def add(self, text: str = "A point", kind: NoteKind = NoteKind.NOTE, **fields: Any) -> Note:
        entry = Entry(kind=kind, text=text, **fields)
        return self.database.write(lambda tx: notes.add(tx, self.event.id, self.pitch.id, self.person, entry))

    def edit(self, note: Note, viewer: Viewer, text: str) -> Note:
        entry = Entry(kind=NoteKind.NOTE, text=text)
        return self.database.write(lambda tx: notes.edit(tx, self.event.id, self.pitch.id, note.id, viewer, entry))

    def strike(self, note: Note, viewer: Viewer, struck: bool = True) -> Note:
        return self.database.write(lambda tx: notes.strike(tx, self.event.id, self.pitch.id, note.id, viewer, struck))

    def texts(self) -> list[str]:
        with self.database.reading() as tx:
            shown = notes.pageful(tx, self.event.id, self.pitch.id, Viewer(token="anybody"))
            return [note.text for note in shown.entries]


@pytest.fixture
def page(database: Database) -> Page:
    return Page(database)


def test_entries_written_at_once_are_all_kept(page: Page) -> None:
    at_once([lambda n=n: page.add(f"Point {n}") for n in range(8)])
    assert sorted(page.texts()) == [f"Point {n}" for n in range(8)]


def test_entry_keeps_only_the_fields_of_its_kind(page: Page) -> None:
    everything = {"url": "https://example.org/x", "owner": "Kim", "author_name": "Dee"}
    kept = {kind: page.add("Text", kind, **everything) for kind in NoteKind}
    assert {kind: (note.url, note.owner, note.author_name) for kind, note in kept.items()} == {
        NoteKind.NOTE: ("", "", "Dee"),
        NoteKind.ACTION: ("", "Kim", "Dee"),
        NoteKind.LINK: ("https://example.org/x", "", "Dee"),
    }


def test_entry_is_changed_by_its_author_and_by_facilitators(page: Page) -> None:
    note = page.add()
    page.edit(note, Viewer("a", person_id=page.person.id), "By its author")
    assert page.texts() == ["By its author"]
    page.edit(note, Viewer("b", facilitator=True), "By a facilitator")
    stranger = a_person(page.database, page.event)
    with pytest.raises(Forbidden):
        page.edit(note, Viewer("c", person_id=stranger.id), "By a stranger")
    with pytest.raises(Forbidden):
        page.strike(note, Viewer("c", person_id=stranger.id))
    assert page.texts() == ["By a facilitator"]


def test_struck_entry_is_still_there_but_not_in_the_book_and_can_come_back(page: Page) -> None:
    author = Viewer("a", person_id=page.person.id)
    note = page.add()

    def in_the_book() -> list[str]:
        with page.database.reading() as tx:
            return [it.text for it in notes.of_event(tx, page.event.id)]

    page.strike(note, author)
    assert (page.texts(), in_the_book()) == (["A point"], [])
    page.strike(note, author, struck=False)
    assert in_the_book() == ["A point"]


def test_entry_is_reached_through_its_own_pitch_only(page: Page) -> None:
    note, other = page.add(), a_pitch(page.database, page.event)
    with page.database.reading() as tx, pytest.raises(NotFound):
        notes.get(tx, page.event.id, other.id, note.id)


def test_empty_entry_is_refused_but_a_link_needs_no_text(page: Page) -> None:
    with pytest.raises(Invalid):
        page.add("")
    page.add("", NoteKind.LINK, url="https://example.org")
    assert page.texts() == [""]


def test_notes_are_read_a_page_at_a_time_from_the_newest(page: Page) -> None:
    for number in range(notes.ON_A_PAGE + 3):
        page.add(f"{number}")
    with page.database.reading() as tx:
        newest = notes.pageful(tx, page.event.id, page.pitch.id, Viewer(token=""))
        rest = notes.pageful(tx, page.event.id, page.pitch.id, Viewer(token=""), newest.before)
    assert [it.text for it in newest.entries] == [str(number) for number in range(3, notes.ON_A_PAGE + 3)]
    assert ([it.text for it in rest.entries], rest.before) == (["0", "1", "2"], None)


def test_notes_are_full_in_the_end(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MOST_ENTRIES", 2)
    page.add()
    page.add()
    with pytest.raises(TooMany):
        page.add()
