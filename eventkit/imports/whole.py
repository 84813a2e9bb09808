"""A whole event from the JSON that eventkit.exports.whole writes: read, and checked before anything is written."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field, ValidationError

from eventkit.event.whole_file import FORMAT, PARTS
from eventkit.imports import whole_parts as parts
from eventkit.imports.faults import AnyOf, Collected, fault, of_value
from eventkit.imports.whole_parts import PitchPart, PlacementPart, Strict
from eventkit.text.language import marked

EVERY = 100_000  # lines of a list, where nothing else says


class Whole(Strict):
    """The file."""

    format: str
    event: parts.EventPart
    former_codes: list[parts.FormerCodePart] = Field(default=[], max_length=100)
    about: list[parts.AboutPart] = Field(default=[], max_length=1)
    slots: list[parts.SlotPart] = Field(max_length=1_000)
    rooms: list[parts.RoomPart] = Field(max_length=1_000)
    closures: list[parts.ClosurePart] = Field(default=[], max_length=EVERY)
    pitches: list[PitchPart] = Field(max_length=10_000)
    joinings: list[parts.JoiningPart] = Field(default=[], max_length=EVERY)
    partings: list[parts.PartingPart] = Field(default=[], max_length=10_000)
    stage: list[parts.StagePart] = Field(default=[], max_length=1)
    turns: list[parts.TurnPart] = Field(default=[], max_length=10_000)
    voters: list[parts.VoterPart] = Field(default=[], max_length=EVERY)
    votes_are_left_out: str = Field(default="", max_length=200)  # why, where they are
    votes: list[parts.VotePart] = Field(default=[], max_length=5_000_000)
    notes: list[parts.NotePart] = Field(default=[], max_length=EVERY)
    helpers: list[parts.HelperPart] = Field(default=[], max_length=EVERY)
    note_takers: list[parts.NoteTakerPart] = Field(default=[], max_length=EVERY)
    pictures: list[parts.PicturePart] = Field(default=[], max_length=10_000)
    summaries: list[parts.SummaryPart] = Field(default=[], max_length=EVERY)
    reflections: list[parts.ReflectionPart] = Field(default=[], max_length=EVERY)
    reports: list[parts.ReportPart] = Field(default=[], max_length=EVERY)
    moderation: list[parts.ModerationPart] = Field(default=[], max_length=EVERY)
    versions: list[parts.VersionPart] = Field(default=[], max_length=EVERY)
    placements: list[PlacementPart] = Field(default=[], max_length=5_000_000)
    notices: list[parts.NoticePart] = Field(default=[], max_length=EVERY)
    announcements: list[parts.AnnouncementPart] = Field(default=[], max_length=EVERY)
    draft: list[PlacementPart] = Field(default=[], max_length=EVERY)  # these two are read where there are no versions
    published: list[PlacementPart] | None = None

    @property
    def last_vote(self) -> dict[int, datetime | None]:
        """Voter to when they voted last."""
        return {it.voter: it.last_vote for it in self.voters}


def of(content: Any, file: str = "event.json") -> Whole:
    """The event that is in parsed JSON. Raises Faulty with all that is wrong."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        sentence = marked("this is not an event that Twofeet wrote: it has no format %(format)s.")
        raise fault(sentence, file=file, format=FORMAT)
    wrong = Collected()
    try:
        whole = Whole.model_validate(content)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            wrong.add(of_value(one), file, _place(one["loc"]))
        wrong.refuse()
    _check(whole, Checked(file, wrong))
    wrong.refuse()
    return whole


@dataclass(frozen=True)
class Checked:
    """A file whose lines are read, and what is found to be wrong between them."""

    file: str
    wrong: Collected

    def add(self, place: str, sentence: str, **values: Any) -> None:
        """Keep one fault; the sentence is marked."""
        self.wrong.add(fault(sentence, place=place, **values), self.file)

    def ids(self, name: str, keys: tuple[str, ...], ids: list[Any]) -> set[Any]:
        """What a list says in these keys, where each line must say something else."""
        known: set[Any] = set()
        for number, ident in enumerate(ids):
            if ident in known:
                said = ", ".join(map(str, ident)) if isinstance(ident, tuple) else ident
                self.add(f"{name}[{number}]", TWICE, keys=AnyOf(keys, any=False), value=str(said))
            known.add(ident)
        return known

    def known(self, name: str, key: str, references: list[int | None], known: set[Any]) -> None:
        """Each reference of a list leads somewhere."""
        for number, reference in enumerate(references):
            if reference is not None and reference not in known:
                place = f"{name}.{key}" if name == "event" else f"{name}[{number}].{key}"
                self.add(place, marked("there is no %(number)s."), number=str(reference))


