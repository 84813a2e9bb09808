"""The file of a whole event: every column is decided, and an event that went through the file is the same event."""

import base64
import io
import json
import pickle
import random
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError
from sqlalchemy import Column, Enum, String, insert
from sqlmodel import col, delete, select
from sqlmodel.sql.sqltypes import AutoString

from eventkit.cli import main
from eventkit.config import Config
from eventkit.errors import Invalid
from eventkit.event import events, whole_file
from eventkit.event.settings import WALL_SHOWS
from eventkit.event.whole_file import EVENT, NEVER, ONLY_RESTORED, OTHERWISE, PARTS, FilePart
from eventkit.exports import whole as written
from eventkit.imports import faults, whole, whole_rows
from eventkit.imports.faults import Faulty
from eventkit.imports.whole import Whole
from eventkit.imports.whole_parts import EventPart
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, FormerCode, Host, Moderation, NoteKind, Person, Pitch, Room, Vote, metadata
from eventkit.storage.tables.columns import Utc
from eventkit.text import language
from tests.world.builders import an_event
from tests.world.files_of_others import whole_event
from tests.world.published import a_published_day

TOLD = f"""
Decide of it in eventkit/event/{Path(whole_file.__file__).name}, which says how: in the file (`columns` of its FilePart,
or EVENT, and the same name in eventkit/imports/whole_parts.py), otherwise (OTHERWISE), or NEVER with the reason."""


def decided() -> dict[str, list[str]]:
    """Column -> where it is decided; of a whole table by its name."""
    found: dict[str, list[str]] = {}
    for name, part in PARTS.items():
        for column in (*part.columns, *(to.column for to in part.references.values())):
            found.setdefault(f"{part.table.__tablename__}.{column}", []).append(name)
    for column in EVENT:
        found.setdefault(f"event.{column}", []).append("EVENT")
    for said, where in ((OTHERWISE, "OTHERWISE"), (NEVER, "NEVER")):
        for column in said:
            found.setdefault(column, []).append(where)
    return found


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda it: str(it.name))
def test_every_column_is_in_the_file_or_said_not_to_be(table: Any) -> None:
    found = decided()
    for column in table.columns:
        name = f"{table.name}.{column.name}"
        if column.name == "event_id" or (column.name == "id" and name not in found):
            continue  # the event's, and the database's own numbers
        places = found.get(name, found.get(table.name, []))
        assert places, f"{name} is new.{TOLD}"
        assert len(places) == 1, f"{name} is decided twice: {places}.{TOLD}"


def test_nothing_is_decided_of_a_column_that_is_not_there() -> None:
    known = {f"{table.name}.{it.name}" for table in metadata.sorted_tables for it in table.columns}
    assert sorted({*decided()} - known - set(metadata.tables)) == []


def test_what_is_written_is_what_is_read() -> None:
    for name, part in PARTS.items():
        model = Whole.model_fields[name].annotation.__args__[0]  # type: ignore[union-attr]
        extra = {"pitches": {"hosts", "going"}}.get(name, set())
        assert set(model.model_fields) == {*part.columns, *part.references, *extra}, f"{name}: {TOLD}"
    assert set(EventPart.model_fields) == {*EVENT, "private", "sealed"}, TOLD


# A random event: every column of every table that is in the file, filled by its type.

WORDS = ["Bins", "žluťoučký kůň", "日本語", "עברית", "=1+1", '"q" & <b>', "🎉", "a; b", "it’s"]
DAYS = datetime(2031, 5, 1, 9, tzinfo=UTC)
TRUE_THINGS = {"sealed_at", "erased_at"}  # of which other things follow: each has a test of its own


def a_value(lot: random.Random, column: Column[Any], name: str) -> Any:
    """Something that the column may hold."""
    kind = column.type
    if column.nullable and lot.random() < 0.4:
        return None
    if isinstance(kind, Enum):
        return lot.choice(list(kind.enum_class))  # type: ignore[arg-type]
    if isinstance(kind, Utc):
        return DAYS + timedelta(minutes=lot.randrange(90_000), microseconds=lot.randrange(10**6))
    if name in ("features", "needs"):
        return lot.sample(WORDS, 2)
    if name == "entries":
        return []
    if name == "own_content":
        own = {"title": lot.choice(WORDS), "description": "Own", "topic": "", "needs": ["quiet"], "format": "walk"}
        return {**own, "length": 2}
    if isinstance(kind, String | AutoString):
        return lot.choice(WORDS)[: kind.length]
    python = kind.python_type
    if python is bool:
        return lot.random() < 0.5
    values: dict[type, Any] = {
        int: lot.randrange(1, 5),
        float: lot.random() * 60,
        date: date(2031, 5, 1),
        time: time(9),
    }
    return values[python]


