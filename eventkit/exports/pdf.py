"""The book as a tagged PDF (PDF/UA-1), typeset by Typst: contents, page numbers, A4, links."""

import base64
import importlib
import json
import re
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from eventkit import places
from eventkit.errors import NotFound
from eventkit.exports.chapters import Book, BookCell, BookEntry, Chapter, book
from eventkit.exports.source import Source, xml_safe
from eventkit.storage.tables import NoteKind, Picture
from eventkit.text import language, prose
from eventkit.text.language import gettext as _
from eventkit.text.language import marked
from eventkit.text.prose import Block, Code, Items, Paragraph, Quote, Rule, Span, Table, reads_from_right

TYPE = "application/pdf"
STANDARD = "ua-1"  # universal accessibility: a title, a language, tags, nothing that is only seen
DEEPEST = 6  # lists and quotes in one another; what is deeper stands on this level
LONGEST = 28  # letters without a place to break the line
WIDEST, HIGHEST = 116, 90  # millimetres of a picture
IN_A_CELL = 10  # the same in the table of the grid
FONTS = (  # tried in this order for letters that Typst's own font has not, where the machine has them
    "Noto Serif",
    "DejaVu Sans",
    "Noto Naskh Arabic",
    "Noto Serif Hebrew",
    "Noto Serif CJK SC",
    "Noto Emoji",
    "Noto Color Emoji",
)

LETTERLESS = "could not be displayed with"  # in Typst's error
BOXES = marked(
    "Where you see boxes, this server has no font for the letters that belong there. "
    "The book as a web page has them all."
)


def as_pdf(source: Source) -> bytes:
    """The whole book; on one machine the same event gives the same bytes. Raises NotFound where Typst is missing."""
    typst, whole = _typst(), book(source)
    moment = datetime.combine(source.event.day, time(), UTC)
    asked: dict[str, Any] = {"format": "pdf", "timestamp": int(moment.timestamp())}
    with TemporaryDirectory(prefix="twofeet-pdf-") as folder:  # Typst reads pictures from files only
        page = Path(folder) / "book.typ"
        shutil.copyfile(places.files("templates") / "book.typ", page)
        for entry in whole.pictured:
            if entry.picture:
                (page.parent / _file_of(entry.picture)).write_bytes(base64.b64decode(entry.picture.data))
        content, inputs = _content(whole), {"input": page, "root": page.parent, "font_paths": _fonts()}
        compiler = typst.Compiler(**inputs, sys_inputs={"book": json.dumps(content, ensure_ascii=False)})
        try:
            return bytes(compiler.compile(**asked, pdf_standards=[STANDARD]))
        except typst.TypstError as error:  # mostly a letter that no font here has: the standard forbids a box for it
            if LETTERLESS in str(error):
                content["licence_blocks"] += _blocks(prose.blocks(_(BOXES)))
                compiler = typst.Compiler(**inputs, sys_inputs={"book": json.dumps(content, ensure_ascii=False)})
            return bytes(compiler.compile(**asked))


def _file_of(picture: Picture) -> str:
    return f"picture-{picture.note_id}.jpg"


def can_be_written() -> bool:
    """Whether Typst is installed."""
    return find_spec("typst") is not None


def _typst() -> Any:
    try:
        return importlib.import_module("typst")
    except ImportError:
        raise NotFound(
            _("This server cannot write a PDF: the Python package typst is not installed. Take the Word file instead.")
        ) from None


@cache
def _fonts() -> Any:
    return _typst().Fonts(include_system_fonts=True)


@cache
def _there() -> tuple[str, ...]:
    """Those of FONTS that this machine has."""
    return tuple(name for name in FONTS if name in _fonts().families())


def _content(whole: Book) -> dict[str, Any]:
    """The book as book.typ wants it."""
    return {
        "language": language.current(),
        "fonts": _there(),
        "title": _line(whole.title),
        "day": whole.day,
        "address": whole.address,
        "licence": whole.licence,
        "licence_blocks": _blocks(prose.blocks(whole.licence)),
        "words": {
            "about": _("About this event"),
            "contents": _("Contents"),
            "schedule": _("Schedule"),
            "time": _("Time"),
            "no_grid": _("There is no published grid."),
            "actions": _("All actions"),
            "reflections": _("Looking back"),
            "unplaced": _("Pitched, without a place on the grid"),
        },
        "about": [{"heading": heading, "blocks": _blocks(prose.blocks(text))} for heading, text in whole.about],
        "days": [
            {
                "day": day.day,
                "rooms": [_line(room.name, IN_A_CELL) for room in day.rooms],
                "rows": [
                    {
                        "span": row.span,
                        "title": _line(row.title, IN_A_CELL),
                        "cells": [_cell(whole, cell) for cell in row.cells],
                    }
                    for row in day.rows
                ],
            }
            for day in whole.days
        ],
        "chapters": [_chapter(it) for it in whole.chapters],
        "actions": [
            {"name": _line(owner), "entries": [_entry(entry, chapter) for chapter, entry in them]}
            for owner, them in whole.actions_by_owner
        ],
        "reflections": [
            {"name": it.question, "entries": [_entry(answer) for answer in it.answers]} for it in whole.reflections
        ],
        "indexes": [
            {
                "title": index.title,
                "entries": [
                    {"name": _line(name), "sessions": [_link(it) for it in them]} for name, them in index.entries
                ],
            }
            for index in whole.indexes
        ],
        "unplaced": [_line(f"{it.title} ({it.host_name})" if it.host_name else it.title) for it in whole.unplaced],
    }


