"""Every table and enum of the database, with its constraints; no verbs."""

import secrets
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    DateTime,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    UniqueConstraint,
    false,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, Relationship, SQLModel

from eventkit.text import lengths

SQLModel.metadata = metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _enum(kind: type[StrEnum], name: str) -> Enum:
    return Enum(
        kind,
        name=name,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        length=20,
    )


def _moment(nullable: bool = False, index: bool = False) -> Any:
    return Column(Utc, nullable=nullable, index=index)


def _cascade(target: str, *, primary_key: bool = False, nullable: bool = False, index: bool = False) -> Any:
    return Column(ForeignKey(target, ondelete="CASCADE"), primary_key=primary_key, nullable=nullable, index=index)


def _no() -> Any:
    """A column that came later and is false in the rows that were there."""
    return Field(default=False, sa_column_kwargs={"server_default": false()})


def _forgotten(target: str) -> Any:
    """A row that may go away while this one stays."""
    return Column(ForeignKey(target, ondelete="SET NULL"), nullable=True, index=True)


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


class BuildState(StrEnum):
    """The life of a build: queued -> running -> done or failed."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JoiningState(StrEnum):
    """What became of asking the hosts of two pitches to make them one."""

    ASKED = "asked"
    DECLINED = "declined"
    JOINED = "joined"
    APART = "apart"  # again


class NoteKind(StrEnum):
    """What an entry in the notes of a session is."""

    NOTE = "note"
    ACTION = "action"
    LINK = "link"


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
    word: str = Field(default="", max_length=lengths.WORD, sa_column_kwargs={"server_default": ""})  # see entry.py
    people_here: int | None = None  # as the organiser says
    vote_word: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # asked before a first vote
    names_off: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # nobody gives a name
    results_public: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # see draft/results.py
    book_public: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # see event/publishing.py
    thanks: str = Field(default="", max_length=lengths.THANKS, sa_column_kwargs={"server_default": ""})
    limits: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    sealed_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))  # see privacy/sealing.py
    sealed_voters: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    erase_on: date | None = None  # when names and codes go; None: some days after the event, see privacy/erasure.py
    erased_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    codes_salt: str = Field(default_factory=lambda: secrets.token_urlsafe(16), max_length=40)  # see credentials.py
    created_at: datetime = Field(sa_column=_moment())

    @property
    def lasting_code(self) -> str:
        """The code that what other programs keep is named after: it stays when the event gets another."""
        return self.first_code or self.code


class FormerCode(SQLModel, table=True):
    """A code that an event had before; its addresses go on working."""

    code: str = Field(max_length=lengths.CODE, primary_key=True)
    event_id: int = Field(sa_column=_cascade("event.id", index=True))
    left_at: datetime = Field(sa_column=_moment())


class Person(SQLModel, table=True):
    """Somebody at an event, known by a signed cookie; a name only if they gave one."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=_cascade("event.id", index=True))
    token: str = Field(max_length=40)  # what the cookie carries, signed
    name: str = Field(default="", max_length=lengths.PERSON_NAME)
    phone_code_generation: int = 0  # of the code that joins a second phone: see credentials.py
    calendar_key_generation: int = 0
    voted_on: date | None = None  # the day of the last vote, by UTC; no ballot is tied to a finer moment
    stopped_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))  # since when it can only read
    hidden_names: dict[str, Any] | None = Field(  # where it is hidden: what stood there, see grid/moderation.py
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    joined_on: date
    __table_args__ = (UniqueConstraint("event_id", "token"),)


class Slot(SQLModel, table=True):
    """A stretch of the day; with a title it is a fixed item (lunch, a welcome) and takes no sessions."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=_cascade("event.id", index=True))
    starts_at: datetime = Field(sa_column=_moment())
    ends_at: datetime = Field(sa_column=_moment())
    title: str = Field(default="", max_length=lengths.SLOT_TITLE)
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)


class Room(SQLModel, table=True):
    """A place for sessions, with its seats and features such as step-free or projector."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=_cascade("event.id", index=True))
    name: str = Field(max_length=lengths.ROOM_NAME)
    capacity: int
    features: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    directions: str = Field(default="", max_length=lengths.DIRECTIONS, sa_column_kwargs={"server_default": ""})
    position: int = 0
    __table_args__ = (
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        UniqueConstraint("event_id", "name"),
    )


class Closure(SQLModel, table=True):
    """A cell that cannot be used by sessions; with a title a fixed item (a keynote) that takes this room only."""

    room_id: int = Field(sa_column=_cascade("room.id", primary_key=True))
    slot_id: int = Field(sa_column=_cascade("slot.id", primary_key=True))
    title: str = Field(default="", max_length=lengths.SLOT_TITLE, sa_column_kwargs={"server_default": ""})


class Pitch(SQLModel, table=True):
    """What somebody offers to hold a session about. `crowd` is the organiser's own estimate of heads."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=_cascade("event.id", index=True))
    title: str = Field(max_length=lengths.PITCH_TITLE)
    description: str = Field(default="", max_length=lengths.DESCRIPTION)
    host_name: str = Field(default="", max_length=lengths.PERSON_NAME)
    topic: str = Field(default="", max_length=lengths.TOPIC)
    needs: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    crowd: int | None = None
    length: int = Field(default=1, sa_column_kwargs={"server_default": "1"})  # slots, one after the other
    seen_by: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # voters who voted once it was there
    format: str = Field(default="", max_length=lengths.FORMAT, sa_column_kwargs={"server_default": ""})
    after_id: int | None = Field(default=None, sa_column=_forgotten("pitch.id"))  # the part of its series before it
    there_from: time | None = None  # when its hosts come and go, by the clocks at the venue
    there_until: time | None = None
    claim_code_generation: int = 0  # of the code that attaches the pitch to its host's phone: see credentials.py
    created_by: int | None = Field(
        default=None, sa_column=Column(ForeignKey("person.id", ondelete="SET NULL"), nullable=True, index=True)
    )
    created_at: datetime = Field(sa_column=_moment())
    edited_at: datetime = Field(sa_column=_moment())
    withdrawn_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    hidden_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))  # by who moderates, not its host
    waits: bool = False  # hidden only until somebody has looked at it
    changed_late_at: datetime | None = Field(  # by its host, once pitching was closed
        default=None, sa_column=_moment(nullable=True)
    )
    merged_into: int | None = Field(
        default=None, sa_column=Column(ForeignKey("pitch.id", ondelete="SET NULL"), nullable=True, index=True)
    )
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
        }
    )


class Joining(SQLModel, table=True):
    """Two pitches that somebody asked to make one, and what became of it: `part_id` is to be part of `kept_id`."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=_cascade("event.id", index=True))
    kept_id: int = Field(sa_column=_cascade("pitch.id", index=True))
    part_id: int = Field(sa_column=_cascade("pitch.id", index=True))
    answer_by: int = Field(sa_column=_cascade("pitch.id", index=True))  # whose hosts answer: one of the two
    asked_by: int | None = Field(default=None, sa_column=_forgotten("person.id"))
    state: JoiningState = Field(sa_column=Column(_enum(JoiningState, "state"), nullable=False))
    at: datetime = Field(sa_column=_moment())


class Parting(SQLModel, table=True):
    """A pitch that was part of another until one of the two was hidden; with both shown again it is so again."""

    pitch_id: int = Field(sa_column=_cascade("pitch.id", primary_key=True))
    kept_id: int = Field(sa_column=_cascade("pitch.id", index=True))


class Stage(SQLModel, table=True):
    """The line-up of an event: whose turn it is, and its clock. `version` counts what facilitators did."""

    event_id: int = Field(sa_column=_cascade("event.id", primary_key=True))
    pitch_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("pitch.id", ondelete="SET NULL"), nullable=True)
    )
    version: int = 0
    seconds: int  # of one turn
    left: float  # seconds of this turn that are left where the clock stands still
    runs_until: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class Turn(SQLModel, table=True):
    """A pitch's turn in the line-up; a pitch without a row waits behind those that have a position."""

    pitch_id: int = Field(sa_column=_cascade("pitch.id", primary_key=True))
    event_id: int = Field(sa_column=_cascade("event.id", index=True))
    position: int | None = None
    ready: bool = False  # its host said so
    heard_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class Host(SQLModel, table=True):
    """A person who holds a pitch's session; nobody holds two at once."""

    pitch_id: int = Field(sa_column=_cascade("pitch.id", primary_key=True))
    person_id: int = Field(sa_column=_cascade("person.id", primary_key=True, index=True))


