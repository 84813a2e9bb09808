"""Files of other programs: what comes of them and is said of them; twice is once; hostile ones are refused."""

import io
import itertools
import json
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from eventkit import cli
from eventkit.config import Config
from eventkit.errors import Invalid
from eventkit.event import events, roles
from eventkit.imports import files, programme_rows, told
from eventkit.imports.programmes import Programme
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Pitch
from tests.world import files_of_others as others
from tests.world.published import a_published_day

KINDS = {
    "schedule.json": others.frab_json(),
    "schedule.xml": others.FRAB_XML,
    "talks.json": others.PRETALX,
    "all.json": others.SESSIONIZE_ALL,
    "grid.json": others.SESSIONIZE_GRID,
    "fixed.ics": others.FIXED_ICS,
    "book.xlsx": others.workbook(
        Proposals=[["Titel", "Speakers", "Mood"], ["One", "Kim", 3.0], [None, None], ["Two", None, "x"]],
        Rooms=[["Room", "Seats"], ["Hall", 80]],
    ),
    "pitches.csv": b"title,host\nOne,Kim\n",
}


def programme(name: str, content: bytes, cut: bool = False) -> Programme:
    found = files.read(name, content, cut)
    assert isinstance(found, Programme)
    return found


def test_a_frab_schedule_brings_pitches_rooms_and_breaks() -> None:
    it = programme("x", others.frab_json())
    assert [(p.id, p.title, p.description, p.host) for p in it.pitches] == [
        ("g1", "One", "Short.\n\nLong & plain.", "Kim, Lee"),
        ("g2", "Two", "Short.\n\nLong & plain.", "Kim, Lee"),
    ]
    assert [(room.name, room.capacity) for room in it.rooms] == [("Hall", 80), ("Attic", None)]
    assert [(i.title, i.starts.hour, i.ends.hour) for i in it.items] == [("Lunch", 12, 13)]
    assert (it.name, it.timezone, str(it.day)) == ("Other camp", "Europe/Berlin", "2030-05-04")


def test_frab_xml_pretalx_and_sessionize_say_the_same() -> None:
    xml, talks = programme("x", others.FRAB_XML), programme("x", others.PRETALX)
    whole, grid = programme("x", others.SESSIONIZE_ALL), programme("x", others.SESSIONIZE_GRID)
    assert [p.title for p in xml.pitches + talks.pitches + whole.pitches + grid.pitches] == [
        "One",
        "One",
        "Two",
        "One",
        "One",
    ]
    assert [p.host for p in (xml.pitches[0], talks.pitches[0], whole.pitches[0])] == ["Kim, Lee", "Kim", "Kim, Lee"]
    assert [room.name for it in (xml, talks, whole, grid) for room in it.rooms] == [
        "Hall",
        "Attic",
        "Hall",
        "Hall",
        "Hall",
    ]
    assert [i.title for i in whole.items] == ["Lunch"]
    assert +talks.unused == {
        "further pages, which this file does not have": 1,
        "times and rooms of sessions": 1,
        "speakers who have a code and no name": 1,
    }
    assert talks.gone == {"withdrawn": 1}
    assert xml.unused["links"] == 1


def test_a_calendar_brings_fixed_items_and_says_what_it_leaves() -> None:
    it = programme("x", others.FIXED_ICS)
    assert [i.title for i in it.items] == ["Breakfast, outside"]
    assert +it.unused == {"entries of whole days": 1, "entries that are cancelled": 1}


def test_a_workbook_brings_pitches_rooms_and_slots_and_names_its_faults() -> None:
    it = programme("book.xlsx", KINDS["book.xlsx"])
    assert [(p.id, p.title, p.host) for p in it.pitches] == [("line 2", "One", "Kim"), ("line 4", "Two", "")]
    assert [(room.name, room.capacity) for room in it.rooms] == [("Hall", 80)]
    wrong = others.workbook(R=[["room", "seats"], ["A", "many"], ["", 3]], S=[["start", "end"], ["10:00", "9:00"]])
    with pytest.raises(Invalid) as refused:
        files.read("w.xlsx", wrong)
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [
        "w.xlsx, R, line 2",
        "w.xlsx, R, line 3",
        "w.xlsx, S, line 2",
    ]


def test_all_faults_are_told_at_once_with_their_places() -> None:
    content = json.loads(others.SESSIONIZE_ALL)
    content["sessions"][0]["title"] = ["no", "text"]
    content["sessions"][1]["startsAt"] = "soon"
    content["sessions"].append({"id": "3", "title": "x" * 201})
    with pytest.raises(Invalid) as refused:
        files.read("all.json", json.dumps(content).encode())
    places = [line.split(":")[0] for line in str(refused.value).splitlines()]
    assert places == [f"all.json, sessions[{number}]" for number in range(3)]


