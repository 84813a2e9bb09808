"""The arrays that the search for longer sessions and an order reads and writes: the instance, and the grid in work.

S sessions, T slots, R rooms, P people, L slots of the longest session. A session that waits has slot and room -1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solver.model.index import LEVEL_BITS, OWN, Index
from solver.model.problem import HOSTING
from solver.model.score import OTHER_ROOM
from solver.search.board import NOT_THERE
from solver.search.shapes import NOWHERE, Bits, Bytes, Floats, Ints

HARMONY, PAIRS, MOVED, SEATS, BEST = range(5)  # cells of `figures`: what the total is made of, and the best total
WAITING, LEAST_WAITING, TRIED, LOST = range(4)  # cells of `counters`
AWAY, OTHER_SLOT, IN_OTHER_ROOM, TOPIC = range(4)  # cells of `weight`
REMEMBERED = 1000  # losses of random moves from which a temperature is taken


class SequencedInstance(NamedTuple):
    """What does not change while the search runs.

    `fan_ptr` [S+1], `fan_p`, `fan_level`: who wants each session and how much (4: hosts it); `host_ptr` [S+1],
    `host_p`; `mask` [S, T, R]: where it may start; `start_ptr` [S+1], `start_t`, `start_r`: the same as a list, empty
    for what is fixed; `movable`: sessions that have any. `run` [S, T, L]: slots it takes when it starts in one, then
    -1. `sequence` [T, T]: the first is over when the second starts. `after_ptr`, `after_s` and `follow_ptr`,
    `follow_s`: what must be over before each one, and what waits for it. `fixed` [S]. `by_capacity` [R]: rooms, the
    greatest first. Demand is heads * `scale` + `base`. `topic` [S], -1 none. `before` [S, 2]. `share` [k]: 1 / k, and
    `worth` [k] the same or 1 (linear).
    """

    fan_ptr: Ints
    fan_p: Ints
    fan_level: Ints
    host_ptr: Ints
    host_p: Ints
    mask: Bytes
    start_ptr: Ints
    start_t: Ints
    start_r: Ints
    movable: Ints
    run: Ints
    sequence: Bytes
    after_ptr: Ints
    after_s: Ints
    follow_ptr: Ints
    follow_s: Ints
    fixed: Bytes
    capacity: Floats
    by_capacity: Ints
    scale: Floats
    base: Floats
    topic: Ints
    before: Ints
    share: Floats
    worth: Floats
    unit: Ints
    weight: Floats


class SequencedState(NamedTuple):
    """A grid being worked on and the best one seen.

    `packed` [P * T]: how many wanted sessions stand in a person's slot, eight bits a level; `reached` [3, P]: slots
    that a person keeps with a strength above the row's; `slot`, `room` [S]; `cell` [T, R]: who stands there, -1
    nobody; `cost` [T]: what lacking seats cost; `topics` [T, topics]. `figures`, `counters`: see their cells' names.
    Scratch: `group`, `group_t`, `group_r`: who moves and from where; `touched` [T] and what their slots `were`;
    `taken`, `loose`, `demand`, `seat` [R]: rooms of a slot, who may change them, how many come, the rooms to take.
    """

    packed: Ints
    reached: Ints
    slot: Ints
    room: Ints
    cell: Ints
    cost: Floats
    topics: Ints
    figures: Floats
    counters: Ints
    group: Ints
    group_t: Ints
    group_r: Ints
    touched: Bytes
    were: Floats
    taken: Bytes
    loose: Ints
    demand: Floats
    seat: Ints
    losses: Floats
    best_slot: Ints
    best_room: Ints
    random: Bits


def sequenced_instance(index: Index) -> SequencedInstance:
    """Lay out a problem's index as arrays."""
    slots, rooms = len(index.slot_ids), len(index.room_ids)
    weights = index.problem.weights
    mask = np.array([[[bits >> r & 1 for r in range(rooms)] for bits in row] for row in index.mask], np.uint8)
    mask = mask.reshape(len(index.mask), slots, rooms)
    starts = [
        np.argwhere(rows) if cell is None else np.empty((0, 2), np.int64)
        for rows, cell in zip(mask, index.fixed, strict=True)
    ]
    followers: list[list[int]] = [[] for _ in index.after]
    for s, before in enumerate(index.after):
        for first in before:
            followers[first].append(s)
    most = max(slots, len(index.session_ids)) + 2
    share = np.array([0.0, *(1 / k for k in range(1, most))])
    linear = weights.fairness == "linear"
    fan_ptr, fans = _rows([np.array(fan, np.int64).reshape(-1, 2) for fan in index.fans])
    start_ptr, cells = _rows(starts)
    host_ptr, hosts = _rows([np.array(hosts, np.int64).reshape(-1, 1) for hosts in index.hosts])
    after_ptr, after = _rows([np.array(before, np.int64).reshape(-1, 1) for before in index.after])
    follow_ptr, follow = _rows([np.array(them, np.int64).reshape(-1, 1) for them in followers])
    return SequencedInstance(
        fan_ptr=fan_ptr,
        fan_p=fans[:, 0].copy(),
        fan_level=fans[:, 1].copy(),
        host_ptr=host_ptr,
        host_p=hosts[:, 0].copy(),
        mask=mask,
        start_ptr=start_ptr,
        start_t=cells[:, 0].copy(),
        start_r=cells[:, 1].copy(),
        movable=np.array([s for s, them in enumerate(starts) if len(them)], np.int64),
        run=_runs(index),
        sequence=np.array(index.sequence, np.uint8).reshape(slots, slots),
        after_ptr=after_ptr,
        after_s=after[:, 0].copy(),
        follow_ptr=follow_ptr,
        follow_s=follow[:, 0].copy(),
        fixed=np.array([cell is not None for cell in index.fixed], np.uint8),
        capacity=np.array(index.capacity, np.float64),
        by_capacity=np.argsort(-np.array(index.capacity, np.float64), kind="stable"),
        scale=np.array(index.scale, np.float64),
        base=np.array(index.base, np.float64),
        topic=np.array(index.topic, np.int64),
        before=np.array([cell or (NOWHERE, NOWHERE) for cell in index.before], np.int64).reshape(-1, 2),
        share=share,
        worth=np.ones_like(share) if linear else share,
        unit=np.array([0, *(1 << (LEVEL_BITS * level) for level in range(OWN + 1))], np.int64),
        weight=np.array([weights.turned_away, weights.moved, OTHER_ROOM * weights.moved, weights.topic]),
    )


