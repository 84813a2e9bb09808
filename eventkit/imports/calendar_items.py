"""The fixed part of a programme from an iCalendar file: each entry with a time becomes a fixed item."""

import re
from datetime import datetime, timedelta
from typing import Any

from icalendar import Calendar

from eventkit.errors import Invalid
from eventkit.imports.programmes import Programme, Reader

KIND = "a calendar (iCalendar)"
MOST = 5_000  # entries
LARGEST = 8 * 1024 * 1024  # characters
_FOLD = re.compile(r"\r?\n[ \t]")


def read(name: str, text: str) -> Programme:
    """The programme. Raises Invalid with every entry at fault."""
    reader = Reader(Programme(file=name, kind=KIND))
    plain = _FOLD.sub("", text).upper()  # judged before it is read, which takes a second for each ten thousand
    if (number := plain.count("BEGIN:VEVENT")) > MOST or plain.count("BEGIN:") > 10 * MOST:
        raise Invalid(f"{name}: {number:,} entries are no programme of a day. Up to {MOST:,} can be read.")
    if len(text) > LARGEST or plain.count("\n") > 40 * MOST:
        raise Invalid(f"{name}: this calendar has far more in it than its entries. Save it without attachments.")
    for number, entry in enumerate(_entries(name, text), 1):
        reader.attempt(f"entry {number}", _entry, reader, entry)
    return reader.done()


def _entries(name: str, text: str) -> list[Any]:
    try:
        return [entry for calendar in Calendar.from_ical(text, multiple=True) for entry in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid(f"{name}: this calendar cannot be read ({str(error)[:80]}).") from error


def _entry(reader: Reader, entry: Any) -> None:
    title = str(entry.get("SUMMARY", ""))
    if str(entry.get("STATUS", "")).upper() == "CANCELLED":
        reader.programme.unused["entries that are cancelled"] += 1
        return
    starts, ends = _times(entry)
    if not isinstance(starts, datetime):
        reader.programme.unused["entries of whole days"] += 1
        return
    if entry.get("RRULE"):
        reader.programme.unused["repeats of an entry"] += 1
    if entry.get("DESCRIPTION") or entry.get("LOCATION"):
        reader.programme.unused["places and descriptions of entries"] += 1
    if not isinstance(ends, datetime):
        raise Invalid(f"‘{title[:40]}’ does not say when it ends.")
    reader.item(starts, ends, title)


def _times(entry: Any) -> tuple[object, object]:
    """Its start and end, each a datetime where it says one. Raises Invalid where they cannot be read."""
    try:
        starts = entry.decoded("DTSTART", None)
        ends = entry.decoded("DTEND", None)
        length = entry.decoded("DURATION", None)
        if ends is None and isinstance(length, timedelta) and isinstance(starts, datetime):
            ends = starts + length
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise Invalid(f"its times cannot be read ({str(error)[:60]}).") from error
    return starts, ends
