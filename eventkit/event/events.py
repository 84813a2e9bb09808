"""Making an event, its rooms, slots and phases."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlmodel import col, func, select

from eventkit.clock import now
from eventkit.errors import Invalid, NotFound
from eventkit.event import days, ended
from eventkit.event.as_typed import RoomLine, SlotLine
from eventkit.storage import change_log
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import ChangeKind, Event, FormerCode, Room, Slot
from eventkit.text import codes, language
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

DEFAULT_ROOMS = marked("""\
Main hall, 120, step-free projector hearing-loop
Library, 40, step-free projector
Studio, 30, step-free
Workshop, 25""")

DEFAULT_SLOTS = marked("""\
09:30-10:00 Welcome
10:00-10:30 Pitches and votes
10:45-11:30
11:45-12:30
12:30-13:30 Lunch
13:30-14:15
14:30-15:15
15:30-16:15
16:15-16:30 Goodbye""")

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)  # on which an event can be


def create(
    tx: Transaction,
    name: str,
    day: date,
    timezone: str,
    rooms: list[RoomLine],
    slots: list[SlotLine],
    *,
    rehearsal: bool = False,
) -> tuple[Event, str]:
    """Make an event, both phases open. Returns it and the organiser's secret, which is kept only as a digest."""
    secret = codes.secret()
    event = Event(
        code=codes.unused(lambda: codes.speakable(3), lambda code: taken(tx, code) or ended.is_code(tx, code)),
        name=name,
        day=day,
        timezone=timezone,
        language=language.current(),
        organiser_hash=codes.digest(secret),
        rehearsal=rehearsal,
        created_at=now(),
    )
    tx.add(event)
    tx.flush()
    for number, line in enumerate(rooms):
        room = Room(event_id=event.id, name=line.name, capacity=line.capacity, features=list(line.features))
        room.directions, room.position = line.directions, number
        tx.add(room)
    moments = laid_out(slots, day, timezone)
    tx.add_all(
        Slot(event_id=event.id, starts_at=starts, ends_at=ends, title=line.title)
        for line, (starts, ends) in zip(slots, moments, strict=True)
    )
    change_log.record(tx, event.id, ChangeKind.EVENT)
    return event, secret


def by_code(tx: Transaction, code: str) -> Event:
    """The event that has this join code, or had it, however it was typed. Raises NotFound."""
    tidy = codes.tidy(code)
    event = tx.scalar(select(Event).where(Event.code == tidy)) or tx.scalar(
        select(Event).join(FormerCode, col(FormerCode.event_id) == col(Event.id)).where(FormerCode.code == tidy)
    )
    if event is None:
        raise NotFound(_("There is no event with this code. Check it against the poster or the screen."))
    return event


def rehearsal(tx: Transaction) -> Event | None:
    """The rehearsal event, where there is one."""
    return tx.scalar(select(Event).where(Event.rehearsal).order_by(col(Event.id)).limit(1))


def rooms(tx: Transaction, event_id: int) -> list[Room]:
    """The event's rooms in the organiser's order."""
    return list(tx.scalars(select(Room).where(Room.event_id == event_id).order_by(col(Room.position), col(Room.id))))


def slots(tx: Transaction, event_id: int) -> list[Slot]:
    """The event's slots and fixed items in order of time."""
    return list(tx.scalars(select(Slot).where(Slot.event_id == event_id).order_by(col(Slot.starts_at), col(Slot.id))))


def last_day(tx: Transaction, event: Event) -> date:
    """The day of the event's last slot."""
    latest = tx.scalar(select(func.max(Slot.ends_at)).where(Slot.event_id == event.id))
    return max(event.day, latest.astimezone(ZoneInfo(event.timezone)).date()) if latest else event.day


def laid_out(slots: Sequence[SlotLine], day: date, timezone: str) -> list[tuple[datetime, datetime]]:
    """When each slot starts and ends at an event that begins on this day.

    Raises Invalid for times that the clocks skip or show twice, and where they make slots overlap.
    """
    found: list[tuple[datetime, datetime]] = []
    for line in slots:
        on = day + timedelta(days=line.day)
        try:
            starts, ends = days.span(on, line.starts, line.ends, timezone, line.which)
        except days.Twice as doubt:
            raise Invalid(
                slots=_("%(doubt)s Write first %(line)s or second %(line)s.", doubt=doubt, line=line)
            ) from doubt
        except Invalid as refusal:
            raise Invalid(slots=str(refusal)) from refusal
        found.append((starts, ends))
    in_order = sorted(zip(found, slots, strict=True), key=lambda it: it[0])
    for ((_starts, over), _line), ((starts, _over), line) in pairwise(in_order):
        if starts < over:
            named = language.day(day + timedelta(days=line.day))
            raise Invalid(
                slots=_("%(line)s on %(day)s begins before the slot before it is over.", line=line, day=named)
            )
    return found


def former_codes(tx: Transaction, event_id: int) -> list[str]:
    """The codes that the event had before, newest first."""
    mine = select(FormerCode.code).where(FormerCode.event_id == event_id)
    return list(tx.scalars(mine.order_by(col(FormerCode.left_at).desc(), col(FormerCode.code))))


def taken(tx: Transaction, code: str) -> bool:
    """Whether an event has this code, or had it."""
    queries = select(Event.id).where(Event.code == code), select(FormerCode.event_id).where(FormerCode.code == code)
    return any(tx.scalar(query) is not None for query in queries)


def act_on_due(
    database: Database, due: Callable[[Transaction], Sequence[Event]], act: Callable[[Transaction, Event], None]
) -> list[str]:
    """Act on every event that is due, in one transaction; nothing is written where none is. Returns their codes."""

    def act_on_all(tx: Transaction) -> list[str]:
        found = due(tx)
        for event in found:
            act(tx, event)
        return [event.code for event in found]

    with database.reading() as tx:
        if not due(tx):
            return []
    return database.write(act_on_all)
