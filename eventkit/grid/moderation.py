"""Moderation: hide pitches, notes and names from every screen and file, show them again, stop phones; all in a log."""

from datetime import datetime
from typing import Any

from sqlmodel import col, delete, select

from eventkit.clock import now
from eventkit.errors import Invalid, NotFound
from eventkit.event import moderation_log, notices, people
from eventkit.event.roles import Facilitator
from eventkit.market import hiding, pitches, reflections, reports, summaries, unmentoring
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import (
    ActionHelper,
    ChangeKind,
    Host,
    ModerationAct,
    ModerationKind,
    Note,
    NoteTaker,
    NoticeKind,
    PairSeeker,
    Person,
    Pitch,
    Reflection,
    Summary,
)
from eventkit.text.language import gettext as _

WRITTEN: dict[str, Any] = {"notes": Note, "summaries": Summary, "reflections": Reflection}  # under somebody's name
JOINED: dict[str, tuple[Any, str, str]] = {  # by name only: the table, the columns of what was joined and when
    "helps": (ActionHelper, "note_id", "joined_at"),
    "takes": (NoteTaker, "pitch_id", "offered_at"),
}
OF: dict[str, Any] = {"note_id": Note, "pitch_id": Pitch}


def set_hidden(tx: Transaction, by: Facilitator, kind: ModerationKind, number: int, hidden: bool) -> None:
    """Hide this text, a person's name, or all that a person wrote, or show them again.

    Raises NotFound, and Invalid for a kind that cannot be hidden.
    """
    if kind is ModerationKind.PITCH:
        _pitch(tx, by, pitches.get(tx, by.event.id, number), hidden)
    elif kind is ModerationKind.NOTE:
        _note(tx, note_of(tx, by.event.id, number), hidden)
    elif kind is ModerationKind.SUMMARY:
        _summary(tx, summaries.get(tx, by.event.id, number), hidden)
    elif kind is ModerationKind.REFLECTION:
        reflections.set_hidden(tx, by.event.id, number, hidden)
    elif kind is ModerationKind.PAIR:
        _shared(tx, by.event.id, number, hidden)
    elif kind is ModerationKind.NAME:
        _name(tx, by, people.get(tx, by.event.id, number), hidden)
    elif kind is ModerationKind.PERSON:
        _all_of(tx, by, people.get(tx, by.event.id, number), hidden)
    else:
        raise Invalid(kind=_("Choose a pitch, a note, a name or a person."))
    act = ModerationAct.HIDE if hidden else ModerationAct.SHOW
    moderation_log.record(tx, by, act, kind, number)


def set_stopped(tx: Transaction, by: Facilitator, number: int, stopped: bool) -> None:
    """Stop this person's phones, which then can only read, or let them write again. Raises NotFound."""
    person = people.get(tx, by.event.id, number)
    if (person.stopped_at is not None) != stopped:
        person.stopped_at = now() if stopped else None
        act = ModerationAct.STOP if stopped else ModerationAct.LET
        moderation_log.record(tx, by, act, ModerationKind.PERSON, person.id)


def show_all_waiting(tx: Transaction, by: Facilitator) -> int:
    """Show all that waits; how much that was."""
    here = by.event.id
    waiting = list(tx.scalars(select(Pitch).where(Pitch.event_id == here, col(Pitch.waits)).order_by(col(Pitch.id))))
    noted = list(tx.scalars(select(Note).where(Note.event_id == here, col(Note.waits)).order_by(col(Note.id))))
    for pitch in waiting:
        set_hidden(tx, by, ModerationKind.PITCH, pitch.id, hidden=False)
    for note in noted:
        set_hidden(tx, by, ModerationKind.NOTE, note.id, hidden=False)
    said = select(Reflection.id).where(Reflection.event_id == here, col(Reflection.waits)).order_by(col(Reflection.id))
    looked_back = tx.scalars(said).all()
    for number in looked_back:
        set_hidden(tx, by, ModerationKind.REFLECTION, number, hidden=False)
    return len(waiting) + len(noted) + len(looked_back)


def look_first(tx: Transaction, by: Facilitator, first: bool) -> None:
    """Let what people write wait until somebody has looked at it, or show it at once; what waits goes on waiting."""
    if by.event.look_first != first:
        by.event.look_first = first
        change_log.record(tx, by.event.id, ChangeKind.EVENT)
        act = ModerationAct.LOOK_FIRST if first else ModerationAct.SHOW_AT_ONCE
        moderation_log.record(tx, by, act, ModerationKind.EVENT)


def dismiss(tx: Transaction, by: Facilitator, kind: ModerationKind, number: int) -> None:
    """What was reported stays as it is, and its reports are settled. Raises NotFound."""
    if kind is ModerationKind.NOTE:
        note = note_of(tx, by.event.id, number)
        settled = reports.settle(tx, by.event.id, note.pitch_id, note.id)
    elif kind is ModerationKind.PAIR:
        settled = reports.settle_pair(tx, by.event.id, number)
    else:
        kind = ModerationKind.PITCH
        settled = reports.settle(tx, by.event.id, pitches.get(tx, by.event.id, number).id, None)
    if settled:
        moderation_log.record(tx, by, ModerationAct.DISMISS, kind, number)


def note_of(tx: Transaction, event_id: int, number: int) -> Note:
    """An entry in the notes of any pitch of the event. Raises NotFound."""
    note = tx.scalar(select(Note).where(Note.id == number, Note.event_id == event_id))
    if note is None:
        raise NotFound(_("There is no such note at this event."))
    return note


