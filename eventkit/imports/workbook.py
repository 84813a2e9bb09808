"""Pitches, rooms and slots from the sheets of an Excel workbook (.xlsx), under the names that people use."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any

import openpyxl

from eventkit.errors import Invalid
from eventkit.event import as_typed
from eventkit.imports import csv_rows, sheets, tables
from eventkit.imports.csv_rows import Line, Rows
from eventkit.imports.decoding import Decoded
from eventkit.imports.programmes import Ballots, FoundItem, FoundRoom, Programme
from eventkit.imports.tables import Cells
from eventkit.text import lengths

KIND = "a workbook (Excel)"
MOST_SHEETS, MOST_ROWS, MOST_COLUMNS = 20, 50_000, 200  # rows of all sheets
LARGEST = 64 * 1024 * 1024  # bytes of all its parts, unpacked
MOST_TAGS = 1_000_000  # of all its parts: openpyxl takes about ten seconds for them
MOST_TAGS_WHOLE = 100_000  # of the parts that openpyxl holds in memory whole, a kilobyte each
MOST_TEXT = 20 * 1024 * 1024  # characters of all its cells: a text that is kept once may stand in each of them
ANY_DAY = date(2000, 1, 1)
_TYPED = re.compile(r"(\d{1,2})(?=\D)[:.h]?(\d{2})?\s*(am|pm|a\.m\.|p\.m\.|uhr|h)?", re.IGNORECASE)


def read(name: str, content: bytes, cut: bool = False) -> Programme:
    """The programme. Raises Invalid with every line at fault of all its sheets."""
    programme = Programme(file=name, kind=KIND)
    errors = []
    for title, rows in _sheets(name, content):
        try:
            if not take(programme, f"{name}, sheet {title}", iter(rows), Decoded(""), cut):
                programme.unused[f"sheet {title} (no column title, room and seats, or start and end)"] += 1
        except Invalid as error:
            errors.append(str(error))
    if errors:
        raise Invalid("\n".join(errors))
    if not (programme.pitches or programme.rooms or programme.items or programme.votes):
        raise Invalid(
            f"{name}: no sheet begins with a line that names columns such as title, description and host; room and "
            "seats; or start, end and title."
        )
    return programme


def take(programme: Programme, place: str, rows: Iterator[Cells], file: Decoded, cut: bool) -> bool:
    """Take what a table lists into the programme; whether its header names something that we know. Raises Invalid."""
    kind, rows = tables.begin(rows)
    rows = rows if kind == "votes" else _bounded(place, rows)
    if kind == "slots":
        _slots(programme, csv_rows.of_cells(place, rows, tables.SLOT_COLUMNS, ("start", "end")))
    elif kind == "rooms":
        _rooms(programme, csv_rows.of_cells(place, rows, tables.ROOM_COLUMNS, ("room",)))
    elif kind == "pitches":
        _pitches(programme, csv_rows.of_cells(place, rows, sheets.PITCH_COLUMNS, ("title",)), file, cut)
    elif kind == "votes":
        programme.votes.append(Ballots(csv_rows.of_cells(place, rows, sheets.VOTE_COLUMNS, sheets.VOTES_NEED), file))
    return bool(kind)


def _bounded(place: str, rows: Iterator[Cells]) -> Iterator[Cells]:
    """The rows, up to as many as a list of pitches may have. Raises Invalid on the way."""
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            raise Invalid(f"{place}: more than {MOST_ROWS:,} lines, which is no list of pitches.")
        yield row


def _pitches(programme: Programme, rows: Rows, file: Decoded, cut: bool) -> None:
    found, remarks = sheets.pitches_of(rows, file, cut)
    if programme.pitches:
        raise Invalid(f"{rows.name}: there are pitches in another sheet already. Put them into one.")
    programme.pitches += found
    programme.unused.update(f"column {column}" for column in remarks.unused)
    programme.made_ids += remarks.made_ids
    programme.cut_titles += remarks.cut_titles
    programme.same.update(remarks.same)


def _rooms(programme: Programme, rows: Rows) -> None:
    def use(line: Line) -> None:
        name = line.text("room", lengths.ROOM_NAME, required=True)
        seats = line.text("seats", 20)
        if seats and not (seats.isascii() and seats.isdecimal() and 1 <= int(seats) <= 99_999):
            raise line.wrong(f"seats is {seats!r}. It must be a whole number such as 40.")
        try:
            room = as_typed.room_line(name, int(seats or 0), line.text("features", 1_000))
        except Invalid as error:
            raise line.wrong(str(error)) from error
        programme.rooms.append(FoundRoom(name, int(seats) if seats else None, room.features))

    rows.each(use)
    programme.unused.update(f"column {column}" for column in rows.unused)


def _slots(programme: Programme, rows: Rows) -> None:
    def use(line: Line) -> None:
        starts, ends = (_clock(line, name) for name in ("start", "end"))
        if ends <= starts:
            raise line.wrong("it ends before it starts.")
        title = line.text("title", lengths.SLOT_TITLE)
        first, last = (datetime.combine(ANY_DAY, it) for it in (starts, ends))
        programme.items.append(FoundItem(first, last, title, any_day=True))

    rows.each(use)
    programme.unused.update(f"column {column}" for column in rows.unused)


def _clock(line: Line, name: str) -> time:
    text = line.text(name, 40, required=True)
    try:
        if typed := _TYPED.fullmatch(text):  # 9.30, 10 Uhr, 9h30, 1:00 PM
            hour, minute, half = int(typed[1]), int(typed[2] or 0), (typed[3] or "").casefold().replace(".", "")
            if half in ("am", "pm") and not 1 <= hour <= 12:
                raise ValueError("There is no such hour.")
            return time(hour % 12 + 12 * (half == "pm") if half in ("am", "pm") else hour, minute)
        return time.fromisoformat(text.zfill(5))
    except ValueError as error:
        raise line.wrong(f"{name} is {text!r}. Write a time such as 10:45.") from error


def _sheets(name: str, content: bytes) -> Iterator[tuple[str, list[Cells]]]:
    """Name and rows of each sheet that is not empty. Raises Invalid where it is no workbook that can be read."""
    _refuse_bombs(name, content)
    budget = _Budget(name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in book.worksheets[:MOST_SHEETS]:
            sheet.reset_dimensions()  # what the file says of its own size may be anything
            if rows := _rows(sheet, budget):
                yield sheet.title, rows
    except Invalid:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part met
        raise Invalid(f"{name}: this workbook cannot be read ({str(error)[:80]}). Save it again as .xlsx.") from error


class _Budget:
    """Counts lines and letters of all sheets together. Raises Invalid where they are too many."""

    def __init__(self, name: str):
        self._name, self._lines, self._left = name, 0, MOST_TEXT

    def line(self) -> None:
        """One more; a line that is not in the file counts where a later one says that it stands below it."""
        self._lines += 1
        if self._lines > MOST_ROWS:
            raise Invalid(f"{self._name}: more than {MOST_ROWS:,} lines, which is no list of pitches.")

    def text(self, cell: object) -> str:
        """A cell as one would type it."""
        text = _text(cell)
        self._left -= len(text)
        if self._left < 0:
            raise Invalid(
                f"{self._name}: its cells have more than {MOST_TEXT // 2**20} million letters, which is no list of "
                "pitches. Remove what it does not need."
            )
        return text


def _rows(sheet: Any, budget: _Budget) -> list[Cells]:
    """(number, cells) of the rows that are not blank."""
    rows = []
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
        budget.line()
        cells = [budget.text(cell) for cell in islice(row, MOST_COLUMNS)]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            rows.append((number, cells))
    return rows


def _text(cell: object) -> str:
    """A cell as one would type it."""
    if cell is None:
        return ""
    if isinstance(cell, (datetime, time)):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _refuse_bombs(name: str, content: bytes) -> None:
    """Raise Invalid for what unpacks to far more than it is, or declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
            if any(it.startswith("word/") for it in names):
                raise Invalid(
                    f"{name}: this is a Word document. Copy its table into a spreadsheet, save that as .xlsx."
                )
            if "content.xml" in names:
                raise Invalid(
                    f"{name}: this is an OpenDocument file. Save it as .xlsx or as CSV in UTF-8, and import that."
                )
            _refuse_large(name, packed)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise Invalid(f"{name}: this workbook cannot be read. Save it again as .xlsx.") from error


def _refuse_large(name: str, packed: zipfile.ZipFile) -> None:
    """Raise Invalid for more than openpyxl reads in seconds and in little memory, or a declared document type."""
    left, tags, whole = LARGEST, MOST_TAGS, MOST_TAGS_WHOLE
    for part in packed.infolist():
        left -= part.file_size
        xml = packed.read(part) if left >= 0 else b""
        tags -= (found := xml.count(b"<"))
        streamed = part.filename.startswith(("xl/worksheets/", "xl/sharedStrings", "xl/media/"))
        whole -= 0 if streamed else found
        if min(left, tags, whole) < 0:
            raise Invalid(
                f"{name}: this workbook unpacks to far more than a list of pitches. Copy what is to be imported into a "
                "new workbook, and save that as .xlsx."
            )
        if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in xml.replace(b"\0", b""):  # or in UTF-16
            raise Invalid(f"{name}: this workbook declares a document type, which none needs. Save it again as .xlsx.")
