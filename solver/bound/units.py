"""A day with longer sessions as a plain one that allows more: each session in parts of one slot, free of one another.

A grid of the day, read part by part, is a grid of the plain one with the same total: a part gathers in its slot who
would gather there, and only the first carries the cell that the session had before. So a bound of the plain day is
a bound of the day itself: a relaxation in the usual sense, which forgets that parts stand side by side, and the order.
"""

from __future__ import annotations

from dataclasses import replace

from solver.model.index import Index, index
from solver.model.problem import Assignment, Attendee, Pin, Problem, Session


def in_units(problem: Problem, placed: int) -> tuple[Problem, int] | None:
    """The plain day, and how many of its sessions stand where `placed` of the day's do; None where there is none.

    Where sessions are left out they may be long or short ones. Then the cells that nobody takes are filled with
    sessions that nobody wants, so that the number is that of all open cells.
    """
    view = index(problem)
    if _run_in_or_out(problem):
        return None
    names = {s.id: [f"{s.id}\n{k}" if k else s.id for k in range(s.length)] for s in problem.sessions}
    parts = [
        replace(session, id=name, length=1, after=(), slots=_slots(view, s, k), pin=_pin(session))
        for s, session in enumerate(problem.sessions)
        for k, name in enumerate(names[session.id])
    ]
    lengths = sorted(
        session.length for s, session in enumerate(problem.sessions) if any(view.mask[s]) or view.fixed[s] is not None
    )
    units = sum(lengths)
    if placed > len(lengths):
        return None
    fillers = []
    if placed < len(lengths):
        cells = sum(_open_cells(problem)) + sum(len(view.runs[s][cell[0]]) for s, cell in enumerate(view.fixed) if cell)
        fillers = [Session(id=f"\n{i}") for i in range(cells - sum(lengths[:placed]))]
        units = cells
    people = [_wanting_parts(person, names) for person in problem.people]
    plain = replace(
        problem,
        sessions=tuple(parts + fillers),
        people=tuple(people),
        previous=tuple(it for entry in problem.previous for it in _before(problem, entry, names)),
    )
    return plain, units


def _run_in_or_out(problem: Problem) -> bool:
    """Whether something stood across the border of frozen slots: it stays as it is, or goes as a whole."""
    known = (entry for entry in problem.previous if entry.session in problem.by_id)
    runs = (problem.run(entry.session, entry.slot) for entry in known)
    return any(len({slot in problem.frozen_slots for slot in run}) > 1 for run in runs)


def _slots(view: Index, s: int, k: int) -> frozenset[str] | None:
    """Where part k of session s may stand, whatever the room."""
    if view.fixed[s] is not None:
        return None
    starts = (t for t, rooms in enumerate(view.mask[s]) if rooms)
    return frozenset(view.slot_ids[view.runs[s][t][k]] for t in starts)


def _pin(session: Session) -> Pin | None:
    """A pin to a slot is in `_slots` already."""
    return Pin(room=session.pin.room) if session.pin and session.pin.room else None


def _open_cells(problem: Problem) -> list[int]:
    return [sum(slot.id not in room.closed for room in problem.rooms) for slot in problem.slots if not slot.frozen]


def _wanting_parts(person: Attendee, names: dict[str, list[str]]) -> Attendee:
    return replace(person, wants={part: level for name, level in person.wants.items() for part in names[name]})


def _before(problem: Problem, entry: Assignment, names: dict[str, list[str]]) -> list[Assignment]:
    """Where a session stood, as its first part has it; in frozen slots each part where it stays."""
    if entry.session not in names or entry.slot not in problem.frozen_slots:
        return [entry]
    run = problem.run(entry.session, entry.slot)
    return [Assignment(part, slot, entry.room) for part, slot in zip(names[entry.session], run, strict=True)]
