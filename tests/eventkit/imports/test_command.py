"""`twofeet import` and `twofeet export`: from files to an event and back."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, func, select

from eventkit import cli
from eventkit.config import Config
from eventkit.errors import Invalid
from eventkit.event import events
from eventkit.event.whole_file import FORMAT
from eventkit.exports import whole as written
from eventkit.imports import whole, whole_rows
from eventkit.imports.faults import Collected
from eventkit.market import ballots
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Person, Pitch
from tests.world.builders import a_person, close
from tests.world.days import host, votes
from tests.world.files_of_others import whole_event as read_whole
from tests.world.growth import MOST_GROWTH, growth
from tests.world.published import a_published_day, publish


@pytest.fixture(autouse=True)
def environment(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line finds the test's database."""
    monkeypatch.setenv("DATABASE_URL", config.database_url)
    monkeypatch.setenv("SECRET_KEY", config.secret_key)
    monkeypatch.setenv("TWOFEET_VAR", str(config.var))
    monkeypatch.setenv("PUBLIC_URL", "http://localhost")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Three pitches and three people's votes."""
    (tmp_path / "pitches.csv").write_text("id,title,description,host\na,One,First,Kim\nb,Two,,\nc,Three,,\n")
    (tmp_path / "votes.csv").write_text("voter,pitch,interest\nx,a,1\nx,b,2\ny,b,1\nz,c,1\nz,b,1\nz,a,2\n")
    return tmp_path


def twofeet(*arguments: object) -> int:
    return cli.main([str(argument) for argument in arguments])


def imported(database: Database) -> Event:
    with database.reading() as tx:
        return tx.scalars(select(Event)).one()


