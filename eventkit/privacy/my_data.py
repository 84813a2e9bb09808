"""All that is one person's at an event: to look at, to take along."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import case, col, literal, select

from eventkit.event import subscribing
from eventkit.privacy.forgetting import own_pitches
from eventkit.storage.db import Transaction
from eventkit.storage.tables import (
    ActionHelper,
    Event,
    Going,
    Note,
    NoteTaker,
    PairMember,
    PairReport,
    PairSeeker,
    Person,
    Pitch,
    Reflection,
    Report,
    Summary,
    Vote,
)
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

HIDDEN = marked("A hidden pitch")  # in the place of its title


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
    """What the person reported, and what they wrote of it; `pitch` is empty where it was what a partner shares."""

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


@dataclass(frozen=True)
class MyNotifications:
    """A browser of the person's that asked for notifications: at whose service, in which language, since when."""

    service: str
    language: str
    since: date


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
    notifications: tuple[MyNotifications, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The same as plain values, moments and days in ISO 8601."""
        return {"format": "twofeet-my-data/1", **_plain(asdict(self))}


def read(tx: Transaction, event: Event, person: Person, kept: Mapping[int, int] | None = None) -> MyData:
    """What this person left here, oldest first. As many queries however much that is.

    Where ballots are sealed nothing here says which is whose: the votes are then those that the phone `kept` itself.
    """
    title = case((col(Pitch.hidden_at).is_not(None), _(HIDDEN)), else_=col(Pitch.title))
    votes = select(title, Vote.interest).join(Vote, col(Vote.pitch_id) == Pitch.id)
    votes = votes.where(Vote.person_id == person.id).order_by(Pitch.title)
    if kept is not None:
        interest = case(dict(kept), value=col(Pitch.id)) if kept else literal(0)
        votes = select(title, interest).where(Pitch.event_id == event.id, col(Pitch.id).in_(kept))
    reports = select(title, Report.text).join(Pitch, col(Report.pitch_id) == Pitch.id)
    of_pairs = select(PairReport.text).order_by(col(PairReport.id))
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
        pitches=tuple(_pitch(it) for it in own_pitches(tx, event.id, person.id)),
        notes=tuple(
            _note(note, title)
            for note, title in tx.execute(notes.where(Note.person_id == person.id).order_by(col(Note.id)))
        ),
        reports=(
            *(
                MyReport(*row)
                for row in tx.execute(reports.where(Report.person_id == person.id).order_by(col(Report.id)))
            ),
            *(MyReport("", text) for text in tx.scalars(of_pairs.where(PairReport.person_id == person.id))),
        ),
        going=tuple(tx.scalars(goes.order_by(col(Pitch.id)))),
        summaries=tuple(_summaries(tx, person.id, title)),
        offers=tuple(_offers(tx, person.id, title)),
        reflections=tuple(_reflections(tx, person.id)),
        pairings=tuple(_pairings(tx, person.id)),
        notifications=tuple(
            MyNotifications(urlsplit(it.endpoint).hostname or "", it.language, it.asked_on)
            for it in subscribing.of_person(tx, person.id)
        ),
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
