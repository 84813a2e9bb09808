"""The table of hard rules: what keeps a session out of a cell, one entry a rule, each told as data.

Everything that must know a rule reads it here: where a session may stand at all (`index`), the check of a whole grid
(`violations`), what speaks against one move (`explain.warnings`) and why a session is left out (`explain.unplaced`).
The compiled search and the CP-SAT model keep a form of their own, which tests hold against this table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from solver.model.problem import Assignment, MeetingRoom, Problem, Session


class RuleKind(StrEnum):
    """Which rule; `SEATS` alone is soft."""

    UNKNOWN = "unknown"  # a session, slot or room that is not in the problem
    TWICE = "twice"  # placed twice
    TAKEN = "taken"
    FROZEN = "frozen"
    LENGTH = "length"
    SLOTS = "slots"
    HOST_ABSENT = "host-absent"
    PIN = "pin"
    NEEDS = "needs"
    CLOSED = "closed"
    HOST_TWICE = "host-twice"
    AFTER = "after"
    SEATS = "seats"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """What speaks against a session's cell; `hard` where the grid would not be valid.

    What it is about depends on the rule: `other` session (TAKEN, HOST_TWICE, AFTER), `person` (HOST_ABSENT,
    HOST_TWICE), `need` (NEEDS), `slot` (of a longer session: which), `heads` for whom there is no seat (SEATS).
    """

    rule: RuleKind
    session: str
    hard: bool = True
    other: str | None = None
    person: str | None = None
    need: str | None = None
    slot: str | None = None
    heads: float = 0.0


Run = tuple[str, ...]  # the slots that a session takes, by their ids
Broken = Iterator[Violation]


@dataclass(frozen=True, slots=True)
class CellRule:
    """A rule about one session and where it starts, whoever stands elsewhere: about its slots, its room, or both.

    `of_run(problem, session, run)`, `of_room(problem, session, room)`, `of_cell(problem, session, run, room)` tell what
    is broken. `concerns(problem, run)` says whether `of_cell` can have anything against slots; None: against any.
    """

    rule: RuleKind
    of_run: Callable[[Problem, Session, Run], Broken] | None = None
    of_room: Callable[[Problem, Session, MeetingRoom], Broken] | None = None
    of_cell: Callable[[Problem, Session, Run, MeetingRoom], Broken] | None = None
    concerns: Callable[[Problem, Run], bool] | None = None

    def broken(self, problem: Problem, session: Session, run: Run, room: MeetingRoom) -> Broken:
        """What this rule has against a session in a cell."""
        if self.of_run:
            yield from self.of_run(problem, session, run)
        if self.of_room:
            yield from self.of_room(problem, session, room)
        if self.of_cell:
            yield from self.of_cell(problem, session, run, room)


def _runs_out(problem: Problem, session: Session, run: Run) -> Broken:
    if len(run) < session.length:
        yield Violation(rule=RuleKind.LENGTH, session=session.id)


def _not_its_slot(problem: Problem, session: Session, run: Run) -> Broken:
    if session.slots is not None and run[0] not in session.slots:
        yield Violation(rule=RuleKind.SLOTS, session=session.id, slot=run[0])


def _host_absent(problem: Problem, session: Session, run: Run) -> Broken:
    for host in session.hosts:
        for slot in run:
            if slot in problem.absences.get(host, ()):
                yield Violation(rule=RuleKind.HOST_ABSENT, session=session.id, person=host, slot=slot)


def _pinned_to_another_slot(problem: Problem, session: Session, run: Run) -> Broken:
    if session.pin and session.pin.slot not in (None, run[0]):
        yield Violation(rule=RuleKind.PIN, session=session.id)


def _pinned_to_another_room(problem: Problem, session: Session, room: MeetingRoom) -> Broken:
    if session.pin and session.pin.room not in (None, room.id):
        yield Violation(rule=RuleKind.PIN, session=session.id)


def _lacks(problem: Problem, session: Session, room: MeetingRoom) -> Broken:
    for need in sorted(session.needs - room.features):
        yield Violation(rule=RuleKind.NEEDS, session=session.id, need=need)


def _closed(problem: Problem, session: Session, run: Run, room: MeetingRoom) -> Broken:
    for slot in run:
        if slot in room.closed:
            yield Violation(rule=RuleKind.CLOSED, session=session.id, slot=slot)


def _any_closed(problem: Problem, run: Run) -> bool:
    return not problem.closed_somewhere.isdisjoint(run)


def _any_frozen(problem: Problem, run: Run) -> bool:
    return not problem.frozen_slots.isdisjoint(run)


def _enters_frozen(problem: Problem, session: Session, run: Run, room: MeetingRoom) -> Broken:
    for slot in run:
        if slot in problem.frozen_slots and problem.before.get(session.id) != (run[0], room.id):
            yield Violation(rule=RuleKind.FROZEN, session=session.id, slot=slot)


CELL_RULES = (
    CellRule(RuleKind.FROZEN, of_cell=_enters_frozen, concerns=_any_frozen),
    CellRule(RuleKind.NEEDS, of_room=_lacks),
    CellRule(RuleKind.SLOTS, of_run=_not_its_slot),
    CellRule(RuleKind.LENGTH, of_run=_runs_out),
    CellRule(RuleKind.HOST_ABSENT, of_run=_host_absent),
    CellRule(RuleKind.CLOSED, of_cell=_closed, concerns=_any_closed),
    CellRule(RuleKind.PIN, of_run=_pinned_to_another_slot, of_room=_pinned_to_another_room),
)


def _taken(problem: Problem, place: Mapping[str, Assignment], entry: Assignment) -> Broken:
    run = set(problem.run(entry.session, entry.slot))
    for name, other in sorted(place.items()):
        if name != entry.session and other.room == entry.room:
            for slot in run.intersection(problem.run(name, other.slot)):
                yield Violation(rule=RuleKind.TAKEN, session=entry.session, other=name, slot=slot)


def _host_twice(problem: Problem, place: Mapping[str, Assignment], entry: Assignment) -> Broken:
    run = set(problem.run(entry.session, entry.slot)) - problem.frozen_slots
    for host in problem.by_id[entry.session].hosts:
        for name in sorted(problem.hosting[host]):
            if name != entry.session and name in place and run.intersection(problem.run(name, place[name].slot)):
                yield Violation(rule=RuleKind.HOST_TWICE, session=entry.session, other=name, person=host)


def _too_early(problem: Problem, place: Mapping[str, Assignment], entry: Assignment) -> Broken:
    if entry.slot in problem.frozen_slots:
        return
    for name in problem.by_id[entry.session].after:
        first = place.get(name)
        if first is None or not problem.over_before(problem.run(name, first.slot)[-1], entry.slot):
            yield Violation(rule=RuleKind.AFTER, session=entry.session, other=name)


GRID_RULES = (_taken, _host_twice, _too_early)
"""Rules about a session and those around it: `(problem, place, entry)` tell what is broken."""


def against(problem: Problem, place: Mapping[str, Assignment], entry: Assignment) -> Broken:
    """What the hard rules have against one placed session of a grid (by session); unknown rooms have no rule."""
    for rule in GRID_RULES:
        yield from rule(problem, place, entry)
    session, run = problem.by_id[entry.session], problem.run(entry.session, entry.slot)
    room = next((room for room in problem.rooms if room.id == entry.room), None)
    if entry in problem.fixed:
        return  # it stays, whatever other rules say
    if room is not None:
        for cell_rule in CELL_RULES:
            yield from cell_rule.broken(problem, session, run, room)
    else:
        for cell_rule in CELL_RULES:
            yield from cell_rule.of_run(problem, session, run) if cell_rule.of_run else ()


def violations(problem: Problem, placements: Sequence[Assignment]) -> list[Violation]:
    """The hard rules that a grid breaks; an empty list is a valid grid."""
    slots, rooms = {slot.id for slot in problem.slots}, {room.id for room in problem.rooms}
    broken: list[Violation] = []
    place: dict[str, Assignment] = {}
    for entry in placements:
        if entry.session not in problem.by_id or entry.slot not in slots or entry.room not in rooms:
            broken.append(Violation(rule=RuleKind.UNKNOWN, session=entry.session))
            continue
        if entry.session in place:
            broken.append(Violation(rule=RuleKind.TWICE, session=entry.session))
        place[entry.session] = entry
    for entry in place.values():
        broken += against(problem, place, entry)
    left = (before.session for before in problem.fixed if place.get(before.session) != before)
    return broken + [Violation(rule=RuleKind.FROZEN, session=name) for name in left]


def allowed_rooms(problem: Problem, session: Session) -> list[int]:
    """For each slot the rooms in which a session may start there, by the cell rules alone, as bits (1 << room)."""
    fitting = _bits(problem, lambda room: not any(_of_room(problem, session, room)))
    return [_starting(problem, session, problem.run(session.id, slot.id), fitting) for slot in problem.slots]


def _starting(problem: Problem, session: Session, run: Run, fitting: int) -> int:
    if not fitting or any(_of_run(problem, session, run)):
        return 0
    rules = [it.of_cell for it in CELL_RULES if it.of_cell and (it.concerns is None or it.concerns(problem, run))]
    if not rules:
        return fitting
    return fitting & _bits(
        problem, lambda room: not any(it for rule in rules for it in rule(problem, session, run, room))
    )


def _bits(problem: Problem, allowed: Callable[[MeetingRoom], bool]) -> int:
    return sum(1 << r for r, room in enumerate(problem.rooms) if allowed(room))


def _of_run(problem: Problem, session: Session, run: Run) -> Iterable[Violation]:
    return (it for rule in CELL_RULES if rule.of_run for it in rule.of_run(problem, session, run))


def _of_room(problem: Problem, session: Session, room: MeetingRoom) -> Iterable[Violation]:
    return (it for rule in CELL_RULES if rule.of_room for it in rule.of_room(problem, session, room))
