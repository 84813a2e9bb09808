"""The pitches, the grid, rooms and slots as an Excel workbook (.xlsx), in which text is never a formula."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from eventkit.exports import sheets
from eventkit.exports.markdown_book import zipped
from eventkit.exports.source import Source, xml_safe
from eventkit.market import merging
from eventkit.text import language

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_767  # characters that Excel keeps in a cell
WIDEST = 60  # characters of a column
STAMP = datetime(1980, 1, 1, tzinfo=UTC)
_CHANGED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def as_xlsx(source: Source) -> bytes:
    """The workbook: the same event gives the same bytes. Counts are in it once voting has closed."""
    book = Workbook()
    book.remove(book.active)
    _sheet(book, "Pitches", sheets.PITCHES, (sheets.pitch_row(source, it) for it in source.pitches))
    for day in source.days:
        of_day = language.short_day(day.date) if len(source.days) > 1 else ""
        _sheet(book, f"Grid {of_day}".strip(), ("", *(room.name for room in source.rooms)), _grid(source, day.slots))
    rooms = ((it.name, it.capacity, ", ".join(it.features), it.directions) for it in source.rooms)
    _sheet(book, "Rooms", ("room", "seats", "features", "where it is"), rooms)
    times = source.times
    slots = ((times.plain(it.starts_at), times.plain(it.ends_at), it.title) for it in source.slots)
    _sheet(book, "Slots", ("start", "end", "title"), slots)
    target = io.BytesIO()
    book.properties.created = STAMP.replace(tzinfo=None)
    book.properties.creator = "Twofeet"
    book.save(target)
    return _same(target.getvalue())


def _grid(source: Source, slots: Iterable[Any]) -> Iterable[tuple[str, ...]]:
    """A row a slot: when, then what is on in each room, with its hosts."""
    placed = {(slot.id, it.room.id): it for it in source.sessions for slot in it.slots}
    for slot in slots:
        cells = []
        for room in source.rooms:
            it = placed.get((slot.id, room.id))
            cells.append("\n".join(filter(None, [it.title, ", ".join(merging.hosts(it.pitch))])) if it else "")
        fixed = slot.title if slot.title and not any(cells) else ""
        yield (source.times.span(slot), *([fixed, *cells[1:]] if fixed else cells))


def _sheet(book: Workbook, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.create_sheet(name[:31])
    widths = [len(it) for it in header]
    for number, row in enumerate([header, *rows], 1):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(number, place)
            _put(cell, value)
            longest = max(map(len, str(value or "").split("\n")))
            widths[place - 1] = min(max(widths[place - 1], longest), WIDEST)
            if number == 1:
                cell.font = Font(bold=True)
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width + 2
    sheet.freeze_panes = "A2"


def _put(cell: Any, value: Any) -> None:
    """A number as one; anything else as text, marked so that editing the cell makes no formula of it either."""
    if value is None or isinstance(value, int):
        cell.value = value
        return
    text = sheets.unmistaken(xml_safe(str(value)))[:LONGEST]
    cell.value, cell.data_type = text, "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if sheets.guarded(text) != text:
        cell.quotePrefix = True


def _same(content: bytes) -> bytes:
    """The workbook without the hour at which it was written."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    core = "docProps/core.xml"
    parts[core] = _CHANGED.sub(rb"\g<1>" + STAMP.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), parts[core])
    return zipped(parts)
