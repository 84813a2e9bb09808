"""The proof in a process of its own: bounds come back line by line, and it ends when its parent does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from threading import Condition, Event, Thread

from solver.problem import Placement, Problem
from solver.score import score, violations

POLITE, MODEST = 10, 5  # niceness of a child: what else runs goes first, or takes most of the processor
LOOK = 0.1  # seconds between two looks at `stop`
MEETS = 1e-6  # how near bound and total must be to be the same


@dataclass(frozen=True, slots=True)
class Bound:
    """No grid with `placed` sessions placed has a greater total than `bound`; `total` is that of the grid at hand.

    `elapsed` in seconds since `prove` was called.
    """

    elapsed: float
    bound: float
    total: float
    placed: int

    @property
    def gap(self) -> float | None:
        """How much better any grid could be at most, as a share of this one's total; None where that is not above 0."""
        return max(0.0, self.bound - self.total) / self.total if self.total > 0 else None

    @property
    def optimal(self) -> bool:
        """Whether no grid can be better than this one."""
        return self.bound - self.total <= MEETS


def prove(
    problem: Problem,
    grid: Iterable[Placement],
    seconds: float,
    stop: Event | None = None,
    *,
    known: float | None = None,
    polite: bool = True,
) -> Iterator[Bound]:
    """Go on proving how good any grid could be beside `grid`: yield a `Bound` for each that is lower than all before.

    Runs in a process of its own, at a low priority where `polite`, and takes next to nothing of the caller's. `known`
    is a bound proven earlier for the same problem and as many sessions placed: only lower ones are yielded. Ends when
    the grid is proved optimal, nothing more can be proved, `seconds` are over, or (within 0.2 s) `stop` is set; also
    when the generator is closed. Raises ProblemError for a problem that breaks the format and ValueError for a grid
    that breaks a rule.
    """
    problem.validate()
    placements = tuple(grid)
    broken = violations(problem, placements)
    if broken:
        raise ValueError(f"no valid grid: {broken[0]}")
    return _prove(problem, placements, seconds, stop or Event(), known, polite)


def _prove(
    problem: Problem,
    grid: tuple[Placement, ...],
    seconds: float,
    stop: Event,
    known: float | None,
    polite: bool,
) -> Iterator[Bound]:
    began = time.monotonic()
    now = score(problem, grid)
    lowest = inf if known is None else known
    proof = Proof(problem, now.placed, seconds, POLITE if polite else 0)
    try:
        proof.tell(now.total)
        while not stop.is_set() and time.monotonic() - began < seconds and lowest - now.total > MEETS:
            ended = proof.wait(lowest, LOOK)
            if proof.bound is not None and proof.bound < lowest:
                lowest = proof.bound
                yield Bound(time.monotonic() - began, lowest, now.total, now.placed)
            elif ended:
                return
    finally:
        proof.end()


class Proof:
    """A child that tightens the bound on grids with `placed` sessions; `bound` is the least so far, None at first."""

    def __init__(self, problem: Problem, placed: int, seconds: float, nice: int = POLITE, threads: int = 1) -> None:
        """Start the child: its niceness says how far it leaves the processor to others where both want it."""
        self.placed = placed
        self.bound: float | None = None
        self._changed = Condition()
        self._ended = False
        source = str(Path(__file__).resolve().parents[1])
        path = os.pathsep.join(part for part in (source, os.environ.get("PYTHONPATH")) if part)
        self._child = subprocess.Popen(
            [sys.executable, "-c", "from solver.proof import child; child()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
        )
        task = {"problem": problem.to_json(), "placed": placed, "seconds": seconds, "nice": nice, "threads": threads}
        Thread(target=self._send, args=(json.dumps(task).encode() + b"\n",), daemon=True).start()
        Thread(target=self._listen, daemon=True).start()

    def tell(self, total: float) -> None:
        """Let the child know of a better grid."""
        self._send(f"{total!r}\n".encode())

    def wait(self, below: float, seconds: float) -> bool:
        """Wait until there is a bound lower than `below`, nothing more to come, or `seconds` over; tells the second."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or (self.bound is not None and self.bound < below), seconds)
            return self._ended

    def end(self) -> None:
        """End the child."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            try:
                pipe.close()  # type: ignore[union-attr]
            except OSError:
                continue

    def _send(self, line: bytes) -> None:
        stdin = self._child.stdin
        assert stdin is not None
        try:
            stdin.write(line)
            stdin.flush()
        except (OSError, ValueError):
            return  # the child has ended: no more bounds, and nothing else is lost

    def _listen(self) -> None:
        stdout = self._child.stdout
        assert stdout is not None
        try:
            for line in stdout:
                bound = float(line)
                with self._changed:
                    self.bound = bound if self.bound is None else min(self.bound, bound)
                    self._changed.notify_all()
        except ValueError:
            pass  # closed by `end`, or a line cut short by it
        with self._changed:
            self._ended = True
            self._changed.notify_all()


def child() -> None:
    """Read a problem, then totals, from standard input; print a line for each tighter bound."""
    from solver.bound import bounds

    task = json.loads(sys.stdin.buffer.readline())
    os.nice(task["nice"])
    stop, totals = Event(), [-inf]

    def listen() -> None:
        for line in sys.stdin.buffer:
            totals[0] = max(totals[0], float(line))
        stop.set()

    Thread(target=listen, daemon=True).start()
    problem, placed, seconds = Problem.from_json(task["problem"]), task["placed"], task["seconds"]
    for bound in bounds(problem, placed, seconds, stop, lambda: totals[0], task["threads"]):
        sys.stdout.write(f"{bound!r}\n")
        sys.stdout.flush()
    os._exit(0)  # the thread that listens would hold up a plain exit
