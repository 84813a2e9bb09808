"""Heaviest spanning trees over each person's wishes: what meets along a tree is lost for certain (Hunter, Worsley)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class _Group(NamedTuple):
    """B people with n wishes each: who, and for each pair (B, n, n) its cell in the meetings, its lesser strength."""

    people: Ints
    cell: Ints
    lesser: Floats
    toll: Floats


class SpanningTrees:
    """Spanning trees over each person's wishes: a mean of them for each person, and the toll on each edge."""

    def __init__(self, who: Ints, what: Ints, strength: Ints, sessions: int) -> None:
        """Take wishes sorted by person: person, session's row, strength 1 to 3."""
        self._sessions = sessions
        people, starts, counts = np.unique(who, return_index=True, return_counts=True)
        self._groups = []
        for n in np.unique(counts[counts > 1]):
            at = starts[counts == n][:, None] + np.arange(n)
            cell = what[at][:, :, None] * sessions + what[at][:, None, :]
            lesser = np.minimum(strength[at][:, :, None], strength[at][:, None, :]).astype(float)
            self._groups.append(_Group(people[counts == n], cell, lesser, np.zeros_like(lesser)))

    def heaviest(self, meet: Floats, weight: Floats) -> list[tuple[Ints, Ints]]:
        """Find each person's tree of greatest sum of lesser strength times `meet`, written to `weight` (people).

        Prim's algorithm for all people with as many wishes at once; (parents, children) of the n - 1 edges, (B, n - 1).
        """
        edges = []
        for people, cell, lesser, _ in self._groups:
            gain = lesser * meet[cell]
            rows, n = np.arange(len(people)), cell.shape[1]
            best, origin = gain[:, 0].copy(), np.zeros(cell.shape[:2], int)
            best[:, 0] = -np.inf
            parents, children = np.zeros((len(people), n - 1), int), np.zeros((len(people), n - 1), int)
            weight[people] = 0.0
            for k in range(n - 1):
                child = best.argmax(axis=1)
                parents[:, k], children[:, k] = origin[rows, child], child
                weight[people] += best[rows, child]
                nearer = (gain[rows, child] > best) & (best > -np.inf)
                best[nearer] = gain[rows, child][nearer]
                origin[nearer] = np.broadcast_to(child[:, None], origin.shape)[nearer]
                best[rows, child] = -np.inf
            edges.append((parents, children))
        return edges

    def approach(self, edges: list[tuple[Ints, Ints]], toll: Floats, step: float) -> None:
        """Move a share `step` towards these trees at these tolls (people)."""
        for (people, _, _, mean), (parents, children) in zip(self._groups, edges, strict=True):
            mean *= 1 - step
            mean[np.arange(len(people))[:, None], parents, children] += step * toll[people][:, None]

    def cost(self) -> Floats:
        """What each ordered pair of sessions that meet costs all people together, (sessions * sessions)."""
        total = np.zeros(self._sessions**2)
        for group in self._groups:
            total += np.bincount(group.cell.ravel(), (group.lesser * group.toll).ravel(), len(total))
        return total
