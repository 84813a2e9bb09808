"""The formats that everybody may have, by the name of their file: what each is and who writes it."""

from collections.abc import Callable

from eventkit.exports import calendar, frab, markdown_book, sheets, web_book, word
from eventkit.exports.source import Source

FORMATS: dict[str, tuple[str, Callable[[Source], str | bytes]]] = {
    "schedule.json": (frab.JSON_TYPE, frab.as_json),
    "schedule.xml": (frab.XML_TYPE, frab.as_xml),
    "schedule.ics": (calendar.TYPE, calendar.of_event),
    "grid.csv": (sheets.TYPE, sheets.grid),
    "pitches.csv": (sheets.TYPE, sheets.pitches),
    "book.md": (markdown_book.TYPE, markdown_book.as_markdown),
    "book.html": (web_book.TYPE, web_book.as_html),
    "book.docx": (word.TYPE, word.as_docx),
    "book.zip": (markdown_book.ZIP_TYPE, markdown_book.as_zip),
}
