"""The proof in a process of its own: bounds come back line by line, and it ends when its parent does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from math import inf
from pathlib import Path
from threading import Event, Thread

from solver.model.json_format import parse, unparse
from solver.model.problem import Problem

POLITE, MODEST = 10, 5  # niceness of a child: what else runs goes first, or takes most of the processor


class BoundProcess:
    """A process that tightens the bound on grids with `placed` sessions; `bound` is the least so far, None at first."""

    def __init__(self, problem: Problem, placed: int, seconds: float, nice: int = POLITE, threads: int = 1) -> None:
        """Start the child: its niceness says how far it leaves the processor to others where both want it."""
        self.placed = placed
        self.bound: float | None = None
        source = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(part for part in (source, os.environ.get("PYTHONPATH")) if part)
        self._child = subprocess.Popen(
            [sys.executable, "-c", "from solver.bound.process import child; child()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
        )
        task = {"problem": unparse(problem), "placed": placed, "seconds": seconds, "nice": nice, "threads": threads}
        Thread(target=self._send, args=(json.dumps(task).encode() + b"\n",), daemon=True).start()
        Thread(target=self._listen, daemon=True).start()

    def tell(self, total: float) -> None:
        """Let the child know of a better grid."""
        self._send(f"{total!r}\n".encode())

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
                self.bound = bound if self.bound is None else min(self.bound, bound)
        except ValueError:
            return  # closed by `end`, or a line cut short by it


def child() -> None:
    """Read a problem, then totals, from standard input; print a line for each tighter bound."""
    from solver.bound.bounds import bounds

    task = json.loads(sys.stdin.buffer.readline())
    os.nice(task["nice"])
    stop, best = Event(), -inf

    def listen() -> None:
        nonlocal best
        for line in sys.stdin.buffer:
            best = max(best, float(line))
        stop.set()

    Thread(target=listen, daemon=True).start()
    problem, placed, seconds = parse(task["problem"]), task["placed"], task["seconds"]
    for bound in bounds(problem, placed, seconds, stop, lambda: best, task["threads"]):
        sys.stdout.write(f"{bound!r}\n")
        sys.stdout.flush()
    os._exit(0)  # the thread that listens would hold up a plain exit
