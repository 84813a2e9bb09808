"""conference-scheduler: the slots and events that its `scheduler` takes, written as JSON; events become sessions.

Format: https://conference-scheduler.readthedocs.io. `{"slots": [{venue, starts_at, duration, capacity, session}],
"events": [{name, duration, demand, tags, unavailability}]}`, or each as a list in that order, as Python writes
them. An event is unavailable for slots (whole times or whole venues) and for other events, and needs a slot of its
duration. Demand is the crowd, the first tag the topic; events that are unavailable for each other share a host.
That all events of a session share a tag is a rule there and unknown here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from solver.convert.cells import Cells
from solver.convert.files import FORMAT, ConvertError, Document, from_json
from solver.model.problem import moment

SLOT = ("venue", "starts_at", "duration", "capacity", "session")
EVENT = ("name", "duration", "demand", "tags", "unavailability")
Time = tuple[datetime, int]  # when it starts and how many minutes it takes
Cell = tuple[str, Time]
Row = dict[str, Any]


def convert(paths: list[Path], cells: Cells) -> Document:
    """The problem of a conference. Raises ConvertError."""
    try:
        return _conference(from_json(paths[0]))
    except _FaultError as fault:
        raise ConvertError(f"{paths[0].name}, {fault}") from fault


class _FaultError(ValueError):
    """What is wrong, and where in the file."""


def _conference(data: Any) -> Document:
    if not isinstance(data, dict) or not all(isinstance(data.get(key), list) for key in ("slots", "events")):
        raise _FaultError("at its top: not a conference with lists `slots` and `events`")
    seats: dict[str, Any] = {}
    open_cells: set[Cell] = set()
    for i, entry in enumerate(data["slots"]):
        slot = _row(f"slots[{i}]", SLOT, entry)
        venue, time = cell = _cell(f"slots[{i}]", slot)
        if cell in open_cells:
            raise _FaultError(f"slots[{i}]: {venue!r} at {time[0]} is there twice")
        if seats.setdefault(venue, slot["capacity"]) != slot["capacity"]:
            raise _FaultError(f"slots[{i}].capacity: {venue!r} has two capacities, and a room here has one")
        open_cells.add(cell)
    times = sorted({time for _, time in open_cells})
    for one, other in pairwise(times):
        if _end(one) > other[0]:
            raise _FaultError(
                f"slots: those of {one[0]} and {other[0]} overlap, and here all rooms have the same slots"
            )
    ids = {time: f"t{i + 1}" for i, time in enumerate(times)}
    rooms: dict[str, Row] = {
        venue: {
            "id": venue,
            "capacity": seats[venue],
            "closed": [ids[time] for time in times if (venue, time) not in open_cells],
            "features": [],
        }
        for venue in seats
    }
    return {
        "format": FORMAT,
        "slots": [{"id": ids[it], "start": it[0].isoformat(), "end": _end(it).isoformat()} for it in times],
        "rooms": list(rooms.values()),
        "sessions": _sessions(data["events"], open_cells, ids, rooms),
        "people": [],
    }


def _sessions(entries: list[Any], open_cells: set[Cell], ids: dict[Time, str], rooms: dict[str, Row]) -> list[Row]:
    """The sessions; rooms get a feature for each choice of venues that an event is kept to."""
    events = [_row(f"events[{i}]", EVENT, entry) for i, entry in enumerate(entries)]
    names = [_name(f"events[{i}].name", event["name"]) for i, event in enumerate(events)]
    sessions: dict[str, Row] = {}
    apart: set[tuple[str, str]] = set()
    for i, (name, event) in enumerate(zip(names, events, strict=True)):
        if name in sessions:
            raise _FaultError(f"events[{i}].name: {name!r} is there twice")
        allowed, others = _unavailability(f"events[{i}]", event, open_cells, names)
        apart |= {(min(name, other), max(name, other)) for other in others}
        tags = _list(f"events[{i}].tags", event["tags"])
        sessions[name] = {"id": name, "hosts": [], "topic": tags[0] if tags else None, "crowd": event["demand"]}
        slots, venues = {time for _, time in allowed}, {venue for venue, _ in allowed}
        if any(venue in venues and time in slots for venue, time in open_cells - allowed):
            raise _FaultError(f"events[{i}].unavailability: {name!r} may be in a venue at some of its times only")
        if len(slots) < len(ids):
            sessions[name]["slots"] = [ids[time] for time in sorted(slots)]
        if len(venues) < len(rooms):
            sessions[name]["needs"] = [feature := "in " + " or ".join(sorted(venues))]
            for venue in venues:
                rooms[venue]["features"] = sorted({*rooms[venue]["features"], feature})
    for number, pair in enumerate(sorted(apart)):
        for name in pair:
            sessions[name]["hosts"].append(f"apart-{number + 1}")
    return list(sessions.values())


def _unavailability(at: str, event: Row, open_cells: set[Cell], names: list[str]) -> tuple[set[Cell], set[str]]:
    """The cells that an event may have, and the events that must not be at the same time."""
    minutes = _minutes(f"{at}.duration", event["duration"])
    allowed = {(venue, time) for venue, time in open_cells if time[1] >= minutes}
    others: set[str] = set()
    for k, entry in enumerate(_list(f"{at}.unavailability", event["unavailability"])):
        place = f"{at}.unavailability[{k}]"
        if _is_slot(entry):
            allowed.discard(_cell(place, _row(place, SLOT, entry)))
            continue
        other = entry if isinstance(entry, str) else _row(place, EVENT, entry)["name"]
        if other not in names or other == event["name"]:
            raise _FaultError(f"{place}: there is no other event {str(other)[:60]!r}")
        others.add(other)
    return allowed, others


def _is_slot(entry: Any) -> bool:
    """Whether it is a slot: a dict with a venue, or a list with a moment where an event has its duration."""
    if isinstance(entry, dict):
        return "venue" in entry
    return isinstance(entry, list) and len(entry) > 1 and isinstance(entry[1], str)


def _row(at: str, names: tuple[str, ...], entry: Any) -> Row:
    """An entry by the names of its fields; those that it does not have are None."""
    if isinstance(entry, list) and len(entry) <= len(names):
        entry = dict(zip(names, entry, strict=False))
    if not isinstance(entry, dict):
        raise _FaultError(f"{at}: not an object of {', '.join(names)}")
    return dict.fromkeys(names) | {key: value for key, value in entry.items() if key in names}


def _cell(at: str, slot: Row) -> Cell:
    try:
        start = moment(slot["starts_at"])
    except (TypeError, ValueError):
        raise _FaultError(f"{at}.starts_at: {str(slot['starts_at'])[:60]!r} is no moment") from None
    return _name(f"{at}.venue", slot["venue"]), (start, _minutes(f"{at}.duration", slot["duration"]))


def _name(at: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise _FaultError(f"{at}: {str(value)[:60]!r} is no name")
    return value


def _minutes(at: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= 10_000:
        raise _FaultError(f"{at}: {str(value)[:60]!r} is no number of minutes")
    return value


def _list(at: str, value: Any) -> list[Any]:
    if value is not None and not isinstance(value, list):
        raise _FaultError(f"{at}: {str(value)[:60]!r} is no list")
    return value or []


def _end(time: Time) -> datetime:
    return time[0] + timedelta(minutes=time[1])
