"""The one adapter between rows and the solver: an event as a problem, a solver's answer as a grid of ours.

Ids in a problem are the rows' ids as strings. A host who is known by name only (somebody pitched for them) is the
person `name:<their name>`, so that they are in one place at a time too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

import solver
from eventkit.building import repeating
from eventkit.clock import now
from eventkit.event import events, runs
from eventkit.grid import closures
from eventkit.market import ballots, hosting, merging, on_offer, repeats, series, stuffing
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Pitch, Placement, Room, Slot
from eventkit.text import clean

STRENGTH = {ballots.INTERESTED: 1, ballots.MUST_GO: 3}  # of a vote, for the solver
NAMED = "name:"

Spots = Mapping[int, tuple[int, int]]  # pitch id -> slot id, room id


def problem(
    tx: Transaction,
    event: Event,
    placed: list[Placement],
    moment: datetime | None = None,
    *,
    blind: bool = False,
    leaves_out: str = "",
    since: datetime | None = None,
    places: Spots | None = None,
) -> solver.Problem:
    """The event as it is at `moment` (default: now), to be built anew from what is `placed` in its draft.

    A `blind` one knows nobody's ballot: what is said of it while voting is open tells nothing of how anybody voted.
    `leaves_out` is the key of a group of ballots that are not to count: see stuffing.py.
    With `since` all slots before that moment stay as they are: the next wave is built while an earlier one runs.
    `places` is the grid by which people plan, by default what is `placed`: who misses a session there wishes for its
    repeat, see repeating.py.
    Until a grid is published nobody has planned by it, so moving a session costs nothing until then.
    """
    everything = events.slots(tx, event.id)
    slots = [slot for slot in everything if not slot.title]
    known = {slot.id for slot in slots}
    previous = _previous(tx, event, placed, slots, moment or now())
    wanted: ballots.Ballots = {} if blind else ballots.by_person(tx, event.id)
    if leaves_out:
        wanted = stuffing.without(wanted, leaves_out)
    crowds = {} if blind else ballots.crowds(tx, event, wanted)
    standing = on_offer.standing(tx, event.id)
    sessions = _sessions(tx, event, standing, {row.pitch_id: row for row in previous if row.pinned}, crowds)
    found = solver.Problem(
        slots=_slots(event, everything, moment or now(), since),
        rooms=_rooms(tx, event.id, known),
        sessions=sessions,
        people=_people(wanted, _absent(tx, event, slots, sessions)),
        previous=tuple(solver.Assignment(str(p.pitch_id), str(p.slot_id), str(p.room_id)) for p in previous),
        weights=solver.Weights() if event.published_version else solver.Weights(moved=0.0),
    )
    planned = placements(places or {row.pitch_id: (row.slot_id, row.room_id) for row in placed})
    return repeating.divided(found, firsts(standing), planned)


def firsts(standing: list[Pitch]) -> dict[str, str]:
    """Repeat -> first. What the first was made a part of stands for it."""
    roots = {part.id: pitch.id for pitch in standing for part in pitch.parts}
    return {str(it): str(first) for it, first in repeats.firsts(standing, roots).items()}


def _previous(
    tx: Transaction, event: Event, placed: list[Placement], slots: list[Slot], moment: datetime
) -> list[Placement]:
    """What stands where it was placed. What is under way in a room that is lost may find a place later in the day."""
    closed, under_way = closures.by_room(tx, event.id), {slot.id for slot in slots if slot.ends_at > moment}
    under_way &= begun(event, slots, moment)
    known = {slot.id for slot in slots}

    def lost(row: Placement) -> bool:
        return row.slot_id in under_way and row.slot_id in closed.get(row.room_id, ())

    return [row for row in placed if row.slot_id in known and not lost(row)]


def without_hosts_wishes(problem: solver.Problem) -> solver.Problem:
    """The same without the wishes of whoever holds a session: what a move of it costs would tell theirs, by name."""
    hosts = {host for session in problem.sessions for host in session.hosts}
    blanked = (replace(person, wants={}) if person.id in hosts else person for person in problem.people)
    return replace(problem, people=tuple(blanked))


def sealed(problem: solver.Problem) -> solver.Problem:
    """The same with everybody's wishes on ballots without names; hosts stay known as hosts, without theirs."""
    hosts = {host for session in problem.sessions for host in session.hosts}
    ballots = in_order(replace(it, id="", absent=frozenset()) for it in problem.people if it.wants)
    numbered = (replace(it, id=str(-number)) for number, it in enumerate(ballots, 1))
    away = (replace(it, wants={}) for it in problem.people if it.id in hosts and it.absent)
    return replace(problem, people=in_order((*numbered, *away)))


def begun(event: Event, slots: list[Slot], moment: datetime) -> set[int]:
    """The ids of the slots that are over or under way, on the day itself: what stands there has happened and stays.

    Before the day, after it (a replay, an import) and in a rehearsal nothing is frozen.
    """
    if not slots or event.rehearsal or moment >= max(slot.ends_at for slot in slots):
        return set()
    return {slot.id for slot in slots if slot.starts_at <= moment}


