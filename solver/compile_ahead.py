"""Compiles the inner loops ahead, at set-up: what a search needs, then the rest; says whether that is done."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from solver.compiled import cache


class SearchState(StrEnum):
    """What a search that begins now would run on, on this machine."""

    COMPILED = "compiled"
    NOT_YET = "not compiled yet: the first build does it, which takes it some seconds"
    MISSING = "numba is missing: builds search in plain Python, far slower"


def search_state() -> SearchState:
    """Say whether the compiled search is there, without loading it."""
    if find_spec("numba") is None:
        return SearchState.MISSING
    return SearchState.COMPILED if cache.has(cache.SEARCH) else SearchState.NOT_YET


def warm(what: str = cache.ALL) -> None:
    """Fill numba's cache with what a search needs (`SEARCH`), or with everything. Raises ImportError without numba."""
    with _turn():
        if cache.has(what) and cache.is_ours():
            return
        from solver.search import anneal

        anneal.warm_up()
        cache.mark(cache.SEARCH)
        if what == cache.SEARCH:
            return
        from solver.bound import bounds

        anneal.complete()
        bounds.warm_up()
        cache.mark(cache.ALL)
        cache.forget_others()


@contextmanager
def _turn() -> Iterator[None]:
    """Wait while another process compiles: what it has done need not be done again."""
    if cache.folder is None:
        yield
        return
    with Path(cache.folder, "warming").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
