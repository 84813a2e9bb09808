"""Why a grid is as it is, and what a change would do to it: clashes, reasons, people's days, exact changes, help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from solver.explain.slot_scores import Cell, Tally, Totals
from solver.explain.unplaced import reason
from solver.explain.warnings import Warning, warnings
from solver.model.index import Index, index
from solver.model.problem import Placement, Problem


@dataclass(frozen=True, slots=True)
class Clash:
    """Two sessions in one slot, and how many people who are there want both."""

    session: str
    people: int


@dataclass(frozen=True, slots=True)
class Missed:
    """A wish that a person cannot keep: not placed (`slot` None), absent then, or something else in that slot first."""

    session: str
    slot: str | None
    instead: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnesDay:
    """What one person gets: slots kept, of so many wishes, where they go by slot, and what they miss."""

    person: str
    kept: int
    wishes: int
    goes: dict[str, tuple[str, ...]]
    missed: tuple[Missed, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a change would do: differences (after less before), whose day it touches, what speaks against it.

    `better` and `worse` are the people whose harmony would rise or fall. `warnings` are about the sessions moved.
    """

    total: float
    kept: int
    harmony: float
    turned_away: float
    moved: float
    topic: int
    left_out: int
    better: tuple[str, ...]
    worse: tuple[str, ...]
    warnings: tuple[Warning, ...]
    moves: Mapping[str, Placement | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Why:
    """Why a session stands in no cell, and the exchange with a placed session that would cost least, if any may be."""

    session: str
    reason: str
    instead_of: str | None = None
    change: Change | None = None


def clashes(problem: Problem, placements: Iterable[Placement]) -> dict[tuple[str, str], int]:
    """Pairs of sessions in one slot (in the problem's order), and how many people who are there want both; never none.

    All pairs at once; `Explainer.clashes` answers for one session.
    """
    slot_of = {p.session: p.slot for p in placements}
    together: dict[str, list[str]] = {}
    for session in problem.sessions:
        if session.id in slot_of:
            together.setdefault(slot_of[session.id], []).append(session.id)
    column = {name: number for names in together.values() for number, name in enumerate(names)}
    rows: dict[str, list[int]] = {slot: [] for slot in together}
    columns: dict[str, list[int]] = {slot: [] for slot in together}
    for number, (person, wanted) in enumerate(problem.wishes.items()):
        absent = problem.absences.get(person, frozenset())
        for name in wanted:
            slot = slot_of.get(name)
            if slot is not None and slot not in absent:
                rows[slot].append(number)
                columns[slot].append(column[name])
    found = {}
    for slot, names in together.items():
        wants = np.zeros((len(problem.wishes), len(names)), np.float32)
        wants[rows[slot], columns[slot]] = 1
        both = np.triu(wants.T @ wants, 1).astype(int)
        found.update({(names[i], names[j]): int(both[i, j]) for i, j in np.argwhere(both)})
    return found


class Explainer:
    """A problem and a grid, prepared so that each question takes milliseconds; build a new one for a new grid."""

    def __init__(self, problem: Problem, placements: Iterable[Placement]) -> None:
        """Take a grid; it need not be valid."""
        self.problem = problem
        self.place = {p.session: p for p in placements}
        self.view: Index = index(problem)
        self.session_no = {name: s for s, name in enumerate(self.view.session_ids)}
        self.slot_no = {name: t for t, name in enumerate(self.view.slot_ids)}
        self.room_no = {name: r for r, name in enumerate(self.view.room_ids)}
        self.tally = Tally(self.view, [self.cell(self.place.get(name)) for name in self.view.session_ids])

    def cell(self, placement: Placement | None) -> Cell | None:
        """Return a placement as numbers of slot and room (room -1: one that does not exist yet, with seats for all)."""
        if placement is None:
            return None
        return self.slot_no[placement.slot], self.room_no.get(placement.room, -1)

    def clashes(self, session: str) -> list[Clash]:
        """What stands beside a placed session, and how many want both, most first; nothing if it is not placed."""
        here = self.place.get(session)
        if here is None:
            return []
        beside = [other for other, p in self.place.items() if p.slot == here.slot and other != session]
        t, s = self.slot_no[here.slot], self.session_no[session]
        found = [Clash(other, self.tally.both(t, s, self.session_no[other])) for other in beside]
        return sorted(found, key=lambda clash: (-clash.people, clash.session))

    def why(self, session: str) -> Why:
        """Why a session is not placed; tries each placed session in whose cell it might stand."""
        s = self.session_no[session]
        taken = {cell: i for i, cell in enumerate(self.tally.cells) if cell is not None}
        best: tuple[float, str, Change] | None = None
        for cell, other in sorted(taken.items()):
            if self.view.mask[s][cell[0]] >> cell[1] & 1 and self.view.fixed[other] is None:
                name = self.view.session_ids[other]
                change = self.change({name: None, session: Placement(session, *self._names(cell))})
                hard = [w for w in change.warnings if w.hard]
                if not hard and (best is None or change.total > best[0]):
                    best = change.total, name, change
        text = reason(self.view, s, taken)
        return Why(session, text, best[1], best[2]) if best else Why(session, text)

    def day(self, person: str) -> OnesDay:
        """What a person keeps and misses."""
        from solver.model.score import choose

        slot_of = {name: p.slot for name, p in self.place.items()}
        choices = choose(self.problem, person, slot_of)
        goes = {slot: tuple(sessions) for slot, (_, sessions) in choices.items()}
        missed = [
            Missed(session, slot_of.get(session), goes.get(slot_of.get(session, ""), ()))
            for session in self.problem.wishes[person]
            if session not in goes.get(slot_of.get(session, ""), ())
        ]
        return OnesDay(person, len(goes), len(self.problem.wishes[person]), goes, tuple(missed))

    @cached_property
    def kept(self) -> dict[str, tuple[int, int]]:
        """Person id to (slots kept, wishes), everybody at once."""
        kept = self.tally.kept_by_person()
        wishes = self.problem.wishes
        return {name: (int(kept[p]), len(wishes[name])) for p, name in enumerate(self.view.person_ids)}

    @cached_property
    def totals(self) -> Totals:
        """The grid's totals, equal to those of `score`."""
        return self.tally.totals()

    def move(self, session: str, slot: str | None, room: str | None) -> Change:
        """What moving one session (slot and room None: taking it off the grid) would do."""
        to = None if slot is None or room is None else Placement(session, slot, room)
        return self.change({session: to})

    def swap(self, one: str, other: str) -> Change:
        """What it would do if two sessions changed cells (an unplaced one takes the other's, which leaves the grid)."""
        first, second = self.place.get(one), self.place.get(other)
        return self.change(
            {
                one: Placement(one, second.slot, second.room) if second else None,
                other: Placement(other, first.slot, first.room) if first else None,
            }
        )

    def change(self, moves: Mapping[str, Placement | None]) -> Change:
        """What it would do if some sessions moved at once (None: off the grid); exact, allowed or not."""
        cells = {self.session_no[name]: self.cell(to) for name, to in moves.items()}
        after, better, worse = self.tally.after(cells)
        before = self.totals
        names = self.view.person_ids
        place = {**self.place, **{name: to for name, to in moves.items() if to is not None}}
        for name, to in moves.items():
            if to is None:
                place.pop(name, None)
        demand = {self.view.session_ids[s]: heads for s, heads in after.demand.items()}
        found = [
            w for name in moves if name in place for w in warnings(self.problem, place, name, demand.get(name, 0.0))
        ]
        return Change(
            after.total - before.total,
            after.kept - before.kept,
            after.harmony - before.harmony,
            after.turned_away - before.turned_away,
            after.moved - before.moved,
            after.topic - before.topic,
            after.left_out - before.left_out,
            tuple(names[p] for p in better),
            tuple(names[p] for p in worse),
            tuple(found),
            dict(moves),
        )

    def _names(self, cell: Cell) -> tuple[str, str]:
        return self.view.slot_ids[cell[0]], self.view.room_ids[cell[1]]
