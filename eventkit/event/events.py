"""Making an event, its rooms, slots and phases."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from sqlmodel import col, func, select

from eventkit.clock import now
from eventkit.errors import Invalid, NotFound
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, Room, Slot
from eventkit.text import codes, lengths

DEFAULT_ROOMS = """\
Main hall, 120, step-free projector hearing-loop
Library, 40, step-free projector
Studio, 30, step-free
Workshop, 25"""

DEFAULT_SLOTS = """\
09:30-10:00 Welcome
10:00-10:30 Pitches and votes
10:45-11:30
11:45-12:30
12:30-13:30 Lunch
13:30-14:15
14:30-15:15
15:30-16:15
16:15-16:30 Goodbye"""

NO_PLACES = {"localtime", "Factory"}  # of the list: what the server has, and what nobody has set yet
MOST_ROOMS, MOST_SLOTS = 100, 200
SKIPPED = "The clocks go forward on this day and skip {:%H:%M}. Choose another time."


@dataclass(frozen=True)
class RoomLine:
    """A room as typed: `Main hall, 120, step-free projector`."""

    name: str
    capacity: int
    features: tuple[str, ...]


@dataclass(frozen=True)
class SlotLine:
    """A slot as typed: `10:00-10:45`, or with a title a fixed item."""

    starts: time
    ends: time
    title: str


def create(
    tx: Transaction,
    name: str,
    day: date,
    timezone: str,
    rooms: list[RoomLine],
    slots: list[SlotLine],
    rehearsal: bool = False,
) -> tuple[Event, str]:
    """Make an event, both phases open. Returns it and the organiser's secret, which is kept only as a digest."""
    secret = codes.secret()
    event = Event(
        code=codes.unused(lambda: codes.speakable(3), lambda code: _taken(tx, code)),
        name=name,
        day=day,
        timezone=timezone,
        organiser_hash=codes.digest(secret),
        rehearsal=rehearsal,
        created_at=now(),
    )
    tx.add(event)
    tx.flush()
    zone = ZoneInfo(timezone)
    tx.add_all(
        Room(event_id=event.id, name=line.name, capacity=line.capacity, features=list(line.features), position=number)
        for number, line in enumerate(rooms)
    )
    tx.add_all(
        Slot(
            event_id=event.id,
            starts_at=datetime.combine(day, line.starts, zone),
            ends_at=datetime.combine(day, line.ends, zone),
            title=line.title,
        )
        for line in slots
    )
    change_log.record(tx, event.id, ChangeKind.EVENT)
    return event, secret


def by_code(tx: Transaction, code: str) -> Event:
    """The event with this join code, however it was typed. Raises NotFound."""
    event = tx.scalar(select(Event).where(Event.code == codes.tidy(code)))
    if event is None:
        raise NotFound("There is no event with this code. Check it against the poster or the screen.")
    return event


def rehearsal(tx: Transaction) -> Event | None:
    """The rehearsal event, where there is one."""
    return tx.scalar(select(Event).where(Event.rehearsal).order_by(col(Event.id)).limit(1))


def rooms(tx: Transaction, event_id: int) -> list[Room]:
    """The event's rooms in the organiser's order."""
    return list(tx.scalars(select(Room).where(Room.event_id == event_id).order_by(col(Room.position), col(Room.id))))


def slots(tx: Transaction, event_id: int) -> list[Slot]:
    """The event's slots and fixed items in order of time."""
    return list(tx.scalars(select(Slot).where(Slot.event_id == event_id).order_by(col(Slot.starts_at), col(Slot.id))))


def last_day(tx: Transaction, event: Event) -> date:
    """The day of the event's last slot."""
    latest = tx.scalar(select(func.max(Slot.ends_at)).where(Slot.event_id == event.id))
    return max(event.day, latest.astimezone(ZoneInfo(event.timezone)).date()) if latest else event.day


