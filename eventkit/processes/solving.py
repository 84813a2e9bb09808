"""The child process that solves one build: a problem comes in on a line, better and better answers go out on lines.

What goes wrong in here (memory, a crash of native code) fails this build and nothing else. See child.py for how it is
told to stop.
"""

import sys

import solver
from eventkit.processes.answering import answer, ordered

REFUSED = 2  # exit code: the problem cannot be solved as it is; the reason is on standard error


def main() -> int:
    """Solve what was ordered; returns the exit code."""
    order, stop = ordered()
    try:
        problem = solver.parse(order["problem"])
        known = [solver.Assignment(**placement) for placement in order["known"]]
        seconds, workers = order["seconds"], order["workers"]
        bound = order["known_bound"] and tuple(order["known_bound"])
        for found in solver.solve(problem, seconds=seconds, workers=workers, stop=stop, known=known, known_bound=bound):
            answer(found.to_json())
    except solver.ProblemError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
