"""What a build may take over from the one before it: its grid, and the bound that was proved for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

import solver
from eventkit.building import studies
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Build, BuildState


@dataclass(frozen=True)
class WarmStart:
    """A grid to start from, and what no grid with so many sessions placed can exceed; neither where there is none."""

    grid: tuple[solver.Assignment, ...] = ()
    bound: tuple[int, float] | None = None


def warm_start(tx: Transaction, build_id: int, problem: dict[str, Any]) -> WarmStart:
    """What the event's last build found, where this one's problem forbids more at most and changes nothing else."""
    build = tx.get_one(Build, build_id)
    last = tx.scalar(
        select(Build)
        .where(Build.event_id == build.event_id, Build.number < build.number, Build.state == BuildState.DONE)
        .order_by(col(Build.number).desc())
        .limit(1)
    )
    if last is None or not last.problem or (best := studies.best(tx, last.id)) is None:
        return WarmStart()
    if not solver.restricts(solver.parse(problem), solver.parse(last.problem)):
        return WarmStart()
    return WarmStart(best.grid, None if best.bound is None else (best.placed, best.bound))
