"""What an organiser edits later: rooms, slots, phases and limits; nothing placed is lost."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from eventkit.errors import Closed, Invalid, NotFound, Unsure
from eventkit.event import archive, editions, events, limits, moderation_log, notices, room_facts, runs, voting_end
from eventkit.event.as_typed import MOST_ROOMS, MOST_SLOTS, RoomLine
from eventkit.event.days import Which
from eventkit.event.notices import Fact, Was
from eventkit.event.roles import Organiser
from eventkit.grid import history, more_days, versions
from eventkit.grid.history import EntryKind, HistoryEntry
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import (
    ChangeKind,
    Event,
    GridCause,
    ModerationAct,
    ModerationKind,
    NoticeKind,
    Pitch,
    Placement,
    Room,
    Slot,
)
from eventkit.text import language
from eventkit.text.language import gettext as _
from eventkit.text.language import ngettext

PHASES = ("pitching", "voting", "notes")
LARGEST_LIMIT = 100_000


def set_phase(tx: Transaction, by: Organiser, phase: str, is_open: bool) -> None:
    """Open or close pitching, voting or notes by hand. Raises NotFound for another phase, Closed where sealed."""
    if phase not in PHASES:
        raise NotFound(_("There is no such phase. There are pitching, voting and notes."))
    event = begin(tx, by)
    if phase == "voting" and is_open and event.sealed_at is not None:
        raise Closed(
            _("The ballots are sealed, so voting cannot be opened again: nobody could change their own votes.")
        )
    if is_open:
        archive.refuse_opening(event)
    if is_open and phase in ("pitching", "voting"):
        voting_end.refuse_late(tx, event)
    setattr(event, f"{phase}_open", is_open)
    if phase == "notes":
        act = ModerationAct.OPEN_NOTES if is_open else ModerationAct.CLOSE_NOTES
        moderation_log.record(tx, by, act, ModerationKind.EVENT)


def set_limits(tx: Transaction, by: Organiser, wanted: dict[str, int], seen: str = "") -> None:
    """How much one phone may do here, by the names in limits.KNOWN. Raises Stale; Invalid, naming each at fault."""
    wrong = {
        name: _("Give a whole number from 1 to %(most)s.", most=language.numeral(LARGEST_LIMIT))
        for name, most in wanted.items()
        if name not in limits.KNOWN or not 1 <= most <= LARGEST_LIMIT
    }
    if wrong:
        raise Invalid(**wrong)
    event = begin(tx, by)
    changed = {name: most for name, most in wanted.items() if most != limits.KNOWN[name].most}
    counted = {limits.ANEW: anew} if (anew := event.limits.get(limits.ANEW, 0)) else {}
    editions.refuse_changed_row(seen, event, limits={**changed, **counted})
    event.limits = {**changed, **counted}


def add_room(tx: Transaction, by: Organiser, line: RoomLine) -> Room:
    """Add a room after the others. Raises Invalid."""
    event = begin(tx, by)
    rooms = events.rooms(tx, event.id)
    if len(rooms) >= MOST_ROOMS:
        raise Invalid(name=_("There are %(most_rooms)s rooms, and no more can be used.", most_rooms=MOST_ROOMS))
    _refuse_same_name(rooms, line.name)
    position = 1 + max((room.position for room in rooms), default=-1)
    room = Room(
        event_id=event.id,
        name=line.name,
        capacity=line.capacity,
        features=list(line.features),
        directions=line.directions,
        position=position,
    )
    tx.add(room)
    tx.flush()
    notices.leave(tx, event, [Fact(kind=NoticeKind.EDITED, room_id=room.id)], by.person_id)
    return room


def change_room(tx: Transaction, by: Organiser, room_id: int, line: RoomLine, sure: int = 0, *, seen: str = "") -> Room:
    """Change a room's name, seats, features or where it is.

    Raises NotFound, Invalid, Stale; Unsure where sessions that people see there need what it would not have any more.
    """
    event = begin(tx, by)
    room = find_room(tx, event.id, room_id)
    editions.refuse_changed_row(seen, room, **vars(line))
    _refuse_same_name([other for other in events.rooms(tx, event.id) if other.id != room.id], line.name)
    _ask_of_needs(tx, event, room, set(room.features).difference(line.features), sure)
    if room.name != line.name:
        notices.leave(
            tx, event, [Fact(kind=NoticeKind.ROOM_RENAMED, room_id=room.id, was_room=room.name)], by.person_id
        )
    elif (room.capacity, room.features, room.directions) != (line.capacity, list(line.features), line.directions):
        notices.leave(tx, event, [Fact(kind=NoticeKind.EDITED, room_id=room.id)], by.person_id)
    room.name, room.capacity, room.features = line.name, line.capacity, list(line.features)
    room.directions = line.directions
    return room


def remove_room(tx: Transaction, by: Organiser, room_id: int, sure: int = 0) -> str:
    """Remove a room; its sessions go off the draft, as a new version, and off what people see. Returns that in words.

    Raises NotFound; Unsure where people see more sessions there than whoever does it is `sure` of.
    """
    event = begin(tx, by)
    room = find_room(tx, event.id, room_id)
    entry = HistoryEntry(kind=EntryKind.ROOM_REMOVED, text=room.name)
    return _remove(tx, by, (room, room.name, entry), lambda it: it.room_id == room.id, sure)


def add_slot(
    tx: Transaction,
    by: Organiser,
    starts: str,
    ends: str,
    title: str = "",
    sure: int = 0,
    *,
    day: date | None = None,
    which: Which = "",
) -> Slot:
    """Add a slot, or with a title a fixed item, to a day of the programme, at first the event's.

    Raises Invalid; Unsure where sessions that people see would run on into other slots, and end at another time.
    """
    event = begin(tx, by)
    slots = events.slots(tx, event.id)
    if len(slots) >= MOST_SLOTS:
        raise Invalid(starts=_("There are %(most_slots)s slots, and no more can be used.", most_slots=MOST_SLOTS))
    first, last = more_days.moments(event, day or event.day, _clocks(starts, ends), which, slots)
    more_days.begin_earlier(event, day or event.day)
    _refuse_overlap(event, slots, first, last)
    slot = Slot(event_id=event.id, title=title, starts_at=first, ends_at=last)
    cut = other_ends(tx, event, [*slots, slot])
    ask(0, "", cut, sure)
    tx.add(slot)
    tx.flush()
    notices.leave(tx, event, [Fact(kind=NoticeKind.EDITED, slot_id=slot.id), *cut], by.person_id)
    return slot


@dataclass(frozen=True)
class SlotChange:
    """A slot as typed: its times on the clock, and a title where it is a fixed item."""

    starts: str
    ends: str
    title: str = ""
    which: Which = ""  # of two times that clocks put back show alike


def change_slot(
    tx: Transaction, by: Organiser, slot_id: int, line: SlotChange, sure: int = 0, *, seen: str = ""
) -> Slot:
    """Change a slot's times, or make it a fixed item by a title.

    Raises NotFound, Invalid, Stale; Unsure where sessions that people see lose their place to a title, or would end
    at another time since they run on into other slots.
    """
    event = begin(tx, by)
    slot = find_slot(tx, event.id, slot_id)
    slots = events.slots(tx, event.id)
    others, day = [other for other in slots if other.id != slot.id], more_days.of_slot(event, slot, slots)
    first, last = more_days.moments(event, day, _clocks(line.starts, line.ends), line.which, others)
    editions.refuse_changed_row(seen, slot, starts_at=first, ends_at=last, title=line.title)
    _refuse_overlap(event, others, first, last)
    cut = other_ends(
        tx, event, [*others, Slot(id=slot.id, event_id=event.id, title=line.title, starts_at=first, ends_at=last)]
    )
    taken = sum(it.slot_id == slot.id for it in versions.published(tx, event)) if line.title and not slot.title else 0
    ask(taken, taken_by(taken, line.title), cut, sure)
    facts = [*_shifted(slot, first, last), *_titled(slot, line.title), *cut]
    slot.starts_at, slot.ends_at, slot.title = first, last, line.title
    notices.leave(tx, event, facts, by.person_id)
    return slot


def remove_slot(tx: Transaction, by: Organiser, slot_id: int, sure: int = 0) -> str:
    """Remove a slot; its sessions go, as with a room. Raises NotFound, Unsure."""
    event = begin(tx, by)
    slot = find_slot(tx, event.id, slot_id)
    clock = f"{slot.starts_at.astimezone(ZoneInfo(event.timezone)):%H:%M}"
    name, entry = _("the slot at %(time)s", time=clock), HistoryEntry(kind=EntryKind.SLOT_REMOVED, text=clock)
    return _remove(tx, by, (slot, name, entry), lambda it: it.slot_id == slot.id, sure)


def find_room(tx: Transaction, event_id: int, room_id: int) -> Room:
    """The event's room with this id. Raises NotFound."""
    room = tx.scalar(select(Room).where(Room.id == room_id, Room.event_id == event_id))
    if room is None:
        raise NotFound(_("There is no such room at this event."))
    return room


