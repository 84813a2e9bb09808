"""Pairing: people in pairs, the odd one in a three, by what they share and where they differ; nobody meets twice.

A pair is worth what `worth()` says; a three half the sum of its three pairs, since each of it divides their time in
two. Then every pairing is a solution of the assignment problem in which each person is assigned one partner and is
assigned to one (a three goes round), so that its optimum bounds every pairing. Few people are paired by a CP-SAT model
of all pairs and threes. Of many, the cycles of the assignment are taken apart: even ones lose nothing, odd ones are
joined by the pair that loses least by the dual prices; where nothing is lost, the pairing is optimal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ENOUGH = 3  # of what two share, or differ in: more is no better
SHARED, DIFFERING = 2, 1  # what each of it is worth
MODELLED = 24  # people up to whom a model has every pair and every three
NEVER = 1_000_000_000  # what a pair loses that has met
ALONE = 1_000_000  # what it is worth that an odd cycle need not be by itself
JOINED = 8  # others with which each odd cycle may be joined
WORKERS = 2

Pair = tuple[int, int]
Group = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pairing:
    """Groups of two, and of three where it must be, of people by number; who met everybody `rests`."""

    groups: tuple[Group, ...]
    rests: tuple[int, ...]


def worth(one: Collection[str], other: Collection[str]) -> int:
    """What a pair is worth: something in common to begin with, and something else to hear of."""
    mine, theirs = set(one), set(other)
    shared, apart = len(mine & theirs), min(len(mine - theirs), len(theirs - mine))
    return SHARED * min(shared, ENOUGH) + DIFFERING * min(apart, ENOUGH)


def pair_up(interests: Sequence[Collection[str]], met: Iterable[Pair] = (), seconds: float = 4.0) -> Pairing:
    """Pair people by their interests; nobody with somebody whom they have `met`."""
    number = len(interests)
    values, free = _values(interests), ~np.eye(number, dtype=bool)
    for one, other in met:
        free[one, other] = free[other, one] = False
    if number < 2:
        return Pairing((), tuple(range(number)))
    if number <= MODELLED:
        groups = _model(values, free, seconds)
    else:
        mates = _assign(values, free)
        groups = _join(_cycles(mates), _reduced(values, free, mates))
    grouped = {person for group in groups for person in group}
    left = tuple(person for person in range(number) if person not in grouped)
    return Pairing(tuple(sorted(groups)), left)


def _values(interests: Sequence[Collection[str]]) -> NDArray[np.int64]:
    """worth() of all pairs at once."""
    words = {word: place for place, word in enumerate(sorted({word for own in interests for word in own}))}
    has = np.zeros((len(interests), len(words)), np.float32)
    for person, own in enumerate(interests):
        for word in own:
            has[person, words[word]] = 1
    shared = np.rint(has @ has.T).astype(np.int64)
    each = np.diag(shared)
    apart = np.minimum(each[:, None], each[None, :]) - shared
    found: NDArray[np.int64] = SHARED * np.minimum(shared, ENOUGH) + DIFFERING * np.minimum(apart, ENOUGH)
    return found


def _assign(values: NDArray[np.int64], free: NDArray[np.bool_]) -> list[int]:
    """Person to whom each is assigned, the best of all ways; to themselves where that lets fewest rest."""
    from ortools.graph.python import linear_sum_assignment

    number = len(values)
    resting = 2 * number * (int(values.max()) + 1)
    ones, others = np.nonzero(free)
    everybody = np.arange(number)
    solver = linear_sum_assignment.SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(
        np.concatenate((ones, everybody)).astype(np.int32),
        np.concatenate((others, everybody)).astype(np.int32),
        np.concatenate((-values[ones, others], np.full(number, resting))).astype(np.int64),
    )
    if solver.solve() != solver.OPTIMAL:
        raise RuntimeError("The assignment problem was not solved.")
    return [solver.right_mate(person) for person in range(number)]


def _model(values: NDArray[np.int64], free: NDArray[np.bool_], seconds: float) -> list[Group]:
    """The best of all pairs and threes of few people, by CP-SAT."""
    from ortools.sat.python import cp_model

    people = range(len(values))
    groups: list[Group] = [(a, b) for a, b in combinations(people, 2) if free[a, b]]
    groups += [it for it in combinations(people, 3) if all(free[a, b] for a, b in combinations(it, 2))]
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in groups]
    for person in people:
        model.add_at_most_one(it for group, it in zip(groups, chosen, strict=True) if person in group)
    three = len(people) * int(values.max()) + 1  # more than all values together
    grouped = (len(people) + 1) * three
    gains = [grouped * len(it) - three * (len(it) == 3) + _value(values, it) for it in groups]
    model.maximize(sum(gain * it for gain, it in zip(gains, chosen, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = seconds, WORKERS
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return []
    return [group for group, it in zip(groups, chosen, strict=True) if solver.boolean_value(it)]


def _cycles(mates: Sequence[int]) -> list[list[int]]:
    """The cycles in which people are assigned."""
    left, found = set(range(len(mates))), []
    while left:
        cycle = [min(left)]
        while mates[cycle[-1]] != cycle[0]:
            cycle.append(mates[cycle[-1]])
        left -= set(cycle)
        found.append(cycle)
    return found


def _reduced(values: NDArray[np.int64], free: NDArray[np.bool_], mates: Sequence[int]) -> NDArray[np.int64]:
    """What a pairing loses against the bound by each pair: 0 where it is as good as any; NEVER for who have met.

    Dual prices by longest paths over the assignment; those of giving and of taking are added, as pairs are symmetric.
    """
    mate = np.array(mates)
    taken = np.where(mate == np.arange(len(mate)), 0, values[np.arange(len(mate)), mate])
    gain = np.where(free, values - taken[:, None], -NEVER)
    price = np.zeros(len(mate), np.int64)
    for _ in range(len(mate)):
        higher = np.maximum(price, (gain + price[mate][:, None]).max(axis=0))
        if (higher == price).all():
            break
        price = higher
    both = price + taken - price[mate]
    return np.where(free, both[:, None] + both[None, :] - 2 * values, NEVER)


def _join(cycles: list[list[int]], loss: NDArray[np.int64]) -> list[Group]:
    """Pairs along the cycles; odd ones are joined by a pair between them, and one that is left over has a three."""
    from ortools.sat.python import cp_model

    groups = [pair for it in cycles if len(it) % 2 == 0 for pair in _along(it)]
    odd = [it for it in cycles if len(it) % 2]
    model, options = cp_model.CpModel(), _options(odd, loss)
    chosen = [model.new_bool_var("") for _ in options]
    for number in range(len(odd)):
        model.add_exactly_one(it for option, it in zip(options, chosen, strict=True) if number in option.cycles)
    model.minimize(sum(option.cost * it for option, it in zip(options, chosen, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = 1.0, WORKERS
    found = solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    for option, it in zip(options, chosen, strict=True):
        if solver.boolean_value(it) if found else len(option.cycles) == 1:
            groups += option.groups
    return [tuple(sorted(group)) for group in groups]


@dataclass(frozen=True, slots=True)
class _Option:
    """One odd cycle by itself, or two joined by a pair: the groups that come of it, and twice what they lose."""

    cycles: tuple[int, ...]
    cost: int
    groups: list[Group]


def _options(odd: list[list[int]], loss: NDArray[np.int64]) -> list[_Option]:
    """Each odd cycle by itself, which is the last resort, or with those that it joins best."""
    found = []
    for number, cycle in enumerate(odd):
        lost, start = _three(cycle, loss)
        rests = lost >= NEVER
        alone = [*_along(cycle[1:])] if rests else _split(cycle, start)
        found.append(_Option((number,), 100 * ALONE if rests else ALONE + lost, alone))
        joined = [_joined((other, number), (theirs, cycle), loss) for other, theirs in enumerate(odd[:number])]
        possible = sorted((it for it in joined if it.cost < NEVER), key=lambda it: it.cost)
        found += possible[:JOINED] + [it for it in possible[JOINED:] if it.cycles[0] == number - 1]
    return found


def _joined(numbers: tuple[int, int], cycles: tuple[list[int], list[int]], loss: NDArray[np.int64]) -> _Option:
    one, other = cycles
    between = loss[np.ix_(one, other)]
    mine, theirs = divmod(int(between.argmin()), len(other))
    pairs = [(one[mine], other[theirs]), *_along(_rest(one, mine)), *_along(_rest(other, theirs))]
    return _Option(numbers, 2 * int(between[mine, theirs]), pairs)


def _three(cycle: list[int], loss: NDArray[np.int64]) -> tuple[int, int]:
    """What the cheapest three of neighbours in an odd cycle loses, and where it starts; NEVER where all have met."""
    if len(cycle) < 3:
        return NEVER, 0
    it = np.array(cycle)
    lost = loss[it, np.roll(it, -2)]
    return int(lost.min()), int(lost.argmin())


def _split(cycle: list[int], start: int) -> list[Group]:
    """A three from `start` on, and pairs along the rest."""
    turned = cycle[start:] + cycle[:start]
    return [tuple(turned[:3]), *_along(turned[3:])]


def _along(path: list[int]) -> list[Group]:
    """Pairs of neighbours."""
    return [(path[it], path[it + 1]) for it in range(0, len(path), 2)]


def _rest(cycle: list[int], place: int) -> list[int]:
    """The cycle without one of its people, from behind it on."""
    return cycle[place + 1 :] + cycle[:place]


def _value(values: NDArray[np.int64], group: Sequence[int]) -> int:
    """In halves: twice a pair's worth, the sum of a three's pairs."""
    total = sum(int(values[a, b]) for a, b in combinations(group, 2))
    return 2 * total if len(group) == 2 else total
