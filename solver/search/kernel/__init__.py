"""The compiled local search: exact deltas on people's slots, with rooms matched exactly within each slot.

`instance` and `state` are `shapes.Instance` and `shapes.State`. Importing it raises ImportError where numba is missing.
"""

from solver.search.kernel.annealing import anneal, cycle, prepare
from solver.search.kernel.state import CLOSE

__all__ = ["CLOSE", "anneal", "cycle", "prepare"]
