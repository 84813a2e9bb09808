"""Tiny problems of every kind, and all their grids."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from solver import Assignment, Problem, ProblemError, parse, score, violations

SEATS = st.sampled_from([0, 1, 2, 5])
SHARE = st.sampled_from([0.0, 0.5, 2.0])


def _ids(letter: str, count: int) -> list[str]:
    return [f"{letter}{i}" for i in range(count)]


@st.composite
def problems(draw: st.DrawFn, sequences: bool = False) -> Problem:
    """At most 4 sessions, 3 slots, 2 rooms, 5 people; hosts, needs, pins, crowds, previous grids, frozen slots.

    With `sequences` some sessions are longer, some come after others, and some slots run on into the next.
    """
    slots, rooms = _ids("t", draw(st.integers(0, 3))), _ids("r", draw(st.integers(0, 2)))
    sessions, people = _ids("s", draw(st.integers(0, 4))), _ids("p", draw(st.integers(0, 5)))
    cells = [(slot, room) for slot in slots for room in rooms]
    had_a_grid = bool(cells) and draw(st.booleans())
    before = draw(st.permutations(cells)) if had_a_grid else []
    data: dict[str, Any] = {
        "format": "twofeet-problem/1",
        "slots": [{"id": slot, "frozen": bool(before) and draw(st.integers(0, 3)) == 0} for slot in slots],
        "rooms": [_room(draw, room, slots) for room in rooms],
        "sessions": [_session(draw, session, slots, rooms, people) for session in sessions],
        "people": [_person(draw, person, sessions, slots) for person in people],
        "previous": [
            {"session": session, "slot": slot, "room": room}
            for session, (slot, room) in zip(sessions, before, strict=False)
        ],
        "weights": {
            "fairness": draw(st.sampled_from(["harmonic", "linear"])),
            "turned_away": draw(SHARE),
            "moved": draw(SHARE),
            "topic": draw(SHARE),
        },
    }
    if sequences:
        _lengthen(draw, data)
    try:
        return parse(data)
    except ProblemError:
        reject()  # what stands in frozen slots runs into one another, or past the end


def _lengthen(draw: st.DrawFn, data: dict[str, Any]) -> None:
    for number, slot in enumerate(data["slots"]):
        slot |= {"start": f"2026-06-26T1{number}:00:00+01:00", "end": f"2026-06-26T1{number}:45:00+01:00"}
        if number and draw(st.integers(0, 3)):
            slot["follows"] = data["slots"][number - 1]["id"]
    for number, session in enumerate(data["sessions"]):
        session["length"] = draw(st.sampled_from([1, 1, 2, 3]))
        earlier = [it["id"] for it in data["sessions"][:number]]
        session["after"] = [draw(st.sampled_from(earlier))] if earlier and draw(st.integers(0, 2)) == 0 else []


def _room(draw: st.DrawFn, room: str, slots: list[str]) -> dict[str, Any]:
    closed = draw(st.lists(st.sampled_from(slots), max_size=1)) if slots else []
    return {"id": room, "capacity": draw(SEATS), "features": draw(st.sampled_from([[], ["loop"]])), "closed": closed}


def _session(draw: st.DrawFn, session: str, slots: list[str], rooms: list[str], people: list[str]) -> dict[str, Any]:
    odd = draw(st.integers(0, 5))
    return {
        "id": session,
        "hosts": draw(st.lists(st.sampled_from(people), max_size=2, unique=True)) if people else [],
        "needs": ["loop"] if odd == 0 else [],
        "slots": [draw(st.sampled_from(slots))] if slots and odd == 1 else None,
        "pin": {"room": draw(st.sampled_from(rooms))} if rooms and odd == 2 else None,
        "topic": draw(st.sampled_from([None, "a"])),
        "crowd": draw(st.sampled_from([None, None, 0, 3])),
    }


def _person(draw: st.DrawFn, person: str, sessions: list[str], slots: list[str]) -> dict[str, Any]:
    wants = draw(st.dictionaries(st.sampled_from(sessions), st.integers(1, 3))) if sessions else {}
    absent = draw(st.lists(st.sampled_from(slots), max_size=1)) if slots else []
    return {"id": person, "wants": wants, "absent": absent}


def grids(problem: Problem) -> Iterator[tuple[Assignment, ...]]:
    """All valid grids."""
    cells = [None, *[(slot.id, room.id) for slot in problem.slots for room in problem.rooms]]
    for choice in product(cells, repeat=len(problem.sessions)):
        taken = [cell for cell in choice if cell is not None]
        if len(set(taken)) < len(taken):
            continue
        grid = tuple(
            Assignment(session.id, *cell)
            for session, cell in zip(problem.sessions, choice, strict=True)
            if cell is not None
        )
        if not violations(problem, grid):
            yield grid


def best_totals(problem: Problem) -> dict[int, float]:
    """Number of sessions placed to the greatest total of a valid grid with so many."""
    best: dict[int, float] = {}
    for grid in grids(problem):
        found = score(problem, grid)
        best[found.placed] = max(best.get(found.placed, found.total), found.total)
    return best


def any_grid(data: st.DataObject, problem: Problem) -> list[Assignment]:
    """Sessions anywhere, rules broken or not, no two in one cell."""
    cells = [(slot.id, room.id) for slot in problem.slots for room in problem.rooms]
    order = data.draw(st.permutations(cells)) if cells else []
    return [
        Assignment(s.id, *cell) for s, cell in zip(problem.sessions, order, strict=False) if data.draw(st.booleans())
    ]
