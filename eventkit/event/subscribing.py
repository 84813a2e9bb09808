"""Web Push subscriptions: where notifications of phones go, while their owners want them, and what is to be told."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, delete, func, select

from eventkit.clock import now
from eventkit.errors import Closed, Invalid
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import Announcement, Event, Person, PushProgress, PushSubscription, Slot
from eventkit.text import language, lengths
from eventkit.text.language import gettext as _
from eventkit.web_push import Target

MOST = 5  # browsers of one person at one event
LEAD = timedelta(minutes=5)  # before a session starts


@dataclass(frozen=True)
class Due:
    """What phones of an event are to be told: news after a revision, announcements after an id, what starts when."""

    event_id: int
    revision: int
    announcement_id: int
    starts_after: datetime
    starts_until: datetime


def subscribe(tx: Transaction, event: Event, person: Person, target: Target, services: Iterable[str]) -> None:
    """Tell this browser from now on, in the language spoken now.

    It is nobody else's here any more, and a person's oldest goes where there are too many. Raises Invalid, or Closed
    before there is a grid.
    """
    if event.published_version is None:
        raise Closed(_("There is nothing to tell before the grid is published. Ask again then."))
    if not target.is_sound(services) or len(target.endpoint) > lengths.ENDPOINT:
        raise Invalid(endpoint=_("Notifications of this browser go through a service that is not known here."))
    here = select(Person.id).where(Person.event_id == event.id)
    same = col(PushSubscription.endpoint) == target.endpoint
    tx.execute(delete(PushSubscription).where(same, col(PushSubscription.person_id).in_(here)))
    others = select(PushSubscription.id).where(PushSubscription.person_id == person.id)
    for old in tx.scalars(others.order_by(col(PushSubscription.id).desc()).offset(MOST - 1)).all():
        tx.execute(delete(PushSubscription).where(col(PushSubscription.id) == old))
    tx.add(
        PushSubscription(
            person_id=person.id,
            endpoint=target.endpoint,
            p256dh=target.p256dh,
            auth=target.auth,
            language=language.current(),
            asked_on=now().date(),
        )
    )
    first = insert(tx, PushProgress).values(event_id=event.id, **_so_far(tx, event, now()))
    tx.execute(first.on_conflict_do_nothing(index_elements=["event_id"]))


def unsubscribe(tx: Transaction, person_id: int, endpoint: str = "") -> None:
    """Tell this browser of somebody's no more; without an address none of theirs."""
    rows = delete(PushSubscription).where(col(PushSubscription.person_id) == person_id)
    tx.execute(rows.where(col(PushSubscription.endpoint) == endpoint) if endpoint else rows)


def of_person(tx: Transaction, person_id: int | None) -> Sequence[PushSubscription]:
    """The browsers of somebody that are told, the oldest first."""
    query = select(PushSubscription).where(PushSubscription.person_id == person_id)
    return tx.scalars(query.order_by(col(PushSubscription.id))).all()


def is_told(tx: Transaction, person_id: int | None, endpoint: str) -> bool:
    """Whether this browser of somebody's is told."""
    return any(it.endpoint == endpoint for it in of_person(tx, person_id))


def digest(row: PushSubscription) -> str:
    """By which a browser knows that it is one of them: no page says an address."""
    return hashlib.sha256(row.endpoint.encode()).hexdigest()[:16]


def forget(tx: Transaction, ids: Iterable[int]) -> None:
    """Delete those that have ended, as their services say."""
    tx.execute(delete(PushSubscription).where(col(PushSubscription.id).in_(ids)))


def forget_all(tx: Transaction, event_id: int) -> None:
    """Delete all of an event."""
    people = select(Person.id).where(Person.event_id == event_id)
    tx.execute(delete(PushSubscription).where(col(PushSubscription.person_id).in_(people)))
    tx.execute(delete(PushProgress).where(col(PushProgress.event_id) == event_id))


def waiting(tx: Transaction, moment: datetime) -> list[int]:
    """The ids of the events with something to tell at this moment. Three queries."""
    told = tx.execute(select(PushProgress, Event.revision).join(Event, col(Event.id) == PushProgress.event_id)).all()
    if not told:
        return []
    last = select(Announcement.event_id, func.max(Announcement.id)).group_by(col(Announcement.event_id))
    newest = dict(tx.execute(last).all())
    soon = select(Slot.event_id, Slot.starts_at).where(Slot.starts_at > moment, Slot.starts_at <= moment + LEAD)
    starts = [(event_id, at) for event_id, at in tx.execute(soon)]
    return [
        row.event_id
        for row, revision in told
        if revision > row.revision
        or newest.get(row.event_id, 0) > row.announcement_id
        or any(event_id == row.event_id and at > row.starts_until for event_id, at in starts)
    ]


def claim(tx: Transaction, event_id: int, moment: datetime) -> Due | None:
    """Take what is to be told, so that nobody else does: what is not sent after that is lost, and never sent twice."""
    row, event = tx.get(PushProgress, event_id), tx.get(Event, event_id)
    if row is None or event is None:
        return None
    tx.refresh(row, with_for_update=True)
    due = Due(event_id, row.revision, row.announcement_id, max(row.starts_until, moment), moment + LEAD)
    for name, value in _so_far(tx, event, moment).items():
        setattr(row, name, value)
    return due


def _so_far(tx: Transaction, event: Event, moment: datetime) -> dict[str, int | datetime]:
    newest = tx.scalar(select(func.max(Announcement.id)).where(Announcement.event_id == event.id)) or 0
    return {"revision": event.revision, "announcement_id": newest, "starts_until": moment + LEAD}
