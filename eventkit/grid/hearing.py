"""Who hears an announcement, and where: everybody, at a door, in a slot, in a cell, on one person's pages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from eventkit.event import announcements, events
from eventkit.grid.my_day import PersonalDay
from eventkit.grid.published import Placed
from eventkit.grid.times import Times
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Announcement, Event, Room, Slot


@dataclass(frozen=True)
class Heard:
    """An announcement with the room and slot whose people it is for; for everybody with neither."""

    text: str
    until: str  # on the clocks at the venue
    room: Room | None
    slot: Slot | None
    whom: str  # `Library, 11:00–11:45`; empty for everybody
    ends_at: datetime

    @property
    def whose(self) -> tuple[int | None, int | None]:
        """The ids of the room and the slot."""
        return self.room.id if self.room else None, self.slot.id if self.slot else None

    def is_at(self, slot: Slot, room: Room, moment: datetime) -> bool:
        """Whether it belongs into one cell: of a room alone, into those that people are in while it is shown."""
        if self.room is None or self.room.id != room.id:
            return False
        if self.slot is not None:
            return self.slot.id == slot.id
        return slot.ends_at > moment and slot.starts_at < self.ends_at


@dataclass(frozen=True)
class Hearing:
    """All that is announced at a moment, newest first."""

    items: tuple[Heard, ...] = ()
    moment: datetime | None = None

    @property
    def everybody(self) -> list[Heard]:
        """What is for everybody."""
        return [it for it in self.items if it.room is None and it.slot is None]

    @property
    def no_cell(self) -> list[Heard]:
        """What is for everybody or for a slot: a screen says it once, and not in each room's place."""
        return [it for it in self.items if it.room is None]

    def of_slot(self, slot: Slot) -> list[Heard]:
        """What is for all rooms of a slot."""
        return [it for it in self.items if it.room is None and it.slot is not None and it.slot.id == slot.id]

    def of_cell(self, slot: Slot, room: Room) -> list[Heard]:
        """What is for one room, where people are in it meanwhile."""
        return [it for it in self.items if self.moment and it.is_at(slot, room, self.moment)]

    def at_door(self, room: Room) -> list[Heard]:
        """What whoever stands at a door should hear."""
        return [it for it in self.items if it.room is None or it.room.id == room.id]

    def of_session(self, placed: Placed | None) -> list[Heard]:
        """What concerns whoever comes to a session, or looks at a pitch that has no place."""
        return [it for it in self.items if it.whose == (None, None) or (placed is not None and self._in(it, placed))]

    def _in(self, it: Heard, placed: Placed) -> bool:
        if self.moment is None or it.slot is not None:
            return it.slot in placed.slots and it.room in (None, placed.room)
        return any(it.is_at(slot, placed.room, self.moment) for slot in placed.slots)

    def of_person(self, day: PersonalDay) -> list[Heard]:
        """What concerns one person."""
        return [it for it in self.items if day.concerned(*it.whose)]


def read(
    tx: Transaction,
    event: Event,
    moment: datetime,
    slots: Sequence[Slot] | None = None,
    rooms: Sequence[Room] | None = None,
) -> Hearing:
    """What is announced at a moment. Slots and rooms are read where they are not given and something is for them."""
    rows = announcements.current(tx, event.id, moment)
    if any(row.slot_id is not None for row in rows) and slots is None:
        slots = events.slots(tx, event.id)
    if any(row.room_id is not None for row in rows) and rooms is None:
        rooms = events.rooms(tx, event.id)
    times = Times.of(event.timezone, slots or ())
    return Hearing(tuple(_heard(row, slots or (), rooms or (), times) for row in rows), moment)


def _heard(row: Announcement, slots: Iterable[Slot], rooms: Iterable[Room], times: Times) -> Heard:
    slot = next((it for it in slots if it.id == row.slot_id), None)
    room = next((it for it in rooms if it.id == row.room_id), None)
    whom = ", ".join(([room.name] if room else []) + ([times.when(slot)] if slot else []))
    return Heard(row.text, times.clock(row.until), room, slot, whom, row.until)
