"""Heaviest spanning trees over sets of wishes: what meets along a tree is lost for certain (Hunter, Worsley)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.compiled.jit import jit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class _Group(NamedTuple):
    """B owners with n wishes each: who, and the sessions that they want, (B, n)."""

    owners: Ints
    what: Ints


@jit
def prim(what, sessions, meet, cells, weight, best, origin):  # type: ignore[no-untyped-def]
    """Find a heaviest spanning tree for each row of `what`: its edges to `cells` (B, n - 1), its sum to `weight` (B).

    An edge is the cell of its two ends in `meet` (sessions squared), parent first. `best`, `origin` (n) are scratch.
    """
    for b in range(what.shape[0]):
        weight[b] = 0.0
        origin[:] = 0
        best[0] = -np.inf
        for j in range(1, what.shape[1]):
            best[j] = meet[what[b, 0] * sessions + what[b, j]]
        for k in range(what.shape[1] - 1):
            child = 0
            for j in range(1, what.shape[1]):
                if best[j] > best[child]:
                    child = j
            cells[b, k] = what[b, origin[child]] * sessions + what[b, child]
            weight[b] += best[child]
            best[child] = -np.inf
            for j in range(1, what.shape[1]):
                met = meet[what[b, child] * sessions + what[b, j]]
                if -np.inf < best[j] < met:
                    best[j] = met
                    origin[j] = child


class SpanningTrees:
    """Spanning trees over each owner's wishes, and what a mean of them costs where their edges meet."""

    def __init__(self, owner: Ints, what: Ints, sessions: int) -> None:
        """Take wishes sorted by owner: owner and session."""
        self._sessions = sessions
        self._total = np.zeros(sessions * sessions)
        owners, starts, counts = np.unique(owner, return_index=True, return_counts=True)
        self._groups = []
        for n in np.unique(counts[counts > 1]):
            at = starts[counts == n][:, None] + np.arange(n)
            self._groups.append(_Group(owners[counts == n], np.ascontiguousarray(what[at])))

    def heaviest(self, meet: Floats, weight: Floats) -> list[Ints]:
        """Find each owner's tree of greatest sum of `meet` (sessions squared), written to `weight` (owners).

        Prim's algorithm; the cells of the n - 1 edges of each, (B, n - 1), for all owners with as many wishes at once.
        """
        edges = []
        for owners, what in self._groups:
            count, n = what.shape
            cells, sums = np.zeros((count, n - 1), np.int64), np.zeros(count)
            prim(what, self._sessions, meet, cells, sums, np.zeros(n), np.zeros(n, np.int64))
            weight[owners] = sums
            edges.append(cells)
        return edges

    def approach(self, edges: list[Ints], toll: Floats, step: float) -> None:
        """Move a share `step` towards these trees at these tolls (owners)."""
        self._total *= 1 - step
        for (owners, _), cells in zip(self._groups, edges, strict=True):
            tolls = np.repeat(step * toll[owners], cells.shape[1])
            self._total += np.bincount(cells.ravel(), tolls, len(self._total))

    def cost(self) -> Floats:
        """What each ordered pair of sessions that meet costs all owners together, (sessions * sessions)."""
        return self._total
