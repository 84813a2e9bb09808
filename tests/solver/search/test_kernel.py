"""The compiled search keeps its books: what it believes after many moves is what a fresh count says."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pytest

from solver import parse, score, violations
from solver.model.index import index
from solver.search import arrays, kernel
from solver.search.anneal import as_arrays
from solver.search.construct import start
from solver.search.shapes import TOTAL
from solver.search.walks import ExchangeWalk
from tests.world.random_days import random_day


def hash_of(*words: str) -> int:
    """The same number on every machine."""
    return crc32(" ".join(words).encode())


@pytest.mark.parametrize("seed", range(6))
def test_anneal_keeps_its_total(seed: int) -> None:
    data = random_day(seed, 70, 26, 4, 6, wishes=8, crowds=0.3, multi=0.5, weights={"moved": 0.5})
    data["slots"][0]["frozen"] = True
    data["previous"] = [{"session": f"s{i}", "slot": f"t{i % 4}", "room": f"r{i % 5}"} for i in range(12)]
    if seed % 2:  # approval ballots, many wishes, rooms smaller than the crowd
        for person in data["people"]:
            person["wants"] = {s["id"]: 1 for s in data["sessions"] if (hash_of(person["id"], s["id"]) + seed) % 3}
        for room in data["rooms"]:
            room["capacity"] = 3 + hash_of(room["id"], "") % 6
    view = index(parse(data))
    board = start(view)
    slots = np.array([4 if cell is None else cell[0] for cell in board.where], dtype=np.int64)
    instance, state = arrays.instance(view), arrays.state(view, seed)
    kernel.prepare(instance, state, slots)
    kernel.anneal(instance, state, 4000, 3.0, 1.0, 4.0)
    kernel.cycle(instance, state, 1000, 1.0)
    believed = state.figures[TOTAL]
    kernel.prepare(instance, state, state.slot.copy())
    assert believed == pytest.approx(state.figures[TOTAL], abs=1e-6)
    pairs = zip(state.slot.tolist(), state.room.tolist(), strict=True)
    grid = view.grid([None if room < 0 else (slot, room) for slot, room in pairs])
    assert violations(view.problem, grid) == []
    assert {p.session for p in grid if p.slot == "t0"} == {"s0", "s4", "s8"}
    blind = (
        float(state.figures[TOTAL]) - score(view.problem, grid).total
    )  # seats in frozen slots and lost sessions: fixed
    kernel.anneal(instance, state, 2000, 3.0, 1.0, 4.0)
    kernel.cycle(instance, state, 200, 1.0)
    pairs = zip(state.slot.tolist(), state.room.tolist(), strict=True)
    later = view.grid([None if room < 0 else (slot, room) for slot, room in pairs])
    assert float(state.figures[TOTAL]) - score(view.problem, later).total == pytest.approx(blind, abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_walk_goes_to_any_grid_and_counts_it_right(seed: int) -> None:
    data = random_day(seed, 70, 24, 4, 6, limited=0, pinned=0, absent=0, needs=0, closed=0, multi=0, hosted=False)
    for person in data["people"]:
        chance = {s["id"]: (hash_of(person["id"], s["id"]) + seed) % 4 == 0 for s in data["sessions"]}
        person["wants"] = {id: 1 for number, (id, may) in enumerate(chance.items()) if number // 6 % 2 == 0 or may}
    view = index(parse(data))
    walk = ExchangeWalk(view, arrays.instance(view), seed)
    for step in range(8):  # whole slots change places: in between, tables must not see twice as many sessions there
        cells = [((number // 6 + 2 * step) % 4, number % 6) for number in range(24)]
        walk.go_to(*as_arrays(view, list(cells)))
        walk.run(20, 1.0, 1.0)
        found = walk.standing()
        pairs = zip(found.slots.tolist(), found.rooms.tolist(), strict=True)
        grid = view.grid([None if room < 0 else (slot, room) for slot, room in pairs])
        assert score(view.problem, grid).total == pytest.approx(found.total, abs=1e-6)
