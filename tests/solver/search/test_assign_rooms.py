"""Assignment: as cheap as SciPy's, each row a column of its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from solver.search.assign_rooms import assign

COSTS = st.integers(1, 6).flatmap(
    lambda columns: st.lists(st.lists(st.integers(0, 9), min_size=columns, max_size=columns), max_size=columns)
)


@settings(max_examples=300)
@given(COSTS)
def test_assign_costs_as_little_as_scipy(costs: list[list[int]]) -> None:
    given_to = assign([[float(cost) for cost in row] for row in costs])
    assert len(set(given_to)) == len(costs)
    matrix = np.array(costs, float).reshape(len(costs), len(costs[0]) if costs else 0)
    rows, columns = linear_sum_assignment(matrix)
    assert sum(costs[row][column] for row, column in enumerate(given_to)) == pytest.approx(matrix[rows, columns].sum())
