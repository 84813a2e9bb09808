"""More days for an event: when times as typed are on a day of the programme, and another day like one that is there."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from eventkit.errors import Invalid
from eventkit.event import days, days_as_typed, events, notices
from eventkit.event.as_typed import MOST_SLOTS
from eventkit.event.days import Which
from eventkit.event.notices import Fact
from eventkit.event.roles import Organiser
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, NoticeKind, Slot
from eventkit.text import language
from eventkit.text.language import gettext as _

Clocks = tuple[time, time]


def moments(event: Event, day: date, clocks: Clocks, which: Which, others: Iterable[Slot]) -> tuple[datetime, datetime]:
    """When a slot of a day of the programme starts and ends; `others` are the event's other slots.

    What starts after midnight is of the evening that it follows on. Raises Invalid, naming `starts`, `ends` or, where
    clocks put back show a time twice, `which`.
    """
    first, last = clocks
    doubled = which and days.twice(day, last, event.timezone)
    if last <= first and not days.over_midnight(first, last) and not doubled:
        span = {"end": f"{last:%H:%M}", "start": f"{first:%H:%M}"}
        raise Invalid(ends=_("The end, %(end)s, must come after the start, %(start)s.", **span))
    evening = next((it for it in days.of(others, event.timezone) if it.date == day), None)
    night = datetime.combine(day + timedelta(days=1), first, ZoneInfo(event.timezone))
    if evening and first < days.MORNING and days.goes_on(day, evening.ends_at, night):
        day += timedelta(days=1)
    field = "ends" if days.skipped(day, last, event.timezone) else "starts"
    try:
        return days.span(day, first, last, event.timezone, which)
    except days.Twice as doubt:
        raise Invalid(which=str(doubt)) from doubt
    except Invalid as refusal:
        raise Invalid(**{field: str(refusal)}) from refusal


def of_slot(event: Event, slot: Slot, slots: Iterable[Slot]) -> date:
    """The day of the programme that a slot belongs to, by its date."""
    found = days.day_at(days.of(slots, event.timezone), slot.starts_at)
    return found.date if found else event.day


def begin_earlier(event: Event, day: date) -> None:
    """Let the event begin on this day, if it began later. Raises Invalid for one too far from the others."""
    if not events.FIRST_DAY <= day <= events.LAST_DAY or abs((day - event.day).days) > days_as_typed.MOST_APART:
        raise Invalid(
            day=_(
                "Choose a day that is at most %(most)s days from %(day)s.",
                most=days_as_typed.MOST_APART,
                day=language.day(event.day),
            )
        )
    event.day = min(event.day, day)


def add_day(tx: Transaction, by: Organiser, day: date, like: date) -> str:
    """Add a day with slots and fixed items at the same times as one that is there. Returns that in words.

    Raises Invalid where that day has slots already, or others go on into it.
    """
    tx.refresh(by.event, with_for_update=True)
    event, slots = by.event, events.slots(tx, by.event.id)
    there = {it.date: it for it in days.of(slots, event.timezone)}
    if like not in there:
        raise Invalid(like=_("Choose one of the days that are there."))
    if day in there:
        raise Invalid(day=_("%(day)s has slots already. Add single slots to it below.", day=language.day(day)))
    if len(slots) + len(there[like].slots) > MOST_SLOTS:
        raise Invalid(day=_("Up to %(most)s slots can be used, and these would be more.", most=MOST_SLOTS))
    begin_earlier(event, day)
    new = [
        Slot(event_id=event.id, title=slot.title, starts_at=starts, ends_at=ends)
        for slot, starts, ends in days.again(there[like].slots, day - like, event.timezone)
    ]
    if not new:
        raise Invalid(day=_("The clocks change then. Choose another day."))
    if any(one.starts_at < other.ends_at and other.starts_at < one.ends_at for one in new for other in slots):
        raise Invalid(day=_("Slots of the day before or after go on at these times. Choose another day."))
    tx.add_all(new)
    tx.flush()
    notices.leave(tx, event, [Fact(kind=NoticeKind.EDITED, slot_id=slot.id) for slot in new], by.person_id)
    change_log.record(tx, event.id, ChangeKind.EVENT)
    if len(new) < len(there[like].slots):
        return _(
            "%(day)s has the slots of %(like)s now, but for those at which the clocks change. Add these below.",
            day=language.day(day),
            like=language.day(like),
        )
    return _("%(day)s has the same slots as %(like)s now.", day=language.day(day), like=language.day(like))
