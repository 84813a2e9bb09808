"""Rooms, slots and fixed items of a programme become rows of an event, each new or brought up to date."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from eventkit.errors import Invalid
from eventkit.event import as_typed, days, days_as_typed, events, roles
from eventkit.event.as_typed import RoomLine
from eventkit.event.days import Which
from eventkit.grid import venue
from eventkit.grid.venue import SlotChange
from eventkit.imports import again
from eventkit.imports.again import Differing, Since, Takes
from eventkit.imports.programmes import FoundItem, FoundRoom, Programme
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, ImportedPlace, Room, Slot
from eventkit.text import clean, language
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

V = TypeVar("V")
REMOVED = marked("It came with this file before and was removed here.")


@dataclass(frozen=True)
class LeftOut:
    """What of a programme did not come, and why, in a sentence."""

    name: str
    why: str


@dataclass(frozen=True)
class DatedItem:
    """A fixed item or slot from one moment to another, by the clocks at the venue."""

    starts: datetime
    ends: datetime
    title: str

    def told(self, first: date) -> str:
        """As one would type it, with its day where that is not the event's first."""
        line = f"{self.starts:%H:%M}-{self.ends:%H:%M} {self.title}".rstrip()
        return line if self.starts.date() == first else f"{language.short_day(self.starts)}, {line}"


@dataclass(kw_only=True)
class PlacesCame:
    """What came of a programme's rooms, slots and fixed items; names of rooms, and items as one would type them."""

    rooms: list[str] = field(default_factory=list)
    changed_rooms: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    changed_items: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # that changed here, and stay as they are here
    missing: list[str] = field(default_factory=list)  # that came with the file when it came last, and stay
    differing: list[Differing] = field(default_factory=list)


def bring(tx: Transaction, by: roles.Organiser, programme: Programme, takes: Takes, new_days: bool) -> PlacesCame:
    """Add what is new and bring up to date what is there: rooms by name, items by times or title, as they came last.

    What came before and changed here since stays, and what was removed here is not made again.
    """
    bringing = _Bringing(tx, by, takes)
    bringing.rooms(programme)
    bringing.items(programme, new_days)
    bringing.done()
    return bringing.came


