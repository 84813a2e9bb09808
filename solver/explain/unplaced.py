"""Why a session stands in no cell: the rule that binds, strictest first, and what it is about."""

from __future__ import annotations

from collections.abc import Iterable

from solver.model.answer import Unplaced, Why
from solver.model.index import Index, index
from solver.model.problem import Placement, Problem, Session, Slot


def unplaced(index: Index, cells: list[tuple[int, int] | None]) -> tuple[Unplaced, ...]:
    """Give the binding reason for each session without a cell."""
    taken = {cell: s for s, cell in enumerate(cells) if cell is not None}
    return tuple(reason(index, s, taken) for s, cell in enumerate(cells) if cell is None)


def outside(problem: Problem, placements: Iterable[Placement]) -> tuple[Unplaced, ...]:
    """Give the binding reason for each session outside any grid; one that could just be put into a free cell has none.

    Wishes play no part in it, so `problem` may come without its people as long as nobody is absent.
    """
    view = index(problem)
    cells = view.cells(placements)
    taken = {cell: s for s, cell in enumerate(cells) if cell is not None}
    busy = {(host, cell[0]) for cell, s in taken.items() for host in problem.sessions[s].hosts}
    return tuple(
        reason(view, s, taken) for s, cell in enumerate(cells) if cell is None and not _has_room(view, s, taken, busy)
    )


def _has_room(view: Index, s: int, taken: dict[tuple[int, int], int], busy: set[tuple[str, int]]) -> bool:
    """Say whether a cell is free that session s may take, at a time when its hosts are."""
    if (fixed := view.fixed[s]) is not None:
        return fixed not in taken
    hosts = view.problem.sessions[s].hosts
    return any(
        mask >> r & 1 and (t, r) not in taken and not any((host, t) in busy for host in hosts)
        for t, mask in enumerate(view.mask[s])
        for r in range(len(view.room_ids))
    )


def reason(index: Index, s: int, taken: dict[tuple[int, int], int]) -> Unplaced:
    """Say what keeps session s out, the strictest rule first."""
    problem, session = index.problem, index.problem.sessions[s]
    if not problem.slots or not problem.rooms:
        return Unplaced(session.id, Why.NO_ROOM if problem.slots else Why.NO_SLOT)
    if (fixed := index.fixed[s]) is not None:
        return Unplaced(session.id, Why.FROZEN, slots=(index.slot_ids[fixed[0]],))
    if not any(index.mask[s]):
        return _impossible(problem, session)
    open_cells = [(t, r) for t, mask in enumerate(index.mask[s]) for r in range(len(index.room_ids)) if mask >> r & 1]
    if session.pin and len(open_cells) == 1 and (other := taken.get(open_cells[0])) is not None:
        rival = problem.sessions[other]
        if rival.pin:
            return Unplaced(session.id, Why.PIN, Why.PIN, sessions=(rival.id,), pinned=True)
    free = [cell for cell in open_cells if cell not in taken]
    if not free:
        return Unplaced(session.id, Why.TAKEN, needs=_sorted(session.needs), pinned=session.pin is not None)
    busy = tuple(slot.id for t, slot in enumerate(problem.slots) if any(t == cell[0] for cell in free))
    return Unplaced(session.id, Why.HOST_TWICE, slots=busy, hosts=session.hosts)


def _impossible(problem: Problem, session: Session) -> Unplaced:
    """The rule that leaves no cell to a session, whoever stands where."""
    needs = _sorted(session.needs)
    fitting = [room for room in problem.rooms if session.needs <= room.features]
    allowed = [slot for slot in problem.slots if session.slots is None or slot.id in session.slots]
    if not fitting:
        return Unplaced(session.id, Why.NEEDS, needs=needs, slots=_ids(allowed))
    slots = [slot for slot in allowed if not slot.frozen]
    if not slots:
        return Unplaced(session.id, Why.SLOTS, slots=_ids(allowed))
    here = [s for s in slots if not any(s.id in problem.absences.get(host, ()) for host in session.hosts)]
    if not here:
        return Unplaced(session.id, Why.HOST_ABSENT, slots=_ids(slots), hosts=session.hosts)
    if not any(s.id not in room.closed for s in here for room in fitting):
        return Unplaced(session.id, Why.CLOSED, needs=needs, slots=_ids(here))
    return _contradicted(problem, session)


def _contradicted(problem: Problem, session: Session) -> Unplaced:
    """The rule that the pin runs into first."""
    pin = session.pin
    assert pin is not None
    room = next((room for room in problem.rooms if room.id == pin.room), None)
    rooms = () if room is None else (room.id,)
    if room is not None and session.needs - room.features:
        lacking = _sorted(session.needs - room.features)
        return Unplaced(session.id, Why.PIN, Why.NEEDS, needs=lacking, rooms=rooms, pinned=True)
    slot = next((slot for slot in problem.slots if slot.id == pin.slot), None)
    if slot is None:
        return Unplaced(session.id, Why.PIN, Why.CLOSED, rooms=rooms, pinned=True)
    slots = (slot.id,)
    if slot.frozen:
        return Unplaced(session.id, Why.PIN, Why.FROZEN, slots=slots, pinned=True)
    if session.slots is not None and slot.id not in session.slots:
        return Unplaced(session.id, Why.PIN, Why.SLOTS, slots=slots, pinned=True)
    absent = [host for host in session.hosts if slot.id in problem.absences.get(host, ())]
    if absent:
        return Unplaced(session.id, Why.PIN, Why.HOST_ABSENT, slots=slots, hosts=tuple(absent), pinned=True)
    return Unplaced(session.id, Why.PIN, Why.CLOSED, slots=slots, rooms=rooms, pinned=True)


def _ids(slots: Iterable[Slot]) -> tuple[str, ...]:
    return tuple(slot.id for slot in slots)


def _sorted(features: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(features))
