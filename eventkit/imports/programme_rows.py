"""A programme becomes rows of an event: pitches, rooms, slots and fixed items, each new or brought up to date."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from eventkit.errors import Invalid
from eventkit.event import as_typed, events, roles
from eventkit.event.as_typed import RoomLine, SlotLine
from eventkit.grid import venue
from eventkit.grid.venue import SlotChange
from eventkit.imports import rows
from eventkit.imports.programmes import FoundItem, FoundRoom, Programme
from eventkit.imports.rows import Imported
from eventkit.imports.sheets import VoteLine
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Slot
from eventkit.text import clean, language, lengths


@dataclass(frozen=True)
class LeftOut:
    """What of a programme did not come, and why, in a sentence."""

    name: str
    why: str


@dataclass(frozen=True)
class Came:
    """What came of a programme, or would."""

    lines: Imported  # pitches and votes
    rooms: tuple[str, ...] = ()  # their names
    changed_rooms: tuple[str, ...] = ()
    items: tuple[str, ...] = ()  # new slots and fixed items, as one would type them
    changed_items: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class NewEvent:
    """What a new event is like where its file does not say."""

    name: str
    day: date
    timezone: str
    slots: int
    rooms: int
    capacity: int


def would_come(database: Database, code: str, programme: Programme) -> Came:
    """What would come of it at this event: all of it is done, told and undone. Raises NotFound, TooMany, Invalid."""

    with database.rehearsing() as tx:
        return bring(tx, roles.at_the_machine(events.by_code(tx, code)), programme)


def bring(tx: Transaction, by: roles.Organiser, programme: Programme, votes: list[VoteLine] | None = None) -> Came:
    """Add what is new, bring up to date what is there: rooms by name, fixed items by title or time. Raises TooMany."""
    new_rooms, changed_rooms, left_out = _rooms(tx, by, programme)
    new_items, changed_items = _items(tx, by, programme, left_out)
    lines = rows.add(tx, by.event, programme.pitches, votes or []) if programme.pitches else Imported(0, 0, 0, 0)
    return Came(lines, new_rooms, changed_rooms, new_items, changed_items, tuple(left_out))


def begin(tx: Transaction, programme: Programme, wanted: NewEvent) -> tuple[Event, str]:
    """Make the event that a programme is brought to, with slots that its fixed items leave free. Raises Invalid."""
    zone = ZoneInfo(wanted.timezone)
    items = [_clocks(it, zone, wanted.day) for it in programme.items]
    taken = [it for it in items if it is not None]
    asked = any(not it.title for it in programme.items)
    slots = [] if asked else [it for it in rows.day_of(wanted.slots) if not any(_overlap(it, other) for other in taken)]
    rooms = [] if programme.rooms else rows.rooms_of(wanted.rooms, wanted.capacity)
    if programme.rooms:
        rooms = [RoomLine(it.name, it.capacity or wanted.capacity, it.features) for it in programme.rooms]
    if len(rooms) > as_typed.MOST_ROOMS:
        raise Invalid(f"{programme.file}: {len(rooms)} rooms. Up to {as_typed.MOST_ROOMS} can be used.")
    return events.create(tx, wanted.name[: lengths.EVENT_NAME], wanted.day, wanted.timezone, rooms, slots)


def _overlap(one: SlotLine, other: SlotLine) -> bool:
    return one.starts < other.ends and other.starts < one.ends


def _rooms(
    tx: Transaction, by: roles.Organiser, programme: Programme
) -> tuple[tuple[str, ...], tuple[str, ...], list[LeftOut]]:
    there = {clean.name_key(room.name): room for room in events.rooms(tx, by.event.id)}
    new, changed, left_out = [], [], []
    for found in programme.rooms:
        room = there.get(clean.name_key(found.name))
        try:
            if room is None:
                venue.add_room(tx, by, RoomLine(found.name, found.capacity or 0, found.features))
                new.append(found.name)
            elif line := _new_facts(found, room.capacity, room.features):
                venue.change_room(tx, by, room.id, RoomLine(room.name, *line, room.directions))
                changed.append(room.name)
        except Invalid as error:
            left_out.append(LeftOut(found.name, str(error)))
    return tuple(new), tuple(changed), left_out


def _new_facts(found: FoundRoom, capacity: int, features: list[str]) -> tuple[int, tuple[str, ...]] | None:
    """Seats and features where the file says others; where it says nothing, what is there stays."""
    said = found.capacity or capacity, found.features or tuple(features)
    return said if said != (capacity, tuple(features)) else None


def _items(
    tx: Transaction, by: roles.Organiser, programme: Programme, left_out: list[LeftOut]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    zone = ZoneInfo(by.event.timezone)
    new, changed = [], []
    for item in programme.items:
        line = _clocks(item, zone, by.event.day)
        if line is None:
            day = language.day(item.starts.date())
            left_out.append(LeftOut(item.title, language.gettext("It is on %(day)s, not on the event's day.", day=day)))
            continue
        known = _known(events.slots(tx, by.event.id), line, zone)
        try:
            if known is None:
                venue.add_slot(tx, by, f"{line.starts:%H:%M}", f"{line.ends:%H:%M}", line.title)
                new.append(str(line))
            elif _line(known, zone) != line:
                venue.change_slot(
                    tx, by, known.id, SlotChange(f"{line.starts:%H:%M}", f"{line.ends:%H:%M}", line.title)
                )
                changed.append(str(line))
        except Invalid as error:
            left_out.append(LeftOut(str(line), str(error)))
    return tuple(new), tuple(changed)


def _clocks(item: FoundItem, zone: ZoneInfo, day: date) -> SlotLine | None:
    """The item by the clocks at the venue; None on another day than the event's, or past midnight."""
    starts, ends = (_local(it, zone) for it in (item.starts, item.ends))
    if not item.any_day and not (starts.date() == day == ends.date()):
        return None
    return SlotLine(_minute(starts), _minute(ends), item.title)


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone) if moment.tzinfo else moment


def _minute(moment: datetime) -> time:
    return moment.time().replace(second=0, microsecond=0)


def _known(slots: list[Slot], line: SlotLine, zone: ZoneInfo) -> Slot | None:
    """The slot that a line is about: that of its times, else for a fixed item the only one of its title."""
    lines = {slot.id: _line(slot, zone) for slot in slots}
    same = [slot for slot in slots if (lines[slot.id].starts, lines[slot.id].ends) == (line.starts, line.ends)]
    if same and bool(same[0].title) == bool(line.title):
        return same[0]
    titled = [slot for slot in slots if line.title and clean.name_key(slot.title) == clean.name_key(line.title)]
    return titled[0] if len(titled) == 1 else None


def _line(slot: Slot, zone: ZoneInfo) -> SlotLine:
    return SlotLine(slot.starts_at.astimezone(zone).time(), slot.ends_at.astimezone(zone).time(), slot.title)
