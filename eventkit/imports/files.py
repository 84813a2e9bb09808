"""A file of any kind that can be imported, told by its content and never by its name alone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import PurePath

from eventkit import progress
from eventkit.errors import Invalid
from eventkit.imports import (
    calendar_items,
    columns,
    csv_rows,
    frab_xml,
    json_lists,
    json_programmes,
    lists,
    sheets,
    whole,
    workbook,
)
from eventkit.imports.decoding import ZIPPED, Decoded, decode
from eventkit.imports.faults import Collected, Faulty, fault
from eventkit.imports.programmes import MOST_PLACES, NO_WISH, PACKED, WEAKER, Marked, Programme, Reader
from eventkit.imports.sheets import VoteLine
from eventkit.imports.whole import Whole
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

CSV = marked("a table (CSV)")
TITLES = marked("a list of titles, one a line")
PICTURE = marked(
    "this is a picture. Type what is on it into a spreadsheet, a title a line, and import that; or into the pitch box."
)
# What files begin with that have no list in them.
_NO_LISTS = (
    (
        re.compile(rb"%PDF"),
        marked("this is a PDF. Ask for the table that it was made from, as .xlsx or CSV, and import that."),
    ),
    (
        re.compile(rb"\{\\rtf"),
        marked("this is a Word document. Copy its table into a spreadsheet, save that as .xlsx."),
    ),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP|....ftyp|II\*\0|MM\0\*|BM....\0\0", re.DOTALL), PICTURE),
    (re.compile(rb"\x1f\x8b|BZh\d|\xfd7zXZ|7z\xbc\xaf|Rar!|\x28\xb5\x2f\xfd"), PACKED),
)
_NO_TABLE = re.compile(r"\A\s*(---\s*$|\{%|<%|#!|- \w+:|\w+:\s*$)", re.MULTILINE)  # YAML, templates, programs


def read(name: str, content: bytes, cut: bool = False) -> Programme | Whole:
    """What is in a file: a programme, or a whole event that Twofeet wrote. Raises Faulty with all that is wrong."""
    if content.startswith(ZIPPED):
        return workbook.read(name, content, cut)
    for first, sentence in _NO_LISTS:
        if first.match(content):
            raise fault(sentence, file=name)
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n,;"):
        raise fault(
            marked("there is nothing in this file. Save it again, and look that it has lines in it."), file=name
        )
    if content[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
        if b"<html" in content[:1_000].lower() or b"<table" in content[:1_000].lower():
            raise fault(
                marked(
                    "this is a web page, whatever its name says. Save the export itself, such as schedule.json, and "
                    "import that; or open it in a spreadsheet and save it as .xlsx."
                ),
                file=name,
            )
        return frab_xml.read(name, content, cut)
    file = decode(name, content)
    begins = file.text.lstrip("\ufeff \t\r\n")[:40]
    if begins.startswith(("{", "[")) or PurePath(name).suffix.lower() == ".json":
        return _json(name, file, cut)
    if begins.upper().startswith("BEGIN:VCALENDAR"):
        return _guess(calendar_items.read(name, file.text, cut), file)
    return _guess(_table(name, file, cut), file)


def together(files: Sequence[tuple[str, bytes]], cut: bool = False) -> "Whole | Found":
    """What is in several files, (name, content) each, that belong together: votes name the pitches of another file.

    Raises Faulty with all that is wrong in any of them.
    """
    parts: list[Programme] = []
    wrong = Collected()
    for name, content in progress.along(_("Reading files"), len(files), files):
        try:
            part = read(name, content, cut)
        except Invalid as error:
            wrong.add(error)
            continue
        if isinstance(part, Whole):
            if len(files) > 1:
                raise fault(marked("this is a whole event that Twofeet wrote. Import it alone."), file=name)
            return part
        parts.append(part)
        if max(len(part.rooms), len(part.items)) > MOST_PLACES:
            wrong.add(
                fault(
                    marked("this is more than a programme has. Up to %(most)s rooms or slots can be read."),
                    file=name,
                    most=MOST_PLACES,
                )
            )
    programme = _joined(parts)
    votes: list[VoteLine] = []
    known = {pitch.id: pitch.id for pitch in programme.pitches} | programme.same
    for part in parts:
        try:
            votes += _votes(part, known)
        except Invalid as error:
            wrong.add(error)
    wrong.refuse()
    return Found(parts, programme, votes)


@dataclass(frozen=True)
class Found:
    """What files have that belong together: each for itself, to tell of it; all in one, to bring; and the votes."""

    parts: list[Programme]
    programme: Programme
    votes: list[VoteLine]


def _joined(parts: list[Programme]) -> Programme:
    """All programmes as one; where two files use one id, that of the later file gets the file's name with it."""
    if len(parts) == 1:
        return parts[0]
    whole = Programme(file=", ".join(it.file for it in parts), kind=CSV)
    ids: set[str] = set()
    for part in parts:
        whole.name, whole.timezone = whole.name or part.name, whole.timezone or part.timezone
        whole.day = min(filter(None, (whole.day, part.day)), default=None)
        fresh = [it if it.id not in ids else replace(it, id=f"{part.file} {it.id}") for it in part.pitches]
        ids |= {it.id for it in fresh}
        whole.pitches += fresh
        whole.rooms += part.rooms
        whole.items += part.items
        whole.same |= part.same
    return whole


