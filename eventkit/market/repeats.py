"""Repeats: a session held again for those who cannot be at the first; it says what that says, by the same hosts."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from sqlmodel import col, func, select

from eventkit.clock import now
from eventkit.errors import Closed, Invalid
from eventkit.event import limits, notices
from eventkit.storage import change_log
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import ChangeKind, Event, Host, NoticeKind, Pitch
from eventkit.text import lengths
from eventkit.text.language import gettext as _

SHOWN = "description", "host_name", "topic", "format"  # in calendars and files
SAME = *SHOWN, "length", "there_from", "there_until"  # as the first


class Repeatable(Protocol):
    """What may be a repeat, or be part of another: a pitch's row, or these columns of it."""

    @property
    def id(self) -> int: ...
    @property
    def repeat_of(self) -> int | None: ...


def title_of(title: str) -> str:
    """The title of a repeat: the first one's, and that it is one."""
    suffix = _(" (repeat)")
    return title[: lengths.PITCH_TITLE - len(suffix)] + suffix


def of(tx: Transaction, pitch_id: int) -> Pitch | None:
    """The repeat of a session, withdrawn and hidden ones too; None where there never was one."""
    return tx.scalar(select(Pitch).where(Pitch.repeat_of == pitch_id).limit(1))


def firsts(standing: Iterable[Repeatable], roots: Mapping[int, int]) -> dict[int, int]:
    """Repeat's id -> the id of the first, of those that stand; `roots` says what a merged one is part of."""
    rows = list(standing)
    known = {row.id for row in rows}
    found = {row.id: roots.get(row.repeat_of, row.repeat_of) for row in rows if row.repeat_of is not None}
    return {it: first for it, first in found.items() if first in known}


def add(tx: Transaction, event: Event, first: Pitch, by: int | None, helps: bool) -> Pitch:
    """Hold a session a second time. Once withdrawn it is brought back. Raises Closed, Invalid, TooMany."""
    if not event.pitching_open and not helps:
        raise Closed(_("Pitching is closed, so this was not repeated. Ask a facilitator if it should still be."))
    if first.repeat_of is not None or first.merged_into is not None or first.withdrawn_at or first.hidden_at:
        raise Invalid(_("Only a session that stands for itself can be repeated. Choose another."))
    again = of(tx, first.id)
    if again is not None and again.withdrawn_at is None:
        raise Invalid(_("This session has a repeat already. Choose another."))
    if again is None:
        again = _row(tx, event, first)
    again.withdrawn_at = None
    tx.flush()
    share_hosts(tx, first.id)
    change_log.record(tx, event.id, ChangeKind.PITCH, pitch=again.id)
    notices.leave_of_pitch(tx, event.id, NoticeKind.LATE_PITCH, again.id, by=by)
    return again


def _row(tx: Transaction, event: Event, first: Pitch) -> Pitch:
    standing = select(func.count()).where(Pitch.event_id == event.id, col(Pitch.withdrawn_at).is_(None))
    limits.refuse_above(limits.ALL_PITCHES, event, tx.scalar(standing) or 0)
    again = Pitch(
        event_id=event.id,
        title=title_of(first.title),
        repeat_of=first.id,
        needs=list(first.needs),
        created_by=first.created_by,
        created_at=now(),
        edited_at=now(),
        **{name: getattr(first, name) for name in SAME},
    )
    tx.add(again)
    return again


def as_the_first(tx: Transaction, first: Pitch, by: int | None) -> None:
    """Let a session's repeat, where it has one, say what the session says now; `by` changed it."""
    if first.repeat_of is not None or (again := of(tx, first.id)) is None:
        return
    title = title_of(first.title)
    if title != again.title:
        notices.leave_of_pitch(tx, again.event_id, NoticeKind.RETITLED, again.id, by, was_title=again.title)
    if first.length != again.length:
        notices.leave_of_pitch(tx, again.event_id, NoticeKind.MOVED, again.id, by)
    elif any(getattr(first, name) != getattr(again, name) for name in SHOWN):
        notices.leave_of_pitch(tx, again.event_id, NoticeKind.EDITED, again.id, by)
    again.title, again.needs = title, list(first.needs)
    for name in SAME:
        setattr(again, name, getattr(first, name))
    change_log.record(tx, again.event_id, ChangeKind.PITCH, pitch=again.id)


def share_hosts(tx: Transaction, first_id: int) -> None:
    """Let everybody who hosts a session host its repeat, too."""
    if (again := of(tx, first_id)) is None:
        return
    for person_id in tx.scalars(select(Host.person_id).where(Host.pitch_id == first_id)).all():
        tx.execute(insert(tx, Host).values(pitch_id=again.id, person_id=person_id).on_conflict_do_nothing())
