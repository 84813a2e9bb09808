"""Column generation: the same columns from any number of threads, and a master programme that goes on where it was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from solver import parse
from solver.bound.column import FORBIDDEN, workspace
from solver.bound.column_generation import ColumnGeneration
from solver.bound.decompose import decompose
from solver.bound.pricing import SearchLane
from solver.bound.pricing_search import tree
from solver.bound.restricted_master import ColumnPool, DualPrices, RestrictedMaster
from solver.model.index import index
from tests.world.random_days import random_day


def generation(threads: int) -> ColumnGeneration:
    """Column generation on a day of sixteen sessions, four slots (one room closed in one of them), four rooms."""
    day = random_day(7, 40, 16, 4, 4)
    day["rooms"][0]["closed"] = [day["slots"][0]["id"]]
    parts = decompose(index(parse(day)), 15)
    fans = max(len(m.who) for m in parts.subproblems)
    lanes = [SearchLane(workspace(parts.people, 4), tree(parts.people, 16, 4, fans)) for _ in range(threads)]
    made = ColumnGeneration(parts, lanes, ThreadPoolExecutor(threads), lambda: False)
    made.descend(20, lambda: 0.0, lambda: False)
    made.polish(20, 1e-6, lambda: False)
    return made


def test_any_number_of_threads_finds_the_same_columns() -> None:
    alone, together = generation(1), generation(3)
    assert alone.estimate == together.estimate
    assert [s.tolist() for s in alone.pool.sets] == [s.tolist() for s in together.pool.sets]


def test_a_master_programme_that_grows_ends_where_a_new_one_does() -> None:
    made = generation(1)
    growing, sets = RestrictedMaster(made.parts), made.pool.sets
    for known in (len(sets) // 3, len(sets) // 2, len(sets)):
        made.pool.sets = sets[:known]  # the pool as it was when it knew so many columns
        on, anew = growing.solve(made.pool, 20), RestrictedMaster(made.parts).solve(made.pool, 20)
        assert on is not None
        assert anew is not None
        assert on[0] == pytest.approx(anew[0])


def test_columns_that_make_no_grid_have_prices_from_which_it_goes_on() -> None:
    """Every subproblem knows the same sessions only, where nearly all sessions must have a place."""
    made = generation(1)
    best, few = made.estimate, ColumnPool(made.parts)
    for t, size in enumerate(made.parts.sizes):
        few.add(t, np.flatnonzero(made.parts.subproblems[t].least < FORBIDDEN)[: size.most])
    first = RestrictedMaster(made.parts).solve(few, 20)
    assert first is not None
    assert first[0] < best
    made.best, made.pool = first[1], few
    made.polish(40, 1e-6, lambda: False)
    assert made.estimate == pytest.approx(best, rel=2e-3)


def test_prices_of_the_master_programme_bound_its_own_value() -> None:
    made = generation(1)
    solved = RestrictedMaster(made.parts).solve(made.pool, 20)
    assert solved is not None
    total, _, _ = made.search(solved[1], 1)
    assert total >= solved[0] - 1e-6


def test_prices_of_a_day_without_a_free_cell_are_shifted_to_nothing_at_most_and_bound_the_same() -> None:
    made = generation(1)
    solved = RestrictedMaster(made.parts).solve(made.pool, 20)
    assert solved is not None
    worth, price = solved[1].worth, solved[1].price
    assert price.max() == 0.0
    elsewhere, _, _ = made.search(DualPrices(worth, price + 7 * made.parts.free), 1)
    assert made.search(solved[1], 1)[0] == pytest.approx(elsewhere)