def _all_of(tx: Transaction, by: Facilitator, person: Person, hidden: bool) -> None:
    """What a person hosts and noted until now; what they write later is shown."""
    hosted = select(Host.pitch_id).where(Host.person_id == person.id)
    for pitch in tx.scalars(select(Pitch).where(Pitch.event_id == by.event.id, col(Pitch.id).in_(hosted))).all():
        _pitch(tx, by, pitch, hidden)
    for own in tx.scalars(select(Note).where(Note.event_id == by.event.id, Note.person_id == person.id)).all():
        _note(tx, own, hidden)
    for version in tx.scalars(select(Summary).where(Summary.person_id == person.id)).all():
        _summary(tx, version, hidden)
    for said in tx.scalars(select(Reflection.id).where(Reflection.person_id == person.id)).all():
        reflections.set_hidden(tx, by.event.id, said, hidden)
    if unmentoring.of_person(tx, person.id):
        _shared(tx, by.event.id, person.id, hidden)
    reports.settle_pair(tx, by.event.id, person.id)


def _shared(tx: Transaction, event_id: int, person_id: int, hidden: bool) -> None:
    unmentoring.set_hidden(tx, event_id, person_id, hidden)
    if hidden:
        reports.settle_pair(tx, event_id, person_id)


def _pitch(tx: Transaction, by: Facilitator, pitch: Pitch, hidden: bool) -> None:
    if hidden:
        hiding.hide_pitch(tx, pitch, by.person_id)
        reports.settle(tx, pitch.event_id, pitch.id, None)
    else:
        hiding.show_pitch(tx, pitch, by.person_id)


def _note(tx: Transaction, note: Note, hidden: bool) -> None:
    if hidden:
        hiding.hide_note(tx, note)
        reports.settle(tx, note.event_id, note.pitch_id, note.id)
    else:
        hiding.show_note(tx, note)


def _summary(tx: Transaction, version: Summary, hidden: bool) -> None:
    """Hide a version of a summary, so that the one before is shown, or show it again."""
    if (version.hidden_at is not None) != hidden:
        version.hidden_at = now() if hidden else None
        change_log.record(tx, version.event_id, ChangeKind.NOTE, pitch=version.pitch_id)


def _name(tx: Transaction, by: Facilitator, person: Person, hidden: bool) -> None:
    """Take a person's name off all that they host, wrote and joined, or put back what stood there and is empty."""
    if (person.hidden_names is not None) == hidden:
        return
    hosted = select(Host.pitch_id).where(Host.person_id == person.id)
    own = tx.scalars(select(Pitch).where(col(Pitch.id).in_(hosted))).all()
    written = {
        kind: tx.scalars(select(table).where(table.person_id == person.id)).all() for kind, table in WRITTEN.items()
    }
    if hidden:
        kept: dict[str, Any] = {}
        person.hidden_names = {
            "person": person.name,
            "pitches": {str(it.id): it.host_name for it in own if it.host_name},
            **{kind: {str(it.id): it.author_name for it in them if it.author_name} for kind, them in written.items()},
            **_taken_out(tx, person),
        }
        person.name = ""
    else:
        kept = person.hidden_names or {}
        person.name, person.hidden_names = person.name or kept.get("person", ""), None
        _join_again(tx, person, kept)
    for pitch in own:
        name = "" if hidden else pitch.host_name or kept.get("pitches", {}).get(str(pitch.id), "")
        if name != pitch.host_name:
            notices.leave_of_pitch(tx, pitch.event_id, NoticeKind.EDITED, pitch.id, by=by.person_id)
            pitch.host_name = name
            change_log.record(tx, pitch.event_id, ChangeKind.PITCH, pitch=pitch.id)
    for kind, them in written.items():
        for row in them:
            name = "" if hidden else row.author_name or kept.get(kind, {}).get(str(row.id), "")
            if name != row.author_name:
                row.author_name = name
                _record_named(tx, row)


def _record_named(tx: Transaction, row: Note | Summary | Reflection) -> None:
    if isinstance(row, Note):
        change_log.record(tx, row.event_id, ChangeKind.NOTE, pitch=row.pitch_id, note=row.id)
    elif isinstance(row, Summary):
        change_log.record(tx, row.event_id, ChangeKind.NOTE, pitch=row.pitch_id)
    else:
        change_log.record(tx, row.event_id, ChangeKind.NOTE)


def _taken_out(tx: Transaction, person: Person) -> dict[str, Any]:
    """Take a person out of what nobody joins without a name; what is to be kept of it, by kind and row.

    Nothing is kept of unmentoring, where there is more than a name.
    """
    kept = {}
    for kind, (table, of, at) in JOINED.items():
        rows = tx.scalars(select(table).where(table.person_id == person.id)).all()
        kept[kind] = {str(getattr(row, of)): [row.name, getattr(row, at).isoformat()] for row in rows}
    for joined in (ActionHelper, NoteTaker, PairSeeker):
        tx.execute(delete(joined).where(col(joined.person_id) == person.id))
    return kept


def _join_again(tx: Transaction, person: Person, kept: dict[str, Any]) -> None:
    """Put a person back into what they had joined, where that is still there."""
    for kind, (table, of, at) in JOINED.items():
        joined = {int(row): told for row, told in kept.get(kind, {}).items()}
        there = tx.scalars(select(OF[of].id).where(OF[of].event_id == person.event_id, col(OF[of].id).in_(joined)))
        for row in there.all():
            name, moment = joined[row]
            found = {of: row, "person_id": person.id, "name": name, at: datetime.fromisoformat(moment)}
            tx.merge(table(**found))  # a second phone, joined meanwhile, may have brought the same
