"""Every table and enum of the database, with its constraints; no verbs. A module a domain; all are taken from here."""

from eventkit.storage.tables.building import Build, BuildState, StoredIncumbent, Study, Worker
from eventkit.storage.tables.changes import Change, ChangeKind
from eventkit.storage.tables.columns import Utc, metadata
from eventkit.storage.tables.events import About, Closure, Event, FormerCode, IdempotencyKey, Person, Room, Slot, Upload
from eventkit.storage.tables.grid import Announcement, GridCause, GridVersion, Notice, NoticeKind, Placement
from eventkit.storage.tables.market import (
    FirstVotes,
    Going,
    Host,
    Joining,
    JoiningState,
    Parting,
    Pitch,
    SealedVote,
    Stage,
    Turn,
    Vote,
)
from eventkit.storage.tables.moderation import Moderation, ModerationAct, ModerationKind, Report
from eventkit.storage.tables.notes import ActionHelper, Note, NoteKind, NoteTaker, Picture, Reflection, Summary
from eventkit.storage.tables.pairs import PairMember, PairRound, PairSeeker

__all__ = [
    "About",
    "ActionHelper",
    "Announcement",
    "Build",
    "BuildState",
    "Change",
    "ChangeKind",
    "Closure",
    "Event",
    "FirstVotes",
    "FormerCode",
    "Going",
    "GridCause",
    "GridVersion",
    "Host",
    "IdempotencyKey",
    "Joining",
    "JoiningState",
    "Moderation",
    "ModerationAct",
    "ModerationKind",
    "Note",
    "NoteKind",
    "NoteTaker",
    "Notice",
    "NoticeKind",
    "PairMember",
    "PairRound",
    "PairSeeker",
    "Parting",
    "Person",
    "Picture",
    "Pitch",
    "Placement",
    "Reflection",
    "Report",
    "Room",
    "SealedVote",
    "Slot",
    "Stage",
    "StoredIncumbent",
    "Study",
    "Summary",
    "Turn",
    "Upload",
    "Utc",
    "Vote",
    "Worker",
    "metadata",
]
