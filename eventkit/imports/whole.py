"""A whole event from the JSON that eventkit.exports.whole writes: checked first, then written as a new event."""

import json
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from eventkit.errors import Invalid
from eventkit.market import notes
from eventkit.storage.tables import ModerationAct, ModerationKind, NoteKind
from eventkit.text import clean, lengths
from eventkit.text.language import ENGLISH

FORMAT = "twofeet-event/1"
D = TypeVar("D", bound=date)


FIRST_YEAR, LAST_YEAR = 1970, 2199  # what time zones and our databases can both tell


def _known_year(value: D) -> D:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"The year {value.year} cannot be used. It must be from {FIRST_YEAR} to {LAST_YEAR}.")
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_known_year)]
KnownDate = Annotated[date, AfterValidator(_known_year)]
Text = Annotated[str, AfterValidator(clean.clean)]
Line = Annotated[str, AfterValidator(clean.clean_line)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EventPart(_Strict):
    """Its name, its day, its phases."""

    code: str = ""
    name: Line = Field(min_length=1, max_length=lengths.EVENT_NAME)
    day: KnownDate
    timezone: Line = Field(max_length=lengths.TIMEZONE)
    language: Line = Field(default=ENGLISH, max_length=lengths.LANGUAGE)
    languages: list[Line] = Field(default=[], max_length=20)
    pitching_open: bool = True
    voting_open: bool = True
    sealed: bool = False
    names_off: bool = False
    notes_open: bool = True


class AboutPart(_Strict):
    """What organisers said of the event; who to ask and the wifi are in no file."""

    conduct: Text = Field(default="", max_length=lengths.CONDUCT)
    photographs: Text = Field(default="", max_length=lengths.ABOUT)
    access: Text = Field(default="", max_length=lengths.ABOUT)
    quiet_room: Text = Field(default="", max_length=lengths.ABOUT)


class SlotPart(_Strict):
    """A slot or fixed item."""

    id: int
    starts_at: Moment
    ends_at: Moment
    title: Line = Field(default="", max_length=lengths.SLOT_TITLE)


class RoomPart(_Strict):
    """A room."""

    id: int
    name: Line = Field(min_length=1, max_length=lengths.ROOM_NAME)
    capacity: int = Field(ge=0, le=1_000_000)
    features: list[Annotated[Line, Field(max_length=lengths.FEATURE)]] = Field(default=[], max_length=lengths.FEATURES)
    directions: Line = Field(default="", max_length=lengths.DIRECTIONS)


class ClosurePart(_Strict):
    """A cell that cannot be used."""

    room: int
    slot: int
    title: Line = Field(default="", max_length=lengths.SLOT_TITLE)  # of a fixed item that takes this room


class PitchPart(_Strict):
    """A pitch; `hosts` are numbers that mean the same person in every pitch."""

    id: int
    title: Line = Field(min_length=1, max_length=lengths.PITCH_TITLE)
    description: Text = Field(default="", max_length=lengths.DESCRIPTION)
    host_name: Line = Field(default="", max_length=lengths.PERSON_NAME)
    hosts: list[int] = Field(default=[], max_length=100)
    topic: Line = Field(default="", max_length=lengths.TOPIC)
    needs: list[Annotated[Line, Field(max_length=lengths.FEATURE)]] = Field(default=[], max_length=lengths.FEATURES)
    crowd: int | None = Field(default=None, ge=0, le=1_000_000)
    format: Line = Field(default="", max_length=lengths.FORMAT)
    length: int = Field(default=1, ge=1, le=lengths.SLOTS)
    after: int | None = None  # the part of its series before it
    created_at: Moment
    withdrawn_at: Moment | None = None
    merged_into: int | None = None
    seen_by: int | None = Field(default=None, ge=0, le=10_000_000)  # voters who voted once it was there


class VoterPart(_Strict):
    """Somebody who voted, and when last."""

    voter: int
    last_vote: Moment | None = None


class VotePart(_Strict):
    """A vote."""

    voter: int
    pitch: int
    interest: int = Field(ge=1, le=2)


class NotePart(_Strict):
    """An entry in a session's notes."""

    pitch: int
    kind: NoteKind
    text: Text = Field(max_length=lengths.NOTE)
    url: Line = Field(default="", max_length=lengths.LINK)
    owner: Line = Field(default="", max_length=lengths.PERSON_NAME)
    author_name: Line = Field(default="", max_length=lengths.PERSON_NAME)
    made_at: Moment
    due: date | None = None
    done_at: Moment | None = None
    not_quoted: bool = False
    out_of_book: bool = False

    @model_validator(mode="after")
    def _is_an_entry(self) -> "NotePart":
        try:
            notes.checked(
                notes.Entry(
                    kind=self.kind, text=self.text, url=self.url, owner=self.owner, author_name=self.author_name
                )
            )
        except Invalid as error:
            raise ValueError(str(error)) from error
        return self


class ModerationPart(_Strict):
    """A line of the log of moderation; `ref` is the number of what it is about, where that has one in the file."""

    at: Moment
    act: ModerationAct
    kind: ModerationKind
    ref: int | None = None
    by: Literal["organiser", "facilitator"]


class SummaryPart(_Strict):
    """The summary on top of a session's notes."""

    pitch: int
    text: Text = Field(max_length=lengths.SUMMARY)


class PlacementPart(_Strict):
    """A pitch in a cell."""

    pitch: int
    slot: int
    room: int
    pinned: bool = False


class Whole(_Strict):
    """The file."""

    format: str
    event: EventPart
    about: AboutPart = AboutPart()
    slots: list[SlotPart] = Field(max_length=1_000)
    rooms: list[RoomPart] = Field(max_length=1_000)
    closures: list[ClosurePart] = []
    pitches: list[PitchPart] = Field(max_length=10_000)
    voters: list[VoterPart] = Field(default=[], max_length=100_000)
    votes_are_left_out: str = Field(default="", max_length=200)  # why, where they are
    votes: list[VotePart] = Field(default=[], max_length=5_000_000)
    notes: list[NotePart] = Field(default=[], max_length=100_000)
    moderation: list[ModerationPart] = Field(default=[], max_length=100_000)
    summaries: list[SummaryPart] = Field(default=[], max_length=10_000)
    draft: list[PlacementPart] = []
    published: list[PlacementPart] | None = None

    @property
    def last_vote(self) -> dict[int, datetime | None]:
        """Voter to when they voted last."""
        return {it.voter: it.last_vote for it in self.voters}


def parse(text: str) -> Whole:
    """The file's content. Raises Invalid, naming the place that is wrong."""
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Invalid(f"This is not JSON{where}: {error}") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise Invalid(f"This is not an event that Twofeet wrote: it has no format {FORMAT!r}.")
    try:
        whole = Whole.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise Invalid(f"{_place(first['loc'])}: {first['msg']}") from error
    _check(whole)
    return whole


def _place(parts: tuple[int | str, ...]) -> str:
    """`pitches[3].title`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.lstrip(".") or "the file"


def _check(whole: Whole) -> None:
    """Every id is used once, every reference leads somewhere, no cell holds two. Raises Invalid."""
    slots = _ids("slots", [it.id for it in whole.slots])
    rooms = _ids("rooms", [it.id for it in whole.rooms])
    pitches = _ids("pitches", [it.id for it in whole.pitches])
    voters = _ids("voters", [it.voter for it in whole.voters])
    _ids("rooms (their names)", [it.name for it in whole.rooms])
    _ids("votes", [(it.voter, it.pitch) for it in whole.votes])
    for number, slot in enumerate(whole.slots):
        if slot.ends_at <= slot.starts_at:
            raise Invalid(f"slots[{number}]: it ends before it starts.")
    _known("pitches", "merged_into", [it.merged_into for it in whole.pitches], pitches)
    _known("pitches", "after", [it.after for it in whole.pitches], pitches)
    _refuse_circles(whole.pitches)
    _known("votes", "pitch", [it.pitch for it in whole.votes], pitches)
    _known("votes", "voter", [it.voter for it in whole.votes], voters)
    _known("notes", "pitch", [it.pitch for it in whole.notes], pitches)
    _ids("summaries (their pitches)", [it.pitch for it in whole.summaries])
    _known("summaries", "pitch", [it.pitch for it in whole.summaries], pitches)
    _known("closures", "slot", [it.slot for it in whole.closures], slots)
    _known("closures", "room", [it.room for it in whole.closures], rooms)
    for name, placed in (("draft", whole.draft), ("published", whole.published or [])):
        _known(name, "pitch", [it.pitch for it in placed], pitches)
        _known(name, "slot", [it.slot for it in placed], slots)
        _known(name, "room", [it.room for it in placed], rooms)
        _ids(f"{name} (their pitches)", [it.pitch for it in placed])
        _ids(f"{name} (their cells)", [(it.slot, it.room) for it in placed])


def _refuse_circles(pitches: list[PitchPart]) -> None:
    """Raise Invalid for a pitch that is part of itself, or of one that is part of another."""
    parts = {it.id for it in pitches if it.merged_into is not None}
    for number, it in enumerate(pitches):
        if it.merged_into == it.id:
            raise Invalid(f"pitches[{number}].merged_into: a pitch cannot be part of itself.")
        if it.merged_into in parts:
            raise Invalid(f"pitches[{number}].merged_into: {it.merged_into} is part of another pitch. Name that one.")


def _ids(name: str, ids: list[Any]) -> set[Any]:
    known: set[Any] = set()
    for ident in ids:
        if ident in known:
            raise Invalid(f"{name}: {ident} is there twice.")
        known.add(ident)
    return known


def _known(name: str, key: str, references: list[int | None], known: set[Any]) -> None:
    for number, reference in enumerate(references):
        if reference is not None and reference not in known:
            raise Invalid(f"{name}[{number}].{key}: there is no {reference}.")
