"""What the file of a whole event (event.json) holds: for each column of each table, whether and where it is in there.

Export, import and a test read it here. A column that is new is in none of these until somebody decides, and the test
fails until then: add it to the `columns` of its FilePart (and to the model of the same name in imports/whole_parts.py),
or to NEVER with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlmodel import SQLModel

from eventkit.storage import tables as t

FORMAT = "twofeet-event/1"


class Reference(NamedTuple):
    """A column that holds the id of a line in another list of the file."""

    column: str
    part: str


@dataclass(frozen=True)
class FilePart:
    """A list in the file: a table, its columns under their own names, references by their keys, the lines' order."""

    table: type[SQLModel]
    columns: tuple[str, ...]
    references: Mapping[str, Reference] = field(default_factory=dict)
    order: tuple[str, ...] = ("id",)


def _to(**references: str) -> dict[str, Reference]:
    """`pitch="pitches"` is the key `pitch`, from the column `pitch_id`."""
    return {key: Reference(f"{key}_id", part) for key, part in references.items()}


# In the order in which they are written: what is pointed to comes before what points to it.
PARTS: dict[str, FilePart] = {
    "about": FilePart(t.About, ("conduct", "photographs", "access", "quiet_room"), order=("event_id",)),
    "slots": FilePart(t.Slot, ("id", "starts_at", "ends_at", "title"), order=("starts_at", "id")),
    "rooms": FilePart(t.Room, ("id", "name", "capacity", "features", "directions"), order=("position", "id")),
    "closures": FilePart(t.Closure, ("title",), _to(room="rooms", slot="slots"), ("room_id", "slot_id")),
    "pitches": FilePart(
        t.Pitch,
        (
            *("id", "title", "description", "host_name", "topic", "needs", "crowd", "length", "format", "seen_by"),
            *("there_from", "there_until", "created_at", "edited_at", "withdrawn_at", "hidden_at", "waits"),
            *("changed_late_at", "own_content"),
        ),
        {
            "merged_into": Reference("merged_into", "pitches"),
            "after": Reference("after_id", "pitches"),
            "repeat_of": Reference("repeat_of", "pitches"),
        },
    ),
    "joinings": FilePart(
        t.Joining,
        ("state", "at"),
        {**_to(kept="pitches", part="pitches"), "answer_by": Reference("answer_by", "pitches")},
    ),
    "partings": FilePart(t.Parting, (), _to(pitch="pitches", kept="pitches"), ("pitch_id",)),
    "stage": FilePart(t.Stage, ("version", "seconds", "left", "runs_until"), _to(pitch="pitches"), ("event_id",)),
    "turns": FilePart(t.Turn, ("position", "ready", "heard_at"), _to(pitch="pitches"), ("pitch_id",)),
    "notes": FilePart(
        t.Note,
        (
            *("id", "kind", "text", "url", "owner", "author_name", "made_at", "edited_at", "struck_at", "hidden_at"),
            *("waits", "struck_by_host", "due", "done_at", "not_quoted", "out_of_book"),
        ),
        _to(pitch="pitches"),
    ),
    "helpers": FilePart(t.ActionHelper, ("name", "joined_at"), _to(note="notes"), ("note_id", "joined_at", "name")),
    "note_takers": FilePart(
        t.NoteTaker, ("name", "offered_at"), _to(pitch="pitches"), ("pitch_id", "offered_at", "name")
    ),
    "pictures": FilePart(t.Picture, ("width", "height", "data"), _to(note="notes"), ("note_id",)),
    "summaries": FilePart(
        t.Summary, ("id", "version", "author_name", "text", "merged", "made_at", "hidden_at"), _to(pitch="pitches")
    ),
    "reflections": FilePart(
        t.Reflection,
        ("id", "differently", "next_steps", "best", "author_name", "made_at", "edited_at", "hidden_at", "waits"),
    ),
    "reports": FilePart(t.Report, ("text", "at", "settled_at"), _to(pitch="pitches", note="notes")),
    "versions": FilePart(
        t.GridVersion, ("version", "cause", "entries", "restores", "made_at", "published_at"), {}, ("version",)
    ),
    "placements": FilePart(
        t.Placement,
        ("version", "pinned"),
        _to(pitch="pitches", slot="slots", room="rooms"),
        ("version", "slot_id", "room_id"),
    ),
    "notices": FilePart(
        t.Notice,
        ("revision", "kind", "was_starts_at", "was_ends_at", "was_room", "was_title", "at"),
        _to(pitch="pitches", slot="slots", room="rooms"),
    ),
    "announcements": FilePart(
        t.Announcement, ("text", "until", "made_at", "edited_at", "ended_at"), _to(room="rooms", slot="slots")
    ),
}

