"""A programme becomes rows of an event: pitches, rooms, slots and fixed items, each new or brought up to date."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from eventkit.event import as_typed, events, limits, roles
from eventkit.event.as_typed import RoomLine, SlotLine
from eventkit.imports import again, places, rows
from eventkit.imports.again import Differing, Takes
from eventkit.imports.faults import fault
from eventkit.imports.places import DatedItem, LeftOut
from eventkit.imports.programmes import Programme
from eventkit.imports.rows import Imported
from eventkit.imports.sheets import VoteLine
from eventkit.storage import copies
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from eventkit.text import lengths
from eventkit.text.language import gettext as _
from eventkit.text.language import marked


@dataclass(frozen=True, kw_only=True)
class Came:
    """What came of a programme, or would."""

    lines: Imported  # pitches and votes
    rooms: tuple[str, ...] = ()  # their names
    changed_rooms: tuple[str, ...] = ()
    items: tuple[str, ...] = ()  # new slots and fixed items, as one would type them
    changed_items: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()  # rooms and items that changed here, and stay as they are here
    missing: tuple[str, ...] = ()  # that came with the file when it came last, and are not in it any more
    differing: tuple[Differing, ...] = ()  # what stays as it is here, and the file says otherwise
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class NewEvent:
    """What a new event is like where its file does not say."""

    name: str
    day: date
    timezone: str
    slots: int
    rooms: int
    capacity: int


def would_come(
    database: Database,
    code: str,
    programme: Programme,
    votes: list[VoteLine] | None = None,
    takes: Takes = again.nothing,
) -> Came:
    """What would come of it at this event: all of it is done, told and undone; votes are only counted.

    Raises NotFound, TooMany, Invalid, Closed.
    """
    votes = votes or []
    with database.reading() as tx:
        event = events.by_code(tx, code)
        rows.refuse_closed(tx, event, with_votes=bool(votes))
        event_id = event.id
    with copies.of_event(database, event_id) as tx:
        came = bring(tx, roles.at_the_machine(events.by_code(tx, code)), programme, takes=takes)
    voters = {vote.voter for vote in votes}
    return replace(came, lines=replace(came.lines, voters=len(voters), votes=len(votes)))


def bring(
    tx: Transaction,
    by: roles.Organiser,
    programme: Programme,
    votes: list[VoteLine] | None = None,
    new_days: bool = False,
    takes: Takes = again.nothing,
) -> Came:
    """Add what is new, bring up to date what is there: rooms by name, fixed items by day and title or time.

    What changed here and in the file stays as it is here, but where `takes` says otherwise. With `new_days` the event,
    which is new too, gets the days that follow on its own. Raises TooMany, Closed.
    """
    rows.refuse_closed(tx, by.event, with_votes=bool(votes))
    it = places.bring(tx, by, programme, takes, new_days)
    lines = Imported()
    if programme.pitches:
        lines = rows.add(tx, by.event, programme.pitches, votes or [], takes)
    stays = _("It is here, and hidden, withdrawn or part of another pitch. It stays so.")
    it.left_out += [LeftOut(title, stays) for title in lines.stay]
    it.left_out += [LeftOut(title, _("It came with this file before and was deleted here.")) for title in lines.deleted]
    return Came(
        lines=lines,
        rooms=tuple(it.rooms),
        changed_rooms=tuple(it.changed_rooms),
        items=tuple(it.items),
        changed_items=tuple(it.changed_items),
        kept=tuple(it.kept),
        missing=tuple(it.missing),
        differing=(*lines.differing, *it.differing),
        left_out=tuple(it.left_out),
    )


def begin(tx: Transaction, programme: Programme, wanted: NewEvent) -> tuple[Event, str]:
    """Make the event that a programme is brought to, with slots that its fixed items leave free, large enough for it.

    Raises Invalid.
    """
    zone = ZoneInfo(wanted.timezone)
    dated = (places.dated(it, zone, places.named_day(it, wanted.day) or wanted.day) for it in programme.items)
    taken = [it for it in dated if it.starts.date() == wanted.day]
    asked = any(not it.title for it in programme.items)
    slots = [] if asked else [it for it in rows.day_of(wanted.slots) if not any(_overlap(it, other) for other in taken)]
    rooms = [] if programme.rooms else rows.rooms_of(wanted.rooms, wanted.capacity)
    if programme.rooms:
        rooms = [RoomLine(it.name, it.capacity or wanted.capacity, it.features) for it in programme.rooms]
    if len(rooms) > as_typed.MOST_ROOMS:
        raise fault(
            marked("%(number)s rooms. Up to %(most)s can be used."),
            file=programme.file,
            number=len(rooms),
            most=as_typed.MOST_ROOMS,
        )
    event, secret = events.create(tx, wanted.name[: lengths.EVENT_NAME], wanted.day, wanted.timezone, rooms, slots)
    if len(programme.pitches) > limits.ALL_PITCHES.most:  # whoever has the machine says how large an event is
        event.limits = {**event.limits, limits.ALL_PITCHES.name: len(programme.pitches)}
    return event, secret


def _overlap(one: SlotLine, other: DatedItem) -> bool:
    first, last = other.starts.replace(tzinfo=None), other.ends.replace(tzinfo=None)
    day = other.starts.date()
    return datetime.combine(day, one.starts) < last and first < datetime.combine(day, one.ends)
