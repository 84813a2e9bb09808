"""Why a pitch is not on the grid: the solver's reasons, told once, in the event's own names."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import solver
from eventkit.draft.warnings import Names
from eventkit.grid import versions
from solver import Unplaced, Why

MOST_LISTED = 3  # slots or pitches that a sentence lists before it counts the rest


def told(found: Iterable[Unplaced], names: Names) -> dict[int, str]:
    """Pitch id -> why it is left out, in words that go on from `Pitch: `."""
    return {int(entry.session): SENTENCES[entry.why](entry, names) for entry in found}


def _needs(entry: Unplaced, _: Names) -> str:
    return f"no room has what it needs: {', '.join(entry.needs)}"


def _taken(entry: Unplaced, _: Names) -> str:
    if entry.pinned:
        return "others have every cell that its pin allows"
    if entry.needs:
        return f"every room with {_all(entry.needs)} is taken or closed"
    return "every cell that it may take is taken"


def _closed(entry: Unplaced, _: Names) -> str:
    return f"every room with {_all(entry.needs)} is closed" if entry.needs else "every room is closed"


def _frozen(entry: Unplaced, names: Names) -> str:
    return f"it belongs in {_slots(entry, names)}, which has begun"


def _host_absent(entry: Unplaced, names: Names) -> str:
    return f"{_host(entry, names)} is not there in any slot that it may take"


def _host_twice(entry: Unplaced, names: Names) -> str:
    return f"{_host(entry, names)} holds another session in {_slots(entry, names)}, where there is room for it"


def _pin(entry: Unplaced, names: Names) -> str:
    slots, room = _slots(entry, names), _rooms(entry, names)
    if entry.against is Why.PIN:
        return f"it is pinned to the same cell as {_pitches(entry, names)}"
    if entry.against is Why.NEEDS:
        return f"it is pinned to {room}, which lacks {_all(entry.needs)}"
    if entry.against is Why.FROZEN:
        return f"it is pinned to {slots}, which has begun"
    if entry.against is Why.SLOTS:
        return f"it is pinned to {slots}, when it cannot be"
    if entry.against is Why.HOST_ABSENT:
        return f"it is pinned to {slots}, when {_host(entry, names)} is not there"
    return f"it is pinned to {' in '.join(filter(None, (slots, room)))}, when the room is closed"


SENTENCES: dict[Why, Callable[[Unplaced, Names], str]] = {
    Why.NO_SLOT: lambda entry, names: "there is no slot for sessions",
    Why.NO_ROOM: lambda entry, names: "there is no room",
    Why.FROZEN: _frozen,
    Why.NEEDS: _needs,
    Why.SLOTS: lambda entry, names: "none of its slots is still to come",
    Why.HOST_ABSENT: _host_absent,
    Why.CLOSED: _closed,
    Why.PIN: _pin,
    Why.TAKEN: _taken,
    Why.HOST_TWICE: _host_twice,
    Why.LENGTH: lambda entry, names: "there are too few slots one after the other for it",
    Why.AFTER: lambda entry, names: f"{_pitches(entry, names)} must be over before it",
    Why.UNKNOWN: lambda entry, names: "there was no place for it",
}


def _slots(entry: Unplaced, names: Names) -> str:
    known = [names.slots[int(ident)] for ident in entry.slots if int(ident) in names.slots]
    return _some([names.times.when(slot) for slot in known]) or "another slot"


def _rooms(entry: Unplaced, names: Names) -> str:
    return _some([names.rooms[int(ident)].name for ident in entry.rooms if int(ident) in names.rooms])


def _pitches(entry: Unplaced, names: Names) -> str:
    known = [names.pitches[int(ident)] for ident in entry.sessions if int(ident) in names.pitches]
    return _some([versions.quoted(pitch) for pitch in known]) or "another pitch"


def _host(entry: Unplaced, names: Names) -> str:
    """The hosts by name where they are known by it only; else `its host`, for a phone's name is its own."""
    known = [names.hosts[host] for host in entry.hosts if host in names.hosts]
    if known and len(known) == len(entry.hosts):
        return _some(known, " or ")
    return "its host" if len(entry.hosts) == 1 else "one of its hosts"


def _some(words: list[str], last: str = " and ") -> str:
    shown, more = words[:MOST_LISTED], len(words) - MOST_LISTED
    if more > 0:
        shown = [*shown, f"{more} more"]
    return last.join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _all(features: Iterable[str]) -> str:
    return " and ".join(features)


def outside(problem: solver.Problem, grid: versions.Grid, names: Names) -> dict[int, str]:
    """Pitch id -> why a pitch outside this grid cannot just be put into a free cell of it, in words."""
    places = [solver.Assignment(str(pitch), str(spot.slot_id), str(spot.room_id)) for pitch, spot in grid.items()]
    # wishes play no part in it, and are many
    found = told(solver.outside(replace(problem, people=()), places), names)
    return {pitch: reason for pitch, reason in found.items() if pitch not in grid}
