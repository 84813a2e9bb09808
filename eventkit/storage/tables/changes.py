"""The table of the change log, which every stream tails."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from eventkit.storage.tables.columns import cascade, enum_of, moment


class ChangeKind(StrEnum):
    """What people may need to hear of."""

    EVENT = "event"  # name, phases, slots, rooms
    PITCH = "pitch"  # made, edited, withdrawn, merged
    VOTE = "vote"
    BUILD = "build"  # started, a better incumbent, ended
    GRID = "grid"  # the draft grid has a new version
    PUBLISH = "publish"
    NOTICE = "notice"  # what people see of the published grid is not what it was
    NOTE = "note"
    LINE_UP = "line-up"  # whose turn it is, the clock, the order
    MODERATION = "moderation"  # something was reported, waits to be shown, or was moderated: for those who help here


class Change(SQLModel, table=True):
    """A line of the log that every stream tails."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id"))
    kind: ChangeKind = Field(sa_column=Column(enum_of(ChangeKind, "kind"), nullable=False))
    ref: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_column=moment())
    __table_args__ = (Index("ix_change_event_id_id", "event_id", "id"), {"sqlite_autoincrement": True})
