"""What the command tells its users in words: why a session is left out, by the ids of the problem."""

from __future__ import annotations

from collections.abc import Iterable

from solver.model.answer import Unplaced, Why


def left_out(entry: Unplaced) -> str:
    """Say in one sentence why a session stands in no cell."""
    return f"{entry.session!r} is left out: {_reason(entry)}."


def _reason(entry: Unplaced) -> str:
    needs, slots, hosts = _names(entry.needs), _names(entry.slots), _names(entry.hosts)
    taken = f"every room with {needs} is taken or closed" if needs else "every cell that it may take is taken"
    sentences = {
        Why.NO_SLOT: "there is no slot",
        Why.NO_ROOM: "there is no room",
        Why.FROZEN: f"it belongs into {slots}, which is frozen",
        Why.NEEDS: f"no room has {needs}",
        Why.SLOTS: "none of its slots is open",
        Why.HOST_ABSENT: f"its hosts ({hosts}) are absent in every slot that it may take",
        Why.CLOSED: f"every room with {needs} is closed" if needs else "every room is closed",
        Why.PIN: f"its pin contradicts {_contradicted(entry)}",
        Why.TAKEN: "every cell that its pin allows is taken" if entry.pinned else taken,
        Why.HOST_TWICE: f"in {slots}, where a cell is free, {hosts} hold another session",
        Why.LENGTH: "the slots that it may take break off before it ends",
        Why.AFTER: f"{_names(entry.sessions)} must be over before it",
        Why.UNKNOWN: "nobody noted why",
    }
    return sentences[entry.why]


def _contradicted(entry: Unplaced) -> str:
    """Name the rule that the pin runs into."""
    needs, slots, rooms = _names(entry.needs), _names(entry.slots), _names(entry.rooms)
    return {
        Why.PIN: f"the pin of {_names(entry.sessions)}: both ask for the same cell",
        Why.NEEDS: f"its needs: room {rooms} lacks {needs}",
        Why.FROZEN: f"slot {slots}, which is frozen",
        Why.LENGTH: f"its length: too few slots follow {slots}",
        Why.CLOSED: f"closed rooms ({rooms or 'all'}, {slots or 'in all slots'})",
        Why.SLOTS: f"its slots: {slots} is not among them",
        Why.HOST_ABSENT: f"the absence of {_names(entry.hosts)} in {slots}",
    }.get(entry.against or Why.UNKNOWN, "a rule")


def _names(ids: Iterable[str]) -> str:
    return " and ".join(repr(name) for name in ids)
