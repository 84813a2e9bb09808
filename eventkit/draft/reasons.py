"""Why a pitch is not on the grid: the solver's reasons, told once, in the event's own names."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import solver
from eventkit.draft.warnings import Names
from eventkit.event import room_facts
from eventkit.grid import versions
from eventkit.text import language
from eventkit.text.language import gettext as _
from eventkit.text.language import ngettext
from solver import Unplaced, Why

MOST_LISTED = 3  # slots or pitches that a sentence lists before it counts the rest


def told(found: Iterable[Unplaced], names: Names) -> dict[int, str]:
    """Pitch id -> why it is left out, in words of the language spoken that go on from `Pitch: `."""
    return {int(entry.session): SENTENCES[entry.why](entry, names) for entry in found}


def _needs(entry: Unplaced, _names: Names) -> str:
    return _("no room has what it needs: %(needs)s", needs=room_facts.features(entry.needs))


def _taken(entry: Unplaced, _names: Names) -> str:
    if entry.pinned:
        return _("others have every cell that its pin allows")
    if entry.needs:
        return _("every room with %(needs)s is taken or closed", needs=room_facts.features(entry.needs))
    return _("every cell that it may take is taken")


def _closed(entry: Unplaced, _names: Names) -> str:
    if entry.needs:
        return _("every room with %(needs)s is closed", needs=room_facts.features(entry.needs))
    return _("every room is closed")


def _frozen(entry: Unplaced, names: Names) -> str:
    if slots := _slots(entry, names):
        return _("it belongs in %(slots)s, which has begun", slots=slots)
    return _("it belongs in another slot, which has begun")


def _host_absent(entry: Unplaced, names: Names) -> str:
    if host := _host(entry, names):
        return _("%(host)s is not there in any slot that it may take", host=host)
    if len(entry.hosts) == 1:
        return _("its host is not there in any slot that it may take")
    return _("one of its hosts is not there in any slot that it may take")


def _host_twice(entry: Unplaced, names: Names) -> str:
    slots, host = _when(entry, names), _host(entry, names)
    if host:
        return _("%(host)s holds another session in %(slots)s, where there is room for it", host=host, slots=slots)
    if len(entry.hosts) == 1:
        return _("its host holds another session in %(slots)s, where there is room for it", slots=slots)
    return _("one of its hosts holds another session in %(slots)s, where there is room for it", slots=slots)


def _pin(entry: Unplaced, names: Names) -> str:
    return PINNED.get(entry.against or Why.UNKNOWN, _pinned_elsewhere)(entry, names)


def _pinned_like_another(entry: Unplaced, names: Names) -> str:
    other = _pitches(entry, names) or _("another pitch")
    return _("it is pinned to the same cell as %(pitch)s", pitch=other)


def _pinned_to_lacking(entry: Unplaced, names: Names) -> str:
    needs = room_facts.features(entry.needs)
    return _("it is pinned to %(room)s, which lacks %(needs)s", room=_rooms(entry, names), needs=needs)


def _pinned_to_begun(entry: Unplaced, names: Names) -> str:
    return _("it is pinned to %(slots)s, which has begun", slots=_when(entry, names))


def _pinned_elsewhere(entry: Unplaced, names: Names) -> str:
    return _("it is pinned to %(slots)s, when it cannot be", slots=_when(entry, names))


def _pinned_too_late(entry: Unplaced, names: Names) -> str:
    return _("it is pinned to %(slots)s, after which too few slots follow for it", slots=_when(entry, names))


def _pinned_to_closed(entry: Unplaced, names: Names) -> str:
    slots, room = _when(entry, names), _rooms(entry, names)
    if room:
        return _("it is pinned to %(slots)s in %(room)s, when the room is closed", slots=slots, room=room)
    return _("it is pinned to %(slots)s, when the room is closed", slots=slots)


def _pinned_without_host(entry: Unplaced, names: Names) -> str:
    slots, host = _when(entry, names), _host(entry, names)
    if host:
        return _("it is pinned to %(slots)s, when %(host)s is not there", slots=slots, host=host)
    if len(entry.hosts) == 1:
        return _("it is pinned to %(slots)s, when its host is not there", slots=slots)
    return _("it is pinned to %(slots)s, when one of its hosts is not there", slots=slots)


PINNED: dict[Why, Callable[[Unplaced, Names], str]] = {
    Why.PIN: _pinned_like_another,
    Why.NEEDS: _pinned_to_lacking,
    Why.FROZEN: _pinned_to_begun,
    Why.SLOTS: _pinned_elsewhere,
    Why.LENGTH: _pinned_too_late,
    Why.CLOSED: _pinned_to_closed,
    Why.HOST_ABSENT: _pinned_without_host,
}
"""What a pin contradicts, in words."""


def _after(entry: Unplaced, names: Names) -> str:
    if pitch := _pitches(entry, names):
        return _("%(pitch)s must be over before it", pitch=pitch)
    return _("another pitch must be over before it")


SENTENCES: dict[Why, Callable[[Unplaced, Names], str]] = {
    Why.NO_SLOT: lambda entry, names: _("there is no slot for sessions"),
    Why.NO_ROOM: lambda entry, names: _("there is no room"),
    Why.FROZEN: _frozen,
    Why.NEEDS: _needs,
    Why.SLOTS: lambda entry, names: _("none of its slots is still to come"),
    Why.HOST_ABSENT: _host_absent,
    Why.CLOSED: _closed,
    Why.PIN: _pin,
    Why.TAKEN: _taken,
    Why.HOST_TWICE: _host_twice,
    Why.LENGTH: lambda entry, names: _("there are too few slots one after the other for it"),
    Why.AFTER: _after,
    Why.UNKNOWN: lambda entry, names: _("there was no place for it"),
}


def _slots(entry: Unplaced, names: Names) -> str:
    """Those that are still there; empty where none is."""
    known = [names.slots[int(ident)] for ident in entry.slots if int(ident) in names.slots]
    return _some([names.times.when(slot) for slot in known])


def _when(entry: Unplaced, names: Names) -> str:
    return _slots(entry, names) or _("another slot")


def _rooms(entry: Unplaced, names: Names) -> str:
    return _some([names.rooms[int(ident)].name for ident in entry.rooms if int(ident) in names.rooms])


def _pitches(entry: Unplaced, names: Names) -> str:
    known = [names.pitches[int(ident)] for ident in entry.sessions if int(ident) in names.pitches]
    return _some([versions.quoted(pitch) for pitch in known])


def _host(entry: Unplaced, names: Names) -> str:
    """The hosts by name where all are known by it only; else empty, for a phone's name is its own."""
    known = [names.hosts[host] for host in entry.hosts if host in names.hosts]
    return language.either(known) if known and len(known) == len(entry.hosts) else ""


def _some(words: list[str]) -> str:
    shown, more = words[:MOST_LISTED], len(words) - MOST_LISTED
    return language.listed([*shown, ngettext("%(num)s more", "%(num)s more", more)] if more > 0 else shown)


def outside(problem: solver.Problem, grid: versions.Grid, names: Names) -> dict[int, str]:
    """Pitch id -> why a pitch outside this grid cannot just be put into a free cell of it, in words."""
    places = [solver.Assignment(str(pitch), str(spot.slot_id), str(spot.room_id)) for pitch, spot in grid.items()]
    # wishes play no part in it, and are many
    found = told(solver.outside(replace(problem, people=()), places), names)
    return {pitch: reason for pitch, reason in found.items() if pitch not in grid}
