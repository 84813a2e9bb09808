"""Hypothesis strategies for problems of every shape that the format allows."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

ODD = ["é", "日本", "a b", "\u202e", "😀", "", "'", '"', "\n", "A", "a"]
FEATURES = ["step-free", "projector"]


@st.composite
def problems(draw: st.DrawFn, sessions: int = 7, slots: int = 4, rooms: int = 4, people: int = 6) -> dict[str, Any]:
    """Draw a problem of at most so many of each, with frozen slots, pins, absences and a previous grid."""
    slot_ids, room_ids = _ids(draw, "t", slots), _ids(draw, "r", rooms)
    session_ids, person_ids = _ids(draw, "s", sessions), _ids(draw, "p", people)
    frozen = {slot: draw(st.sampled_from([False, False, False, True])) for slot in slot_ids}
    hosts = [*person_ids, "a host who is no voter"]
    return {
        "format": "twofeet-problem/1",
        "slots": [{"id": slot, "frozen": frozen[slot]} for slot in slot_ids],
        "rooms": [
            {
                "id": room,
                "capacity": draw(st.integers(0, 5)),
                "features": draw(_some(FEATURES)),
                "closed": draw(_some(slot_ids, 1)),
            }
            for room in room_ids
        ],
        "sessions": [_session(draw, session, slot_ids, room_ids, hosts) for session in session_ids],
        "people": [
            {
                "id": person,
                "wants": {s: draw(st.integers(1, 3)) for s in draw(_some(session_ids, 6))},
                "absent": draw(_some(slot_ids, 1)),
            }
            for person in person_ids
        ],
        "previous": _previous(draw, [*session_ids, "gone"], slot_ids, room_ids, frozen),
        "weights": draw(
            st.sampled_from([{}, {"moved": 0.5}, {"fairness": "linear"}, {"turned_away": 0, "topic": 3}, {"moved": 0}])
        ),
    }


def _ids(draw: st.DrawFn, letter: str, most: int) -> list[str]:
    return [letter + draw(st.sampled_from(ODD)) + str(i) for i in range(draw(st.integers(0, most)))]


def _some(values: list[str], most: int | None = None) -> st.SearchStrategy[list[str]]:
    if not values:
        return st.just([])
    return st.lists(st.sampled_from(values), unique=True, max_size=len(values) if most is None else most)


def _session(
    draw: st.DrawFn, session: str, slot_ids: list[str], room_ids: list[str], hosts: list[str]
) -> dict[str, Any]:
    pins: list[dict[str, str] | None] = [None, None, None, None]
    if slot_ids and room_ids:
        slot, room = draw(st.sampled_from(slot_ids)), draw(st.sampled_from(room_ids))
        pins += [{"slot": slot}, {"room": room}, {"slot": slot, "room": room}]
    return {
        "id": session,
        "hosts": draw(_some(hosts, 2)),
        "needs": draw(_some(FEATURES, 1)),
        "slots": draw(st.one_of(st.none(), st.none(), _some(slot_ids))),
        "pin": draw(st.sampled_from(pins)),
        "topic": draw(st.sampled_from([None, "x", "y"])),
        "crowd": draw(st.sampled_from([None, None, None, 0, 3, 7.5])),
    }


def _previous(
    draw: st.DrawFn, session_ids: list[str], slot_ids: list[str], room_ids: list[str], frozen: dict[str, bool]
) -> list[dict[str, str]]:
    taken: set[tuple[str, str]] = set()
    entries = []
    for session in session_ids if draw(st.booleans()) else []:
        cell = draw(st.sampled_from([*slot_ids, "lost"])), draw(st.sampled_from([*room_ids, "lost"]))
        if cell not in taken and not (frozen.get(cell[0]) and cell[1] == "lost"):
            taken.add(cell)
            entries.append({"session": session, "slot": cell[0], "room": cell[1]})
    return entries
