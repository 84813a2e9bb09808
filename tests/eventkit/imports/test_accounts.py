"""Every line of a file comes, or is told with a reason; a terminal and a browser say and do the same."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, select, update

from eventkit import cli
from eventkit.config import Config
from eventkit.errors import Closed, Invalid
from eventkit.event import archive, events, people, roles
from eventkit.imports import boards, files, json_lists, lists, previews, programme_rows, programmes, told
from eventkit.imports.faults import Faulty
from eventkit.imports.files import Found
from eventkit.imports.programmes import Programme
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Person, Pitch, Vote
from tests.world import files_of_others as others
from tests.world.builders import an_event, close
from tests.world.files_of_others import workbook

LINES = (
    *(programmes.ITEMS_ALIKE, programmes.UNTIMED, programmes.ARCHIVED, programmes.ONLY_SUMS, programmes.ABOVE),
    *(lists.HIDDEN, programmes.ROOMS_ALIKE, programmes.UNENDED),
)
"""What is not used of a table, a line each."""


def accounted(it: Programme) -> int:
    """How many lines of a table came, or are told as not used."""
    came = len(it.pitches) + len(it.items) + it.further + len(it.same)
    return came + sum(it.unused[what] for what in LINES) + sum(it.gone.values())


def as_csv(rows: list[list[str]]) -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode()


CELLS = {
    "title": ("Bins", "bins ", "Bees", "Lunch", "Total", "--", "=1+1", "x" * 201, "", "Ein Ding"),
    "host": ("Kim", "Lee", "", "-", "Kim, Lee"),
    "id": ("1", "2", "", "1 "),
    "description": ("", "Why", "What"),
    "state": ("", "accepted", "Rejected", "abgelehnt"),
    "active": ("", "y", "no"),
    "archived": ("", "false", "TRUE"),
    "type": ("", "Talk", "Break"),
    "room": ("", "Hall", "r" * 81),
    "start": ("", "10:00", "25:99", "9:30-10"),
    "end": ("", "11:00", "9:00"),
    "date": ("", "05/01/2024", "2024-01-05", "Friday", "someday"),
}


@st.composite
def sheets(draw: st.DrawFn) -> list[list[str]]:
    """Sheets of pitches with whatever columns and cells people have."""
    header = ["title", *draw(st.lists(st.sampled_from([it for it in CELLS if it != "title"]), unique=True))]
    row = st.tuples(*(st.sampled_from(CELLS[name]) for name in header)).map(list)
    return [header, *draw(st.lists(row, min_size=1, max_size=8))]


@settings(max_examples=200)
@given(sheets(), st.integers(0, 7))
def test_every_line_of_a_sheet_comes_or_is_told(rows: list[list[str]], kind: int) -> None:
    if not kind:  # which takes longer; formulas have no results in there
        rows = [["" if cell.startswith("=") else cell for cell in row] for row in rows]
    content = as_csv(rows) if kind else workbook(One=rows)
    filled = [row for row in rows[1:] if any(cell.strip() for cell in row)]
    try:
        found = files.read("x", content)
    except Faulty as refused:
        without_a_line = ("nothing in it", "no pitch in this", "results of")
        assert all(it.place or any(said in str(it) for said in without_a_line) for it in refused.faults)
        return
    assert isinstance(found, Programme)
    assert accounted(found) == len(filled)
    said = " ".join(told.of_file(found))
    assert all(what in said for what in LINES if found.unused[what])


@given(st.lists(st.tuples(*(st.sampled_from(it) for it in ("ab", "123", ("0", "1", "2", "", "no")))), max_size=9))
def test_every_vote_counts_or_is_told(votes: list[tuple[str, str, str]]) -> None:
    """Of pitches 1 and 2, which are one, and 3."""
    pitches = as_csv([["id", "title"], ["1", "Bins"], ["2", "bins"], ["3", "Bees"]])
    rows = [["voter", "pitch", "interest"], *map(list, votes)]
    found = files.together([("p.csv", pitches), ("v.csv", as_csv(rows))])
    assert isinstance(found, Found)
    part = found.parts[1]
    left = part.repeated_votes + part.unused[programmes.NO_WISH] + part.unused[programmes.WEAKER]
    assert len(found.votes) + left == len(votes)


BOARD = st.lists(
    st.tuples(st.sampled_from(["10:00", "9:00-9:30", "11:00-10:00", "later", ""]), *[st.sampled_from("ABCL")] * 3),
    min_size=2,
    max_size=6,
)


@given(BOARD, st.booleans())
def test_every_cell_of_a_board_comes_or_is_told(rows: list[tuple[str, ...]], named: bool) -> None:
    """A cell L is a lunch; the third room has no name, or one."""
    words = {letter: f"{letter} of it" for letter in "ABC"} | {"L": "Lunch"}
    table = [["", "Hall", "Attic", "Yard" if named else ""]]
    table += [[time, *(words[cell] for cell in cells)] for time, *cells in rows]
    found = boards.find([(number, row) for number, row in enumerate(table, 1)])
    if found is None or found.left[boards.ABOVE]:  # a line of the table taken for the rooms
        return
    fixed = sum(bool(title) for _, _, title in found.spans) * (3 if named else 2)  # all its cells are that one
    assert len(found.sessions) + sum(found.left.values()) + fixed == 3 * len(rows)


JSON = (
    '{"sessions": [{"title": "A", "text": "x"}, {"label": "", "text": "y"}], '
    '"lists": [{"id": "L", "closed": true}], "cards": [{"name": "B", "desc": "", "idList": "L"}]}'
)


def test_what_lists_in_json_leave_is_told() -> None:
    found = files.read("x.json", JSON.replace("sessions", "talks").encode())
    assert isinstance(found, Programme)
    assert [it.title for it in found.pitches] == ["A"]
    assert +found.unused == {json_lists.UNTITLED: 1, programmes.ARCHIVED: 1}
    lines = files.read("x.jsonl", b'{"title": "A", "text": "x"}\n\n{"title": "B", "text": "y"}\n')
    assert isinstance(lines, Programme)
    assert [it.title for it in lines.pitches] == ["A", "B"]
    with pytest.raises(Invalid, match="line 2: this is not JSON"):
        files.read("x.jsonl", b'{"title": "A"}\n' * (programmes.MOST_PITCHES + 1))


def many_sheets() -> bytes:
    sheets: dict[str, list[list[Any]]] = {f"S{number}": [["x"]] for number in range(20)}
    return workbook(First=[["title"], ["A"]], **sheets)


def test_sheets_and_columns_beyond_those_that_are_read_are_told() -> None:
    found = files.read("x.xlsx", many_sheets())
    assert isinstance(found, Programme)
    assert "S19" in found.unused_sheets
    with pytest.raises(Invalid, match=r"x\.xlsx, One, line 2: more than 200 columns"):
        files.read("x.xlsx", workbook(One=[["title", *"x" * 10], ["A", *"y" * 200]]))
    formulas = workbook(One=[["title", "host"], ["A", "=A1"]])
    found = files.read("x.xlsx", formulas)
    assert isinstance(found, Programme)
    assert "formulas whose results are not in the file" in " ".join(told.of_file(found))
    with pytest.raises(Invalid, match=r"formulas have no results in the file \(1 here\)"):
        files.read("x.xlsx", workbook(One=[["title", "host"], ["=A1", "Kim"]]))


@pytest.fixture
def environment(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line finds the test's database."""
    monkeypatch.setenv("DATABASE_URL", config.database_url)
    monkeypatch.setenv("SECRET_KEY", config.secret_key)
    monkeypatch.setenv("TWOFEET_VAR", str(config.var))
    monkeypatch.setenv("PUBLIC_URL", "http://localhost")


