"""Moderation: hide pitches and notes from every screen and file, show them again, and list what there is to hide."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import col, func, literal, select, union_all, update

from eventkit.clock import now
from eventkit.errors import NotFound
from eventkit.event import notices, people
from eventkit.event.roles import Facilitator
from eventkit.grid import versions
from eventkit.market import pitches
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, GridVersion, Host, Note, NoticeKind, Pitch

ON_A_PAGE = 50
UNNAMED = "a hidden pitch"  # what the grid's history calls it


class Kind(StrEnum):
    """What can be hidden; a person is all that they pitched and noted."""

    PITCH = "pitch"
    NOTE = "note"
    PERSON = "person"


@dataclass(frozen=True)
class Item:
    """A pitch or note as the list shows it; `person` is whose phone wrote it, None where no phone did."""

    kind: Kind
    id: int
    pitch_id: int
    text: str
    by: str
    at: datetime
    hidden: bool
    person: int | None


def set_hidden(tx: Transaction, by: Facilitator, kind: Kind, number: int, hidden: bool) -> None:
    """Hide this pitch, note, or all pitches and notes of this person, or show them again. Raises NotFound."""
    if kind is Kind.PITCH:
        _pitch(tx, by, pitches.get(tx, by.event.id, number), hidden)
    elif kind is Kind.NOTE:
        note = tx.scalar(select(Note).where(Note.id == number, Note.event_id == by.event.id))
        if note is None:
            raise NotFound("There is no such note at this event.")
        _note(tx, note, hidden)
    else:
        person = people.get(tx, by.event.id, number)
        hosted = select(Host.pitch_id).where(Host.person_id == person.id)
        for pitch in tx.scalars(select(Pitch).where(Pitch.event_id == by.event.id, col(Pitch.id).in_(hosted))).all():
            _pitch(tx, by, pitch, hidden)
        for own in tx.scalars(select(Note).where(Note.event_id == by.event.id, Note.person_id == person.id)).all():
            _note(tx, own, hidden)


def newest(tx: Transaction, by: Facilitator, page: int = 0) -> tuple[list[Item], bool]:
    """A page of all pitches and notes, the newest first, hidden ones included; and whether there are older ones."""
    here, first = by.event.id, select(func.min(Host.person_id)).where(Host.pitch_id == Pitch.id).scalar_subquery()
    maker = select(Host.person_id).where(Host.pitch_id == Pitch.id, Host.person_id == Pitch.created_by)
    pitch_columns: tuple[Any, ...] = (
        *(literal(Kind.PITCH.value).label("kind"), col(Pitch.id).label("id"), col(Pitch.id).label("pitch_id")),
        *(col(Pitch.title).label("text"), col(Pitch.host_name).label("by"), col(Pitch.created_at).label("at")),
        col(Pitch.hidden_at).label("hidden_at"),
        func.coalesce(maker.scalar_subquery(), first).label("person"),
    )
    note_columns: tuple[Any, ...] = (
        *(literal(Kind.NOTE.value), Note.id, Note.pitch_id, func.coalesce(func.nullif(Note.text, ""), Note.url)),
        *(Note.author_name, Note.made_at, Note.hidden_at, Note.person_id),
    )
    both: Any = union_all(
        select(*pitch_columns).where(Pitch.event_id == here), select(*note_columns).where(Note.event_id == here)
    ).subquery()
    query = select(both).order_by(both.c.at.desc(), both.c.kind, both.c.id.desc())
    rows = tx.execute(query.offset(page * ON_A_PAGE).limit(ON_A_PAGE + 1)).all()
    found = [
        Item(Kind(it.kind), it.id, it.pitch_id, it.text, it.by, it.at, it.hidden_at is not None, it.person)
        for it in rows[:ON_A_PAGE]
    ]
    return found, len(rows) > ON_A_PAGE


def _pitch(tx: Transaction, by: Facilitator, pitch: Pitch, hidden: bool) -> None:
    """What was merged stands for itself again, so that nothing hides with a pitch but what is its own."""
    if (pitch.hidden_at is not None) == hidden:
        return
    if hidden:
        pitches.stand_alone(tx, pitch, by.person_id)
        _forget_title(tx, pitch)
    kind = NoticeKind.HIDDEN if hidden else NoticeKind.SHOWN
    if pitch.withdrawn_at is None:  # its host has told of it already
        notices.leave_of_pitch(tx, by.event.id, kind, pitch.id, by=by.person_id)
    pitch.hidden_at = now() if hidden else None
    change_log.record(tx, by.event.id, ChangeKind.PITCH, pitch=pitch.id, hidden=hidden)


def _note(tx: Transaction, note: Note, hidden: bool) -> None:
    if (note.hidden_at is not None) != hidden:
        note.hidden_at = now() if hidden else None
        change_log.record(tx, note.event_id, ChangeKind.NOTE, pitch=note.pitch_id, note=note.id)


def _forget_title(tx: Transaction, pitch: Pitch) -> None:
    """Take the title out of the words about earlier versions of the grid."""
    title = versions.quoted(pitch)
    told = col(GridVersion.event_id) == pitch.event_id, col(GridVersion.note).contains(title, autoescape=True)
    tx.execute(update(GridVersion).where(*told).values(note=func.replace(GridVersion.note, title, UNNAMED)))
