"""Compiles all inner loops ahead, at set-up: first what a search needs, then the rest."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from solver.compiled import cache


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
