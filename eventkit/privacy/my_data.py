"""All that is one person's at an event: to look at, to take along, to delete."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import case, col, delete, literal, select, update

from eventkit.event import notices
from eventkit.grid import history
from eventkit.market import merging
from eventkit.privacy import traces
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import (
    ActionHelper,
    ChangeKind,
    Event,
    Going,
    GridVersion,
    Host,
    IdempotencyKey,
    Note,
    NoteTaker,
    Notice,
    NoticeKind,
    PairMember,
    PairSeeker,
    Person,
    Pitch,
    Placement,
    Reflection,
    Report,
    SealedVote,
    Showing,
    Summary,
    Vote,
)

DELETED = "A deleted pitch"  # its title where something of others is attached to it


class Part(StrEnum):
    """What somebody can delete of their own."""

    VOTES = "votes"
    NAME = "name"
    PITCHES = "pitches"
    NOTES = "notes"
    ALL = "all"


HIDDEN = "A hidden pitch"  # in the place of its title


@dataclass(frozen=True)
class MyVote:
    """A wish: 1 interested, 2 must go."""

    pitch: str
    interest: int


@dataclass(frozen=True, kw_only=True)
class MyPitch:
    """A pitch that the person hosts or made, as it is stored."""

    id: int
    title: str
    description: str
    host_name: str
    topic: str
    needs: tuple[str, ...]
    withdrawn: bool


@dataclass(frozen=True, kw_only=True)
class MyNote:
    """An entry that the person wrote in the notes of a session."""

    pitch: str
    kind: str
    text: str
    url: str
    owner: str
    author_name: str
    written_at: datetime
    struck_out: bool


@dataclass(frozen=True)
class MyReport:
    """What the person reported, and what they wrote of it."""

    pitch: str
    text: str


@dataclass(frozen=True)
class MySummary:
    """A version of a session's summary that the person wrote, maybe together with what others wrote."""

    pitch: str
    version: int
    text: str
    author_name: str
    written_at: datetime


@dataclass(frozen=True, kw_only=True)
class MyReflection:
    """What the person said when they looked back."""

    differently: str
    next_steps: str
    best: str
    author_name: str
    written_at: datetime


@dataclass(frozen=True)
class MyOffer:
    """Where the person said, by a name, that they help with an action or take notes."""

    pitch: str
    what: str  # `helps` or `takes notes`
    name: str


