"""The fixed part of a programme from an iCalendar file: each entry with a time becomes a fixed item."""

from datetime import datetime, timedelta
from typing import Any

from icalendar import Calendar

from eventkit.errors import Invalid
from eventkit.imports.programmes import Programme, Reader

KIND = "a calendar (iCalendar)"
MOST = 5_000  # entries


def read(name: str, text: str) -> Programme:
    """The programme. Raises Invalid with every entry at fault."""
    reader = Reader(Programme(file=name, kind=KIND))
    entries = _entries(name, text)
    if len(entries) > MOST:
        raise Invalid(f"{name}: {len(entries):,} entries are no programme of a day. Up to {MOST:,} can be read.")
    for number, entry in enumerate(entries, 1):
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
