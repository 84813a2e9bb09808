"""Exact pricing of a slot: as good as trying every column, in one lane or several, whatever the prices."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from solver import parse
from solver.bound.column import FORBIDDEN, Sizes, Subproblem, value, workspace
from solver.bound.column_exchange import exchange_two
from solver.bound.decompose import Decomposition, decompose
from solver.bound.pricing import ExactPricing, SearchLane
from solver.bound.pricing_search import tree
from solver.bound.seat_prices import find, nothing, softened
from solver.model.index import index
from tests.world.random_days import random_day

Prices = tuple[NDArray[np.float64], NDArray[np.float64]]


def slots(seed: int, spare: int, seats: float) -> tuple[Decomposition, Prices]:
    """A day of ten sessions for two slots of four rooms, with topics, hosts and needs, and prices drawn at random."""
    parts = decompose(index(parse(random_day(seed, 25, 10, 2, 4, seats=seats))), 8 - spare)
    rng = np.random.default_rng(seed)
    worth = np.maximum.accumulate(rng.random((parts.people, 5)), axis=1)
    worth[:, 0], worth[:, 4] = 0.0, worth[:, 3]
    return parts, (worth, rng.random(parts.sessions) * 3)


def lane(parts: Decomposition, m: Subproblem) -> SearchLane:
    rooms = len(m.seats)
    return SearchLane(workspace(parts.people, rooms), tree(parts.people, parts.sessions, rooms, len(m.who)))


def every_column(parts: Decomposition, m: Subproblem, sizes: Sizes, prices: Prices) -> dict[tuple[int, ...], float]:
    """What each column that a slot can hold is worth."""
    work = workspace(parts.people, len(m.seats))
    usable = [int(s) for s in np.flatnonzero(m.least < FORBIDDEN)]
    found = {}
    for size in range(sizes.least, sizes.most + 1):
        for chosen in combinations(usable, size):
            if not any(m.clash[a, b] for a, b in combinations(chosen, 2)):
                worth = float(value(m, work, np.array(chosen, np.int64), size, *prices, -1e300)) if chosen else 0.0
                if worth > -FORBIDDEN / 2:
                    found[chosen] = worth
    return found


days = given(
    seed=st.integers(0, 10**6), spare=st.integers(0, 8), seats=st.sampled_from([0.3, 0.7, 2.0]), data=st.data()
)


def advance(pricing: ExactPricing, budget: int) -> int:
    """Search all lanes on, one after the other, with about so many nodes each; returns the nodes used."""
    nodes = 0
    for piece in pricing.pieces():
        used, found, column = pricing.search(piece, budget)
        nodes += used
        if len(column):
            pricing.note(column, found)
    pricing.conclude()
    return nodes


@settings(max_examples=40)
@days
def test_pricing_finds_the_best_column_in_one_lane_and_in_three(
    seed: int, spare: int, seats: float, data: st.DataObject
) -> None:
    parts, prices = slots(seed, spare, seats)
    share = data.draw(st.sampled_from([0.0, 0.5, 1.0]))
    for m, sizes in zip(parts.subproblems, parts.sizes, strict=True):
        columns = every_column(parts, m, sizes, prices)
        if not columns:
            continue
        known = [np.array(c, np.int64) for c in list(columns)[-3:] if len(c) > 1]
        guide = softened(m, find(m, lane(parts, m).work, *prices, known), share) if known else nothing(m)
        some = data.draw(st.sampled_from([None, *known]))
        told = some if some is None else (some, columns[tuple(sorted(some.tolist()))])
        for lanes in (1, 3):
            places = [lane(parts, m) for _ in range(lanes)]
            pricing = ExactPricing(m, places, sizes, prices, guide=guide, known=told)
            while advance(pricing, 50):
                assert pricing.bound >= max(columns.values()) - 1e-9
            assert pricing.best == pricing.bound == pytest.approx(max(columns.values()), abs=1e-9)


@settings(max_examples=40)
@days
def test_pricing_lists_exactly_the_columns_above_a_floor(
    seed: int, spare: int, seats: float, data: st.DataObject
) -> None:
    parts, prices = slots(seed, spare, seats)
    for m, sizes in zip(parts.subproblems, parts.sizes, strict=True):
        columns = every_column(parts, m, sizes, prices)
        floor = data.draw(st.sampled_from(sorted(columns.values()) or [0.0])) + 1e-6
        pricing = ExactPricing(m, [lane(parts, m)], sizes, prices, guide=nothing(m))
        found = pricing.columns(floor, 1000, 10**6)
        assert found is not None
        assert sorted(tuple(sorted(c.tolist())) for c in found) == sorted(c for c, v in columns.items() if v > floor)
        filled = sum(len(column) > 0 for column in found)  # the empty one takes no room
        assert not filled or pricing.columns(floor, filled - 1, 10**6) is None


@settings(max_examples=40)
@days
def test_exchanging_two_sessions_ends_where_no_two_others_are_better(
    seed: int, spare: int, seats: float, data: st.DataObject
) -> None:
    parts, prices = slots(seed, spare, seats)
    for m, sizes in zip(parts.subproblems, parts.sizes, strict=True):
        columns = every_column(parts, m, sizes, prices)
        starts = [c for c in columns if len(c) == sizes.most >= 2]
        if not starts:
            continue
        start = data.draw(st.sampled_from(starts))
        column, place = np.array(start, np.int64), lane(parts, m)
        n, found = exchange_two(
            m, nothing(m), place.work, place.tree, column, len(start), sizes.least, *prices, columns[start],
            np.zeros((0, 1), np.int64),
        )  # fmt: skip
        end = tuple(sorted(column[:n].tolist()))
        assert found == pytest.approx(columns[end], abs=1e-9)
        near = [v for c, v in columns.items() if len(set(c) & set(end)) >= n - 2 and n - 1 <= len(c) <= n]
        assert found >= max(near) - 1e-9
