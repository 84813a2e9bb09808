"""The end of voting and pitching: both end by themselves with an event's last day, whoever forgot to close them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlmodel import col, or_, select

from eventkit.clock import now
from eventkit.errors import Closed
from eventkit.event import events
from eventkit.storage import change_log
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import ChangeKind, Event
from eventkit.text.language import gettext as _

log = structlog.get_logger()


def moment(day: date, last_slot_ends: datetime | None, created_at: datetime, timezone: str) -> datetime:
    """Midnight after the event's last day, by its own clock; one that was made later takes votes that day."""
    zone = ZoneInfo(timezone)
    days = [day, created_at.astimezone(zone).date()]
    if last_slot_ends is not None:
        days.append(last_slot_ends.astimezone(zone).date())
    return datetime.combine(max(days) + timedelta(days=1), time(), zone)


def of_event(tx: Transaction, event: Event) -> datetime:
    """When voting ends at this event."""
    return moment(events.last_day(tx, event), None, event.created_at, event.timezone)


def is_over(tx: Transaction, event: Event) -> bool:
    """Whether it has ended by itself; never in the rehearsal, which is there to be played with."""
    return not event.rehearsal and now() >= of_event(tx, event)


def refuse_late(tx: Transaction, event: Event) -> None:
    """Raise Closed where either would be opened after its end."""
    if is_over(tx, event):
        raise Closed(
            _("The event’s last day is over, and pitching and voting ended with it. To go on, give it a later day.")
        )


def due(tx: Transaction, at: datetime) -> Sequence[Event]:
    """The events at which voting or pitching is open though it has ended."""
    is_open = or_(col(Event.voting_open), col(Event.pitching_open))
    still = select(Event).where(is_open, ~col(Event.rehearsal), Event.day <= at.date())
    return [event for event in tx.scalars(still.order_by(col(Event.id))) if of_event(tx, event) <= at]


def close_due(database: Database, at: datetime) -> list[str]:
    """Close both at every event whose last day is over, so that pages say so and show the counts. Returns codes."""
    codes = events.act_on_due(database, lambda tx: due(tx, at), _close)
    for code in codes:
        log.info("voting and pitching ended with the event's last day", join_code=code)
    return codes


def _close(tx: Transaction, event: Event) -> None:
    event.voting_open = event.pitching_open = False
    change_log.record(tx, event.id, ChangeKind.EVENT)
