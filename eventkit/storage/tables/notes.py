"""Tables of what people write about a session: notes, actions and who helps, summaries, who takes notes."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from eventkit.storage.tables.columns import blank, cascade, enum_of, forgotten, moment, no
from eventkit.text import lengths


class NoteKind(StrEnum):
    """What an entry in the notes of a session is."""

    NOTE = "note"
    ACTION = "action"
    LINK = "link"


class Note(SQLModel, table=True):
    """An entry in a session's notes. Entries are added, edited by their author, or struck out; never overwritten."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    pitch_id: int = Field(sa_column=cascade("pitch.id", index=True))
    person_id: int | None = Field(default=None, sa_column=forgotten("person.id"))
    kind: NoteKind = Field(sa_column=Column(enum_of(NoteKind, "kind"), nullable=False))
    text: str = Field(max_length=lengths.NOTE)
    url: str = Field(default="", max_length=lengths.LINK)
    owner: str = Field(default="", max_length=lengths.PERSON_NAME)  # who does an action
    author_name: str = Field(default="", max_length=lengths.PERSON_NAME)
    made_at: datetime = Field(sa_column=moment())
    edited_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    struck_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    hidden_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))  # by who moderates
    waits: bool = False  # hidden only until somebody has looked at it
    struck_by_host: bool = no()  # of the session; its author cannot put it back
    due: date | None = None  # of an action
    done_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))  # of an action
    not_quoted: bool = no()  # the book says whose words these are to nobody, and asks that nobody quotes them
    out_of_book: bool = no()  # it is read at the event only


class Summary(SQLModel, table=True):
    """A version of the text on top of a session's notes, which all write. The newest that is not hidden counts."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    pitch_id: int = Field(sa_column=cascade("pitch.id"))
    version: int  # counts from 1
    person_id: int | None = Field(default=None, sa_column=forgotten("person.id"))
    author_name: str = Field(default="", max_length=lengths.PERSON_NAME)
    text: str = Field(max_length=lengths.SUMMARY)
    merged: bool = False  # with what others wrote meanwhile: it is not what its author typed
    typed: str = blank(lengths.SUMMARY)  # if merged
    seen: int | None = None  # the version that it was made from
    made_at: datetime = Field(sa_column=moment())
    hidden_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    __table_args__ = (UniqueConstraint("pitch_id", "version"),)


class ActionHelper(SQLModel, table=True):
    """Somebody who helps with an action, by the name that they gave for it."""

    note_id: int = Field(sa_column=cascade("note.id", primary_key=True))
    person_id: int = Field(sa_column=cascade("person.id", primary_key=True, index=True))
    name: str = Field(max_length=lengths.PERSON_NAME)
    joined_at: datetime = Field(sa_column=moment())


class NoteTaker(SQLModel, table=True):
    """Somebody who takes the notes of a session, by the name that they gave for it."""

    pitch_id: int = Field(sa_column=cascade("pitch.id", primary_key=True))
    person_id: int = Field(sa_column=cascade("person.id", primary_key=True, index=True))
    name: str = Field(max_length=lengths.PERSON_NAME)
    offered_at: datetime = Field(sa_column=moment())


class Picture(SQLModel, table=True):
    """A photo or slide in an entry of the notes, whose text says what is on it; `data` is a JPEG in base64."""

    note_id: int = Field(sa_column=cascade("note.id", primary_key=True))
    width: int  # pixels
    height: int
    data: str = Field(sa_column=Column(Text, nullable=False))  # as text, so that a backup's lines hold it as they are


class Reflection(SQLModel, table=True):
    """What somebody takes along from an event: an answer to each of three questions, one reflection a person."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    person_id: int | None = Field(default=None, sa_column=forgotten("person.id"))
    differently: str = Field(default="", max_length=lengths.REFLECTION)
    next_steps: str = Field(default="", max_length=lengths.REFLECTION)
    best: str = Field(default="", max_length=lengths.REFLECTION)
    author_name: str = Field(default="", max_length=lengths.PERSON_NAME)  # empty: anonymous
    made_at: datetime = Field(sa_column=moment())
    edited_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    hidden_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))  # by who moderates
    waits: bool = no()  # hidden only until somebody has looked at it
    __table_args__ = (UniqueConstraint("event_id", "person_id"),)
