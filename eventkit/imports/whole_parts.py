"""The lines of an event.json, checked one by one: what each may hold. Their names are those of event/whole_file.py."""

from datetime import date, time
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from eventkit.errors import Invalid
from eventkit.event.settings import WALL_SHOWS
from eventkit.grid.history import EntryKind
from eventkit.imports.faults import unfit
from eventkit.market import notes, pictures
from eventkit.storage.tables import GridCause, JoiningState, ModerationAct, ModerationKind, NoteKind, NoticeKind
from eventkit.text import clean, lengths
from eventkit.text.language import ENGLISH, marked

D = TypeVar("D", bound=date)

FIRST_YEAR, LAST_YEAR = 1970, 2199  # what time zones and our databases can both tell
NEWEST = 2**31 - 1  # the greatest number that a row can have


def _known_year(value: D) -> D:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise unfit(
            marked("the year %(year)s cannot be used. It must be from %(first)s to %(last)s."),
            year=str(value.year), first=str(FIRST_YEAR), last=str(LAST_YEAR),
        )  # fmt: skip
    return value


def _wall(value: str) -> str:
    if value not in WALL_SHOWS:
        raise unfit(marked("a wall cannot show that."))
    return value


def _clock(value: time) -> time:
    if value.tzinfo is not None:
        raise unfit(marked("this must be a time on the clock at the venue, without a zone."))
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_known_year)]
Clock = Annotated[time, AfterValidator(_clock)]
KnownDate = Annotated[date, AfterValidator(_known_year)]
Text = Annotated[str, AfterValidator(clean.clean)]
Line = Annotated[str, AfterValidator(clean.clean_line)]
Name = Annotated[Line, Field(max_length=lengths.PERSON_NAME)]
Ident = Annotated[int, Field(ge=1, le=NEWEST)]
Number = Annotated[int, Field(ge=0, le=NEWEST)]
Feature = Annotated[Line, Field(max_length=lengths.FEATURE)]


