"""The table of what people say when the day is over."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from eventkit.storage.tables.columns import cascade, forgotten, moment
from eventkit.text import lengths


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
    __table_args__ = (UniqueConstraint("event_id", "person_id"),)