def find_slot(tx: Transaction, event_id: int, slot_id: int) -> Slot:
    """The event's slot with this id. Raises NotFound."""
    slot = tx.scalar(select(Slot).where(Slot.id == slot_id, Slot.event_id == event_id))
    if slot is None:
        raise NotFound(_("There is no such slot at this event."))
    return slot


def begin(tx: Transaction, by: Organiser) -> Event:
    """Lock the event, so that two organisers' edits come one after the other, and tell everybody."""
    tx.refresh(by.event, with_for_update=True)
    change_log.record(tx, by.event.id, ChangeKind.EVENT)
    return by.event


def _remove(
    tx: Transaction,
    by: Organiser,
    gone: tuple[Room | Slot, str, HistoryEntry],
    there: Callable[[Placement], bool],
    sure: int,
) -> str:
    event, (row, name, entry) = by.event, gone
    lost = versions.losses(tx, filter(there, versions.published(tx, event)))
    cut = other_ends(tx, event, [it for it in events.slots(tx, event.id) if it is not row])
    question = ngettext(
        "People see %(num)s session in %(name)s. Removed with it, it has no place, and people are told so. "
        "Remove it all the same? Or close it: then a new place is found first.",
        "People see %(num)s sessions in %(name)s. Removed with it, they have no place, and people are told so. "
        "Remove it all the same? Or close it: then a new place is found first.",
        len(lost),
        name=name,
    )
    ask(len(lost), question, cut, sure)
    notices.leave(tx, event, [*lost, *cut] or [Fact(kind=NoticeKind.EDITED)], by.person_id)
    placed = {it.pitch_id for it in versions.draft(tx, event) if there(it)}
    entry = replace(entry, sessions=len(placed))
    if placed:
        versions.take_off(tx, by, placed, entry)
    tx.flush()
    tx.delete(row)
    return history.words(GridCause.ROOM, [entry], {})


