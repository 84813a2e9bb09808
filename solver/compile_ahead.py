"""Compiles all inner loops for later runs: at once (`--warm`), or behind a run, which it outlives if need be."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from solver.compiled import cache

LONGEST = 120  # seconds after which the process behind a run ends, done or not; what it compiled until then is saved
NICENESS = 19


_behind: list[subprocess.Popen[bytes]] = []  # so that nobody is warned of a child that is meant to live on


def warm() -> str | None:
    """Fill numba's cache; returns why not where numba is missing."""
    with _turn():
        return _compile(0)


def _compile(later: int) -> str | None:
    """Compile everything, `later` nicer once a search has what it needs."""
    try:
        from solver.bound import bounds
        from solver.search import anneal
    except ImportError as error:
        return str(error)
    anneal.warm_up()
    cache.mark(cache.SEARCH)
    os.nice(later)
    anneal.complete()
    bounds.warm_up()
    cache.mark(cache.ALL)
    cache.forget_others()
    return None


@contextmanager
def _turn() -> Iterator[None]:
    """Wait while another process compiles: what it has done need not be done again."""
    if cache.folder is None:
        yield
        return
    with Path(cache.folder, "warming").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start_behind() -> subprocess.Popen[bytes] | None:
    """Start a process that compiles what is missing, even when this run is over; None if nothing is or can be kept.

    It comes first to what a search needs, then to the rest with the least priority. It has no input or output, a
    session of its own and at most `LONGEST` seconds, writes to the cache only, and waits while another one is at it.
    """
    if cache.folder is None or cache.has(cache.ALL) or find_spec("numba") is None:
        return None
    path = os.pathsep.join(part for part in (str(cache.HERE.parent), os.environ.get("PYTHONPATH")) if part)
    child = subprocess.Popen(
        [sys.executable, "-c", "from solver.compile_ahead import behind; behind()"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,
    )
    _behind.append(child)
    return child


def behind() -> None:
    """Be the process behind a run."""
    signal.alarm(LONGEST)
    with _turn():
        if not cache.has(cache.ALL):
            _compile(NICENESS)
