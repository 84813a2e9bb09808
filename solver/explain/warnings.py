"""What speaks against a session's cell, as data: hard rules that it breaks, and seats that are too few."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from solver.model.problem import Placement, Problem, Room, Session


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that speaks against a cell; `hard` where the grid would not be valid.

    `kind` is one of `taken` (`other`: the session there), `host-twice` (`person`; `other`: their other session),
    `host-absent` (`person`), `closed`, `lacks` (`detail`: the need), `not-its-slot`, `pinned`, `frozen`, and
    `too-small` (`heads` for whom there is no seat; not hard).
    """

    kind: str
    session: str
    hard: bool = True
    other: str | None = None
    person: str | None = None
    detail: str | None = None
    heads: float = 0.0


def warnings(problem: Problem, place: Mapping[str, Placement], name: str, demand: float) -> list[Violation]:
    """What speaks against the cell of one placed session in a grid, where so many heads are expected."""
    entry = place[name]
    session = next(s for s in problem.sessions if s.id == name)
    room = next((r for r in problem.rooms if r.id == entry.room), None)
    found = list(_company(problem, place, session, entry))
    if entry.slot in problem.frozen_slots:
        found += [Violation("frozen", name)] if entry not in problem.fixed else []
    else:
        found += _rules(problem, session, entry, room)
    if room is not None and demand > room.capacity:
        found.append(Violation("too-small", name, hard=False, heads=demand - room.capacity))
    return found


def _company(
    problem: Problem, place: Mapping[str, Placement], session: Session, entry: Placement
) -> Iterator[Violation]:
    beside = {other for other, p in place.items() if p.slot == entry.slot and other != session.id}
    for other in sorted(beside):
        if place[other].room == entry.room:
            yield Violation("taken", session.id, other=other)
    if entry.slot in problem.frozen_slots:
        return
    for host in session.hosts:
        for other in sorted(beside & problem.hosting[host]):
            yield Violation("host-twice", session.id, other=other, person=host)


def _rules(problem: Problem, session: Session, entry: Placement, room: Room | None) -> Iterator[Violation]:
    for host in session.hosts:
        if entry.slot in problem.absences.get(host, ()):
            yield Violation("host-absent", session.id, person=host)
    if session.slots is not None and entry.slot not in session.slots:
        yield Violation("not-its-slot", session.id)
    pin = session.pin
    if pin and (pin.slot not in (None, entry.slot) or pin.room not in (None, entry.room)):
        yield Violation("pinned", session.id)
    if room is not None:
        if entry.slot in room.closed:
            yield Violation("closed", session.id)
        for need in sorted(session.needs - room.features):
            yield Violation("lacks", session.id, detail=need)
