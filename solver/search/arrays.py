"""The index as NumPy arrays, in the shapes that the compiled search wants."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from solver.model.index import LEVEL_BITS, OWN, Index
from solver.model.problem import HOSTING
from solver.model.score import OTHER_ROOM
from solver.search.shapes import BEST_TOTAL, BEST_UNPLACED, COUNTERS, FIGURES, NOWHERE, TEMPERATURE, Instance, State

ABSENT = -(1 << 30)
REMEMBERED = 2048  # losses of random moves that are remembered
BLOCK = 512  # people whose bits a vector holds
LARGEST = 1e15  # seats of a room that nobody counted
MOST_SLOTS, MOST_ROOMS, MOST_SESSIONS = 100, 255, 32767  # what packed cells and tables have bits and memory for


def can_hold(index: Index) -> bool:
    """Say whether the compiled search can hold the problem; no real day is larger."""
    return (
        len(index.slot_ids) <= MOST_SLOTS
        and len(index.room_ids) <= MOST_ROOMS
        and len(index.session_ids) <= MOST_SESSIONS
    )


def instance(index: Index) -> Instance:
    """Build what does not change."""
    sessions, slots, people = len(index.session_ids), len(index.slot_ids), len(index.person_ids)
    fan_ptr, fan_p, fan_level = _fans(index)
    unit = np.array([0] + [1 << (LEVEL_BITS * k) for k in range(OWN)], dtype=np.int32)
    level = np.zeros((sessions, people), dtype=np.uint8)
    owner = np.repeat(np.arange(sessions, dtype=np.int32), np.diff(fan_ptr))
    level[owner, fan_p] = fan_level
    mask = _mask(index)
    may = np.ones((sessions, slots + 1), dtype=np.uint8)
    may[:, :slots] = mask.any(axis=2)
    host_ptr, host_p = _busy_hosts(index)
    rooms, opened = _rooms(index)
    table, stride = _table(index)
    weights = index.problem.weights
    return Instance(
        fan_ptr=fan_ptr,
        fan_p=fan_p,
        fan_level=fan_level,
        fan_row=(fan_p.astype(np.int64) * (slots + 2)).astype(np.uint32),
        fan_unit=unit[fan_level],
        level=level,
        bits=_bits(level),
        host_ptr=host_ptr,
        host_p=host_p,
        mask=mask,
        may=may,
        movable=np.flatnonzero(may[:, :slots].any(axis=1)),
        rooms=rooms,
        opened=opened,
        capacity=np.minimum(np.array(index.capacity, dtype=np.float64), LARGEST),
        scale=np.array(index.scale, dtype=np.float64),
        base=np.array(index.base, dtype=np.float64),
        topic=np.array(index.topic, dtype=np.int64),
        before_slot=np.array([NOWHERE if cell is None else cell[0] for cell in index.before], dtype=np.int64),
        before_room=np.array([NOWHERE if cell is None else cell[1] for cell in index.before], dtype=np.int64),
        table=table,
        stride=stride,
        unit=unit,
        debruijn=_debruijn(),
        share=np.append(0.0, 1.0 / np.arange(1, _divided(index) + 2)),
        weight_turned_away=float(weights.turned_away),
        weight_moved=float(weights.moved),
        weight_other_room=float(OTHER_ROOM * weights.moved),
        weight_topic=float(weights.topic),
    )


def _fans(index: Index) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]:
    pointers = np.zeros(len(index.fans) + 1, dtype=np.int32)
    pointers[1:] = np.cumsum([len(fans) for fans in index.fans])
    flat = np.array([pair for fans in index.fans for pair in fans], dtype=np.int32).reshape(-1, 2)
    return pointers, np.ascontiguousarray(flat[:, 0]), flat[:, 1].astype(np.uint8)


def _bits(level: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Who wants each session, a bit a person: row 0 at any level, rows 1 to 4 at that one."""
    return np.stack([_packed(level > 0), *(_packed(level == k) for k in range(1, OWN + 1))])


