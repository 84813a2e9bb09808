"""What people lose where their wishes share a slot: cuts above harmony that are linear in who meets whom.

Harmony adds up by strength: with N(l) the number of slots in which a person keeps a wish of strength l or more and h
the sum of the ranks' weights (1 + 1/2 + 1/3 ... where fairness is harmonic), it is h(N(1)) + h(N(2)) + h(N(3)). Each
person at each strength is a *layer* here, with wishes that are all alike, and each layer is bounded on its own:

- by the pairs of its wishes that share a slot, most of which lie on one heap at worst (`_heaped`);
- by the edges of a tree that spans its wishes: those within a slot form a forest, so N is at most the wishes that are
  placed less the edges that meet (Hunter 1976, Worsley 1982).

Any mean of tangents to both is a bound too. `HarmonyCuts.approach` moves each layer's mean to the better one.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.bound.decompose import Decomposition
from solver.bound.spanning_trees import SpanningTrees
from solver.compiled.jit import jit
from solver.model.problem import HOSTING

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Hull = tuple[Floats, Floats]  # corners: what meets, and what it allows at most; a row for each layer


class WishSpread(NamedTuple):
    """A way to spread a layer's wishes: pairs that meet, slots kept, and what h makes of these."""

    pairs: float
    kept: float
    worth: float


@jit
def gather(pairs, meet, sums):  # type: ignore[no-untyped-def]
    """Add to `sums`, by owner, how often their pairs meet."""
    for i in range(pairs.owner.shape[0]):
        sums[pairs.owner[i]] += meet[pairs.cell[i]]


@jit
def scatter(pairs, worth, total):  # type: ignore[no-untyped-def]
    """Add to `total`, by cell, what a meeting is worth to the owners of the pairs there."""
    for i in range(pairs.owner.shape[0]):
        total[pairs.cell[i]] += worth[pairs.owner[i]]


class Pairs(NamedTuple):
    """Pairs of wishes, which meet where their sessions share a slot: whose, and the cell of both in the meetings."""

    owner: Ints
    cell: Ints

    def met(self, meet: Floats, owners: int) -> Floats:
        """How often each owner's pairs meet, where sessions meet so, (sessions squared)."""
        sums = np.zeros(owners)
        gather(self, meet, sums)
        return sums

    def worth(self, each: Floats, cells: int) -> Floats:
        """What meetings are worth to all owners together, by cell, where one is worth so much to `each`."""
        total = np.zeros(cells)
        scatter(self, each, total)
        return total


