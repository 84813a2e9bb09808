"""Bounds linear functions of who meets whom over all positive semidefinite matrices that could be a grid's.

The alternating direction method of multipliers (Boyd et al. 2011; for semidefinite programmes Wen, Goldfarb and Yin
2010): a positive semidefinite matrix and one that keeps the bounds of each entry, drawn together by a matrix of dual
values. *Any* dual values prove a bound (`SemidefiniteRelaxation.prove`), so it does not matter how far the method
has come.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.bound.sdp_cuts import Layout

Floats = NDArray[np.float64]
NEVER = -1e12
STRENGTH = 24.0  # of the pull that keeps both matrices together, in root mean squares of the first matrix
OVERSTEP = 1.6  # steps of the dual values may be longer than the pull, below the golden ratio
LIFTS = (1.0, 0.6, 0.4, 0.3, 0.2, 0.1, 0.0)  # shares of the greatest eigenvalue above which dual values are lifted
ROUNDING = 1e-12  # relative error of an eigenvalue, with room to spare


class SemidefiniteRelaxation:
    """The semidefinite relaxation of who meets whom: an approximate best matrix, and dual values that prove a bound.

    Y is that of `sdp_cuts` for a layout: positive semidefinite, K + S + 1 rows, each entry within bounds.
    """

    def __init__(self, rows: Layout) -> None:
        """Start from the even one, in which every two sessions meet as often."""
        self._rows, size = rows, rows.kinds + rows.sessions + 1
        self._inner = slice(rows.kinds, size - 1)
        self._slots = rows.copies.sum()
        # cells = sessions + empty cells in every slot: Y times this vector is 0
        level = np.concatenate([-rows.sizes, np.ones(rows.sessions), [1.0 if rows.empty else 0.0]])
        self._level = level / np.linalg.norm(level)
        self._most_empty = float(rows.slack.max(initial=0.0)) if rows.empty else 0.0
        self._trace = self._slots + rows.sessions + rows.empty * self._most_empty
        even = np.where(rows.together, (rows.sessions / self._slots - 1) / max(1, rows.sessions - 1), 0.0)
        self.y = np.zeros((size, size))
        self.y[self._inner, self._inner] = even
        self.y = self._clip(self.y)
        self._dual = np.zeros((size, size))
        self._pull = 0.0

    def _flat(self, matrix: Floats) -> Floats:
        """Take out the direction in which every Y is 0."""
        u = self._level
        along = matrix @ u
        return np.asarray(matrix - np.outer(u, along) - np.outer(along, u) + (u @ along) * np.outer(u, u))

    def step(self, matrix: Floats, rounds: int) -> None:
        """Move Y towards the greatest <matrix, Y>, and the dual values towards those that prove it."""
        if not self._pull:
            inner = matrix[self._inner, self._inner]
            self._pull = max(1e-3, STRENGTH * float(np.sqrt((inner**2).mean())))
        for _ in range(rounds):
            values, vectors = np.linalg.eigh(self._flat(self.y + (matrix - self._dual) / self._pull))
            up = values > 0
            solid = (vectors[:, up] * values[up]) @ vectors[:, up].T
            self.y = self._clip(solid + self._dual / self._pull)
            self._dual += OVERSTEP * self._pull * (solid - self.y)

    def prove(self, matrix: Floats) -> float:
        """Bound <matrix, Y> over all grids: <dual, Y> entry by entry, the rest by its greatest eigenvalue.

        What exceeds a smaller one is added to the dual values first, where that costs less.
        """
        rest = self._flat(matrix - self._dual)
        values, vectors = np.linalg.eigh((rest + rest.T) / 2)
        rounding = ROUNDING * float(np.linalg.norm(rest))
        found = []
        for least in np.multiply(LIFTS, max(0.0, float(values[-1]))):
            above = values > least
            lifted = self._dual + (vectors[:, above] * (values[above] - least)) @ vectors[:, above].T
            found.append(self._support(lifted) + (least + rounding) * float(self._trace))
        return float(min(found))

    def _clip(self, z: Floats) -> Floats:
        """The nearest matrix that keeps the bounds of its entries, sessions in one slot each."""
        rows, k, inner = self._rows, self._rows.kinds, self._inner
        y = np.zeros_like(z)
        y[:k, :k] = np.diag(rows.copies)
        y[inner, inner] = np.clip(z[inner, inner], 0.0, rows.together)
        y[inner, inner][np.diag_indices(rows.sessions)] = 1.0
        y[:k, inner] = _simplex(z[:k, inner], rows.allowed)
        y[inner, :k] = y[:k, inner].T
        if rows.empty:
            y[:k, -1] = y[-1, :k] = np.clip(z[:k, -1], 0.0, np.minimum(rows.empty, rows.copies * rows.slack))
            y[inner, -1] = y[-1, inner] = np.clip(z[inner, -1], 0.0, self._most_empty)
            y[-1, -1] = np.clip(z[-1, -1], rows.empty**2 / self._slots, rows.empty * self._most_empty)
        return y

    def _support(self, dual: Floats) -> float:
        """The greatest <dual, Y> over the matrices that `_clip` gives."""
        rows, k, inner = self._rows, self._rows.kinds, self._inner
        diagonal = np.diag(dual)
        found = (
            diagonal[:k] @ rows.copies
            + diagonal[inner].sum()
            + (np.maximum(dual[inner, inner], 0) * rows.together).sum()
        )
        found += 2 * np.where(rows.allowed, dual[:k, inner], NEVER).max(axis=0).sum()
        if rows.empty:
            found += 2 * np.maximum(dual[:k, -1], 0) @ np.minimum(rows.empty, rows.copies * rows.slack)
            found += 2 * self._most_empty * np.maximum(dual[inner, -1], 0).sum()
            found += max(dual[-1, -1] * rows.empty**2 / self._slots, dual[-1, -1] * rows.empty * self._most_empty)
        return float(found)


def _simplex(z: Floats, allowed: NDArray[np.bool_]) -> Floats:
    """The nearest columns of numbers >= 0 that sum to 1, 0 where not allowed (Held, Wolfe and Crowder 1974)."""
    z = np.where(allowed, z, NEVER)
    falling = -np.sort(-z, axis=0)
    excess = (np.cumsum(falling, axis=0) - 1) / np.arange(1, len(z) + 1)[:, None]
    last = (falling > excess).sum(axis=0) - 1
    return np.asarray(np.maximum(z - excess[last, np.arange(z.shape[1])], 0.0) * allowed)
