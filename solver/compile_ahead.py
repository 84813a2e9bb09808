"""Compiles the inner loops ahead, at set-up: what a search needs, then the rest; says whether that is done."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.util import find_spec
from multiprocessing import get_context
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
        if what == cache.SEARCH:
            _compile_search()
            return
        from solver.bound import bounds

        if cache.has(cache.SEARCH):
            _compile_search(whole=True)
            bounds.warm_up()
        else:  # each of the two keeps a core busy for half a minute, and they share no loops
            beside = get_context("spawn").Process(target=_compile_search, args=(True,), daemon=True)
            beside.start()
            bounds.warm_up()
            beside.join()
            if beside.exitcode:
                raise RuntimeError("the search was not compiled; its process said why")
        cache.mark(cache.ALL)
        cache.forget_others()


def _compile_search(whole: bool = False) -> None:
    """Compile what a search cannot do without, and with `whole` what it uses later."""
    from solver.search import anneal

    anneal.warm_up()
    cache.mark(cache.SEARCH)
    if whole:
        anneal.complete()


@contextmanager
def _turn() -> Iterator[None]:
    """Wait while another process compiles: what it has done need not be done again."""
    if cache.folder is None:
        yield
        return
    with Path(cache.folder, "warming").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