def parse_rooms(text: str) -> list[RoomLine]:
    """Rooms from lines such as `Main hall, 120, step-free projector`. Raises Invalid, naming the line."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    found = [_room(number, line) for number, line in lines]
    if not found:
        raise Invalid(rooms="Name at least one room, one a line: Main hall, 120")
    if len(found) > MOST_ROOMS:
        raise Invalid(rooms=f"That is {len(found)} rooms. Up to {MOST_ROOMS} can be used.")
    seen: set[str] = set()
    for (number, _), room in zip(lines, found, strict=True):
        if room.name.casefold() in seen:
            raise Invalid(rooms=f"Line {number}: there are two rooms called {room.name}. Give each a name of its own.")
        seen.add(room.name.casefold())
    return found


def _room(number: int, line: str) -> RoomLine:
    name, capacity, features = (*(part.strip() for part in line.split(",", 2)), "", "")[:3]
    if not name or len(name) > lengths.ROOM_NAME:
        raise Invalid(rooms=f"Line {number}: give the room a name of up to {lengths.ROOM_NAME} letters.")
    if not re.fullmatch(r"[0-9]{1,5}", capacity, re.ASCII):
        raise Invalid(rooms=f"Line {number}: say how many people fit into {name}, like this: {name}, 40")
    try:
        return room_line(name, int(capacity), features)
    except Invalid as refusal:
        raise Invalid(rooms=f"Line {number}: {refusal}") from refusal


def room_line(name: str, capacity: int, features: str) -> RoomLine:
    """A room whose features are typed in one line, told apart by spaces or commas. Raises Invalid."""
    tags = tuple(dict.fromkeys(tag.lower() for tag in re.split(r"[,\s]+", features) if tag))
    if len(tags) > lengths.FEATURES or any(len(tag) > lengths.FEATURE for tag in tags):
        raise Invalid(
            f"Up to {lengths.FEATURES} features of up to {lengths.FEATURE} letters each can be kept for {name}."
        )
    return RoomLine(name, capacity, tags)


def parse_slots(text: str) -> list[SlotLine]:
    """Slots from lines such as `10:00-10:45` or `12:30-13:30 Lunch`. Raises Invalid, naming the line."""
    found = [(n, _slot(n, line.strip())) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not any(not slot.title for _, slot in found):
        raise Invalid(slots="Give at least one slot for sessions, one a line: 10:00-10:45")
    if len(found) > MOST_SLOTS:
        raise Invalid(slots=f"That is {len(found)} slots. Up to {MOST_SLOTS} can be used.")
    found.sort(key=lambda item: (item[1].starts, item[1].ends))
    for (_, before), (number, after) in pairwise(found):
        if after.starts < before.ends:
            raise Invalid(
                slots=f"Line {number}: {after.starts:%H:%M} is before the slot before it ends, {before.ends:%H:%M}."
            )
    return [slot for _, slot in found]


def _slot(number: int, line: str) -> SlotLine:
    match = re.fullmatch(r"(\d{1,2})[:.](\d\d)\s*(?:-|–|to)\s*(\d{1,2})[:.](\d\d)\s*(.*)", line, re.ASCII)
    try:
        if not match:
            raise ValueError
        starts, ends = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    except ValueError:
        raise Invalid(
            slots=f"Line {number}: {line[:40]!r} is not a slot. Write 10:00-10:45, or 12:30-13:30 Lunch."
        ) from None
    if ends <= starts:
        raise Invalid(slots=f"Line {number}: the slot ends at {ends:%H:%M}, before it starts at {starts:%H:%M}.")
    if len(match[5]) > lengths.SLOT_TITLE:
        raise Invalid(slots=f"Line {number}: keep the title to {lengths.SLOT_TITLE} letters.")
    return SlotLine(starts, ends, match[5].strip())


def refuse_skipped(slots: Iterable[SlotLine], day: date, timezone: str) -> None:
    """Raise Invalid where a slot begins or ends at a time that the clocks skip on this day."""
    for line in slots:
        for clock in (line.starts, line.ends):
            if skipped(day, clock, timezone):
                raise Invalid(slots=SKIPPED.format(clock))


def skipped(day: date, clock: time, timezone: str) -> bool:
    """Whether the clocks, put forward, never show this time on this day."""
    moment = datetime.combine(day, clock, ZoneInfo(timezone))
    return moment.astimezone(UTC).astimezone(moment.tzinfo).time() != clock


def parse_timezone(text: str) -> str:
    """A time zone's name from the IANA list. Raises Invalid."""
    if text not in available_timezones() - NO_PLACES:
        raise Invalid(timezone="This is not a time zone we know. Write it like Europe/London.")
    return text


def _taken(tx: Transaction, code: str) -> bool:
    return tx.scalar(select(Event.id).where(Event.code == code)) is not None
