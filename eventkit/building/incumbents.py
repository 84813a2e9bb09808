"""The grids that a build has found: the best one, and how good they were on the way."""

from typing import Any

from sqlmodel import col, select

from eventkit.storage.db import Transaction
from eventkit.storage.tables import Incumbent


def newest(tx: Transaction, build_id: int) -> Incumbent | None:
    """The best grid that a build has found so far."""
    return tx.scalar(
        select(Incumbent).where(Incumbent.build_id == build_id).order_by(col(Incumbent.seq).desc()).limit(1)
    )


def totals(tx: Transaction, build_id: int, limit: int = 200) -> list[tuple[float, float]]:
    """(seconds, total) of a build's incumbents, oldest first."""
    fields = (Incumbent.answer["elapsed"].as_float(), Incumbent.answer["total"].as_float())
    rows = tx.execute(
        select(*fields).where(Incumbent.build_id == build_id).order_by(col(Incumbent.seq).desc()).limit(limit)
    )
    return [(elapsed, total) for elapsed, total in reversed(rows.all())]


def tightened(answer: dict[str, Any], bound: float | None) -> dict[str, Any]:
    """A build's answer with a bound that was proved elsewhere, if that is better than its own."""
    known = [it for it in (answer["bound"], bound) if it is not None]
    return {**answer, "bound": min(known, default=None)}
