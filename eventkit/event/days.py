"""Days of the programme: which slots make up a day, which day is today, and moments from what clocks show.

What goes on past midnight belongs to the evening before. Nothing of this is kept: it follows from the slots' moments.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from eventkit.errors import Invalid
from eventkit.storage.tables import Slot
from eventkit.text import language
from eventkit.text.language import gettext as _

MORNING = time(6)  # until which a night may belong to the evening before
PAUSE = timedelta(hours=4)  # after which it does not
EVENING = time(17)  # from which on something may end after midnight
Which = Literal["", "first", "second"]  # of two times that clocks put back show alike


class Twice(Invalid):
    """A time that clocks put back show twice; whoever typed it is asked which is meant."""


@dataclass(frozen=True)
class ProgrammeDay:
    """A day of the programme: its date, its number from 1, and its slots in order of time."""

    date: date
    number: int
    slots: tuple[Slot, ...]

    @property
    def starts_at(self) -> datetime:
        return self.slots[0].starts_at

    @property
    def ends_at(self) -> datetime:
        return max(slot.ends_at for slot in self.slots)

    @property
    def key(self) -> str:
        """`2026-06-27`, as addresses have it."""
        return self.date.isoformat()


def of(slots: Iterable[Slot], timezone: str) -> tuple[ProgrammeDay, ...]:
    """The days of these slots, in order. A slot after midnight is of the day before where it follows on an evening."""
    zone = ZoneInfo(timezone)
    found: list[tuple[date, list[Slot]]] = []
    for slot in sorted(slots, key=lambda it: (it.starts_at, it.id or 0)):
        starts = slot.starts_at.astimezone(zone)
        if found and goes_on(found[-1][0], max(it.ends_at for it in found[-1][1]), starts):
            found[-1][1].append(slot)
        else:
            found.append((starts.date(), [slot]))
    return tuple(ProgrammeDay(day, number, tuple(them)) for number, (day, them) in enumerate(found, 1))


def goes_on(day: date, ends_at: datetime, starts: datetime) -> bool:
    """Whether what starts then, by the clocks at the venue, is of a day whose slots so far end at `ends_at`."""
    if starts.date() == day:
        return True
    night = starts.date() == day + timedelta(days=1) and starts.time() < MORNING
    return night and starts.astimezone(UTC) - ends_at.astimezone(UTC) < PAUSE


def today(days: Sequence[ProgrammeDay], moment: datetime, timezone: str) -> ProgrammeDay | None:
    """The day under way, else that of the date, else the next one, else the last; None where there is no slot."""
    on = moment.astimezone(ZoneInfo(timezone)).date()
    under_way = (day for day in days if day.starts_at <= moment < day.ends_at)
    dated = (day for day in days if day.date == on)
    coming = (day for day in days if day.starts_at > moment)
    return next((day for them in (under_way, dated, coming, reversed(days)) for day in them), None)


def has_come(day: ProgrammeDay | None, moment: datetime, timezone: str) -> bool:
    """Whether it is the day that people live through then."""
    on = moment.astimezone(ZoneInfo(timezone)).date()
    return day is not None and (day.starts_at <= moment < day.ends_at or on == day.date)


def day_at(days: Sequence[ProgrammeDay], moment: datetime) -> ProgrammeDay | None:
    """The day to which something belongs that starts then."""
    return next((day for day in reversed(days) if day.starts_at <= moment), days[0] if days else None)


def at(day: date, clock: time, timezone: str, which: Which = "") -> datetime:
    """The moment at which the clocks show this. Raises Invalid where they skip it, or show it twice and nobody says."""
    moment = datetime.combine(day, clock, ZoneInfo(timezone))
    if skipped(day, clock, timezone):
        raise Invalid(
            _(
                "The clocks go forward on %(day)s and skip %(time)s. Choose another time.",
                day=language.day(day),
                time=clock.strftime("%H:%M"),
            )
        )
    if not twice(day, clock, timezone):
        return moment.astimezone(UTC)
    if not which:
        raise Twice(
            _(
                "The clocks go back on %(day)s and show %(time)s twice. Say which is meant.",
                day=language.day(day),
                time=clock.strftime("%H:%M"),
            )
        )
    return moment.replace(fold=int(which == "second")).astimezone(UTC)


def span(day: date, starts: time, ends: time, timezone: str, which: Which = "") -> tuple[datetime, datetime]:
    """When a slot starts and ends. One that ends by the clock before it starts ends on the day after. Raises Invalid.

    One may end when the clocks go forward, at the first time that they skip.

    `which` tells two times apart that clocks put back show alike; of the first, what would end before it starts ends
    at the second.
    """
    first = at(day, starts, timezone, which)
    over = day + timedelta(days=1) if ends <= starts and which == "" else day
    last = _jump(over, ends, timezone) or at(over, ends, timezone, which)
    if last <= first and twice(over, ends, timezone):
        last = at(over, ends, timezone, "second")
    return (first, last) if last > first else (first, at(day + timedelta(days=1), ends, timezone, which))


def again(slots: Iterable[Slot], later: timedelta, timezone: str) -> list[tuple[Slot, datetime, datetime]]:
    """Slots at the same times on the clock, whole days later: each with its new start and end.

    Those are missing that clocks skip or show twice then, and of two that one time was for, the second.
    """
    found: list[tuple[Slot, datetime, datetime]] = []
    zone = ZoneInfo(timezone)
    for slot in slots:
        starts, ends = (
            _again(slot.starts_at.astimezone(zone), later),
            _again(slot.ends_at.astimezone(zone), later, True),
        )
        if starts and ends and starts < ends and (not found or found[-1][2] <= starts):
            found.append((slot, starts, ends))
    return found


def _again(before: datetime, later: timedelta, end: bool = False) -> datetime | None:
    """The same time on the clock; None where it is doubtful. One of two shown alike stays that, where both are then."""
    zone, day, clock = str(before.tzinfo), before.date() + later, before.time().replace(fold=0)
    which: Which = ("second" if before.fold else "first") if twice(before.date(), clock, zone) else ""
    try:
        return (_jump(day, clock, zone) if end else None) or at(day, clock, zone, which)
    except Invalid:
        return None


def _jump(day: date, clock: time, timezone: str) -> datetime | None:
    """The moment at which the clocks go forward, where this is the first time that they skip."""
    moment = datetime.combine(day, clock, ZoneInfo(timezone)).astimezone(UTC)
    before = (moment - timedelta(minutes=1)).astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
    first = before + timedelta(minutes=1) == datetime.combine(day, clock)
    return moment if first and skipped(day, clock, timezone) else None


def over_midnight(starts: time, ends: time) -> bool:
    """Whether times as typed mean an evening that ends after midnight: `23:30` to `00:15`."""
    return ends <= starts and starts >= EVENING and ends <= MORNING


def skipped(day: date, clock: time, timezone: str) -> bool:
    """Whether the clocks, put forward, never show this time on this day."""
    moment = datetime.combine(day, clock, ZoneInfo(timezone))
    return moment.astimezone(UTC).astimezone(moment.tzinfo).time() != clock


def twice(day: date, clock: time, timezone: str) -> bool:
    """Whether the clocks, put back, show this time twice on this day."""
    moment = datetime.combine(day, clock, ZoneInfo(timezone))
    return not skipped(day, clock, timezone) and moment.utcoffset() != moment.replace(fold=1).utcoffset()
