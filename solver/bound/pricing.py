"""Proves how much one slot can bring under given prices: a search that can be stopped, for ever smaller margins."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.bound.column import FORBIDDEN, Sizes, Subproblem, Workspace, value
from solver.bound.pricing_search import LANE, LANES, SearchTree, SeatPrices, explore, launch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROUNDS = 10  # steps on the ceilings of a branch
ROOT_ROUNDS = 400  # and on those of the root
STEP, STEPS = 0.6, (0.3, 0.9)  # of what is between bound and best column, what a search leaves: the first, then within
GROWTH = 3.0  # how much more the next search is meant to take than the one before
CLOSE = 0.02  # a margin below which nothing is left
NOWHERE = np.zeros((0, 1), np.int64)


class SearchLane(NamedTuple):
    """What one thread works with."""

    work: Workspace
    tree: SearchTree


class ExactPricing:
    """Exact pricing of one slot by branch and bound, a piece at a time.

    What a column (a set of sessions side by side) has at most for reduced profit under fixed dual prices: `bound`
    falls as all `pieces` are searched and `conclude` is called, down to `best`, which `column` attains.
    """

    def __init__(
        self,
        m: Subproblem,
        lanes: Sequence[SearchLane],
        sizes: Sizes,
        prices: tuple[Floats, Floats],
        *,
        guide: SeatPrices,
        known: tuple[Ints, float] | None = None,
        rounds: int = ROOT_ROUNDS,
    ) -> None:
        """Take a subproblem, what each thread works with, sizes of columns, (worth, price) as in `column.value`.

        A `known` column and its value are what the ceilings of the root are aimed at.
        """
        self._m, self._lanes, self._sizes = m, lanes, sizes
        (self._worth, self._price), self._guide = prices, guide
        self.best = 0.0 if sizes.least == 0 else -np.inf
        self.column = np.zeros(0, np.int64)
        if known is not None:
            self.note(*known)
        self._usable = np.flatnonzero(m.least < FORBIDDEN).astype(np.int32)
        aim = self.best if np.isfinite(self.best) else 0.0
        self._open = -np.inf if sizes.most == 0 or not len(self._usable) else self._launch(0, aim, rounds)
        self._target: float | None = None
        self._step, self._nodes, self._before = STEP, [0] * len(lanes), 0

    @property
    def bound(self) -> float:
        """No column is worth more."""
        return max(self.best, self._open)

    @property
    def gap(self) -> float:
        """What is still open: how much more than the best column known one could be worth."""
        return self.bound - self.best

    def note(self, column: Ints, worth: float) -> None:
        """Tell of a column found elsewhere and its value."""
        if worth > self.best:
            self.best, self.column = worth, column

    def value(self, column: Ints) -> float:
        """What a column is worth at the prices."""
        work = self._lanes[0].work
        return float(value(self._m, work, column, len(column), self._worth, self._price, -1e300))

    def pieces(self) -> list[int]:
        """Lanes in which there is something to search; a search for a smaller margin begins where there is none."""
        if self._open <= self.best:
            return []
        if self._target is None:
            rest = self._step * (self._open - self.best) if np.isfinite(self.best) else np.inf
            self._target = self.best + (rest if rest > CLOSE else 0.0) if np.isfinite(rest) else -np.inf
            for lane in range(len(self._lanes)):
                self._launch(lane, self._target, 1, len(self._lanes))
        return [lane for lane, place in enumerate(self._lanes) if place.tree.searching]

    def search(self, lane: int, budget: int) -> tuple[int, float, Ints]:
        """Search a lane on with about so many nodes; (nodes used, the best value found, its column or none)."""
        assert self._target is not None
        nodes, found, size, _ = self._explore(lane, max(self.best, self._target), budget, NOWHERE)
        self._nodes[lane] += int(nodes) + 1
        return int(nodes) + 1, float(found), self._lanes[lane].tree.best[:size].copy()

    def conclude(self) -> None:
        """Lower the bound where all lanes have been searched."""
        if self._target is not None and not any(place.tree.searching for place in self._lanes):
            self._open, self._target = max(self._target, -1e300), None
            self._pace()

    def _pace(self) -> None:
        """Choose the next margin by how much more this search took than the one before."""
        nodes, least, most = sum(self._nodes), *STEPS
        if self._before:
            self._step = min(most, max(least, self._step ** (log(GROWTH) / log(max(1.1, nodes / self._before)))))
        self._before, self._nodes = nodes, [0] * len(self._lanes)

    def columns(self, floor: float, most: int, budget: int) -> list[Ints] | None:
        """All columns worth more than `floor`; None if there are more than `most` or the search takes too long."""
        store = np.zeros((most + 1, 1 + self._sizes.most), np.int64)
        nothing = [np.zeros(0, np.int64)] if self._sizes.least == 0 and floor < 0 else []
        if self._sizes.most == 0 or not len(self._usable):
            return nothing
        self._launch(0, floor, 1)
        _, _, _, stored = self._explore(0, floor, budget, store)
        complete = not self._lanes[0].tree.searching and stored <= most
        return nothing + [row[1 : row[0] + 1] for row in store[:stored]] if complete else None

    def _launch(self, lane: int, floor: float, rounds: int, lanes: int = 1) -> float:
        trunk, sizes = self._lanes[lane].tree, self._sizes
        trunk.ceiling[0] = 0.0
        trunk.state[LANE], trunk.state[LANES] = lane, lanes
        bound = launch(self._m, self._guide, trunk, self._usable, sizes, self._worth, self._price, floor, rounds)
        return float(bound)

    def _explore(self, lane: int, floor: float, budget: int, store: Ints) -> tuple[int, float, int, int]:
        m, g, (w, tr) = self._m, self._guide, self._lanes[lane]
        return explore(  # type: ignore[no-any-return]
            m, g, w, tr, self._sizes, self._worth, self._price, floor, ROUNDS, budget, store, 0
        )
