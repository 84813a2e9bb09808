"""The page for a door: this room, what is on until when, and what comes next; and all door signs as sheets to print."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response

from eventkit import clock
from eventkit.errors import NotFound
from eventkit.event import addresses, days, events
from eventkit.grid import hearing, published, telling
from eventkit.grid.hearing import Heard
from eventkit.grid.published import PublishedGrid
from eventkit.grid.telling import NewsLine, Told
from eventkit.grid.times import Times
from eventkit.market import merging
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Room, Slot
from eventkit.text import language
from eventkit.text.language import gettext as _
from eventkit.web.base.rendering import page
from eventkit.web.base.services import public_url
from eventkit.web.base.visits import looking

pages = Blueprint("door", __name__)

MOST_LINES = 4  # of what changed
SOON = timedelta(minutes=15)  # what ends or begins within this is said in minutes


@dataclass(frozen=True, kw_only=True)
class Door:
    """What the door of a room says at a moment, alike for all who look."""

    room: Room
    times: Times
    published: bool
    announced: tuple[Heard, ...] = ()
    closed: bool = False  # nothing can be here, now or from what comes next on
    now: Told | None = None
    later: tuple[Told, ...] = ()
    begun: bool = False  # something here is over or under way
    today: bool = False  # what comes next does so today
    ending: int = 0  # minutes, where they are few; the same of the next line
    starting: int = 0
    changed: tuple[NewsLine, ...] = ()  # what whoever stands here should hear
    notes: str = ""  # the address of what is on now, and its notes

    @property
    def host(self) -> str:
        """Who holds what is on now."""
        placed = self.now.cell.placed if self.now and self.now.on else None
        return language.listed(merging.hosts(placed.pitch)) if placed else ""


@dataclass(frozen=True)
class SignType:
    """A size of type of the printed signs: characters a line, and points of a line and between rows."""

    name: str
    characters: int
    line: float
    between: float

    def height(self, lines: Sequence[Told]) -> float:
        """About how many points high a day is."""
        return sum(self.between + self.line * sum(self._wrapped(text) for text in _texts(it)) for it in lines)

    def _wrapped(self, text: str) -> int:
        return max(1, -(-len(text) // self.characters))


SIGN_HEIGHT = 490  # points for the day's table on the smaller of A4 and Letter
SIGN_TYPES = (
    SignType("sign-large", 30, 25.5, 16),
    SignType("sign-medium", 42, 18.5, 12),
    SignType("sign-small", 58, 14, 5),
)


def _texts(it: Told) -> list[str]:
    """The paragraphs of one line of a sign."""
    host = language.listed(merging.hosts(it.cell.placed.pitch)) if it.cell.placed else ""
    return [it.title, *(text for text in (host, it.said) if text)]


@dataclass(frozen=True)
class DoorSign:
    """A room's sheet for one day: all that is there on it, and a code that opens what its door says now."""

    room: Room
    day: str
    lines: Sequence[Told]
    address: str

    @property
    def size(self) -> str:
        """The class of the largest type in which its day stays on one sheet."""
        return next((it.name for it in SIGN_TYPES if it.height(self.lines) <= SIGN_HEIGHT), SIGN_TYPES[-1].name)


@dataclass(frozen=True)
class DoorSigns:
    """The sheets of all rooms in the organiser's order, and of which moment; none before a grid is published."""

    times: Times
    moment: datetime
    sheets: Sequence[DoorSign] = ()


@pages.get("/e/<code>/doors")
def signs(code: str) -> Response:
    """A sheet for each door, with its whole day, to print at once."""
    with looking(code) as visit:
        return page(
            "signs.html", event=visit.event, viewer=visit.viewer, signs=read_signs(visit.tx, visit.event, clock.now())
        )


@pages.get("/e/<code>/doors/<int:room_id>")
def show(code: str, room_id: int) -> Response:
    """What the door of one room says. Raises NotFound."""
    with looking(code) as visit:
        return page("door.html", "door", event=visit.event, door=read(visit.tx, visit.event, room_id, clock.now()))


