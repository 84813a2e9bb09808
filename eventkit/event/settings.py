"""What an event is, changed later: name, day, time zone and code; clock times stay, former codes go on working."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from eventkit.clock import now
from eventkit.errors import Invalid
from eventkit.event import announcements, days, editions, ended, events, notices
from eventkit.event.notices import Fact
from eventkit.event.roles import Organiser
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, FormerCode, Notice, NoticeKind, Slot
from eventkit.text import codes, language
from eventkit.text.language import ENGLISH, LANGUAGES
from eventkit.text.language import gettext as _
from eventkit.text.lengths import ADDRESS

MOST_CODES = 10  # that an event may leave behind
FORM = re.compile(r"[a-z0-9]{3,20}", re.ASCII)


@dataclass(frozen=True)
class Settings:
    """All that can be changed; the code as typed."""

    name: str
    day: date
    timezone: str
    code: str


@dataclass(frozen=True)
class _Clocks:
    """From moments to those, on another day or in another zone, at which the clocks say the same."""

    before: ZoneInfo
    after: ZoneInfo
    later: timedelta  # whole days

    def moved(self, moment: datetime) -> datetime:
        """The moment. Raises Invalid where the clocks skip that time then."""
        local = moment.astimezone(self.before)
        try:
            found = datetime.combine(local.date() + self.later, local.timetz().replace(tzinfo=None), self.after)
            days.at(found.date(), time(found.hour, found.minute), self.after.key, "first")
        except OverflowError:
            raise Invalid(date=_("That day is too far away. Choose another.")) from None
        except Invalid as refusal:
            raise Invalid(date=str(refusal)) from refusal
        return found.astimezone(UTC)  # moments of one zone are compared by their clocks, which may go back


def change(tx: Transaction, by: Organiser, wanted: Settings, seen: str = "") -> None:
    """Change what differs; people hear of what they see. Raises Stale; Invalid, naming each field at fault."""
    tx.refresh(by.event, with_for_update=True)
    event = by.event
    code = codes.tidy(wanted.code)
    editions.refuse_changed_row(seen, event, **vars(replace(wanted, code=code)))
    if code != event.code:
        _take_code(tx, event, code)
    facts = [Fact(kind=NoticeKind.EDITED)] if (wanted.name, code) != (event.name, event.code) else []
    event.name, event.code = wanted.name, code
    if (wanted.day, wanted.timezone) != (event.day, event.timezone):
        facts += _move(tx, event, wanted)
    notices.leave(tx, event, facts, by.person_id)
    change_log.record(tx, event.id, ChangeKind.EVENT)


def set_languages(tx: Transaction, by: Organiser, language: str, others: Iterable[str], seen: str = "") -> None:
    """Let the event speak a language, and phones by their browsers' wish these as well. Raises Invalid, Stale."""
    if language not in LANGUAGES:
        raise Invalid(language=_("Choose one of these languages."))
    tx.refresh(by.event, with_for_update=True)
    wanted = _spoken(language, others)
    editions.refuse_changed_row(seen, by.event, language=language, languages=wanted)
    by.event.language, by.event.languages = language, wanted
    notices.leave(tx, by.event, [Fact(kind=NoticeKind.EDITED)], by.person_id)
    change_log.record(tx, by.event.id, ChangeKind.EVENT)


def speak(event: Event, language: str, others: Iterable[str]) -> None:
    """Let an event speak a language, where it is one of ours, and phones those of these that are; none means all."""
    event.language = language if language in LANGUAGES else ENGLISH
    event.languages = _spoken(event.language, others)


def _spoken(language: str, others: Iterable[str]) -> list[str]:
    """The languages that phones get, in our order; none means all."""
    offered = set(others)
    return [it for it in LANGUAGES if it in {language, *offered}] if offered else []


