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
from eventkit.imports.columns import ReadAs
from eventkit.imports.csv_rows import Rows
from eventkit.imports.decoding import Decoded
from eventkit.imports.faults import Collected, fault
from eventkit.imports.sheets import PitchLine
from eventkit.imports.whole_parts import FIRST_YEAR, LAST_YEAR
from eventkit.text import clean, lengths
from eventkit.text.language import gettext, listed, marked

MOST_PITCHES = 50_000
MOST_PLACES = 5_000  # rooms, and fixed items: both far more than any event has
LARGEST_CAPACITY = 99_999  # seats of a room, as in forms
BREAKS = frozenset((
    "break", "breaks", "pause", "lunch", "meal", "fixed", "coffee", "coffee break", "service", "catering",
    "kaffeepause", "mittagspause", "repas", "pausa", "descanso", "comida", "egwyl", "cinio",
))  # fmt: skip
"""Types of what is no session."""
GONE = frozenset((
    "withdrawn", "rejected", "deleted", "canceled", "cancelled", "declined", "draft", "not accepted", "refused",
    "abgelehnt", "zurückgezogen", "abgesagt", "entwurf", "refusé", "refusée", "rejeté", "rejetée", "retiré", "retirée",
    "annulé", "annulée", "brouillon", "rechazado", "rechazada", "retirado", "retirada", "cancelado", "cancelada",
    "borrador", "gwrthodwyd", "tynnwyd yn ôl", "canslwyd", "drafft",
))  # fmt: skip
"""States of sessions that are not to come."""
NOT_TAKEN = marked("times and rooms of sessions")
ALIKE = marked("sessions under the title and with the hosts of another")
PACKED = marked("this is packed. Unpack it, and choose the files in it.")
ARCHIVED = marked("cards that are archived")
ITEMS_ALIKE = marked("entries that are there already")
ROOMS_ALIKE = marked("rooms under the name of another")
OTHER_TEXTS = marked("descriptions of lines that say a pitch again")
ABOVE = marked("lines above the names of the columns")
NO_WISH = marked("votes that say no interest")
WEAKER = marked("weaker votes of people who say more of the same pitch under another id")
LEFT_ENDS = marked("ends of descriptions that are too long to be kept")
LEFT_HOSTS = marked("names of hosts too many or too long to be kept")
NO_SEATS = marked("numbers of seats that cannot be")
ONLY_SUMS = marked("lines that only sum up")
NAMED_AGAIN = marked("lines that name the columns again")
EXPLAINS = marked("lines that explain the columns")
UNTIMED = marked("breaks without their times")
UNENDED = marked("entries that do not say when they end")
"""What of files is not used: keys of `Programme.unused`."""
GONE_AS = marked("sessions that are %(state)s")
EMPTY = marked("%(column)s is empty.")
TOO_LONG = marked("%(column)s has %(letters)s letters; up to %(longest)s can be kept.")
# Linear: a tag ends at the next.
_MARKUP = re.compile(r"</?(?:p|br|div|ul|ol|li|a|strong|em|h[1-6])\b[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class FoundRoom:
    """A room as a file has it; without seats where the file does not say them."""

    name: str
    capacity: int | None = None
    features: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoundItem:
    """A fixed item, or without a title a slot for sessions. Times without a zone are by the clocks at the venue.

    With `any_day` the file alone does not tell the day: it is the event's own, or the one that `day` says as typed.
    """

    starts: datetime
    ends: datetime
    title: str
    any_day: bool = False
    day: str = ""


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
    unused: Counter[str] = field(default_factory=Counter)  # what is not used, marked, and how often it is there
    unused_columns: Counter[str] = field(default_factory=Counter)  # their headings, or names in JSON
    unused_sheets: list[str] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)  # titles of lines that have nothing else, where most have more
    gone: Counter[str] = field(default_factory=Counter)  # sessions that are not to come, by their states
    read_as: list[ReadAs] = field(default_factory=list)  # columns under other names than ours
    is_table: bool = False
    boards: int = 0  # tables with rooms across and times down
    made_ids: int = 0
    cut_titles: int = 0  # or descriptions
    further: int = 0  # lines under the id and title of another, which name further hosts
    same: dict[str, str] = field(default_factory=dict)  # ids of lines that say again what another line says -> its id
    votes: list[Ballots] = field(default_factory=list)
    repeated_votes: int = 0


@dataclass(frozen=True)
class Marked:
    """A marked text as the value of a fault: it is said in the language of whoever reads it."""

    text: str

    def __str__(self) -> str:
        return gettext(self.text)


@dataclass(frozen=True)
class NotUsed:
    """What of a file is not used, as a value of a fault: marked texts, and states of sessions."""

    texts: tuple[str, ...]
    states: tuple[str, ...]

    def __str__(self) -> str:
        return listed([gettext(it) for it in self.texts] + [gettext(GONE_AS, state=it) for it in self.states])


