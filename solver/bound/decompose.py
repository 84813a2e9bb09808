"""Dantzig-Wolfe decomposition by slots: one pricing subproblem for each kind of open slot, and what couples them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.bound.column import FORBIDDEN, Sizes, Subproblem
from solver.model.index import Index
from solver.model.score import OTHER_ROOM, choose, score

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Decomposition:
    """A problem decomposed by slots: P people, S sessions, one subproblem for each kind of open slot.

    Slots that are alike in everything share a subproblem: `copies[t]` counts them. `sizes[t]` are the least and the
    greatest number of sessions that subproblem t can hold; `count` sessions are to be placed in all of them. `room`,
    `fixed` (P, 4) and `table` are those of `column.conjugate`. `constant` is the part of the total that no grid
    changes (frozen slots, and one `moved` for each previous placement).
    """

    subproblems: list[Subproblem]
    copies: list[int]
    sizes: list[Sizes]
    free: NDArray[np.bool_]
    count: int
    room: Ints
    fixed: Ints
    table: Floats
    constant: float

    @property
    def people(self) -> int:
        """Number of people."""
        return len(self.room)

    @property
    def sessions(self) -> int:
        """Number of sessions, the frozen ones included."""
        return len(self.free)


def decompose(view: Index, placed: int) -> Decomposition:
    """Build the subproblems of a problem's open slots for grids of `placed` sessions (frozen ones included)."""
    problem = view.problem
    open_slots = [t for t, slot in enumerate(problem.slots) if not slot.frozen]
    wishes = _wishes(view)
    subproblems, copies = _kinds([_subproblem(view, t, wishes) for t in open_slots])
    free = np.array([cell is None for cell in view.fixed], bool)
    count = min(max(0, placed - int((~free).sum())), int(free.sum()))
    largest = [min(len(m.seats), int((m.least < FORBIDDEN).sum())) for m in subproblems]
    spare = sum(size * n for size, n in zip(largest, copies, strict=True)) - count
    harmonic = problem.weights.fairness == "harmonic"
    weights = [1 / rank if harmonic else 1.0 for rank in range(1, len(problem.slots) + 1)]
    return Decomposition(
        subproblems=subproblems,
        copies=copies,
        sizes=[Sizes(max(0, min(size, size - spare)), size) for size in largest],
        free=free,
        count=count,
        room=_room(view, open_slots),
        fixed=_fixed(view),
        table=np.concatenate([[0.0], np.cumsum(weights)]),
        constant=_constant(view),
    )


def _kinds(subproblems: list[Subproblem]) -> tuple[list[Subproblem], list[int]]:
    copies: dict[bytes, int] = {}
    kinds: list[Subproblem] = []
    for subproblem in subproblems:
        key = b"|".join(np.asarray(field).tobytes() for field in subproblem)
        if key not in copies:
            kinds.append(subproblem)
        copies[key] = copies.get(key, 0) + 1
    return kinds, list(copies.values())


class _Wishes(NamedTuple):
    """Who wants what, session by session: `session`, `who` and `level` of each wish, `there` (P, T), `clash` (S, S)."""

    session: Ints
    who: Ints
    level: Ints
    there: NDArray[np.bool_]
    clash: NDArray[np.bool_]


def _wishes(view: Index) -> _Wishes:
    there = np.ones((len(view.person_ids), len(view.problem.slots)), bool)
    for p, slots in enumerate(view.absent):
        there[p, slots] = False
    counts = [len(fans) for fans in view.fans]
    flat = np.fromiter(chain.from_iterable(chain.from_iterable(view.fans)), np.int64, 2 * sum(counts)).reshape(-1, 2)
    return _Wishes(np.repeat(np.arange(len(counts)), counts), flat[:, 0], flat[:, 1], there, _clashes(view))


def _subproblem(view: Index, t: int, wishes: _Wishes) -> Subproblem:
    seats = np.array(view.capacity, float)
    rooms = [
        r for r in np.argsort(-seats, kind="stable") if view.problem.slots[t].id not in view.problem.rooms[r].closed
    ]
    here = wishes.there[wishes.who, t]
    fans = np.bincount(wishes.session[here], minlength=len(view.fans))
    cost = _room_cost(view, t, rooms)
    least = cost.min(axis=1, initial=FORBIDDEN)
    usable = least < FORBIDDEN
    weights = view.problem.weights
    most = sum(count * scale for count, scale in zip(fans.tolist(), view.scale, strict=True)) + sum(view.base)
    return Subproblem(
        np.concatenate([[0], np.cumsum(fans)]).astype(np.int32),
        wishes.who[here].astype(np.int32),
        wishes.level[here].astype(np.int32),
        np.array(view.scale, float),
        np.array(view.base, float),
        np.minimum(seats[rooms], most),
        cost,
        least,
        np.array(view.topic, np.int32),
        wishes.clash,
        float(weights.turned_away),
        float(weights.topic),
        bool((cost[usable] == least[usable, None]).all()),
    )


def _room_cost(view: Index, t: int, rooms: list[int]) -> Floats:
    cost = np.full((len(view.mask), len(rooms)), FORBIDDEN)
    weight = view.problem.weights.moved
    for s, masks in enumerate(view.mask):
        before = view.before[s]
        for place, r in enumerate(rooms):
            if masks[t] >> int(r) & 1:
                stays = before is not None and before[0] == t
                cost[s, place] = -weight * (1 - OTHER_ROOM * (before[1] != r)) if before and stays else 0.0
    return cost


def _clashes(view: Index) -> NDArray[np.bool_]:
    clash = np.zeros((len(view.hosts), len(view.hosts)), bool)
    held: dict[int, list[int]] = {}
    for s, hosts in enumerate(view.hosts):
        for host in hosts:
            held.setdefault(host, []).append(s)
    for sessions in held.values():
        for s in sessions:
            clash[s, [other for other in sessions if other != s]] = True
    return clash


def _room(view: Index, open_slots: list[int]) -> Ints:
    room = np.zeros((len(view.person_ids), 4), np.int64)
    for s, fans in enumerate(view.fans):
        if any(view.mask[s]):
            for p, level in fans:
                room[p, min(level, 3)] += 1
    room[:, 0] = [len(set(open_slots) - set(absent)) for absent in view.absent]
    return room


def _fixed(view: Index) -> Ints:
    fixed = np.zeros((len(view.person_ids), 4), np.int64)
    stands = {placement.session: (placement.slot,) for placement in view.problem.fixed}
    for p, person in enumerate(view.person_ids if stands else []):
        for strength, _ in choose(view.problem, person, stands).values():
            fixed[p, strength] += 1
    return fixed


def _constant(view: Index) -> float:
    now = score(view.problem, view.problem.fixed)
    weights = view.problem.weights
    return -weights.turned_away * now.turned_away - weights.topic * now.topic - weights.moved * now.moved
