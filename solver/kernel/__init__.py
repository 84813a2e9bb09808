"""The compiled local search: exact deltas on people's slots, with rooms matched exactly within each slot.

`day` and `state` are `shapes.Day` and `shapes.State`. Importing it raises ImportError where numba is missing.
"""

from solver.kernel.annealing import anneal, cycle, prepare
from solver.kernel.books import CLOSE
from solver.kernel.matching import FORBIDDEN

__all__ = ["CLOSE", "FORBIDDEN", "anneal", "cycle", "prepare"]