class _Bringing:
    """Brings the places of one programme, by what files said of the event's places last."""

    def __init__(self, tx: Transaction, by: roles.Organiser, takes: Takes):
        self.tx, self.by, self.takes, self.came = tx, by, takes, PlacesCame()
        self.zone = ZoneInfo(by.event.timezone)
        mine = ImportedPlace.event_id == by.event.id
        self.lasts = list(tx.scalars(select(ImportedPlace).where(mine).order_by(col(ImportedPlace.id))))
        self.number = 1 + max((it.number for it in self.lasts), default=0)
        self.used = {it.slot_id for it in self.lasts}
        self.numbers = set[int]()  # of the imports in which what is in the file came before
        self.seen = set[int]()  # ids of rows of the database that are in this file

    def _use(self, last: ImportedPlace | None) -> ImportedPlace | None:
        if last:
            self.numbers.add(last.number)
            self.seen.add(last.id)
        return last

    def _remember(self, last: ImportedPlace | None, said: dict[str, Any], **place: int) -> None:
        """Keep what the file says, for the next time."""
        if last is None:
            last = ImportedPlace(event_id=self.by.event.id, number=self.number, said=said, **place)
            self.tx.add(last)
        last.number, last.said = self.number, said

    def _merged(self, field_: str, name: str, here: V, said: V, last: V | None, told: Callable[[V], str]) -> V:
        """What a room or item then has: what is here, or what the file says where only that changed."""
        change = since(here, said, last)
        if change is Since.BOTH:
            it = Differing(again.digest(f"{name} {field_} {told(here)}"), name, field_, told(here), told(said))
            if self.takes(it.key):
                return said
            self.came.differing.append(it)
        elif change is Since.HERE and name not in self.came.kept:
            self.came.kept.append(name)
        return said if change is Since.IN_FILE else here

    def rooms(self, programme: Programme) -> None:
        """Bring the rooms."""
        there = {room.id: room for room in events.rooms(self.tx, self.by.event.id)}
        by_name = {clean.name_key(room.name): room for room in there.values()}
        lasts = {it.said["name"]: it for it in self.lasts if "name" in it.said}
        full: Invalid | None = None  # once it is said, it is true of all others that are new
        for found in programme.rooms:
            last = self._use(lasts.get(key := clean.name_key(found.name)))
            if last and last.room_id is None:
                last.number = self.number
                self.came.left_out.append(LeftOut(found.name, _(REMOVED)))
                continue
            room = there.pop(last.room_id or 0, None) if last else None
            if room is None and key in by_name:
                room = there.pop(by_name[key].id, None)
            try:
                if room is None and full:
                    raise full
                room = self._room(found, room, last)
            except Invalid as error:
                full = error if len(by_name) + len(self.came.rooms) >= as_typed.MOST_ROOMS else None
                self.came.left_out.append(LeftOut(found.name, str(error)))
                continue
            was = last.said if last else {"capacity": None, "features": []}
            said = {"capacity": found.capacity or was["capacity"], "features": [*found.features] or was["features"]}
            self._remember(last, {"name": key, **said}, room_id=room.id)

    def _room(self, found: FoundRoom, room: Room | None, last: ImportedPlace | None) -> Room:
        """The room that is new or brought up to date. Raises Invalid."""
        if room is None:
            self.came.rooms.append(found.name)
            try:
                return venue.add_room(self.tx, self.by, RoomLine(found.name, found.capacity or 0, found.features))
            except Invalid:
                self.came.rooms.pop()
                raise
        said = last.said if last else {"capacity": None, "features": None}
        had = tuple(said["features"] or ()) or None
        seats = self._merged("seats", room.name, room.capacity, found.capacity or room.capacity, said["capacity"], str)
        features = tuple(room.features)
        features = self._merged("features", room.name, features, found.features or features, had, ", ".join)
        if (seats, [*features]) != (room.capacity, room.features):
            venue.change_room(self.tx, self.by, room.id, RoomLine(room.name, seats, features, room.directions))
            self.came.changed_rooms.append(room.name)
        return room

    def items(self, programme: Programme, new_days: bool) -> None:
        """Bring slots and fixed items."""
        found = list(self._dated(programme))
        lasts = self._recognised(found)
        slots, told = events.slots(self.tx, self.by.event.id), 0
        came = self.came
        for at, it in enumerate(found):
            if told != len(came.items) + len(came.changed_items):  # a calendar of years has thousands without a change
                slots, told = events.slots(self.tx, self.by.event.id), len(came.items) + len(came.changed_items)
            last = self._use(lasts.get(at))
            if last and last.slot_id is None:
                last.number = self.number
                came.left_out.append(LeftOut(it.told(self.by.event.day), _(REMOVED)))
                continue
            try:
                slot = self._item(it, last, slots, new_days)
            except Invalid as error:
                came.left_out.append(LeftOut(it.told(self.by.event.day), str(error)))
                continue
            self._remember(last, _said_of(it), slot_id=slot.id)

    def _dated(self, programme: Programme) -> Iterator[DatedItem]:
        """The items with their days; those whose day cannot be read are left out."""
        first = self.by.event.day
        for found in programme.items:
            it = dated(found, self.zone, first)
            try:
                yield dated(found, self.zone, _day_as_typed(found.day, first)) if found.day else it
            except Invalid as error:
                self.came.left_out.append(LeftOut(it.told(first), str(error)))

    def _recognised(self, found: list[DatedItem]) -> dict[int, ImportedPlace]:
        """An item's place in the list -> what it was last: as it is, else of its title that day, else of its times."""
        free = [it for it in self.lasts if "starts" in it.said]
        known: dict[int, ImportedPlace] = {}

        def of_day(said: dict[str, Any]) -> tuple[Any, ...] | None:
            day = datetime.fromisoformat(said["starts"]).astimezone(self.zone).date()
            return (day, clean.name_key(said["title"])) if said["title"] else None

        for key in (_whole, of_day, _times):
            by_key: dict[Any, list[ImportedPlace]] = {}
            for last in free:
                by_key.setdefault(key(last.said), []).append(last)
            for at, it in enumerate(found):
                same = by_key.get(key(_said_of(it)), []) if at not in known and key(_said_of(it)) else []
                if len(same) == 1:
                    known[at] = same.pop()
                    free.remove(known[at])
        return known

    def _item(self, it: DatedItem, last: ImportedPlace | None, slots: list[Slot], new_days: bool) -> Slot:
        """The slot that is new or brought up to date. Raises Invalid."""
        first = self.by.event.day
        if last is None:
            day = _day_of(it, self.by.event, slots, new_days)
            slot = _known(days.of([one for one in slots if one.id not in self.used], self.by.event.timezone), it, day)
            if slot is None:
                clocks, which = (f"{it.starts:%H:%M}", f"{it.ends:%H:%M}"), _which(it, self.by.event.timezone)
                slot = venue.add_slot(self.tx, self.by, *clocks, it.title, day=day, which=which)
                self.came.items.append(it.told(first))
                return slot
        else:
            slot = next(one for one in slots if one.id == last.slot_id)
            it = self._as_merged(it, slot, last.said)
        if (slot.starts_at, slot.ends_at, slot.title) != (it.starts, it.ends, it.title):
            clocks, which = (f"{it.starts:%H:%M}", f"{it.ends:%H:%M}"), _which(it, self.by.event.timezone)
            venue.change_slot(self.tx, self.by, slot.id, SlotChange(*clocks, it.title, which))
            self.came.changed_items.append(it.told(first))
        return slot

    def _as_merged(self, it: DatedItem, slot: Slot, said: dict[str, Any]) -> DatedItem:
        """The item as it then is, of what the slot is here, what the file says, and what it said last."""
        here = DatedItem(slot.starts_at.astimezone(self.zone), slot.ends_at.astimezone(self.zone), slot.title)
        was = tuple(datetime.fromisoformat(said[name]).astimezone(self.zone) for name in ("starts", "ends"))
        name, first = here.told(self.by.event.day), self.by.event.day

        def told(times: tuple[datetime, ...]) -> str:
            return DatedItem(times[0], times[1], "").told(first)

        starts, ends = self._merged("time", name, (here.starts, here.ends), (it.starts, it.ends), was, told)
        return DatedItem(starts, ends, self._merged("title", name, here.title, it.title, said["title"], str))

    def done(self) -> None:
        """Name what came with the same file before and is not in it any more."""
        rooms = {room.id: room.name for room in events.rooms(self.tx, self.by.event.id)}
        slots = {slot.id: slot for slot in events.slots(self.tx, self.by.event.id)}
        for last in self.lasts:
            if last.number not in self.numbers or last.id in self.seen:
                continue
            if last.room_id in rooms:
                self.came.missing.append(rooms[last.room_id])
            elif slot := slots.get(last.slot_id or 0):
                starts, ends = (it.astimezone(self.zone) for it in (slot.starts_at, slot.ends_at))
                self.came.missing.append(DatedItem(starts, ends, slot.title).told(self.by.event.day))


