"""The problem in whole numbers, as the searches read it: sessions, slots, rooms and people counted from 0."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from solver.model.problem import HOSTING, Assignment, Problem
from solver.model.rules import allowed_rooms

Cell = tuple[int, int]  # (slot, room)
Cells = list[Cell | None]  # one for each session; None: it waits
LEVEL_BITS = 8  # a person's slot is one number: how many wanted sessions stand there, eight bits a strength
OWN = HOSTING + 1  # the level at which hosts want their own session: it counts as 3, and nothing else there counts


@dataclass(frozen=True, kw_only=True)
class Index:
    """Whole-number view of a problem; `mask[s][t]` has bit r set where session s may stand in cell (t, r).

    `fans[s]` lists (person, level) for those who want s; `scale` and `base` turn heads into demand:
    demand = heads * scale + base. `fixed[s]` is the frozen cell of s, `before[s]` its cell in `previous`
    (-1 for a slot or room that is lost), both None where there is none. `runs[s][t]` are the slots that s takes when it
    starts in t, `after[s]` the sessions that must be over before, `sequence[t][u]` says that t is over when u starts.
    """

    problem: Problem
    session_ids: list[str]
    slot_ids: list[str]
    room_ids: list[str]
    person_ids: list[str]
    mask: list[list[int]]
    fans: list[list[tuple[int, int]]]
    hosts: list[list[int]]
    absent: list[list[int]]
    topic: list[int]
    capacity: list[float]
    scale: list[float]
    base: list[float]
    fixed: Cells
    before: Cells
    runs: list[list[tuple[int, ...]]]
    after: list[list[int]]
    sequence: list[list[bool]]

    def grid(self, cells: Iterable[Cell | None]) -> tuple[Assignment, ...]:
        """Turn a cell for each session (None: unplaced) into placements."""
        return tuple(
            Assignment(self.session_ids[s], self.slot_ids[cell[0]], self.room_ids[cell[1]])
            for s, cell in enumerate(cells)
            if cell is not None
        )

    def cells(self, grid: Iterable[Assignment]) -> Cells:
        """Turn placements into a cell for each session; those with an id that is not here are left out."""
        slots, rooms = _numbers(self.slot_ids), _numbers(self.room_ids)
        known = {p.session: (slots[p.slot], rooms[p.room]) for p in grid if p.slot in slots and p.room in rooms}
        return [known.get(session) for session in self.session_ids]


def _numbers(ids: list[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(ids)}


def index(problem: Problem) -> Index:
    """Count the problem's things from 0 and work out where each session may stand (by the table of rules)."""
    slot_ids, room_ids = [slot.id for slot in problem.slots], [room.id for room in problem.rooms]
    person_ids = list(problem.wishes)
    person_no, slot_no, room_no = _numbers(person_ids), _numbers(slot_ids), _numbers(room_ids)
    fixed = {p.session: (slot_no[p.slot], room_no[p.room]) for p in problem.fixed}
    before = {
        p.session: (slot_no.get(p.slot, -1), room_no.get(p.room, -1))
        for p in problem.previous
        if p.slot not in problem.frozen_slots
    }
    sessions = problem.sessions
    session_no = _numbers([session.id for session in sessions])
    topics = {name: i for i, name in enumerate(dict.fromkeys(s.topic for s in sessions if s.topic))}
    crowds = [(s.crowd, problem.wanted_by[s.id]) for s in sessions]
    return Index(
        problem=problem,
        session_ids=[session.id for session in sessions],
        slot_ids=slot_ids,
        room_ids=room_ids,
        person_ids=person_ids,
        mask=_masks(problem, set(fixed)),
        fans=_fans(problem, person_no),
        hosts=[[person_no[host] for host in session.hosts] for session in sessions],
        absent=[sorted(slot_no[slot] for slot in problem.absences.get(name, ())) for name in person_ids],
        topic=[topics[s.topic] if s.topic else -1 for s in sessions],
        capacity=[room.capacity for room in problem.rooms],
        scale=[1.0 if crowd is None else crowd / raw if raw else 0.0 for crowd, raw in crowds],
        base=[crowd if crowd is not None and not raw else 0.0 for crowd, raw in crowds],
        fixed=[fixed.get(session.id) for session in sessions],
        before=[before.get(session.id) for session in sessions],
        runs=_runs(problem, slot_no),
        after=[[session_no[name] for name in session.after] for session in sessions],
        sequence=[[problem.over_before(one, other) for other in slot_ids] for one in slot_ids],
    )


def _runs(problem: Problem, slot_no: dict[str, int]) -> list[list[tuple[int, ...]]]:
    single: list[tuple[int, ...]] = [(t,) for t in slot_no.values()]
    return [
        single if s.length == 1 else [tuple(slot_no[name] for name in problem.run(s.id, slot)) for slot in slot_no]
        for s in problem.sessions
    ]


def _masks(problem: Problem, fixed: set[str]) -> list[list[int]]:
    """Where each session may start by the table of rules; those that are fixed are not placed again."""
    nowhere = [0] * len(problem.slots)
    return [nowhere if session.id in fixed else allowed_rooms(problem, session) for session in problem.sessions]


def _fans(problem: Problem, person_no: dict[str, int]) -> list[list[tuple[int, int]]]:
    session_no = {session.id: s for s, session in enumerate(problem.sessions)}
    fans: list[list[tuple[int, int]]] = [[] for _ in problem.sessions]
    for name, wanted in problem.wishes.items():
        own = problem.hosting.get(name, frozenset())
        p = person_no[name]
        for session, strength in wanted.items():
            fans[session_no[session]].append((p, OWN if session in own else strength))
    return fans
