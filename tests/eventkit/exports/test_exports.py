"""What outlives the event: each format says what the grid and the notes say, always in the same bytes."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from lxml import etree

from eventkit.clock import now
from eventkit.errors import Closed
from eventkit.event import events
from eventkit.exports import (
    calendar,
    chapters,
    epub,
    feeds,
    formats,
    frab,
    markdown_book,
    pdf,
    sheets,
    source,
    web_book,
    word,
    workbook,
)
from eventkit.exports.source import Source
from eventkit.market import notes
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, NoteKind, Person, Pitch
from tests.world.builders import a_person, an_event, close
from tests.world.days import votes
from tests.world.published import Day, a_published_day, publish

TRICKY = 'Ünïcode, "quotes" & <b>tags</b>\u000b ]]> =1+1'
FORMATS: dict[str, Callable[[Source], str | bytes]] = {
    "schedule.json": frab.as_json,
    "schedule.xml": frab.as_xml,
    "schedule.ics": calendar.of_event,
    "grid.csv": sheets.grid,
    "pitches.csv": sheets.pitches,
    "tables.xlsx": workbook.as_xlsx,
    "actions.atom": feeds.as_atom,
    "actions.json": feeds.as_json,
    "book.md": markdown_book.as_markdown,
    "book.zip": formats.as_zip,
    "book.html": web_book.as_html,
    "book.pdf": pdf.as_pdf,
    "book.docx": word.as_docx,
    "book.epub": epub.as_epub,
}


def read(database: Database, event: Event) -> Source:
    with database.reading() as tx:
        return source.read(tx, events.by_code(tx, event.code), "https://camp.example")


def change(database: Database, pitch: Pitch, **values: Any) -> None:
    def act(tx: Transaction) -> None:
        for name, value in values.items():
            setattr(tx.get_one(Pitch, pitch.id), name, value)

    database.write(act)


def note(database: Database, day: Day, number: int, person: Person, **fields: Any) -> None:
    entry = notes.Entry(**{"kind": NoteKind.NOTE, "text": "A point", **fields})
    database.write(lambda tx: notes.add(tx, day.event.id, day.pitches[number].id, person, entry))


@pytest.fixture
def day(database: Database) -> Day:
    """Four sessions of which one is full of awkward characters, votes, notes of every kind, one of them struck out."""
    day = a_published_day(database, placed=4, pitches=6)
    change(database, day.pitches[0], title=TRICKY, description=f"# {TRICKY}\n\n- one", host_name="=cmd()", topic="Data")
    person = a_person(database, day.event)
    votes(database, person, [(day.pitches[0], 2), (day.pitches[5], 1)])
    note(database, day, 0, person, text="# Not a chapter\n<script>x</script>", author_name="Kim")
    note(database, day, 0, person, kind=NoteKind.ACTION, text="Write *it* up", owner="Priya")
    note(database, day, 1, person, kind=NoteKind.LINK, text="Slides", url="https://example.org/a_(b)")
    note(database, day, 5, person, text="We met in the corridor")

    def strike(tx: Transaction) -> None:
        made = notes.add(
            tx, day.event.id, day.pitches[0].id, person, notes.Entry(kind=NoteKind.NOTE, text="never mind")
        )
        made.struck_at = now()

    database.write(strike)
    return day


def close_voting(database: Database, day: Day) -> None:
    def act(tx: Transaction) -> None:
        tx.get_one(Event, day.event.id).voting_open = False

    database.write(act)


@pytest.mark.parametrize("name", FORMATS)
def test_export_twice_is_the_same_bytes(day: Day, database: Database, name: str) -> None:
    assert FORMATS[name](read(database, day.event)) == FORMATS[name](read(database, day.event))


@pytest.mark.parametrize("name", FORMATS)
def test_export_of_an_event_without_anything_works(database: Database, name: str) -> None:
    event, _ = an_event(database)
    assert FORMATS[name](read(database, event))


@pytest.mark.parametrize("published", [True, False])
def test_schedule_json_is_valid(day: Day, database: Database, shared: Path, published: bool) -> None:
    import jsonschema

    schema = json.loads((shared / "schemas" / "schedule.schema.json").read_text())
    event = day.event if published else an_event(database)[0]
    content = json.loads(frab.as_json(read(database, event)))
    jsonschema.Draft6Validator(schema, format_checker=jsonschema.FormatChecker()).validate(content)


@pytest.mark.parametrize("published", [True, False])
def test_schedule_xml_is_valid(day: Day, database: Database, shared: Path, published: bool) -> None:
    schema = etree.XMLSchema(etree.parse(shared / "schemas" / "schedule.xsd"))
    event = day.event if published else an_event(database)[0]
    schema.assertValid(etree.fromstring(frab.as_xml(read(database, event))))


def test_schedules_hold_the_published_grid(day: Day, database: Database) -> None:
    content = json.loads(frab.as_json(read(database, day.event)))["schedule"]["conference"]
    (only_day,) = content["days"]
    in_json = {(room, it["start"], it["title"]) for room, them in only_day["rooms"].items() for it in them}
    root = ElementTree.fromstring(frab.as_xml(read(database, day.event)))
    in_xml = {
        (room.get("name"), it.findtext("start"), it.findtext("title")) for room in root.iter("room") for it in room
    }
    safe = TRICKY.replace("\u000b", "")
    expected = {("Library", "10:00", "Pitch 2"), ("Studio", "10:00", "Pitch 3"), ("Main hall", "11:00", "Pitch 4")}
    expected |= {("Main hall", "12:00", "Lunch")}  # of all rooms, listed in the first
    assert in_json == expected | {("Main hall", "10:00", TRICKY)}
    assert in_xml == expected | {("Main hall", "10:00", safe)}


def test_schedule_identities_stay_when_sessions_move(day: Day, database: Database) -> None:
    def identities() -> dict[str, str]:
        rooms = json.loads(frab.as_json(read(database, day.event)))["schedule"]["conference"]["days"][0]["rooms"]
        return {it["title"]: it["guid"] for them in rooms.values() for it in them}

    before = identities()
    publish(database, day, {pitch.id: cell for pitch, cell in zip(day.pitches[:4], reversed(day.cells), strict=False)})
    assert identities() == before


def test_calendar_has_a_session_with_place_and_time_in_utc(day: Day, database: Database) -> None:
    first, *rest = Calendar.from_ical(calendar.of_event(read(database, day.event))).walk("VEVENT")
    assert (first.decoded("DTSTART").isoformat(), str(first["LOCATION"])) == ("2026-06-26T09:00:00+00:00", "Main hall")
    assert first["SEQUENCE"] == 1
    assert [str(it["SUMMARY"]) for it in rest] == ["Pitch 2", "Pitch 3", "Pitch 4", "Lunch"]


def test_calendar_holds_no_letters_that_its_format_may_not(day: Day, database: Database) -> None:
    change(database, day.pitches[1], title="Bell\u0007 and\u007f more", description="a\u0001\nb")
    ical = calendar.of_event(read(database, day.event)).decode()
    assert "SUMMARY:Bell and more" in ical
    assert not [letter for letter in ical if (letter < " " and letter not in "\r\n\t") or letter == "\x7f"]


def test_schedules_say_the_language_of_the_event(day: Day, database: Database) -> None:
    source = read(database, day.event)
    rooms = json.loads(frab.as_json(source))["schedule"]["conference"]["days"][0]["rooms"]
    assert {it["language"] for them in rooms.values() for it in them} == {"en"}
    assert {it.text for it in ElementTree.fromstring(frab.as_xml(source)).iter("language")} == {"en"}


def test_calendar_of_a_room_has_its_sessions_only(day: Day, database: Database) -> None:
    ical = calendar.of_event(read(database, day.event), day.rooms[0].id)
    assert [str(it["SUMMARY"])[:7] for it in Calendar.from_ical(ical).walk("VEVENT")] == [TRICKY[:7], "Pitch 4"]


def cells(text: str) -> list[list[str]]:
    assert text.count("\r\n") >= 1
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_grid_csv_is_a_session_a_line(day: Day, database: Database) -> None:
    header, first, *rest = cells(sheets.grid(read(database, day.event)))
    assert header[:10] == ["start", "end", "room", "capacity", "pitch", "title", "host", "topic", "state", "says"]
    assert header[10:] == ["part", "format", "day", "repeat_of"]
    assert first[:5] == [
        "2026-06-26T10:00:00+01:00",
        "2026-06-26T10:45:00+01:00",
        "Main hall",
        "120",
        str(day.pitches[0].id),
    ]
    assert first[5:] == [TRICKY, "'=cmd()", "Data", "on", "", "", "", "2026-06-26", ""]
    assert [row[5] for row in rest] == ["Pitch 2", "Pitch 3", "Pitch 4", "Lunch"]


def test_pitches_csv_hides_counts_until_voting_closes(day: Day, database: Database) -> None:
    _, first, *_, last = cells(sheets.pitches(read(database, day.event)))
    assert (first[6:8], last[6:8]) == (["", ""], ["", ""])
    close_voting(database, day)
    _, first, *_, last = cells(sheets.pitches(read(database, day.event)))
    assert (first[6:8], last[6:8]) == (["0", "1"], ["1", "0"])
    assert (first[8:10], last[8:10]) == (["2026-06-26T10:00:00+01:00", "Main hall"], ["", ""])
    assert first[10:] == ["", "1", "", ""]


@given(st.text(max_size=30))
def test_guarded_text_never_starts_like_a_formula(text: str) -> None:
    shown = sheets.guarded(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "\0"))
    assert shown.replace("'", "") == text.replace("'", "")  # nothing but apostrophes is added, inside as in front


def test_votes_csv_numbers_voters_in_no_order_of_theirs(database: Database) -> None:
    day = a_published_day(database)
    people = [a_person(database, day.event, name=f"Person {number}") for number in range(12)]
    for number, person in enumerate(people):
        votes(database, person, [(day.pitches[0], 1 + number % 2)])
    with database.reading() as tx, pytest.raises(Closed, match="Voting is open"):
        sheets.votes(tx, day.event.id, "one")
    close(database, day.event, voting=True)
    with database.reading() as tx:
        text, again, other = (sheets.votes(tx, day.event.id, secret) for secret in ("one", "one", "two"))
    header, *rows = cells(text)
    assert header == ["voter", "pitch", "interest"]
    assert [row[0] for row in rows] == [str(number) for number in range(1, 13)]
    assert (text == again, text == other) == (True, False)
    assert [row[2] for row in rows] != [str(1 + number % 2) for number in range(12)]
    assert "Person" not in text


def test_book_has_a_chapter_a_session_and_what_was_noted_elsewhere(day: Day, database: Database) -> None:
    book = chapters.book(read(database, day.event))
    assert [(it.number, it.pitch.title, it.place) for it in book.chapters] == [
        (1, TRICKY, "10:00–10:45, Main hall"),
        (2, "Pitch 2", "10:00–10:45, Library"),
        (3, "Pitch 3", "10:00–10:45, Studio"),
        (4, "Pitch 4", "11:00–11:45, Main hall"),
        (5, "Pitch 6", ""),
    ]
    assert [pitch.title for pitch in book.unplaced] == ["Pitch 5"]
    assert [(chapter.number, it.text) for chapter, it in book.actions] == [(1, "Write *it* up")]
    assert [it.text for it in book.chapters[0].notes] == ["# Not a chapter\n<script>x</script>", "Write *it* up"]


def test_book_markdown_keeps_peoples_text_from_breaking_out(day: Day, database: Database) -> None:
    text = markdown_book.as_markdown(read(database, day.event))
    assert "<script>" not in text.replace("\\<script>", "")
    assert [line for line in text.splitlines() if line.startswith("# ")] == ["# Test camp"]
    assert "- [ ] Write *it* up (Priya)" in text.splitlines()
    assert "- [Slides](<https://example.org/a_(b)>)" in text.splitlines()
    assert "never mind" not in text


@pytest.mark.parametrize("title", ["../../etc/passwd", "", "con", "a" * 300, "日本語", "..\\x", "/"])
def test_book_file_names_are_safe_and_unique_for_any_title(title: str) -> None:
    chapter = chapters.Chapter(number=7, pitch=Pitch(title=title), place="", notes=(), tally=None)  # type: ignore[call-arg]
    name = chapter.file_name
    assert name.startswith("007-")
    assert name.endswith(".md")
    assert len(name) <= 60
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")


def test_book_html_shows_tags_and_obeys_none(day: Day, database: Database) -> None:
    html = web_book.as_html(read(database, day.event))
    assert "<script" not in html
    assert "&lt;b&gt;tags&lt;/b&gt;" in html
    assert html.count("<article") == 5
    assert "never mind" not in html


def test_book_docx_has_the_same_chapters(day: Day, database: Database) -> None:
    document = Document(io.BytesIO(word.as_docx(read(database, day.event))))
    headings = [it.text for it in document.paragraphs if it.style is not None and it.style.name == "Heading 1"]
    assert headings == [
        "Contents",
        "Schedule",
        "Actions",
        TRICKY.replace("\u000b", ""),
        "Pitch 2",
        "Pitch 3",
        "Pitch 4",
        "Pitch 6",
        "By topic",
        "By person",
        "Pitched, without a place on the grid",
    ]


def test_withdrawn_session_is_in_no_export_but_cancelled_in_calendars(day: Day, database: Database) -> None:
    change(database, day.pitches[1], withdrawn_at=now())
    for name, write in FORMATS.items():
        content = write(read(database, day.event))
        text = content if isinstance(content, str) else content.decode(errors="ignore")
        if name == "schedule.ics":
            (gone,) = [it for it in Calendar.from_ical(content).walk("VEVENT") if "Pitch 2" in str(it["SUMMARY"])]
            assert str(gone["STATUS"]) == "CANCELLED"
        else:
            assert "Pitch 2" not in text, name


def test_notes_of_a_merged_pitch_are_told_where_it_went(day: Day, database: Database) -> None:
    change(database, day.pitches[5], merged_into=day.pitches[1].id)
    (chapter,) = [it for it in chapters.book(read(database, day.event)).chapters if it.pitch.title == "Pitch 2"]
    assert [it.text for it in chapter.notes] == ["Slides", "We met in the corridor"]
