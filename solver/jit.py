"""Compiles the solver's inner loops where numba is there, and leaves them plain Python where it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


try:
    from numba import njit

    jit: Callable[[Callable[..., Any]], Callable[..., Any]] = njit(cache=True, nogil=True)
except ImportError:  # the answers are the same without it, only later
    jit = _plain
