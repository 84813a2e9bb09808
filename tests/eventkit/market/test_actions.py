"""Actions: who does them until when, who helps, who may say that they are done."""

from datetime import date

import pytest

from eventkit.errors import Forbidden, Invalid
from eventkit.event.roles import Viewer
from eventkit.market import actions, notes
from eventkit.market.notes import Entry
from eventkit.storage.db import Database
from eventkit.storage.tables import Note, NoteKind, Person
from tests.world.builders import a_person, a_pitch, an_event, viewer_of


class Task:
    """An action in the notes of a session."""

    def __init__(self, database: Database):
        self.database = database
        self.event, _ = an_event(database)
        self.author, self.host = a_person(database, self.event, "Ada"), a_person(database, self.event, "Host")
        self.pitch = a_pitch(database, self.event, self.host)
        self.note = self.add(NoteKind.ACTION)

    def add(self, kind: NoteKind) -> Note:
        entry = Entry(kind=kind, text="Ask the county", owner="Priya", due=date(2027, 1, 31))
        return self.database.write(lambda tx: notes.add(tx, self.event.id, self.pitch.id, self.author, entry))

    def help(self, person: Person, helps: bool = True, name: str = "", note: Note | None = None) -> None:
        at = self.event.id, self.pitch.id, (note or self.note).id
        self.database.write(lambda tx: actions.help_with(tx, *at, person, helps, name=name))

    def finish(self, viewer: Viewer, done: bool = True) -> None:
        at = self.event.id, self.pitch.id, self.note.id
        self.database.write(lambda tx: actions.set_done(tx, *at, viewer, done))

    def read(self) -> actions.Action:
        with self.database.reading() as tx:
            (found,) = actions.of_event(tx, self.event.id)
            return found


@pytest.fixture
def task(database: Database) -> Task:
    return Task(database)


def test_action_has_an_owner_a_day_and_those_who_help(task: Task) -> None:
    one, other = a_person(task.database, task.event, "Bo"), a_person(task.database, task.event)
    task.help(one)
    task.help(other, name="Cy")
    task.help(other, name="Cy again")
    found = task.read()
    assert (found.note.owner, found.note.due, found.title) == ("Priya", date(2027, 1, 31), "Bins")
    assert [it.name for it in found.helpers] == ["Bo", "Cy again"]
    task.help(one, helps=False)
    assert [it.name for it in task.read().helpers] == ["Cy again"]


def test_who_helps_has_a_name_and_there_is_an_action_to_help_with(task: Task) -> None:
    with pytest.raises(Invalid, match="Type the name"):
        task.help(a_person(task.database, task.event))
    with pytest.raises(Invalid, match="no action"):
        task.help(task.author, note=task.add(NoteKind.NOTE))


def test_author_helpers_and_hosts_say_when_it_is_done(task: Task) -> None:
    helper, stranger = a_person(task.database, task.event, "Bo"), a_person(task.database, task.event)
    task.help(helper)
    for person in (task.author, helper, task.host):
        viewer = viewer_of(task.database, task.event, person)
        task.finish(viewer)
        assert task.read().note.done_at is not None
        task.finish(viewer, done=False)
        assert task.read().note.done_at is None
    with pytest.raises(Forbidden):
        task.finish(viewer_of(task.database, task.event, stranger))