class HarmonyCuts:
    """Multipliers for P people's harmony, moved towards the best ones for given meetings by `approach`.

    `who`, `what`, `strength`: person, session (0 to S - 1) and level of each wish, person by person. All sessions are
    placed. A slot in which a person keeps something may have a price, (P), for the seat that it takes.
    """

    def __init__(self, parts: Decomposition, wishes: tuple[Ints, Ints, Ints], sessions: int) -> None:
        """Lay out layers, pairs and trees; nobody loses anything yet."""
        self._layer, self._what = _layered(*wishes)
        self._layers, self._sessions = parts.people * HOSTING, sessions
        first, other = meetings(self._layer)
        once = first < other
        self._pairs_within = Pairs(
            self._layer[first[once]], self._what[first[once]] * sessions + self._what[other[once]]
        )
        self._trees = SpanningTrees(self._layer, self._what, sessions)
        self._lay_out_kinds(parts)
        self._faith = np.zeros(self._layers)  # share of the tangents to heaps in each layer's mean
        self._toll, self._fee = np.zeros(self._layers), np.zeros(self._layers)

    def _lay_out_kinds(self, parts: Decomposition) -> None:
        """For each layer its shapes, their hull and its ranks, which are the same for all layers of a kind."""
        wishes = np.bincount(self._layer, minlength=self._layers)
        held = np.stack([parts.fixed[:, level:].sum(axis=1) for level in range(1, HOSTING + 1)], axis=1).reshape(-1)
        self._wishes, there = wishes.astype(float), np.repeat(parts.room[:, 0], HOSTING)
        kinds, kind = np.unique(np.stack([wishes, there, held], axis=1), axis=0, return_inverse=True)
        kind, slots, tables = kind.reshape(-1), sum(parts.copies), [parts.table[h:] for h in kinds[:, 2]]
        shapes = [_heaped(int(n), int(t), slots, table) for (n, t, _), table in zip(kinds, tables, strict=True)]
        self._pairs, _, self._worth_heaped = (it[kind] for it in _stacked(shapes))
        x, y = _padded([_upper(np.array(row)) for row in shapes])
        self._hull = x[kind], y[kind]
        ranks = [_ranks(table[: min(n, t) + 1]) for (n, t, _), table in zip(kinds, tables, strict=True)]
        _, self._slots, self._worth = (it[kind].reshape(parts.people, HOSTING, it.shape[1]) for it in _stacked(ranks))
        self._rise = np.diff(self._worth, axis=2)
        self._there = there

    def look(self, meet: Floats) -> None:
        """Find the pairs, the trees and the slots kept at most, (P, 3), where sessions meet so, (S * S)."""
        self._met = self._pairs_within.met(meet, self._layers)
        edges_met = np.zeros(self._layers)
        self._edges = self._trees.heaviest(meet, edges_met)
        self._limit = np.clip(self._wishes - edges_met, 0.0, self._there).reshape(-1, HOSTING)

    def approach(self, price: Floats, step: float) -> None:
        """Move a share `step` towards the best means of tangents for what `look` saw, where slots have a price, (P)."""
        high, toll = _tangent(self._hull, self._met)
        kept, fee = self.kept(price)
        first = high < self._height(np.minimum(self._limit, kept[:, None])).reshape(-1)
        self._faith += step * (first - self._faith)
        self._toll += step * (toll * first - self._toll)
        self._fee += step * (fee.reshape(-1) * ~first - self._fee)
        self._trees.approach(self._edges, fee.reshape(-1) * ~first, step)

    def kept(self, price: Floats) -> tuple[Floats, Floats]:
        """How many slots people keep at a price, (P), and what one more would be worth at each strength, (P, 3).

        Where one more is not worth its price they keep fewer, but no fewer than at the next strength, and from there
        on one more has to be worth it at both.
        """
        rows, below = np.arange(len(price)), np.minimum(np.floor(self._limit), self._rise.shape[2] - 1).astype(int)
        fee = np.take_along_axis(self._rise, below[:, :, None], axis=2)[:, :, 0]
        kept, dear = self._limit[:, 0].copy(), np.ones(len(price), bool)
        together = np.zeros_like(self._rise[:, 0])
        for level in range(HOSTING):
            together = together + self._rise[:, level]
            more = together[rows, below[:, level]] - price
            fee[:, level] = np.where(dear, np.maximum(0.0, more), fee[:, level])
            dear &= more < 0
            least = self._limit[:, level + 1] if level + 1 < HOSTING else np.zeros(len(price))
            paying = (together >= price[:, None]).sum(axis=1)
            kept = np.where(dear, np.minimum(kept, np.maximum(least, paying)), kept)
            dear &= paying <= least
        return kept, fee

    def _height(self, kept: Floats) -> Floats:
        """h of numbers of slots that need not be whole, (P, 3)."""
        below = np.minimum(np.floor(kept), self._rise.shape[2] - 1).astype(int)
        worth, rise = (np.take_along_axis(it, below[:, :, None], axis=2)[:, :, 0] for it in (self._worth, self._rise))
        return np.asarray(worth + rise * (kept - below))

    def constant(self, price: Floats) -> float:
        """The part of the bound that no grid changes: what each person can have above price, tolls and fees."""
        heaped = self._faith[:, None] * self._worth_heaped + self._toll[:, None] * self._pairs
        faith, fee = (it.reshape(-1, HOSTING, 1) for it in (self._faith, self._fee))
        spanned = (1 - faith) * self._worth - fee * self._slots
        best = np.zeros(spanned[:, 0].shape)
        for level in reversed(range(HOSTING)):  # no more slots are kept at a strength than at weaker ones
            best = np.maximum.accumulate(best, axis=1) + spanned[:, level]
        best -= price[:, None] * self._slots[:, 0]
        return float(heaped.max(axis=1).sum() + best.max(axis=1).sum() + self._fee @ self._wishes)

    def cost(self) -> Floats:
        """What each ordered pair of sessions that meet costs all people together, (S, S)."""
        size = self._sessions
        pairs = self._pairs_within.worth(self._toll, size * size)
        return np.asarray((pairs + self._trees.cost()).reshape(size, size))


