"""The command: `python -m solver problem.json --seconds 10` prints a JSON line for each better grid, and a last one."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable
from math import nan
from pathlib import Path
from threading import Event

from solver import compile_ahead
from solver.compiled import cache
from solver.model.json_format import parse
from solver.model.problem import Problem, ProblemError
from solver.sentences import left_out

MOST_SECONDS, MOST_WORKERS = 10_000_000, 256
KINDS: dict[object, str] = {float: "number", int: "whole number"}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns 0, or 2 for a refused problem, or 1 where nobody can be told the answer."""
    options = _options(arguments)
    if options.warm:
        return _warm(options.warm)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    from solver.race import solve  # takes a moment, in which a signal may come

    try:
        problem = _read(options.problem)
    except ProblemError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    answers = solve(problem, options.seconds, options.workers, options.seed, stop, iterations=options.iterations)
    for answer in answers:
        if not _told(json.dumps(answer.to_json())):
            answers.close()  # type: ignore[attr-defined]
            return 1
        if answer.done and options.words:
            print(*map(left_out, answer.unplaced), sep="\n", file=sys.stderr)
    return 0


def _told(line: str) -> bool:
    """Print a line; False where nobody reads it any more or it finds no place, which is said."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        return False
    except OSError as error:
        print(f"standard output: {error.strerror}", file=sys.stderr)
        return False
    return True


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m solver", description="Build the grid of an unconference day.")
    parser.add_argument("problem", nargs="?", default="-", help="a twofeet-problem/1 file, or - for standard input")
    parser.add_argument("--seconds", type=_between(float, 0, MOST_SECONDS), default=10.0, help="time (default 10)")
    parser.add_argument("--workers", type=_between(int, 1, MOST_WORKERS), default=2, help="threads (default 2)")
    parser.add_argument("--seed", type=_between(int, 0, 2**63 - 1), default=1, help="of random choices (default 1)")
    parser.add_argument("--iterations", type=_between(int, 0, 2**63 - 1), help="a budget of moves in place of the time")
    parser.add_argument("--words", action="store_true", help="say on standard error why sessions are left out")
    parser.add_argument(
        "--warm",
        nargs="?",
        const=cache.ALL,
        choices=(cache.SEARCH, cache.ALL),
        help="compile once for all later runs, and leave: what a search needs, or all (default)",
    )
    return parser.parse_args(arguments)


def _between(number: Callable[[str], float], least: int, most: int) -> Callable[[str], float]:
    """What reads an argument: a number from `least` to `most`."""

    def read(text: str) -> float:
        try:
            found = number(text)
        except ValueError:
            found = nan
        if not least <= found <= most:
            raise argparse.ArgumentTypeError(f"{text[:20]!r} is no {KINDS[number]} from {least:,} to {most:,}")
        return found

    return read


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
    os._exit(main())  # a compiler at work in the background would hold up a plain exit
