"""Proves how much one slot can bring under given prices: best-first over branches, stopped at any time."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solver.branching import Guide, Tree, begin, explore, leave, tune
from solver.contents import FORBIDDEN, TINY, Market, Work, value

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROUNDS = 4  # steps on the ceilings of a branch inside the depth-first search
FIRST_ROUNDS = 40  # and on those of a branch on the heap
NOWHERE = np.zeros((0, 1), np.int64)
STEP = 0.4  # share of what is between a branch's bound and the best content that a search tries to clear


@dataclass(order=True)
class Branch:
    """All contents that hold `prefix` and otherwise only `source`; none is worth more than -`rank`."""

    rank: float
    number: int
    prefix: Ints = field(compare=False)
    source: NDArray[np.int32] = field(compare=False)
    ceiling: Floats = field(compare=False)


class Proof:
    """What one market can bring at most under fixed prices: `bound` falls as `advance` is called, down to `best`."""

    def __init__(
        self,
        m: Market,
        work: Work,
        trunk: Tree,
        sizes: tuple[int, int],
        worth: Floats,
        price: Floats,
        guide: Guide,
        rounds: int = 400,
    ) -> None:
        """Start from a market, the sizes its contents may have, prices as in `contents.value`, and seat prices."""
        self._m, self._work, self._tree, self._sizes = m, work, trunk, sizes
        self._worth, self._price, self._guide = worth, price, guide
        self.best = 0.0 if sizes[0] == 0 else -np.inf
        self.content = np.zeros(0, np.int64)
        self._made = 0
        self._heap: list[Branch] = []
        self._first = np.zeros(len(work.level))
        usable = np.flatnonzero(m.least < FORBIDDEN).astype(np.int32)
        if sizes[1] > 0 and len(usable):
            self._add(np.zeros(0, np.int64), usable, self._first, np.inf, rounds)
            self._first = self._heap[0].ceiling if self._heap else self._first

    @property
    def bound(self) -> float:
        """No content is worth more."""
        return max(self.best, -self._heap[0].rank if self._heap else -np.inf)

    def note(self, content: Ints, worth: float) -> None:
        """Tell of a content found elsewhere and its value."""
        if worth > self.best:
            self.best, self.content = worth, content

    def value(self, content: Ints) -> float:
        """What a content is worth at the prices."""
        return float(value(self._m, self._work, content, len(content), self._worth, self._price, -1e300))

    def advance(self, budget: int) -> int:
        """Search or split the most promising branch, with about so many nodes; returns the nodes used."""
        if not self._heap or -self._heap[0].rank <= self.best + TINY:
            self._heap = []
            return 0
        branch = heapq.heappop(self._heap)
        bound = -branch.rank
        floor = self.best
        if np.isfinite(floor):
            floor = max(floor, bound - max(STEP * (bound - floor), 1e-3 * max(1.0, abs(bound))))
        n, prefix = len(branch.prefix), np.append(branch.prefix, 0)
        self._tree.ceiling[n] = branch.ceiling
        nodes, found, size = explore(
            self._m, self._guide, self._work, self._tree, prefix, n, branch.source, len(branch.source), self._sizes,
            self._worth, self._price, floor, ROUNDS, budget, NOWHERE,
        )  # fmt: skip
        if size:
            self.note(self._tree.best[:size].copy(), found)
        if nodes > budget:
            self._split(branch, bound)
        elif floor > self.best + TINY:
            self._push(floor, branch.prefix, branch.source, branch.ceiling)
        return int(nodes) + FIRST_ROUNDS

    def _push(self, bound: float, prefix: Ints, source: NDArray[np.int32], ceiling: Floats) -> None:
        heapq.heappush(self._heap, Branch(-bound, self._made, prefix, source, ceiling))
        self._made += 1

    def _add(self, prefix: Ints, source: NDArray[np.int32], ceiling: Floats, bound: float, rounds: int) -> None:
        """Bound a new branch, its ceilings bettered on the way, and put it on the heap unless it is hopeless."""
        m, tr, n = self._m, self._tree, len(prefix)
        tr.ceiling[n] = ceiling
        begin(m, tr, np.append(prefix, 0), n, source, len(source), self._worth, self._price)
        least, most = max(1, self._sizes[0] - n), self._sizes[1] - n
        aim = self.best if np.isfinite(self.best) else 0.0
        found = tune(m, self._guide, tr, n, n, least, most, self._worth, self._price, aim, rounds)
        order = tr.cand[n, : tr.many[n]].copy()
        leave(tr, n)
        if n >= self._sizes[0]:
            found = max(found, self.best)
        if min(bound, found) > self.best + TINY:
            self._push(min(bound, float(found)), prefix, order, tr.ceiling[n].copy())

    def _split(self, branch: Branch, bound: float) -> None:
        """Put the branches on the heap that choose one more session; contents that add none were seen by `explore`."""
        n = len(branch.prefix)
        if n + 1 >= self._sizes[1]:
            self._leaves(branch)
            return
        for i, s in enumerate(branch.source):
            rest = branch.source[i + 1 :]
            if n + 1 + len(rest) >= self._sizes[0]:
                self._add(np.append(branch.prefix, s).astype(np.int64), rest, branch.ceiling, bound, FIRST_ROUNDS)

    def _leaves(self, branch: Branch) -> None:
        """Evaluate what is one session short of full, without a budget: no more contents than sessions."""
        n = len(branch.prefix)
        _, found, size = explore(
            self._m, self._guide, self._work, self._tree, np.append(branch.prefix, 0), n, branch.source,
            len(branch.source), self._sizes, self._worth, self._price, self.best, 1, 1 << 40, NOWHERE,
        )  # fmt: skip
        if size:
            self.note(self._tree.best[:size].copy(), found)

    def contents(self, floor: float, most: int, budget: int) -> list[Ints] | None:
        """All contents worth more than `floor`; None if there are more than `most` or the search takes too long."""
        usable = np.flatnonzero(self._m.least < FORBIDDEN).astype(np.int32)
        store = np.zeros((most, 1 + self._sizes[1]), np.int64)
        self._tree.ceiling[0] = self._first
        nodes, stored, _ = explore(
            self._m, self._guide, self._work, self._tree, np.zeros(1, np.int64), 0, usable, len(usable), self._sizes,
            self._worth, self._price, floor, ROUNDS, budget, store,
        )  # fmt: skip
        return None if nodes > budget else [row[1 : row[0] + 1] for row in store[: int(stored)]]
