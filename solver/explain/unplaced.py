"""Why a session stands in no cell: the rule that binds, strictest first, and what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from solver.model.answer import Unplaced, Why
from solver.model.index import Cell, Cells, Index, index
from solver.model.problem import Assignment, MeetingRoom, Problem, Session
from solver.model.rules import CELL_RULES, RuleKind

Taken = Mapping[Cell, int]  # cell to the session there, longer ones in each of their slots


def unplaced(view: Index, cells: Cells) -> tuple[Unplaced, ...]:
    """Give the binding reason for each session without a cell."""
    if None not in cells:
        return ()
    taken = _taken(view, cells)
    return tuple(reason(view, s, cells, taken) for s, cell in enumerate(cells) if cell is None)


def outside(problem: Problem, placements: Iterable[Assignment]) -> tuple[Unplaced, ...]:
    """Give the binding reason for each session outside any grid; one that could just be put into a free cell has none.

    Wishes play no part in it, so `problem` may come without its people as long as nobody is absent.
    """
    view = index(problem)
    cells = view.cells(placements)
    taken = _taken(view, cells)
    return tuple(
        reason(view, s, cells, taken)
        for s, cell in enumerate(cells)
        if cell is None and not _has_room(view, s, cells, taken)
    )


def _taken(view: Index, cells: Cells) -> Taken:
    return {(t, cell[1]): s for s, cell in enumerate(cells) if cell is not None for t in view.runs[s][cell[0]]}


def _has_room(view: Index, s: int, cells: Cells, taken: Taken) -> bool:
    """Say whether a cell is free that session s may take, at a time when its hosts are and its turn has come."""
    if (fixed := view.fixed[s]) is not None:
        return _free(view, s, fixed, taken)
    return any(
        _free(view, s, cell, taken) and not _busy(view, s, cell[0], taken) and not _too_early(view, s, cell[0], cells)
        for cell in _open_cells(view, s)
    )


def _open_cells(view: Index, s: int) -> list[Cell]:
    return [(t, r) for t, mask in enumerate(view.mask[s]) for r in range(len(view.room_ids)) if mask >> r & 1]


def _free(view: Index, s: int, cell: Cell, taken: Taken) -> bool:
    return all((t, cell[1]) not in taken for t in view.runs[s][cell[0]])


def _busy(view: Index, s: int, t: int, taken: Taken) -> bool:
    """Say whether a host of s holds another session while s would run."""
    hosts, run = set(view.hosts[s]), view.runs[s][t]
    return any(slot in run and not hosts.isdisjoint(view.hosts[other]) for (slot, _), other in taken.items())


def _too_early(view: Index, s: int, t: int, cells: Cells) -> list[int]:
    """What must be over before s starts in slot t, and is not."""
    ends = {first: cell and view.runs[first][cell[0]][-1] for first in view.after[s] for cell in [cells[first]]}
    return [first for first, last in ends.items() if last is None or not view.sequence[last][t]]


def reason(view: Index, s: int, cells: Cells, taken: Taken) -> Unplaced:
    """Say what keeps session s out, the strictest rule first."""
    problem, session = view.problem, view.problem.sessions[s]
    if not problem.slots or not problem.rooms:
        return Unplaced(session=session.id, why=Why.NO_ROOM if problem.slots else Why.NO_SLOT)
    if (fixed := view.fixed[s]) is not None:
        return Unplaced(session=session.id, why=Why.FROZEN, slots=(view.slot_ids[fixed[0]],))
    allowed = _open_cells(view, s)
    if not allowed:
        return _impossible(problem, session)
    in_turn = [cell for cell in allowed if not _too_early(view, s, cell[0], cells)]
    if not in_turn:
        waits = {first for cell in allowed for first in _too_early(view, s, cell[0], cells)}
        return Unplaced(
            session=session.id, why=Why.AFTER, sessions=tuple(view.session_ids[first] for first in sorted(waits))
        )
    if session.pin and len(in_turn) == 1 and (other := taken.get(in_turn[0])) is not None:
        rival = problem.sessions[other]
        if rival.pin:
            return Unplaced(session=session.id, why=Why.PIN, against=Why.PIN, sessions=(rival.id,), pinned=True)
    free = {t for t, r in in_turn if _free(view, s, (t, r), taken)}
    if not free:
        return Unplaced(
            session=session.id, why=Why.TAKEN, needs=tuple(sorted(session.needs)), pinned=session.pin is not None
        )
    return Unplaced(session=session.id, why=Why.HOST_TWICE, slots=_names(view.slot_ids, free), hosts=session.hosts)


def _names(ids: list[str], numbers: Iterable[int]) -> tuple[str, ...]:
    return tuple(ids[number] for number in sorted(numbers))


def _impossible(problem: Problem, session: Session) -> Unplaced:
    """The rule of the table that leaves no cell to a session, whoever stands where; its pin comes last."""
    cells = [(problem.run(session.id, slot.id), room) for slot in problem.slots for room in problem.rooms]
    for rule in CELL_RULES:
        if rule.rule is RuleKind.PIN:
            continue
        left = [cell for cell in cells if not any(rule.broken(problem, session, *cell))]
        if not left:
            return _told(problem, session, rule.rule, cells)
        cells = left
    return _contradicted(problem, session)


def _told(
    problem: Problem, session: Session, rule: RuleKind, cells: list[tuple[tuple[str, ...], MeetingRoom]]
) -> Unplaced:
    """A rule that forbids all of the cells which those before it leave."""
    slots = tuple(dict.fromkeys(run[0] for run, _ in cells))
    if rule in (RuleKind.FROZEN, RuleKind.SLOTS):
        slots = tuple(slot.id for slot in problem.slots if session.slots is None or slot.id in session.slots)
    needs = tuple(sorted(session.needs)) if rule in (RuleKind.NEEDS, RuleKind.CLOSED) else ()
    hosts = session.hosts if rule is RuleKind.HOST_ABSENT else ()
    why = Why.SLOTS if rule is RuleKind.FROZEN else Why(rule)
    return Unplaced(session=session.id, why=why, needs=needs, slots=slots, hosts=hosts)


def _contradicted(problem: Problem, session: Session) -> Unplaced:
    """The rule that the pin runs into first, in the cells that it allows."""
    pin = session.pin
    assert pin is not None
    pinned = [
        (problem.run(session.id, slot.id), room)
        for slot in problem.slots
        for room in problem.rooms
        if pin.slot in (None, slot.id) and pin.room in (None, room.id)
    ]
    for rule in CELL_RULES:
        left = [cell for cell in pinned if not any(rule.broken(problem, session, *cell))]
        if not left:
            broken = [it for cell in pinned for it in rule.broken(problem, session, *cell)]
            return Unplaced(
                session=session.id,
                why=Why.PIN,
                against=Why(rule.rule),
                needs=tuple(dict.fromkeys(it.need for it in broken if it.need)),
                slots=() if pin.slot is None else (pin.slot,),
                rooms=() if pin.room is None or rule.rule not in (RuleKind.NEEDS, RuleKind.CLOSED) else (pin.room,),
                hosts=tuple(dict.fromkeys(it.person for it in broken if it.person)),
                pinned=True,
            )
        pinned = left
    raise AssertionError(f"{session.id!r} has a cell")
