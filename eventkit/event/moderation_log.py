"""The log of moderation: a line for each thing that organisers and facilitators did to what others wrote."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from eventkit.clock import now
from eventkit.event.roles import Facilitator, Organiser, Viewer
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import (
    ChangeKind,
    Event,
    Moderation,
    ModerationAct,
    ModerationKind,
    Note,
    Person,
    Pitch,
    Reflection,
    Summary,
)

ON_A_PAGE = 100


@dataclass(frozen=True, kw_only=True)
class Deed:
    """A line: what was done to what by whom, when. `about` is None where that was deleted; `pitch_id` leads there."""

    at: datetime
    act: ModerationAct
    kind: ModerationKind
    ref: int | None
    organiser: bool
    by: str  # the name that they gave, if any
    about: str | None
    pitch_id: int | None


def record(tx: Transaction, by: Facilitator, act: ModerationAct, kind: ModerationKind, ref: int | None = None) -> None:
    """Keep a line, in the transaction that does it."""
    _add(tx, by.event.id, isinstance(by, Organiser), by.person_id, act, kind, ref=ref)


def record_of(
    tx: Transaction, event_id: int, viewer: Viewer, act: ModerationAct, kind: ModerationKind, ref: int
) -> None:
    """The same for what hosts and authors do themselves and facilitators do for them; of a host no line is kept."""
    if viewer.facilitator:
        _add(tx, event_id, viewer.organiser, viewer.person_id, act, kind, ref=ref)


def newest(tx: Transaction, event: Event, page: int = 0) -> tuple[list[Deed], bool]:
    """A page of the log, the newest line first, and whether there are older ones. For organisers and facilitators."""
    query = select(Moderation, Person.name).outerjoin(Person, col(Person.id) == col(Moderation.made_by))
    query = query.where(Moderation.event_id == event.id).order_by(col(Moderation.id).desc())
    rows = tx.execute(query.offset(page * ON_A_PAGE).limit(ON_A_PAGE + 1)).all()
    found = [row[0] for row in rows[:ON_A_PAGE]]
    known = _subjects(tx, event.id, found)
    lines = [_deed(it, name or "", *known.get((it.kind, it.ref or 0), (None, None))) for it, name in rows[:ON_A_PAGE]]
    return lines, len(rows) > ON_A_PAGE


def _deed(line: Moderation, by: str, about: str | None, pitch_id: int | None) -> Deed:
    return Deed(
        at=line.at,
        act=line.act,
        kind=line.kind,
        ref=line.ref,
        organiser=line.organiser,
        by=by,
        about=about,
        pitch_id=pitch_id,
    )


def whole(tx: Transaction, event_id: int) -> list[Moderation]:
    """All of it, oldest first."""
    return list(tx.scalars(select(Moderation).where(Moderation.event_id == event_id).order_by(col(Moderation.id))))


def _add(
    tx: Transaction,
    event_id: int,
    organiser: bool,
    person_id: int | None,
    act: ModerationAct,
    kind: ModerationKind,
    *,
    ref: int | None,
) -> None:
    line = Moderation(event_id=event_id, act=act, kind=kind, ref=ref, organiser=organiser, made_by=person_id, at=now())
    tx.add(line)
    change_log.record(tx, event_id, ChangeKind.MODERATION)


def _subjects(
    tx: Transaction, event_id: int, lines: list[Moderation]
) -> dict[tuple[ModerationKind, int], tuple[str, int | None]]:
    """What lines are about: its title, text or name, and the pitch whose page shows it. Five queries."""
    found: dict[tuple[ModerationKind, int], tuple[str, int | None]] = {}
    ids = {kind: {it.ref or 0 for it in lines if it.kind is kind} for kind in ModerationKind}
    pitches = select(Pitch.id, Pitch.title).where(Pitch.event_id == event_id)
    for number, title in tx.execute(pitches.where(col(Pitch.id).in_(ids[ModerationKind.PITCH]))):
        found[ModerationKind.PITCH, number] = title, number
    notes = select(Note.id, Note.text, Note.url, Note.pitch_id).where(Note.event_id == event_id)
    for number, text, url, pitch_id in tx.execute(notes.where(col(Note.id).in_(ids[ModerationKind.NOTE]))):
        found[ModerationKind.NOTE, number] = text or url, pitch_id
    summaries = select(Summary.id, Summary.text, Summary.pitch_id).where(Summary.event_id == event_id)
    for number, text, pitch_id in tx.execute(summaries.where(col(Summary.id).in_(ids[ModerationKind.SUMMARY]))):
        found[ModerationKind.SUMMARY, number] = text, pitch_id
    looked_back = select(Reflection.id, Reflection.differently, Reflection.next_steps, Reflection.best)
    looked_back = looked_back.where(Reflection.event_id == event_id)
    for number, *texts in tx.execute(looked_back.where(col(Reflection.id).in_(ids[ModerationKind.REFLECTION]))):
        found[ModerationKind.REFLECTION, number] = next(filter(None, texts), ""), None
    people = ids[ModerationKind.PERSON] | ids[ModerationKind.NAME] | ids[ModerationKind.PAIR]
    named = select(Person.id, Person.name).where(Person.event_id == event_id, col(Person.id).in_(people))
    for number, name in tx.execute(named):
        for kind in (ModerationKind.PERSON, ModerationKind.NAME, ModerationKind.PAIR):
            found[kind, number] = name, None
    return found
