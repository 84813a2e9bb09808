"""A file of any kind that can be imported, told by its content and never by its name alone."""

from pathlib import PurePath

from eventkit.errors import Invalid
from eventkit.imports import calendar_items, csv_rows, frab_xml, json_programmes, sheets, whole, workbook
from eventkit.imports.decoding import ZIPPED, Decoded, decode
from eventkit.imports.programmes import Programme
from eventkit.imports.whole import Whole

CSV = "a table (CSV)"


def read(name: str, content: bytes, cut: bool = False) -> Programme | Whole:
    """What is in a file: a programme, or a whole event that Twofeet wrote. Raises Invalid with all that is wrong."""
    if content.startswith(ZIPPED):
        return workbook.read(name, content, cut)
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
    pitches, remarks = sheets.pitches_of(csv_rows.read(name, file, sheets.PITCH_COLUMNS, ("title",)), file, cut)
    programme = Programme(
        file=name, kind=CSV, pitches=pitches, made_ids=remarks.made_ids, cut_titles=remarks.cut_titles
    )
    programme.unused.update(f"column {column}" for column in remarks.unused)
    return _guess(programme, file)


def _json(name: str, file: Decoded, cut: bool) -> Programme | Whole:
    content = json_programmes.parse(name, file.text)
    if isinstance(content, dict) and "format" in content and "schedule" not in content:
        return whole.parse(file.text)
    return _guess(json_programmes.read(name, content, cut), file)


def _guess(programme: Programme, file: Decoded) -> Programme:
    programme.guessed, programme.sample = file.guessed, file.sample
    return programme
