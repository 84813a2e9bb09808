"""The independent judge of `../shared`, where it is there."""

from __future__ import annotations

import importlib.util
from typing import Any

from tests.world.places import SHARED


def judge(problem: dict[str, Any], grid: list[dict[str, str]]) -> dict[str, Any] | None:
    """Score a grid by the judge's rules; None where the judge is not there."""
    path = SHARED / "check" / "score.py"
    if not path.exists():
        return None
    spec = importlib.util.spec_from_file_location("judge", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    result: dict[str, Any] = module.score(problem, grid)
    return result