VOTED = b"id,title\n1,Bins\n2,Bees\n3,bins\n", b"voter,pitch,interest\na,1,1\na,3,2\nb,2,0\nb,2,1\na,1,2\n"
SHAPES: dict[str, tuple[tuple[str, bytes], ...]] = {
    "votes": (("p.csv", VOTED[0]), ("v.csv", VOTED[1])),
    "frab": (("x.json", others.frab_json()),),
    "xml": (("x.xml", others.FRAB_XML),),
    "pretalx": (("x.json", others.PRETALX),),
    "sessionize": (("x.json", others.SESSIONIZE_ALL),),
    "calendar": (("x.ics", others.FIXED_ICS),),
    "board": (("x.csv", b"Time,Hall,Kitchen\n10:00-10:45,Bins,\nlater,X,Y\n11:00-11:45,Lunch,Tea time\n"),),
    "breaks": (("x.csv", b"title,host,type,start,end,date\nBins,Kim,,,,\nLunch,,Break,12:00,13:00,05/01/2024\n"),),
    "workbook": (("x.xlsx", workbook(P=[["title"], ["Bins"]], R=[["room", "seats"], ["Hall", 8], ["hall", 9]])),),
}


def what_is_there(database: Database, event: Event) -> list[Any]:
    with database.reading() as tx:
        votes = select(Pitch.title, Vote.interest).join(Vote, col(Vote.pitch_id) == col(Pitch.id))
        found: list[Any] = [
            (it.title, it.host_name, it.description)
            for it in tx.scalars(select(Pitch).where(Pitch.event_id == event.id))
        ]
        found += [(it.name, it.capacity) for it in events.rooms(tx, event.id)]
        found += [(it.title, it.starts_at) for it in events.slots(tx, event.id)]
        found += sorted(map(tuple, tx.execute(votes.where(Pitch.event_id == event.id))))
    return found


