"""Every form that is refused comes back with its status, a sentence, and everything typed."""

from dataclasses import dataclass

import pytest
from markupsafe import escape

from eventkit.event import events, people
from eventkit.market import notes
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import NoteKind
from tests.world.builders import a_pitch, an_event
from tests.world.phone import Phone
from tests.world.visitors import Phones, organiser


@dataclass(frozen=True)
class Refusal:
    """A form, what is typed into it, and the sentence that says what cannot be used."""

    address: str
    typed: dict[str, str]
    sentence: str


LONG = "x" * 300
FORMS = [
    Refusal(
        "/start", {"name": "Étoile & co", "date": "soon", "rooms": "Hall, 9", "slots": "9:00-9:30"}, "The date must"
    ),
    Refusal("/e/{code}/pitches", {"title": LONG, "description": "Kept <words>", "topic": "Bees"}, "The title is too"),
    Refusal(
        "/e/{code}/pitches/{pitch}", {"title": LONG, "description": "Kept words", "host_name": "Amy"}, "The title is"
    ),
    Refusal("/e/{code}/pitches/{pitch}/notes", {"kind": "link", "text": "Kept words", "url": "nowhere"}, "address"),
    Refusal("/e/{code}/pitches/{pitch}/notes/{note}", {"kind": "note", "text": "", "owner": "Kept owner"}, "empty"),
    Refusal("/e/{code}/name", {"name": LONG}, "The name is too long"),
    Refusal("/e/{code}/phone", {"code": "no such code"}, "No phone shows this code"),
    Refusal("/e/{code}/claim", {"code": "no such code"}, "No pitch has this code"),
    Refusal("/e/{code}/organise/settings", {"name": LONG, "date": "2026-07-03"}, "The name is too long"),
    Refusal("/e/{code}/organise/limits", {"pitches": "many", "all_pitches": "77"}, "must be a whole number"),
    Refusal("/e/{code}/builds", {"seconds": "9999"}, "The time must be"),
    Refusal("/e/{code}/organise/rooms", {"name": "Attic", "capacity": "lots", "features": "stairs"}, "whole number"),
    Refusal("/e/{code}/organise/rooms/{room}", {"name": "Attic", "capacity": "-1"}, "must be 0 or more"),
    Refusal("/e/{code}/organise/slots", {"starts": "25:00", "ends": "26:00", "title": "Tea"}, "must be a time"),
]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.address)
def test_refused_form_comes_back_as_typed(form: Refusal, phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    pitch = a_pitch(database, event)

    def add(tx: Transaction) -> tuple[int, int]:
        author = people.ensure(tx, event.id, people.new_token())
        entry = notes.Entry(kind=NoteKind.NOTE, text="Somebody's note", url="", owner="", author_name="")
        return notes.add(tx, event.id, pitch.id, author, entry).id, events.rooms(tx, event.id)[0].id

    note, room = database.write(add)
    boss: Phone = organiser(phone, event)
    answer = boss.submit(form.address.format(code=event.code, pitch=pitch.id, note=note, room=room), form.typed)
    body = answer.get_data(as_text=True)
    assert (answer.status_code, form.sentence in body) == (404 if "code" in form.typed else 422, True)
    assert [
        value for value in form.typed.values() if str(escape(value)) not in body and value not in ("note", "link")
    ] == []
