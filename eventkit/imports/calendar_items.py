"""The fixed part of a programme from an iCalendar file; of a conference with rooms, its sessions too."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar

from eventkit.imports.faults import fault
from eventkit.imports.programmes import NOT_TAKEN, Programme, Reader
from eventkit.text import clean, lengths
from eventkit.text.language import marked

KIND = marked("a calendar (iCalendar)")
CANCELLED = marked("entries that are cancelled")
WHOLE_DAYS = marked("entries of whole days")
TASKS = marked("tasks and journals")
REPEATS = marked("repeats of an entry")
PLACES = marked("places and descriptions of entries")
MOST = 5_000  # entries
LARGEST = 8 * 1024 * 1024  # characters
_FOLD = re.compile(r"\r?\n[ \t]")


def _said(text: str, tag: str) -> str:
    """What a line of the calendar itself says."""
    found = re.search(rf"^{tag}:(.+)$", text[:5_000], re.MULTILINE)
    return clean.clean_line(found[1].replace("\\,", ",")) if found else ""


@dataclass(frozen=True)
class _Entry:
    """An entry with its times."""

    starts: datetime
    ends: datetime
    title: str
    place: str
    text: str
    id: str

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Its times, with those of no zone as if of UTC, to be compared."""
        starts, ends = (it if it.tzinfo else it.replace(tzinfo=UTC) for it in (self.starts, self.ends))
        return starts, ends


def read(name: str, text: str, cut: bool = False) -> Programme:
    """The programme: fixed items; but what goes on at once in several places are sessions. Raises Faulty with all."""
    reader = Reader(Programme(file=name, kind=KIND), cut)
    plain = _FOLD.sub("", text).upper()  # judged before it is read, which takes a second for each ten thousand
    if (number := plain.count("BEGIN:VEVENT")) > MOST or plain.count("BEGIN:") > 10 * MOST:
        raise fault(
            marked("%(number)s entries are no programme of a day. Up to %(most)s can be read."),
            file=name, number=number, most=MOST,
        )  # fmt: skip
    if len(text) > LARGEST or plain.count("\n") > 40 * MOST:
        raise fault(
            marked("this calendar has far more in it than its entries. Save it without attachments."), file=name
        )
    reader.programme.name, reader.programme.timezone = _said(text, "X-WR-CALNAME"), _said(text, "X-WR-TIMEZONE")
    reader.programme.unused[TASKS] += sum(plain.count(f"BEGIN:{it}") for it in ("VTODO", "VJOURNAL"))
    entries: list[_Entry] = []
    for number, entry in enumerate(_entries(name, text), 1):
        reader.attempt(f"VEVENT {number}", _take, reader, entry, entries)
    sessions = _sessions(entries)
    for at, it in enumerate(entries):
        reader.attempt(it.title[:40], _keep, reader, it, at in sessions)
    return reader.done()


def _entries(name: str, text: str) -> list[Any]:
    try:
        return [entry for calendar in Calendar.from_ical(text, multiple=True) for entry in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise fault(marked("this calendar cannot be read (%(why)s)."), file=name, why=str(error)[:80]) from error


def _take(reader: Reader, entry: Any, entries: list[_Entry]) -> None:
    """Add an entry to the others, unless it is of no use. Raises Faulty."""
    title, unused = str(entry.get("SUMMARY", "")), reader.programme.unused
    if str(entry.get("STATUS", "")).upper() == "CANCELLED":
        unused[CANCELLED] += 1
        return
    starts, ends = _times(entry)
    if starts is None:
        raise fault(marked("‘%(title)s’ does not say when it starts."), title=title[:40])
    if not isinstance(starts, datetime):
        unused[WHOLE_DAYS] += 1
        return
    if entry.get("RRULE"):
        unused[REPEATS] += 1
    if not isinstance(ends, datetime):
        raise fault(marked("‘%(title)s’ does not say when it ends."), title=title[:40])
    place, text = (str(entry.get(name, "")).strip() for name in ("LOCATION", "DESCRIPTION"))
    entries.append(_Entry(starts, ends, title, place, text, str(entry.get("UID", ""))))


def _sessions(entries: list[_Entry]) -> set[int]:
    """Which entries go on at once with another that is in a different place, by their numbers."""
    order = sorted((at for at, it in enumerate(entries) if it.place), key=lambda at: entries[at].span)
    found: set[int] = set()
    latest: dict[str, datetime] = {}  # of two places the latest ends so far
    for at in order:
        it, (starts, ends) = entries[at], entries[at].span
        if any(place != it.place and until > starts for place, until in latest.items()):
            found.add(at)
        latest[it.place] = max(ends, latest.get(it.place, ends))
        latest = dict(sorted(latest.items(), key=lambda place: place[1])[-2:])
    next_starts: dict[str, datetime] = {}  # of two places the next starts
    for at in reversed(order):
        it, (starts, ends) = entries[at], entries[at].span
        if any(place != it.place and begin < ends for place, begin in next_starts.items()):
            found.add(at)
        next_starts[it.place] = starts
        next_starts = dict(sorted(next_starts.items(), key=lambda place: place[1])[:2])
    return found


def _keep(reader: Reader, it: _Entry, session: bool) -> None:
    if not session:
        reader.programme.unused[PLACES] += bool(it.place or it.text)
        reader.item(it.starts, it.ends, it.title)
        return
    if len(it.place) <= lengths.ROOM_NAME:
        reader.room(it.place)
    reader.saw(it.starts.date())
    reader.programme.unused[NOT_TAKEN] += 1
    reader.pitch("", it.title, it.text, [])


def _times(entry: Any) -> tuple[object, object]:
    """Its start and end, each a datetime where it says one. Raises Faulty where they cannot be read."""
    try:
        starts = entry.decoded("DTSTART", None)
        ends = entry.decoded("DTEND", None)
        length = entry.decoded("DURATION", None)
        if ends is None and isinstance(length, timedelta) and isinstance(starts, datetime):
            ends = starts + length
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise fault(marked("its times cannot be read (%(why)s)."), why=str(error)[:60]) from error
    return starts, ends