def _cell(whole: Book, cell: BookCell) -> dict[str, Any]:
    """A cell of the grid: `id` is that of the session's heading, empty where none is there."""
    linked = _link(whole.chapter_of(cell.placed.pitch.id), IN_A_CELL) if cell.placed else {"id": ""}
    return {"title": _line(cell.title, IN_A_CELL), "said": cell.said, **linked}


def _chapter(chapter: Chapter) -> dict[str, Any]:
    parts = [_told("", chapter.pitch.description)]
    parts += [_told(_("Together with %(title)s", title=part.title), part.description) for part in chapter.parts]
    for it in chapter.summaries:
        parts.append(_told(_("Summary of %(title)s", title=it.title) if it.title else _("Summary"), it.text))
    kinds = (NoteKind.NOTE, _("Notes")), (NoteKind.ACTION, _("Actions")), (NoteKind.LINK, _("Links"))
    for kind, heading in kinds:
        if found := chapter.of_kind(kind):
            parts.append({"heading": heading, "blocks": [], "entries": [_entry(it) for it in found]})
    title, facts = chapter.pitch.title, " · ".join(chapter.facts)
    return {**_link(chapter), "rtl": reads_from_right(title), "facts": _line(facts), "parts": parts}


def _told(heading: str, text: str) -> dict[str, Any]:
    return {"heading": _line(heading), "blocks": _blocks(prose.blocks(text)), "entries": None}


def _entry(entry: BookEntry, of: Chapter | None = None) -> dict[str, Any]:
    """An entry; `of` is its session where it stands elsewhere."""
    blocks: Sequence[Block] = prose.blocks(entry.text)
    if entry.kind is NoteKind.LINK:
        told = (Span(f" ({entry.url})"),) if entry.text else ()
        blocks = (Paragraph((Span(entry.text or entry.url, href=entry.href), *told)),)
    if entry.kind is NoteKind.ACTION:
        mark = Span("[x] " if entry.done else "[ ] ")
        first = blocks[0] if blocks and isinstance(blocks[0], Paragraph) else Paragraph(())
        rest = blocks[1:] if blocks and first is blocks[0] else blocks
        blocks = (Paragraph((mark, *first.spans)), *rest)
    picture = entry.picture and {"alt": xml_safe(entry.text), **_fitted(entry.picture)}
    return {"picture": picture, "blocks": _blocks(blocks), "behind": _line(entry.behind), "session": of and _link(of)}


def _fitted(picture: Picture) -> dict[str, Any]:
    """A picture's file and its width in millimetres, so that it is not too high either."""
    return {"file": _file_of(picture), "width": min(WIDEST, HIGHEST * picture.width / picture.height)}


def _link(chapter: Chapter, longest: int = LONGEST) -> dict[str, str]:
    return {"id": f"session-{chapter.number}", "title": _line(chapter.pitch.title, longest)}


def _blocks(blocks: Iterable[Block], depth: int = 0) -> list[dict[str, Any]]:
    return [made for block in blocks for made in _block(block, depth)]


def _block(block: Block, depth: int) -> list[dict[str, Any]]:
    match block:
        case Paragraph(spans, level):
            text = "".join(span.text for span in spans)
            return [
                {
                    "kind": "heading" if level else "paragraph",
                    "spans": _spans(spans),
                    "rtl": reads_from_right(text),
                }
            ]
        case Code(text):
            return [{"kind": "code", "text": "\n".join(_line(line, 80) for line in text.rstrip("\n").split("\n"))}]
        case Rule():
            return [{"kind": "rule"}]
        case Quote(inner):
            made = _blocks(inner, depth + 1)
            return [{"kind": "quote", "blocks": made}] if depth < DEEPEST else made
        case Items(items, start):
            deeper = [_blocks(item, depth + 1) for item in items]
            if depth < DEEPEST:
                return [
                    {
                        "kind": "list",
                        "items": deeper,
                        "start": start,
                        "rtl": reads_from_right(prose.text_of(block)),
                    }
                ]
            return [it for item in deeper for it in item]
        case Table(rows):
            return list(_table(rows))


def _table(rows: tuple[tuple[tuple[Span, ...], ...], ...]) -> Iterable[dict[str, Any]]:
    width = max((len(row) for row in rows), default=0)
    if width:
        head, *rest = ([_spans(cell, IN_A_CELL) for cell in row] + [[]] * (width - len(row)) for row in rows)
        yield {"kind": "table", "columns": width, "head": head, "rows": rest}


def _spans(spans: Iterable[Span], longest: int = LONGEST) -> list[dict[str, Any]]:
    return [{**vars(it), "text": it.text if it.text == "\n" else _line(it.text, longest)} for it in spans]


_RUN = re.compile(r"[^\s​]+")


def _line(text: str, longest: int = LONGEST) -> str:
    """The text as a typesetter can take it: a word that no line holds may be broken after so many letters.

    Soft hyphens are left out: Typst hyphenates by itself, and thousands of them take it seconds.
    """
    return _RUN.sub(lambda it: _broken(it[0], longest), xml_safe(text).replace("\xad", ""))


def _broken(word: str, longest: int) -> str:
    if len(word) <= longest:
        return word
    made, since = [], 0
    for letter in word:
        if since >= longest and not unicodedata.combining(letter) and letter not in "‍️":
            made.append("​")
            since = 0
        made.append(letter)
        since += 1
    return "".join(made)
