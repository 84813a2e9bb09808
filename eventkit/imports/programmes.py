"""A programme from elsewhere as plain data: its pitches, rooms and fixed items, and what of the file is not used."""

import html
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime

import nh3

from eventkit.errors import Invalid
from eventkit.imports import sheets
from eventkit.imports.csv_rows import MOST_TOLD, Rows
from eventkit.imports.decoding import Decoded
from eventkit.imports.sheets import PitchLine
from eventkit.imports.whole_parts import FIRST_YEAR, LAST_YEAR
from eventkit.text import clean, lengths

MOST_PITCHES = 50_000
MOST_PLACES = 5_000  # rooms, and fixed items: both far more than any event has
LARGEST_CAPACITY = 99_999  # seats of a room, as in forms
_MARKUP = re.compile(
    r"</?(?:p|br|div|ul|ol|li|a|strong|em|h[1-6])\b[^<>]*>", re.IGNORECASE
)  # linear: a tag ends at the next


@dataclass(frozen=True)
class FoundRoom:
    """A room as a file has it; without seats where the file does not say them."""

    name: str
    capacity: int | None = None
    features: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoundItem:
    """A fixed item, or without a title a slot for sessions. Times without a zone are by the clocks at the venue.

    With `any_day` only the times are said, and they are meant for the event's own day.
    """

    starts: datetime
    ends: datetime
    title: str
    any_day: bool = False


@dataclass(frozen=True)
class Ballots:
    """A table of votes, read once it is known which pitches there are."""

    rows: Rows
    file: Decoded


@dataclass(kw_only=True)
class Programme:
    """What a file has that can come, and remarks; `kind` is the format's name."""

    file: str
    kind: str
    name: str = ""  # of the event
    timezone: str = ""
    day: date | None = None  # the first
    pitches: list[PitchLine] = field(default_factory=list)
    rooms: list[FoundRoom] = field(default_factory=list)
    items: list[FoundItem] = field(default_factory=list)
    guessed: str = ""  # the encoding, where it is a guess, and a line to judge it by
    sample: str = ""
    unused: Counter[str] = field(default_factory=Counter)  # what is not used, and how often it is there
    made_ids: int = 0
    cut_titles: int = 0  # or descriptions
    same: dict[str, str] = field(default_factory=dict)  # ids of lines that say again what another line says -> its id
    votes: list[Ballots] = field(default_factory=list)
    repeated_votes: int = 0


