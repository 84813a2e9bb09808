"""The archive: some days after an event it is only read; its organisers close it before, or open it again."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlmodel import col, select

from eventkit.clock import now
from eventkit.errors import Closed, Invalid
from eventkit.event import editions, events
from eventkit.event.roles import Organiser
from eventkit.storage import change_log
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import ChangeKind, Event
from eventkit.text import language
from eventkit.text.language import gettext as _

log = structlog.get_logger()

USUAL = timedelta(days=14)  # after the event's last day, or the day on which it was made
LATEST = timedelta(days=366)


def date_of(tx: Transaction, event: Event) -> date:
    """The first day on which the event is only read; of one that was made after its day (imported, tried out) later."""
    made = event.created_at.astimezone(ZoneInfo(event.timezone)).date()
    return event.archive_on or max(events.last_day(tx, event), made) + USUAL


def offered(tx: Transaction, event: Event) -> date:
    """What the form for the day begins with: the day, or where the event is in the archive, two weeks from now."""
    if event.archived_at is None:
        return date_of(tx, event)
    return now().astimezone(ZoneInfo(event.timezone)).date() + USUAL


def set_date(tx: Transaction, by: Organiser, day: date, seen: str = "") -> None:
    """Choose the day; an event in the archive is open again until then. Raises Stale; Invalid unless it is to come.

    Its phases stay closed: the organiser opens those that are still wanted.
    """
    tx.refresh(by.event, with_for_update=True)
    last, today = events.last_day(tx, by.event), now().astimezone(ZoneInfo(by.event.timezone)).date()
    first, latest = max(last, today) + timedelta(days=1), max(last, today) + LATEST
    if not first <= day <= latest:
        span = {"first": language.day(first), "last": language.day(latest)}
        raise Invalid(archive_on=_("Choose a day from %(first)s to %(last)s.", **span))
    editions.refuse_changed_row(seen, by.event, archive_on=day, archived_at=None)
    by.event.archive_on, by.event.archived_at = day, None
    change_log.record(tx, by.event.id, ChangeKind.EVENT)


def close_now(tx: Transaction, by: Organiser) -> None:
    """Put the event into the archive today."""
    tx.refresh(by.event, with_for_update=True)
    _close(tx, by.event)


def refuse_archived(event: Event) -> None:
    """Raise Closed where the event is in the archive."""
    if event.archived_at is not None:
        raise Closed(_("This event is in the archive: everything can be read, and nothing that is sent is kept."))


def _open() -> Any:
    still = col(Event.archived_at).is_(None), ~col(Event.rehearsal)  # the rehearsal is there to be played with
    return select(Event).where(*still).order_by(col(Event.id))


def refuse_opening(event: Event) -> None:
    """Raise Closed where a phase would be opened while the event is in the archive."""
    if event.archived_at is not None:
        raise Closed(_("This event is in the archive. Open it again first, on the page People’s data."))


def due(tx: Transaction, moment: datetime) -> Sequence[Event]:
    """The events that are still open though their day has come."""
    found = []
    for event in tx.scalars(_open()):
        if date_of(tx, event) <= moment.astimezone(ZoneInfo(event.timezone)).date():
            found.append(event)
    return found


def close_due(database: Database, moment: datetime) -> list[str]:
    """Put every event into the archive whose day has come. Returns their codes."""
    closed = events.act_on_due(database, lambda tx: due(tx, moment), _close)
    for code in closed:
        log.info("event closed to the archive", join_code=code)
    return closed


def _close(tx: Transaction, event: Event) -> None:
    """Close its phases too, so that every page says that they are closed, and counts are there to be read."""
    event.pitching_open = event.voting_open = event.notes_open = False
    event.archived_at = now()
    change_log.record(tx, event.id, ChangeKind.EVENT)
