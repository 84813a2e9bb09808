"""Closed rooms: in which slots a room cannot be used, and the fixed items, such as a keynote, that take some rooms."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlmodel import col, delete, select

from eventkit.clock import now
from eventkit.errors import Invalid, NotFound
from eventkit.event import days, editions, events, notices, runs
from eventkit.event.notices import Fact
from eventkit.event.roles import Organiser
from eventkit.grid import venue, versions
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import Closure, Event, NoticeKind, Pitch, Placement, Room
from eventkit.text import language
from eventkit.text.language import gettext as _
from eventkit.text.language import ngettext

Cells = Collection[tuple[int, int]]  # (slot id, room id)


def close_room(
    tx: Transaction, by: Organiser, room_id: int, slot_ids: set[int], seen: str = "", *, sure: int | None = None
) -> str:
    """Say in which slots a room cannot be used, in place of what was said before. Returns what follows, in words.

    What stands there keeps standing until a build or a hand moves it; every screen says that its room is closed and
    that a place is wanted. Raises NotFound, Stale; Unsure where more sessions than somebody is `sure` of would want
    a place, unless that is None: the room is lost.
    """
    event = venue.begin(tx, by)
    room = venue.find_room(tx, event.id, room_id)
    known = {slot.id for slot in events.slots(tx, event.id)}
    if slot_ids - known:
        raise NotFound(_("There is no such slot any more. Choose one of those offered."))
    taken = {slot_id for slot_id, at in items(tx, event.id) if at == room.id}
    closed, slot_ids = by_room(tx, event.id).get(room.id, set()) - taken, slot_ids - taken
    editions.refuse_changed(seen, {"closed": closed | taken}, {"closed": slot_ids | taken})
    if sure is not None:
        _ask(tx, event, {(slot, room.id) for slot in slot_ids}, sure, room.name)
    tx.execute(delete(Closure).where(col(Closure.room_id) == room.id, col(Closure.title) == ""))
    for slot_id in sorted(slot_ids):
        tx.execute(insert(tx, Closure).values(room_id=room.id, slot_id=slot_id).on_conflict_do_nothing())
    kinds = ((NoticeKind.ROOM_CLOSED, slot_ids - closed), (NoticeKind.ROOM_OPENED, closed - slot_ids))
    facts = [Fact(kind=kind, slot_id=slot, room_id=room.id) for kind, slots in kinds for slot in sorted(slots)]
    notices.leave(tx, event, facts, by.person_id)
    if not slot_ids:
        return _("%(room)s is open all day.", room=room.name)
    standing = len(_there(tx, event, versions.draft(tx, event), {(slot, room.id) for slot in slot_ids}))
    said = ngettext(
        "%(room)s is closed in %(num)s slot.", "%(room)s is closed in %(num)s slots.", len(slot_ids), room=room.name
    )
    return f"{said} {_to_move(standing)}" if standing else said


def fix_item(
    tx: Transaction, by: Organiser, slot_id: int, title: str, room_ids: set[int], sure: int = 0, *, seen: str = ""
) -> str:
    """Let a fixed item, such as a keynote, take some rooms of a slot, in place of those that it took before.

    Sessions go on in the other rooms; without rooms the item goes. What stands in those rooms wants a new place, as
    where a room is closed. Returns what follows, in words. Raises NotFound, Invalid; Stale: `seen` is the edition
    of its rooms or, in the form of a new one, of all that takes rooms of the slot; Unsure as close_room() does.
    """
    event = venue.begin(tx, by)
    slot = venue.find_slot(tx, event.id, slot_id)
    rooms = {room_id: venue.find_room(tx, event.id, room_id) for room_id in sorted(room_ids)}
    if not title:
        raise Invalid(title=_("Give the fixed item a title, like: Keynote"))
    there = {at: known for (slot_at, at), known in items(tx, event.id).items() if slot_at == slot.id}
    before = {at for at, known in there.items() if known == title}
    if seen != editions.edition({"items": there}):
        editions.refuse_changed(seen, {"rooms": before}, {"rooms": set(rooms)})
    _ask(tx, event, {(slot.id, at) for at in rooms}, sure, title=title)
    makes_way = sorted({there[at] for at in rooms if there.get(at, title) != title})
    gone, closed = before - set(rooms), by_room(tx, event.id)
    tx.execute(delete(Closure).where(col(Closure.slot_id) == slot.id, col(Closure.room_id).in_(gone)))
    for room_id in rooms:
        new = insert(tx, Closure).values(room_id=room_id, slot_id=slot.id, title=title)
        key = [col(Closure.room_id), col(Closure.slot_id)]
        tx.execute(new.on_conflict_do_update(index_elements=key, set_={"title": title}))
    shut = {at for at in rooms if slot.id not in closed.get(at, ())}
    kinds = {**dict.fromkeys(set(rooms) - before, NoticeKind.EDITED), **dict.fromkeys(shut, NoticeKind.ROOM_CLOSED)}
    kinds |= dict.fromkeys(gone, NoticeKind.ROOM_OPENED)
    facts = [Fact(kind=kinds[at], slot_id=slot.id, room_id=at) for at in sorted(kinds)]
    notices.leave(tx, event, facts, by.person_id)
    if not rooms:
        return _("%(title)s takes no room now.", title=title)
    said = _("%(title)s takes %(rooms)s.", title=title, rooms=language.listed(it.name for it in rooms.values()))
    if makes_way:
        said += " " + _("%(items)s made way there.", items=language.listed(makes_way))
    return said


def close_room_from(
    tx: Transaction,
    by: Organiser,
    room_id: int,
    moment: datetime | None = None,
    *,
    at_once: bool = False,
    other_days: bool = False,
    seen: str = "",
    sure: int | None = None,
) -> str:
    """Close a room for the rest of the day: every slot that has not begun, `at_once` also the one under way.

    With `other_days` those of the days that follow as well. Raises NotFound, Stale, Unsure.
    """
    event, start = by.event, moment or now()
    closed, slots = by_room(tx, event.id).get(room_id, set()), events.slots(tx, event.id)
    today = days.today(days.of(slots, event.timezone), start, event.timezone)
    coming = {
        slot.id
        for slot in (slots if other_days or not today else today.slots)
        if not slot.title and (slot.ends_at if at_once else slot.starts_at) > start
    }
    return close_room(tx, by, room_id, closed | coming, seen, sure=sure)


def lose_room(tx: Transaction, by: Organiser, room_id: int, slot_id: int | None = None) -> str:
    """Close a room in one slot more, or without one from now on. Returns what follows, in words. Raises NotFound."""
    if slot_id is None:
        return close_room_from(tx, by, room_id, at_once=True, other_days=True)
    return close_room(tx, by, room_id, by_room(tx, by.event.id).get(room_id, set()) | {slot_id})


def open_room_again(
    tx: Transaction, by: Organiser, room_id: int, moment: datetime | None = None, *, seen: str = ""
) -> str:
    """Open a room in every slot that is not over. Returns what follows, in words.

    Raises NotFound; Stale where another closed it longer, or elsewhen, than whoever opens it had `seen`.
    """
    over = {slot.id for slot in events.slots(tx, by.event.id) if slot.ends_at <= (moment or now())}
    closed = by_room(tx, venue.begin(tx, by).id).get(room_id, set())
    told = _("Another organiser changed when this room is closed. Look at the times below, then decide.")
    editions.refuse_changed(seen, {"closed": closed}, {"closed": closed & over}, told)
    return close_room(tx, by, room_id, closed & over)


def by_room(tx: Transaction, event_id: int) -> dict[int, set[int]]:
    """Room id -> the ids of the slots in which it is closed."""
    rows = select(Closure.room_id, Closure.slot_id).join(Room, col(Room.id) == Closure.room_id)
    found: dict[int, set[int]] = {}
    for room_id, slot_id in tx.execute(rows.where(Room.event_id == event_id)):
        found.setdefault(room_id, set()).add(slot_id)
    return found


def items(tx: Transaction, event_id: int) -> dict[tuple[int, int], str]:
    """(slot id, room id) -> the title of the fixed item that takes this room then; those of all rooms are slots."""
    rows = select(Closure.slot_id, Closure.room_id, Closure.title).join(Room, col(Room.id) == Closure.room_id)
    found = tx.execute(rows.where(Room.event_id == event_id, Closure.title != ""))
    return {(slot_id, room_id): title for slot_id, room_id, title in found}


def _there(tx: Transaction, event: Event, rows: Iterable[Placement], cells: Cells) -> set[int]:
    """The pitches that stand in some of these cells, be it with a later one of their slots."""
    placed = versions.spots(rows)
    lengths = {row[0]: row[1] for row in tx.execute(select(Pitch.id, Pitch.length).where(col(Pitch.id).in_(placed)))}
    slots = {slot.id: slot for slot in events.slots(tx, event.id)}
    on = runs.onward(slots.values())
    return {
        pitch_id
        for pitch_id, spot in placed.items()
        if any((it.id, spot.room_id) in cells for it in runs.taken(slots[spot.slot_id], lengths[pitch_id], on))
    }


def _ask(tx: Transaction, event: Event, cells: Cells, sure: int, room: str = "", title: str = "") -> None:
    """Raise Unsure where people see more sessions in these cells, all with a place so far, than one is `sure` of."""
    lost = {(slot_id, room_id) for room_id, slots in by_room(tx, event.id).items() for slot_id in slots}
    seen = versions.published(tx, event)
    wanting = len(_there(tx, event, seen, set(cells) - lost) - _there(tx, event, seen, lost))
    question = venue.taken_by(wanting, title) if title else _closing(wanting, room)
    venue.ask(wanting, question, (), sure)


def _closing(sessions: int, room: str) -> str:
    return ngettext(
        "People see %(num)s session in %(room)s then. They will read that it is closed, and that a new place is being "
        "found. Close it all the same?",
        "People see %(num)s sessions in %(room)s then. They will read that it is closed, and that a new place is being "
        "found. Close it all the same?",
        sessions,
        room=room,
    )


def _to_move(sessions: int) -> str:
    """What is to be done where sessions stand in cells that were closed, in words."""
    return ngettext(
        "%(num)s session stands there now: build again, or move by hand.",
        "%(num)s sessions stand there now: build again, or move by hand.",
        sessions,
    )