def test_import_makes_an_event_that_can_be_built(
    database: Database, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--name", "Real", "--date", "2026-06-26", "--slots", 2, "--rooms", 2, "--top", 2)
    assert twofeet("import", files / "pitches.csv", files / "votes.csv", *options) == 0
    event = imported(database)
    with database.reading() as tx:
        pitches = {pitch.id: pitch.title for pitch in tx.scalars(select(Pitch))}
        tally = {pitches[it]: (count.interested, count.must_go) for it, count in ballots.tally(tx, event.id).items()}
        rooms, slots = events.rooms(tx, event.id), events.slots(tx, event.id)
        people = tx.scalar(select(func.count()).select_from(Person))
        late = ballots.crowds(tx, event, ballots.by_person(tx, event.id))
    assert (event.name, str(event.day), len(rooms), len(slots), people) == ("Real", "2026-06-26", 2, 2, 3)
    assert tally == {"One": (1, 1), "Two": (2, 1)}
    assert late == {}
    said = capsys.readouterr().out.splitlines()
    assert said[:-2] == [
        "Left out by --top (pitches: 1, votes: 1).",
        "Imported into ‘Real’:",
        "2 new pitches: “One” and “Two”",
        "Votes: 5, of 3 people",
    ]
    assert said[-2] == f"Join: http://localhost/e/{event.code}"
    assert said[-1].startswith(
        f"Organise, and keep this link to yourself: http://localhost/e/{event.code}/organise?key="
    )


def test_a_new_event_is_as_large_as_its_file(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("title\n" + "".join(f"Pitch {number}\n" for number in range(1_100)))
    assert twofeet("import", path) == 0
    assert imported(database).limits == {"all_pitches": 1_100}


def test_import_into_an_event_adds_to_it(database: Database, files: Path) -> None:
    day = a_published_day(database, pitches=2)
    assert twofeet("import", files / "pitches.csv", files / "votes.csv", "--event", day.event.code) == 0
    assert imported(database).id == day.event.id
    with database.reading() as tx:
        titles = list(tx.scalars(select(Pitch.title).order_by(col(Pitch.id))))
    assert titles == ["Pitch 1", "Pitch 2", "One", "Two", "Three"]


def test_import_of_the_same_files_again_updates_and_doubles_nothing(
    database: Database, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert twofeet("import", files / "pitches.csv", files / "votes.csv") == 0
    code = imported(database).code
    (files / "pitches.csv").write_text("id,title,description,host\na,One,Better,Kim\nb,Two,,\nd,Four,,\n")
    (files / "votes.csv").write_text("voter,pitch,interest\nx,a,2\nx,b,2\nw,d,1\n")
    capsys.readouterr()
    assert twofeet("import", files / "pitches.csv", files / "votes.csv", "--event", code) == 0
    assert capsys.readouterr().out.splitlines()[1:5] == [
        "1 new pitch: “Four”",
        "2 pitches that are there already, brought up to date",
        "1 pitch of last time is not in this file, and stays: “Three”",
        "Votes: 3, of 2 people",
    ]
    with database.reading() as tx:
        pitches = {pitch.title: pitch for pitch in tx.scalars(select(Pitch))}
        tally = {it.title: ballots.tally(tx, it.event_id).get(it.id) for it in pitches.values()}
        people = tx.scalar(select(func.count()).select_from(Person))
    assert sorted(pitches) == ["Four", "One", "Three", "Two"]
    assert pitches["One"].description == "Better"
    assert people == 4
    assert {title: count and (count.interested, count.must_go) for title, count in tally.items()} == {
        "One": (0, 2),
        "Two": (2, 1),
        "Three": (1, 0),
        "Four": (1, 0),
    }


def test_import_that_only_checks_writes_nothing(
    database: Database, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert twofeet("import", files / "pitches.csv", files / "votes.csv", "--check") == 0
    assert capsys.readouterr().out.splitlines() == [
        "3 new pitches: “One”, “Two” and “Three”",
        "Votes: 6, of 3 people",
        "Nothing has been written.",
    ]
    with database.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Event)) == 0


@pytest.mark.parametrize(
    ("change", "arguments", "said"),
    [
        ({"votes.csv": "voter,pitch,interest\nx,q,1\n"}, (), "votes.csv, line 2: no pitch has the id q."),
        ({}, ("--rooms", "0"), "0 rooms cannot be used. Give a number from 1 to 100."),
        ({}, ("--slots", "40"), "40 slots do not fit into one day from 09:30 on. Use fewer."),
        ({}, ("--top", "0"), "--top: 0 pitches cannot be taken. Give a number from 1 up."),
        ({}, ("--timezone", "Mars/Base"), "This is not a time zone we know. Write a country or its capital."),
        (
            {},
            ("--event", "nonsense"),
            "There is no event with this code. Check it against the poster or the screen.",
        ),
    ],
)
def test_import_that_cannot_be_done_leaves_nothing_behind(
    database: Database,
    files: Path,
    capsys: pytest.CaptureFixture[str],
    change: dict[str, str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    for name, content in change.items():
        (files / name).write_text(content)
    assert twofeet("import", files / "pitches.csv", files / "votes.csv", *arguments) == 1
    assert capsys.readouterr().err == said + "\n"
    with database.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Event)) == 0
        assert tx.scalar(select(func.count()).select_from(Pitch)) == 0


def test_import_of_a_file_that_is_not_there_says_so(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert twofeet("import", tmp_path / "none.csv") == 1
    assert "none.csv" in capsys.readouterr().err


def test_import_of_more_than_an_event_takes_is_refused(database: Database, files: Path) -> None:
    lines = "".join(f"{number},Pitch {number}\n" for number in range(1001))
    (files / "many.csv").write_text("id,title\n" + lines)
    day = a_published_day(database, pitches=2)
    assert twofeet("import", files / "many.csv", "--event", day.event.code) == 1
    with database.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(Pitch)) == 2


def whole_event(database: Database) -> dict[str, Any]:
    """An event with a bit of everything, as its JSON."""
    day = a_published_day(database, placed=4, pitches=5)
    people = [a_person(database, day.event) for _ in range(3)]
    host(database, people[0], day.pitches[0], day.pitches[3])
    votes(database, people[0], [(day.pitches[1], 2)])
    votes(database, people[1], [(day.pitches[1], 1), (day.pitches[4], 1)])
    publish(database, day, {day.pitches[0].id: day.cells[5]})
    close(database, day.event, voting=True)
    with database.reading() as tx:
        return json.loads(written.as_json(tx, events.by_code(tx, day.event.code)))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda it: it.update(format="other"), "this is not an event that Twofeet wrote: it has no format"),
        (lambda it: it["pitches"][2].update(title=""), "pitches[2].title: this is empty."),
        (lambda it: it["votes"][0].update(interest=3), "votes[0].interest: this must be 2 or less."),
        (lambda it: it["votes"][1].update(pitch=999), "votes[1].pitch: there is no 999."),
        (lambda it: it["draft"][0].update(room=999), "draft[0].room: there is no 999."),
        (lambda it: it["rooms"].append(it["rooms"][0]), "rooms[3]: another line has the same id already: 1."),
        (lambda it: it["published"].append(it["published"][0]), "published["),
        (lambda it: it.update(extra=1), "extra: an event that Twofeet wrote has nothing of this name here."),
        (
            lambda it: it["notes"].append(
                {
                    "pitch": it["pitches"][0]["id"],
                    "kind": "link",
                    "text": "",
                    "url": "javascript:x",
                    "made_at": it["pitches"][0]["created_at"],
                }
            ),
            "notes[0]: This is not an address that can be opened.",
        ),
    ],
)
def test_event_json_that_is_broken_is_refused_by_place(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Any, sentence: str
) -> None:
    content = whole_event(database)
    spoil(content)
    (tmp_path / "event.json").write_text(json.dumps(content))
    assert twofeet("import", tmp_path / "event.json") == 1
    told = capsys.readouterr().err.removeprefix("event.json").removeprefix(", ").removeprefix(": ")
    assert told.startswith(sentence)
    assert imported(database).code == content["event"]["code"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "[" * 100_000, '{"format": "twofeet-event/1"}'])
