"""The child process that studies the grid of a build: first what would help most, then tighter and tighter bounds.

The order comes in on a line, findings go out on lines; see child.py for how it is told to stop.
"""

import sys
from dataclasses import asdict

import solver
from eventkit.building.studies import KeptSuggestion
from eventkit.processes.answering import answer, ordered

FEW = 12  # changes that are kept: some are gone when they are read, and few of one kind are told


def main() -> int:
    """Study what was ordered; returns the exit code."""
    order, stop = ordered()
    problem = solver.parse(order["problem"])
    if order["help"]:
        grid = [solver.Assignment(**placement) for placement in order["grid"]]
        found = solver.suggestions(solver.Explainer(problem, grid), FEW)
        answer({"help": [asdict(KeptSuggestion.of(it)) for it in found]})
    if order["seconds"] > 0:
        for bound in solver.bounds(problem, order["placed"], order["seconds"], stop, lambda: float(order["total"])):
            answer({"bound": bound})
    return 0


if __name__ == "__main__":
    sys.exit(main())
