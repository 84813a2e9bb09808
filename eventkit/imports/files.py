"""A file of any kind that can be imported, told by its content and never by its name alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from eventkit.errors import Invalid
from eventkit.imports import calendar_items, csv_rows, frab_xml, json_programmes, sheets, whole, workbook
from eventkit.imports.decoding import ZIPPED, Decoded, decode
from eventkit.imports.programmes import MOST_PLACES, Programme
from eventkit.imports.sheets import VoteLine
from eventkit.imports.whole import Whole

CSV = "a table (CSV)"


def read(name: str, content: bytes, cut: bool = False) -> Programme | Whole:
    """What is in a file: a programme, or a whole event that Twofeet wrote. Raises Invalid with all that is wrong."""
    if content.startswith(ZIPPED):
        return workbook.read(name, content, cut)
    if content.startswith(b"%PDF"):
        raise Invalid(
            f"{name}: this is a PDF. Ask for the table that it was made from, as .xlsx or CSV, and import that."
        )
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n,;"):
        raise Invalid(f"{name}: there is nothing in this file. Save it again, and look that it has lines in it.")
    if content[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
        if b"<html" in content[:1_000].lower():
            raise Invalid(
                f"{name}: this is a web page. Save the export itself, such as schedule.json, and import that."
            )
        return frab_xml.read(name, content, cut)
    file = decode(name, content)
    begins = file.text.lstrip("\ufeff \t\r\n")[:40]
    if begins.startswith(("{", "[")) or PurePath(name).suffix.lower() == ".json":
        return _json(name, file, cut)
    if begins.upper().startswith("BEGIN:VCALENDAR"):
        return _guess(calendar_items.read(name, file.text), file)
    return _guess(_table(name, file, cut), file)


def together(files: Sequence[tuple[str, bytes]], cut: bool = False) -> "Whole | Found":
    """What is in several files, (name, content) each, that belong together: votes name the pitches of another file.

    Raises Invalid with all that is wrong in any of them.
    """
    parts: list[Programme] = []
    errors: list[str] = []
    for name, content in files:
        try:
            part = read(name, content, cut)
        except Invalid as error:
            errors.append(str(error))
            continue
        if isinstance(part, Whole):
            if len(files) > 1:
                raise Invalid(f"{name}: this is a whole event that Twofeet wrote. Import it alone.")
            return part
        parts.append(part)
        if max(len(part.rooms), len(part.items)) > MOST_PLACES:
            errors.append(
                f"{name}: this is more than a programme has. Up to {MOST_PLACES:,} rooms or slots can be read."
            )
    programme = _joined(parts)
    votes: list[VoteLine] = []
    known = {pitch.id: pitch.id for pitch in programme.pitches} | programme.same
    for part in parts:
        try:
            votes += _votes(part, known)
        except Invalid as error:
            errors.append(str(error))
    if errors:
        raise Invalid("\n".join(errors))
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
            raise Invalid(
                f"{ballots.rows.name}: these are votes (voter, pitch, interest). Votes name pitches by the ids in "
                "the pitches’ own file, so choose that file along with this one."
            )
        lines, remarks = sheets.votes_of(ballots.rows, ballots.file, known)
        part.repeated_votes += remarks.repeated
        part.unused.update(f"column {column}" for column in remarks.unused)
        found += lines
    return found


def _table(name: str, file: Decoded, cut: bool) -> Programme:
    programme = Programme(file=name, kind=CSV)
    if not workbook.take(programme, name, csv_rows.cells(name, file), file, cut):
        csv_rows.read(name, file, sheets.PITCH_COLUMNS, ("title",))  # raises, and says what would do
    return programme


def _json(name: str, file: Decoded, cut: bool) -> Programme | Whole:
    content = json_programmes.parse(name, file.text)
    if isinstance(content, dict) and "format" in content and "schedule" not in content:
        return whole.of(content)
    return _guess(json_programmes.read(name, content, cut), file)


def _guess(programme: Programme, file: Decoded) -> Programme:
    programme.guessed, programme.sample = file.guessed, file.sample
    return programme
