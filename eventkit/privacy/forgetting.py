"""Deletes for good what is one person's at an event, by parts, or a pitch; what others added to it stays theirs."""

from collections.abc import Collection
from enum import StrEnum

from sqlmodel import col, delete, select, update

from eventkit.event import ended, notices, subscribing
from eventkit.grid import history
from eventkit.market import merging, repeats, series
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
    ImportedPitch,
    Note,
    NoteTaker,
    Notice,
    NoticeKind,
    PairReport,
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
from eventkit.text import language
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

DELETED = marked("A deleted pitch")  # its title, in the event's language, where something of others is attached to it


class Part(StrEnum):
    """What somebody can delete of their own."""

    VOTES = "votes"
    NAME = "name"
    PITCHES = "pitches"
    NOTES = "notes"
    ALL = "all"


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
        own = own_pitches(tx, event.id, person.id)
        for pitch in sorted(own, key=lambda it: it.repeat_of is None):  # repeats go before the first takes them along
            _forget_own_pitch(tx, event, pitch, person.id)
    if everything:
        subscribing.unsubscribe(tx, person.id)
        tx.flush()
        for left in (IdempotencyKey, Report, PairReport):
            tx.execute(delete(left).where(col(left.person_id) == person.id))
        ended.end_tokens(tx, [person.token])
        tx.delete(person)
        tx.flush()


def stays_empty(tx: Transaction, event: Event, pitch: Pitch) -> bool:
    """Whether forget_pitch() leaves an empty place: people see it on the grid, or it has notes."""
    return _is_seen(tx, event, pitch.id) or _has_notes(tx, pitch.id)


def forget_pitch(tx: Transaction, event: Event, pitch: Pitch, by: int | None = None) -> None:
    """Delete a pitch for good, with its votes, its repeat, and its title in what was told of it.

    Where people see it on the grid, or somebody else added notes, its row stays, withdrawn and empty: a session that
    vanished in silence would send people to an empty room, and notes are their authors'.
    """
    if (again := repeats.of(tx, pitch.id)) is not None:  # it says what this one says
        forget_pitch(tx, event, again, by)
    series.close_gap(tx, pitch)
    merging.stand_alone(tx, pitch, by)
    history.forget(tx, event.id, pitch.id)
    of_pitch = col(ImportedPitch.pitch_id) == pitch.id  # what stays lets no file bring it back
    tx.execute(update(ImportedPitch).where(of_pitch).values(pitch_id=None, description="", host=""))
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
    with language.speaking(event.language):
        pitch.title, pitch.description, pitch.host_name, pitch.topic = _(DELETED), "", "", ""
    pitch.needs, pitch.format, pitch.created_by, pitch.merged_into, pitch.own_content = [], "", None, None, None
    pitch.repeat_of, pitch.after_id = None, None
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
        tx.execute(update(Summary).where(own).values(author_name="", typed="", person_id=None))
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
    for pitch in own_pitches(tx, event_id, person.id):
        alone = tx.scalar(select(Host.person_id).where(Host.pitch_id == pitch.id, Host.person_id != person.id)) is None
        typed = pitch.host_name
        names = [one.strip() for one in typed.split(",")]
        left = "" if alone else ", ".join(one for one in names if one and one.casefold() != name.casefold())
        tx.execute(update(ImportedPitch).where(col(ImportedPitch.pitch_id) == pitch.id).values(host=""))
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


def own_pitches(tx: Transaction, event_id: int, person_id: int) -> list[Pitch]:
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
