"""A programme becomes rows of an event: pitches, rooms, slots and fixed items, each new or brought up to date."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from eventkit.errors import Invalid
from eventkit.event import as_typed, days, days_as_typed, events, limits, roles
from eventkit.event.as_typed import RoomLine, SlotLine
from eventkit.event.days import Which
from eventkit.grid import venue
from eventkit.grid.venue import SlotChange
from eventkit.imports import again, rows
from eventkit.imports.again import Takes
from eventkit.imports.faults import fault
from eventkit.imports.programmes import FoundItem, FoundRoom, Programme
from eventkit.imports.rows import Imported
from eventkit.imports.sheets import VoteLine
from eventkit.storage import copies
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Slot
from eventkit.text import clean, language, lengths
from eventkit.text.language import gettext as _
from eventkit.text.language import marked


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


@dataclass(frozen=True)
class _Dated:
    """A fixed item or slot from one moment to another, by the clocks at the venue."""

    starts: datetime
    ends: datetime
    title: str

    def told(self, first: date) -> str:
        """As one would type it, with its day where that is not the event's first."""
        line = f"{self.starts:%H:%M}-{self.ends:%H:%M} {self.title}".rstrip()
        return line if self.starts.date() == first else f"{language.short_day(self.starts)}, {line}"


def would_come(
    database: Database,
    code: str,
    programme: Programme,
    votes: list[VoteLine] | None = None,
    takes: Takes = again.nothing,
) -> Came:
    """What would come of it at this event: all of it is done, told and undone; votes are only counted.

    Raises NotFound, TooMany, Invalid, Closed.
    """
    votes = votes or []
    with database.reading() as tx:
        event = events.by_code(tx, code)
        rows.refuse_closed(tx, event, with_votes=bool(votes))
        event_id = event.id
    with copies.of_event(database, event_id) as tx:
        came = bring(tx, roles.at_the_machine(events.by_code(tx, code)), programme, takes=takes)
    voters = {vote.voter for vote in votes}
    return replace(came, lines=replace(came.lines, voters=len(voters), votes=len(votes)))


def bring(
    tx: Transaction,
    by: roles.Organiser,
    programme: Programme,
    votes: list[VoteLine] | None = None,
    new_days: bool = False,
    takes: Takes = again.nothing,
) -> Came:
    """Add what is new, bring up to date what is there: rooms by name, fixed items by day and title or time.

    What changed here and in the file stays as it is here, but where `takes` says otherwise. With `new_days` the event,
    which is new too, gets the days that follow on its own. Raises TooMany, Closed.
    """
    rows.refuse_closed(tx, by.event, with_votes=bool(votes))
    new_rooms, changed_rooms, left_out = _rooms(tx, by, programme)
    new_items, changed_items = _items(tx, by, programme, left_out, new_days)
    lines = Imported()
    if programme.pitches:
        lines = rows.add(tx, by.event, programme.pitches, votes or [], takes)
    stays = _("It is here, and hidden, withdrawn or part of another pitch. It stays so.")
    left_out += [LeftOut(title, stays) for title in lines.stay]
    left_out += [LeftOut(title, _("It came with this file before and was deleted here.")) for title in lines.deleted]
    return Came(lines, new_rooms, changed_rooms, new_items, changed_items, tuple(left_out))


def begin(tx: Transaction, programme: Programme, wanted: NewEvent) -> tuple[Event, str]:
    """Make the event that a programme is brought to, with slots that its fixed items leave free, large enough for it.

    Raises Invalid.
    """
    zone = ZoneInfo(wanted.timezone)
    dated = (_dated(it, zone, _named_day(it, wanted.day) or wanted.day) for it in programme.items)
    taken = [it for it in dated if it.starts.date() == wanted.day]
    asked = any(not it.title for it in programme.items)
    slots = [] if asked else [it for it in rows.day_of(wanted.slots) if not any(_overlap(it, other) for other in taken)]
    rooms = [] if programme.rooms else rows.rooms_of(wanted.rooms, wanted.capacity)
    if programme.rooms:
        rooms = [RoomLine(it.name, it.capacity or wanted.capacity, it.features) for it in programme.rooms]
    if len(rooms) > as_typed.MOST_ROOMS:
        raise fault(
            marked("%(number)s rooms. Up to %(most)s can be used."),
            file=programme.file,
            number=len(rooms),
            most=as_typed.MOST_ROOMS,
        )
    event, secret = events.create(tx, wanted.name[: lengths.EVENT_NAME], wanted.day, wanted.timezone, rooms, slots)
    if len(programme.pitches) > limits.ALL_PITCHES.most:  # whoever has the machine says how large an event is
        event.limits = {**event.limits, limits.ALL_PITCHES.name: len(programme.pitches)}
    return event, secret


def _overlap(one: SlotLine, other: _Dated) -> bool:
    first, last = other.starts.replace(tzinfo=None), other.ends.replace(tzinfo=None)
    day = other.starts.date()
    return datetime.combine(day, one.starts) < last and first < datetime.combine(day, one.ends)


