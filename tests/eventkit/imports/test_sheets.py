"""Pitches and votes from CSV files: what people's spreadsheets write is read, the rest refused by its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.errors import Invalid
from eventkit.exports import sheets as written
from eventkit.imports import columns, csv_rows, decoding, rows, sheets
from eventkit.imports.sheets import PitchLine, Remarks, VoteLine

PITCHES = "id,title,description,host\n"
VOTES = "voter,pitch,interest\n"


def a_file(folder: Path, content: str | bytes, name: str = "pitches.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read_pitches(path: Path, cut: bool = False) -> tuple[list[PitchLine], Remarks]:
    file = decoding.decode(path.name, decoding.content_of(path))
    return sheets.pitches_of(csv_rows.read(path.name, file, columns.PITCHES, ("title",)), file, cut)


def read_votes(path: Path, pitches: list[PitchLine]) -> tuple[list[VoteLine], Remarks]:
    file = decoding.decode(path.name, decoding.content_of(path))
    table = csv_rows.read(path.name, file, columns.VOTES, sheets.VOTES_NEED)
    return sheets.votes_of(table, file, {pitch.id: pitch.id for pitch in pitches})


def refusal(folder: Path, content: str | bytes) -> str:
    with pytest.raises(Invalid) as caught:
        read_pitches(a_file(folder, content))
    return str(caught.value)


def vote_refusal(folder: Path, content: str) -> str:
    known = [PitchLine("1", "One", "", ""), PitchLine("2", "Two", "", "")]
    with pytest.raises(Invalid) as caught:
        read_votes(a_file(folder, VOTES + content, "votes.csv"), known)
    return str(caught.value)


EXPECTED = [PitchLine("1", "Café, “now”", "two\nlines", "Zoë"), PitchLine("b", "B", "", "")]
TEXT = '{header}\n1,"Café, “now”","two\nlines",Zoë\nb,B,,\n'


@pytest.mark.parametrize(
    "content",
    [
        TEXT.format(header="id,title,description,host").encode(),
        b"\xef\xbb\xbf" + TEXT.format(header="id,title,description,host").encode(),
        TEXT.format(header="id,title,description,host").replace("\n", "\r\n").encode(),
        TEXT.format(header="id,title,description,host").encode("utf-16"),
        TEXT.format(header="id,title,description,host").encode("cp1252"),
        TEXT.format(header=" ID ,Title,Description,Host").encode(),
        TEXT.format(header="id,title,description,host").replace("1,", "\n\n1,").encode(),
        'id;title;description;host\n1;"Café, “now”";"two\nlines";Zoë\nb;B;;\n'.encode(),
    ],
    ids=["utf-8", "bom", "crlf", "utf-16", "windows-1252", "capitals", "blank lines", "semicolons"],
)
def test_pitches_are_read_however_the_spreadsheet_wrote_them(tmp_path: Path, content: bytes) -> None:
    assert read_pitches(a_file(tmp_path, content))[0] == EXPECTED


def test_pitches_without_the_columns_that_may_be_missing_are_read(tmp_path: Path) -> None:
    pitches, remarks = read_pitches(a_file(tmp_path, "title,id,colour\nOne,1,red\n"))
    assert pitches == [PitchLine("1", "One", "", "")]
    assert remarks == Remarks(file="pitches.csv", unused=("colour",))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "",
            "pitches.csv, line 1: there is no column title (session title, proposal title or pitch title would do). "
            "The first line names the columns; here they are: –.",
        ),
        (
            "id,colour\n1,x\n",
            "pitches.csv, line 1: there is no column title (session title, proposal title or pitch title would do). "
            "The first line names the columns; here they are: id and colour.",
        ),
        ("id,title,id\n", "pitches.csv, line 1: there are two columns id."),
        (PITCHES, "pitches.csv: there is no pitch in this file, only its first line."),
        (
            PITCHES + "1,,,\n2,Two,,\n2,Again,,\n3,,,x\n",
            "pitches.csv, line 2: title is empty.\n"
            "pitches.csv, line 4: the id 2 is that of line 3 already. Give each pitch its own.\n"
            "pitches.csv, line 5: title is empty.",
        ),
        (PITCHES + "1,One,,\n2,  ,,\n", "pitches.csv, line 3: title is empty."),
        (
            PITCHES + "1,One,,\n\n1,Two,,\n",
            "pitches.csv, line 4: the id 1 is that of line 2 already. Give each pitch its own.",
        ),
        (
            PITCHES + f"1,{'x' * 201},,\n",
            "pitches.csv, line 2: title has 201 letters; up to 200 can be kept. Shorten it, or let the import "
            "do so (--cut-titles): the whole title then begins the description.",
        ),
        (
            PITCHES + '1,"One\n\n",,\n2,Two,,,and more\n',
            "pitches.csv, line 5: 5 fields where the first line names 4. "
            "Put quotes around text that has commas, and double the quotes in it.",
        ),
        (
            PITCHES + '1,One,,\n2,"Two,,\n3,Three,,\n',
            "pitches.csv, line 3: this row cannot be read (unexpected end of data). A quote that is opened must be "
            "closed; quotes inside quotes are doubled.",
        ),
        (
            PITCHES.encode() + b"1,One,,\n2,\x81\x00\x01,,\n",
            "pitches.csv, line 3: this is no text. Save the file as UTF-8.",
        ),
    ],
)
def test_pitches_that_cannot_be_read_are_refused_by_line(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    assert refusal(tmp_path, content) == sentence


def test_pitches_that_are_too_large_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, b"x" * (decoding.LARGEST + 1)) == (
        "pitches.csv: larger than 20 MB, which is no list of pitches or votes."
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a,3,1\n", "votes.csv, line 2: no pitch has the id 3."),
        ("a,1,1\na,2,3\n", "votes.csv, line 3: interest is '3'. It must be 0 (none), 1 (interested) or 2 (must go)."),
        (
            "a,1,4\nb,9,1\n",
            "votes.csv, line 2: interest is '4'. It must be 0 (none), 1 (interested) or 2 (must go).\n"
            "votes.csv, line 3: no pitch has the id 9.",
        ),
        (",1,1\n", "votes.csv, line 2: voter is empty."),
    ],
)
def test_votes_that_cannot_be_counted_are_refused_by_line(tmp_path: Path, content: str, sentence: str) -> None:
    assert vote_refusal(tmp_path, content) == sentence


def test_votes_of_no_interest_are_no_votes(tmp_path: Path) -> None:
    path = a_file(tmp_path, VOTES + "a,1,0\na,2,2\n", "votes.csv")
    known = [PitchLine("1", "One", "", ""), PitchLine("2", "Two", "", "")]
    assert read_votes(path, known) == ([VoteLine("a", "2", 2)], Remarks(file="votes.csv", none=1))


def test_votes_given_again_count_once_with_the_last(tmp_path: Path) -> None:
    path = a_file(tmp_path, VOTES + "a,1,1\nb,1,must go\na,1,2\n", "votes.csv")
    votes, remarks = read_votes(path, [PitchLine("1", "One", "", "")])
    assert votes == [VoteLine("a", "1", 2), VoteLine("b", "1", 2)]
    assert remarks.repeated == 1


@pytest.mark.parametrize(
    ("name", "pitches", "remarks"),
    [
        ("semicolon-header-commas", [PitchLine("1", "Open data", "Words", "")], {}),
        ("excel-sep-line", [PitchLine("1", "Open data", "", "")], {}),
        (
            "excel-dropped-trailing",
            [
                PitchLine("1", "Open data", "Words", "Ana"),
                PitchLine("2", "Budget", "", ""),
                PitchLine("3", "Parks", "", ""),
            ],
            {},
        ),
        (
            "macroman",
            [PitchLine("1", "Café größer", "", "")],
            {"guessed": "Mac Roman", "sample": "1,Café größer"},
        ),
        (
            "utf16-nobom",
            [PitchLine("1", "Café", "", "")],
            {"guessed": "UTF-16 without its mark", "sample": "1\tCafé"},
        ),
        ("speaker", [PitchLine("1", "Open data", "", "Ana")], {}),
    ],
)
def test_files_that_failed_before_are_read(
    shared: Path, name: str, pitches: list[PitchLine], remarks: dict[str, str]
) -> None:
    path = shared / "cases" / f"{name}.csv"
    assert read_pitches(path) == (pitches, Remarks(file=path.name, **remarks))  # type: ignore[arg-type]


def test_row_without_a_title_is_named(shared: Path) -> None:
    with pytest.raises(Invalid) as caught:
        read_pitches(shared / "cases" / "blank-no-id.csv")
    assert str(caught.value) == "blank-no-id.csv, line 3: title is empty."


def test_pitches_without_ids_are_given_some(tmp_path: Path) -> None:
    pitches, remarks = read_pitches(a_file(tmp_path, "Proposal title;Owner\nOne;Kim\nTwo;\n"))
    assert pitches == [PitchLine("line 2", "One", "", "Kim"), PitchLine("line 3", "Two", "", "")]
    assert remarks.made_ids == 2


def test_title_that_is_too_long_is_cut_where_that_was_asked_for(tmp_path: Path) -> None:
    long = " ".join(["word"] * 60)
    pitches, remarks = read_pitches(a_file(tmp_path, f"title,description\n{long},More\n"), cut=True)
    assert remarks.cut_titles == 1
    assert pitches[0].title == " ".join(["word"] * 39) + "…"
    assert pitches[0].description == f"{long}\n\nMore"


def test_export_of_a_real_poll_is_read(shared: Path) -> None:
    folder = shared / "data" / "bowling-green-volunteers"
    pitches, remarks = read_pitches(folder / "pitches.csv")
    assert remarks == Remarks(file="pitches.csv", same={"302": "301", "108": "304"})
    pitches += [PitchLine(ident, "", "", "") for ident in remarks.same]
    votes, remarks = read_votes(folder / "votes.csv", pitches)
    assert (remarks.repeated, len(votes) > 1000) == (58, True)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=5, unique_by=lambda row: row[0]))
def test_pitches_that_we_wrote_are_read_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str, str]]
) -> None:
    import unicodedata

    table = [tuple(unicodedata.normalize("NFC", cell) for cell in row) for row in table]
    numbered = [(str(number), title, host) for number, (_, title, host) in enumerate(table)]
    text = written.rows(("id", "title", "host"), numbered)
    path = a_file(tmp_path_factory.mktemp("written"), text)
    assert [(it.id, it.title, it.host) for it in read_pitches(path)[0]] == numbered


def test_most_wanted_takes_those_that_most_people_want_in_the_files_order() -> None:
    pitches = [PitchLine(name, name, "", "") for name in "abcd"]
    votes = [VoteLine("1", "d", 1), VoteLine("2", "d", 1), VoteLine("1", "b", 2), VoteLine("1", "c", 1)]
    assert [it.id for it in rows.most_wanted(pitches, votes, 2)] == ["b", "d"]
    assert rows.most_wanted(pitches, votes, None) == pitches
    assert rows.most_wanted(pitches, votes, 9) == pitches


def test_day_has_lunch_in_the_middle() -> None:
    day = rows.day_of(6)
    assert [f"{it.starts:%H:%M}-{it.ends:%H:%M} {it.title}".strip() for it in day] == [
        "09:30-10:15",
        "10:30-11:15",
        "11:30-12:15",
        "12:15-13:15 Lunch",
        "13:15-14:00",
        "14:15-15:00",
        "15:15-16:00",
    ]


@pytest.mark.parametrize("slots", [0, -1, 14, 1000])
def test_day_that_is_none_is_refused(slots: int) -> None:
    with pytest.raises(Invalid):
        rows.day_of(slots)
