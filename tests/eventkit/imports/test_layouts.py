"""Workbooks as organisers make them: what is hidden does not come, what is one cell in several lines stands in each."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest

from eventkit.errors import Invalid
from eventkit.imports import files, layouts, told
from eventkit.imports.layouts import SheetLayout
from eventkit.imports.programmes import Programme
from tests.world.files_of_others import workbook

HEADER = ["Title", "Host", "Description"]
ROWS = [["Bins", "Ana", "x"], ["Parks", "Bo", "y"], ["Roads", "Cy", "z"]]
ALL = [("Bins", "Ana", "x"), ("Parks", "Bo", "y"), ("Roads", "Cy", "z")]


def a_sheet(rows: list[list[Any]], change: Callable[[Any], object] = lambda sheet: None) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook(S=rows)))
    change(book["S"])
    book.save(file := io.BytesIO())
    return file.getvalue()


def hide_lines(*numbers: int) -> Callable[[Any], object]:
    def change(sheet: Any) -> None:
        for number in numbers:
            sheet.row_dimensions[number].hidden = True

    return change


def hide_columns(sheet: Any) -> None:
    sheet.column_dimensions.group("C", "E", hidden=True)


def hide_a_sheet(sheet: Any) -> None:
    other = sheet.parent.create_sheet("Old")
    other.append(HEADER)
    other.append(["Secret", "X", "not to come"])
    other.sheet_state = "veryHidden"


def merge(*ranges: str) -> Callable[[Any], object]:
    def change(sheet: Any) -> None:
        for cells in ranges:
            sheet.merge_cells(cells)

    return change


CASES = {
    "hidden lines": (a_sheet([HEADER, *ROWS], hide_lines(3)), [ALL[0], ALL[2]], "lines that are hidden in the sheet"),
    "a filter that was left on": (
        a_sheet([HEADER, *ROWS], hide_lines(3, 4)), ALL[:1], "lines that are hidden in the sheet (2)",
    ),
    "a hidden column": (
        a_sheet([HEADER, *ROWS], hide_columns), [(title, host, "") for title, host, _ in ALL], "hidden columns",
    ),
    "a hidden sheet": (a_sheet([HEADER, *ROWS], hide_a_sheet), ALL, "hidden sheet Old"),
    "a host for several lines": (
        a_sheet([HEADER, ROWS[0], ["Parks", None, "y"], ROWS[2]], merge("B2:B3")),
        [ALL[0], ("Parks", "Ana", "y"), ALL[2]], "was read as a workbook",
    ),
    "a title for several hosts": (
        a_sheet([HEADER, ROWS[0], [None, "Bo", None], ROWS[2]], merge("A2:A3", "C2:C3")),
        [("Bins", "Ana, Bo", "x"), ALL[2]], "its hosts are added to that pitch",
    ),
    "two lines of headings": (
        a_sheet([["Title", "Speaker", None], [None, "First name", "Last name"], ["Bins", "Ana", "Diaz"]],
                merge("A1:A2", "B1:C1")),
        [("Bins", "Ana Diaz", "")], "lines above the names of the columns",
    ),
    "a title above": (
        a_sheet([["Our camp"], [], HEADER, *ROWS], merge("A1:C1")), ALL, "lines above the names of the columns",
    ),
    "what is to be written": (
        a_sheet([HEADER, ["(short)", "(your name)", "[a sentence]"], *ROWS]), ALL, "lines that explain the columns",
    ),
    "headings on each page": (
        a_sheet([HEADER, ROWS[0], HEADER, *ROWS[1:]]), ALL, "lines that name the columns again",
    ),
    "sums below": (a_sheet([HEADER, *ROWS, ["Total sessions: 3"]]), ALL, "lines that only sum up"),
    "notes below": (
        a_sheet([HEADER, *ROWS, [], ["Please add yours by Friday"]]),
        [*ALL, ("Please add yours by Friday", "", "")],
        "1 line has nothing but a title: “Please add yours by Friday”.",
    ),
    "errors": (
        a_sheet([HEADER, ["Bins", "#N/A", "#REF!"], *ROWS[1:]]),
        [("Bins", "", ""), *ALL[1:]], "cells in which the spreadsheet shows an error (2)",
    ),
    "empty columns first": (a_sheet([[None, *row] for row in [HEADER, *ROWS]]), ALL, "was read as a workbook"),
    "a pitch about agendas": (a_sheet([["Title", "Type"], ["Agenda", "Talk"]]), [("Agenda", "", "")], "was read as"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_shown_comes_and_the_rest_is_told(name: str) -> None:
    content, pitches, sentence = CASES[name]
    it = files.read("book.xlsx", content)
    assert isinstance(it, Programme)
    assert [(pitch.title, pitch.host, pitch.description) for pitch in it.pitches] == pitches
    assert sentence in " ".join(told.of_file(it))


@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        (
            a_sheet([HEADER, *ROWS, [], ["Room", "Seats"], ["Hall", 80]]),
            ["book.xlsx, S, line 6: another table begins here. Put each on a sheet, or into a file, of its own."],
        ),
        (
            a_sheet([HEADER, ["#VALUE!", "Bo", "x"]]),
            [
                "book.xlsx, S, line 2: title is empty.",
                "book.xlsx: cells with an error such as #REF! count as empty (1 here). Mend them in the spreadsheet.",
            ],
        ),
    ],
)
def test_what_would_come_untrue_is_refused(content: bytes, sentences: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        files.read("book.xlsx", content)
    assert str(refused.value).splitlines() == sentences


def test_times_that_are_shown_as_numbers_are_times() -> None:
    first = (date(2026, 12, 5) - date(1899, 12, 30)).days
    columns: list[list[Any]] = [["Date", "Start", "End", "Title"], [first, 0.375, 0.3958333333333333, "Welcome"]]
    moments: list[list[Any]] = [["Start", "End", "Title"], [first + 0.375, first + 19 / 48, "Welcome"]]
    for rows in (columns, moments):
        it = files.read("book.xlsx", workbook(S=rows))
        assert isinstance(it, Programme)
        assert [(f"{one.starts:%Y-%m-%d %H:%M}", f"{one.ends:%H:%M}") for one in it.items] == [
            ("2026-12-05 09:00", "09:30")
        ]


def test_utf_32_is_read_as_it_is() -> None:
    it = files.read("x.csv", "Title;Host\r\nПривет;Иван\r\n".encode("utf-32"))
    assert isinstance(it, Programme)
    assert [(pitch.title, pitch.host) for pitch in it.pitches] == [("Привет", "Иван")]


def test_what_a_sheet_says_of_itself_is_bounded() -> None:
    found = layouts.read(
        b'<x:row r="2" hidden="1"><c/></x:row><row hidden="true"/><row r="9999999999" hidden="1"/>'
        b'<col min="3" max="16384" hidden="1"/>'
        b'<mergeCell ref="A1:A1048576"/><mergeCell ref="A1:B1"/><mergeCell ref="?"/>'
    )
    assert found == SheetLayout({2, 3, 4}, set(range(3, layouts.MOST_COLUMNS + 1)), [(1, 1, 1048576)])
    rows = [(1, ["a"]), (3, ["", "b"]), (4, []), (5, ["c"]), (6, [])]
    assert found.filled(rows) == [(1, ["a"]), (3, ["a", "b"]), (4, ["a"]), (5, ["c"]), (6, [])]
