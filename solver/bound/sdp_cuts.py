"""What pairs of sessions in one slot cost people: cuts above the total that are linear in who meets whom.

A grid is seen as its *meetings*, a matrix Y with a row for each kind of slot, for each session and for the empty cells:
the sum over slots t of y y', where y marks the kind of t and the sessions that stand in t and counts its empty cells.
So Y[s, s'] is 1 where s and s' share a slot, Y[k, s] is 1 where s stands in a slot of kind k. For any multipliers here,
total <= constant + <matrix, Y>; `cone` bounds that over everything that Y could be.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from solver.bound.column import FORBIDDEN
from solver.bound.decompose import Decomposition
from solver.bound.spanning_trees import SpanningTrees
from solver.model.index import Index
from solver.model.problem import HOSTING

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TANGENTS = np.array([1.0, 2.0, 3.0, 4.0, 6.0])  # a person's share 1/k of a session is bounded by its tangents at these
Hull = tuple[Floats, Floats]  # corners: what meets, and the harmony that it allows at most
MOST_SHAPES = 20_000  # ways to spread one person's wishes that are looked at; beyond, the person counts as alone
MOST_PAIRS = 4_000_000  # pairs of wishes of one person, over all people, that fit in memory
MOST_SESSIONS = 800  # rows of a matrix whose eigenvectors come in a second


@dataclass(frozen=True)
class Layout:
    """The rows of Y: K kinds of slots, S sessions, all of which must be placed, and one row for the empty cells.

    `copies`, `sizes` and `slack` (K): slots of a kind, cells of each, and how many of these can stay empty at most.
    `allowed` (K, S), `together` (S, S): where a session may stand, which two may share a slot. `empty` is the number of
    empty cells.
    """

    copies: Floats
    sizes: Floats
    slack: Floats
    allowed: NDArray[np.bool_]
    together: NDArray[np.bool_]
    empty: float

    @property
    def kinds(self) -> int:
        """Number of kinds of slots."""
        return len(self.copies)

    @property
    def sessions(self) -> int:
        """Number of sessions."""
        return int(self.allowed.shape[1])


def layout(parts: Decomposition) -> tuple[Layout, Ints] | None:
    """The rows for a day and the sessions they stand for; None where a choice of sessions is to be made first."""
    if not parts.subproblems:
        return None
    allowed = np.stack([m.least < FORBIDDEN for m in parts.subproblems])
    play = np.flatnonzero(allowed.any(axis=0))
    wishes = np.bincount(np.concatenate([m.who for m in parts.subproblems]), minlength=parts.people) / len(
        parts.subproblems
    )
    if len(play) != parts.count or len(play) < 2 or (wishes**2).sum() > MOST_PAIRS or len(play) > MOST_SESSIONS:
        return None
    allowed = allowed[:, play]
    common = allowed.T.astype(float) @ allowed > 0
    np.fill_diagonal(common, False)
    copies, sizes = np.array(parts.copies, float), np.array([size.most for size in parts.sizes], float)
    slack = sizes - np.array([size.least for size in parts.sizes], float)
    clash = parts.subproblems[0].clash[np.ix_(play, play)]
    return Layout(copies, sizes, slack, allowed, common & ~clash, float(copies @ sizes) - len(play)), play


class MeetingCuts:
    """Multipliers for what people lose, moved towards the best ones for a given Y by `approach`.

    Let sigma be the sum of the lesser strength over the pairs of a person's wishes that share a slot, and tau the same
    sum over the edges of a tree that spans the wishes. Harmony is at most a concave, falling function of sigma
    (`_heaped`) and of tau (`_pruned`), so at most any mean of tangents of both. A head's share 1/k of a session is at
    least 2/(j+1) - (k-1)/(j(j+1)) for each j; and a seat has one price all day.
    """

    def __init__(self, view: Index, parts: Decomposition, rows: Layout, play: Ints) -> None:
        """Lay out wishes and pairs of wishes; nobody loses anything yet."""
        self._day, self._rows = parts, rows
        place = np.full(parts.sessions, -1)
        place[play] = np.arange(len(play))
        self._who, self._what, self._strength = _wishes(view, place)
        self._present = _present(parts, self._who)
        self._meet()
        self._trees = SpanningTrees(self._who, self._what, np.minimum(self._strength, HOSTING), rows.sessions)
        self._heaped, self._pruned = self._hulls()
        self._scale, self._base = np.array(view.scale)[play], np.array(view.base)[play]
        self._seats = self._seats_of_use()
        self._topics = _alike(np.array(view.topic)[play]) * view.problem.weights.topic / 2
        self._stays = np.stack(
            [np.where(ok, -m.least[play], 0) for m, ok in zip(parts.subproblems, rows.allowed, strict=True)]
        )
        self._most = view.problem.weights.turned_away
        self._faith = np.full(parts.people, 0.5)  # share of the tangents to the first hull in each person's mean
        self._toll, self._fee = np.zeros(parts.people), np.zeros(parts.people)
        self._rate = 0.0
        self._share, self._fall = np.zeros(len(self._who)), np.zeros(len(self._who))

    def _meet(self) -> None:
        """Lay out the pairs: for sigma each once, for heads each weaker or equal wish of one with the other."""
        first, other = _meetings(self._who)
        what, strength, sessions = self._what, self._strength, self._rows.sessions
        once = first < other
        self._pair_who = self._who[first[once]]
        self._pair_cell = what[first[once]] * sessions + what[other[once]]
        self._lesser = np.minimum(np.minimum(strength[first[once]], strength[other[once]]), HOSTING).astype(float)
        eased = strength[other] >= strength[first]
        self._eased, self._eased_cell = first[eased], what[first[eased]] * sessions + what[other[eased]]
        self._higher = strength[other[eased]] > strength[first[eased]]

    def _hulls(self) -> tuple[Hull, Hull]:
        """For each person the corners of harmony over sigma and over tau, padded with the last one."""
        parts, people = self._day, self._day.people
        strengths = np.zeros((people, 4), int)
        np.add.at(strengths, (self._who, np.minimum(self._strength, HOSTING)), 1)
        slots = int(self._rows.copies.sum())
        keys = np.concatenate([strengths[:, 1:], parts.room[:, :1], parts.fixed[:, 1:]], axis=1)
        kinds, member = np.unique(keys, axis=0, return_inverse=True)
        heaped = [_heaped(key[:3], int(key[3]), slots, key[4:], parts.table) for key in kinds]
        pruned = [_pruned(key[:3], int(key[3]), key[4:], parts.table) for key in kinds]
        return _padded(heaped, member.reshape(-1)), _padded(pruned, member.reshape(-1))

    def _seats_of_use(self) -> float:
        """Seats that the sessions can fill at most: the greatest rooms for those that most people want."""
        cells = np.concatenate(
            [np.tile(m.seats, n) for m, n in zip(self._day.subproblems, self._day.copies, strict=True)]
        )
        fans = np.bincount(self._what, minlength=len(self._scale)) * self._scale + self._base
        count = min(len(cells), len(fans))
        return float(np.minimum(-np.sort(-cells)[:count], -np.sort(-fans)[:count]).sum())

    def approach(self, y: Floats, step: float) -> tuple[float, Floats]:
        """Move the multipliers by a share `step` towards the best ones at Y; returns (constant, matrix)."""
        rows = self._rows
        meet = y[rows.kinds : -1, rows.kinds : -1].ravel()
        self._approach_people(meet, step)
        share, fall, demand = self._best_share(y, meet)
        self._share += step * (share - self._share)
        self._fall += step * (fall - self._fall)
        self._rate += step * (self._most * (demand > self._seats) - self._rate)
        return self._constant(), self._matrix()

    def _approach_people(self, meet: Floats, step: float) -> None:
        """Move everybody's mean of tangents towards the lower of the two hulls' at Y."""
        sigma: Floats = np.bincount(self._pair_who, self._lesser * meet[self._pair_cell], self._day.people).astype(
            float
        )
        tau = np.zeros(self._day.people)
        edges = self._trees.heaviest(meet, tau)
        high, toll = _tangent(self._heaped, sigma)
        low, fee = _tangent(self._pruned, tau)
        first = high < low
        self._faith += step * (first - self._faith)
        self._toll += step * (toll * first - self._toll)
        self._fee += step * (fee * ~first - self._fee)
        self._trees.approach(edges, fee * ~first, step)

    def _best_share(self, y: Floats, meet: Floats) -> tuple[Floats, Floats, float]:
        """For each wish the tangent that is greatest at Y: its height and fall; then the heads that come in all."""
        kinds = self._rows.kinds
        there = np.einsum("ek,ke->e", self._present, y[:kinds, kinds:-1][:, self._what])
        met = meet[self._eased_cell]
        over = np.bincount(self._eased, met * self._higher, len(self._who))
        equal = np.bincount(self._eased, met, len(self._who)) - over
        height, fall = 2 / (TANGENTS + 1), 1 / (TANGENTS * (TANGENTS + 1))
        value = np.outer(height, there - over) - np.outer(fall, equal)
        best, some = value.argmax(axis=0), value.max(axis=0) > 0
        heads = np.bincount(self._what, np.where(some, value.max(axis=0), 0.0), len(self._scale))
        return height[best] * some, fall[best] * some, float(heads @ self._scale + self._base.sum())

    def _constant(self) -> float:
        (x, y), (u, v) = self._heaped, self._pruned
        heaped = (self._faith[:, None] * y + self._toll[:, None] * x).max(axis=1).sum()
        pruned = ((1 - self._faith[:, None]) * v + self._fee[:, None] * u).max(axis=1).sum()
        return float(self._day.constant + heaped + pruned + self._rate * (self._seats - self._base.sum()))

    def _matrix(self) -> Floats:
        """The matrix that belongs to the multipliers: symmetric, so a pair's cost stands there twice, halved."""
        kinds, sessions = self._rows.kinds, self._rows.sessions
        what, price = self._what, self._rate * self._scale[self._what]
        eased = np.where(self._higher, (price * self._share)[self._eased], (price * self._fall)[self._eased])
        gained = np.bincount(self._eased_cell, eased, sessions * sessions)
        lost = np.bincount(self._pair_cell, self._toll[self._pair_who] * self._lesser, sessions * sessions)
        pairs = (gained - lost - self._trees.cost()).reshape(sessions, sessions) / 2
        heads = [np.bincount(what, price * self._share * self._present[:, k], sessions) for k in range(kinds)]
        matrix = np.zeros((kinds + sessions + 1, kinds + sessions + 1))
        matrix[kinds:-1, kinds:-1] = pairs + pairs.T - self._topics
        matrix[:kinds, kinds:-1] = (self._stays - np.array(heads)) / 2
        matrix[kinds:-1, :kinds] = matrix[:kinds, kinds:-1].T
        return matrix