class Strict(BaseModel):
    """A line that has these keys and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EventPart(Strict):
    """Its name, its day, its phases, its settings."""

    code: Line = Field(default="", max_length=lengths.CODE)
    first_code: Line | None = Field(default=None, max_length=lengths.CODE)
    name: Line = Field(min_length=1, max_length=lengths.EVENT_NAME)
    day: KnownDate
    timezone: Line = Field(max_length=lengths.TIMEZONE)
    language: Line = Field(default=ENGLISH, max_length=lengths.LANGUAGE)
    languages: list[Line] = Field(default=[], max_length=20)
    pitching_open: bool = True
    voting_open: bool = True
    notes_open: bool = True
    look_first: bool = False
    grid_version: Number = 0
    published_version: Number | None = None
    revision: Number = 0
    rehearsal: bool = False
    people_here: Number | None = None
    private: bool = False
    vote_word: bool = False
    names_off: bool = False
    address: Line = Field(default="", max_length=lengths.ADDRESS)
    wall_shows: Annotated[Line, AfterValidator(_wall)] = ""
    results_public: bool = False
    pairs_open: bool = False
    book_public: bool = False
    thanks: Text = Field(default="", max_length=lengths.THANKS)
    last_question: Line = Field(default="", max_length=lengths.QUESTION)
    limits: dict[Annotated[Line, Field(max_length=40)], Number] = Field(default={}, max_length=40)
    sealed: bool = False  # in files of earlier releases, which did not say when
    sealed_at: Moment | None = None
    sealed_voters: Number = 0
    erase_on: KnownDate | None = None
    erased_at: Moment | None = None
    created_at: Moment | None = None
    archive_on: KnownDate | None = None
    archived_at: Moment | None = None


class AboutPart(Strict):
    """What organisers said of the event; who to ask and the wifi are in no file."""

    conduct: Text = Field(default="", max_length=lengths.CONDUCT)
    photographs: Text = Field(default="", max_length=lengths.ABOUT)
    access: Text = Field(default="", max_length=lengths.ABOUT)
    quiet_room: Text = Field(default="", max_length=lengths.ABOUT)


class FormerCodePart(Strict):
    """A code that the event had before."""

    code: Line = Field(min_length=1, max_length=lengths.CODE)
    left_at: Moment


class SlotPart(Strict):
    """A slot or fixed item."""

    id: Ident
    starts_at: Moment
    ends_at: Moment
    title: Line = Field(default="", max_length=lengths.SLOT_TITLE)


class RoomPart(Strict):
    """A room."""

    id: Ident
    name: Line = Field(min_length=1, max_length=lengths.ROOM_NAME)
    capacity: int = Field(ge=0, le=1_000_000)
    features: list[Feature] = Field(default=[], max_length=lengths.FEATURES)
    directions: Line = Field(default="", max_length=lengths.DIRECTIONS)


class ClosurePart(Strict):
    """A cell that cannot be used; with a title a fixed item that takes this room."""

    title: Line = Field(default="", max_length=lengths.SLOT_TITLE)
    room: int
    slot: int


class OwnContent(Strict):
    """What a joint pitch said while it stood for itself only."""

    title: Line = Field(min_length=1, max_length=lengths.PITCH_TITLE)
    description: Text = Field(default="", max_length=lengths.DESCRIPTION)
    topic: Line = Field(default="", max_length=lengths.TOPIC)
    needs: list[Feature] = Field(default=[], max_length=lengths.FEATURES)
    format: Line = Field(default="", max_length=lengths.FORMAT)
    length: int = Field(default=1, ge=1, le=lengths.SLOTS)


class PitchPart(Strict):
    """A pitch; `hosts` are numbers that mean the same person in every pitch."""

    id: Ident
    title: Line = Field(min_length=1, max_length=lengths.PITCH_TITLE)
    description: Text = Field(default="", max_length=lengths.DESCRIPTION)
    host_name: Name = ""
    topic: Line = Field(default="", max_length=lengths.TOPIC)
    needs: list[Feature] = Field(default=[], max_length=lengths.FEATURES)
    crowd: int | None = Field(default=None, ge=0, le=1_000_000)
    length: int = Field(default=1, ge=1, le=lengths.SLOTS)
    format: Line = Field(default="", max_length=lengths.FORMAT)
    seen_by: int | None = Field(default=None, ge=0, le=10_000_000)  # voters who voted once it was there
    there_from: Clock | None = None
    there_until: Clock | None = None
    created_at: Moment
    edited_at: Moment | None = None
    withdrawn_at: Moment | None = None
    hidden_at: Moment | None = None
    waits: bool = False
    changed_late_at: Moment | None = None
    own_content: OwnContent | None = None
    merged_into: int | None = None
    after: int | None = None  # the part of its series before it
    repeat_of: int | None = None  # the session of which it is the repeat
    hosts: list[int] = Field(default=[], max_length=100)
    going: int | None = Field(default=None, ge=0)  # in files of earlier releases


class JoiningPart(Strict):
    """Two pitches that somebody asked to make one, and what became of it."""

    state: JoiningState
    at: Moment
    kept: int
    part: int
    answer_by: int


class PartingPart(Strict):
    """A pitch that is part of another again once both are shown."""

    pitch: int
    kept: int


class StagePart(Strict):
    """The line-up: whose turn it is, and its clock."""

    version: Number
    seconds: int = Field(ge=1, le=86_400)
    left: float = Field(ge=-86_400, le=86_400, allow_inf_nan=False)
    runs_until: Moment | None = None
    pitch: int | None = None


class TurnPart(Strict):
    """A pitch's turn in the line-up."""

    position: int | None = Field(default=None, ge=-NEWEST, le=NEWEST)
    ready: bool = False
    heard_at: Moment | None = None
    pitch: int


class VoterPart(Strict):
    """Somebody who voted, and when last."""

    voter: int
    last_vote: Moment | None = None


class VotePart(Strict):
    """A vote; `aside_for` is the pitch whose vote counts instead while it stands for this one too."""

    voter: int
    pitch: int
    interest: int = Field(ge=1, le=2)
    aside_for: int | None = None


class NotePart(Strict):
    """An entry in a session's notes."""

    id: Ident | None = None
    kind: NoteKind
    text: Text = Field(max_length=lengths.NOTE)
    url: Line = Field(default="", max_length=lengths.LINK)
    owner: Name = ""
    author_name: Name = ""
    made_at: Moment
    edited_at: Moment | None = None
    struck_at: Moment | None = None
    hidden_at: Moment | None = None
    waits: bool = False
    struck_by_host: bool = False
    due: KnownDate | None = None
    done_at: Moment | None = None
    not_quoted: bool = False
    out_of_book: bool = False
    pitch: int

    @model_validator(mode="after")
    def _is_an_entry(self) -> "NotePart":
        try:
            notes.checked(
                notes.Entry(
                    kind=self.kind, text=self.text, url=self.url, owner=self.owner, author_name=self.author_name
                )
            )
        except Invalid as error:
            raise unfit("%(what)s", what=str(error)) from error
        return self