def _packed(which: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Pack the last axis into words of 64 bits; whole vectors of them, for a remainder costs as much as a vector."""
    padded = np.zeros((*which.shape[:-1], max(1, -(-which.shape[-1] // BLOCK)) * BLOCK), dtype=np.uint8)
    padded[..., : which.shape[-1]] = which
    return np.packbits(padded, axis=-1, bitorder="little").view(np.uint64)


def _divided(index: Index) -> int:
    """Return the most sessions over which anybody could divide in a slot, one too many in the midst of a swap."""
    most = max((len(wanted) for wanted in index.problem.wishes.values()), default=0)
    held = Counter(cell[0] for cell in index.fixed if cell is not None)
    return max(1, min(most, max(len(index.room_ids), *held.values(), 1) + 1))


def _debruijn() -> NDArray[np.int64]:
    """Where the lone bit of 1 << k sends de Bruijn's number 0x03F79D71B4CB0A89: the inverse is the place of the bit."""
    place = np.zeros(64, dtype=np.int64)
    for k in range(64):
        place[((1 << k) * 0x03F79D71B4CB0A89 & 0xFFFFFFFFFFFFFFFF) >> 58] = k
    return place


def _mask(index: Index) -> NDArray[np.uint8]:
    rooms = len(index.room_ids)
    width = (rooms + 7) // 8 or 1
    raw = b"".join(bits.to_bytes(width, "little") for row in index.mask for bits in row)
    bits = np.unpackbits(np.frombuffer(raw, dtype=np.uint8), bitorder="little")
    return np.ascontiguousarray(bits.reshape(len(index.mask), len(index.slot_ids), width * 8)[:, :, :rooms])


def _busy_hosts(index: Index) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Hosts of each session who hold another one too: only they can be in two places."""
    held = np.bincount([h for hosts in index.hosts for h in hosts] or [0], minlength=1)
    busy = [[h for h in hosts if held[h] > 1] for hosts in index.hosts]
    pointers = np.zeros(len(busy) + 1, dtype=np.int32)
    pointers[1:] = np.cumsum([len(hosts) for hosts in busy])
    return pointers, np.array([h for hosts in busy for h in hosts], dtype=np.int64)


def _rooms(index: Index) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Open rooms of each slot, largest first."""
    rooms = np.zeros((len(index.slot_ids), max(1, len(index.room_ids))), dtype=np.int64)
    opened = np.zeros(len(index.slot_ids), dtype=np.int64)
    by_size = sorted(range(len(index.room_ids)), key=lambda r: (-index.capacity[r], r))
    for t, slot in enumerate(index.problem.slots):
        free = [r for r in by_size if not slot.frozen and slot.id not in index.problem.rooms[r].closed]
        rooms[t, : len(free)], opened[t] = free, len(free)
    return rooms, opened


def _table(index: Index) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """H for every number of slots kept at each strength, flattened, and how the index moves with a slot's level."""
    most = max((len(wanted) for wanted in index.problem.wishes.values()), default=0)
    size = min(len(index.slot_ids), most) + 1
    up_to = np.arange(3 * size, dtype=np.float64)
    if index.problem.weights.fairness != "linear":
        up_to = np.concatenate(([0.0], np.cumsum(1.0 / np.arange(1, 3 * size))))
    n = np.arange(size)
    strong, middle, weak = n[:, None, None], n[None, :, None], n[None, None, :]
    table = up_to[strong] + up_to[strong + middle] + up_to[strong + middle + weak]
    stride = [0, 1, size, size * size, size * size][: OWN + 1]
    assert len(stride) == HOSTING + 2
    return np.ascontiguousarray(table).ravel(), np.array(stride, dtype=np.int32)


def state(index: Index, seed: int) -> State:
    """Build a state in which every session waits; `kernel.prepare` puts them where they are to stand."""
    sessions, slots, people = len(index.session_ids), len(index.slot_ids), len(index.person_ids)
    rooms, topics = len(index.room_ids), max(index.topic, default=-1) + 1
    there = np.ones((slots + 1, people), dtype=np.bool_)
    packed = np.zeros((people, slots + 2), dtype=np.int32)
    packed[:, slots] = ABSENT
    for p, missed in enumerate(index.absent):
        packed[p, missed] = ABSENT
        there[missed, p] = False
    present = _packed(there)
    width, nobody = present.shape[1], np.uint64(0)
    top = np.full((slots + 1, OWN + 1, width), nobody)
    top[:, 0] = present
    figures, counters = np.zeros(FIGURES), np.zeros(COUNTERS, dtype=np.int64)
    figures[BEST_TOTAL], figures[TEMPERATURE], counters[BEST_UNPLACED] = -np.inf, 1.0, 1 << 60
    return State(
        packed=packed.ravel(),
        top=top,
        sharing=np.full((slots + 1, _divided(index) + 1, width), nobody),
        beneath=np.full((slots + 1, width), nobody),
        goers=np.full((sessions, width), nobody),
        deepest=np.zeros(slots + 1, dtype=np.int64),
        turn=np.full((5, width), nobody),
        slot=np.full(sessions, slots, dtype=np.int64),
        room=np.array([-1 if cell is None else cell[1] for cell in index.fixed], dtype=np.int64),
        place=np.arange(sessions, dtype=np.int64),
        member=np.tile(np.arange(max(1, sessions), dtype=np.int64), (slots + 1, 1)),
        filled=np.array([0] * slots + [sessions], dtype=np.int64),
        heads=np.array([len(fans) / 2 for fans in index.fans], dtype=np.float64),
        cost=np.zeros(slots + 1),
        demand=np.zeros((slots + 1, rooms + 2)),
        guess=np.zeros(slots + 1),
        topics=np.zeros((slots + 1, max(1, topics)), dtype=np.int64),
        shift=np.zeros(sessions),
        line_session=np.zeros((2, rooms + 2), dtype=np.int64),
        line_demand=np.zeros((2, rooms + 2)),
        line_heads=np.zeros((2, rooms + 2)),
        line_room=np.zeros((2, rooms + 2), dtype=np.int64),
        best_slot=np.full(sessions, slots, dtype=np.int64),
        best_room=np.full(sessions, -1, dtype=np.int64),
        random=np.array([(seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) % (1 << 64) | 1], dtype=np.uint64),
        price=np.zeros((rooms + 2, rooms + 2)),
        dual=np.zeros(rooms + 2),
        near=np.zeros(rooms + 2),
        key=np.zeros(rooms + 2),
        passed=np.zeros(rooms + 2),
        owner=np.zeros(rooms + 2, dtype=np.int64),
        way=np.zeros(rooms + 2, dtype=np.int64),
        order=np.zeros(rooms + 2, dtype=np.int64),
        steps=np.zeros((4, 4), dtype=np.int64),
        both=np.zeros(2),
        many=np.zeros(2, dtype=np.int64),
        losses=np.zeros(REMEMBERED),
        figures=figures,
        counters=counters,
    )
