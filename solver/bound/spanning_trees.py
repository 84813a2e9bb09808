"""Heaviest spanning trees over sets of wishes: what meets along a tree is lost for certain (Hunter, Worsley)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class _Group(NamedTuple):
    """B owners with n wishes each: who, for each pair (B, n, n) its cell in the meetings, and the toll on that edge."""

    owners: Ints
    cell: Ints
    toll: Floats


class SpanningTrees:
    """Spanning trees over each owner's wishes: a mean of them for each, and the toll on each edge."""

    def __init__(self, owner: Ints, what: Ints, sessions: int) -> None:
        """Take wishes sorted by owner: owner and session."""
        self._sessions = sessions
        owners, starts, counts = np.unique(owner, return_index=True, return_counts=True)
        self._groups = []
        for n in np.unique(counts[counts > 1]):
            at = starts[counts == n][:, None] + np.arange(n)
            cell = what[at][:, :, None] * sessions + what[at][:, None, :]
            self._groups.append(_Group(owners[counts == n], cell, np.zeros(cell.shape)))

    def heaviest(self, meet: Floats, weight: Floats) -> list[tuple[Ints, Ints]]:
        """Find each owner's tree of greatest sum of `meet` (sessions squared), written to `weight` (owners).

        Prim's algorithm for all owners with as many wishes at once; (parents, children) of the n - 1 edges, (B, n - 1).
        """
        edges = []
        for owners, cell, _ in self._groups:
            met = meet[cell]
            rows, n = np.arange(len(owners)), cell.shape[1]
            best, origin = met[:, 0].copy(), np.zeros(cell.shape[:2], int)
            best[:, 0] = -np.inf
            parents, children = np.zeros((len(owners), n - 1), int), np.zeros((len(owners), n - 1), int)
            weight[owners] = 0.0
            for k in range(n - 1):
                child = best.argmax(axis=1)
                parents[:, k], children[:, k] = origin[rows, child], child
                weight[owners] += best[rows, child]
                nearer = (met[rows, child] > best) & (best > -np.inf)
                best[nearer] = met[rows, child][nearer]
                origin[nearer] = np.broadcast_to(child[:, None], origin.shape)[nearer]
                best[rows, child] = -np.inf
            edges.append((parents, children))
        return edges

    def approach(self, edges: list[tuple[Ints, Ints]], toll: Floats, step: float) -> None:
        """Move a share `step` towards these trees at these tolls (owners)."""
        for (owners, _, mean), (parents, children) in zip(self._groups, edges, strict=True):
            mean *= 1 - step
            mean[np.arange(len(owners))[:, None], parents, children] += step * toll[owners][:, None]

    def cost(self) -> Floats:
        """What each ordered pair of sessions that meet costs all owners together, (sessions * sessions)."""
        total = np.zeros(self._sessions**2)
        for group in self._groups:
            total += np.bincount(group.cell.ravel(), group.toll.ravel(), len(total))
        return total
