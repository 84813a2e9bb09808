"""The bound that takes milliseconds: everybody alone on the day, all seats at one price; plain Python."""

from __future__ import annotations

from collections import Counter
from math import inf

from solver.model.index import Index
from solver.model.problem import HOSTING
from solver.model.score import OTHER_ROOM, choose, score
from solver.model.tolerance import padded

Marginals = Counter[tuple[float, float]]


def quick(view: Index, placed: int | None = None) -> float:
    """Bound `total` over all valid grids (with `placed` sessions): what people could keep, less what seats must cost.

    With a price e for every seat of the day, turned_away costs at least e * (heads - seats), and each person's best is
    to keep the slots that bring more than e. The best e is where as many slots are kept as there are seats. Who wants
    more than a slot can hold gathers in several, whatever they bring (`_gathered`).
    """
    # what runs on out of frozen slots or into them has seats that nobody counted
    running_on = not view.problem.plain and bool(view.problem.frozen_slots)
    weight = 0.0 if running_on else view.problem.weights.turned_away
    forced, free = _marginals(view, placed)
    return padded(_constant(view, weight) + _at_best_price(forced, free, _seats(view), weight))


def _at_best_price(forced: Marginals, free: Marginals, seats: float, weight: float) -> float:
    """Least over e in [0, weight] of sum(gain - e * heads) + e * seats: convex, least where it turns.

    Of what is free only that which brings more than it costs.
    """
    gathered, price = sum(heads * n for (_, heads), n in forced.items()), 0.0
    if gathered >= seats:
        price = weight
    else:
        for (gain, heads), n in sorted(free.items(), key=lambda pair: -_worth(*pair[0])):
            gathered += heads * n
            if gathered >= seats:
                price = min(weight, _worth(gain, heads))
                break
    kept = sum((gain - price * heads) * n for (gain, heads), n in forced.items())
    return kept + sum(max(0.0, gain - price * heads) * n for (gain, heads), n in free.items()) + price * seats


def _worth(gain: float, heads: float) -> float:
    return gain / heads if heads else inf


def _marginals(view: Index, placed: int | None) -> tuple[Marginals, Marginals]:
    """What the k-th slot kept can add to a person's harmony, and the heads it brings at least; how many are alike.

    First those that are kept in any grid with `placed` sessions, then those that may be.
    """
    people, plain = len(view.person_ids), view.problem.plain
    frozen = [slot.frozen and plain for slot in view.problem.slots]  # what runs on may end in a frozen slot
    strengths: list[list[int]] = [[] for _ in range(people)]
    least = [1.0] * people
    sessions = view.problem.sessions
    for session, mask, fans, scale in zip(sessions, view.mask, view.fans, view.scale, strict=True):
        if any(mask):
            for p, level in fans:
                strengths[p] += [min(level, HOSTING)] * session.length
                if scale < least[p]:
                    least[p] = scale
    held = _held(view) if view.problem.fixed else [()] * people
    left_out, largest = _gathered(view, placed)
    alike: Counter[tuple[tuple[int, ...], tuple[int, ...], float, int]] = Counter()
    for p, wanted in enumerate(strengths):
        there = frozen.count(False) - sum(not frozen[t] for t in view.absent[p])
        gone = frozen.count(False) - there
        here = len(wanted) - left_out - largest * gone  # wishes that stand in a slot in which they are there
        kept = min(there, max(0, -(-here // largest))) if largest else 0
        alike[held[p], tuple(sorted(wanted, reverse=True)[:there]), least[p], kept] += 1
    forced, free = Marginals(), Marginals()
    for (before, more, heads, kept), n in alike.items():
        for k, gain in enumerate(_gains(before, more, view.problem.weights.fairness == "harmonic")):
            (forced if k < kept else free)[gain, heads] += n
    return forced, free


def _gathered(view: Index, placed: int | None) -> tuple[int, int]:
    """How many sessions are left out, and how many a slot holds at most; (0, 0) where it is not known."""
    if placed is None or not view.problem.plain:
        return 0, 0
    placeable = sum(any(mask) for mask in view.mask)
    stands = len(view.problem.fixed)
    rooms = [sum(slot.id not in room.closed for room in view.problem.rooms) for slot in view.problem.slots]
    return max(0, placeable - (placed - stands)), max(rooms, default=0)


def _gains(held: tuple[int, ...], more: tuple[int, ...], harmonic: bool) -> list[float]:
    """What keeping the first, second ... of `more` (strongest first) adds to the harmony of what is `held` at most.

    H is concave and the strongest that are left add most, so the sums of the first gains are never exceeded.
    """
    if not harmonic:
        return [float(w) for w in more]
    if not held:
        return [w / k for k, w in enumerate(more, 1)]
    gains, kept = [], sorted(held, reverse=True)
    for w in more:
        before = sum(strength / k for k, strength in enumerate(kept, 1))
        kept = sorted([*kept, w], reverse=True)
        gains.append(sum(strength / k for k, strength in enumerate(kept, 1)) - before)
    return gains


def _held(view: Index) -> list[tuple[int, ...]]:
    """Strengths that people keep in frozen slots."""
    stands = {
        placement.session: view.problem.run(placement.session, placement.slot) for placement in view.problem.fixed
    }
    return [tuple(w for w, _ in choose(view.problem, name, stands).values()) for name in view.person_ids]


def _seats(view: Index) -> float:
    """Seats that sessions can fill in the open slots: the greatest rooms for those that most people want."""
    frozen = view.problem.frozen_slots
    cells = [
        room.capacity
        for slot in view.problem.slots
        if slot.id not in frozen
        for room in view.problem.rooms
        if slot.id not in room.closed
    ]
    sessions = zip(view.problem.sessions, view.mask, view.fans, view.scale, strict=True)
    heads = [len(fans) * scale for it, mask, fans, scale in sessions if any(mask) for _ in range(it.length)]
    return float(sum(map(min, sorted(cells, reverse=True), sorted(heads, reverse=True))))


def _constant(view: Index, turned_away: float) -> float:
    """What the frozen part brings, and what previous placements cost that cannot be kept."""
    weights, now = view.problem.weights, score(view.problem, view.problem.fixed)
    lost = 0.0
    for mask, before in zip(view.mask, view.before, strict=True):
        if before is not None:
            t, r = before
            lost += 1.0 if t < 0 or not mask[t] else OTHER_ROOM * (r < 0 or not mask[t] >> r & 1)
    return now.harmony - turned_away * now.turned_away - weights.topic * now.topic - weights.moved * lost
