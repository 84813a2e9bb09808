"""The next event from one that is over: its rooms, slots, fixed items, settings and texts, with nobody and no votes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from eventkit.errors import Invalid
from eventkit.event import about, days, events
from eventkit.event.about import Facts
from eventkit.event.as_typed import RoomLine, SlotLine
from eventkit.event.roles import Organiser
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Closure, Event, Slot
from eventkit.text import codes
from eventkit.text.language import gettext as _

SETTINGS = (  # of the event that come along under their own names
    *("language", "languages", "look_first", "names_off", "vote_word", "wall_shows", "address", "limits"),
    "last_question",
)
A_YEAR = timedelta(days=364)  # the same day of the week


@dataclass(frozen=True)
class Outline:
    """What comes along. A fixed item of some rooms is (room, slot, title), by their places in the lists."""

    rooms: tuple[RoomLine, ...]
    slots: tuple[SlotLine, ...]
    items: tuple[tuple[int, int, str], ...]
    facts: Facts  # without who to ask, and without keys
    private: bool


def read(tx: Transaction, by: Organiser) -> Outline:
    """What would come along from this event."""
    event = by.event
    zone, rooms, slots = ZoneInfo(event.timezone), events.rooms(tx, event.id), events.slots(tx, event.id)
    room_at = {room.id: place for place, room in enumerate(rooms)}
    slot_at = {slot.id: place for place, slot in enumerate(slots)}
    spans = [(it.starts_at.astimezone(zone), it.ends_at.astimezone(zone), it.title) for it in slots]
    first = _first(event, slots)
    closed = tx.scalars(select(Closure).where(col(Closure.room_id).in_(room_at), Closure.title != ""))
    return Outline(
        tuple(RoomLine(it.name, it.capacity, tuple(it.features), it.directions) for it in rooms),
        tuple(
            SlotLine(starts.time(), ends.time(), title, (starts.date() - first).days) for starts, ends, title in spans
        ),
        tuple((room_at[it.room_id], slot_at[it.slot_id], it.title) for it in closed),
        about.read(tx, event.id).lasting,
        bool(event.word),
    )


def start(tx: Transaction, by: Organiser, name: str, day: date) -> tuple[Event, str, int]:
    """Make the next event on this day; it, its organiser's secret, and how many slots stay away.

    Those stay away at whose times the clocks change, then or before. A private event is followed by a private one with
    a word of its own. Raises Invalid where no slot for sessions is left.
    """
    old, outline = by.event, read(tx, by)
    former = events.slots(tx, old.id)
    kept = days.again(former, day - _first(old, former), old.timezone)
    if all(slot.title for slot, _starts, _ends in kept):
        raise Invalid(date=_("The clocks change then. Choose another day."))
    made, secret = events.create(tx, name, day, old.timezone, list(outline.rooms), [])
    new = {
        slot.id: Slot(event_id=made.id, title=slot.title, starts_at=starts, ends_at=ends) for slot, starts, ends in kept
    }
    tx.add_all(new.values())
    tx.flush()
    for setting in SETTINGS:
        setattr(made, setting, getattr(old, setting))
    made.word = codes.speakable(3) if outline.private else ""
    about.store(tx, made.id, outline.facts)
    rooms = events.rooms(tx, made.id)
    for room, place, title in outline.items:
        if former[place].id in new:
            tx.add(Closure(room_id=rooms[room].id, slot_id=new[former[place].id].id, title=title))
    tx.flush()
    return made, secret, len(former) - len(new)


def _first(event: Event, slots: Iterable[Slot]) -> date:
    """The day from which the event's others are counted."""
    zone = ZoneInfo(event.timezone)
    return min([event.day, *(it.starts_at.astimezone(zone).date() for it in slots)])
