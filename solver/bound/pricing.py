"""Proves how much one slot can bring under given prices: a search that can be stopped, for ever smaller margins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.bound.column import FORBIDDEN, Subproblem, Workspace, value
from solver.bound.pricing_search import SearchTree, SeatPrices, explore, launch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROUNDS = 4  # steps on the ceilings of a branch
ROOT_ROUNDS = 400  # and on those of the root
MARGIN = 0.6  # of what is between bound and best column, what the next search leaves
CLOSE = 0.02  # a margin below which nothing is left
NOWHERE = np.zeros((0, 1), np.int64)


class ExactPricing:
    """Exact pricing of one slot by branch and bound, a piece at a time.

    What a column (a set of sessions side by side) has at most for reduced profit under fixed dual prices: `bound`
    falls as `advance` is called, down to `best`, which `column` attains.
    """

    def __init__(
        self,
        m: Subproblem,
        work: Workspace,
        trunk: SearchTree,
        sizes: tuple[int, int],
        worth: Floats,
        price: Floats,
        *,
        guide: SeatPrices,
        rounds: int = ROOT_ROUNDS,
    ) -> None:
        """Take a subproblem, a tree of its own, sizes of columns, prices as in `column.value`, and seat prices."""
        self._m, self._work, self._tree, self._sizes = m, work, trunk, sizes
        self._worth, self._price, self._guide = worth, price, guide
        self.best = 0.0 if sizes[0] == 0 else -np.inf
        self.column = np.zeros(0, np.int64)
        self._usable = np.flatnonzero(m.least < FORBIDDEN).astype(np.int32)
        self._root = np.zeros(len(work.level))
        self._open = -np.inf if sizes[1] == 0 or not len(self._usable) else self._launch(0.0, rounds)
        self._root = trunk.ceiling[0].copy()
        self._target: float | None = None

    @property
    def bound(self) -> float:
        """No column is worth more."""
        return max(self.best, self._open)

    def note(self, column: Ints, worth: float) -> None:
        """Tell of a column found elsewhere and its value."""
        if worth > self.best:
            self.best, self.column = worth, column

    def value(self, column: Ints) -> float:
        """What a column is worth at the prices."""
        return float(value(self._m, self._work, column, len(column), self._worth, self._price, -1e300))

    def advance(self, budget: int) -> int:
        """Search on with about so many nodes; returns the nodes used."""
        if self._open <= self.best:
            return 0
        if self._target is None:
            rest = MARGIN * (self._open - self.best) if np.isfinite(self.best) else np.inf
            self._target = self.best + (rest if rest > CLOSE else 0.0) if np.isfinite(rest) else -np.inf
            self._launch(self._target, 1)
        floor = max(self.best, self._target)
        nodes, found, size, _ = self._explore(floor, budget, NOWHERE, 0)
        if size:
            self.note(self._tree.best[:size].copy(), found)
        if self._tree.under_way[0] < 0:
            self._open, self._target = max(self._target, -1e300), None
        return int(nodes) + 1

    def columns(self, floor: float, most: int, budget: int) -> list[Ints] | None:
        """All columns worth more than `floor`; None if there are more than `most` or the search takes too long."""
        store = np.zeros((most + 1, 1 + self._sizes[1]), np.int64)
        nothing = [np.zeros(0, np.int64)] if self._sizes[0] == 0 and floor < 0 else []
        if self._sizes[1] == 0 or not len(self._usable):
            return nothing
        self._launch(floor, 1)
        _, _, _, stored = self._explore(floor, budget, store, 0)
        complete = self._tree.under_way[0] < 0 and stored <= most
        return nothing + [row[1 : row[0] + 1] for row in store[:stored]] if complete else None

    def _launch(self, floor: float, rounds: int) -> float:
        self._tree.ceiling[0] = self._root
        sizes = self._sizes
        bound = launch(self._m, self._guide, self._tree, self._usable, sizes, self._worth, self._price, floor, rounds)
        return float(bound)

    def _explore(self, floor: float, budget: int, store: Ints, stored: int) -> tuple[int, float, int, int]:
        m, g, w, tr = self._m, self._guide, self._work, self._tree
        return explore(  # type: ignore[no-any-return]
            m, g, w, tr, self._sizes, self._worth, self._price, floor, ROUNDS, budget, store, stored
        )
