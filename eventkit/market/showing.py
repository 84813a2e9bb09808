"""Showing: somebody lets a friend see their choices for some minutes, by a secret in a QR code; nobody else can."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, delete, select

from eventkit.clock import now
from eventkit.errors import Closed
from eventkit.event.credentials import Credentials
from eventkit.market import ballots
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import Event, Person, Showing
from eventkit.text import codes
from eventkit.text.language import gettext as _

MINUTES = 15  # after which it ends by itself


@dataclass(frozen=True)
class Shown:
    """What a friend sees: pitch id to interest, 1 or 2, and until when."""

    person_id: int
    choices: dict[int, int]
    ends_at: datetime


def begin(tx: Transaction, event: Event, person: Person, credentials: Credentials) -> None:
    """Show one's choices from now on; what was shown before ends. Raises Closed where ballots are nobody's any more."""
    if event.sealed_at is not None:
        raise Closed(_("The ballots are sealed: nobody’s choices are here to be shown. Your own are on your phone."))
    ends_at = now().replace(microsecond=0) + timedelta(minutes=MINUTES)
    kept = {"digest": codes.digest(credentials.showing_key(event, person, ends_at)), "ends_at": ends_at}
    row = insert(tx, Showing).values(person_id=person.id, **kept)
    tx.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=kept))


def end(tx: Transaction, person_id: int) -> None:
    """Show them no more, to whoever has scanned the code already either."""
    tx.execute(delete(Showing).where(col(Showing.person_id) == person_id))


def own(tx: Transaction, event: Event, person_id: int | None) -> Showing | None:
    """What somebody shows now."""
    if person_id is None or event.sealed_at is not None:
        return None
    return tx.scalar(select(Showing).where(Showing.person_id == person_id, Showing.ends_at > now()))


def seen(tx: Transaction, event: Event, key: str) -> Shown | None:
    """What this secret shows; None where it ended, or never was one of this event."""
    if not key or event.sealed_at is not None:
        return None
    query = select(Showing).join(Person, col(Person.id) == Showing.person_id)
    query = query.where(Person.event_id == event.id, Showing.digest == codes.digest(key), Showing.ends_at > now())
    row = tx.scalar(query)
    return Shown(row.person_id, ballots.own(tx, event.id, row.person_id), row.ends_at) if row else None


def forget_over(tx: Transaction) -> None:
    """Delete those that have ended."""
    tx.execute(delete(Showing).where(col(Showing.ends_at) <= now()))


def forget_all(tx: Transaction, event_id: int) -> None:
    """End all of an event."""
    people = select(Person.id).where(Person.event_id == event_id)
    tx.execute(delete(Showing).where(col(Showing.person_id).in_(people)))
