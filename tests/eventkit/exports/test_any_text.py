"""Whatever people write, every export can be written, and read by the programs it is for."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from eventkit.exports import calendar, epub, frab, markdown_book, sheets, web_book, word
from eventkit.exports.source import Source
from eventkit.grid.published import Placed, PublishedGrid
from eventkit.market.ballots import Count
from eventkit.storage.tables import Event, Note, NoteKind, Pitch, Room, Slot
from eventkit.text import clean

NOON = datetime(2026, 6, 26, 12, tzinfo=UTC)
TEXT = st.text(max_size=60) | st.text("*_`#->[]()!|\\\n<&=+@\"' \t1.~:", max_size=60)


def a_source(title: str, text: str, name: str) -> Source:
    """An event with one session that says these things everywhere; titles and names are lines, as forms make them."""
    title, name = clean.clean_line(title) or "x", clean.clean_line(name)
    event = Event(
        id=1, code="bafoki", name=title, day=date(2026, 6, 26), timezone="UTC", created_at=NOON, organiser_hash=""
    )
    slot = Slot(id=1, event_id=1, starts_at=NOON, ends_at=NOON.replace(hour=13))
    room = Room(id=1, event_id=1, name=name or "Room", capacity=20)
    made = {"created_at": NOON, "edited_at": NOON}
    said = {"title": title, "description": text, "host_name": name, "topic": name[:40], "needs": []}
    pitch = Pitch.model_validate({"id": 1, "event_id": 1, **made, **said})
    common: dict[str, Any] = {
        "event_id": 1,
        "pitch_id": 1,
        "text": text or "x",
        "made_at": NOON,
        "author_name": name,
        "owner": name,
    }
    written = tuple(Note(id=n, kind=kind, url="", **common) for n, kind in enumerate(NoteKind))
    grid = PublishedGrid(1, 1, NOON, NOON, (slot,), (room,), (Placed(pitch, slot, room),), {}, ())
    return Source(event, (slot,), (room,), (pitch,), grid, {1: written}, {1: Count(3, 1)}, "http://localhost")


@given(TEXT, TEXT, TEXT)
@settings(deadline=None, max_examples=150)
def test_exports_of_any_text_can_be_read(title: str, text: str, name: str) -> None:
    source = a_source(title, text, name)
    shown = source.pitches[0].title
    (event,) = Calendar.from_ical(calendar.of_event(source)).walk("VEVENT")
    assert event["UID"]
    assert ElementTree.fromstring(frab.as_xml(source)).findtext("day/room/event/type") == "discussion"
    rooms = json.loads(frab.as_json(source))["schedule"]["conference"]["days"][0]["rooms"]
    assert [it["title"] for it in rooms[source.rooms[0].name]] == [shown]
    assert [len(row) for row in csv.reader(io.StringIO(sheets.pitches(source), newline=""), strict=True)] == [10, 10]
    assert "<script" not in web_book.as_html(source).lower()
    assert markdown_book.as_markdown(source).startswith("# ")
    with zipfile.ZipFile(io.BytesIO(markdown_book.as_zip(source))) as archive:
        assert archive.testzip() is None
    assert Document(io.BytesIO(word.as_docx(source))).paragraphs
    with zipfile.ZipFile(io.BytesIO(epub.as_epub(source))) as archive:
        for page in archive.namelist():
            if page.endswith((".xhtml", ".opf", ".xml")):
                ElementTree.fromstring(archive.read(page))
