"""Lengths have one home: what a form or an import lets through, its column keeps."""

import re
from typing import Any

import pytest
from pydantic import BaseModel

from eventkit.imports import whole_parts
from eventkit.storage.tables import Event, Note, Person, Pitch, Room, Slot
from eventkit.text import lengths
from eventkit.web.pages import arrival, console, front, marketplace, notes, rooms
from tests.world.places import ROOT

KEPT: list[tuple[Any, str, list[type[BaseModel]]]] = [
    (Event, "name", [front.StartForm, whole_parts.EventPart]),
    (Event, "timezone", [front.StartForm, whole_parts.EventPart]),
    (Person, "name", [arrival.NameForm]),
    (Room, "name", [rooms.RoomForm, whole_parts.RoomPart]),
    (Slot, "title", [rooms.SlotForm, whole_parts.SlotPart]),
]
KEPT += [
    (Pitch, it, [marketplace.PitchForm, whole_parts.PitchPart]) for it in ("title", "description", "host_name", "topic")
]
KEPT += [(Note, it, [notes.NoteForm, whole_parts.NotePart]) for it in ("text", "url", "owner", "author_name")]


@pytest.mark.parametrize(("table", "field", "forms"), KEPT, ids=lambda it: getattr(it, "__name__", str(it))[:12])
def test_column_keeps_what_its_forms_let_through(table: Any, field: str, forms: list[type[BaseModel]]) -> None:
    for form in forms:
        assert longest(form, field) == table.__table__.columns[field].type.length


def test_renaming_an_event_takes_as_much_as_starting_it() -> None:
    (named, _) = console.SettingsForm.model_json_schema()["properties"]["name"]["anyOf"]
    assert named["maxLength"] == lengths.EVENT_NAME


def longest(form: type[BaseModel], field: str) -> int:
    found = [it.max_length for it in form.model_fields[field].metadata if hasattr(it, "max_length")]
    return int(found[-1])


def test_templates_take_lengths_from_their_home() -> None:
    typed = [
        (path.relative_to(ROOT).as_posix(), number)
        for path in (ROOT / "templates").rglob("*.html")
        for number in re.findall(r"maxlength\W+(\d+)", path.read_text(encoding="utf-8"))
    ]
    assert typed == []