class HelperPart(Strict):
    """Somebody who helps with an action, by the name that they gave for it."""

    name: Name
    joined_at: Moment
    note: int


class NoteTakerPart(Strict):
    """Somebody who takes the notes of a session."""

    name: Name
    offered_at: Moment
    pitch: int


class PicturePart(Strict):
    """The picture of an entry: a JPEG in base64."""

    width: int = Field(ge=1, le=20_000)
    height: int = Field(ge=1, le=20_000)
    data: str = Field(min_length=1, max_length=8_000_000)
    note: int

    @model_validator(mode="after")
    def _is_a_picture(self) -> "PicturePart":
        try:
            pictures.refuse_other_than_kept(self.width, self.height, self.data)
        except Invalid as error:
            raise unfit("%(what)s", what=str(error)) from error
        return self


class SummaryPart(Strict):
    """A version of the summary on top of a session's notes; in files of earlier releases the last one alone."""

    id: Ident | None = None
    version: int = Field(default=1, ge=1, le=NEWEST)
    author_name: Name = ""
    text: Text = Field(max_length=lengths.SUMMARY)
    merged: bool = False
    made_at: Moment | None = None
    hidden_at: Moment | None = None
    pitch: int


class ReflectionPart(Strict):
    """What somebody said when they looked back."""

    id: Ident | None = None
    differently: Text = Field(default="", max_length=lengths.REFLECTION)
    next_steps: Text = Field(default="", max_length=lengths.REFLECTION)
    best: Text = Field(default="", max_length=lengths.REFLECTION)
    author_name: Name = ""
    made_at: Moment
    edited_at: Moment | None = None
    hidden_at: Moment | None = None
    waits: bool = False


class ReportPart(Strict):
    """Somebody says that a pitch, or an entry in its notes, should not be there."""

    text: Text = Field(default="", max_length=lengths.REPORT)
    at: Moment
    settled_at: Moment | None = None
    pitch: int
    note: int | None = None


class ModerationPart(Strict):
    """A line of the log of moderation; `ref` is the number of what it is about, where that has one in the file."""

    at: Moment
    act: ModerationAct
    kind: ModerationKind
    ref: int | None = None
    by: Literal["organiser", "facilitator"]


class EntryPart(Strict):
    """What was done in a version of the grid."""

    kind: EntryKind
    pitch: Number | None = None
    text: Line = Field(default="", max_length=lengths.SLOT_TITLE + 30)
    number: int = Field(default=0, ge=-NEWEST, le=NEWEST)
    sessions: Number = 0
    pinned: bool = False


class VersionPart(Strict):
    """A version of the grid; what stands in it is in the placements."""

    version: int = Field(ge=1, le=NEWEST)
    cause: GridCause
    entries: list[EntryPart] = Field(default=[], max_length=200)
    restores: Number | None = None
    made_at: Moment
    published_at: Moment | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_words(cls, content: Any) -> Any:
        """Leave out the `note` of earlier releases: a sentence with titles in it that may be hidden by now."""
        return {key: it for key, it in content.items() if key != "note"} if isinstance(content, dict) else content


class PlacementPart(Strict):
    """A pitch in a cell, in a version of the grid."""

    version: int = 0
    pinned: bool = False
    pitch: int
    slot: int
    room: int


class NoticePart(Strict):
    """A change of what people saw of the published grid."""

    revision: Number
    kind: NoticeKind
    was_starts_at: Moment | None = None
    was_ends_at: Moment | None = None
    was_room: Line = Field(default="", max_length=lengths.ROOM_NAME)
    was_title: Line = Field(default="", max_length=lengths.PITCH_TITLE)
    at: Moment
    pitch: int | None = None
    slot: int | None = None
    room: int | None = None


class AnnouncementPart(Strict):
    """A sentence to everybody, or to those of a room or a slot."""

    text: Text = Field(min_length=1, max_length=lengths.ANNOUNCEMENT)
    until: Moment
    made_at: Moment
    edited_at: Moment | None = None
    ended_at: Moment | None = None
    room: int | None = None
    slot: int | None = None
