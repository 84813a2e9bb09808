"""What pairs of sessions in one slot cost people: cuts above the total that are linear in who meets whom.

A grid is seen as its *meetings*, a matrix Y with a row for each kind of slot, for each session and for the empty cells:
the sum over slots t of y y', where y marks the kind of t and the sessions that stand in t and counts its empty cells.
So Y[s, s'] is 1 where s and s' share a slot, Y[k, s] is 1 where s stands in a slot of kind k. For any multipliers here,
total <= constant + <matrix, Y>; `cone` bounds that over everything that Y could be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.bound.column import FORBIDDEN
from solver.bound.decompose import Decomposition
from solver.bound.harmony_cuts import HarmonyCuts, Pairs, meetings
from solver.model.index import Index

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TANGENTS = np.array([1.0, 2.0, 3.0, 4.0, 6.0])  # a person's share 1/k of a session is bounded by its tangents at these
PRICE_STEP = 0.03  # share of the way that the price of a seat goes in each turn to nothing or to all it may be
HALVINGS = 7  # of the interval of the price of a seat
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
    empty = float(copies @ sizes) - parts.count
    return Layout(copies, sizes, slack, allowed, common & ~clash, empty), play


class MeetingCuts:
    """Multipliers for what people lose, moved towards the best ones for a given Y by `approach`.

    Harmony is bounded by `HarmonyCuts`. A seat has one price all day, and a person's heads are counted in two ways, of
    which each person has a mean: a head for each slot in which they keep something; or a share 1/k of each wish that
    shares a slot with k - 1 others, at least 2/(j+1) - (k-1)/(j(j+1)) for each j.
    """

    def __init__(self, view: Index, parts: Decomposition, rows: Layout, play: Ints) -> None:
        """Lay out wishes and pairs of wishes; a seat has its price, as in `trivial.quick`, and no meeting costs yet."""
        self._day, self._rows = parts, rows
        place = np.full(parts.sessions, -1)
        place[play] = np.arange(len(play))
        self._who, self._what, self._strength = _wishes(view, place)
        self._present = _present(parts, self._who)
        self._meet()
        self._scale, self._base = np.array(view.scale)[play], np.array(view.base)[play]
        self._seats = self._seats_of_use()
        self._topics = _alike(np.array(view.topic)[play]) * view.problem.weights.topic / 2
        self._stays = np.stack(
            [np.where(ok, -m.least[play], 0) for m, ok in zip(parts.subproblems, rows.allowed, strict=True)]
        )
        self._most = view.problem.weights.turned_away
        self._least_scale = _least(self._who, self._scale[self._what], parts.people)
        wishes = (self._who, self._what, self._strength)
        self._harmony = HarmonyCuts(parts, wishes, rows.sessions)
        self._share, self._fall = np.zeros(len(self._who)), np.zeros(len(self._who))
        self._harmony.look(np.zeros(rows.sessions * rows.sessions))
        self._rate = self._best_price(np.zeros(parts.people))
        self._price, self._due = 0.0, self._rate * self._least_scale

    def _meet(self) -> None:
        """Lay out the pairs that divide a person: each weaker or equal wish with the other."""
        first, other = meetings(self._who)
        cell = self._what[first] * self._rows.sessions + self._what[other]
        more = self._strength[other] - self._strength[first]
        self._stronger, self._equal = (Pairs(first[it], cell[it]) for it in (more > 0, more == 0))

    def _seats_of_use(self) -> float:
        """Seats that the sessions can fill at most: the greatest rooms for those that most people want."""
        cells = np.concatenate(
            [np.tile(m.seats, n) for m, n in zip(self._day.subproblems, self._day.copies, strict=True)]
        )
        fans = np.bincount(self._what, minlength=len(self._scale)) * self._scale + self._base
        count = min(len(cells), len(fans))
        return float(np.minimum(-np.sort(-cells)[:count], -np.sort(-fans)[:count]).sum())

    def approach(self, y: Floats, step: float, *, whole: bool = False) -> tuple[float, Floats]:
        """Move the multipliers by a share `step` towards the best ones at Y; returns (constant, matrix).

        With `whole`, heads may be counted by slots kept; without, by shares only, which comes near sooner where that is
        enough.
        """
        rows = self._rows
        meet = y[rows.kinds : -1, rows.kinds : -1].ravel()
        share, fall, value = self._best_share(y, meet)
        divided: Floats = np.bincount(self._who, value * self._scale[self._what], len(self._due)).astype(float)
        self._harmony.look(meet)
        price = self._best_price(divided) if whole else self._price
        by_slots = (self._heads(price) > divided) & whole
        self._harmony.approach(price * by_slots * self._least_scale, step)
        paid = price * ~by_slots[self._who] * self._scale[self._what]
        self._due += step * (price * by_slots * self._least_scale - self._due)
        self._share += step * (paid * share - self._share)
        self._fall += step * (paid * fall - self._fall)
        self._rate += step * (price - self._rate)
        self._price += PRICE_STEP * (self._most * float(divided.sum() + self._base.sum() > self._seats) - self._price)
        return self._constant(), self._matrix()

    def _heads(self, price: float) -> Floats:
        """The heads that each person brings at a price of seats: one for each slot that is worth it."""
        return np.asarray(self._harmony.kept(price * self._least_scale)[0] * self._least_scale)

    def _best_price(self, divided: Floats) -> float:
        """The price of a seat at which as many are taken as there are, no more than a head turned away costs."""
        low, high = 0.0, float(self._most)
        for _ in range(HALVINGS):
            price = (low + high) / 2
            too_many = np.maximum(divided, self._heads(price)).sum() + self._base.sum() > self._seats
            low, high = (price, high) if too_many else (low, price)
        return low if low == 0.0 else high

    def _best_share(self, y: Floats, meet: Floats) -> tuple[Floats, Floats, Floats]:
        """For each wish the tangent that is greatest at Y: its height, its fall, and what it says of the share."""
        kinds = self._rows.kinds
        there = np.einsum("ke,ke->e", self._present, y[:kinds, kinds:-1][:, self._what])
        over, equal = (pairs.met(meet, len(self._who)) for pairs in (self._stronger, self._equal))
        height, fall = 2 / (TANGENTS + 1), 1 / (TANGENTS * (TANGENTS + 1))
        value = np.outer(height, there - over) - np.outer(fall, equal)
        best, some = value.argmax(axis=0), value.max(axis=0) > 0
        return height[best] * some, fall[best] * some, np.where(some, value.max(axis=0), 0.0)

    def _constant(self) -> float:
        return float(
            self._day.constant + self._harmony.constant(self._due) + self._rate * (self._seats - self._base.sum())
        )

    def _matrix(self) -> Floats:
        """The matrix that belongs to the multipliers: symmetric, so a pair's cost stands there twice, halved."""
        kinds, sessions = self._rows.kinds, self._rows.sessions
        what = self._what
        gained = self._stronger.worth(self._share, sessions * sessions)
        gained += self._equal.worth(self._fall, sessions * sessions)
        pairs = (gained.reshape(sessions, sessions) - self._harmony.cost()) / 2
        heads = [np.bincount(what, self._share * there, sessions) for there in self._present]
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
    """For each kind of slot and wish 1 where its person is there: the subproblem lists all who are."""
    there = np.zeros((len(parts.subproblems), parts.people))
    for k, subproblem in enumerate(parts.subproblems):
        there[k, subproblem.who] = 1.0
    return there[:, who]


def _least(who: Ints, scale: Floats, people: int) -> Floats:
    """The least scale among each person's wishes, 0 where there are none."""
    least = np.full(people, np.inf)
    np.minimum.at(least, who, scale)
    return np.where(np.isfinite(least), least, 0.0)


def _alike(topic: Ints) -> Floats:
    same = (topic[:, None] == topic[None, :]) & (topic[:, None] >= 0)
    np.fill_diagonal(same, False)
    return np.asarray(same, float)
