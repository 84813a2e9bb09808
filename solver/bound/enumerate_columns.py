"""Column enumeration, the last step of the proof: all columns of small reduced cost, joined to grids and tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.bound.column import Workspace, conjugate, levels, value
from solver.bound.decompose import Decomposition
from solver.bound.pricing import ExactPricing

MOST = 100_000  # columns of one slot
BUDGET = 5_000_000  # nodes of the search for them
TRIES = 2_000_000  # steps of the search for grids
ROUNDING = 1e-7


class RatedColumn(NamedTuple):
    """A column of one slot: what it lacks to the slot's best, its sessions as bits and as numbers, and its cost."""

    lacking: float
    bits: int
    sessions: NDArray[np.int64]
    cost: float


def best_grid(
    parts: Decomposition, work: Workspace, pricings: list[ExactPricing], gap: float, halted: Callable[[], bool]
) -> float | None:
    """The greatest total of a grid whose slots together lack less than `gap`; -inf if there is none, None if too many.

    The pricings must be complete (bound = best): then any other grid has a total at least `gap` below the bound.
    """
    slots: list[list[RatedColumn]] = []
    same: list[bool] = []
    for t, pricing in enumerate(pricings):
        found = pricing.columns(pricing.best - gap - ROUNDING, MOST, BUDGET)
        if found is None or halted():
            return None
        rated = sorted(
            (_rate(parts, work, t, pricing, column) for column in found), key=lambda it: (it.lacking, it.bits)
        )
        for copy in range(parts.copies[t]):
            slots.append(rated)
            same.append(copy > 0)
    return _Join(parts, work, slots, same, gap + ROUNDING, halted).run()


def _rate(
    parts: Decomposition, work: Workspace, t: int, pricing: ExactPricing, column: NDArray[np.int64]
) -> RatedColumn:
    free = np.zeros((parts.people, 5)), np.zeros(parts.sessions)
    cost = value(parts.subproblems[t], work, column, len(column), *free, -1e300)
    bits = sum(1 << int(s) for s in column)
    return RatedColumn(pricing.best - pricing.value(column), bits, column, float(cost))


class _Join:
    """Depth-first over slots: columns that share no session and together lack less than the gap."""

    def __init__(
        self,
        parts: Decomposition,
        work: Workspace,
        slots: list[list[RatedColumn]],
        same: list[bool],
        gap: float,
        halted: Callable[[], bool],
    ) -> None:
        self._parts, self._slots, self._same, self._gap, self._halted = parts, slots, same, gap, halted
        self._kinds = [t for t, copies in enumerate(parts.copies) for _ in range(copies)]
        self._tries = 0
        self._best = -np.inf
        self._chosen: list[RatedColumn] = []

    def run(self) -> float | None:
        """Return the greatest total, None where the search was cut short."""
        return float(self._best) if self._step(0, 0, 0.0, 0) else None

    def _step(self, k: int, used: int, lacking: float, first: int) -> bool:
        if k == len(self._slots):
            if used.bit_count() == self._parts.count:
                self._best = max(self._best, self._total())
            return True
        start = first if self._same[k] else 0
        for i in range(start, len(self._slots[k])):
            column = self._slots[k][i]
            if lacking + column.lacking >= self._gap:
                break
            self._tries += 1
            if self._tries > TRIES or (self._tries % 1000 == 0 and self._halted()):
                return False
            if used & column.bits:
                continue
            self._chosen.append(column)
            finished = self._step(k + 1, used | column.bits, lacking + column.lacking, i + 1)
            self._chosen.pop()
            if not finished:
                return False
        return True

    def _total(self) -> float:
        parts = self._parts
        kept, low = parts.fixed.copy(), np.zeros(parts.people, np.int64)
        people = np.arange(parts.people)
        for t, column in zip(self._kinds, self._chosen, strict=True):
            levels(parts.subproblems[t], column.sessions, len(column.sessions), low)
            kept[people, low] += low > 0
        nobody, out = np.zeros((parts.people, 5)), np.zeros((parts.people, 4), np.int64)
        harmony = conjugate(nobody, np.zeros_like(kept), kept, parts.table, out)
        return float(harmony) + parts.constant + sum(column.cost for column in self._chosen)
