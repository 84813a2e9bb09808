"""The formats that everybody may have, by the name of their file: what each is and who writes it."""

from collections.abc import Callable

from eventkit.exports import (
    calendar,
    epub,
    feeds,
    folder,
    frab,
    markdown_book,
    pdf,
    sheets,
    web_book,
    whole,
    word,
    workbook,
)
from eventkit.exports.source import Source, read
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event

_SINGLE: dict[str, tuple[str, Callable[[Source], str | bytes]]] = {
    "schedule.json": (frab.JSON_TYPE, frab.as_json),
    "schedule.xml": (frab.XML_TYPE, frab.as_xml),
    "schedule.ics": (calendar.TYPE, calendar.of_event),
    "grid.csv": (sheets.TYPE, sheets.grid),
    "pitches.csv": (sheets.TYPE, sheets.pitches),
    "tables.xlsx": (workbook.TYPE, workbook.as_xlsx),
    "actions.atom": (feeds.ATOM_TYPE, feeds.as_atom),
    "actions.json": (feeds.JSON_TYPE, feeds.as_json),
    "book.md": (markdown_book.TYPE, markdown_book.as_markdown),
    "book.html": (web_book.TYPE, web_book.as_html),
    "book.pdf": (pdf.TYPE, pdf.as_pdf),
    "book.docx": (word.TYPE, word.as_docx),
    "book.epub": (epub.TYPE, epub.as_epub),
}


def _writers() -> dict[str, Callable[[Source], str | bytes]]:
    """What writes the folder's files: all formats that can be written here."""
    return {name: write for name, (_, write) in _SINGLE.items() if name != "book.pdf" or pdf.can_be_written()}


def as_zip(source: Source) -> bytes:
    """The book as a folder in a ZIP, with all other formats in it."""
    return folder.as_zip(source, _writers())


FORMATS = {**_SINGLE, "book.zip": (folder.ZIP_TYPE, as_zip)}


def published_folder(tx: Transaction, event_id: int, base_url: str) -> dict[str, bytes]:
    """The same folder as files by their names, and the ZIP beside them."""
    files = folder.files(read(tx, tx.get_one(Event, event_id), base_url, pictured=True), _writers())
    return {**files, "book.zip": markdown_book.zipped(files)}


def write(tx: Transaction, event_id: int, name: str, base_url: str, room_id: int | None = None) -> str | bytes:
    """A file's content, of one room where the format can be."""
    source = read(tx, tx.get_one(Event, event_id), base_url, pictured=name.startswith("book."))
    if room_id is None:
        return FORMATS[name][1](source)
    return calendar.of_event(source, room_id)


def whole_event(tx: Transaction, event_id: int, _secret: str) -> str:
    """The whole event as JSON, for the organiser: see whole.as_json()."""
    return whole.as_json(tx, tx.get_one(Event, event_id))
