"""Moments as the clocks at the venue show them, and which slots are under way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from eventkit.storage.tables import Room, Slot
from eventkit.text import language

DASH = "–"


def now_and_next(slots: Iterable[Slot], moment: datetime) -> tuple[list[Slot], list[Slot]]:
    """The slots under way at a moment, and those that start next, fixed items included."""
    under_way = [slot for slot in slots if slot.starts_at <= moment < slot.ends_at]
    coming = [slot for slot in slots if slot.starts_at > moment]
    first = min((slot.starts_at for slot in coming), default=None)
    return under_way, [slot for slot in coming if slot.starts_at == first]


class Timed(Protocol):
    """What starts and ends: a slot, a session."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


@dataclass(frozen=True)
class Times:
    """Writes moments as the clocks at the venue show them."""

    timezone: str

    def local(self, moment: datetime) -> datetime:
        """The moment in the event's zone."""
        return moment.astimezone(ZoneInfo(self.timezone))

    def clock(self, moment: datetime) -> str:
        """`10:45`."""
        return f"{self.local(moment):%H:%M}"

    def span(self, it: Timed) -> str:
        """`10:00–10:45`."""
        return f"{self.clock(it.starts_at)}{DASH}{self.clock(it.ends_at)}"

    def day(self, moment: datetime) -> str:
        """`Friday 26 June 2026`."""
        return language.day(self.local(moment))

    def place(self, place: tuple[Slot, Room]) -> str:
        """`11:00, Library`."""
        return f"{self.clock(place[0].starts_at)}, {place[1].name}"
