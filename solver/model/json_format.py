"""Reading, checking and writing `twofeet-problem/1`: every refusal names the place and the id at fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf, isfinite
from typing import Any, TypeVar

from solver.model.problem import (
    FAIRNESS,
    FORMAT,
    STRENGTHS,
    Assignment,
    Attendee,
    MeetingRoom,
    Pin,
    Problem,
    ProblemError,
    Session,
    TimeSlot,
    Weights,
    moment,
)

T = TypeVar("T")


def parse(data: object) -> Problem:
    """Read parsed JSON; raises ProblemError naming the first place that breaks the format."""
    top = _object(data, "problem")
    if top.get("format") != FORMAT:
        raise ProblemError(f"format: {top.get('format')!r} is not {FORMAT!r}")
    problem = Problem(
        slots=_each(top, "slots", _slot),
        rooms=_each(top, "rooms", _room),
        sessions=_each(top, "sessions", _session),
        people=_each(top, "people", _person),
        previous=_each(top, "previous", _placement),
        weights=_weights(top.get("weights")),
    )
    check(problem)
    return problem


def _each(top: dict[str, Any], key: str, read: Callable[[dict[str, Any], str], T]) -> tuple[T, ...]:
    return tuple(read(_object(entry, f"{key}[{i}]"), f"{key}[{i}]") for i, entry in enumerate(_list(top.get(key), key)))


def _slot(entry: dict[str, Any], at: str) -> TimeSlot:
    frozen = entry.get("frozen")
    if frozen not in (None, True, False):
        raise ProblemError(f"{at}.frozen: {frozen!r} is neither true nor false")
    return TimeSlot(
        _text(entry.get("id"), f"{at}.id"),
        _maybe(entry, "start", at),
        _maybe(entry, "end", at),
        frozen=bool(frozen),
        follows=_maybe(entry, "follows", at),
    )


def _room(entry: dict[str, Any], at: str) -> MeetingRoom:
    capacity = entry.get("capacity")
    return MeetingRoom(
        _text(entry.get("id"), f"{at}.id"),
        inf if capacity is None else _number(capacity, f"{at}.capacity"),
        frozenset(_texts(entry.get("features"), f"{at}.features")),
        frozenset(_texts(entry.get("closed"), f"{at}.closed")),
    )


def _session(entry: dict[str, Any], at: str) -> Session:
    slots, crowd = entry.get("slots"), entry.get("crowd")
    return Session(
        id=_text(entry.get("id"), f"{at}.id"),
        hosts=_texts(entry.get("hosts"), f"{at}.hosts"),
        needs=frozenset(_texts(entry.get("needs"), f"{at}.needs")),
        slots=None if slots is None else frozenset(_texts(slots, f"{at}.slots")),
        pin=_pin(entry.get("pin"), f"{at}.pin"),
        topic=_maybe(entry, "topic", at),
        crowd=None if crowd is None else _number(crowd, f"{at}.crowd"),
        length=_length(entry.get("length"), f"{at}.length"),
        after=_texts(entry.get("after"), f"{at}.after"),
    )


def _length(value: object, at: str) -> int:
    if value is None:
        return 1
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ProblemError(f"{at}: {_short(value)} is not a whole number of 1 or more")
    return value


def _pin(value: object, at: str) -> Pin | None:
    if not value and value in (None, {}):
        return None
    entry = _object(value, at)
    slot = _text(entry["slot"], f"{at}.slot") if "slot" in entry else None
    room = _text(entry["room"], f"{at}.room") if "room" in entry else None
    return None if slot is None and room is None else Pin(slot, room)


def _person(entry: dict[str, Any], at: str) -> Attendee:
    wants = entry.get("wants")
    known = {} if wants is None else _object(wants, f"{at}.wants")
    for session, strength in known.items():
        if strength not in STRENGTHS or isinstance(strength, bool):
            raise ProblemError(f"{at}.wants: strength {strength!r} for {session!r} is not 1, 2 or 3")
    return Attendee(
        _text(entry.get("id"), f"{at}.id"),
        {session: int(strength) for session, strength in known.items()},
        frozenset(_texts(entry.get("absent"), f"{at}.absent")),
    )


def _placement(entry: dict[str, Any], at: str) -> Assignment:
    return Assignment(
        _text(entry.get("session"), f"{at}.session"),
        _text(entry.get("slot"), f"{at}.slot"),
        _text(entry.get("room"), f"{at}.room"),
    )


def _weights(value: object) -> Weights:
    given = {} if value is None else _object(value, "weights")
    known = {key: given[key] for key in ("turned_away", "moved", "topic") if given.get(key) is not None}
    fairness = "harmonic" if given.get("fairness") is None else given["fairness"]
    if fairness not in FAIRNESS:
        raise ProblemError(f"weights.fairness: {fairness!r} is neither 'harmonic' nor 'linear'")
    return Weights(fairness=fairness, **{key: _number(weight, f"weights.{key}") for key, weight in known.items()})


def _object(value: object, at: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ProblemError(f"{at}: {_short(value)} is not an object")
    return value


def _list(value: object, at: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise ProblemError(f"{at}: {_short(value)} is not a list")
    return value


def _text(value: object, at: str) -> str:
    if not isinstance(value, str):
        raise ProblemError(f"{at}: {_short(value)} is not a string")
    return value


def _maybe(entry: dict[str, Any], key: str, at: str) -> str | None:
    return None if entry.get(key) is None else _text(entry[key], f"{at}.{key}")


def _texts(value: object, at: str) -> tuple[str, ...]:
    return tuple(_text(item, at) for item in _list(value, at))


def _number(value: object, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < inf:
        raise ProblemError(f"{at}: {_short(value)} is not a number of 0 or more")
    try:
        return float(value)
    except OverflowError:
        raise ProblemError(f"{at}: {_short(value)} is too great") from None


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def check(problem: Problem) -> None:
    """Raise ProblemError unless every id is known and stands once where it must and the frozen part is a grid."""
    slots = _unique((slot.id for slot in problem.slots), "slots")
    rooms = _unique((room.id for room in problem.rooms), "rooms")
    sessions = _unique((session.id for session in problem.sessions), "sessions")
    _unique((person.id for person in problem.people), "people")
    for i, room in enumerate(problem.rooms):
        _known(room.closed, slots, f"rooms[{i}].closed", "slot")
    for i, session in enumerate(problem.sessions):
        _check_session(session, f"sessions[{i}]", slots, rooms)
    for i, person in enumerate(problem.people):
        if not person.wants.keys() <= sessions:
            _known(person.wants, sessions, f"people[{i}].wants", "session")
        _known(person.absent, slots, f"people[{i}].absent", "slot")
    _check_sequence(problem, slots, sessions)
    _check_previous(problem, sessions, rooms)


def _check_sequence(problem: Problem, slots: set[str], sessions: set[str]) -> None:
    """A slot follows one other, a session comes after others, and neither goes round in a circle."""
    before: dict[str, tuple[str, ...]] = {}
    followed: dict[str, str] = {}
    for i, slot in enumerate(problem.slots):
        if slot.follows is not None:
            _known([slot.follows], slots, f"slots[{i}].follows", "slot")
            if followed.setdefault(slot.follows, slot.id) != slot.id:
                raise ProblemError(f"slots[{i}].follows: {followed[slot.follows]!r} follows {slot.follows!r} already")
            before[slot.id] = (slot.follows,)
    _no_circle(before, [slot.id for slot in problem.slots], "slots", "follows")
    for i, session in enumerate(problem.sessions):
        _known(session.after, sessions, f"sessions[{i}].after", "session")
    _no_circle(
        {session.id: session.after for session in problem.sessions},
        [session.id for session in problem.sessions],
        "sessions",
        "after",
    )
    if not problem.plain:
        _check_times(problem)


def _no_circle(before: dict[str, tuple[str, ...]], names: list[str], at: str, key: str) -> None:
    """Take away what waits for nothing more, again and again; what is left waits for itself."""
    left = {name: set(before.get(name, ())) for name in names}
    while free := [name for name, waits in left.items() if not waits]:
        for name in free:
            del left[name]
        for waits in left.values():
            waits.difference_update(free)
    if left:
        name = next(iter(left))
        raise ProblemError(f"{at}[{names.index(name)}].{key}: {name!r} would come after itself")


def _check_times(problem: Problem) -> None:
    for i, slot in enumerate(problem.slots):
        for key, text in (("start", slot.start), ("end", slot.end)):
            try:
                moment(text or "2026-01-01")
            except ValueError:
                raise ProblemError(f"slots[{i}].{key}: {_short(text)} is no moment") from None


def _unique(ids: Iterable[str], at: str) -> set[str]:
    seen: set[str] = set()
    for i, name in enumerate(ids):
        if name in seen:
            raise ProblemError(f"{at}[{i}].id: {name!r} is used twice")
        seen.add(name)
    return seen


def _known(ids: Iterable[str], known: set[str], at: str, kind: str) -> None:
    for name in sorted(ids):
        if name not in known:
            raise ProblemError(f"{at}: no {kind} {name!r}")


def _check_session(session: Session, at: str, slots: set[str], rooms: set[str]) -> None:
    for i, host in enumerate(session.hosts):
        if host in session.hosts[:i]:
            raise ProblemError(f"{at}.hosts: {host!r} is listed twice")
    _known(session.slots or (), slots, f"{at}.slots", "slot")
    if session.pin and session.pin.slot is not None:
        _known([session.pin.slot], slots, f"{at}.pin.slot", "slot")
    if session.pin and session.pin.room is not None:
        _known([session.pin.room], rooms, f"{at}.pin.room", "room")


def _check_previous(problem: Problem, sessions: set[str], rooms: set[str]) -> None:
    """A grid places a session once; of lost slots and rooms it may tell, except where a frozen slot needs them."""
    placed: set[str] = set()
    cells: dict[tuple[str, str], str] = {}
    for i, entry in enumerate(problem.previous):
        if entry.session in placed:
            raise ProblemError(f"previous[{i}].session: {entry.session!r} is placed twice")
        placed.add(entry.session)
        if entry.slot not in problem.frozen_slots or entry.session not in sessions:
            continue
        if entry.room not in rooms:
            raise ProblemError(f"previous[{i}].room: no room {entry.room!r}, and slot {entry.slot!r} is frozen")
        run = problem.run(entry.session, entry.slot)
        if len(run) < problem.by_id[entry.session].length:
            raise ProblemError(f"previous[{i}].slot: {entry.session!r} runs on past the end from {entry.slot!r}")
        for slot in run:
            other = cells.setdefault((slot, entry.room), entry.session)
            if other != entry.session:
                raise ProblemError(
                    f"previous[{i}]: frozen cell {slot!r}, {entry.room!r} holds {other!r} and {entry.session!r}"
                )


def unparse(problem: Problem) -> dict[str, Any]:
    """Return the problem as JSON data that `parse` reads back to an equal problem."""
    return {
        "format": FORMAT,
        "slots": [
            {"id": s.id, "start": s.start, "end": s.end, "frozen": s.frozen, "follows": s.follows}
            for s in problem.slots
        ],
        "rooms": [_room_json(room) for room in problem.rooms],
        "sessions": [_session_json(session) for session in problem.sessions],
        "people": [{"id": p.id, "wants": dict(p.wants), "absent": sorted(p.absent)} for p in problem.people],
        "previous": [placement.to_json() for placement in problem.previous],
        "weights": {
            "fairness": problem.weights.fairness,
            "turned_away": problem.weights.turned_away,
            "moved": problem.weights.moved,
            "topic": problem.weights.topic,
        },
    }


def _room_json(room: MeetingRoom) -> dict[str, Any]:
    capacity = room.capacity if isfinite(room.capacity) else None
    return {"id": room.id, "capacity": capacity, "features": sorted(room.features), "closed": sorted(room.closed)}


def _session_json(session: Session) -> dict[str, Any]:
    pin = session.pin and {
        key: value for key, value in (("slot", session.pin.slot), ("room", session.pin.room)) if value is not None
    }
    return {
        "id": session.id,
        "hosts": list(session.hosts),
        "needs": sorted(session.needs),
        "slots": None if session.slots is None else sorted(session.slots),
        "pin": pin,
        "topic": session.topic,
        "crowd": session.crowd,
        "length": session.length,
        "after": list(session.after),
    }
