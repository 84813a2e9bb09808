"""Time zones as people type them: by name, city or country, in each of our languages; never guessed."""

import difflib
import re
from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global

from eventkit.errors import Invalid
from eventkit.text.language import LANGUAGES, either
from eventkit.text.language import gettext as _

NO_PLACES = {"localtime", "Factory"}  # of the list: what the server has, and what nobody has set yet
AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
ALIKE = 5  # zones that are offered
COMMON = (  # offered where the whole list would be too much
    *("Europe/Berlin", "Europe/Brussels", "Europe/Dublin", "Europe/London", "Europe/Madrid", "Europe/Paris"),
    *("Europe/Vienna", "Europe/Zurich", "America/Chicago", "America/Los_Angeles", "America/New_York", "UTC"),
)
MAIN = {  # of countries with zones of islands or corners too, or with many
    "CN": ("Asia/Shanghai",),
    "DE": ("Europe/Berlin",),
    "ES": ("Europe/Madrid",),
    "NZ": ("Pacific/Auckland",),
    "PT": ("Europe/Lisbon",),
    "US": ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
}
UNITED_KINGDOM = ("uk", "gb", "britain", "great_britain", "england", "scotland", "wales", "cymru", "northern_ireland")


@cache
def zones() -> Sequence[str]:
    """The time zones to choose from, by area and city."""
    return sorted(name for name in available_timezones() if name.split("/")[0] in AREAS or name == "UTC")


@cache
def _places() -> dict[str, tuple[str, ...]]:
    """The zones of each country, under its names in all of our languages; of cities, where these have other names."""
    found: dict[str, tuple[str, ...]] = {"usa": MAIN["US"]}
    for spoken in map(Locale.parse, LANGUAGES):
        for zone, names in spoken.time_zones.items():
            if zone in _known_zones() and "city" in names:
                found[_plain(names["city"])] = (zone,)
        for territory, of_it in get_global("territory_zones").items():
            found[_plain(spoken.territories.get(territory, territory))] = MAIN.get(territory, tuple(of_it))
    return found | dict.fromkeys(UNITED_KINGDOM, ("Europe/London",))


@cache
def _known_zones() -> frozenset[str]:
    """All names that are of places: read once, since that looks through hundreds of files."""
    return frozenset(available_timezones() - NO_PLACES)


def parse_timezone(text: str) -> str:
    """A time zone's name from the IANA list, typed in full, as a city or a country. Raises Invalid and offers some."""
    known = _known_zones()
    if text in known:
        return text
    asked = _plain(text)
    of_place = _places().get(asked, ())
    if len(of_place) == 1:
        return of_place[0]
    found = [name for name in known if _plain(name) == asked] or [
        name for name in zones() if _plain(name).rpartition("/")[2] == asked
    ]
    if len(found) == 1:
        return found[0]
    alike = sorted(found) or sorted(of_place[:ALIKE]) or _alike(asked)
    if not alike:
        raise Invalid(timezone=_("This is not a time zone we know. Write a country or its capital."))
    raise Invalid(timezone=_("Which time zone is that? Write %(offered)s.", offered=either(alike)))


def _alike(asked: str) -> list[str]:
    cities = {_plain(name).rpartition("/")[2]: name for name in reversed(zones())}
    within = [name for city, name in cities.items() if len(asked) > 2 and asked in city]
    close = [cities[city] for city in difflib.get_close_matches(asked.rpartition("/")[2], cities, ALIKE, cutoff=0.75)]
    return sorted(dict.fromkeys(within + close))[:ALIKE]


def _plain(text: str) -> str:
    return re.sub(r"[\s_]+", "_", re.sub(r"\s*/\s*", "/", text.strip())).casefold()