def test_event_json_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_whole(text)


def test_whole_rows_takes_a_time_zone_that_is_one(database: Database) -> None:
    content = whole_event(database)
    content["event"]["timezone"] = "Mars/Base"
    with pytest.raises(Invalid, match="time zone"):
        database.write(lambda tx: whole_rows.add(tx, read_whole(json.dumps(content))))


def test_export_writes_every_file(database: Database, tmp_path: Path) -> None:
    day = a_published_day(database)
    assert twofeet("export", day.event.code, tmp_path / "early") == 0
    assert not (tmp_path / "early" / "votes.csv").exists()
    close(database, day.event, voting=True)
    assert twofeet("export", day.event.code, tmp_path / "out") == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "actions.atom",
        "actions.json",
        "book.docx",
        "book.epub",
        "book.html",
        "book.md",
        "book.pdf",
        "book.zip",
        "event.json",
        "grid.csv",
        "pitches.csv",
        "schedule.ics",
        "schedule.json",
        "schedule.xml",
        "tables.xlsx",
        "votes.csv",
    ]


def test_export_of_a_name_that_is_none_says_which_there_are(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day = a_published_day(database)
    assert twofeet("export", day.event.code, tmp_path / "out", "--only", "book.odt") == 1
    assert capsys.readouterr().err.startswith("--only: there is no export book.odt. There are schedule.json, ")
    assert not (tmp_path / "out").exists()


WHOLE: dict[str, Any] = {
    "format": FORMAT,
    "event": {"name": "Camp", "day": "2026-06-26", "timezone": "Europe/London"},
    "slots": [{"id": 1, "starts_at": "2026-06-26T10:00:00+01:00", "ends_at": "2026-06-26T11:00:00+01:00"}],
    "rooms": [{"id": 1, "name": "Hall", "capacity": 9}],
    "pitches": [{"id": n, "title": "One", "created_at": "2026-06-26T08:00:00Z"} for n in (1, 2, 3)],
}


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("part", "change", "sentence"),
    [
        ("event", {"day": "0001-01-01"}, "event.day: the year 1 cannot be used."),
        ("event", {"day": "9999-12-31"}, "event.day: the year 9999 cannot be used."),
        ("slots", {"starts_at": "0001-01-01T00:00:00+14:00"}, "slots[0].starts_at: the year 1 cannot"),
        ("slots", {"ends_at": "9999-12-31T23:59:59-12:00"}, "slots[0].ends_at: the year 9999 cannot"),
        ("pitches", {"created_at": "9999-12-31T23:59:59-12:00"}, "pitches[0].created_at: the year 9999"),
        ("pitches", {"merged_into": 1}, "pitches[0].merged_into: a pitch cannot be part of itself."),
        ("pitches", {"merged_into": 2}, "pitches[0].merged_into: 2 is part of another pitch. Name that one."),
    ],
)
def test_import_of_what_no_calendar_has_or_goes_in_a_circle_is_a_sentence(
    database: Database,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    part: str,
    change: dict[str, Any],
    sentence: str,
) -> None:
    content = json.loads(json.dumps(WHOLE))
    content["pitches"][1]["merged_into"] = 1 if change == {"merged_into": 2} else 3
    (content[part] if part == "event" else content[part][0]).update(change)
    (tmp_path / "event.json").write_text(json.dumps(content))
    assert twofeet("import", tmp_path / "event.json") == 1
    assert sentence in capsys.readouterr().err


def test_a_vote_twice_is_found_in_time_that_grows_with_the_number_of_votes() -> None:
    def check(text: str) -> None:
        votes = [(number, 1) for number in range(len(text))]
        wrong = Collected()
        whole.Checked("event.json", wrong).ids("votes", ("voter", "pitch"), [*votes, votes[-1]])
        assert len(wrong.faults) == 1

    assert growth(check, lambda n: "x" * n, 20_000) <= MOST_GROWTH
