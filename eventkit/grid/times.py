"""Moments as the clocks at the venue show them, and which slots are under way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from eventkit.event import days
from eventkit.event.days import ProgrammeDay
from eventkit.storage.tables import Room, Slot
from eventkit.text import language
from eventkit.text.language import gettext as _

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
    """Writes moments as the clocks at the venue show them; with the day where that is not the one that is shown."""

    timezone: str
    days: Sequence[ProgrammeDay] = ()  # of the programme
    shown: ProgrammeDay | None = None  # the one that everything on the page is of

    @classmethod
    def of(cls, timezone: str, slots: Iterable[Slot]) -> "Times":
        """For an event with these slots."""
        return cls(timezone, days.of(slots, timezone))

    def local(self, moment: datetime) -> datetime:
        """The moment in the event's zone."""
        return moment.astimezone(ZoneInfo(self.timezone))

    def plain(self, moment: datetime) -> str:
        """`10:45`, as fields of forms and files have it."""
        return f"{self.local(moment):%H:%M}"

    def clock(self, moment: datetime) -> str:
        """`10:45`; where clocks put back show a time twice, which of the two: `01:45 BST`."""
        return f"{self.plain(moment)}{self._which(moment)}"

    def span(self, it: Timed) -> str:
        """`10:00–10:45`."""
        starts, ends = self.clock(it.starts_at), self.clock(it.ends_at)
        which = self._which(it.ends_at)
        return f"{starts.removesuffix(which) if which else starts}{DASH}{ends}"

    def when(self, it: Timed) -> str:
        """`10:00–10:45`, of an event of several days `Sat 27 Jun, 10:00–10:45`."""
        return f"{self._on(it.starts_at)}{self.span(it)}"

    def start(self, moment: datetime) -> str:
        """`10:45`, of an event of several days `Sat 27 Jun, 10:45`."""
        return f"{self._on(moment)}{self.clock(moment)}"

    def tab(self, day: ProgrammeDay) -> str:
        """`Sat 27 Jun`."""
        return language.short_day(day.date)

    @property
    def dates(self) -> str:
        """`Friday 26 June 2026`, or the first and the last of the days."""
        named = [language.day(it.date) for it in (*self.days[:1], *self.days[1:][-1:])]
        return _("%(first)s to %(last)s", first=named[0], last=named[1]) if named[1:] else "".join(named)

    def day(self, moment: datetime) -> str:
        """`Friday 26 June 2026`."""
        return language.day(self.local(moment))

    def short_day(self, moment: datetime) -> str:
        """`Fri 26 Jun`."""
        return language.short_day(self.local(moment))

    def place(self, place: tuple[Slot, Room]) -> str:
        """`11:00, Library`."""
        return f"{self.start(place[0].starts_at)}, {place[1].name}"

    def _which(self, moment: datetime) -> str:
        local = self.local(moment)
        return f" {local:%Z}" if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset() else ""

    def _on(self, moment: datetime) -> str:
        day = days.day_at(self.days, moment) if len(self.days) > 1 else None
        return f"{language.short_day(day.date)}, " if day and day != self.shown else ""