@dataclass
class Reader:
    """Collects a programme out of one file, and everything that is wrong with it; `cut` shortens long titles."""

    programme: Programme
    cut: bool = False
    _: KW_ONLY
    wrong: Collected = field(default_factory=Collected)
    _known: set[tuple[str, str]] = field(default_factory=set)  # titles with their hosts
    _ids: set[str] = field(default_factory=set)
    _rooms: set[str] = field(init=False)
    _items: set[FoundItem] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._rooms = {clean.name_key(it.name) for it in self.programme.rooms}  # another sheet's

    def attempt(self, place: int | str, use: Callable[..., object], *values: object) -> None:
        """Do it, and keep what it refuses for the end. Raises Faulty at once where there is too much already."""
        it = self.programme
        if len(it.pitches) > MOST_PITCHES or max(len(it.rooms), len(it.items)) > MOST_PLACES:
            raise fault(
                marked(
                    "this is more than a programme has. Up to %(pitches)s sessions, %(places)s rooms and %(places)s "
                    "fixed items can be read."
                ),
                file=it.file, pitches=MOST_PITCHES, places=MOST_PLACES,
            )  # fmt: skip
        try:
            use(*values)
        except (Invalid, OverflowError) as error:  # a length that leads beyond the year 9999
            self.wrong.add(error, it.file, place)

    def done(self) -> Programme:
        """The programme. Raises Faulty with everything that was refused, or where there is nothing in it."""
        self.wrong.refuse()
        it = self.programme
        if not (it.pitches or it.rooms or it.items):
            if (unused := +it.unused) or it.gone:
                has = NotUsed(tuple(sorted(unused)), tuple(sorted(it.gone)))
                raise fault(
                    marked("read as %(kind)s, and there is nothing in it that can be imported. What it has: %(has)s."),
                    file=it.file, kind=Marked(it.kind), has=has,
                )  # fmt: skip
            raise fault(
                marked("read as %(kind)s, and there is nothing in it that can be imported."),
                file=it.file, kind=Marked(it.kind),
            )  # fmt: skip
        return it

    def pitch(self, ident: str, title: str, description: str, hosts: list[str]) -> None:
        """Add a pitch, unless one of its title is there. Raises Faulty for what cannot be kept."""
        title, description = clean.clean_line(title), clean.clean(plain(description)).strip()
        if not title:
            raise fault(EMPTY, column="title")
        host, left = sheets.hosts_kept(name for name in hosts if not sheets.NOBODY.fullmatch(name))
        self.programme.unused[LEFT_HOSTS] += left
        if (key := (clean.name_key(title), clean.name_key(host))) in self._known:
            self.programme.unused[ALIKE] += 1
            return
        self._known.add(key)
        if len(description) > lengths.DESCRIPTION:  # as it is, a whole programme would stay out for one long text
            self.programme.unused[LEFT_ENDS] += 1
            description = description[: lengths.DESCRIPTION]
        if len(title) > lengths.PITCH_TITLE:
            if not self.cut:
                raise fault(sheets.TOO_LONG_A_TITLE, letters=len(title), longest=lengths.PITCH_TITLE)
            title, description = sheets.shortened(title, description)
            self.programme.cut_titles += 1
        own = ident = clean.clean_line(ident)[: sheets.LONGEST_ID]
        if not ident or ident in self._ids:
            ident = f"pitch {len(self._ids) + 1}"
            self.programme.made_ids += 1
        self._ids.add(ident)
        silent = frozenset(name for name, said in (("description", description), ("host", host)) if not said)
        self.programme.pitches.append(PitchLine(ident, title, description, host, own, silent))

    def room(self, name: str, capacity: int | None = None) -> None:
        """Add a room, unless it is there. Raises Faulty for a name that cannot be kept."""
        name = clean.clean_line(name)
        if not name:
            return
        if len(name) > lengths.ROOM_NAME:
            raise fault(TOO_LONG, column="room", letters=len(name), longest=lengths.ROOM_NAME)
        if capacity is not None and not 1 <= capacity <= LARGEST_CAPACITY:
            self.programme.unused[NO_SEATS] += 1
            capacity = None
        if (key := clean.name_key(name)) not in self._rooms:
            self._rooms.add(key)
            self.programme.rooms.append(FoundRoom(name, capacity))

    def item(self, starts: datetime, ends: datetime, title: str, any_day: bool = False, day: str = "") -> None:
        """Add a fixed item, unless it is there. Raises Faulty."""
        title = clean.clean_line(title)
        if not title:
            raise fault(EMPTY, column="title")
        if len(title) > lengths.SLOT_TITLE:
            raise fault(TOO_LONG, column="title", letters=len(title), longest=lengths.SLOT_TITLE)
        if (starts.tzinfo is None) != (ends.tzinfo is None) or ends <= starts:
            raise fault(marked("it ends before it starts."))
        if not all(FIRST_YEAR <= it.year <= LAST_YEAR for it in (starts, ends)):
            raise fault(
                marked("the year %(year)s cannot be used. It must be from %(first)s to %(last)s."),
                year=str(starts.year), first=str(FIRST_YEAR), last=str(LAST_YEAR),
            )  # fmt: skip
        it = FoundItem(starts, ends, title, any_day, day)
        if it in self._items:
            self.programme.unused[ITEMS_ALIKE] += 1
            return
        self._items.add(it)
        self.programme.items.append(it)
        if not any_day:
            self.saw(starts.date())

    def saw(self, day: date) -> None:
        """A day of the programme: the earliest is its first."""
        self.programme.day = min(self.programme.day or day, day)


def moment(text: str) -> datetime:
    """A date and time in ISO 8601, such as `2026-05-01T10:00:00+02:00`. Raises Faulty."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise fault(
            marked("%(value)s is not a date and time such as 2026-05-01T10:00:00."), value=repr(text[:40])
        ) from error


def plain(text: str) -> str:
    """The text without HTML, where there is some; Markdown stays."""
    if not _MARKUP.search(text):
        return text
    broken = re.sub(r"<(?:br|/p|/div|/li|/h[1-6])\b[^<>]*>", "\n", text, flags=re.IGNORECASE)
    return re.sub(r"\n{3,}", "\n\n", html.unescape(nh3.clean(broken, tags=set())))
