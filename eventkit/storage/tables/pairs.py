"""Tables of unmentoring: who wants to meet somebody, what they share for that, who met whom, what was reported."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from eventkit.storage.tables.columns import cascade, forgotten, moment
from eventkit.text import lengths


class PairSeeker(SQLModel, table=True):
    """Somebody who wants to be paired, and what only those see with whom they are: name, contact, interests."""

    person_id: int = Field(sa_column=cascade("person.id", primary_key=True))
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    name: str = Field(max_length=lengths.PERSON_NAME)
    contact: str = Field(max_length=lengths.CONTACT)
    interests: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    joined_at: datetime = Field(sa_column=moment())
    hidden_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))  # by somebody who moderates


class PairRound(SQLModel, table=True):
    """A round of pairs of an event. Rounds are numbered from 1; `rested` is how many had met everybody before."""

    event_id: int = Field(sa_column=cascade("event.id", primary_key=True))
    number: int = Field(primary_key=True)
    made_at: datetime = Field(sa_column=moment())
    rested: int = 0


class PairMember(SQLModel, table=True):
    """Somebody in a group of two, or of three, in a round: whoever has the same `pair` there."""

    event_id: int = Field(sa_column=cascade("event.id", primary_key=True))
    number: int = Field(primary_key=True)  # of the round
    person_id: int = Field(sa_column=cascade("person.id", primary_key=True, index=True))
    pair: int


class PairReport(SQLModel, table=True):
    """Somebody says that what a person shares with them should not be there; `settled_at` once that was judged."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    about_id: int = Field(sa_column=cascade("person.id", index=True))
    person_id: int | None = Field(default=None, sa_column=forgotten("person.id"))
    text: str = Field(default="", max_length=lengths.REPORT)
    at: datetime = Field(sa_column=moment())
    settled_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