JPEG = io.BytesIO()
Image.new("RGB", (3, 2), "red").save(JPEG, "JPEG")


def lines_of(lot: random.Random, name: str, part: FilePart, event_id: int, made: dict[str, list[int]]) -> list[Any]:
    """Some rows of one list."""
    columns = part.table.__table__.columns  # type: ignore[attr-defined]
    rows: list[dict[str, Any]] = []
    most = {"about": 1, "stage": 1, "slots": 4, "rooms": 3, "pitches": 6, "notes": 3, "pictures": 2}
    for number in range(most.get(name, lot.randrange(1, 4))):
        row = {it: a_value(lot, columns[it], it) for it in part.columns if it != "id"}
        if "event_id" in columns:
            row["event_id"] = event_id
        for to in part.references.values():
            others = made.get(to.part, [])
            optional = columns[to.column].nullable and (to.part == name or lot.random() < 0.4)
            row[to.column] = None if optional else others[number % len(others)]
        rows.append(row)
    return rows


def suited(name: str, rows: list[dict[str, Any]], persons: list[int], made: dict[str, list[int]]) -> None:
    """What the types alone do not say."""
    for number, row in enumerate(rows):
        if name == "slots":
            row["starts_at"] = DAYS + timedelta(hours=7 * number % 5)
            row["ends_at"] = row["starts_at"] + timedelta(minutes=45)
        if name == "rooms":
            row |= {"name": f"Room {number}", "position": -number}
        if name == "notes":
            row |= {"kind": NoteKind.LINK, "url": "https://example.org/x"} if number % 2 else {"kind": NoteKind.ACTION}
            row["url"] = row["url"] if number % 2 else ""
        if name in ("helpers", "note_takers"):
            row["person_id"] = persons[number]
        if name == "pictures":
            row |= {"width": 3, "height": 2, "data": base64.b64encode(JPEG.getvalue()).decode()}
        if name in ("versions", "summaries"):
            row["version"] = number + 1
        if name == "versions":
            row["restores"] = number or None
            about = {"kind": "moved", "pitch": made["pitches"][number], "text": "11:00, Library", "pinned": True}
            row["entries"] = [about, {"kind": "shifted", "text": "11:00", "number": -5}]
        if name == "placements":
            row["version"] = 1


def fill(tx: Transaction, lot: random.Random, event_id: int) -> None:
    """Fill an event: all that its file holds."""
    tx.execute(delete(Room).where(col(Room.event_id) == event_id))
    people = [Person(event_id=event_id, token=f"{event_id} {n}", joined_on=date(2031, 5, 1)) for n in range(5)]
    tx.add_all(people)
    tx.flush()
    persons = [it.id for it in people]
    made: dict[str, list[int]] = {}
    for name, part in PARTS.items():
        rows = lines_of(lot, name, part, event_id, made)
        suited(name, rows, persons, made)
        keys = [column.name for column in part.table.__table__.primary_key]  # type: ignore[attr-defined]
        tx.execute(insert(part.table), rows)
        if keys == ["id"]:
            table: Any = part.table
            made[name] = list(tx.scalars(select(table.id).where(table.event_id == event_id).order_by(table.id)))
    tx.flush()
    pitches = made["pitches"]
    tx.get_one(Pitch, pitches[0]).merged_into = pitches[1]
    tx.get_one(Pitch, pitches[3]).after_id = pitches[2]
    for person in people[:3]:
        person.voted_on = lot.choice([None, date(2031, 5, 1)])
        for pitch in lot.sample(pitches, 3):
            tx.add(Host(pitch_id=pitch, person_id=person.id))
            aside = lot.choice([None, pitches[1]])
            tx.add(Vote(pitch_id=pitch, person_id=person.id, interest=lot.choice([1, 2]), aside_for=aside))
    log = [it for it in Moderation.__table__.columns if it.name in ("act", "kind")]  # type: ignore[attr-defined]
    for ref in (pitches[0], made["notes"][0], made["summaries"][0]):
        act, kind = (a_value(lot, it, it.name) for it in log)
        tx.add(Moderation(event_id=event_id, at=DAYS, act=act, kind=kind, ref=ref, organiser=lot.random() < 0.5))
    tx.add(FormerCode(code=f"old{event_id}", event_id=event_id, left_at=DAYS))
    event = tx.get_one(Event, event_id)
    for name in EVENT:
        column = Event.__table__.columns[name]  # type: ignore[attr-defined]
        if name not in {"code", "first_code", "timezone", "language", "languages", "limits", *TRUE_THINGS}:
            setattr(event, name, a_value(lot, column, name))
    event.first_code, event.wall_shows, event.address = f"old{event_id}", lot.choice(WALL_SHOWS), ""
    event.limits, event.names_off, event.sealed_voters = {"pitches": 7}, False, 0
    event.grid_version, event.published_version = max(_versions(tx, event_id)), lot.choice([None, 1])
    tx.flush()


