"""What a change of the grid would do, exactly, and which sessions that stand side by side many want both of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from solver.explain.slot_scores import Scored, SlotScores
from solver.explain.terms import Term, terms
from solver.explain.warnings import warnings
from solver.model.index import Cell, Index, index
from solver.model.problem import Assignment, Problem
from solver.model.rules import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What moving sessions would do: differences (after less before), whose day it touches, what speaks against it.

    `better` are the people whose harmony would rise. `warnings` are about the sessions moved.
    `terms` says by how much each term changes the total.
    """

    total: float
    kept: int
    harmony: float
    turned_away: float
    moved: float
    topic: int
    left_out: int
    better: tuple[str, ...]
    warnings: tuple[Violation, ...]
    terms: Mapping[Term, float] = field(default_factory=dict)
    moves: Mapping[str, Assignment | None] = field(default_factory=dict)


def clashes(problem: Problem, placements: Iterable[Assignment]) -> dict[tuple[str, str], int]:
    """Pairs of sessions in one slot (in the order of the problem), and how many who are there want both: 1 or more."""
    stands = {p.session: problem.run(p.session, p.slot) for p in placements}
    together: dict[str, list[str]] = {}
    for session in problem.sessions:
        for slot in stands.get(session.id, ()):
            together.setdefault(slot, []).append(session.id)
    column = {(slot, name): number for slot, names in together.items() for number, name in enumerate(names)}
    rows: dict[str, list[int]] = {slot: [] for slot in together}
    columns: dict[str, list[int]] = {slot: [] for slot in together}
    for number, (person, wanted) in enumerate(problem.wishes.items()):
        absent = problem.absences.get(person, frozenset())
        for name in wanted:
            for slot in stands.get(name, ()):
                if slot not in absent:
                    rows[slot].append(number)
                    columns[slot].append(column[slot, name])
    found: dict[tuple[str, str], int] = {}
    for slot, names in together.items():
        wants = np.zeros((len(problem.wishes), len(names)), np.float32)
        wants[rows[slot], columns[slot]] = 1
        both = np.triu(wants.T @ wants, 1).astype(int)
        for i, j in np.argwhere(both):
            found[names[i], names[j]] = max(int(both[i, j]), found.get((names[i], names[j]), 0))
    return found


class Explainer:
    """A problem and a grid, prepared so that each question takes milliseconds; build a new one for a new grid."""

    def __init__(self, problem: Problem, placements: Iterable[Assignment]) -> None:
        """Take a grid; it need not be valid."""
        self.problem = problem
        self.place = {p.session: p for p in placements}
        self.view: Index = index(problem)
        self.session_no = {name: s for s, name in enumerate(self.view.session_ids)}
        self.slot_no = {name: t for t, name in enumerate(self.view.slot_ids)}
        self.room_no = {name: r for r, name in enumerate(self.view.room_ids)}
        self.scores = SlotScores(self.view, [self.cell(self.place.get(name)) for name in self.view.session_ids])

    def cell(self, placement: Assignment | None) -> Cell | None:
        """Return a placement as numbers of slot and room (room -1: one that does not exist yet, with seats for all)."""
        if placement is None:
            return None
        return self.slot_no[placement.slot], self.room_no.get(placement.room, -1)

    @cached_property
    def scored(self) -> Scored:
        """The grid's score, and the demand of its sessions."""
        return self.scores.now()

    def move(self, session: str, slot: str | None, room: str | None) -> Effect:
        """What moving one session (slot and room None: taking it off the grid) would do."""
        to = None if slot is None or room is None else Assignment(session, slot, room)
        return self.change({session: to})

    def swap(self, one: str, other: str) -> Effect:
        """What it would do if two sessions changed cells (an unplaced one takes the other's, which leaves the grid)."""
        first, second = self.place.get(one), self.place.get(other)
        return self.change(
            {
                one: Assignment(one, second.slot, second.room) if second else None,
                other: Assignment(other, first.slot, first.room) if first else None,
            }
        )

    def change(self, moves: Mapping[str, Assignment | None]) -> Effect:
        """What it would do if some sessions moved at once (None: off the grid); exact, allowed or not."""
        cells = {self.session_no[name]: self.cell(to) for name, to in moves.items()}
        after, better = self.scores.after(cells)
        before, now = self.scored.score, after.score
        names = self.view.person_ids
        place = {**self.place, **{name: to for name, to in moves.items() if to is not None}}
        for name, to in moves.items():
            if to is None:
                place.pop(name, None)
        demand = {self.view.session_ids[s]: heads for s, heads in after.demand.items()}
        found = [
            w for name in moves if name in place for w in warnings(self.problem, place, name, demand.get(name, 0.0))
        ]
        return Effect(
            total=now.total - before.total,
            kept=now.kept - before.kept,
            harmony=now.harmony - before.harmony,
            turned_away=now.turned_away - before.turned_away,
            moved=now.moved - before.moved,
            topic=now.topic - before.topic,
            left_out=now.left_out - before.left_out,
            better=tuple(names[p] for p in better),
            warnings=tuple(found),
            terms=terms(self.problem.weights, now, before),
            moves=dict(moves),
        )