def _wishes(view: Index, place: Ints) -> tuple[Ints, Ints, Ints]:
    """Person, session (its row) and level of each wish for a session in play, person by person."""
    flat = [(p, place[s], level) for s, fans in enumerate(view.fans) if place[s] >= 0 for p, level in fans]
    flat.sort()
    who, what, level = np.array(flat, int).reshape(-1, 3).T
    return who, what, level


def _present(parts: Decomposition, who: Ints) -> Floats:
    """For each wish and kind of slot 1 where its person is there: the subproblem lists all who are."""
    there = np.zeros((parts.people, len(parts.subproblems)))
    for k, subproblem in enumerate(parts.subproblems):
        there[subproblem.who, k] = 1.0
    return there[who]


def _meetings(who: Ints) -> tuple[Ints, Ints]:
    """All ordered pairs of wishes of one person; `who` is sorted."""
    starts = np.flatnonzero(np.concatenate([[True], np.diff(who) > 0, [True]])) if len(who) else np.zeros(0, int)
    first, other = [np.zeros(0, int)], [np.zeros(0, int)]
    for a, b in pairwise(starts.tolist()):
        i, j = np.divmod(np.arange((b - a) ** 2), b - a)
        first.append(a + i[i != j])
        other.append(a + j[i != j])
    return np.concatenate(first), np.concatenate(other)