def _place(parts: tuple[int | str, ...]) -> str:
    """`pitches[3].title`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.lstrip(".")


TWICE = marked("another line has the same %(keys)s already: %(value)s.")

# Of what no two lines of a list may say the same.
_ONCE: dict[str, tuple[tuple[str, ...], ...]] = {
    "rooms": (("name",),),
    "closures": (("room", "slot"),),
    "partings": (("pitch",),),
    "turns": (("pitch",),),
    "votes": (("voter", "pitch"),),
    "summaries": (("pitch", "version"),),
    "pictures": (("note",),),
    "versions": (("version",),),
    "placements": (("version", "pitch"), ("version", "slot", "room")),
    "draft": (("pitch",), ("slot", "room")),
    "published": (("pitch",), ("slot", "room")),
}
_CELLS = {"pitch": "pitches", "slot": "slots", "room": "rooms"}


def _check(whole: Whole, checked: Checked) -> None:
    """Every id is used once, every reference leads somewhere, no cell holds two; what is not so is kept."""
    lines: dict[str, list[Any]] = {name: getattr(whole, name) or [] for name in Whole.model_fields if name in _LISTS}
    known = {}
    for name in _NUMBERED:
        known[name] = checked.ids(name, ("id",), [it.id for it in lines[name] if it.id is not None])
    known["voters"] = checked.ids("voters", ("voter",), [it.voter for it in whole.voters])
    for name, wanted in _ONCE.items():
        for keys in wanted:
            checked.ids(name, keys, [tuple(getattr(it, key) for key in keys) for it in lines[name]])
    for name, references in _REFERENCES.items():
        for key, to in references.items():
            checked.known(name, key, [getattr(it, key) for it in lines[name]], known[to])
    for number, slot in enumerate(whole.slots):
        if slot.ends_at <= slot.starts_at:
            checked.add(f"slots[{number}]", marked("it ends before it starts."))
    checked.known("versions", "entries", [it.pitch for row in whole.versions for it in row.entries], known["pitches"])
    _refuse_circles(whole.pitches, checked)
    _check_versions(whole, checked)


_NUMBERED = ("slots", "rooms", "pitches", "notes", "summaries")
_LISTS = {*PARTS, "votes", "draft", "published"}
_REFERENCES: dict[str, dict[str, str]] = {
    **{name: {key: to.part for key, to in part.references.items()} for name, part in PARTS.items()},
    "votes": {"voter": "voters", "pitch": "pitches", "aside_for": "pitches"},
    "draft": _CELLS,
    "published": _CELLS,
}


def _check_versions(whole: Whole, checked: Checked) -> None:
    """What is published and what is the draft are versions that are there, and so is what stands in one."""
    known = {0, *(it.version for it in whole.versions)}
    if not whole.versions:
        return
    if whole.event.grid_version != max(known):
        checked.add("event.grid_version", marked("the last of the versions is %(number)s."), number=str(max(known)))
    checked.known("event", "published_version", [whole.event.published_version], known)
    checked.known("versions", "restores", [it.restores for it in whole.versions], known)
    checked.known("placements", "version", [it.version for it in whole.placements], known - {0})


def _refuse_circles(pitches: list[PitchPart], checked: Checked) -> None:
    """Keep a fault for a pitch that is part of itself, or of one that is part of another."""
    merged = {it.id for it in pitches if it.merged_into is not None}
    for number, it in enumerate(pitches):
        if it.merged_into == it.id:
            checked.add(f"pitches[{number}].merged_into", marked("a pitch cannot be part of itself."))
        elif it.merged_into in merged:
            checked.add(
                f"pitches[{number}].merged_into",
                marked("%(number)s is part of another pitch. Name that one."),
                number=str(it.merged_into),
            )