def _packed(how: int = zipfile.ZIP_DEFLATED, **parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as packed:
        for name, content in parts.items():
            packed.writestr(f"{name}.xml", content)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><schedule>&b;</schedule>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><schedule>&a;</schedule>',
        b"<schedule>" + b"<day>" * 100_000,
        b"<html><body>Schedule</body></html>",
        b"<schedule><day>",
        b'<?xml version="1.0" encoding="klingon"?><schedule/>',
        b"<schedule/>",
        b'{"schedule":{"conference":{"days":' + b"9" * 10_000 + b"}}}",
        b'{"schedule":{"conference":{"days":[{"rooms":[1]}]}}}',
        b"[" * 100_000,
        b'{"sessions":[null, 7, "x", []]}',
        b'{"sessions":[{"title":"A","speakers":{"a":1}}]}',
        b'[{"code":1,"title":{"en":{"en":1}}}]',
        b'{"results":[{"code":"a","title":"x","slot":{"start":"1e999"}}]}',
        b'{"hello":1}',
        b"{}",
        b"[]",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:99999999T999999Z\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        b"PK\x03\x04rubbish",
        _packed(a=b"<!DOCTYPE x><x/>"),
        _packed(a=b"\0" * 210_000_000),
        _packed(a=b"<x/>"),
    ],
    ids=itertools.count(),
)
def test_hostile_and_broken_files_are_refused_with_their_name(content: bytes) -> None:
    with pytest.raises(Invalid, match="file"):
        files.read("file", content)


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
)
DECLARED = f'<!--{"x" * 2_000}--><!DOCTYPE x [<!ENTITY a "b">]>'  # further down than a glance at the beginning sees


def a_workbook(sheets: int = 1, **parts: str | bytes) -> bytes:
    """A workbook in which some parts are as said; `sheet1` is one."""
    named = {"sheet": "xl/worksheets/sheet", "styles": "xl/styles.xml", "strings": "xl/sharedStrings.xml"}
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(others.workbook(**{f"S{n}": [["x"]] for n in range(sheets)}))) as usual,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        said = {}
        for name, content in parts.items():
            word = name.rstrip("0123456789")
            said[named[word] if named[word].endswith(".xml") else f"{named[word]}{name[len(word) :]}.xml"] = content
        for part in usual.namelist():
            packed.writestr(part, said.get(part, usual.read(part)))
    return file.getvalue()