class Vote(SQLModel, table=True):
    """One person's interest in one pitch: 1 interested, 2 must go. No interest is no row.

    `aside_for` is the pitch on which they voted while it stood for this one too: as long as it does so, that counts.
    """

    person_id: int = Field(sa_column=_cascade("person.id", primary_key=True))
    pitch_id: int = Field(sa_column=_cascade("pitch.id", primary_key=True, index=True))
    interest: int
    aside_for: int | None = Field(default=None, index=True)  # no foreign key: what is gone speaks for nothing
    __table_args__ = (
        CheckConstraint("interest IN (1, 2)", name="interest_known"),
        {"sqlite_with_rowid": False},  # numbers of rows would say in which order votes were cast
    )


class Going(SQLModel, table=True):
    """A person says that they will go to a session; no vote, and in no particular order."""

    person_id: int = Field(sa_column=_cascade("person.id", primary_key=True))
    pitch_id: int = Field(sa_column=_cascade("pitch.id", primary_key=True, index=True))
    __table_args__ = ({"sqlite_with_rowid": False},)


class SealedVote(SQLModel, table=True):
    """A vote of a sealed ballot: the ballot's number is nobody's, it only says which votes are one person's."""

    event_id: int = Field(sa_column=_cascade("event.id", primary_key=True))
    ballot: int = Field(primary_key=True)
    pitch_id: int = Field(sa_column=_cascade("pitch.id", primary_key=True, index=True))
    interest: int
    aside_for: int | None = Field(default=None, index=True)  # no foreign key: what is gone speaks for nothing
    __table_args__ = (
        CheckConstraint("interest IN (1, 2)", name="interest_known"),
        {"sqlite_with_rowid": False},
    )


