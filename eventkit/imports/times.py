"""Times in cells as people and spreadsheets write them: clocks, spans, days, durations, in five languages."""

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from eventkit.imports.csv_rows import Line
from eventkit.text.language import marked

ANY_DAY = date(2000, 1, 1)
FIRST_SERIAL = date(1899, 12, 30)  # day 0 of spreadsheets, for all days from March 1900 on
_CLOCK = r"\d{1,2}(?:[:.h]\d{2})?(?::\d{2})?\s*(?:am|pm|a\.m\.|p\.m\.|uhr|h)?"
_TYPED = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2})?\s*(am|pm|a\.m\.|p\.m\.|uhr|h)?", re.IGNORECASE)
_SPAN = re.compile(rf"({_CLOCK})\s*(?:[-–—−~]|to|until|till|bis|à|a|hasta|i|tan)\s*({_CLOCK})", re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4})[ T,]+(\S.*)")
_OFFSET = re.compile(r"(?<=\d)(?:Z|[+-]\d\d:?\d\d)$")  # by the clocks there, which are those at the venue
_LENGTH = re.compile(
    r"(?:(\d{1,2}):)?(\d{1,3})(?::(\d\d))?\s*(?:min|mins|minutes|minuten|minutos|munud|m|')?\.?", re.IGNORECASE
)


def clock(text: str) -> time | None:
    """A time such as 9:30, 0930, 9h30, 10 Uhr, 1:00 PM; None for anything else."""
    text = text.strip()
    if re.fullmatch(r"\d{4}", text):
        text = f"{text[:2]}:{text[2:]}"
    typed = _TYPED.fullmatch(text)
    if not typed or text.isdecimal():
        return None
    hour, minute, half = int(typed[1]), int(typed[2] or 0), (typed[3] or "").casefold().replace(".", "")
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half == "pm")
    return time(hour % 24, minute) if (hour < 24 or (hour, minute) == (24, 0)) and minute < 60 else None


def _of_serial(text: str) -> tuple[date | None, time | None]:
    """The day and time that a spreadsheet counts in days since 1900, where its cell is shown as a number."""
    said = re.fullmatch(r"(\d{5}|0)?(?:[.,](\d+))?", text.strip())
    if not said or not (said[1] or said[2]):
        return None, None
    on = FIRST_SERIAL + timedelta(days=int(said[1])) if said[1] and said[1] != "0" else None
    minutes = round(float(f"0.{said[2]}") * 24 * 60) if said[2] else None
    return on, time(minutes // 60 % 24, minutes % 60) if minutes is not None else None


def span(text: str) -> tuple[time, time] | None:
    """Two times with a dash between them, such as 09:30 – 10:15 or 9-10 am; None for anything else."""
    said = _SPAN.fullmatch(text.strip())
    if not said:
        return None
    first, last = (it if re.search(r"\D", it := group.strip()) else f"{it}:00" for group in said.groups())
    half = re.search(r"(am|pm|a\.m\.|p\.m\.)$", last.strip(), re.IGNORECASE)
    starts, ends = clock(first), clock(last)
    if half and not re.search(r"[ap]\.?m", first, re.IGNORECASE):
        with_half = clock(f"{first} {half[1]}")
        starts = with_half if with_half and ends and with_half < ends else starts
    return (starts, ends) if starts and ends else None


def day(text: str) -> date | None:
    """A day such as 2026-05-01, 1.5.2026 or 13/05/2026; None where it could be read two ways, or is none."""
    text = text.strip()
    if re.fullmatch(r"\d{5}", text):
        return _of_serial(text)[0]
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d.*", text):
            return date.fromisoformat(text[:10])
        if said := re.fullmatch(r"(\d{1,2})([./])(\d{1,2})[./](\d{4})\b.*", text):
            one, two, year = int(said[1]), int(said[3]), int(said[4])
            if said[2] == "." or one > 12 or one == two:
                return date(year, two, one)
            return date(year, one, two) if two > 12 else None
    except ValueError:
        return None
    return None


def length(text: str) -> timedelta | None:
    """A duration such as 45, 45 min, 0:45 or 0:45:00; None for anything else."""
    said = _LENGTH.fullmatch(text.strip())
    if not said:
        return None
    hours, minutes = (int(said[1]), int(said[2])) if said[1] else (0, int(said[2]))
    found = timedelta(hours=hours, minutes=minutes)
    return found if timedelta(0) < found <= timedelta(days=1) else None


class Said(NamedTuple):
    """When an entry starts and ends: with `any_day` on no day that the file alone tells, and `day` is what it says."""

    starts: datetime
    ends: datetime
    any_day: bool
    day: str


def of_line(line: Line) -> Said:
    """When a line's entry starts and ends. Raises Faulty.

    The start may be a span, the end may follow from a duration, and each may have its day in front of it.
    """
    first = line.text("start", 60, required=True)
    on, starts_text, said = _day_of(line, first)
    if both := span(starts_text):
        starts, ends = (datetime.combine(on, it) for it in both)
    else:
        starts = datetime.combine(on, _clock(line, "start", starts_text))
        last = line.text("end", 60)
        if not last and (lasts := length(line.text("duration", 60))):
            ends = starts + lasts
        else:
            last_on, last, _ = _day_of(line, line.text("end", 60, required=True))
            ends = datetime.combine(last_on, _clock(line, "end", last))
    if ends <= starts and not (on != ANY_DAY and ends.time() == time(0)):
        raise line.wrong(marked("it ends before it starts."))
    return Said(starts, ends + timedelta(days=ends <= starts), on == ANY_DAY, said if on == ANY_DAY else "")


def _day_of(line: Line, text: str) -> tuple[date, str, str]:
    """The day that a cell or the line's own column says, the time without it, and that day as it is said."""
    if both := _MOMENT.fullmatch(text):
        return day(both[1]) or ANY_DAY, _OFFSET.sub("", both[2]), both[1]
    on, at = _of_serial(text)
    if on and at:
        return on, f"{at:%H:%M}", on.isoformat()
    said = line.text("date", 60)
    return day(said) or ANY_DAY, text, said


def _clock(line: Line, name: str, text: str) -> time:
    found = clock(text) or _of_serial(text)[1]
    if found is None:
        raise line.wrong(
            marked("%(column)s is %(value)s. Write a time such as 10:45."), column=name, value=repr(text[:40])
        )
    return found
