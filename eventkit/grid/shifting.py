"""A shift of the day: all from one slot on later or earlier, or a break of another length; previewed, then one step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventkit.clock import now
from eventkit.errors import Invalid
from eventkit.event import days, events
from eventkit.event.roles import Organiser
from eventkit.grid import retiming, venue, versions
from eventkit.grid.history import EntryKind, HistoryEntry
from eventkit.grid.retiming import Retimed, SlotTimes
from eventkit.grid.times import Times
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Slot
from eventkit.text.language import gettext as _

LONGEST = 12 * 60  # minutes
SHORTEST_LEFT = timedelta(minutes=5)  # what an item that makes way keeps at least


@dataclass(frozen=True)
class Shifted:
    """A slot with its times after the shift."""

    slot: Slot
    starts_at: datetime
    ends_at: datetime

    @property
    def shorter(self) -> bool:
        """Whether it makes way for what comes earlier."""
        return self.ends_at - self.starts_at < self.slot.ends_at - self.slot.starts_at


def plan(tx: Transaction, event: Event, slot_id: int, minutes: int, moment: datetime | None = None) -> list[Shifted]:
    """What a shift would do, slot by slot in order of time: all of that day from this slot on.

    A slot under way keeps its start. What comes earlier takes its time from the fixed item before it. Raises NotFound;
    Invalid where there is nothing to shift, or no room for it.
    """
    first = venue.find_slot(tx, event.id, slot_id)
    if not 0 < abs(minutes) <= LONGEST:
        raise Invalid(
            minutes=_(
                "Give the minutes to shift by, from 1 to %(longest)s or, for earlier, with a minus.", longest=LONGEST
            )
        )
    by, at, times = timedelta(minutes=minutes), moment or now(), Times(event.timezone)
    slots = events.slots(tx, event.id)
    ahead = _from_on(slots, first, event)
    replay = slots[-1].ends_at <= at  # the whole event is over: nothing of it has to stay as it happened
    found = [_moved(slot, by, at) for slot in ahead if replay or slot.ends_at > at]
    if not found:
        raise Invalid(minutes=_("All of that is over already. Choose a slot that is still to come."))
    before = [slot for slot in slots if slot.starts_at < first.starts_at]
    if after := _run_into(slots, ahead, found):
        raise Invalid(
            minutes=_(
                "Then the day would run into %(starts_at)s. Shift it by less.", starts_at=times.day(after.starts_at)
            )
        )
    return [*_make_way(before, found[0], times), *found]


def plan_length(
    tx: Transaction, event: Event, slot_id: int, length: int, moment: datetime | None = None
) -> list[Shifted]:
    """What another length (minutes) of a break would do: it keeps its start, and all that follows that day moves along.

    Raises NotFound; Invalid where it is no break, is over, would be over already, or is that long as it is.
    """
    item = venue.find_slot(tx, event.id, slot_id)
    slots, at, times = events.slots(tx, event.id), moment or now(), Times(event.timezone)
    ends = item.starts_at + timedelta(minutes=length)
    replay = slots[-1].ends_at <= at
    if not item.title:
        raise Invalid(slot=_("Choose a break: the length of a slot for sessions is changed on the page of the rooms."))
    if not SHORTEST_LEFT <= timedelta(minutes=length) <= timedelta(minutes=LONGEST):
        raise Invalid(length=_("Give its new length in minutes, from 5 to %(longest)s.", longest=LONGEST))
    if not replay and item.ends_at <= at:
        raise Invalid(slot=_("That break is over already. Choose one that is still to come."))
    if not replay and ends <= at:
        raise Invalid(length=_("Then it would be over already. Give it a few minutes more."))
    if ends == item.ends_at:
        raise Invalid(length=_("It is that long already."))
    by, ahead = ends - item.ends_at, _from_on(slots, item, event)
    found = [Shifted(item, item.starts_at, ends), *(_moved(slot, by, item.starts_at) for slot in ahead[1:])]
    if after := _run_into(slots, ahead, found):
        raise Invalid(length=_("Then the day would run into %(day)s. Make it shorter.", day=times.day(after.starts_at)))
    return found


def shift(tx: Transaction, by: Organiser, slot_id: int, minutes: int, version: int) -> str:
    """Do what plan() says, as a step of the draft's history. Returns it in words. Raises Stale, NotFound, Invalid."""
    event = versions.check_version(tx, by, version)
    planned = plan(tx, event, slot_id, minutes)
    first = next(it.slot for it in planned if not it.shorter)
    return _carry_out(tx, by, planned, [_shifted(Times(event.timezone).clock(first.starts_at), minutes)])


