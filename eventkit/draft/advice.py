"""What would help a grid most, in plain words: changes of rooms and pins that a study tried, and what each would do."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from eventkit.draft.warnings import Names
from eventkit.event.people import FEWEST_TOLD
from eventkit.grid import versions

MOST = 4  # changes told
MOST_ALIKE = 2  # of one kind: a fifth room helps a little at any time of day
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def sentences(found: Iterable[Mapping[str, Any]], names: Names, closed: Mapping[int, set[int]]) -> list[str]:
    """The changes that would help most, best first.

    What is gone by now (a room, a slot, a pitch) is left out, and what helps nobody who could be counted.

    `found` is what a study found, `closed` room id -> the ids of the slots in which it is closed.
    """
    told: list[str] = []
    kinds: Counter[str] = Counter()
    for change in found:
        sentence = _sentence(change, names, closed)
        if sentence and kinds[change["kind"]] < MOST_ALIKE and len(told) < MOST:
            kinds[change["kind"]] += 1
            told.append(sentence)
    return told


def _sentence(change: Mapping[str, Any], names: Names, closed: Mapping[int, set[int]]) -> str:
    pitch = names.pitches.get(int(change["session"]))
    what, effect = pitch and _what(change, names, closed, versions.quoted(pitch)), _effect(change)
    if not pitch or not what or not effect:
        return ""
    there = "" if change["kind"] == "lift-pin" else f": {versions.quoted(pitch)} could go there"
    return f"{what} would {effect}{there}."


def _what(change: Mapping[str, Any], names: Names, closed: Mapping[int, set[int]], quoted: str) -> str:
    """The change itself; empty where its room or slot is gone."""
    slot = names.slots.get(int(change["slot"] or 0))
    room = names.rooms.get(int(change["room"] or 0))
    at = f" at {names.times.start(slot.starts_at)}" if slot else ""
    if change["kind"] == "new-room" and slot:
        rooms = sum(slot.id not in closed.get(ident, ()) for ident in names.rooms)
        return f"{_another(rooms)} room{at}"
    if change["kind"] == "open-room" and slot and room:
        return f"Opening {room.name}{at}"
    if change["kind"] == "feature" and room:
        detail = str(change["detail"])
        return f"{detail[:1].upper()}{detail[1:]} in {room.name}"
    return f"Unpinning {quoted}" if change["kind"] == "lift-pin" else ""


def _another(rooms: int) -> str:
    if not 1 <= rooms < len(ORDINALS):
        return "Another"
    ordinal = ORDINALS[rooms]
    return f"An {ordinal}" if ordinal == "eighth" else f"A {ordinal}"


def _effect(change: Mapping[str, Any]) -> str:
    """What it does, the best first: `keep 23 more wishes and leave 1 fewer person out`; empty for next to nothing."""
    figures = int(change["kept"]), int(change["left_out"]), round(float(change["turned_away"]))
    kept, out, away = (figure if abs(figure) >= FEWEST_TOLD else 0 for figure in figures)
    good = [
        f"keep {kept:,} more wishes" if kept > 0 else "",
        f"leave {-out:,} fewer people out" if out < 0 else "",
        f"find seats for {-away:,} more people" if away < 0 else "",
    ]
    told = " and ".join([words for words in good if words][:2])
    if told and kept < 0:
        told += f", though keep {-kept:,} fewer wishes"
    return told
