"""Compiles the solver's inner loops where numba is there, and leaves them plain Python where it is not.

A kernel allocates nothing and raises nothing, so no references are counted: that takes three times as long where small
functions pass many arrays on. It has `entry` points for Python to call (`hot_entry`: faster, but takes longer to
compile) and `inner` functions, which only compiled code can call; `jit` and `jit_inner` are the same for functions
whose arguments have no types, and may stay plain.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from solver.compiled import cache

F = TypeVar("F", bound=Callable[..., Any])


class Decorator(Protocol):
    """What compiles a function, which keeps its type."""

    def __call__(self, function: F, /) -> F:
        """Return the function, compiled."""


def _plain(function: F) -> F:
    return function


try:
    import numba

    from solver.compiled.parts import PartCompiler, WholeCompiler

    _njit: Any = numba.njit
    _BARE: dict[str, Any] = {"_nrt": False, "error_model": "numpy", "no_cfunc_wrapper": True}  # counts no references
    _PART: dict[str, Any] = {**_BARE, "pipeline_class": PartCompiler, "no_cpython_wrapper": True}
    entry: Decorator = _njit(cache=cache.folder is not None, nogil=True, **_BARE)
    hot_entry: Decorator = _njit(cache=cache.folder is not None, nogil=True, pipeline_class=WholeCompiler, **_BARE)
    inner: Decorator = _njit(**_PART)
    jit: Callable[[Callable[..., Any]], Callable[..., Any]] = entry
    jit_inner: Callable[[Callable[..., Any]], Callable[..., Any]] = inner
    inner_reordered: Decorator = _njit(fastmath=True, **_PART)
except ImportError as missing:  # the answers are the same, only later; who needs `entry` itself cannot be imported
    logging.getLogger(__name__).warning("inner loops run in plain Python, far slower: %s", missing)
    jit = jit_inner = _plain