def empty_state(index: Index, seed: int) -> SequencedState:
    """The state of an empty grid; `seed` starts its random numbers."""
    sessions, slots, people = len(index.session_ids), len(index.slot_ids), len(index.person_ids)
    packed = np.zeros((people, slots), np.int64)
    for p, absent in enumerate(index.absent):
        packed[p, absent] = NOT_THERE
    return SequencedState(
        packed=packed.reshape(-1),
        reached=np.zeros((HOSTING, people), np.int64),
        slot=np.full(sessions, -1, np.int64),
        room=np.full(sessions, -1, np.int64),
        cell=np.full((slots, len(index.room_ids)), -1, np.int64),
        cost=np.zeros(slots),
        topics=np.zeros((slots, max(index.topic, default=-1) + 1), np.int64),
        figures=np.zeros(5),
        counters=np.array([0, sessions + 1, 0, 0], np.int64),
        group=np.zeros(slots + 2, np.int64),
        group_t=np.zeros(slots + 2, np.int64),
        group_r=np.zeros(slots + 2, np.int64),
        touched=np.zeros(slots, np.uint8),
        were=np.zeros(slots),
        taken=np.zeros(len(index.room_ids), np.uint8),
        loose=np.zeros(len(index.room_ids), np.int64),
        demand=np.zeros(len(index.room_ids)),
        seat=np.zeros(len(index.room_ids), np.int64),
        losses=np.zeros(REMEMBERED),
        best_slot=np.full(sessions, -1, np.int64),
        best_room=np.full(sessions, -1, np.int64),
        random=np.random.SeedSequence(seed).generate_state(1, np.uint64) | np.uint64(1),
    )


def _runs(index: Index) -> Ints:
    longest = max((session.length for session in index.problem.sessions), default=1)
    runs = np.full((len(index.session_ids), len(index.slot_ids), longest), -1, np.int64)
    for s, row in enumerate(index.runs):
        for t, run in enumerate(row):
            runs[s, t, : len(run)] = run
    return runs


def _rows(rows: list[Ints]) -> tuple[Ints, Ints]:
    """Rows of different length as one array, and where each begins."""
    pointers = np.zeros(len(rows) + 1, np.int64)
    pointers[1:] = np.cumsum([len(row) for row in rows])
    width = rows[0].shape[1] if rows else 1
    return pointers, np.concatenate(rows) if rows else np.empty((0, max(width, 2)), np.int64)
