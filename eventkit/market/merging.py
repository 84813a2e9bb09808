"""Merging: one pitch stands for another too, until they are taken apart; votes and hosts stay with their own."""

from typing import NamedTuple

from sqlmodel import col, delete, or_, select, update

from eventkit.event import notices
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, NoticeKind, Parting, Pitch


class Title(NamedTuple):
    """A pitch by its title only."""

    id: int
    title: str


def parts(tx: Transaction, event_id: int, pitch_id: int) -> list[Title]:
    """The pitches that this one stands for too."""
    query = select(Pitch.id, Pitch.title).where(Pitch.event_id == event_id, Pitch.merged_into == pitch_id)
    return [Title(*row) for row in tx.execute(query.order_by(col(Pitch.id)))]


def unite(tx: Transaction, kept: Pitch, other: Pitch, by: int | None) -> None:
    """Let `kept` stand for `other`, and for all that `other` stood for. Where only `other` has a place, it gives it."""
    event_id = kept.event_id
    notices.leave_of_pitch(tx, event_id, NoticeKind.MERGED, other.id, by=by)
    homeless = notices.standing_at(tx, tx.get_one(Event, event_id), kept.id) is None
    root = col(Pitch.event_id) == event_id, or_(col(Pitch.id) == other.id, col(Pitch.merged_into) == other.id)
    tx.execute(update(Pitch).where(*root).values(merged_into=kept.id))
    tx.execute(delete(Parting).where(col(Parting.pitch_id) == other.id))
    tx.refresh(other)
    if homeless:
        notices.leave_of_pitch(tx, event_id, NoticeKind.PLACED, kept.id, by=by)
    change_log.record(tx, event_id, ChangeKind.PITCH, pitch=other.id, into=kept.id)


def stand_alone(tx: Transaction, pitch: Pitch, by: int | None) -> None:
    """Undo all merging that a pitch is part of, in both directions."""
    take_apart(tx, pitch, by)
    take_out(tx, pitch, by)


def take_apart(tx: Transaction, pitch: Pitch, by: int | None) -> None:
    """Let all that this pitch stands for stand for itself."""
    for part in parts(tx, pitch.event_id, pitch.id):
        take_out(tx, tx.get_one(Pitch, part.id), by)


def take_out(tx: Transaction, pitch: Pitch, by: int | None) -> None:
    """Let a part stand for itself, in its own place where it has one."""
    event_id = pitch.event_id
    if pitch.merged_into is None:
        return
    event, kept_id = tx.get_one(Event, event_id), pitch.merged_into
    was = notices.standing_at(tx, event, kept_id)
    change_log.record(tx, event_id, ChangeKind.PITCH, pitch=pitch.id, out_of=kept_id)
    pitch.merged_into = None
    tx.flush()
    notices.leave_of_pitch(tx, event_id, NoticeKind.UNMERGED, pitch.id, by=by)
    if was and notices.standing_at(tx, event, kept_id) is None:  # it stood there for this one only
        notices.leave(tx, event, [notices.Fact(kind=NoticeKind.TAKEN_OFF, pitch_id=kept_id, was=was)], by)


def part_for_now(tx: Transaction, pitch: Pitch, by: int | None) -> None:
    """The same as stand_alone(), to be undone by reunite(): what was merged is kept in mind."""
    for part in parts(tx, pitch.event_id, pitch.id):
        tx.merge(Parting(pitch_id=part.id, kept_id=pitch.id))
    if pitch.merged_into is not None:
        tx.merge(Parting(pitch_id=pitch.id, kept_id=pitch.merged_into))
    stand_alone(tx, pitch, by)


def reunite(tx: Transaction, pitch: Pitch, by: int | None) -> None:
    """Merge again what part_for_now() took apart and nobody changed since, as far as it is there again."""
    query = select(Parting).where(or_(col(Parting.pitch_id) == pitch.id, col(Parting.kept_id) == pitch.id))
    for parting in tx.scalars(query.order_by(col(Parting.pitch_id))).all():
        kept, other = tx.get_one(Pitch, parting.kept_id), tx.get_one(Pitch, parting.pitch_id)
        if kept.hidden_at is not None or other.hidden_at is not None:
            continue  # once that is shown
        if any(it.withdrawn_at is not None or it.merged_into is not None for it in (kept, other)):
            tx.delete(parting)
            continue
        unite(tx, kept, other, by)
