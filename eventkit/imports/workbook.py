"""Pitches, rooms and slots from the sheets of an Excel workbook (.xlsx), under the names that people use."""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from itertools import islice
from typing import Any

import openpyxl

from eventkit.errors import Invalid
from eventkit.imports import layouts, lists
from eventkit.imports.decoding import Decoded
from eventkit.imports.faults import Collected, fault
from eventkit.imports.layouts import MOST_COLUMNS
from eventkit.imports.lists import MOST_ROWS
from eventkit.imports.programmes import PACKED, Programme, Reader
from eventkit.imports.tables import Cells
from eventkit.text.language import marked

KIND = marked("a workbook (Excel)")
UNREADABLE = marked("this workbook cannot be read. Save it again as .xlsx.")
MOST_SHEETS = 20
LARGEST = 64 * 1024 * 1024  # bytes of all its parts, unpacked
MOST_TAGS = 1_000_000  # of all its parts: openpyxl takes about ten seconds for them
MOST_TAGS_WHOLE = 100_000  # of the parts that openpyxl holds in memory whole, a kilobyte each
# Bytes of a tag with the text behind it: a parser begins a longer one anew with each part that it is sent.
LONGEST_TAG = 512 * 1024
MOST_TEXT = 20 * 1024 * 1024  # characters of all its cells: a text that is kept once may stand in each of them
UNCALCULATED = marked("formulas whose results are not in the file")
HIDDEN_LINES, HIDDEN_COLUMNS = marked("lines that are hidden in the sheet"), marked("hidden columns")
NO_VALUE = marked("cells in which the spreadsheet shows an error")
NO_VALUE_HERE = marked(
    "cells with an error such as #REF! count as empty (%(number)s here). Mend them in the spreadsheet."
)
UNCALCULATED_HERE = marked(
    "formulas have no results in the file (%(number)s here). Open it in a spreadsheet, and save it again."
)
_NO_RESULT = re.compile(
    rb'<c\b(?![^<>]*\bt="str")[^<>]*>\s*<f\b[^<>]*(?:/>|>[^<]*</f>)\s*+(?:(?:<v\s*+/>|<v></v>)\s*+)?</c>'
)
_TOO_LONG = re.compile(rb"<[^<]{%d}" % LONGEST_TAG)
_ASIDE = re.compile(rb"<!--|<\?")  # what may have any sign in it up to its end
_OTHERS = {
    "word/": marked("this is a Word document. Copy its table into a spreadsheet, save that as .xlsx."),
    "content.xml": marked("this is an OpenDocument file. Save it as .xlsx or as CSV in UTF-8, and import that."),
    "ppt/": marked("these are slides. Copy their titles into a spreadsheet, save that as .xlsx."),
    "Index/": marked("this is a file of Numbers. Export it as Excel (.xlsx) or CSV, and import that."),
    "xl/workbook.bin": marked("this is a binary workbook. Save it as .xlsx or as CSV in UTF-8, and import that."),
}  # what other files that are ZIPs have in them
FIRST_OF_EXCEL = 1901  # years below it are times of no day


def read(name: str, content: bytes, cut: bool = False) -> Programme:
    """The programme. Raises Faulty with every line at fault of all its sheets."""
    programme = Programme(file=name, kind=KIND)
    wrong = Collected()

    def take(sheets: Iterable[tuple[str, list[Cells]]], board: bool) -> list[tuple[str, list[Cells]]]:
        left = []
        for title, rows in sheets:
            try:
                if not lists.take(programme, f"{name}, {title}", iter(rows), Decoded(""), cut, board=board):
                    left.append((title, rows))
            except Invalid as error:
                wrong.add(error)
        return left

    parts = _parts(name, content)
    programme.unused[UNCALCULATED] += (uncalculated := _uncalculated(parts))
    left = take(_sheets(programme, _packed(parts)), board=False)
    if not programme.pitches:  # a board beside a list of pitches shows where they stand
        left = take(left, board=True)
    programme.unused_sheets += [title for title, _ in left]
    if wrong.faults and (errors := programme.unused[NO_VALUE]):
        wrong.add(fault(NO_VALUE_HERE, file=name, number=errors))
    if wrong.faults and uncalculated:  # what is empty there need not look so
        wrong.add(fault(UNCALCULATED_HERE, file=name, number=uncalculated))
    wrong.refuse()
    if programme.is_table and not programme.votes:
        return Reader(programme, cut).done()
    if not (programme.pitches or programme.rooms or programme.items or programme.votes):
        raise fault(
            marked(
                "no sheet begins with a line that names columns such as title, description and host; room and seats; "
                "or start, end and title; and none has rooms across and times down."
            ),
            file=name,
        )
    return programme


