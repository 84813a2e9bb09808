"""Where compiled code is kept: a folder named for the content of the sources that are compiled.

Numba itself looks at one file only when it asks whether its cache is stale, and an upgrade that changed another one
could crash on what the release before had compiled.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
SEARCH, ALL = "search", "all"  # marks of what has been compiled


def _content() -> str:
    content = hashlib.sha256()
    for source in sorted(HERE.rglob("*.py")):
        text = source.read_bytes()
        if b"solver.compiled" in text or b"NamedTuple" in text or source.parent.name == "compiled":
            content.update(text)
    return content.hexdigest()[:12]


def _folder() -> Path | None:
    """Make and return the folder to keep compiled code in: beside the sources or, if they are read-only, the user's."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    own = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    homes = [HERE / "__pycache__" / "compiled", Path(own) / "twofeet" / "compiled"]
    for folder in [Path(given)] if given else [home / _content() for home in homes]:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (OSError, RuntimeError):
            continue
        if os.access(folder, os.W_OK):
            return folder.resolve()
    return None


folder = _folder()
"""Where compiled code is kept; None where nothing can be written, and every run compiles afresh."""
if folder is not None:  # before anybody imports numba, which reads it then
    os.environ["NUMBA_CACHE_DIR"] = str(folder)


def mark(what: str) -> None:
    """Note that `SEARCH` or `ALL` is in the folder."""
    if folder is not None:
        (folder / what).touch()


def has(what: str) -> bool:
    """Say whether `SEARCH` (what a search cannot do without) or `ALL` is in the folder."""
    return folder is not None and (folder / what).exists()


def is_ours() -> bool:
    """Say whether the folder is of this release alone: one that was given may hold what another compiled."""
    return folder is not None and folder.name == _content() and folder.parent.name == "compiled"


def forget_others() -> None:
    """Delete what earlier releases compiled."""
    if folder is not None and is_ours():
        for other in folder.parent.glob("*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)