class FirstVotes(SQLModel, table=True):
    """How many phones voted for the first time in one minute; not which."""

    event_id: int = Field(sa_column=_cascade("event.id", primary_key=True))
    minute: datetime = Field(sa_column=Column(Utc, primary_key=True))
    voters: int


class GridVersion(SQLModel, table=True):
    """One state of the grid. Versions only ever grow: an undo is a new version equal to an old one."""

    event_id: int = Field(sa_column=_cascade("event.id", primary_key=True))
    version: int = Field(primary_key=True)
    cause: GridCause = Field(sa_column=Column(_enum(GridCause, "cause"), nullable=False))
    note: str = Field(default="", max_length=300)  # in words: "Moved 'Open data' to 11:00, Library"
    restores: int | None = None  # the version an undo went back to
    build_id: int | None = Field(  # the build that it came from, whatever was moved since
        default=None, sa_column=Column(ForeignKey("build.id", ondelete="SET NULL"), nullable=True)
    )
    made_at: datetime = Field(sa_column=_moment())
    made_by: int | None = Field(default=None, sa_column=_forgotten("person.id"))
    published_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class Placement(SQLModel, table=True):
    """A pitch in a cell, in one version of the grid."""

    event_id: int = Field(sa_column=_cascade("event.id", primary_key=True))
    version: int = Field(primary_key=True)
    pitch_id: int = Field(sa_column=_cascade("pitch.id", primary_key=True, index=True))
    slot_id: int = Field(sa_column=_cascade("slot.id", index=True))
    room_id: int = Field(sa_column=_cascade("room.id", index=True))
    pinned: bool = False
    __table_args__ = (UniqueConstraint("event_id", "version", "slot_id", "room_id"),)


