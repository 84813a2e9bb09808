"""The grids that a build has found: the best one, and how good they were on the way."""

from dataclasses import dataclass, replace

from sqlmodel import col, func, select

import solver
from eventkit.clock import now
from eventkit.storage.db import Transaction
from eventkit.storage.tables import StoredIncumbent


@dataclass(frozen=True)
class Peaks:
    """The best that a build's grids had, each for itself: what most people get, how few are left out. None: unknown."""

    usual: int | None
    left_out: int | None


def newest(tx: Transaction, build_id: int) -> solver.Incumbent | None:
    """The best grid that a build has found so far."""
    row = _last(tx, build_id)
    return None if row is None else solver.Incumbent.from_json(row.answer)


def add(tx: Transaction, build_id: int, found: solver.Incumbent) -> int | None:
    """Keep a better grid; returns its number, None for one that is worse than the best kept, which is dropped.

    A bound that is known for as many sessions placed stays known, though a worker that took over starts anew.
    """
    last = _last(tx, build_id)
    best = None if last is None else solver.Incumbent.from_json(last.answer)
    if best is not None and (found.placed, found.total) < (best.placed, best.total):
        return None
    if best is not None and best.placed == found.placed:
        found = tightened(found, best.bound)
    seq = 1 if last is None else last.seq + 1
    tx.add(StoredIncumbent(build_id=build_id, seq=seq, answer=found.to_json(), at=now()))
    return seq


def totals(tx: Transaction, build_id: int, limit: int = 200) -> list[tuple[float, float]]:
    """(seconds, total) of a build's incumbents, oldest first."""
    fields = (StoredIncumbent.answer["elapsed"].as_float(), StoredIncumbent.answer["total"].as_float())
    rows = tx.execute(
        select(*fields)
        .where(StoredIncumbent.build_id == build_id)
        .order_by(col(StoredIncumbent.seq).desc())
        .limit(limit)
    )
    return [(elapsed, total) for elapsed, total in reversed(rows.all())]


def peaks(tx: Transaction, build_id: int) -> Peaks:
    """The best figures of all grids of a build: a better grid by its score may have worse ones."""
    usual = func.max(StoredIncumbent.answer["usual"][0].as_integer())
    left_out = func.min(StoredIncumbent.answer["left_out"].as_integer())
    return Peaks(*tx.execute(select(usual, left_out).where(StoredIncumbent.build_id == build_id)).one())


def tightened(found: solver.Incumbent, bound: float | None) -> solver.Incumbent:
    """A build's grid with a bound that was proved elsewhere, if that is better than its own."""
    return replace(found, bound=min((it for it in (found.bound, bound) if it is not None), default=None))


def _last(tx: Transaction, build_id: int) -> StoredIncumbent | None:
    return tx.scalar(
        select(StoredIncumbent)
        .where(StoredIncumbent.build_id == build_id)
        .order_by(col(StoredIncumbent.seq).desc())
        .limit(1)
    )
