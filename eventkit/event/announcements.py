"""Announcements: a sentence to everybody, or to those of a room or a slot, until a time; edited, ended, and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from eventkit.clock import now
from eventkit.errors import Invalid, NotFound
from eventkit.event import editions, notices
from eventkit.event.notices import Fact
from eventkit.event.roles import Organiser
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Announcement, ChangeKind, Event, NoticeKind, Room, Slot
from eventkit.text import lengths
from eventkit.text.language import gettext as _

MOST_KEPT = 200  # of an event
USUAL = timedelta(minutes=30)  # how long one is shown
STEP = timedelta(minutes=5)
CHANGED = "text", "until", "room_id", "slot_id", "ended_at"  # by an edit


@dataclass(frozen=True)
class AnnouncementContent:
    """What is announced, until when, and to whom: with neither room nor slot to everybody."""

    text: str
    until: datetime
    room_id: int | None = None
    slot_id: int | None = None


def announce(tx: Transaction, by: Organiser, content: AnnouncementContent) -> Announcement:
    """Show a sentence on every screen that it concerns; once where its form comes again. Raises Invalid, NotFound."""
    event = by.event
    _check(tx, event, content)
    told = vars(content)
    for row in current(tx, event.id, now()):
        if {name: getattr(row, name) for name in told} == told:
            return row
    if len(every(tx, event.id)) >= MOST_KEPT:
        raise Invalid(
            text=_(
                "There are %(most_kept)s announcements, and no more are kept. Edit one of them.", most_kept=MOST_KEPT
            )
        )
    row = Announcement(event_id=event.id, text="", until=content.until, made_at=now(), made_by=by.person_id)
    _fill(row, content)
    tx.add(row)
    _tell(tx, by)
    return row


def edit(
    tx: Transaction, by: Organiser, announcement_id: int, content: AnnouncementContent, seen: str = ""
) -> Announcement:
    """Say it differently, to others, or for longer. Raises Invalid, NotFound, Stale."""
    tx.refresh(by.event, with_for_update=True)
    row = _find(tx, by.event.id, announcement_id)
    _check(tx, by.event, content)
    editions.refuse_changed_row(seen, row, **vars(content), ended_at=None)
    _fill(row, content)
    row.edited_at, row.ended_at = now(), None
    _tell(tx, by)
    return row


def end(tx: Transaction, by: Organiser, announcement_id: int, seen: str = "") -> Announcement:
    """Take it off every screen; it is kept for the organiser. Raises NotFound; Stale where it says something else."""
    tx.refresh(by.event, with_for_update=True)
    row = _find(tx, by.event.id, announcement_id)
    if row.ended_at is None:
        told = _("Another organiser changed this announcement. Read it again, then decide.")
        editions.refuse_changed(seen, {name: getattr(row, name) for name in CHANGED}, {}, told)
        row.ended_at = now()
        _tell(tx, by)
    return row


def usual_end(event: Event, moment: datetime) -> datetime:
    """Until when an announcement made now is usually shown: about half an hour, past midnight where it is late."""
    local = moment.astimezone(ZoneInfo(event.timezone))
    whole = local.replace(minute=local.minute - local.minute % 5, second=0, microsecond=0)
    return whole + USUAL + (STEP if whole < local else timedelta())


def current(tx: Transaction, event_id: int, moment: datetime) -> Sequence[Announcement]:
    """What is announced at a moment, newest first."""
    query = select(Announcement).where(Announcement.event_id == event_id, col(Announcement.ended_at).is_(None))
    return tx.scalars(query.where(Announcement.until > moment).order_by(col(Announcement.id).desc())).all()


def every(tx: Transaction, event_id: int) -> Sequence[Announcement]:
    """All that was ever announced, newest first."""
    return tx.scalars(
        select(Announcement).where(Announcement.event_id == event_id).order_by(col(Announcement.id).desc())
    ).all()


def _find(tx: Transaction, event_id: int, announcement_id: int) -> Announcement:
    row = tx.scalar(select(Announcement).where(Announcement.id == announcement_id, Announcement.event_id == event_id))
    if row is None:
        raise NotFound(_("There is no such announcement. Look at the list again."))
    return row


def _check(tx: Transaction, event: Event, content: AnnouncementContent) -> None:
    if content.until <= now():
        raise Invalid(until=_("That time is past. Give one that is still to come today."))
    if len(content.text) > lengths.ANNOUNCEMENT:
        raise Invalid(
            text=_(
                "Keep it to %(announcement)s letters, so that a wall can show it.", announcement=lengths.ANNOUNCEMENT
            )
        )
    for kind, wanted, name in ((Room, content.room_id, "room"), (Slot, content.slot_id, "slot")):
        if wanted is not None and getattr(tx.get(kind, wanted), "event_id", None) != event.id:
            raise Invalid(**{name: _("That is not there any more. Choose one of those offered.")})


def _fill(row: Announcement, content: AnnouncementContent) -> None:
    row.text, row.until, row.room_id, row.slot_id = content.text, content.until, content.room_id, content.slot_id


def _tell(tx: Transaction, by: Organiser) -> None:
    """Screens hear of it at once, before a grid is published too."""
    tx.flush()
    notices.leave(tx, by.event, [Fact(kind=NoticeKind.ANNOUNCED)], by.person_id)
    if by.event.published_version is None:
        change_log.record(tx, by.event.id, ChangeKind.NOTICE)