def other_ends(tx: Transaction, event: Event, slots: Iterable[Slot]) -> list[Fact]:
    """What people are told who see sessions of several slots that would take others of them where these are the slots.

    A session whose first slot goes is none of them: all of it goes.
    """
    before = events.slots(tx, event.id)
    then, on, on_then = {it.id: it for it in slots}, runs.onward(before), runs.onward(slots)
    known, rooms = {it.id: it for it in before}, {it.id: it for it in events.rooms(tx, event.id)}
    places = versions.spots(versions.published(tx, event))
    longer = tx.scalars(select(Pitch).where(col(Pitch.id).in_(places), Pitch.length > 1).order_by(col(Pitch.id)))
    found = []
    for pitch in longer if places else ():
        slot_id, room_id, _pinned = places[pitch.id]
        taken = runs.taken(known[slot_id], pitch.length, on)
        kept = runs.taken(then[slot_id], pitch.length, on_then) if slot_id in then else taken
        if [it.id for it in taken] != [it.id for it in kept]:
            was = replace(Was.at(known[slot_id], rooms[room_id]), ends_at=taken[-1].ends_at)
            found.append(Fact(kind=NoticeKind.MOVED, pitch_id=pitch.id, was=was))
    return found


def ask(lost: int, question: str, ends: Sequence[Fact], sure: int) -> None:
    """Raise Unsure where more sessions lose their place or end at another time than somebody is `sure` of."""
    if lost + len(ends) <= sure:
        return
    elsewhen = ngettext(
        "%(num)s session that people see would end at another time. People are told so. Do it all the same?",
        "%(num)s sessions that people see would end at another time. People are told so. Do it all the same?",
        len(ends),
    )
    raise Unsure(" ".join([question] * bool(lost) + [elsewhen] * bool(ends)), lost + len(ends))


