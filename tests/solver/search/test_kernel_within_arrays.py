"""The compiled loops stay within their arrays: run as plain Python, which checks every index, they raise nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Event
from zlib import crc32

import pytest

from solver import parse, score
from solver.bound.bounds import bounds
from solver.model.index import Index, index
from solver.search import anneal
from solver.search.construct import start
from solver.search.walks import CYCLES_READY
from tests.world.random_days import random_day

ROOT = Path(__file__).parents[3]
CHECKED = {"NUMBA_DISABLE_JIT": "1", "PYTHONWARNINGS": "ignore"}


def a_day(seed: int, **kinds: float) -> Index:
    """A day; an odd seed's people approve of two sessions in three."""
    data = random_day(seed, 30, 20, 4, 5, multi=0.3, weights={"moved": 0.5}, **kinds)
    if seed % 2:
        for person in data["people"]:
            wanted = (s["id"] for s in data["sessions"] if crc32((person["id"] + s["id"]).encode()) % 3)
            person["wants"] = dict.fromkeys(wanted, 1)
    return index(parse(data))


def search(view: Index, seed: int) -> None:
    """Walk for a while, back and forth between grids, and count right at the end."""
    CYCLES_READY.set()
    walk, first = anneal.walks_of(view, 1, seed)[0], anneal.as_arrays(view, list(start(view).where))
    walk.go_to(*first)
    walk.losses()
    for _ in range(3):
        walk.run(60, 1.0, 0.5)
        found = walk.standing()
        walk.go_to(*first)
        walk.go_to(found.slots, found.rooms)
    pairs = zip(found.slots.tolist(), found.rooms.tolist(), strict=True)
    grid = view.grid([None if room < 0 else (slot, room) for slot, room in pairs])
    assert abs(score(view.problem, grid).total - found.total) < 1e-6


def prove(view: Index) -> None:
    """Take the first bounds of a day of which every session finds a place."""
    placed = sum(cell is not None for cell in start(view).where)
    for _, _bound in zip(range(4), bounds(view.problem, placed, 20.0, Event()), strict=False):
        pass


@pytest.mark.parametrize("part", ["plain", "approval", "longer", "bound"])
def test_loops_stay_within_their_arrays(part: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.solver.search.test_kernel_within_arrays", part],
        cwd=ROOT,
        env={**os.environ, **CHECKED},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]


if __name__ == "__main__":
    match sys.argv[1]:
        case "plain":
            search(a_day(2), 2)
        case "approval":
            search(a_day(1), 1)
        case "longer":
            search(a_day(4, workshops=0.2, series=0.2), 4)
        case _:
            prove(index(parse(random_day(3, 20, 9, 3, 3))))