def since(here: V, said: V, last: V | None) -> Since:
    """Where a value of a place changed; of one that no file said before the file is taken at its word."""
    if said == here:
        return Since.NOWHERE
    if last is None or last == here:
        return Since.IN_FILE
    return Since.HERE if last == said else Since.BOTH


def _said_of(it: DatedItem) -> dict[str, Any]:
    starts, ends = (moment.astimezone(UTC).isoformat() for moment in (it.starts, it.ends))
    return {"starts": starts, "ends": ends, "title": it.title}


def _whole(said: dict[str, Any]) -> tuple[Any, ...]:
    return said["starts"], said["ends"], said["title"]


def _times(said: dict[str, Any]) -> tuple[Any, ...]:
    return said["starts"], said["ends"], bool(said["title"])


def named_day(item: FoundItem, first: date) -> date | None:
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


def dated(item: FoundItem, zone: ZoneInfo, first: date) -> DatedItem:
    starts, ends = (_local(it, zone).replace(second=0, microsecond=0) for it in (item.starts, item.ends))
    if item.any_day:
        starts = datetime.combine(first, starts.time(), zone)
        ends = datetime.combine(first, ends.time(), zone)
        ends += timedelta(days=ends <= starts)
    return DatedItem(starts, ends, item.title)


def _day_of(it: DatedItem, event: Event, slots: list[Slot], new_days: bool) -> date:
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


def _which(it: DatedItem, timezone: str) -> Which:
    """Which of two times is meant where clocks put back show one twice."""
    if not days.twice(it.starts.date(), it.starts.time(), timezone):
        return ""
    return "second" if it.starts.fold else "first"


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def _known(there: tuple[days.ProgrammeDay, ...], it: DatedItem, day: date) -> Slot | None:
    """The slot that an item is about: that of its times, else for a fixed item the only one of its title that day."""
    slots = [slot for one in there if one.date == day for slot in one.slots]
    same = [slot for slot in slots if (slot.starts_at, slot.ends_at) == (it.starts, it.ends)]
    if same and bool(same[0].title) == bool(it.title):
        return same[0]
    titled = [slot for slot in slots if it.title and clean.name_key(slot.title) == clean.name_key(it.title)]
    return titled[0] if len(titled) == 1 else None
