"""The append-only log of what changed: written with the change itself, tailed by every stream."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlmodel import SQLModel, col, func, insert, select

from eventkit.clock import now
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Change, ChangeKind

_record = insert(SQLModel.metadata.tables["change"])  # built once: every write runs it


def record(tx: Transaction, event_id: int, kind: ChangeKind, **ref: Any) -> None:
    """Say, in the transaction that makes it, that something changed; `ref` says what, in ids and numbers only."""
    at = now()
    if kind is ChangeKind.VOTE:  # nothing ties a vote to a finer moment than its day
        at = at.replace(hour=0, minute=0, second=0, microsecond=0)
    tx.connection().execute(_record, {"event_id": event_id, "kind": kind, "ref": ref, "at": at})


def since(tx: Transaction, last: int, limit: int = 1000) -> Sequence[Change]:
    """The changes of all events after number `last`, oldest first."""
    return tx.scalars(select(Change).where(Change.id > last).order_by(col(Change.id)).limit(limit)).all()


def recent(tx: Transaction, event_id: int, limit: int) -> Sequence[Change]:
    """The newest `limit` changes of one event, oldest first."""
    query = select(Change).where(Change.event_id == event_id).order_by(col(Change.id).desc()).limit(limit)
    return tx.scalars(query).all()[::-1]


def newest(tx: Transaction, event_id: int | None = None) -> int:
    """The number of the newest change (of one event), 0 where there is none."""
    query = select(func.max(Change.id))
    return tx.scalar(query if event_id is None else query.where(Change.event_id == event_id)) or 0


def newest_of(tx: Transaction, event_id: int, kinds: Collection[ChangeKind]) -> int:
    """The number of the event's newest change of one of these kinds, 0 where there is none."""
    query = select(Change.id).where(Change.event_id == event_id, col(Change.kind).in_(kinds))
    return tx.scalar(query.order_by(col(Change.id).desc()).limit(1)) or 0