@dataclass(frozen=True, kw_only=True)
class MyPairing:
    """What the person shares with whom they are paired, or shared until they left; and the rounds they were in."""

    name: str = ""
    contact: str = ""
    interests: tuple[str, ...] = ()
    rounds: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MyData:
    """All of it. `since` is the day on which the phone first did something here."""

    name: str
    since: date
    votes: tuple[MyVote, ...]
    pitches: tuple[MyPitch, ...]
    notes: tuple[MyNote, ...]
    reports: tuple[MyReport, ...] = ()
    going: tuple[str, ...] = ()  # titles of the sessions that they said they go to
    summaries: tuple[MySummary, ...] = ()
    offers: tuple[MyOffer, ...] = ()
    reflections: tuple[MyReflection, ...] = ()
    pairings: tuple[MyPairing, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The same as plain values, moments and days in ISO 8601."""
        return {"format": "twofeet-my-data/1", **_plain(asdict(self))}


def read(tx: Transaction, event: Event, person: Person, kept: Mapping[int, int] | None = None) -> MyData:
    """What this person left here, oldest first. As many queries however much that is.

    Where ballots are sealed nothing here says which is whose: the votes are then those that the phone `kept` itself.
    """
    title = case((col(Pitch.hidden_at).is_not(None), HIDDEN), else_=col(Pitch.title))
    votes = select(title, Vote.interest).join(Vote, col(Vote.pitch_id) == Pitch.id)
    votes = votes.where(Vote.person_id == person.id).order_by(Pitch.title)
    if kept is not None:
        interest = case(dict(kept), value=col(Pitch.id)) if kept else literal(0)
        votes = select(title, interest).where(Pitch.event_id == event.id, col(Pitch.id).in_(kept))
    reports = select(title, Report.text).join(Pitch, col(Report.pitch_id) == Pitch.id)
    notes = select(Note, title).join(Pitch, col(Note.pitch_id) == Pitch.id)
    goes = (
        select(title)
        .select_from(Going)
        .join(Pitch, col(Going.pitch_id) == Pitch.id)
        .where(Going.person_id == person.id)
    )
    return MyData(
        name=person.name,
        since=person.joined_on,
        votes=tuple(MyVote(*row) for row in tx.execute(votes)),
        pitches=tuple(_pitch(it) for it in _own_pitches(tx, event.id, person.id)),
        notes=tuple(
            _note(note, title)
            for note, title in tx.execute(notes.where(Note.person_id == person.id).order_by(col(Note.id)))
        ),
        reports=tuple(
            MyReport(*row) for row in tx.execute(reports.where(Report.person_id == person.id).order_by(col(Report.id)))
        ),
        going=tuple(tx.scalars(goes.order_by(col(Pitch.id)))),
        summaries=tuple(_summaries(tx, person.id, title)),
        offers=tuple(_offers(tx, person.id, title)),
        reflections=tuple(_reflections(tx, person.id)),
        pairings=tuple(_pairings(tx, person.id)),
    )


def _pairings(tx: Transaction, person_id: int) -> Iterator[MyPairing]:
    own = tx.get(PairSeeker, person_id)
    rounds = select(PairMember.number).where(PairMember.person_id == person_id).order_by(col(PairMember.number))
    numbers = tuple(tx.scalars(rounds))
    if own:
        yield MyPairing(name=own.name, contact=own.contact, interests=tuple(own.interests), rounds=numbers)
    elif numbers:
        yield MyPairing(rounds=numbers)


def _reflections(tx: Transaction, person_id: int) -> Iterator[MyReflection]:
    for it in tx.scalars(select(Reflection).where(Reflection.person_id == person_id)):
        yield MyReflection(
            differently=it.differently,
            next_steps=it.next_steps,
            best=it.best,
            author_name=it.author_name,
            written_at=it.made_at,
        )


def _summaries(tx: Transaction, person_id: int, title: Any) -> Iterator[MySummary]:
    query = select(Summary, title).join(Pitch, col(Summary.pitch_id) == Pitch.id).where(Summary.person_id == person_id)
    for it, of in tx.execute(query.order_by(col(Summary.id))):
        yield MySummary(of, it.version, it.text, it.author_name, it.made_at)


def _offers(tx: Transaction, person_id: int, title: Any) -> Iterator[MyOffer]:
    helped = select(title, ActionHelper.name).join(Note, col(Note.id) == ActionHelper.note_id)
    helped = helped.join(Pitch, col(Note.pitch_id) == Pitch.id).where(ActionHelper.person_id == person_id)
    taken = select(title, NoteTaker.name).join(Pitch, col(NoteTaker.pitch_id) == Pitch.id)
    for what, query in (("helps", helped), ("takes notes", taken.where(NoteTaker.person_id == person_id))):
        for of, name in tx.execute(query.order_by(col(Pitch.id))):
            yield MyOffer(of, what, name)


def forget(tx: Transaction, event: Event, person: Person, parts: Collection[Part]) -> None:
    """Delete these parts for good; with all of them also the person, so that no phone is known as theirs any more.

    A pitch to which others added notes, or that people see on the grid, stays as an empty place: see forget_pitch().
    What others wrote about the person stays theirs.
    """
    everything = Part.ALL in parts
    if everything or Part.VOTES in parts:
        _forget_votes(tx, person)
    if everything or Part.NOTES in parts:
        _forget_notes(tx, event.id, person.id)
    if everything or Part.NAME in parts:
        _forget_name(tx, event.id, person)
    if everything or Part.PITCHES in parts:
        for pitch in _own_pitches(tx, event.id, person.id):
            _forget_own_pitch(tx, event, pitch, person.id)
    if everything:
        tx.flush()
        for left in (IdempotencyKey, Report):
            tx.execute(delete(left).where(col(left.person_id) == person.id))
        tx.delete(person)
        tx.flush()


def stays_empty(tx: Transaction, event: Event, pitch: Pitch) -> bool:
    """Whether forget_pitch() leaves an empty place: people see it on the grid, or it has notes."""
    return _is_seen(tx, event, pitch.id) or _has_notes(tx, pitch.id)


def forget_pitch(tx: Transaction, event: Event, pitch: Pitch, by: int | None = None) -> None:
    """Delete a pitch for good, with its votes, and its title in what was told of it.

    Where people see it on the grid, or somebody else added notes, its row stays, withdrawn and empty: a session that
    vanished in silence would send people to an empty room, and notes are their authors'.
    """
    merging.stand_alone(tx, pitch, by)
    history.forget(tx, event.id, pitch.id)
    for table in (Vote, SealedVote):
        tx.execute(update(table).where(col(table.aside_for) == pitch.id).values(aside_for=None))
    if not stays_empty(tx, event, pitch):
        tx.delete(pitch)
    else:
        _empty(tx, event, pitch, by)
    tx.flush()
    change_log.record(tx, event.id, ChangeKind.PITCH, pitch=pitch.id, withdrawn=True)
    change_log.record(tx, event.id, ChangeKind.VOTE)


def _empty(tx: Transaction, event: Event, pitch: Pitch, by: int | None) -> None:
    if pitch.withdrawn_at is None:
        notices.leave_of_pitch(tx, event.id, NoticeKind.WITHDRAWN, pitch.id, by=by)
    for table in (Vote, SealedVote, Going, Host):
        tx.execute(delete(table).where(col(table.pitch_id) == pitch.id))
    pitch.title, pitch.description, pitch.host_name, pitch.topic = DELETED, "", "", ""
    pitch.needs, pitch.format, pitch.created_by, pitch.merged_into, pitch.own_content = [], "", None, None, None
    pitch.withdrawn_at = pitch.withdrawn_at or pitch.edited_at
    pitch.claim_code_generation += 1
    tx.execute(update(Notice).where(col(Notice.pitch_id) == pitch.id).values(was_title=""))


def _forget_own_pitch(tx: Transaction, event: Event, pitch: Pitch, person_id: int) -> None:
    """Delete it, unless others host it too: then it is theirs, and only this host goes."""
    others = tx.scalars(select(Host.person_id).where(Host.pitch_id == pitch.id, Host.person_id != person_id)).first()
    if others is None:
        forget_pitch(tx, event, pitch, by=person_id)
        return
    tx.execute(delete(Host).where(col(Host.pitch_id) == pitch.id, col(Host.person_id) == person_id))
    if pitch.created_by == person_id:
        pitch.created_by = None
    change_log.record(tx, event.id, ChangeKind.PITCH, pitch=pitch.id)


def _forget_votes(tx: Transaction, person: Person) -> None:
    for table in (Vote, Going, Showing):
        tx.execute(delete(table).where(col(table.person_id) == person.id))
    person.voted_on = None
    change_log.record(tx, person.event_id, ChangeKind.VOTE)


def _forget_notes(tx: Transaction, event_id: int, person_id: int) -> None:
    for note in tx.scalars(select(Note).where(Note.person_id == person_id)).all():
        change_log.record(tx, event_id, ChangeKind.NOTE, pitch=note.pitch_id, note=note.id)
        tx.delete(note)
    for pitch_id in tx.scalars(select(Summary.pitch_id).where(Summary.person_id == person_id).distinct()).all():
        _forget_summary(tx, event_id, pitch_id, person_id)
    if tx.scalar(select(Reflection.id).where(Reflection.person_id == person_id)) is not None:
        tx.execute(delete(Reflection).where(col(Reflection.person_id) == person_id))
        change_log.record(tx, event_id, ChangeKind.NOTE)
    tx.flush()


def _forget_summary(tx: Transaction, event_id: int, pitch_id: int, person_id: int) -> None:
    """Delete a summary that nobody else wrote in; where others did, the text is everybody's, and the name goes."""
    there = col(Summary.pitch_id) == pitch_id
    own = there & (col(Summary.person_id) == person_id)
    others = tx.scalar(select(Summary.id).where(there, col(Summary.person_id).is_distinct_from(person_id)).limit(1))
    if others is None:
        tx.execute(delete(Summary).where(there))
    else:
        tx.execute(update(Summary).where(own).values(author_name="", person_id=None))
    change_log.record(tx, event_id, ChangeKind.NOTE, pitch=pitch_id)


def _forget_offers(tx: Transaction, event_id: int, person_id: int) -> None:
    """Take the person off the actions they help with, the notes they take, and unmentoring: all known by a name."""
    helped = select(Note.pitch_id).join(ActionHelper, col(ActionHelper.note_id) == Note.id)
    taken = select(NoteTaker.pitch_id).where(NoteTaker.person_id == person_id)
    for pitch_id in {*tx.scalars(helped.where(ActionHelper.person_id == person_id)), *tx.scalars(taken)}:
        change_log.record(tx, event_id, ChangeKind.NOTE, pitch=pitch_id)
    for joined in (ActionHelper, NoteTaker, PairSeeker):
        tx.execute(delete(joined).where(col(joined.person_id) == person_id))


def _forget_name(tx: Transaction, event_id: int, person: Person) -> None:
    """Take the name off the person, off the notes they wrote and off the pitches they host."""
    name, person.name = person.name, ""
    if person.hidden_names is not None:  # it stays one whose name is not shown
        person.hidden_names = {}
    for pitch in _own_pitches(tx, event_id, person.id):
        alone = tx.scalar(select(Host.person_id).where(Host.pitch_id == pitch.id, Host.person_id != person.id)) is None
        typed = pitch.host_name
        names = [one.strip() for one in typed.split(",")]
        left = "" if alone else ", ".join(one for one in names if one and one.casefold() != name.casefold())
        if left != typed:
            pitch.host_name = left
            change_log.record(tx, event_id, ChangeKind.PITCH, pitch=pitch.id)
        traces.forget_names(tx, event_id, [typed])
    for note in tx.scalars(select(Note).where(Note.person_id == person.id, Note.author_name != "")).all():
        note.author_name = ""
        change_log.record(tx, event_id, ChangeKind.NOTE, pitch=note.pitch_id, note=note.id)
    tx.execute(update(Summary).where(col(Summary.person_id) == person.id).values(author_name=""))
    tx.execute(update(Reflection).where(col(Reflection.person_id) == person.id).values(author_name=""))
    _forget_offers(tx, event_id, person.id)
    traces.forget_names(tx, event_id, [name])


def _own_pitches(tx: Transaction, event_id: int, person_id: int) -> list[Pitch]:
    """The pitches that the person hosts, withdrawn ones included; what they typed for others is the others'."""
    hosted = select(Host.pitch_id).where(Host.person_id == person_id)
    query = select(Pitch).where(Pitch.event_id == event_id, col(Pitch.id).in_(hosted))
    return list(tx.scalars(query.order_by(col(Pitch.id))))


def _is_seen(tx: Transaction, event: Event, pitch_id: int) -> bool:
    """Whether the pitch stands in a version of the grid that is or was published."""
    query = (
        select(Placement.version)
        .join(
            GridVersion,
            (col(GridVersion.event_id) == Placement.event_id) & (col(GridVersion.version) == Placement.version),
        )
        .where(Placement.event_id == event.id, Placement.pitch_id == pitch_id)
        .where(col(GridVersion.published_at).is_not(None))
    )
    return tx.scalar(query.limit(1)) is not None


def _has_notes(tx: Transaction, pitch_id: int) -> bool:
    noted, summed = (select(table.id).where(table.pitch_id == pitch_id).limit(1) for table in (Note, Summary))
    return tx.scalar(noted) is not None or tx.scalar(summed) is not None


def _pitch(it: Pitch) -> MyPitch:
    return MyPitch(
        id=it.id,
        title=it.title,
        description=it.description,
        host_name=it.host_name,
        topic=it.topic,
        needs=tuple(it.needs),
        withdrawn=it.withdrawn_at is not None,
    )


def _note(note: Note, title: str) -> MyNote:
    return MyNote(
        pitch=title,
        kind=note.kind.value,
        text=note.text,
        url=note.url,
        owner=note.owner,
        author_name=note.author_name,
        written_at=note.made_at,
        struck_out=note.struck_at is not None,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(it) for name, it in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(it) for it in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
