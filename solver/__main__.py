"""The command: `python -m solver problem.json --seconds 10` prints a JSON line for each better grid, and a last one."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from threading import Event

from solver import compile_ahead
from solver.compiled import cache
from solver.model.json_format import parse
from solver.model.problem import Problem, ProblemError
from solver.race import solve
from solver.sentences import left_out


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns 0, or 2 for a refused problem."""
    options = _options(arguments)
    if options.warm:
        return _warm(options.warm)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        problem = _read(options.problem)
    except ProblemError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    answers = solve(problem, options.seconds, options.workers, options.seed, stop, iterations=options.iterations)
    for answer in answers:
        print(json.dumps(answer.to_json(), ensure_ascii=False), flush=True)
        if answer.done and options.words:
            print(*map(left_out, answer.unplaced), sep="\n", file=sys.stderr)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m solver", description="Build the grid of an unconference day.")
    parser.add_argument("problem", nargs="?", default="-", help="a twofeet-problem/1 file, or - for standard input")
    parser.add_argument("--seconds", type=float, default=10.0, help="time to search (default 10)")
    parser.add_argument("--workers", type=int, default=2, help="threads to search with (default 2)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random choices (default 1)")
    parser.add_argument("--iterations", type=int, default=None, help="a budget of moves in place of the time")
    parser.add_argument("--words", action="store_true", help="say on standard error why sessions are left out")
    parser.add_argument(
        "--warm",
        nargs="?",
        const=cache.ALL,
        choices=(cache.SEARCH, cache.ALL),
        help="compile once for all later runs, and leave: what a search needs, or all (default)",
    )
    return parser.parse_args(arguments)


def _warm(what: str) -> int:
    """Compile ahead; returns 1 where that cannot be, and says why."""
    try:
        compile_ahead.warm(what)
    except ImportError as error:
        print(f"nothing can be compiled, so the search will be far slower: {error}", file=sys.stderr)
        return 1
    return 0


def _read(name: str) -> Problem:
    """Read a problem; raises ProblemError for a file that cannot be read or is no problem."""
    try:
        text = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return parse(json.loads(text))
    except OSError as error:
        raise ProblemError(f"{name}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, ProblemError):
            raise
        raise ProblemError(f"{name}: not JSON ({error})") from error


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # a compiler at work in the background would hold up a plain exit