def read(tx: Transaction, event: Event, room_id: int, moment: datetime) -> Door:
    """The door at a moment. Raises NotFound."""
    grid = published.read(tx, event)
    today = grid.today(moment) if grid else None
    times = Times(event.timezone, grid.days if grid else (), today)
    room = _room(grid.rooms if grid else events.rooms(tx, event.id), room_id)
    told = tuple(hearing.read(tx, event, moment).at_door(room))
    if grid is None:
        return Door(room=room, times=times, published=False, announced=told)
    items = [telling.told(grid.cell(slot, room, moment), times) for slot in grid.slots]
    here = {slot.id for slot in today.slots} if today else set()
    now = next((item for item in items if item.slot.starts_at <= moment < item.slot.ends_at), None)
    later = _later(grid, items, moment)
    return Door(
        room=room,
        times=times,
        published=True,
        announced=told,
        closed=any(it.slot.id in grid.closed.get(room.id, ()) for it in ([now] if now else later[:1])),
        now=now,
        later=later,
        begun=any(item.slot.id in here and item.slot.starts_at <= moment for item in items),
        today=bool(later) and later[0].slot.id in here and days.has_come(today, moment, event.timezone),
        ending=_minutes(now.ends_at - moment) if now else 0,
        starting=_minutes(later[0].slot.starts_at - moment) if later else 0,
        changed=_changed(grid, room, times, moment),
        notes=_notes(event, now),
    )


def read_signs(tx: Transaction, event: Event, moment: datetime) -> DoorSigns:
    """The signs as things stand at a moment; a day of an event of several is a sheet of its own."""
    grid, times = published.read(tx, event), Times(event.timezone)
    if grid is None:
        return DoorSigns(times, moment)
    named = [(times.day(day.starts_at), day.slots) for day in grid.days]

    def lines(room: Room, slots: Sequence[Slot]) -> list[Told]:
        told = [telling.told(grid.cell(slot, room, moment), times) for slot in slots]
        return [it for it in told if not it.cell.goes_on]

    def sheet(room: Room, day: str, slots: Sequence[Slot]) -> DoorSign:
        return DoorSign(room, day, lines(room, slots), addresses.door(public_url(event), event.code, room.id))

    return DoorSigns(times, moment, [sheet(room, *it) for room in grid.rooms for it in named])


def _notes(event: Event, now: Told | None) -> str:
    """Where the session that is on now has its notes, as a code for phones that stand before the door."""
    placed = now.cell.placed if now and now.on else None
    return addresses.pitch(public_url(event), event.code, placed.pitch.id) if placed else ""


def _later(grid: PublishedGrid, items: Iterable[Told], moment: datetime) -> tuple[Told, ...]:
    """What comes on one day: on that under way, or where nothing more does, on the next one with anything."""
    coming = [item for item in items if item.slot.starts_at > moment and not item.cell.goes_on]
    of = {slot.id: day.number for day in grid.days for slot in day.slots}
    return tuple(item for item in coming if of[item.slot.id] == of[coming[0].slot.id])


def _minutes(left: timedelta) -> int:
    """What is left, in minutes begun; 0 where that is too long to be counted down."""
    return -(-left // timedelta(minutes=1)) if left <= SOON else 0


def _room(rooms: tuple[Room, ...] | list[Room], room_id: int) -> Room:
    for room in rooms:
        if room.id == room_id:
            return room
    raise NotFound(_("There is no such room here. Choose one from the grid."))


def _changed(grid: PublishedGrid, room: Room, times: Times, moment: datetime) -> tuple[NewsLine, ...]:
    """What somebody who stands at this door should hear: of what was here, or is here now. The newest first."""
    lines = telling.lines(grid, times, moment, most=telling.BRIEF)
    return tuple(line for line in lines if room.id in line.rooms)[:MOST_LINES]