@pytest.mark.only_on("sqlite")
@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("shape", SHAPES)
def test_a_terminal_and_a_browser_say_and_do_the_same(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], shape: str
) -> None:
    (mine, _), (theirs, _) = an_event(database), an_event(database)
    for name, content in SHAPES[shape]:
        (tmp_path / name).write_bytes(content)
    command = ["import", *(str(tmp_path / name) for name, _ in SHAPES[shape]), "--event", mine.code]
    assert cli.main([*command, "--check"]) == 0
    *checked, last = capsys.readouterr().out.splitlines()
    seen = previews.look(database, theirs.id, SHAPES[shape], cut=False)
    assert [line for line in checked if line in seen.comes] == seen.comes
    assert last == "Nothing has been written."
    assert cli.main(command) == 0
    came = previews.bring(database, theirs.id, seen.token)
    assert [line for line in capsys.readouterr().out.splitlines() if line in came] == came == seen.comes
    assert what_is_there(database, mine) == what_is_there(database, theirs)
    assert cli.main(command) == 0  # again
    assert what_is_there(database, mine) == what_is_there(database, theirs)


def bring(database: Database, event: Event, files_: dict[str, bytes]) -> programme_rows.Came:
    found = files.together(list(files_.items()))
    assert isinstance(found, Found)

    def write(tx: Transaction) -> programme_rows.Came:
        by = roles.at_the_machine(events.by_code(tx, event.code))
        return programme_rows.bring(tx, by, found.programme, found.votes)

    return database.write(write)


@pytest.mark.parametrize(
    ("said", "day", "left"),
    [
        ("05/01/2024", "2024-01-05", ""),
        ("05/01/2024", "2024-05-01", ""),
        ("05/01/2024", "2024-01-06", "Left out: 12:00-13:00 Lunch. Is that"),
        ("Friday 5 January", "2024-01-05", ""),
        ("freitag", "2024-01-05", ""),
        ("Day 1", "2024-01-05", ""),
        ("Saturday", "2024-01-05", "Left out: Sat 6 Jan, 12:00-13:00 Lunch. It is on"),
        ("someday", "2024-01-05", "Left out: 12:00-13:00 Lunch. ‘someday’ is no day that can be read."),
    ],
)
@pytest.mark.only_on("sqlite")
def test_days_are_those_of_the_event_or_told(database: Database, said: str, day: str, left: str) -> None:
    event, _ = an_event(database, day=date.fromisoformat(day), slots="10:00-10:45")
    came = bring(database, event, {"x.csv": f"start,end,title,date\n12:00,13:00,Lunch,{said}\n".encode()})
    assert (len(came.items), len(came.left_out)) == ((0, 1) if left else (1, 0))
    assert told.of_what_comes(came)[0].startswith(left or "New slots and fixed items: 12:00-13:00 Lunch")


