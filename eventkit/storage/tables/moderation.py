"""Tables of moderation: what was reported, and the log of what was done."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from eventkit.storage.tables.columns import cascade, enum_of, forgotten, moment
from eventkit.text import lengths


class ModerationAct(StrEnum):
    """What somebody who moderates did."""

    HIDE = "hide"
    SHOW = "show"  # again, or for the first time what waited
    STOP = "stop"  # a phone: it can only read
    LET = "let"  # it write again
    DISMISS = "dismiss"  # reports: what they are about stays
    EDIT = "edit"  # somebody else's
    STRIKE = "strike"
    PUT_BACK = "put back"
    WITHDRAW = "withdraw"
    BRING_BACK = "bring back"
    DELETE = "delete"
    LOOK_FIRST = "look first"
    SHOW_AT_ONCE = "show at once"
    CLOSE_NOTES = "close notes"
    OPEN_NOTES = "open notes"


class ModerationKind(StrEnum):
    """What was moderated; a person is all that they pitched and noted, a name what it is called by there."""

    PITCH = "pitch"
    NOTE = "note"
    PERSON = "person"
    NAME = "name"
    EVENT = "event"
    SUMMARY = "summary"  # one version of it
    REFLECTION = "reflection"
    PAIR = "pair"  # what a person shares with whom they are paired


class Report(SQLModel, table=True):
    """Somebody says that a pitch, or an entry in its notes, should not be there; `settled_at` once that was judged."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    pitch_id: int = Field(sa_column=cascade("pitch.id", index=True))
    note_id: int | None = Field(default=None, sa_column=cascade("note.id", nullable=True, index=True))
    person_id: int | None = Field(default=None, sa_column=forgotten("person.id"))
    text: str = Field(default="", max_length=lengths.REPORT)
    at: datetime = Field(sa_column=moment())
    settled_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class Moderation(SQLModel, table=True):
    """A line of the log of moderation: who did what, when. `ref` is the number of what it was done to."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    act: ModerationAct = Field(sa_column=Column(enum_of(ModerationAct, "act"), nullable=False))
    kind: ModerationKind = Field(sa_column=Column(enum_of(ModerationKind, "kind"), nullable=False))
    ref: int | None = None
    organiser: bool = False  # who did it; else a facilitator
    made_by: int | None = Field(default=None, sa_column=forgotten("person.id"))
    at: datetime = Field(sa_column=moment())