class Notice(SQLModel, table=True):
    """A change of what people see of the published grid: what, whom it concerns by its ids, when, and how it was.

    About a session: `pitch_id`, and where it stood until then (`slot_id`, `room_id`, and the same as the clock and the
    door said it). About a room or a slot: that one, or the cell of both.
    """

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=_cascade("event.id"))
    revision: int
    kind: NoticeKind = Field(sa_column=Column(_enum(NoticeKind, "kind"), nullable=False))
    pitch_id: int | None = Field(default=None, sa_column=_cascade("pitch.id", nullable=True, index=True))
    slot_id: int | None = Field(default=None, sa_column=_forgotten("slot.id"))
    room_id: int | None = Field(default=None, sa_column=_forgotten("room.id"))
    was_starts_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    was_ends_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    was_room: str = Field(default="", max_length=lengths.ROOM_NAME)
    was_title: str = Field(default="", max_length=lengths.PITCH_TITLE)
    made_by: int | None = Field(default=None, sa_column=_forgotten("person.id"))
    at: datetime = Field(sa_column=_moment())
    __table_args__ = (Index("ix_notice_event_id_id", "event_id", "id"), {"sqlite_autoincrement": True})


class Announcement(SQLModel, table=True):
    """A sentence to everybody, or to those of a room or a slot, shown until a time; kept once it has ended."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=_cascade("event.id", index=True))
    text: str = Field(max_length=300)
    room_id: int | None = Field(default=None, sa_column=_cascade("room.id", nullable=True, index=True))
    slot_id: int | None = Field(default=None, sa_column=_cascade("slot.id", nullable=True, index=True))
    until: datetime = Field(sa_column=_moment())
    made_at: datetime = Field(sa_column=_moment())
    made_by: int | None = Field(default=None, sa_column=_forgotten("person.id"))
    edited_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class Build(SQLModel, table=True):
    """A request to solve. The lease and the fence keep a lost worker's answers out."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=_cascade("event.id", index=True))
    number: int
    state: BuildState = Field(
        default=BuildState.QUEUED, sa_column=Column(_enum(BuildState, "state"), nullable=False, index=True)
    )
    seconds: int
    base_version: int
    begins_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))  # what is earlier stays as it is
    since_change: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # newest change when it began
    problem: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    leaves_out: str = Field(default="", max_length=20, sa_column_kwargs={"server_default": ""})  # ballots: stuffing.py
    fence: int = 0
    worker: str = Field(default="", max_length=80)
    lease_until: float = 0.0  # on the database's clock that nobody sets: see builds.py
    stop_requested: bool = False
    message: str = Field(default="", max_length=500)
    adopted_version: int | None = None
    asked_at: datetime = Field(sa_column=_moment())
    started_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    __table_args__ = (UniqueConstraint("event_id", "number"),)


class StoredIncumbent(SQLModel, table=True):
    """The best grid a build had at one moment: the fields of the solver's answer."""

    __tablename__ = "incumbent"

    build_id: int = Field(sa_column=_cascade("build.id", primary_key=True))
    seq: int = Field(primary_key=True)
    answer: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_column=_moment())


class Study(SQLModel, table=True):
    """What is found out about a build's best grid once the build has ended; held by a lease and a fence of its own."""

    build_id: int = Field(sa_column=_cascade("build.id", primary_key=True))
    event_id: int = Field(sa_column=_cascade("event.id", index=True))
    bound: float | None = None  # no grid with as many sessions has a greater total
    help: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    spent: float = 0.0  # seconds
    fence: int = 0
    worker: str = Field(default="", max_length=80)
    lease_until: float = 0.0  # see leases.py
    ended_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True, index=True))