LONG = '<c t="inlineStr"><is><t>%s</t></is></c>' % ("x" * 30_000)
FAR = "far more than a list of pitches"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (a_workbook(sheet1=SHEET % ("<row>" + "<c/>" * 1_000_000 + "</row>")), FAR),
        (a_workbook(sheet1=SHEET % ("x" * 65 * 2**20)), FAR),
        (a_workbook(styles="<styleSheet>" + "<xf/>" * 100_001 + "</styleSheet>"), FAR),
        (a_workbook(2, sheet1=SHEET % '<row r="26000"/>', sheet2=SHEET % '<row r="26000"/>'), "more than 50,000 lines"),
        (a_workbook(sheet1=SHEET % (f"<row>{LONG * 100}</row>" * 8)), "more than 20 million letters"),
        (b"title\n" + b"a\n" * 50_001, "more than 50,000 lines"),
        (a_workbook(sheet1=SHEET % ('<row a="%s"/>' % ("x" * 2**20))), FAR),
        (a_workbook(sheet1=SHEET % f"<!--{'<x' * 2**18}-->"), FAR),
        (
            a_workbook(sheet1=SHEET % ("<row><c><f>a</f>" + " " * 500_000 + "</row>")),
            "this workbook cannot be read. Save it again",
        ),
        (_packed(zipfile.ZIP_BZIP2, a=b"<x/>"), "this workbook cannot be read. Save it again"),
        (b"title," + b"x," * 100_000 + b"y", "more than 1,000 columns"),
        (b"[" + b"1," * 6_000_000 + b"1]", "far more in it than sessions"),
        (b"[" + b"[1]," * 49_000 + b"[" + b"[[1]]," * 200_000 + b"1]]", "far more in it than sessions"),
        (a_workbook(sheet1=DECLARED + SHEET % ""), "declares a document type"),
        (a_workbook(sheet1=(DECLARED + SHEET % "").encode("utf-16")), "declares a document type"),
        (
            b"<schedule><day>" + b"".join(b'<room name="%d"/>' % n for n in range(6_000)) + b"</day></schedule>",
            "5,000 rooms",
        ),
        (b"room,seats\n" + b"".join(b"r%d,1\n" % n for n in range(5_001)), "5,000 rooms"),
        (b"BEGIN:VCALENDAR\nX:" + b"x" * 2**23, "without attachments"),
        (
            b"<schedule><day><event><type>break</type><title>a</title><duration>999:59:59</duration>"
            b"<date>9999-12-31T23:59:00</date></event></day></schedule>",
            "date value out of range",
        ),
        (
            b"<schedule><day><event><type>break</type><title>a</title><duration>00:10</duration>"
            b"<date>0001-01-01T00:00:00+14:00</date></event></day></schedule>",
            "the year 1 cannot be used",
        ),
        (b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * 5_001, "5,001 entries"),
        (b"BEGIN:VCALENDAR\n" + b"BEG\n IN:X\n" * 50_001, "are no programme of a day"),
        (b'{"\\ud800":1,"\\ud83d\\ude00":2}', "Here is: \ufffd and \U0001f600."),
        (b'{"schedule":{"conference":{"days":[{"rooms":{"\\udc00":7}}]}}}', "rooms.\ufffd is not a list"),
        (b'{"format":"twofeet-event/1","event":{"\\ud800":1}}', "event"),
    ],
    ids=itertools.count(),
)
def test_what_would_cost_gigabytes_or_minutes_is_refused_in_words_that_can_be_shown(
    content: bytes, sentence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        files.together([("file", content)])
    assert sentence in str(refused.value)
    assert str(refused.value).encode()


def test_a_part_is_unpacked_as_far_as_it_says_that_it_is_large() -> None:
    content = bytearray(_packed(a=b"\0" * 2**27))
    head = content.rfind(b"PK\1\2")
    content[head + 16 : head + 20] = zlib.crc32(bytes(10)).to_bytes(4, "little")
    content[head + 24 : head + 28] = (10).to_bytes(4, "little")
    tracemalloc.start()
    with pytest.raises(Invalid):
        files.together([("file", bytes(content))])
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**24


def test_a_description_of_tags_without_an_end_takes_no_longer_than_its_length() -> None:
    content = {"sessions": [{"id": 1, "title": "x", "description": "<p>" + "<p " * 600_000}]}  # quadratic: half an hour
    assert programme("x.json", json.dumps(content).encode()).pitches[0].description == ""


@settings(max_examples=150)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "schedule",
                        "conference",
                        "days",
                        "rooms",
                        "title",
                        "sessions",
                        "id",
                        "speakers",
                        "results",
                        "code",
                        "slot",
                    ]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_no_json_is_anything_but_read_or_refused(content: object) -> None:
    try:
        files.read("file.json", json.dumps(content).encode())
    except Invalid as refused:
        assert str(refused).encode()


@pytest.mark.parametrize("name", KINDS)
def test_the_same_file_again_changes_nothing(database: Database, name: str) -> None:
    day = a_published_day(database, pitches=1)
    found = programme(name, KINDS[name])

    def bring() -> programme_rows.Came:
        return database.write(
            lambda tx: programme_rows.bring(tx, roles.at_the_machine(events.by_code(tx, day.event.code)), found)
        )

    would = programme_rows.would_come(database, day.event.code, found)
    with database.reading() as tx:
        assert list(tx.scalars(select(Pitch.title))) == ["Pitch 1"]  # a preview writes nothing
    first, again = bring(), bring()
    assert would == first
    assert (again.lines.pitches, again.rooms, again.changed_rooms, again.items, again.changed_items) == (
        0,
        (),
        (),
        (),
        (),
    )
    assert told.of_file(found)[0].startswith(name)
    assert told.of_what_comes(first)


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"pitches.csv"}))
def test_the_command_makes_an_event_of_each_kind(
    database: Database, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for key, value in {
        "DATABASE_URL": config.database_url,
        "SECRET_KEY": config.secret_key,
        "TWOFEET_VAR": config.var,
    }.items():
        monkeypatch.setenv(key, str(value))
    (tmp_path / name).write_bytes(KINDS[name])
    assert cli.main(["import", str(tmp_path / name), "--check"]) == 0
    assert cli.main(["import", str(tmp_path / name)]) == 0
    with database.reading() as tx:
        event = events.by_code(tx, tx.scalars(select(Event.code)).one())
        titles = {slot.title for slot in events.slots(tx, event.id)}
        rooms = [room.name for room in events.rooms(tx, event.id)]
    assert rooms[0] == ("Room 1" if name.endswith("ics") else "Hall")
    assert "" in titles
    if name == "fixed.ics":
        assert (str(event.day), "Breakfast, outside" in titles) == ("2030-05-04", True)