def test_what_was_withdrawn_stays_so_whatever_file_has_it(database: Database) -> None:
    event, _ = an_event(database)
    both = {"p.csv": b"title,host\nBins,Kim\nBees,\n"}
    bring(database, event, both)
    gone = update(Pitch).where(col(Pitch.title) == "Bins").values(withdrawn_at=event.created_at)
    database.write(lambda tx: tx.execute(gone))
    again = bring(database, event, both)
    assert (again.lines.pitches, again.lines.updated, again.lines.stay) == (0, 1, ("Bins",))
    assert "Left out: Bins. It is here, and hidden, withdrawn or part" in " ".join(told.of_what_comes(again))


def test_votes_come_while_voting_is_open_and_nothing_comes_to_the_archive(database: Database) -> None:
    event, _ = an_event(database)
    close(database, event, voting=True)
    given_files = dict(zip(("p.csv", "v.csv"), VOTED, strict=True))
    with pytest.raises(Closed, match="Voting is closed, so this event takes no more votes"):
        bring(database, event, given_files)
    with pytest.raises(Closed, match="Voting is closed"):
        previews.look(database, event.id, list(given_files.items()), cut=False)
    alone = {"p.csv": VOTED[0]}
    assert bring(database, event, alone).lines.pitches == 2
    database.write(lambda tx: archive.close_now(tx, roles.at_the_machine(tx.get_one(Event, event.id))))
    with pytest.raises(Closed, match="in the archive"):
        bring(database, event, alone)
    with pytest.raises(Closed, match="in the archive"):
        previews.look(database, event.id, list(alone.items()), cut=False)


@pytest.mark.parametrize(
    "text", ['"quoted" \\ back', "'single'; --", "{}[] ŵ 🦆", "%(x)s :name $[0]", "\u05e9\u05dc\u05d5\u05dd"]
)
def test_any_text_of_a_line_is_kept_and_found_again(database: Database, text: str) -> None:
    """Lines go to the database as one value, which takes it apart."""
    event, _ = an_event(database)
    files = {
        "p.csv": as_csv([["id", "title", "description", "host"], ["1", f"T {text}", f"D {text}", f"H {text}"]]),
        "v.csv": as_csv([["voter", "pitch", "interest"], [f"v {text}", "1", "2"]]),
    }
    first, _again = bring(database, event, files), bring(database, event, files)
    assert (first.lines.pitches, first.lines.voters) == (1, 1)
    with database.reading() as tx:
        (pitch,), (vote,) = tx.scalars(select(Pitch)).all(), tx.scalars(select(Vote)).all()
        kept = [pitch.title, pitch.description, pitch.host_name]
        assert [it.removeprefix(f"{letter} ") for letter, it in zip("TDH", kept, strict=True)] == [text] * 3
        assert (vote.interest, len(tx.scalars(select(Person)).all())) == (2, 1)


def test_many_lines_come_in_their_order(database: Database) -> None:
    event, _ = an_event(database)
    database.write(lambda tx: people.ensure(tx, event.id, people.new_token()))  # whose number is above the next ones
    many = range(1, 1_000)
    pitches = as_csv([["id", "title"], *([str(number), f"Pitch {number}"] for number in many)])
    votes = as_csv([["voter", "pitch", "interest"], *([f"v{number}", str(number), "1"] for number in many)])
    came = bring(database, event, {"p.csv": pitches, "v.csv": votes})
    assert (came.lines.pitches, came.lines.voters) == (999, 999)
    with database.reading() as tx:
        titles = tx.execute(select(Pitch.title, Vote.interest).join(Vote).order_by(col(Pitch.id))).all()
    assert [title for title, _ in titles] == [f"Pitch {number}" for number in many]