class Note(SQLModel, table=True):
    """An entry in a session's notes. Entries are added, edited by their author, or struck out; never overwritten."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=_cascade("event.id", index=True))
    pitch_id: int = Field(sa_column=_cascade("pitch.id", index=True))
    person_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("person.id", ondelete="SET NULL"), nullable=True, index=True)
    )
    kind: NoteKind = Field(sa_column=Column(_enum(NoteKind, "kind"), nullable=False))
    text: str = Field(max_length=lengths.NOTE)
    url: str = Field(default="", max_length=lengths.LINK)
    owner: str = Field(default="", max_length=lengths.PERSON_NAME)  # who does an action
    author_name: str = Field(default="", max_length=lengths.PERSON_NAME)
    made_at: datetime = Field(sa_column=_moment())
    edited_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    struck_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    hidden_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))  # by who moderates
    waits: bool = False  # hidden only until somebody has looked at it
    struck_by_host: bool = _no()  # of the session; its author cannot put it back
    due: date | None = None  # of an action
    done_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))  # of an action
    not_quoted: bool = _no()  # the book says whose words these are to nobody, and asks that nobody quotes them
    out_of_book: bool = _no()  # it is read at the event only


class Report(SQLModel, table=True):
    """Somebody says that a pitch, or an entry in its notes, should not be there; `settled_at` once that was judged."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=_cascade("event.id", index=True))
    pitch_id: int = Field(sa_column=_cascade("pitch.id", index=True))
    note_id: int | None = Field(default=None, sa_column=_cascade("note.id", nullable=True, index=True))
    person_id: int | None = Field(default=None, sa_column=_forgotten("person.id"))
    text: str = Field(default="", max_length=lengths.REPORT)
    at: datetime = Field(sa_column=_moment())
    settled_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class Moderation(SQLModel, table=True):
    """A line of the log of moderation: who did what, when. `ref` is the number of what it was done to."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=_cascade("event.id", index=True))
    act: ModerationAct = Field(sa_column=Column(_enum(ModerationAct, "act"), nullable=False))
    kind: ModerationKind = Field(sa_column=Column(_enum(ModerationKind, "kind"), nullable=False))
    ref: int | None = None
    organiser: bool = False  # who did it; else a facilitator
    made_by: int | None = Field(default=None, sa_column=_forgotten("person.id"))
    at: datetime = Field(sa_column=_moment())


class Summary(SQLModel, table=True):
    """A version of the text on top of a session's notes, which all write. The newest that is not hidden counts."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=_cascade("event.id", index=True))
    pitch_id: int = Field(sa_column=_cascade("pitch.id"))
    version: int  # counts from 1
    person_id: int | None = Field(default=None, sa_column=_forgotten("person.id"))
    author_name: str = Field(default="", max_length=lengths.PERSON_NAME)
    text: str = Field(max_length=lengths.SUMMARY)
    merged: bool = False  # with what others wrote meanwhile: it is not what its author typed
    made_at: datetime = Field(sa_column=_moment())
    hidden_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    __table_args__ = (UniqueConstraint("pitch_id", "version"),)


class ActionHelper(SQLModel, table=True):
    """Somebody who helps with an action, by the name that they gave for it."""

    note_id: int = Field(sa_column=_cascade("note.id", primary_key=True))
    person_id: int = Field(sa_column=_cascade("person.id", primary_key=True, index=True))
    name: str = Field(max_length=lengths.PERSON_NAME)
    joined_at: datetime = Field(sa_column=_moment())


class NoteTaker(SQLModel, table=True):
    """Somebody who takes the notes of a session, by the name that they gave for it."""

    pitch_id: int = Field(sa_column=_cascade("pitch.id", primary_key=True))
    person_id: int = Field(sa_column=_cascade("person.id", primary_key=True, index=True))
    name: str = Field(max_length=lengths.PERSON_NAME)
    offered_at: datetime = Field(sa_column=_moment())


class IdempotencyKey(SQLModel, table=True):
    """A post that was done, by its nonce: the same post again finds what it made (`ref`) instead of making another."""

    __tablename__ = "receipt"  # its name in databases and backups since the first release
    person_id: int = Field(sa_column=_cascade("person.id", primary_key=True))
    nonce: str = Field(max_length=40, primary_key=True)
    ref: int
    digest: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})  # of what was posted
    at: datetime = Field(sa_column=_moment())


class Change(SQLModel, table=True):
    """A line of the log that every stream tails."""

    id: int = Field(default=None, primary_key=True)  # given by the database
    event_id: int = Field(sa_column=_cascade("event.id"))
    kind: ChangeKind = Field(sa_column=Column(_enum(ChangeKind, "kind"), nullable=False))
    ref: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_column=_moment())
    __table_args__ = (Index("ix_change_event_id_id", "event_id", "id"), {"sqlite_autoincrement": True})


class Worker(SQLModel, table=True):
    """A worker process, and when it was last heard of, on the same clock as the leases."""

    name: str = Field(primary_key=True, max_length=80)
    seen: float