def _versions(tx: Transaction, event_id: int) -> list[int]:
    table: Any = PARTS["versions"].table
    return list(tx.scalars(select(table.version).where(table.event_id == event_id)))


def saved(database: Database, event_id: int) -> str:
    with database.reading() as tx:
        return written.as_json(tx, tx.get_one(Event, event_id))


def in_order(text: str) -> Any:
    """The content of a file with numbers that say which line is meant, and without what a copy gets anew."""
    content = json.loads(text)
    places = {
        name: {number: place for place, number in enumerate(sorted(it["id"] for it in content[name]))}
        for name, part in PARTS.items()
        if "id" in part.columns
    }
    pointing = {**whole._REFERENCES, "votes": {"pitch": "pitches", "aside_for": "pitches"}}
    for name, references in pointing.items():
        for line in content.get(name) or ():
            for key, to in references.items():
                if line.get(key) is not None:
                    line[key] = places[to][line[key]]
            if "id" in line:
                line["id"] = places[name][line["id"]]
    for entry in (entry for line in content["versions"] for entry in line["entries"] if "pitch" in entry):
        entry["pitch"] = places["pitches"][entry["pitch"]]
    for line in content["moderation"]:
        if line["ref"] is not None:
            line["ref"] = places[whole_rows._REFERRED[line["kind"]]][line["ref"]]
    for name in ONLY_RESTORED:
        content["event"].pop(name, None)
        content.pop(name, None)
    return content


@given(seed=st.integers(0, 2**32))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_event_that_went_through_its_file_is_the_same(database: Database, seed: int) -> None:
    event, _ = an_event(database)
    database.write(lambda tx: fill(tx, random.Random(seed), event.id))
    first = saved(database, event.id)
    content = whole_event(first)
    copy, secret = database.write(lambda tx: whole_rows.add(tx, content))
    second = saved(database, copy.id)
    assert in_order(second) == in_order(first)
    assert copy.code != content.event.code and secret
    assert not (copy.rehearsal or copy.book_public or copy.first_code)
    with pytest.raises(Invalid, match="Leave out --restore"):
        database.write(lambda tx: whole_rows.add(tx, content, restored=True))
    database.write(lambda tx: tx.execute(delete(Event).where(col(Event.id) == event.id)))
    again, _ = database.write(lambda tx: whole_rows.add(tx, content, restored=True))
    assert saved(database, again.id) == first
    more = database.write(lambda tx: whole_rows.add(tx, whole_event(second)))[0]  # numbers go on above those restored
    assert in_order(saved(database, more.id)) == in_order(first)