def _sheets(programme: Programme, file: io.BytesIO) -> Iterator[tuple[str, list[Cells]]]:
    """Name and rows of each sheet that is shown and not empty; what is hidden or too much is said in the programme.

    Raises Faulty where it is no workbook that can be read.
    """
    name, budget = programme.file, _Budget(programme.file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        programme.hidden_sheets += [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        programme.unused_sheets += [sheet.title for sheet in shown[MOST_SHEETS:]]
        for sheet in shown[:MOST_SHEETS]:
            sheet.reset_dimensions()  # what the file says of its own size may be anything
            if rows := _rows(sheet, budget, programme.unused):
                yield sheet.title, rows
    except Invalid:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part met
        raise fault(UNREADABLE, file=name) from error


class _Budget:
    """Counts lines and letters of all sheets together. Raises Faulty where they are too many."""

    def __init__(self, name: str):
        self.name, self._lines, self._left = name, 0, MOST_TEXT

    def line(self) -> None:
        """One more; a line that is not in the file counts where a later one says that it stands below it."""
        self._lines += 1
        if self._lines > MOST_ROWS:
            raise fault(
                marked("more than %(most)s lines, which is no list of pitches."), file=self.name, most=MOST_ROWS
            )

    def text(self, cell: object) -> str:
        """A cell as one would type it."""
        text = _text(cell)
        self._left -= len(text)
        if self._left < 0:
            raise fault(
                marked(
                    "its cells have more than %(most)s million letters, which is no list of pitches. Remove what it "
                    "does not need."
                ),
                file=self.name, most=MOST_TEXT // 2**20,
            )  # fmt: skip
        return text


def _rows(sheet: Any, budget: _Budget, unused: Counter[str]) -> list[Cells]:
    """(number, cells) of the rows that are neither blank nor hidden, without hidden columns."""
    rows: list[Cells] = []
    with sheet._get_source() as part:  # nothing else of a sheet that is read line by line tells it
        layout = layouts.read(part.read())
    hidden: set[int] = set()
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), 1):
        budget.line()
        if row.count(None) == len(row):
            continue
        cells = [budget.text(cell) for cell in islice(row, MOST_COLUMNS + 1)]
        if len(cells) > MOST_COLUMNS and cells[-1]:
            raise fault(
                marked("more than %(most)s columns, which is no list of pitches."),
                file=f"{budget.name}, {sheet.title}", place=number, most=MOST_COLUMNS,
            )  # fmt: skip
        for at, cell in enumerate(cells):
            if (number, at + 1) in layout.errors:
                unused[NO_VALUE] += 1
                cells[at] = ""
            elif cell.strip() and at + 1 in layout.hidden_columns:
                hidden.add(at)
                cells[at] = ""
        while cells and not cells[-1].strip():
            cells.pop()
        if cells and number in layout.hidden_rows:
            unused[HIDDEN_LINES] += 1
        elif cells:
            rows.append((number, cells))
    unused[HIDDEN_COLUMNS] += len(hidden)
    return layout.filled(rows)


def _text(cell: object) -> str:
    """A cell as one would type it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime) and cell.year >= FIRST_OF_EXCEL:
        return f"{cell:%Y-%m-%d %H:%M}" if cell.time() != time(0) else f"{cell:%Y-%m-%d}"
    if isinstance(cell, (datetime, time)):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _parts(name: str, content: bytes) -> dict[str, bytes]:
    """All parts but pictures, by name, unpacked as far as each says that it is large.

    Raises Faulty for what is no workbook, is far more than openpyxl reads in seconds, or declares a document type.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for part in packed.namelist():
                for begins, sentence in _OTHERS.items():
                    if part.startswith(begins):
                        raise fault(sentence, file=name)
            parts = _unpacked(name, packed)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise fault(UNREADABLE, file=name) from error
    if "[Content_Types].xml" not in parts:
        raise fault(PACKED, file=name)
    return parts


def _unpacked(name: str, packed: zipfile.ZipFile) -> dict[str, bytes]:
    left, tags, whole = LARGEST, MOST_TAGS, MOST_TAGS_WHOLE
    parts = {}
    for part in packed.infolist():
        if part.compress_type not in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        ):  # Python unpacks others without a limit
            raise zipfile.BadZipFile
        if part.filename.startswith("xl/media/"):
            continue
        left -= part.file_size
        xml = b""
        if left >= 0:
            with packed.open(part) as file:  # with a number: without one all is unpacked, whatever it says of its size
                xml = file.read(part.file_size)
        plain = xml.replace(b"\0", b"")  # UTF-16, as if it were UTF-8
        tags -= (found := plain.count(b"<"))
        whole -= 0 if part.filename.startswith(("xl/worksheets/", "xl/sharedStrings")) else found
        if min(left, tags, whole) < 0 or _is_long(plain):
            raise fault(
                marked(
                    "this workbook unpacks to far more than a list of pitches. Copy what is to be imported into a new "
                    "workbook, and save that as .xlsx."
                ),
                file=name,
            )
        if b"<!DOCTYPE" in plain:
            raise fault(
                marked("this workbook declares a document type, which none needs. Save it again as .xlsx."), file=name
            )
        parts[part.filename] = xml
    return parts


def _is_long(xml: bytes) -> bool:
    """Whether a tag, comment or instruction is longer than LONGEST_TAG, or has no end."""
    place = 0
    while begun := _ASIDE.search(xml, place):
        place = xml.find(b"-->" if begun[0] == b"<!--" else b"?>", begun.end())
        if not 0 <= place - begun.start() <= LONGEST_TAG:
            return True
    return _TOO_LONG.search(xml) is not None


def _uncalculated(parts: dict[str, bytes]) -> int:
    """How many formulas are in its sheets whose results are not."""
    return sum(len(_NO_RESULT.findall(xml)) for part, xml in parts.items() if part.startswith("xl/worksheets/"))


def _packed(parts: dict[str, bytes]) -> io.BytesIO:
    """The parts as a workbook again, in which each is as large as it says."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for part, xml in parts.items():
            packed.writestr(part, xml)
    return target