# Of the event itself, under their own names; `private` says that a word is needed, and not which.
EVENT = (
    *("code", "first_code", "name", "day", "timezone", "language", "languages", "pitching_open", "voting_open"),
    *("notes_open", "look_first", "grid_version", "published_version", "revision", "rehearsal", "people_here"),
    *("vote_word", "names_off", "address", "wall_shows", "results_public", "book_public", "thanks", "limits"),
    *("pairs_open", "last_question"),
    *("sealed_at", "sealed_voters", "erase_on", "erased_at", "created_at"),
    *("archive_on", "archived_at"),
)

# What only a restored event keeps: in a copy somebody must decide anew, or it is another event's.
ONLY_RESTORED = (
    *("code", "first_code", "rehearsal", "book_public", "created_at", "former_codes", "archive_on", "archived_at"),
)

# In the file otherwise than a line a row: see exports/whole.py.
OTHERWISE = {
    "formercode.code": "former_codes",
    "formercode.left_at": "former_codes",
    "host.pitch_id": "pitches: hosts",
    "host.person_id": "pitches: hosts, as numbers that mean the same person in every pitch",
    "vote.person_id": "votes: voter, numbered apart from hosts, once voting is closed",
    "vote.pitch_id": "votes",
    "vote.interest": "votes",
    "vote.aside_for": "votes",
    "sealedvote.ballot": "votes: voter",
    "sealedvote.pitch_id": "votes",
    "sealedvote.interest": "votes",
    "sealedvote.aside_for": "votes",
    "person.voted_on": "voters: last_vote",
    "moderation.act": "moderation",
    "moderation.kind": "moderation",
    "moderation.ref": "moderation, where it leads to a pitch, an entry or a summary",
    "moderation.organiser": "moderation: by",
    "moderation.at": "moderation",
    "event.word": "private; the word itself is a key, and an import makes another",
    "room.position": "the order of rooms",
}

# Column, or whole table, and why it is in no file.
NEVER = {
    "event.organiser_hash": "a key",
    "event.facilitator_hash": "a key",
    "event.codes_salt": "a key",
    "person": "who somebody is and what opens their phone; names that they gave stand at what they wrote",
    "about.ask": "who to ask; an import is asked about by others",
    "about.conduct_contact": "who to ask",
    "about.wifi": "a key of the venue",
    "pitch.claim_code_generation": "numbers codes, which are keys",
    "pitch.created_by": "a phone",
    "joining.asked_by": "a phone",
    "note.person_id": "a phone: afterwards facilitators change and strike what nobody else can",
    "summary.person_id": "a phone",
    "reflection.person_id": "a phone",
    "actionhelper.person_id": "a phone",
    "notetaker.person_id": "a phone",
    "report.person_id": "a phone",
    "moderation.made_by": "a phone",
    "gridversion.made_by": "a phone",
    "summary.typed": "read only while the phone that sent it goes on typing",
    "summary.seen": "read only while the phone that sent it goes on typing",
    "notice.made_by": "a phone",
    "announcement.made_by": "a phone",
    "gridversion.build_id": "builds are in no file",
    "gridversion.retimed": "for the undo of a shift, by ids of slots that may be gone; after an import shift them back",
    "pairseeker": "what somebody shares with whom they are paired, and with nobody else",
    "pairreport": "about what only those read who are paired; it is judged, and goes when names are erased",
    "pairround": "who met whom is theirs alone",
    "pairmember": "who met whom is theirs alone",
    "going": "what phones remind their owners of; those phones say it again where they join again",
    "attempt": "in which order phones wrote, for a day",
    "ended": "digests of what phones were known by",
    "pushsubscription": "where phones get notifications; they ask for them anew",
    "pushprogress": "what phones were told last",
    "showing": "who shows their choices to a friend, for minutes",
    "firstvotes": "when phones voted first; it serves while voting is open, when nothing of ballots is told",
    "build": "work in progress; the grids that came of it are versions",
    "incumbent": "work in progress",
    "study": "work in progress",
    "worker": "a process of this machine",
    "change": "what streams follow; an import begins it anew",
    "upload": "a file that waits for a yes",
    "importedpitch": "digests of what a file said last; in another database its next import goes by titles",
    "importedplace": "what a file said last of rooms and slots, for its next import here",
    "receipt": "posts of phones that are not known afterwards",
}