@pytest.fixture
def at_the_machine(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line finds the test's database."""
    monkeypatch.setenv("DATABASE_URL", config.database_url)
    monkeypatch.setenv("SECRET_KEY", config.secret_key)
    monkeypatch.setenv("TWOFEET_VAR", str(config.var))
    monkeypatch.setenv("PUBLIC_URL", "http://localhost")


@pytest.mark.usefixtures("at_the_machine")
def test_the_command_restores_with_all_addresses_and_says_so(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day = a_published_day(database)

    def hide(tx: Transaction) -> None:
        stored = events.by_code(tx, day.event.code)
        stored.word = "sesame street"

    database.write(hide)
    text = saved(database, day.event.id)
    assert "sesame" not in text and '"private": true' in text
    (tmp_path / "event.json").write_text(text)
    assert main(["import", str(tmp_path / "event.json"), "--restore"]) == 1
    assert f"There is an event with the code {day.event.code} here" in capsys.readouterr().err
    database.write(lambda tx: tx.execute(delete(Event).where(col(Event.id) == day.event.id)))
    assert main(["import", str(tmp_path / "event.json"), "--restore"]) == 0
    said = capsys.readouterr().out
    assert f"/e/{day.event.code}/organise?key=" in said and "It is private. Its word is new: " in said
    with database.reading() as tx:
        again = events.by_code(tx, day.event.code)
        assert again.word and again.word != "sesame street"
        assert written.as_json(tx, again) == text


def test_keys_are_in_no_file(database: Database) -> None:
    event, secret = an_event(database)
    with database.reading() as tx:
        stored = tx.get_one(Event, event.id)
        text = written.as_json(tx, stored)
        assert [it for it in (secret, stored.organiser_hash, stored.codes_salt) if it in text] == []


@pytest.mark.parametrize(
    ("part", "line", "sentence"),
    [
        ("event", {"wall_shows": "all"}, "event.wall_shows: a wall cannot show that."),
        ("event", {"grid_version": 7}, "event.grid_version: the last of the versions is 1."),
        ("event", {"published_version": 7}, "event.published_version: there is no 7."),
        ("event", {"day": "1 May"}, "event.day: this must be a day such as 2031-05-01."),
        ("event", {"day": "1815-06-18"}, "event.day: the year 1815 cannot be used. It must be from 1970 to 2199."),
        ("event", {"word": "sesame"}, "event.word: an event that Twofeet wrote has nothing of this name here."),
        ("event", {"limits": []}, "event.limits: this must be an object with names and values."),
        (
            "pitches",
            {"there_from": "10:00+01:00"},
            "pitches[0].there_from: this must be a time on the clock at the ven",
        ),
        ("pitches", {"id": 2**31}, "pitches[0].id: this must be 2,147,483,647 or less."),
        ("pitches", {"id": 0}, "pitches[0].id: this must be 1 or more."),
        ("pitches", {"crowd": "many"}, "pitches[0].crowd: this must be a whole number."),
        ("pitches", {"title": "x" * 5000}, "pitches[0].title: this has more letters than the "),
        ("pitches", {"title": ""}, "pitches[0].title: this is empty."),
        ("pitches", {"title": None}, "pitches[0].title: this must be a text."),
        ("pitches", {"needs": "quiet"}, "pitches[0].needs: this must be a list."),
        ("pitches", {"waits": "perhaps"}, "pitches[0].waits: this must be true or false."),
        ("pitches", {"created_at": "noon"}, "pitches[0].created_at: this must be a moment with its offset"),
        ("pitches", {"created_at": "2031-05-01T09:00:00"}, "pitches[0].created_at: this must be a moment with its off"),
        ("pitches", {"own_content": {"x": 1}}, "pitches[0].own_content.title: this is missing."),
        ("placements", {"version": 3}, "placements[0].version: there is no 3."),
        ("versions", {"cause": "whim"}, "versions[0].cause: this must be "),
    ],
)
def test_what_pages_could_not_show_is_refused_by_place(
    database: Database, part: str, line: dict[str, Any], sentence: str
) -> None:
    day = a_published_day(database)
    content = json.loads(saved(database, day.event.id))
    (content[part] if part == "event" else content[part][0]).update(line)
    with pytest.raises(Invalid) as refused:
        whole_event(json.dumps(content))
    assert str(refused.value).startswith(f"event.json, {sentence}")


def test_all_that_is_wrong_is_said_at_once_in_the_language_of_who_reads(database: Database) -> None:
    content = json.loads(saved(database, a_published_day(database).event.id))
    content["pitches"][0]["crowd"], content["rooms"][0]["name"] = "many", ""
    with pytest.raises(Faulty) as refused:
        whole_event(json.dumps(content))
    content["pitches"][0]["crowd"], content["rooms"][0]["name"] = None, content["rooms"][1]["name"]
    content["slots"][0]["ends_at"] = content["slots"][0]["starts_at"]
    content["placements"][0]["room"] = 12_345
    with pytest.raises(Faulty) as between:
        whole_event(json.dumps(content))
    assert str(between.value).split("\n") == [
        f"event.json, rooms[1]: another line has the same name already: {content['rooms'][0]['name']}.",
        "event.json, placements[0].room: there is no 12345.",
        "event.json, slots[0]: it ends before it starts.",
    ]
    with language.speaking("de"):
        assert str(pickle.loads(pickle.dumps(refused.value))).split("\n") == [  # as it comes from the helper process
            "event.json, rooms[0].name: Das ist leer.",
            "event.json, pitches[0].crowd: Das muss eine ganze Zahl sein.",
        ]


def test_no_kind_of_value_is_refused_in_words_of_another() -> None:
    """Every field of every line, given what it cannot be, is refused in a sentence of ours."""
    values: tuple[Any, ...] = ({"x": [1.5]}, [[]], "\n", -1, 1.5, None, "9" * 40, 10**30)
    for name, field in Whole.model_fields.items():
        model = getattr(field.annotation, "__args__", [field.annotation])[0]
        lines = [{key: value} for key in getattr(model, "model_fields", ()) for value in values]
        for line in lines if name == "event" else [lines]:
            with pytest.raises(ValidationError) as refused:
                Whole.model_validate({name: line})
            said = [faults.of_value(it) for it in refused.value.errors()]
            assert not [str(it) for it in said if "cannot be read" in it.faults[0].sentence], name
