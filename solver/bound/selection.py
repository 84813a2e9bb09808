"""The bound where sessions are to be chosen: what people could keep of a choice, each choice as good as it looks alone.

Harmony is concave in how many wishes of each strength are placed, so a tangent to it at any (fractional) choice lies
above it everywhere, and so does any mean of tangents: a constant and a worth for each session. The dearest sessions
then bound every choice. Frank and Wolfe's steps (1956) find good tangents.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from solver.bound.column import FORBIDDEN
from solver.bound.decompose import Decomposition
from solver.model.index import Index
from solver.model.problem import HOSTING

Floats = NDArray[np.float64]
ROUNDS = 150  # tangents for each price
SHARES = (0.0, 0.5, 1.0, 0.25, 0.75)  # prices of a seat that are tried first, as shares of what a head costs
NARROWER = (0.125, 0.0625, 0.03125)  # and how far off the best one after that


def selection_bounds(view: Index, parts: Decomposition) -> Iterator[float]:
    """Yield bounds, not always falling, for one price after another of every seat of the day."""
    choice = Selection(view, parts)
    top = view.problem.weights.turned_away
    found = {}
    for share in SHARES:
        found[share] = choice.bound(share * top)
        yield found[share]
    for step in NARROWER:
        best = min(found, key=lambda share: found[share])
        for share in (best - step, best + step):
            if 0 <= share <= 1:
                found[share] = choice.bound(share * top)
                yield found[share]


class Selection:
    """The relaxation in which only the choice of sessions counts: people's wishes for those that may be placed."""

    def __init__(self, view: Index, parts: Decomposition) -> None:
        """Lay out the wishes for sessions that may be placed."""
        self._day = parts
        allowed = [subproblem.least < FORBIDDEN for subproblem in parts.subproblems]
        self._play = np.flatnonzero(np.any(allowed, axis=0) & parts.free)
        flat = [(p, s, min(level, HOSTING)) for s in self._play for p, level in view.fans[s]]
        self._who, self._what, self._level = np.array(flat, int).reshape(-1, 3).T
        scale = np.array(view.scale)
        # every kept slot pays for a whole head; where fewer are expected, each fan's session pays the rest back
        self._rebate = np.bincount(self._what, minlength=parts.sessions) * np.maximum(0.0, 1.0 - scale)
        self._base = np.array(view.base, float)
        fans = np.bincount(self._what, minlength=parts.sessions) * scale + self._base
        cells = np.concatenate([np.tile(m.seats, n) for m, n in zip(parts.subproblems, parts.copies, strict=True)])
        count = min(parts.count, len(cells))
        self._seats = float(np.minimum(-np.sort(-cells)[:count], -np.sort(-fans[self._play])[:count]).sum())
        stays = [np.where(ok, -m.least, 0.0) for m, ok in zip(parts.subproblems, allowed, strict=True)]
        self._stays = np.max(stays, axis=0)

    def bound(self, price: float) -> float:
        """Bound the total with so much for every seat."""
        parts, count = self._day, self._day.count
        where = np.zeros(parts.sessions)
        where[self._play] = count / max(1, len(self._play))
        given = parts.constant + price * (self._seats + float(parts.fixed[:, 1:].sum()))
        constant, worth, lowest = 0.0, np.zeros(parts.sessions), np.inf
        for turn in range(ROUNDS):
            height, slope = self._tangent(where, price)
            step = 2 / (turn + 2)
            constant += step * (height - constant)
            worth += step * (slope - worth)
            rated = (worth + self._stays + price * (self._rebate - self._base))[self._play]
            dearest = np.argsort(-rated)[:count]
            lowest = min(lowest, given + constant + float(rated[dearest].sum()))
            where *= 1 - step
            where[self._play[dearest]] += step
        return lowest

    def _tangent(self, where: Floats, price: float) -> tuple[float, Floats]:
        """Harmony's tangent at a choice, seats paid: (its height at nothing, what each session adds).

        People's strongest wishes take the first ranks; a rank that brings less than its seat costs is not kept.
        """
        parts = self._day
        placed = np.zeros((parts.people, 4))
        np.add.at(placed, (self._who, self._level), where[self._what])
        reach = np.cumsum((placed + parts.fixed)[:, :0:-1], axis=1)  # of strength 3; 3 and 2; all
        most = parts.room[:, 0] + parts.fixed[:, 1:].sum(axis=1)
        height, slope = 0.0, np.zeros((parts.people, 3))
        for rank, weight in enumerate(np.diff(parts.table).tolist()):
            brings = np.append(np.maximum(0.0, np.array([3.0, 2.0, 1.0]) * weight - price), 0.0)
            extra = np.outer(rank < most, brings[:3] - brings[1:])
            height += float((np.clip(reach - rank, 0.0, 1.0) * extra).sum())
            slope += extra * ((reach >= rank) & (reach < rank + 1))
        gain = np.cumsum(slope[:, ::-1], axis=1)  # a wish of strength 1 moves the last reach only, one of 3 all
        sessions = np.bincount(self._what, gain[self._who, self._level - 1], parts.sessions).astype(float)
        return height - float(sessions @ where), sessions
