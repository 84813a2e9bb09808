"""Whatever people write, every export can be written, and read by the programs it is for."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from markdown_it import MarkdownIt

from eventkit.exports import calendar, epub, formats, frab, markdown_book, sheets, web_book, word
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
    grid = PublishedGrid(
        version=1,
        revision=1,
        published_at=NOON,
        revised_at=NOON,
        slots=(slot,),
        rooms=(room,),
        sessions=(Placed(pitch=pitch, slot=slot, room=room),),
        closed={},
        items={},
        news=(),
    )
    return Source(
        event=event,
        slots=(slot,),
        rooms=(room,),
        pitches=(pitch,),
        grid=grid,
        notes={1: written},
        tallies={1: Count(3, 1)},
        base_url="http://localhost",
    )


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
    assert [len(row) for row in csv.reader(io.StringIO(sheets.pitches(source), newline=""), strict=True)] == [13, 13]
    assert "<script" not in web_book.as_html(source).lower()
    assert markdown_book.as_markdown(source).startswith("# ")
    with zipfile.ZipFile(io.BytesIO(formats.as_zip(source))) as archive:
        assert archive.testzip() is None
    assert Document(io.BytesIO(word.as_docx(source))).paragraphs
    with zipfile.ZipFile(io.BytesIO(epub.as_epub(source))) as archive:
        for page in archive.namelist():
            if page.endswith((".xhtml", ".opf", ".xml")):
                ElementTree.fromstring(archive.read(page))


HOSTILE = st.lists(
    st.sampled_from(
        [
            *(
                "\\",
                "<",
                ">",
                "img onerror=x ",
                "script",
                "!--",
                "?",
                "https://a.example",
                "mailto:a@b",
                "`",
                "```\n",
                "\n",
                " ",
            ),
            *(
                "[a](",
                ")",
                "[a]: ",
                "[a]",
                "javascript:x",
                "JaVa&#115;cript:x",
                "data:text/html,x",
                "java\\script:x",
                "*",
                "- ",
            ),
        ]
    ),
    max_size=14,
).map("".join)


def read_as_markdown(text: str) -> Iterator[tuple[str, str]]:
    """(`html` or `link`, what it says) of all that a program that obeys HTML finds in a Markdown file."""
    parser = MarkdownIt("commonmark", {"html": True})
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    for block in parser.parse(text):
        for token in (block, *(block.children or ())):
            if token.type in ("html_block", "html_inline"):
                yield "html", token.content
            elif token.type == "link_open":
                yield "link", str(token.attrs["href"])


@given(HOSTILE, HOSTILE)
@settings(deadline=None, max_examples=300)
def test_book_in_markdown_has_no_live_html_and_no_link_that_runs(title: str, text: str) -> None:
    for kind, found in read_as_markdown(markdown_book.as_markdown(a_source(title, text, "Kim"))):
        if kind == "html":
            assert found in ("</a>", '<a id="session-1">'), found
        else:
            scheme = re.match(r"[a-zA-Z][\w+.-]*:", found)
            assert scheme is None or scheme[0].lower() in ("http:", "https:", "mailto:"), found


def test_book_in_markdown_keeps_what_is_harmless() -> None:
    for kept in ("<https://a.example/b>", "[a](https://a.example)", "a < b", "[a](#b)", "1 <2", "*a* `b`"):
        assert markdown_book.tagless(kept) == kept
    assert markdown_book.tagless("\\<img onerror=x>") == "\\<img onerror=x>"
    assert markdown_book.tagless("\\\\<img onerror=x>") == "\\\\\\<img onerror=x>"
    assert markdown_book.tagless("<https://a onmouseover=x>") == "\\<https://a onmouseover=x>"
    assert markdown_book.tagless("[a]([a](javascript:x)") == "[a]\\([a]\\(javascript:x)"
    assert markdown_book.tagless("[a](javascript:x)") == "[a]\\(javascript:x)"


CELL = st.text(st.sampled_from("=+-@;,\t\n\r\"\uff1d\uff20 a1'|"), max_size=12)


@given(st.lists(CELL, min_size=1, max_size=4))
@settings(deadline=None, max_examples=500)
def test_no_cell_begins_like_a_formula_whatever_separates_lists(cells: list[str]) -> None:
    text = sheets.rows(("a",), [cells])
    for separator in ",;\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            for cell in row:
                seen = cell.lstrip(' \n\r"')
                assert not seen.startswith(("=", "+", "@", "\uff1d", "\uff20")), (separator, row)
