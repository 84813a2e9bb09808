"""On offer: which pitches can be voted on and placed, as conditions of a query and as a question about one."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select

from eventkit.storage.db import Transaction
from eventkit.storage.tables import Pitch


def live(event_id: int) -> tuple[ColumnElement[bool], ...]:
    """The conditions that say a pitch of this event can be voted on and placed: see stands()."""
    return col(Pitch.event_id) == event_id, *offered(), col(Pitch.merged_into).is_(None)


def offered(pitch: Any = Pitch) -> tuple[ColumnElement[bool], ...]:
    """The conditions that say that nobody took a pitch off: neither its host, who withdrew it, nor who moderates."""
    return col(pitch.withdrawn_at).is_(None), col(pitch.hidden_at).is_(None)


def votable(event_id: int) -> tuple[ColumnElement[bool], ...]:
    """The same without repeats: a repeat has the wishes of those who cannot be at the first, and no votes."""
    return *live(event_id), col(Pitch.repeat_of).is_(None)


def stands(pitch: Pitch) -> bool:
    """Whether a pitch can be voted on and placed: it is neither withdrawn nor hidden nor part of another."""
    return pitch.withdrawn_at is None and pitch.hidden_at is None and pitch.merged_into is None


def standing(tx: Transaction, event_id: int) -> list[Pitch]:
    """The pitches that can be voted on and placed, oldest first."""
    return list(tx.scalars(select(Pitch).where(*live(event_id)).order_by(col(Pitch.id))))


def number(tx: Transaction, event_id: int) -> int:
    """How many pitches can be voted on."""
    return tx.scalar(select(func.count()).select_from(Pitch).where(*votable(event_id))) or 0
