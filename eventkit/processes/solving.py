"""The child process that solves one build: a problem comes in on a line, better and better answers go out on lines.

What goes wrong in here (memory, a crash of native code) fails this build and nothing else. See child.py for how it is
told to stop.
"""

import json
import os
import signal
import sys
import threading

import solver
from eventkit.marks import marked, marked_placement, unmarked

REFUSED = 2  # exit code: the problem cannot be solved as it is; the reason is on standard error


def main() -> int:
    """Solve what standard input asks for, behind everything else on the machine; returns the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is for the worker
    os.nice(19)
    order = json.loads(sys.stdin.readline())
    stop = threading.Event()
    threading.Thread(target=_listen, args=(stop,), daemon=True).start()
    try:
        problem = marked(solver.Problem.from_json(order["problem"]))
        known = [marked_placement(**placement) for placement in order["known"]]
        seconds, workers = order["seconds"], order["workers"]
        for answer in solver.solve(problem, seconds=seconds, workers=workers, stop=stop, known=known):
            print(json.dumps(unmarked(answer.to_json())), flush=True)  # noqa: T201  this is the answer
    except solver.ProblemError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return REFUSED
    return 0


def _listen(stop: threading.Event) -> None:
    sys.stdin.readline()
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
