"""Compiles the solver's inner loops where numba is there, and leaves them plain Python where it is not.

`jit` is for any function. A kernel that allocates nothing and raises nothing has `entry` points for Python to call
(`hot_entry`: faster, but takes longer to compile) and `inner` functions, which only compiled code can call.

What is compiled is kept in a folder named for the content of this package's sources, set before numba is imported.
Numba itself looks at one file only when it asks whether its cache is stale, and an upgrade that changed another one
could crash on what the release before had compiled.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
_CACHES = _HERE / "__pycache__" / "compiled"


def _cache() -> Path:
    content = hashlib.sha256()
    for source in sorted(_HERE.rglob("*.py")):
        content.update(source.read_bytes())
    return _CACHES / content.hexdigest()[:12]


def forget_others() -> None:
    """Delete what earlier releases compiled."""
    for folder in _CACHES.glob("*"):
        if folder != _cache():
            shutil.rmtree(folder, ignore_errors=True)


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


os.environ.setdefault("NUMBA_CACHE_DIR", str(_cache()))

try:
    import numba

    from solver.parts import PartCompiler, WholeCompiler

    _njit: Any = numba.njit
    _BARE: dict[str, Any] = {"_nrt": False, "error_model": "numpy", "no_cfunc_wrapper": True}  # counts no references
    _PART: dict[str, Any] = {**_BARE, "pipeline_class": PartCompiler, "no_cpython_wrapper": True}
    jit: Callable[[Callable[..., Any]], Callable[..., Any]] = _njit(cache=True, nogil=True)
    entry = _njit(cache=True, nogil=True, **_BARE)
    hot_entry = _njit(cache=True, nogil=True, pipeline_class=WholeCompiler, **_BARE)
    inner = _njit(**_PART)
    inner_reordered = _njit(fastmath=True, **_PART)
except ImportError:  # the answers are the same without it, only later; who needs `entry` itself cannot be imported
    jit = _plain
