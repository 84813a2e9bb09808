"""Days as people type them, in each of our languages: `Saturday 28 June`, `2026-06-28`, `28.6.`, `Samstag`, `Day 2`."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from babel import Locale
from babel.dates import get_day_names, get_month_names

from eventkit.errors import Invalid
from eventkit.text import clean, language
from eventkit.text.language import gettext as _

LONGEST = 60  # letters of a line that may be one
MOST_APART = 60  # days from the first to the last
_DAY = {"day", "tag", "dia", "jour", "diwrnod"}
_FILLING = {"of", "the", "on", "de", "del", "el", "le", "der", "am", "den", "y", "yr", "dydd"}
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DOTTED = re.compile(r"([0-9]{1,2})([./])([0-9]{1,2})(?:[./]([0-9]{4}|[0-9]{2})?)?")
_AROUND = " \t-–—#*=:.,;()[]"


def read(text: str, first: date, before: date | None) -> date | None:
    """The day that a line names; None where it names none. `before` is the day before it, None where there is none.

    What is left out (a year, a month) is taken from there. Raises Invalid where it is half understood, is no day there
    is, does not come after `before`, or is not the event's `first` where nothing is before it.
    """
    if len(text) > LONGEST:
        return None
    found = _found(text, first, before)
    if found is None:
        return None
    if before is None and found != first:
        raise Invalid(
            _(
                "The event begins on %(first)s, and this is %(day)s. Change one of the two.",
                first=language.day(first),
                day=language.day(found),
            )
        )
    if before is not None and found <= before:
        raise Invalid(
            _(
                "%(day)s does not come after %(before)s. Write the days in order.",
                day=language.day(found),
                before=language.day(before),
            )
        )
    if (found - first).days > MOST_APART:
        raise Invalid(
            _(
                "%(day)s is more than %(most)s days after %(first)s.",
                day=language.day(found),
                most=MOST_APART,
                first=language.day(first),
            )
        )
    return found


def near(text: str, first: date) -> date | None:
    """The day about an event's `first` that a text names, be it one of its days or not; None where it names none.

    Raises Invalid where it is half understood, or could be two days.
    """
    return None if len(text) > LONGEST else _found(text, first, None)


def _found(text: str, first: date, before: date | None) -> date | None:
    words = _words(text)
    return _numbered(words, first) or _dated(text, words, first, before)


def _words(text: str) -> list[str]:
    plain = clean.without_accents(text.strip(_AROUND))
    plain = re.sub(r"(?<=[0-9])(st|nd|rd|th|er|º|o)\b", "", plain)
    return [word for word in re.split(r"[\s,.]+", plain) if word and word not in _FILLING]


def _numbered(words: list[str], first: date) -> date | None:
    """`Day 2`."""
    if len(words) == 2 and words[0] in _DAY and re.fullmatch(r"[0-9]{1,3}", words[1], re.ASCII) and int(words[1]):
        return first + timedelta(days=int(words[1]) - 1)
    return None


def _dated(text: str, words: list[str], first: date, before: date | None) -> date | None:
    """A day by its date, by its weekday, or by both."""
    weekday = _weekdays().get(words[0]) if words else None
    rest = words[1:] if weekday is not None else words
    if weekday is not None and not rest:
        from_then_on = before + timedelta(days=1) if before else first
        return from_then_on + timedelta(days=(weekday - from_then_on.weekday()) % 7)
    found = _written_out(rest, first) or _in_numbers(text if weekday is None else _after_word(text), first, before)
    if found is not None and weekday is not None and found.weekday() != weekday:
        raise Invalid(
            _(
                "Which day is that? By its date it is %(day)s. Change the day of the week or the date.",
                day=language.day(found),
            )
        )
    return found


def _written_out(words: list[str], first: date) -> date | None:
    """`28 June`, `June 28 2026`."""
    if not 2 <= len(words) <= 3:
        return None
    a, b, *years = words
    day, month = (a, b) if b in _months() else (b, a)
    numbers = [day, *years]
    if month not in _months() or not all(re.fullmatch(r"[0-9]{1,4}", it, re.ASCII) for it in numbers):
        return None
    return _one_of([(int(day), _months()[month])], int(years[0]) if years else None, first, None)


def _in_numbers(text: str, first: date, before: date | None) -> date | None:
    """`2026-06-28`, `28.6.`, `28/06/2026`; of `5/6` the one that fits, where only one does."""
    plain = text.strip(_AROUND.replace(".", "")).rstrip(":")
    if match := _ISO.fullmatch(plain):
        return _one_of([(int(match[3]), int(match[2]))], int(match[1]), first, None)
    match = _DOTTED.fullmatch(plain)
    if match is None:
        return None
    one, other = int(match[1]), int(match[3])
    year = int(match[4]) + (2000 if len(match[4]) == 2 else 0) if match[4] else None
    ways = [(one, other)] if match[2] == "." or one == other else [(one, other), (other, one)]
    return _one_of(ways, year, first, before)


def _one_of(ways: Iterable[tuple[int, int]], year: int | None, first: date, before: date | None) -> date | None:
    """The day that (day, month) means; without a year the next one from the first on. Raises Invalid."""
    real = [it for it in (_next(day, month, year, first) for day, month in ways) if it]
    near = [it for it in real if (before or first) <= it <= first + timedelta(days=MOST_APART)] or real
    if not near:
        raise Invalid(_("There is no such day. Write it like Saturday 28 June, or 2026-06-28."))
    if len(near) > 1:
        first_way, other = (language.day(it) for it in near[:2])
        raise Invalid(_("Is that %(day)s or %(other)s? Write the month in letters.", day=first_way, other=other))
    return near[0]


def _next(day: int, month: int, year: int | None, first: date) -> date | None:
    for tried in (year,) if year else (first.year, first.year + 1):
        try:
            found = date(tried, month, day)
        except ValueError:
            continue
        if year or found > first - timedelta(days=MOST_APART):
            return found
    return None


def _after_word(text: str) -> str:
    return text.strip(_AROUND).split(None, 1)[-1]


@cache
def _weekdays() -> dict[str, int]:
    return {name: number for it in language.LANGUAGES for name, number in _names(get_day_names, it)}


@cache
def _months() -> dict[str, int]:
    return {name: number for it in language.LANGUAGES for name, number in _names(get_month_names, it)}


def _names(of: object, spoken: str) -> Iterable[tuple[str, int]]:
    """Names of days or months in a language, written out and short, without capitals and accents."""
    assert callable(of)
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            for number, name in of(width, context, Locale.parse(spoken)).items():
                yield clean.without_accents(name).strip("."), number