def change_length(tx: Transaction, by: Organiser, slot_id: int, length: int, version: int) -> str:
    """Do what plan_length() says, as a step of the draft's history. Returns it in words.

    Raises Stale, NotFound, Invalid.
    """
    event = versions.check_version(tx, by, version)
    planned = plan_length(tx, event, slot_id, length)
    times, item, rest = Times(event.timezone), planned[0], planned[1:]
    entries = [HistoryEntry(kind=EntryKind.LENGTHENED, text=item.slot.title, number=length)]
    if rest:
        minutes = round((item.ends_at - item.slot.ends_at).total_seconds() / 60)
        entries.append(_shifted(times.clock(rest[0].slot.starts_at), minutes))
    return _carry_out(tx, by, planned, entries)


def _shifted(clock: str, minutes: int) -> HistoryEntry:
    return HistoryEntry(kind=EntryKind.SHIFTED, text=clock, number=minutes)


def other_ends(tx: Transaction, event: Event, planned: Iterable[Shifted]) -> int:
    """How many sessions of several slots that people see would take others of them, and end at another time."""
    return len(venue.other_ends(tx, event, retiming.then(events.slots(tx, event.id), _changes(planned))))


def _carry_out(tx: Transaction, by: Organiser, planned: Sequence[Shifted], entries: Sequence[HistoryEntry]) -> str:
    changes = _changes(planned)
    slots = events.slots(tx, by.event.id)
    retiming.carry_out(tx, by, changes, venue.other_ends(tx, by.event, retiming.then(slots, changes)))
    return versions.note_shift(tx, by, entries, changes)


def _changes(planned: Iterable[Shifted]) -> list[Retimed]:
    return [
        Retimed(it.slot.id, SlotTimes(it.slot.starts_at, it.slot.ends_at), SlotTimes(it.starts_at, it.ends_at))
        for it in planned
    ]


def _from_on(slots: Sequence[Slot], first: Slot, event: Event) -> list[Slot]:
    """The slots of a slot's day from it on, in order of time."""
    day = days.day_at(days.of(slots, event.timezone), first.starts_at)
    return [slot for slot in (day.slots if day else ()) if slot.starts_at >= first.starts_at]


def _run_into(slots: Sequence[Slot], ahead: Sequence[Slot], planned: Sequence[Shifted]) -> Slot | None:
    """The first slot of the next day, where what is planned would not be over by then."""
    after = [slot for slot in slots if slot.starts_at > ahead[-1].starts_at]
    return after[0] if after and planned[-1].ends_at > after[0].starts_at else None


def _moved(slot: Slot, by: timedelta, moment: datetime) -> Shifted:
    starts = slot.starts_at if slot.starts_at <= moment < slot.ends_at else slot.starts_at + by
    if slot.ends_at + by <= starts:
        raise Invalid(minutes=_("Then what is on now would end before it began. Shift it by less."))
    return Shifted(slot, starts, slot.ends_at + by)


def _make_way(before: Sequence[Slot], first: Shifted, times: Times) -> list[Shifted]:
    """The fixed item that gives up its end to what comes earlier; nothing where there is no overlap. Raises Invalid."""
    if not before or before[-1].ends_at <= first.starts_at:
        return []
    last = before[-1]
    if not last.title or first.starts_at - last.starts_at < SHORTEST_LEFT:
        raise Invalid(minutes=_("That would begin before %(last)s is over. Shift it by less.", last=times.span(last)))
    return [Shifted(last, last.starts_at, first.starts_at)]
