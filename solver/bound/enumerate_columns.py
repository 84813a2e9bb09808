"""The last step of the proof: contents that are good enough put together to grids, each tried that could be better."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from solver.bound.column import Work, conjugate, levels, value
from solver.bound.decompose import Day
from solver.bound.pricing import Proof

MOST = 100_000  # contents of one slot
BUDGET = 5_000_000  # nodes of the search for them
TRIES = 2_000_000  # steps of the search for grids
ROUNDING = 1e-7

Content = tuple[float, int, NDArray[np.int64], float]  # what it lacks to the best, sessions as bits, the set, its cost


def best_grid(day: Day, work: Work, proofs: list[Proof], gap: float, halted: Callable[[], bool]) -> float | None:
    """The greatest total of a grid whose slots together lack less than `gap`; -inf if there is none, None if too many.

    The proofs must be complete (bound = best): then any other grid has a total at least `gap` below the bound.
    """
    slots: list[list[Content]] = []
    same: list[bool] = []
    for t, proof in enumerate(proofs):
        found = proof.contents(proof.best - gap - ROUNDING, MOST, BUDGET)
        if found is None or halted():
            return None
        rated = sorted((_rate(day, work, t, proof, content) for content in found), key=lambda content: content[:2])
        for copy in range(day.copies[t]):
            slots.append(rated)
            same.append(copy > 0)
    return _Join(day, work, slots, same, gap + ROUNDING, halted).run()


def _rate(day: Day, work: Work, t: int, proof: Proof, content: NDArray[np.int64]) -> Content:
    free = np.zeros((day.people, 5)), np.zeros(day.sessions)
    cost = value(day.markets[t], work, content, len(content), *free, -1e300)
    return proof.best - proof.value(content), sum(1 << int(s) for s in content), content, float(cost)


class _Join:
    """Depth-first over slots: contents that share no session and together lack less than the gap."""

    def __init__(
        self, day: Day, work: Work, slots: list[list[Content]], same: list[bool], gap: float, halted: Callable[[], bool]
    ) -> None:
        self._day, self._slots, self._same, self._gap, self._halted = day, slots, same, gap, halted
        self._market = [t for t, copies in enumerate(day.copies) for _ in range(copies)]
        self._tries = 0
        self._best = -np.inf
        self._chosen: list[Content] = []

    def run(self) -> float | None:
        """Return the greatest total, None where the search was cut short."""
        return float(self._best) if self._step(0, 0, 0.0, 0) else None

    def _step(self, k: int, used: int, lacking: float, first: int) -> bool:
        if k == len(self._slots):
            if used.bit_count() == self._day.count:
                self._best = max(self._best, self._total())
            return True
        start = first if self._same[k] else 0
        for i in range(start, len(self._slots[k])):
            content = self._slots[k][i]
            if lacking + content[0] >= self._gap:
                break
            self._tries += 1
            if self._tries > TRIES or (self._tries % 1000 == 0 and self._halted()):
                return False
            if used & content[1]:
                continue
            self._chosen.append(content)
            finished = self._step(k + 1, used | content[1], lacking + content[0], i + 1)
            self._chosen.pop()
            if not finished:
                return False
        return True

    def _total(self) -> float:
        day = self._day
        kept, low = day.fixed.copy(), np.zeros(day.people, np.int64)
        people = np.arange(day.people)
        for t, (_, _, content, _) in zip(self._market, self._chosen, strict=True):
            levels(day.markets[t], content, len(content), low)
            kept[people, low] += low > 0
        nobody, out = np.zeros((day.people, 5)), np.zeros((day.people, 4), np.int64)
        harmony = conjugate(nobody, np.zeros_like(kept), kept, day.table, out)
        return float(harmony) + day.constant + sum(content[3] for content in self._chosen)