def _votes(part: Programme, known: Mapping[str, str]) -> list[VoteLine]:
    found: list[VoteLine] = []
    for ballots in part.votes:
        if not known:
            raise fault(
                marked(
                    "these are votes (voter, pitch, interest). Votes name pitches by the ids in the pitches’ own "
                    "file, so choose that file along with this one."
                ),
                file=ballots.rows.name,
            )
        lines, remarks = sheets.votes_of(ballots.rows, ballots.file, known)
        part.repeated_votes += remarks.repeated
        part.unused[NO_WISH] += remarks.none
        part.unused[WEAKER] += remarks.weaker
        found += lines
    return found


def _table(name: str, file: Decoded, cut: bool) -> Programme:
    programme = Programme(file=name, kind=CSV)
    if lists.take(programme, name, csv_rows.cells(name, file), file, cut):
        return programme if programme.votes else Reader(programme, cut).done()
    if _NO_TABLE.match(file.text):
        raise fault(
            marked(
                "this is no table: it looks like YAML, a template or a program. Save what it is about as CSV or "
                ".xlsx, with a first line that names the columns, such as title, host and description."
            ),
            file=name,
        )
    if _is_one_column(name, file) and lists.of_titles(programme, file.text, cut):
        programme.kind = TITLES
        return programme
    try:
        csv_rows.read(name, file, columns.PITCHES, ("title",))  # raises, and says what would do
    except Faulty as error:
        if not file.guessed:
            raise
        guess = fault(
            marked(
                "read as %(encoding)s, which is a guess. If that looks wrong, save the file as UTF-8 and import that."
            ),
            file=name, encoding=Marked(file.guessed),
        )  # fmt: skip
        raise Faulty([*error.faults, *guess.faults], error.more) from error
    raise fault(
        marked("no column is surely one of titles. Give that which is the name title, and import the file again."),
        file=name,
    )


def _is_one_column(name: str, file: Decoded) -> bool:
    """Whether most lines are of one cell: what commas there are stand in sentences."""
    widths = [len([cell for cell in row if cell.strip()]) for _, row in islice(csv_rows.cells(name, file), 200)]
    return len(widths) > 1 and sum(width == 1 for width in widths) >= 0.75 * len(widths)


def _json(name: str, file: Decoded, cut: bool) -> Programme | Whole:
    content = json_programmes.parse(name, file.text)
    if isinstance(content, dict) and "format" in content and "schedule" not in content:
        return whole.of(content, name)
    return _guess(json_programmes.read(name, content, cut) or json_lists.read(name, content, cut), file)


def _guess(programme: Programme, file: Decoded) -> Programme:
    programme.guessed, programme.sample = file.guessed, file.sample
    return programme
