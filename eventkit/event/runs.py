"""Runs of slots: which slot goes on into which, and which of them a session of several slots takes."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from eventkit.storage.tables import Slot

PAUSE = timedelta(hours=1)  # between two slots, from which on it is a meal or a night that no session runs through

Onward = Mapping[int, Slot]  # slot id -> the slot that a longer session runs on into


def onward(slots: Iterable[Slot]) -> Onward:
    """For each slot the one that a longer session runs on into: the next, unless a fixed item or a long pause comes.

    The solver's problem and every face of the grid read it here. Slots follow one another: none has two before it.
    """
    found: dict[int, Slot] = {}
    before: Slot | None = None
    for slot in sorted(slots, key=lambda it: (it.starts_at, it.id)):
        if before and not before.title and not slot.title and timedelta() <= slot.starts_at - before.ends_at < PAUSE:
            found[before.id] = slot
        before = slot
    return found


def taken(slot: Slot, length: int, on: Onward) -> tuple[Slot, ...]:
    """The slots of a session that starts in `slot`, in order; fewer than its length where the day breaks off."""
    found = [slot]
    while len(found) < length and found[-1].id in on:
        found.append(on[found[-1].id])
    return tuple(found)


def longest(slots: Iterable[Slot]) -> int:
    """How many slots in a row a session could take at most; 0 where there is no slot for sessions."""
    known = list(slots)
    on = onward(known)
    return max((len(taken(slot, len(known), on)) for slot in known if not slot.title), default=0)