def _take_code(tx: Transaction, event: Event, code: str) -> None:
    """Leave the event's code behind for this one. Raises Invalid where it cannot be used, or is another event's."""
    if not FORM.fullmatch(code):
        raise Invalid(code=_("Use 3 to 20 letters from a to z and digits, like localgovcamp."))
    own = tx.scalar(select(FormerCode).where(FormerCode.code == code, FormerCode.event_id == event.id))
    if own is not None:
        tx.delete(own)
        tx.flush()
    elif events.taken(tx, code) or ended.is_code(tx, code):
        raise Invalid(code=_("Another event has the code %(code)s, or had it. Choose another one.", code=code))
    elif len(events.former_codes(tx, event.id)) >= MOST_CODES:
        raise Invalid(
            code=_("This event had %(most_codes)s other codes already. Go back to one of those.", most_codes=MOST_CODES)
        )
    event.first_code = event.first_code or event.code
    tx.add(FormerCode(code=event.code, event_id=event.id, left_at=now()))


def _move(tx: Transaction, event: Event, wanted: Settings) -> Iterator[Fact]:
    """Put the event on another day or into another zone, slot by slot with the same times on the clock."""
    clocks = _Clocks(ZoneInfo(event.timezone), ZoneInfo(wanted.timezone), wanted.day - event.day)
    slots = events.slots(tx, event.id)
    times = [(clocks.moved(slot.starts_at), clocks.moved(slot.ends_at)) for slot in slots]
    if any(end <= start for start, end in times) or any(b[0] < a[1] for a, b in pairwise(times)):
        _refuse_doubled(slots, clocks.before)
        raise Invalid(date=_("The clocks go back on this day in the middle of the slots. Choose another day."))
    for slot, (starts, end) in zip(slots, times, strict=True):
        slot.starts_at, slot.ends_at = starts, end
    for row in announcements.every(tx, event.id):
        on_the_day = row.until.astimezone(clocks.before).date() >= event.day  # not one of the weeks before
        row.until = (clocks if on_the_day else replace(clocks, later=timedelta())).moved(row.until)
    for notice in tx.scalars(select(Notice).where(Notice.event_id == event.id, col(Notice.was_starts_at).is_not(None))):
        assert notice.was_starts_at is not None
        assert notice.was_ends_at is not None
        notice.was_starts_at, notice.was_ends_at = clocks.moved(notice.was_starts_at), clocks.moved(notice.was_ends_at)
    if event.erase_on:
        event.erase_on += clocks.later
    if event.archive_on:
        event.archive_on += clocks.later
    if event.day != wanted.day:
        yield Fact(kind=NoticeKind.DAY_CHANGED, was_title=event.day.isoformat())
    yield from (Fact(kind=NoticeKind.EDITED, slot_id=slot.id) for slot in slots)
    event.day, event.timezone = wanted.day, wanted.timezone


def _refuse_doubled(slots: Iterable[Slot], zone: ZoneInfo) -> None:
    """Raise Invalid where slots are at times that the clocks, put back, show twice: elsewhere those are there once."""
    both = (at.astimezone(zone) for slot in slots for at in (slot.starts_at, slot.ends_at))
    if doubled := next((at for at in both if at.fold), None):
        raise Invalid(
            date=_(
                "The clocks go back on %(day)s and show %(time)s twice; on another day it is there once. Remove one "
                "of the two slots on the page of rooms and slots first, or give it another time.",
                day=language.day(doubled.date()),
                time=doubled.strftime("%H:%M"),
            )
        )


WALL_SHOWS = ("", "grid", "now", "turns")  # empty: the whole grid where it can be read, else both in turn


def choose_address(tx: Transaction, by: Organiser, address: str, seen: str = "") -> None:
    """What links and QR codes of the event begin with; empty for this server's usual one. Raises Invalid, Stale."""
    parts = urlsplit(address)
    if address and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path or len(address) > ADDRESS):
        raise Invalid(address=_("Choose one of the addresses."))
    tx.refresh(by.event, with_for_update=True)
    editions.refuse_changed_row(seen, by.event, address=address)
    by.event.address = address
    change_log.record(tx, by.event.id, ChangeKind.EVENT)


def choose_wall(tx: Transaction, by: Organiser, shows: str, seen: str = "") -> None:
    """What walls show once a grid is published, but where something else was asked for. Raises Invalid, Stale."""
    if shows not in WALL_SHOWS:
        raise Invalid(shows=_("Choose one of what the wall can show."))
    tx.refresh(by.event, with_for_update=True)
    editions.refuse_changed_row(seen, by.event, wall_shows=shows)
    by.event.wall_shows = shows
    change_log.record(tx, by.event.id, ChangeKind.EVENT)