@dataclass
class Reader:
    """Collects a programme out of one file, and everything that is wrong with it; `cut` shortens long titles."""

    programme: Programme
    cut: bool = False
    _: KW_ONLY
    errors: list[str] = field(default_factory=list)
    _more: int = 0
    _known: set[tuple[str, str]] = field(default_factory=set)  # titles with their hosts
    _ids: set[str] = field(default_factory=set)
    _rooms: set[str] = field(default_factory=set)
    _items: set[FoundItem] = field(default_factory=set)

    def attempt(self, place: str, use: Callable[..., object], *values: object) -> None:
        """Do it, and keep what it refuses for the end. Raises Invalid at once where there is too much already."""
        it = self.programme
        if len(it.pitches) > MOST_PITCHES or max(len(it.rooms), len(it.items)) > MOST_PLACES:
            raise Invalid(
                f"{it.file}: this is more than a programme has. Up to {MOST_PITCHES:,} sessions, {MOST_PLACES:,} rooms "
                f"and {MOST_PLACES:,} fixed items can be read."
            )
        try:
            use(*values)
        except (Invalid, OverflowError) as error:  # a length that leads beyond the year 9999
            if len(self.errors) < MOST_TOLD:
                self.errors.append(f"{self.programme.file}, {place}: {error}")
            else:
                self._more += 1

    def done(self) -> Programme:
        """The programme. Raises Invalid with everything that was refused, or where there is nothing in it."""
        if self.errors:
            told = "\n".join(self.errors)
            raise Invalid(f"{told}\nAnd {self._more:,} more places like these." if self._more else told)
        it = self.programme
        if not (it.pitches or it.rooms or it.items):
            has = f" What it has: {', '.join(sorted(it.unused))}." if it.unused else ""
            raise Invalid(f"{it.file}: read as {it.kind}, and there is nothing in it that can be imported.{has}")
        return it

    def pitch(self, ident: str, title: str, description: str, hosts: list[str]) -> None:
        """Add a pitch, unless one of its title is there. Raises Invalid for what cannot be kept."""
        title, description = clean.clean_line(title), clean.clean(plain(description)).strip()
        if not title:
            raise Invalid("title is empty.")
        host = self._hosts(hosts)
        if (key := (clean.name_key(title), clean.name_key(host))) in self._known:
            self.programme.unused["sessions under the title and with the hosts of another"] += 1
            return
        self._known.add(key)
        if len(description) > lengths.DESCRIPTION:  # as it is, a whole programme would stay out for one long text
            self.programme.unused[f"ends of descriptions of more than {lengths.DESCRIPTION:,} letters"] += 1
            description = description[: lengths.DESCRIPTION]
        if len(title) > lengths.PITCH_TITLE:
            if not self.cut:
                raise Invalid(sheets.too_long_a_title(title))
            title, description = sheets.shortened(title, description)
            self.programme.cut_titles += 1
        ident = clean.clean_line(ident)[: sheets.LONGEST_ID]
        if not ident or ident in self._ids:
            ident = f"pitch {len(self._ids) + 1}"
            self.programme.made_ids += 1
        self._ids.add(ident)
        self.programme.pitches.append(PitchLine(ident, title, description, host))

    def _hosts(self, names: list[str]) -> str:
        """As many of the names as can be kept, with commas."""
        kept = ""
        for name in dict.fromkeys(filter(None, map(clean.clean_line, names))):
            longer = f"{kept}, {name}" if kept else name
            if len(longer) > lengths.PERSON_NAME:
                self.programme.unused["names of hosts too many or too long to be kept"] += 1
                continue
            kept = longer
        return kept

    def room(self, name: str, capacity: int | None = None) -> None:
        """Add a room, unless it is there. Raises Invalid for a name that cannot be kept."""
        name = clean.clean_line(name)
        if not name:
            return
        if len(name) > lengths.ROOM_NAME:
            raise Invalid(f"the room's name has {len(name):,} letters; up to {lengths.ROOM_NAME} can be kept.")
        if capacity is not None and not 1 <= capacity <= LARGEST_CAPACITY:
            self.programme.unused["numbers of seats that cannot be"] += 1
            capacity = None
        if (key := clean.name_key(name)) not in self._rooms:
            self._rooms.add(key)
            self.programme.rooms.append(FoundRoom(name, capacity))

    def item(self, starts: datetime, ends: datetime, title: str) -> None:
        """Add a fixed item, unless it is there. Raises Invalid."""
        title = clean.clean_line(title)
        if not title:
            raise Invalid("title is empty.")
        if len(title) > lengths.SLOT_TITLE:
            raise Invalid(f"title has {len(title):,} letters; up to {lengths.SLOT_TITLE} can be kept of a fixed item.")
        if (starts.tzinfo is None) != (ends.tzinfo is None) or ends <= starts:
            raise Invalid("it ends before it starts.")
        if not all(FIRST_YEAR <= it.year <= LAST_YEAR for it in (starts, ends)):
            raise Invalid(f"the year {starts.year} cannot be used. It must be from {FIRST_YEAR} to {LAST_YEAR}.")
        it = FoundItem(starts, ends, title)
        if it not in self._items:
            self._items.add(it)
            self.programme.items.append(it)
        self.saw(starts.date())

    def saw(self, day: date) -> None:
        """A day of the programme: the earliest is its first."""
        self.programme.day = min(self.programme.day or day, day)


def moment(text: str) -> datetime:
    """A date and time in ISO 8601, such as `2026-05-01T10:00:00+02:00`. Raises Invalid."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(f"{text[:40]!r} is not a date and time such as 2026-05-01T10:00:00.") from error


def plain(text: str) -> str:
    """The text without HTML, where there is some; Markdown stays."""
    if not _MARKUP.search(text):
        return text
    broken = re.sub(r"<(?:br|/p|/div|/li|/h[1-6])\b[^<>]*>", "\n", text, flags=re.IGNORECASE)
    return re.sub(r"\n{3,}", "\n\n", html.unescape(nh3.clean(broken, tags=set())))
