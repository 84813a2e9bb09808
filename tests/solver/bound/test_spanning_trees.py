"""Heaviest spanning trees, beside SciPy's."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from solver.bound.spanning_trees import SpanningTrees

SESSIONS = 7


@given(
    wants=st.lists(st.sets(st.integers(0, SESSIONS - 1), min_size=1), min_size=1, max_size=4),
    seed=st.integers(0, 2**32 - 1),
)
def test_trees_span_all_wishes_and_none_is_heavier(wants: list[set[int]], seed: int) -> None:
    random = np.random.default_rng(seed)
    meet = random.uniform(0.1, 1.0, (SESSIONS, SESSIONS))
    meet = meet + meet.T
    owner = np.repeat(np.arange(len(wants)), [len(it) for it in wants])
    what = np.array([session for it in wants for session in sorted(it)])
    trees, weight = SpanningTrees(owner, what, SESSIONS), np.zeros(len(wants))
    edges = trees.heaviest(meet.ravel(), weight)
    for it, sum_of_mine in zip(wants, weight, strict=True):
        mine = sorted(it)
        heaviest = -minimum_spanning_tree(-meet[np.ix_(mine, mine)]).sum()
        assert abs(sum_of_mine - heaviest) < 1e-9
    for cells in edges:
        for row in cells:
            ends = np.zeros((SESSIONS, SESSIONS))
            ends.ravel()[row] = 1.0
            touched = np.flatnonzero(ends.sum(axis=0) + ends.sum(axis=1))
            assert len(touched) == len(row) + 1
            assert connected_components(ends[np.ix_(touched, touched)], directed=False)[0] == 1


def test_cost_is_the_mean_of_the_trees_it_moved_to() -> None:
    trees = SpanningTrees(np.array([0, 0, 1, 1, 1]), np.array([0, 1, 0, 1, 2]), 3)
    meet = np.array([[0.0, 1.0, 0.5], [1.0, 0.0, 0.2], [0.5, 0.2, 0.0]])
    edges = trees.heaviest(meet.ravel(), np.zeros(2))
    trees.approach(edges, np.array([4.0, 2.0]), 0.5)
    trees.approach(edges, np.array([0.0, 2.0]), 0.5)
    assert trees.cost().reshape(3, 3).tolist() == [[0.0, 2.5, 1.5], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
