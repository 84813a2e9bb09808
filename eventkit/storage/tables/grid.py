"""Tables of the grid: its versions, what stands where, and what was told of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from eventkit.storage.tables.columns import cascade, enum_of, forgotten, moment
from eventkit.text import lengths


class GridCause(StrEnum):
    """Why a version of the grid came to be."""

    BUILD = "build"
    MOVE = "move"
    UNDO = "undo"
    REDO = "redo"
    BACK = "back"  # to an older version, whatever lies between
    SHIFT = "shift"  # of the slots; the sessions keep theirs
    IMPORT = "import"
    ROOM = "room"  # a room or slot went away, or a pitch was withdrawn or merged


class NoticeKind(StrEnum):
    """What happened to the published grid: see event/notices.py."""

    PUBLISHED = "published"  # where there was no grid before
    UNPUBLISHED = "unpublished"
    PLACED = "placed"
    MOVED = "moved"
    TAKEN_OFF = "taken off"
    WITHDRAWN = "withdrawn"
    BROUGHT_BACK = "brought back"
    HIDDEN = "hidden"
    SHOWN = "shown"
    MERGED = "merged"
    UNMERGED = "unmerged"
    RETITLED = "retitled"
    EDITED = "edited"
    ROOM_CLOSED = "room closed"
    ROOM_OPENED = "room opened"
    ROOM_RENAMED = "room renamed"
    SLOT_SHIFTED = "slot shifted"
    SLOT_TAKEN = "slot taken"  # by a title: it is a fixed item now
    SLOT_OPENED = "slot opened"  # for sessions again
    DAY_CHANGED = "day changed"  # of the whole event; the clock times stay
    ANNOUNCED = "announced"
    LATE_PITCH = "late pitch"  # for the organiser only


class GridVersion(SQLModel, table=True):
    """One state of the grid. Versions only ever grow: an undo is a new version equal to an old one."""

    event_id: int = Field(sa_column=cascade("event.id", primary_key=True))
    version: int = Field(primary_key=True)
    cause: GridCause = Field(sa_column=Column(enum_of(GridCause, "cause"), nullable=False))
    entries: list[dict[str, Any]] = Field(  # what was done: see grid/history.py
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    retimed: list[dict[str, Any]] = Field(  # new times of slots, by a shift: see grid/retiming.py
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    restores: int | None = None  # the version an undo went back to
    build_id: int | None = Field(  # the build that it came from, whatever was moved since
        default=None, sa_column=Column(ForeignKey("build.id", ondelete="SET NULL"), nullable=True)
    )
    made_at: datetime = Field(sa_column=moment())
    made_by: int | None = Field(default=None, sa_column=forgotten("person.id"))
    published_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class Placement(SQLModel, table=True):
    """A pitch in a cell, in one version of the grid."""

    event_id: int = Field(sa_column=cascade("event.id", primary_key=True))
    version: int = Field(primary_key=True)
    pitch_id: int = Field(sa_column=cascade("pitch.id", primary_key=True, index=True))
    slot_id: int = Field(sa_column=cascade("slot.id", index=True))
    room_id: int = Field(sa_column=cascade("room.id", index=True))
    pinned: bool = False
    __table_args__ = (UniqueConstraint("event_id", "version", "slot_id", "room_id"),)


class Notice(SQLModel, table=True):
    """A change of what people see of the published grid: what, whom it concerns by its ids, when, and how it was.

    About a session: `pitch_id`, and where it stood until then (`slot_id`, `room_id`, and the same as the clock and the
    door said it). About a room or a slot: that one, or the cell of both.
    """

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id"))
    revision: int
    kind: NoticeKind = Field(sa_column=Column(enum_of(NoticeKind, "kind"), nullable=False))
    pitch_id: int | None = Field(default=None, sa_column=cascade("pitch.id", nullable=True, index=True))
    slot_id: int | None = Field(default=None, sa_column=forgotten("slot.id"))
    room_id: int | None = Field(default=None, sa_column=forgotten("room.id"))
    was_starts_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    was_ends_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    was_room: str = Field(default="", max_length=lengths.ROOM_NAME)
    was_title: str = Field(default="", max_length=lengths.PITCH_TITLE)
    made_by: int | None = Field(default=None, sa_column=forgotten("person.id"))
    at: datetime = Field(sa_column=moment())
    __table_args__ = (Index("ix_notice_event_id_id", "event_id", "id"), {"sqlite_autoincrement": True})


class Announcement(SQLModel, table=True):
    """A sentence to everybody, or to those of a room or a slot, shown until a time; kept once it has ended."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    text: str = Field(max_length=300)
    room_id: int | None = Field(default=None, sa_column=cascade("room.id", nullable=True, index=True))
    slot_id: int | None = Field(default=None, sa_column=cascade("slot.id", nullable=True, index=True))
    until: datetime = Field(sa_column=moment())
    made_at: datetime = Field(sa_column=moment())
    made_by: int | None = Field(default=None, sa_column=forgotten("person.id"))
    edited_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
