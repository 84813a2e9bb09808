"""The language in which a request, file or command speaks: gettext, plural forms, and Babel's dates and numbers.

Whoever answers somebody says once which language that is (`speak`, `speaking`); all that makes sentences meanwhile asks
here. It goes along with the context, so requests that take turns in one thread do not mix. The catalogues are
`eventkit/locales/<language>/LC_MESSAGES/messages.po`, read when a language is first spoken; English is in the code.
"""

import gettext as catalogues
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, get_timezone_name
from babel.lists import format_list
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LANGUAGES: Mapping[str, str] = {"en": "English", "cy": "Cymraeg", "de": "Deutsch", "es": "Español", "fr": "Français"}
ENGLISH, WELSH = "en", "cy"
SCRIPTS = "static/js/"
FOLDER = Path(__file__).parent.parent / "locales"

DAY = {"de": "EEEE, d. MMMM y", "es": "EEEE d 'de' MMMM 'de' y"}  # elsewhere as in English
DAY_OTHERWISE = "EEEE d MMMM y"


@dataclass
class _Speech:
    """What one request speaks; shared by all that works for it, in whichever thread."""

    language: str


_speech: ContextVar[_Speech | None] = ContextVar("speech", default=None)


def current() -> str:
    """The language spoken now, a key of LANGUAGES; English where nobody has said."""
    speech = _speech.get()
    return speech.language if speech else ENGLISH


def begin(language: str) -> None:
    """A request begins in this language; what works for it in other threads follows speak()."""
    _speech.set(_Speech(language))


def speak(language: str) -> None:
    """From here on, this request or command speaks this language."""
    speech = _speech.get()
    if speech:
        speech.language = language
    else:
        begin(language)


def end() -> None:
    """The request is over."""
    _speech.set(None)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak this language within, and what was spoken before afterwards."""
    token = _speech.set(_Speech(language))
    try:
        yield
    finally:
        _speech.reset(token)


def gettext(text: str, /, **values: object) -> str:
    """The text in the language spoken, with `%(name)s` filled in; `%%` is a per cent sign."""
    return found(text) % values


def ngettext(one: str, many: str, number: float, /, **values: object) -> str:
    """The form of a text that goes with a number, which is `%(num)s` in it."""
    return found_for(one, many, number) % {"num": numeral(number), **values}


def pgettext(about: str, text: str, /, **values: object) -> str:
    """The text where its English could mean several things; `about` says which."""
    return found_about(about, text) % values


def found(text: str) -> str:
    """As gettext(), not filled in."""
    return _catalogue(current()).gettext(text)


def found_for(one: str, many: str, number: float) -> str:
    """As ngettext(), not filled in."""
    return _catalogue(current()).ngettext(one, many, int(number))


def found_about(about: str, text: str) -> str:
    """As pgettext(), not filled in."""
    return _catalogue(current()).pgettext(about, text)


def marked(text: str) -> str:
    """The same text, marked for translation: whoever shows it calls gettext() on it. For constants of a module."""
    return text


def marked_for(one: str, many: str) -> tuple[str, str]:
    """The same for ngettext()."""
    return one, many


def numeral(number: float) -> str:
    """`1,020`."""
    return format_decimal(number, locale=_locale(current()))


def listed(items: Iterable[str]) -> str:
    """`11:00, 13:15 and 14:00`."""
    texts = list(items)
    if current() == WELSH:  # Babel writes `a(c)` and leaves it to the reader
        first = [", ".join(texts[:-1])] if texts[1:] else []
        return f" {_and(texts[-1])} ".join([*first, *texts[-1:]]) if texts else ""
    return format_list(texts, locale=_locale(current()))


def either(items: Iterable[str]) -> str:
    """`Ada, Bob or Cleo`."""
    texts = list(items)
    if current() == WELSH:  # see listed()
        first = [", ".join(texts[:-1])] if texts[1:] else []
        return " neu ".join([*first, *texts[-1:]]) if texts else ""
    return format_list(texts, style="or", locale=_locale(current()))


def day(moment: date) -> str:
    """`Friday 26 June 2026`; of a datetime, by its own clock."""
    language = current()
    return format_date(moment, DAY.get(language, DAY_OTHERWISE), locale=_locale(language))


def short_day(moment: date) -> str:
    """`Fri 26 Jun`."""
    return format_date(moment, "EEE d. MMM" if current() == "de" else "EEE d MMM", locale=_locale(current()))


def weekdays() -> list[str]:
    """`Sun`, `Mon` and so on, from Sunday as scripts count them: browsers do not know all of our languages."""
    names = _locale(current()).days["format"]["abbreviated"]
    return [names[(number - 1) % 7] for number in range(7)]


def date_without_weekday(moment: date) -> str:
    """`26 June 2026`."""
    return format_date(moment, "d 'de' MMMM 'de' y" if current() == "es" else "d MMMM y", locale=_locale(current()))


def zone(timezone: str) -> str:
    """A time zone as people call it: `United Kingdom`, `Central European Time`; its own name where it has none."""
    locale = _locale(current())
    country = get_global("zone_territories").get(timezone, "")
    if country not in locale.territories:
        return timezone
    name = get_timezone_name(timezone, zone_variant="generic", locale=locale)
    by_country = locale.zone_formats["region"].replace("%s", locale.territories[country])
    return locale.territories[country] if name.casefold() == by_country.casefold() else name


def texts_of_scripts(language: str) -> dict[str, str]:
    """What scripts of pages say, which know no plural forms: each English text to its translation, if there is one."""
    texts = [it for it in _read(language) or () if any(file.startswith(SCRIPTS) for file, _ in it.locations)]
    return {it.id: it.string for it in texts if isinstance(it.id, str) and isinstance(it.string, str) and it.string}


def _read(language: str) -> Catalog | None:
    """The catalogue that translators write; None for English, which has none."""
    source = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not source.exists():
        return None
    with source.open("rb") as file:
        return read_po(file, locale=language)


def _and(word: str) -> str:
    """The Welsh `and` before a word: ac before a vowel, also of a number as it is spoken."""
    return "ac" if re.match(r"[‘“'\"]?([aeiouwyâêîôûŵŷáéíóúàèìòùäëïöü]|(1|8|11)\b)", word.casefold()) else "a"


@cache
def _locale(language: str) -> Locale:
    return Locale.parse("en_GB" if language == ENGLISH else language)


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    """A language's texts, made from what translators write: there is nothing to compile, and nothing to be stale."""
    read = _read(language)
    if read is None:
        return catalogues.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return catalogues.GNUTranslations(compiled)
