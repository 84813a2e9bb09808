"""Compiles the solver's inner loops where numba is there, and leaves them plain Python where it is not.

What is compiled is kept in a folder named for the content of this package's sources, set before numba is imported.
Numba itself looks at one file only when it asks whether its cache is stale, and an upgrade that changed another one
could crash on what the release before had compiled. The folder lies beside the sources, or where those belong to
somebody else, as an installation under /opt does, under XDG_CACHE_HOME.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent


def _caches() -> Path:
    elsewhere = os.environ.get("XDG_CACHE_HOME")
    if elsewhere and not os.access(_HERE, os.W_OK):
        return Path(elsewhere, "twofeet", "compiled")
    return _HERE / "__pycache__" / "compiled"


def _cache() -> Path:
    content = hashlib.sha256()
    for source in sorted(_HERE.glob("*.py")):
        content.update(source.read_bytes())
    return _caches() / content.hexdigest()[:12]


def forget_others() -> None:
    """Delete what earlier releases compiled."""
    for folder in _caches().glob("*"):
        if folder != _cache():
            shutil.rmtree(folder, ignore_errors=True)


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


os.environ.setdefault("NUMBA_CACHE_DIR", str(_cache()))

try:
    from numba import njit as njit

    jit: Callable[[Callable[..., Any]], Callable[..., Any]] = njit(cache=True, nogil=True)
except ImportError:  # the answers are the same without it, only later; who needs `njit` itself cannot be imported
    jit = _plain
