"""Tables of an event: itself, its people, slots, rooms, and what was posted once."""

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from eventkit.storage.tables.columns import blank, cascade, moment, no
from eventkit.text import lengths


class Event(SQLModel, table=True):
    """One unconference. `grid_version` numbers the draft, `published_version` what people see.

    `revision` numbers what people see of the grid, whatever changed it: a publishing, a closed room, a withdrawal.
    """

    id: int = Field(default=None, primary_key=True)  # given by the database
    code: str = Field(max_length=lengths.CODE, unique=True)
    first_code: str | None = Field(default=None, max_length=lengths.CODE)  # where it has another now
    name: str = Field(max_length=lengths.EVENT_NAME)
    day: date
    timezone: str = Field(max_length=lengths.TIMEZONE)
    language: str = Field(default="en", max_length=lengths.LANGUAGE)  # of the event: its walls, posters and files
    languages: list[str] = Field(  # that phones get by their browsers' wish; empty: all there are
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )
    pitching_open: bool = True
    voting_open: bool = True
    notes_open: bool = True  # notes, and what hosts change of their pitches
    look_first: bool = False  # what people write waits until somebody who helps here has looked at it
    grid_version: int = 0
    published_version: int | None = None
    revision: int = 0
    organiser_hash: str = Field(max_length=64)
    facilitator_hash: str | None = Field(default=None, max_length=64)
    rehearsal: bool = False
    word: str = blank(lengths.WORD)  # see entry.py
    people_here: int | None = None  # as the organiser says
    vote_word: bool = no()  # asked before a first vote
    names_off: bool = no()  # nobody gives a name
    address: str = blank(lengths.ADDRESS)  # of links
    wall_shows: str = blank(10)  # else as fits
    results_public: bool = no()  # see draft/results.py
    book_public: bool = no()  # see event/publishing.py
    pairs_open: bool = no()  # see market/unmentoring.py
    thanks: str = blank(lengths.THANKS)
    last_question: str = blank(lengths.QUESTION)
    limits: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    sealed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))  # see privacy/sealing.py
    sealed_voters: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    erase_on: date | None = None  # when names and codes go; None: some days after the event, see privacy/erasure.py
    erased_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    archive_on: date | None = None  # when it closes by itself; None: some days after the event, see event/archive.py
    archived_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))  # since when it is only read
    codes_salt: str = Field(default_factory=lambda: secrets.token_urlsafe(16), max_length=40)  # see credentials.py
    created_at: datetime = Field(sa_column=moment())

    @property
    def lasting_code(self) -> str:
        """The code that what other programs keep is named after: it stays when the event gets another."""
        return self.first_code or self.code


class About(SQLModel, table=True):
    """What organisers say of an event on its page for those who wonder: see event/about.py."""

    event_id: int = Field(sa_column=cascade("event.id", primary_key=True))
    ask: str = Field(default="", max_length=lengths.ABOUT)
    conduct: str = Field(default="", max_length=lengths.CONDUCT)
    conduct_contact: str = Field(default="", max_length=lengths.ABOUT)
    photographs: str = Field(default="", max_length=lengths.ABOUT)
    access: str = Field(default="", max_length=lengths.ABOUT)
    quiet_room: str = Field(default="", max_length=lengths.ABOUT)
    wifi: str = Field(default="", max_length=lengths.ABOUT)


class FormerCode(SQLModel, table=True):
    """A code that an event had before; its addresses go on working."""

    code: str = Field(max_length=lengths.CODE, primary_key=True)
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    left_at: datetime = Field(sa_column=moment())


class Person(SQLModel, table=True):
    """Somebody at an event, known by a signed cookie; a name only if they gave one."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    token: str = Field(max_length=40)  # what the cookie carries, signed
    name: str = Field(default="", max_length=lengths.PERSON_NAME)
    phone_code_generation: int = 0  # of the code that joins a second phone: see credentials.py
    calendar_key_generation: int = 0
    voted_on: date | None = None  # the day of the last vote, by UTC; no ballot is tied to a finer moment
    stopped_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))  # since when it can only read
    hidden_names: dict[str, Any] | None = Field(  # where it is hidden: what stood there, see grid/moderation.py
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    joined_on: date
    __table_args__ = (UniqueConstraint("event_id", "token"),)


class Slot(SQLModel, table=True):
    """A stretch of the day; with a title it is a fixed item (lunch, a welcome) and takes no sessions."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    starts_at: datetime = Field(sa_column=moment())
    ends_at: datetime = Field(sa_column=moment())
    title: str = Field(default="", max_length=lengths.SLOT_TITLE)
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)


class Room(SQLModel, table=True):
    """A place for sessions, with its seats and features such as step-free or projector."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=cascade("event.id", index=True))
    name: str = Field(max_length=lengths.ROOM_NAME)
    capacity: int
    features: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    directions: str = blank(lengths.DIRECTIONS)
    position: int = 0
    __table_args__ = (
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        UniqueConstraint("event_id", "name"),
    )


class Closure(SQLModel, table=True):
    """A cell that cannot be used by sessions; with a title a fixed item (a keynote) that takes this room only."""

    room_id: int = Field(sa_column=cascade("room.id", primary_key=True))
    slot_id: int = Field(sa_column=cascade("slot.id", primary_key=True))
    title: str = blank(lengths.SLOT_TITLE)


class Upload(SQLModel, table=True):
    """A file that an organiser looks at before it is imported; one set of them an event, gone once it is in."""

    event_id: int = Field(sa_column=cascade("event.id", primary_key=True))
    position: int = Field(primary_key=True)
    token: str = Field(max_length=40)  # of the set
    name: str = Field(max_length=lengths.FILE_NAME)
    content: str  # packed by zlib, in base64
    cut: bool = False  # shorten what is too long
    at: datetime = Field(sa_column=moment())


class IdempotencyKey(SQLModel, table=True):
    """A post that was done, by its nonce: the same post again finds what it made (`ref`) instead of making another."""

    __tablename__ = "receipt"  # its name in databases and backups since the first release
    person_id: int = Field(sa_column=cascade("person.id", primary_key=True))
    nonce: str = Field(max_length=40, primary_key=True)
    ref: int
    digest: str = blank(32)  # of what was posted
    at: datetime = Field(sa_column=moment())


class Ended(SQLModel, table=True):
    """The digest of a token or code that is nobody's any more (event/ended.py). Whose it was is nowhere."""

    digest: str = Field(max_length=64, primary_key=True)
    day: date  # on which it ended, by UTC; it goes once no cookie can hold it
    __table_args__ = ({"sqlite_with_rowid": False},)


class Attempt(SQLModel, table=True):
    """Which attempt of a series was the newest to arrive (event/attempts.py). Whose it is, and of what, is nowhere."""

    event_id: int = Field(sa_column=cascade("event.id", primary_key=True))
    series: str = Field(max_length=24, primary_key=True)  # drawn by lot on a phone
    newest: int
    day: date  # on which it came, by UTC; it goes soon after
    __table_args__ = ({"sqlite_with_rowid": False},)  # numbers of rows would say in which order they came