def _alike(topic: Ints) -> Floats:
    same = (topic[:, None] == topic[None, :]) & (topic[:, None] >= 0)
    np.fill_diagonal(same, False)
    return np.asarray(same, float)


def _padded(hulls: list[Hull], member: Ints) -> Hull:
    longest = max([len(x) for x, _ in hulls], default=1)
    x, y = ([np.pad(hull[i], (0, longest - len(hull[i])), mode="edge") for hull in hulls] for i in (0, 1))
    return np.array(x).reshape(-1, longest)[member], np.array(y).reshape(-1, longest)[member]


def _tangent(hull: Hull, at: Floats) -> Hull:
    """The height of each person's hull (a row) at a point, and how steeply it falls there."""
    x, y = hull
    if x.shape[1] == 1:
        return y[:, 0], np.zeros(len(y))
    rows = np.arange(len(x))
    corner = np.clip((x <= at[:, None]).sum(axis=1), 1, x.shape[1] - 1)
    run, drop = x[rows, corner] - x[rows, corner - 1], y[rows, corner - 1] - y[rows, corner]
    slope = np.where(at < x[:, 0], 0.0, np.divide(drop, run, out=np.zeros(len(run)), where=run > 0))
    return y[rows, corner - 1] - slope * (at - x[rows, corner - 1]), slope