def meetings(who: Ints) -> tuple[Ints, Ints]:
    """All ordered pairs of wishes of one person; `who` is sorted."""
    starts = np.flatnonzero(np.concatenate([[True], np.diff(who) > 0, [True]])) if len(who) else np.zeros(0, int)
    first, other = [np.zeros(0, int)], [np.zeros(0, int)]
    for a, b in pairwise(starts.tolist()):
        i, j = np.divmod(np.arange((b - a) ** 2), b - a)
        first.append(a + i[i != j])
        other.append(a + j[i != j])
    return np.concatenate(first), np.concatenate(other)


def _layered(who: Ints, what: Ints, strength: Ints) -> tuple[Ints, Ints]:
    """Layer (person by person, weakest level first) and session of each wish at each level that it reaches."""
    levels = np.minimum(strength, HOSTING)
    layer = np.concatenate([who[levels >= level] * HOSTING + level - 1 for level in range(1, HOSTING + 1)])
    session = np.concatenate([what[levels >= level] for level in range(1, HOSTING + 1)])
    order = np.argsort(layer, kind="stable")
    return layer[order], session[order]


def _heaped(wishes: int, there: int, slots: int, table: Floats) -> list[WishSpread]:
    """The ways to spread a layer's wishes: some alone, the others on one heap.

    More pairs meet at as many slots kept by heaping all wishes that share a slot into one, so no others are needed. The
    heap is kept too, or falls into a slot in which the person is not there.
    """
    found = []
    for alone in range(min(wishes, there) + 1):
        heap = wishes - alone
        pairs, kept = heap * (heap - 1) / 2, alone + (heap > 0)
        if kept <= there:
            found.append(WishSpread(pairs, kept, float(table[kept])))
        if alone == there and slots > there:
            found.append(WishSpread(pairs, alone, float(table[alone])))
    return found


def _ranks(worth: Floats) -> list[WishSpread]:
    """What slots kept are worth, none first; the last twice, since what cannot be kept is worth nothing more."""
    row = [WishSpread(0.0, kept, float(it)) for kept, it in enumerate(worth)]
    return [*row, row[-1]]


def _stacked(shapes: list[list[WishSpread]]) -> tuple[Floats, ...]:
    """Shapes of each kind of layer (a row) as three arrays, padded with the last one."""
    longest = max([len(row) for row in shapes], default=1)
    padded = [row + [row[-1]] * (longest - len(row)) for row in shapes]
    return tuple(np.moveaxis(np.array(padded, float).reshape(len(shapes), longest, 3), 2, 0))


def _padded(hulls: list[Hull]) -> Hull:
    longest = max([len(x) for x, _ in hulls], default=1)
    x, y = ([np.pad(hull[i], (0, longest - len(hull[i])), mode="edge") for hull in hulls] for i in (0, 1))
    return np.array(x).reshape(-1, longest), np.array(y).reshape(-1, longest)


def _tangent(hull: Hull, at: Floats) -> tuple[Floats, Floats]:
    """The height of each layer's hull (a row) at a point, and how steeply it falls there."""
    x, y = hull
    if x.shape[1] == 1:
        return y[:, 0], np.zeros(len(y))
    rows = np.arange(len(x))
    corner = np.clip((x <= at[:, None]).sum(axis=1), 1, x.shape[1] - 1)
    run, drop = x[rows, corner] - x[rows, corner - 1], y[rows, corner - 1] - y[rows, corner]
    slope = np.where(at < x[:, 0], 0.0, np.divide(drop, run, out=np.zeros(len(run)), where=run > 0))
    return y[rows, corner - 1] - slope * (at - x[rows, corner - 1]), slope


def _upper(shapes: Floats) -> Hull:
    """The corners of the upper concave hull, from its highest one on, of worth over pairs that meet."""
    x, y = shapes[:, 0], shapes[:, 2]
    order = np.lexsort((-y, x))
    hull: list[tuple[float, float]] = []
    for point in zip(x[order].tolist(), y[order].tolist(), strict=True):
        if hull and point[0] == hull[-1][0]:
            continue
        while len(hull) > 1 and _below(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    peak = max(range(len(hull)), key=lambda i: hull[i][1])
    return np.array([a for a, _ in hull[peak:]]), np.array([b for _, b in hull[peak:]])


def _below(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    return (b[1] - a[1]) * (c[0] - a[0]) <= (c[1] - a[1]) * (b[0] - a[0])
