"""The book as a Word document."""

import io
import zipfile
from datetime import UTC, datetime, time
from typing import Any

from docx import Document
from markdown_it.token import Token

from eventkit.exports.chapters import Book, Chapter, book
from eventkit.exports.markdown_book import zipped
from eventkit.exports.source import Source, xml_safe
from eventkit.storage.tables import Note, NoteKind
from eventkit.text import markdown

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def as_docx(source: Source) -> bytes:
    """The whole book; the same event gives the same bytes."""
    whole = book(source)
    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = xml_safe(whole.title), "", whole.licence
    properties.created = properties.modified = datetime.combine(source.event.day, time(), UTC)
    _front(document, whole)
    for chapter in whole.chapters:
        _chapter(document, chapter)
    if whole.unplaced:
        document.add_heading("Pitched, without a place on the grid", 1)
        for pitch in whole.unplaced:
            _line(document, pitch.title + (f" ({pitch.host_name})" if pitch.host_name else ""), "List Bullet")
    target = io.BytesIO()
    document.save(target)
    return _restamped(target.getvalue())


def _front(document: Any, whole: Book) -> None:
    document.add_heading(xml_safe(whole.title), 0)
    for text in (whole.day, whole.address, whole.licence):
        _line(document, text)
    document.add_heading("Schedule", 1)
    for slot, span, placed in whole.schedule:
        document.add_heading(xml_safe(f"{span} {slot.title}".strip()), 2)
        for it in placed:
            _line(document, f"{it.room.name}: {it.pitch.title}", "List Bullet")
    if not whole.schedule:
        _line(document, "There is no published grid.")
    if whole.actions:
        document.add_heading("Actions", 1)
        for chapter, note in whole.actions:
            _markdown(document, _action(note) + f" ({chapter.pitch.title})", "List Bullet")


def _chapter(document: Any, chapter: Chapter) -> None:
    document.add_heading(xml_safe(chapter.pitch.title), 1)
    _line(document, " · ".join(chapter.facts))
    _markdown(document, chapter.pitch.description)
    for kind, title in ((NoteKind.NOTE, "Notes"), (NoteKind.ACTION, "Actions"), (NoteKind.LINK, "Links")):
        entries = chapter.of_kind(kind)
        if entries:
            document.add_heading(title, 2)
        for note in entries:
            if kind is NoteKind.LINK:
                _line(document, f"{note.text}: {note.url}" if note.text else note.url, "List Bullet")
            else:
                _markdown(document, _action(note) if kind is NoteKind.ACTION else _noted(note), "List Bullet")


def _action(note: Note) -> str:
    return note.text + (f" ({note.owner})" if note.owner else "")


def _noted(note: Note) -> str:
    return note.text + (f" ({note.author_name})" if note.author_name else "")


def _line(document: Any, text: str, style: str | None = None) -> None:
    document.add_paragraph(xml_safe(text), style)


def _markdown(document: Any, text: str, style: str | None = None) -> None:
    """People's Markdown as paragraphs: items of lists as such, strong and emphasised words kept."""
    in_list = 0
    for token in markdown.parsed(text):
        in_list += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type == "inline":
            _runs(document.add_paragraph(style="List Bullet" if in_list else style), token.children or [])
        elif token.type in ("fence", "code_block"):
            _line(document, token.content.rstrip(), style)


def _runs(paragraph: Any, tokens: list[Token]) -> None:
    strong = emphasised = False
    for token in tokens:
        if token.type in ("strong_open", "strong_close"):
            strong = token.type == "strong_open"
        elif token.type in ("em_open", "em_close"):
            emphasised = token.type == "em_open"
        elif token.type in ("softbreak", "hardbreak"):
            paragraph.add_run().add_break()
        elif token.type == "link_close":
            continue
        elif token.content:
            run = paragraph.add_run(xml_safe(token.content))
            run.bold, run.italic = strong or None, emphasised or None


def _restamped(content: bytes) -> bytes:
    """The document's ZIP without the moment at which it was written."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()})