def _alone(wishes: Ints, most: int) -> Ints | None:
    """All ways to take at most `most` wishes by strength, (n, 3); None where there are too many."""
    ranges = [min(int(n), most) + 1 for n in wishes]
    if np.prod(ranges) > MOST_SHAPES:
        return None
    return np.stack(np.meshgrid(*[np.arange(n) for n in ranges], indexing="ij"), -1).reshape(-1, 3)


def _heaped(wishes: Ints, there: int, slots: int, held: Ints, table: Floats) -> Hull:
    """Harmony over sigma for one person: strengths of wishes and of slots `held`, slots in which they are there.

    More sigma is had at the same harmony by heaping all wishes that share a slot into one, so it is enough to say which
    stand alone; the heap is kept too, or falls into a slot in which the person is not there.
    """
    alone = _alone(wishes, there)
    if alone is None:
        return np.zeros(1), _harmony(_strongest(wishes, there)[None], held, table)
    heap = wishes - alone
    top = np.where(heap[:, 2] > 0, 3, np.where(heap[:, 1] > 0, 2, np.where(heap[:, 0] > 0, 1, 0)))
    sigma = _sigma(heap)
    tops = alone + (top[:, None] == np.array([1, 2, 3]))
    kept = tops.sum(axis=1) <= there
    lost = (alone.sum(axis=1) == there) & (slots > there)
    x = np.concatenate([sigma[kept], sigma[lost]])
    y = np.concatenate([_harmony(tops[kept], held, table), _harmony(alone[lost], held, table)])
    return _upper(x, y)


def _pruned(wishes: Ints, there: int, held: Ints, table: Floats) -> Hull:
    """Harmony over tau for one person: within a slot tau is at most the strengths of all but the strongest wish."""
    kept = _alone(wishes, there)
    if kept is None:
        return np.zeros(1), _harmony(_strongest(wishes, there)[None], held, table)
    kept = kept[kept.sum(axis=1) <= there]
    return _upper(((wishes - kept) @ np.array([1, 2, 3])).astype(float), _harmony(kept, held, table))


def _strongest(wishes: Ints, most: int) -> Ints:
    three = min(int(wishes[2]), most)
    two = min(int(wishes[1]), most - three)
    return np.array([min(int(wishes[0]), most - three - two), two, three])


def _sigma(heap: Ints) -> Floats:
    """Sum of the lesser strength over the pairs of a heap of (n, 3) wishes of strength 1, 2, 3."""
    one, two, three = heap.T.astype(float)
    strong = two + three
    return np.asarray(
        3 * three * (three - 1) / 2 + 2 * (two * (two - 1) / 2 + two * three) + one * (one - 1) / 2 + one * strong
    )


def _harmony(kept: Ints, held: Ints, table: Floats) -> Floats:
    """H of slots kept by strength 1, 2, 3 (last axis) beside those held."""
    one, two, three = np.moveaxis(kept + held, -1, 0)
    return np.asarray(
        3 * table[three] + 2 * (table[three + two] - table[three]) + table[one + two + three] - table[three + two]
    )


def _upper(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The corners of the upper concave hull of points from its highest one on, by rising x."""
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
