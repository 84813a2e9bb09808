"""Why a session stands in no cell: the rule that binds, and the pins at fault."""

from __future__ import annotations

from collections.abc import Iterable

from solver.model.answer import Unplaced
from solver.model.index import Index, index
from solver.model.problem import Placement, Problem, Session


def unplaced(index: Index, cells: list[tuple[int, int] | None]) -> tuple[Unplaced, ...]:
    """Give the binding reason for each session without a cell."""
    taken = {cell: s for s, cell in enumerate(cells) if cell is not None}
    return tuple(
        Unplaced(index.session_ids[s], reason(index, s, taken)) for s, cell in enumerate(cells) if cell is None
    )


def outside(problem: Problem, placements: Iterable[Placement]) -> dict[str, str]:
    """Give the binding reason for each session outside any grid; one that could just be put into a free cell has none.

    Wishes play no part in it, so `problem` may come without its people as long as nobody is absent.
    """
    view = index(problem)
    cells = view.cells(placements)
    taken = {cell: s for s, cell in enumerate(cells) if cell is not None}
    busy = {(host, cell[0]) for cell, s in taken.items() for host in problem.sessions[s].hosts}
    return {
        view.session_ids[s]: reason(view, s, taken)
        for s, cell in enumerate(cells)
        if cell is None and not _has_room(view, s, taken, busy)
    }


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


def reason(index: Index, s: int, taken: dict[tuple[int, int], int]) -> str:
    """Say in one sentence what keeps session s out, the strictest rule first."""
    problem, session = index.problem, index.problem.sessions[s]
    if not problem.slots or not problem.rooms:
        return "there is no slot" if not problem.slots else "there is no room"
    if (fixed := index.fixed[s]) is not None:
        return f"it belongs into {index.slot_ids[fixed[0]]!r}, which is frozen"
    if not any(index.mask[s]):
        return _impossible(problem, session)
    for other in _rivals(index, s, taken):
        return f"the pins of {session.id!r} and {other!r} ask for the same cell"
    open_cells = [(t, r) for t, mask in enumerate(index.mask[s]) for r in range(len(index.room_ids)) if mask >> r & 1]
    free = [cell for cell in open_cells if cell not in taken]
    if not free:
        return _all_taken(session)
    busy = sorted({problem.slots[t].id for t, _ in free})
    names = ", ".join(repr(host) for host in session.hosts)
    return f"in {', '.join(map(repr, busy))}, where a cell is free, {names} hosts another session"


def _rivals(index: Index, s: int, taken: dict[tuple[int, int], int]) -> list[str]:
    """Pinned sessions that stand in the one cell that the pin of session s allows."""
    cells = [(t, r) for t, mask in enumerate(index.mask[s]) for r in range(len(index.room_ids)) if mask >> r & 1]
    if index.problem.sessions[s].pin is None or len(cells) != 1 or cells[0] not in taken:
        return []
    other = index.problem.sessions[taken[cells[0]]]
    return [other.id] if other.pin else []


def _all_taken(session: Session) -> str:
    if session.pin:
        return f"every cell that the pin of {session.id!r} allows is taken"
    if session.needs:
        return f"every room with {_names(session.needs)} is taken or closed"
    return "every cell that it may take is taken"


def _impossible(problem: Problem, session: Session) -> str:
    fitting = [room for room in problem.rooms if session.needs <= room.features]
    if not fitting:
        return f"no room has {_names(session.needs)}"
    slots = [s for s in problem.slots if not s.frozen and (session.slots is None or s.id in session.slots)]
    if not slots:
        return "none of its slots is still open"
    here = [s for s in slots if not any(s.id in problem.absences.get(host, ()) for host in session.hosts)]
    if not here:
        return f"its hosts ({', '.join(map(repr, session.hosts))}) are absent in every slot that it may take"
    if not any(s.id not in room.closed for s in here for room in fitting):
        return f"every room with {_names(session.needs)} is closed" if session.needs else "every room is closed"
    return f"the pin of {session.id!r} contradicts {_contradicted(problem, session)}"


def _contradicted(problem: Problem, session: Session) -> str:
    """Name the rule that the pin runs into first."""
    pin = session.pin
    assert pin is not None
    room = next((room for room in problem.rooms if room.id == pin.room), None)
    if room is not None and session.needs - room.features:
        return f"its needs: room {room.id!r} lacks {_names(session.needs - room.features)}"
    slot = next((slot for slot in problem.slots if slot.id == pin.slot), None)
    if slot is None:
        return f"the closing times of room {pin.room!r}"
    if slot.frozen:
        return f"slot {slot.id!r}, which is frozen"
    if session.slots is not None and slot.id not in session.slots:
        return f"its slots: {slot.id!r} is not among them"
    absent = [host for host in session.hosts if slot.id in problem.absences.get(host, ())]
    if absent:
        return f"the absence of host {absent[0]!r} in {slot.id!r}"
    return f"the rooms, which are closed in {slot.id!r}"


def _names(features: frozenset[str]) -> str:
    return " and ".join(repr(feature) for feature in sorted(features))
