"""Tables of the marketplace: pitches, their hosts and turns, votes, who will go."""

from datetime import datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey
from sqlmodel import Field, Relationship, SQLModel

from eventkit.storage.tables.columns import Utc, blank, cascade, enum_of, forgotten, moment
from eventkit.text import lengths


class JoiningState(StrEnum):
    """What became of asking the hosts of two pitches to make them one."""

    ASKED = "asked"
    DECLINED = "declined"
    JOINED = "joined"
    APART = "apart"  # again


class Pitch(SQLModel, table=True):
    """What somebody offers to hold a session about. `crowd` is the organiser's own estimate of heads."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    title: str = Field(max_length=lengths.PITCH_TITLE)
    description: str = Field(default="", max_length=lengths.DESCRIPTION)
    host_name: str = Field(default="", max_length=lengths.PERSON_NAME)
    topic: str = Field(default="", max_length=lengths.TOPIC)
    needs: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    crowd: int | None = None
    length: int = Field(default=1, sa_column_kwargs={"server_default": "1"})  # slots, one after the other
    seen_by: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # voters who voted once it was there
    format: str = blank(lengths.FORMAT)
    after_id: int | None = Field(default=None, sa_column=forgotten("pitch.id"))  # the part of its series before it
    repeat_of: int | None = Field(default=None, sa_column=forgotten("pitch.id"))  # the session held again: repeats.py
    there_from: time | None = None  # when its hosts come and go, by the clocks at the venue
    there_until: time | None = None
    claim_code_generation: int = 0  # of the code that attaches the pitch to its host's phone: see credentials.py
    created_by: int | None = Field(default=None, sa_column=forgotten("person.id"))
    created_at: datetime = Field(sa_column=moment())
    edited_at: datetime = Field(sa_column=moment())
    withdrawn_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    hidden_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))  # by who moderates, not its host
    waits: bool = False  # hidden only until somebody has looked at it
    changed_late_at: datetime | None = Field(  # by its host, once pitching was closed
        default=None, sa_column=moment(nullable=True)
    )
    merged_into: int | None = Field(default=None, sa_column=forgotten("pitch.id"))
    own_content: dict[str, Any] | None = Field(  # while it stands for others and was changed: what it said alone
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    parts: list["Pitch"] = Relationship(  # that it stands for too; read along with it
        sa_relationship_kwargs={
            "primaryjoin": "and_(Pitch.id == foreign(remote(Pitch.merged_into)), "
            "remote(Pitch.withdrawn_at).is_(None), remote(Pitch.hidden_at).is_(None))",
            "order_by": "Pitch.id",
            "viewonly": True,
            "lazy": "selectin",
            "join_depth": 1,
        }
    )


class Joining(SQLModel, table=True):
    """Two pitches that somebody asked to make one, and what became of it: `part_id` is to be part of `kept_id`."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    kept_id: int = Field(sa_column=cascade("pitch.id", index=True))
    part_id: int = Field(sa_column=cascade("pitch.id", index=True))
    answer_by: int = Field(sa_column=cascade("pitch.id", index=True))  # whose hosts answer: one of the two
    asked_by: int | None = Field(default=None, sa_column=forgotten("person.id"))
    state: JoiningState = Field(sa_column=Column(enum_of(JoiningState, "state"), nullable=False))
    at: datetime = Field(sa_column=moment())


class Parting(SQLModel, table=True):
    """A pitch that was part of another until one of the two was hidden; with both shown again it is so again."""

    pitch_id: int = Field(sa_column=cascade("pitch.id", primary_key=True))
    kept_id: int = Field(sa_column=cascade("pitch.id", index=True))


class Stage(SQLModel, table=True):
    """The line-up of an event: whose turn it is, and its clock. `version` counts what facilitators did."""

    event_id: int = Field(sa_column=cascade("event.id", primary_key=True))
    pitch_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("pitch.id", ondelete="SET NULL"), nullable=True)
    )
    version: int = 0
    seconds: int  # of one turn
    left: float  # seconds of this turn that are left where the clock stands still
    runs_until: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class Turn(SQLModel, table=True):
    """A pitch's turn in the line-up; a pitch without a row waits behind those that have a position."""

    pitch_id: int = Field(sa_column=cascade("pitch.id", primary_key=True))
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    position: int | None = None
    ready: bool = False  # its host said so
    heard_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class Host(SQLModel, table=True):
    """A person who holds a pitch's session; nobody holds two at once."""

    pitch_id: int = Field(sa_column=cascade("pitch.id", primary_key=True))
    person_id: int = Field(sa_column=cascade("person.id", primary_key=True, index=True))


class Vote(SQLModel, table=True):
    """One person's interest in one pitch: 1 interested, 2 must go. No interest is no row.

    `aside_for` is the pitch on which they voted while it stood for this one too: as long as it does so, that counts.
    """

    person_id: int = Field(sa_column=cascade("person.id", primary_key=True))
    pitch_id: int = Field(sa_column=cascade("pitch.id", primary_key=True, index=True))
    interest: int
    aside_for: int | None = Field(default=None, index=True)  # no foreign key: what is gone speaks for nothing
    __table_args__ = (
        CheckConstraint("interest IN (1, 2)", name="interest_known"),
        {"sqlite_with_rowid": False},  # numbers of rows would say in which order votes were cast
    )


class Going(SQLModel, table=True):
    """A person says that they will go to a session; no vote, and in no particular order."""

    person_id: int = Field(sa_column=cascade("person.id", primary_key=True))
    pitch_id: int = Field(sa_column=cascade("pitch.id", primary_key=True, index=True))
    __table_args__ = ({"sqlite_with_rowid": False},)


class SealedVote(SQLModel, table=True):
    """A vote of a sealed ballot: the ballot's number is nobody's, it only says which votes are one person's."""

    event_id: int = Field(sa_column=cascade("event.id", primary_key=True))
    ballot: int = Field(primary_key=True)
    pitch_id: int = Field(sa_column=cascade("pitch.id", primary_key=True, index=True))
    interest: int
    aside_for: int | None = Field(default=None, index=True)  # no foreign key: what is gone speaks for nothing
    __table_args__ = (
        CheckConstraint("interest IN (1, 2)", name="interest_known"),
        {"sqlite_with_rowid": False},
    )


class Showing(SQLModel, table=True):
    """Somebody shows their choices to whoever has the secret, for minutes: see market/showing.py."""

    person_id: int = Field(sa_column=cascade("person.id", primary_key=True))
    digest: str = Field(max_length=64, index=True)  # of the secret
    ends_at: datetime = Field(sa_column=moment())


class FirstVotes(SQLModel, table=True):
    """How many phones voted for the first time in one minute; not which."""

    event_id: int = Field(sa_column=cascade("event.id", primary_key=True))
    minute: datetime = Field(sa_column=Column(Utc, primary_key=True))
    voters: int