def taken_by(sessions: int, title: str) -> str:
    """The question before a fixed item takes the place of sessions that people see."""
    return ngettext(
        "People see %(num)s session then, with no other place yet. They will read that the time is now "
        "%(title)s, and that a new place is being found. Save it all the same?",
        "People see %(num)s sessions then, with no other place yet. They will read that the time is now "
        "%(title)s, and that a new place is being found. Save it all the same?",
        sessions,
        title=title,
    )


def _ask_of_needs(tx: Transaction, event: Event, room: Room, gone: set[str], sure: int) -> None:
    there = {it.pitch_id for it in versions.published(tx, event) if gone and it.room_id == room.id}
    needs = select(Pitch.needs).where(col(Pitch.id).in_(there))
    lost = [missing for needed in tx.scalars(needs) if (missing := gone.intersection(needed))] if there else []
    question = ngettext(
        "People see %(num)s session in %(name)s that needs %(needs)s. It stays there until it is moved. "
        "Save it all the same?",
        "People see %(num)s sessions in %(name)s that need %(needs)s. They stay there until they are moved. "
        "Save it all the same?",
        len(lost),
        name=room.name,
        needs=room_facts.features(set[str]().union(*lost)),
    )
    ask(len(lost), question, (), sure)


def _shifted(slot: Slot, first: datetime, last: datetime) -> list[Fact]:
    if (slot.starts_at, slot.ends_at) == (first, last):
        return []
    return [Fact(kind=NoticeKind.SLOT_SHIFTED, was=Was(slot.id, None, slot.starts_at, slot.ends_at, ""))]


def _titled(slot: Slot, title: str) -> list[Fact]:
    if slot.title == title:
        return []
    kind = NoticeKind.EDITED if slot.title and title else NoticeKind.SLOT_TAKEN if title else NoticeKind.SLOT_OPENED
    return [Fact(kind=kind, slot_id=slot.id, was_title=slot.title)]


def _refuse_same_name(rooms: list[Room], name: str) -> None:
    if any(room.name.casefold() == name.casefold() for room in rooms):
        raise Invalid(name=_("There is a room called %(name)s already. Give this one a name of its own.", name=name))


def _refuse_overlap(event: Event, slots: list[Slot], first: datetime, last: datetime) -> None:
    zone = ZoneInfo(event.timezone)
    for slot in slots:
        if slot.starts_at < last and first < slot.ends_at:
            span = f"{slot.starts_at.astimezone(zone):%H:%M}–{slot.ends_at.astimezone(zone):%H:%M}"
            raise Invalid(
                starts=_("This overlaps with what is there at %(span)s. Slots follow one another.", span=span)
            )


def _clocks(starts: str, ends: str) -> more_days.Clocks:
    return clock_time(starts, "starts", _("The start")), clock_time(ends, "ends", _("The end"))


def clock_time(text: str, field: str, label: str) -> time:
    """A time as typed, such as 10:00. Raises Invalid, naming the field."""
    match = re.fullmatch(r"(\d{1,2})[:.](\d\d)(?::00)?", text.strip(), re.ASCII)
    if match and int(match[1]) < 24 and int(match[2]) < 60:
        return time(int(match[1]), int(match[2]))
    raise Invalid(**{field: _("%(label)s must be a time, like 10:00.", label=label)})