def spots(grid: Iterable[solver.Assignment]) -> dict[int, tuple[int, int]]:
    """A grid of the solver's as ours: pitch id -> (slot id, room id)."""
    return {int(p.session): (int(p.slot), int(p.room)) for p in grid}


def host_known_by_name(name: str) -> str:
    """The id of a host of whom only the name is known."""
    return NAMED + clean.name_key(name)


def placements(grid: Spots) -> tuple[solver.Assignment, ...]:
    """A grid of ours as the solver's placements."""
    return tuple(solver.Assignment(str(pitch), str(slot), str(room)) for pitch, (slot, room) in grid.items())


def _slots(
    event: Event, everything: list[Slot], moment: datetime, since: datetime | None
) -> tuple[solver.TimeSlot, ...]:
    slots = [slot for slot in everything if not slot.title]
    before = {slot.id: str(slot_id) for slot_id, slot in runs.onward(everything).items()}
    frozen = begun(event, slots, moment) | {slot.id for slot in slots if since and slot.starts_at < since}
    return tuple(
        solver.TimeSlot(
            id=str(slot.id),
            start=slot.starts_at.isoformat(),
            end=slot.ends_at.isoformat(),
            frozen=slot.id in frozen,
            follows=before.get(slot.id),
        )
        for slot in slots
    )


def _rooms(tx: Transaction, event_id: int, slots: set[int]) -> tuple[solver.MeetingRoom, ...]:
    closed = closures.by_room(tx, event_id)

    def closed_in(room: Room) -> frozenset[str]:
        return frozenset(str(slot_id) for slot_id in closed.get(room.id, set()) & slots)

    return tuple(
        solver.MeetingRoom(str(room.id), room.capacity, frozenset(room.features), closed_in(room))
        for room in events.rooms(tx, event_id)
    )


def _sessions(
    tx: Transaction,
    event: Event,
    standing: list[Pitch],
    pinned: dict[int, Placement],
    crowds: Mapping[int, int],
) -> tuple[solver.Session, ...]:
    hosts = hosting.hosts(tx, event.id)
    before = series.read_order(tx, event.id)
    return tuple(
        solver.Session(
            id=str(pitch.id),
            hosts=_hosts(pitch, hosts.get(pitch.id, set())),
            needs=frozenset(pitch.needs),
            pin=_pin(pinned.get(pitch.id)),
            topic=pitch.topic.casefold() or None,
            crowd=pitch.crowd if pitch.crowd is not None else crowds.get(pitch.id),
            length=pitch.length,
            after=tuple(str(it) for it in sorted(before.get(pitch.id, ()))),
        )
        for pitch in standing
    )


def _hosts(pitch: Pitch, people: set[int]) -> tuple[str, ...]:
    if people:
        return tuple(str(person) for person in sorted(people))
    return tuple(map(host_known_by_name, merging.hosts(pitch)))


def _pin(row: Placement | None) -> solver.Pin | None:
    return None if row is None else solver.Pin(str(row.slot_id), str(row.room_id))


def _absent(
    tx: Transaction, event: Event, slots: list[Slot], sessions: Iterable[solver.Session]
) -> dict[str, frozenset[str]]:
    """Host's id -> the slots in which they are not there, by the hours that their pitches say."""
    away, hosted = defaultdict[str, set[str]](set), {session.id: session.hosts for session in sessions}
    for pitch_id, first, last in hosting.hours(tx, event.id):
        gone = {str(slot.id) for slot in slots if outside_hours(event, slot, first, last)}
        for host in hosted.get(str(pitch_id), ()):
            away[host] |= gone
    return {host: frozenset(gone) for host, gone in away.items() if gone}


def outside_hours(event: Event, slot: Slot, first: time | None, last: time | None) -> bool:
    """Whether a slot begins before somebody comes or ends after they go, by the clocks at the venue."""
    zone = ZoneInfo(event.timezone)
    starts, ends = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
    over_midnight = ends.date() > starts.date()
    return (first is not None and starts.time() < first) or (last is not None and (over_midnight or ends.time() > last))


def _people(wanted: ballots.Ballots, absent: Mapping[str, frozenset[str]]) -> tuple[solver.Attendee, ...]:
    names = {pitch_id: str(pitch_id) for pitch_id in {pitch_id for own in wanted.values() for pitch_id in own}}
    people = {
        str(person_id): {names[pitch_id]: STRENGTH[interest] for pitch_id, interest in own.items()}
        for person_id, own in wanted.items()
    }
    people |= {host: {} for host in absent if host not in people}
    return in_order(solver.Attendee(person, wants, absent.get(person, frozenset())) for person, wants in people.items())


def in_order(people: Iterable[solver.Attendee]) -> tuple[solver.Attendee, ...]:
    """People in the order of what they want, so that a build is the same whatever their ids are, sealed ones too."""
    return tuple(sorted(people, key=lambda it: (sorted(it.wants.items()), it.id)))
