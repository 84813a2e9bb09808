"""Merging: one pitch stands for another too, until they are taken apart; votes and hosts stay with their own."""

from typing import Any, NamedTuple

from sqlmodel import and_, col, delete, func, or_, select, update

from eventkit.clock import now
from eventkit.event import notices
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import (
    ChangeKind,
    Event,
    Joining,
    JoiningState,
    NoticeKind,
    Parting,
    Pitch,
)
from eventkit.text import names

OWN = "title", "description", "topic", "needs", "format", "length"  # what a joint pitch may say otherwise than alone


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
    notices.leave_of_pitch(tx, event_id, NoticeKind.EDITED, kept.id, by=by)
    root = col(Pitch.event_id) == event_id, or_(col(Pitch.id) == other.id, col(Pitch.merged_into) == other.id)
    tx.execute(update(Pitch).where(*root).values(merged_into=kept.id))
    tx.execute(delete(Parting).where(col(Parting.pitch_id) == other.id))
    tx.refresh(other)
    if homeless:
        notices.leave_of_pitch(tx, event_id, NoticeKind.PLACED, kept.id, by=by)
    tell(tx, kept, other, JoiningState.JOINED, by)
    change_log.record(tx, event_id, ChangeKind.PITCH, pitch=other.id, into=kept.id)


def tell(
    tx: Transaction, kept: Pitch, part: Pitch, state: JoiningState, by: int | None, *, answer_by: int | None = None
) -> None:
    """Keep what became of the two, in place of what was kept of them before."""
    tx.execute(delete(Joining).where(of_both(kept.id, part.id)))
    row = Joining(
        event_id=kept.event_id,
        kept_id=kept.id,
        part_id=part.id,
        answer_by=answer_by or part.id,
        asked_by=by,
        state=state,
        at=now(),
    )
    tx.add(row)


def of_both(one: int, other: int) -> Any:
    """The condition that a Joining is about these two pitches."""
    return or_(
        and_(col(Joining.kept_id) == one, col(Joining.part_id) == other),
        and_(col(Joining.kept_id) == other, col(Joining.part_id) == one),
    )


def hosts(pitch: Pitch) -> tuple[str, ...]:
    """Who hosts it by name, those of what it stands for too among them."""
    return names.all_of(it.host_name for it in (pitch, *pitch.parts))


def text(pitch: Pitch) -> str:
    """What it is about, in Markdown: its own description, then those of what it stands for too, under their titles."""
    parts = (f"**{_plain(it.title)}**\n\n{it.description}".strip() for it in pitch.parts)
    return "\n\n".join(filter(None, (pitch.description, *parts)))


def _plain(title: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#&" else letter for letter in title)


def keep_own(pitch: Pitch) -> None:
    """Before a joint pitch is changed: keep what it said alone, for when it is alone again."""
    if pitch.parts and pitch.own_content is None:
        pitch.own_content = {name: getattr(pitch, name) for name in OWN}


def _say_own(tx: Transaction, pitch: Pitch, by: int | None) -> None:
    """Let a pitch that stands for itself only say again what it said alone."""
    left = tx.scalar(select(func.count()).select_from(Pitch).where(Pitch.merged_into == pitch.id))
    if left or pitch.own_content is None:
        return
    was = pitch.title
    if pitch.own_content["title"] != was:
        notices.leave_of_pitch(tx, pitch.event_id, NoticeKind.RETITLED, pitch.id, by, was_title=was)
    for name in OWN:
        setattr(pitch, name, pitch.own_content[name])
    pitch.own_content = None


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
    notices.leave_of_pitch(tx, event_id, NoticeKind.EDITED, kept_id, by=by)
    kept = tx.get_one(Pitch, kept_id)
    tell(tx, kept, pitch, JoiningState.APART, by)
    _say_own(tx, kept, by)


def leave(tx: Transaction, pitch: Pitch, by: int | None) -> None:
    """Let a pitch stand for itself; where others are part of it, the oldest of those stands for the rest."""
    rest = [tx.get_one(Pitch, it.id) for it in parts(tx, pitch.event_id, pitch.id)]
    stand_alone(tx, pitch, by)
    for other in rest[1:]:
        unite(tx, rest[0], other, by)


def part_for_now(tx: Transaction, pitch: Pitch, by: int | None) -> None:
    """The same as stand_alone(), to be undone by reunite(): what was merged is kept in mind."""
    for part in parts(tx, pitch.event_id, pitch.id):
        tx.merge(Parting(pitch_id=part.id, kept_id=pitch.id))
    if pitch.merged_into is not None:
        tx.merge(Parting(pitch_id=pitch.id, kept_id=pitch.merged_into))
    own, pitch.own_content = pitch.own_content, None  # so that the joint words are there when it is
    stand_alone(tx, pitch, by)
    pitch.own_content = own


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