def _rooms(
    tx: Transaction, by: roles.Organiser, programme: Programme
) -> tuple[tuple[str, ...], tuple[str, ...], list[LeftOut]]:
    there = {clean.name_key(room.name): room for room in events.rooms(tx, by.event.id)}
    new: list[str] = []
    changed, left_out = [], []
    full: Invalid | None = None  # once it is said, it is true of all others that are new
    for found in programme.rooms:
        room = there.get(clean.name_key(found.name))
        try:
            if room is None:
                if full:
                    raise full
                venue.add_room(tx, by, RoomLine(found.name, found.capacity or 0, found.features))
                new.append(found.name)
            elif line := _new_facts(found, room.capacity, room.features):
                venue.change_room(tx, by, room.id, RoomLine(room.name, *line, room.directions))
                changed.append(room.name)
        except Invalid as error:
            full = error if len(there) + len(new) >= as_typed.MOST_ROOMS else None
            left_out.append(LeftOut(found.name, str(error)))
    return tuple(new), tuple(changed), left_out


def _new_facts(found: FoundRoom, capacity: int, features: list[str]) -> tuple[int, tuple[str, ...]] | None:
    """Seats and features where the file says others; where it says nothing, what is there stays."""
    said = found.capacity or capacity, found.features or tuple(features)
    return said if said != (capacity, tuple(features)) else None


def _items(
    tx: Transaction, by: roles.Organiser, programme: Programme, left_out: list[LeftOut], new_days: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    zone = ZoneInfo(by.event.timezone)
    new: list[str] = []
    changed: list[str] = []
    slots, told = events.slots(tx, by.event.id), 0
    for found in programme.items:
        it = _dated(found, zone, by.event.day)
        if told != len(new) + len(changed):  # a calendar of years has thousands that change nothing
            slots, told = events.slots(tx, by.event.id), len(new) + len(changed)
        try:
            if found.day:
                it = _dated(found, zone, _day_as_typed(found.day, by.event.day))
            day = _day_of(it, by.event, slots, new_days)
            known = _known(days.of(slots, by.event.timezone), it, day)
            clocks, which = (f"{it.starts:%H:%M}", f"{it.ends:%H:%M}"), _which(it, by.event.timezone)
            if known is None:
                venue.add_slot(tx, by, *clocks, it.title, day=day, which=which)
                new.append(it.told(by.event.day))
            elif (known.starts_at, known.ends_at, known.title) != (it.starts, it.ends, it.title):
                venue.change_slot(tx, by, known.id, SlotChange(*clocks, it.title, which))
                changed.append(it.told(by.event.day))
        except Invalid as error:
            left_out.append(LeftOut(it.told(by.event.day), str(error)))
    return tuple(new), tuple(changed)


def _named_day(item: FoundItem, first: date) -> date | None:
    """The day that an item's own words name; None where they do not, or where that is refused later."""
    try:
        return _day_as_typed(item.day, first) if item.day else None
    except Invalid:
        return None


def _day_as_typed(text: str, first: date) -> date:
    """The day that a file names in words or in numbers that could be two, at an event of that first day.

    Raises Invalid.
    """
    if (found := days_as_typed.near(text, first)) is None:
        raise Invalid(
            _("‘%(day)s’ is no day that can be read. Write it like Saturday 28 June, or 2026-06-28.", day=text)
        )
    return found


def _dated(item: FoundItem, zone: ZoneInfo, first: date) -> _Dated:
    starts, ends = (_local(it, zone).replace(second=0, microsecond=0) for it in (item.starts, item.ends))
    if item.any_day:
        starts = datetime.combine(first, starts.time(), zone)
        ends = datetime.combine(first, ends.time(), zone)
        ends += timedelta(days=ends <= starts)
    return _Dated(starts, ends, item.title)


def _day_of(it: _Dated, event: Event, slots: list[Slot], new_days: bool) -> date:
    """The day of the programme that an item belongs to: the evening before, where it follows on that past midnight.

    Raises Invalid for a day that the event does not have; with `new_days` it may be the one after its last.
    """
    if it.ends - it.starts >= timedelta(days=1):
        raise Invalid(_("It goes on for a day or longer, and a slot cannot."))
    there = days.of(slots, event.timezone)
    before = [day for day in there if day.date < it.starts.date()]
    if before and days.goes_on(before[-1].date, before[-1].ends_at, it.starts):
        return before[-1].date
    last = max([event.day, *(day.date for day in there)])
    known = {event.day, *(day.date for day in there)} | ({last + timedelta(days=1)} if new_days else set())
    if it.starts.date() not in known:
        day = language.day(it.starts)
        raise Invalid(_("It is on %(day)s, and this event has no such day. Add the day first.", day=day))
    return it.starts.date()


def _which(it: _Dated, timezone: str) -> Which:
    """Which of two times is meant where clocks put back show one twice."""
    if not days.twice(it.starts.date(), it.starts.time(), timezone):
        return ""
    return "second" if it.starts.fold else "first"


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def _known(there: tuple[days.ProgrammeDay, ...], it: _Dated, day: date) -> Slot | None:
    """The slot that an item is about: that of its times, else for a fixed item the only one of its title that day."""
    slots = [slot for one in there if one.date == day for slot in one.slots]
    same = [slot for slot in slots if (slot.starts_at, slot.ends_at) == (it.starts, it.ends)]
    if same and bool(same[0].title) == bool(it.title):
        return same[0]
    titled = [slot for slot in slots if it.title and clean.name_key(slot.title) == clean.name_key(it.title)]
    return titled[0] if len(titled) == 1 else None
