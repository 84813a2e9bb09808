"""Erasure by date: some days after an event, names, codes and the links of phones go; notes and counts stay."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import String, cast
from sqlmodel import col, delete, or_, select, update

from eventkit.clock import now
from eventkit.errors import Invalid
from eventkit.event import about, attempts, editions, ended, events, subscribing
from eventkit.event.roles import Organiser
from eventkit.market import showing, unmentoring
from eventkit.privacy import traces
from eventkit.storage import change_log
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import (
    ActionHelper,
    Build,
    BuildState,
    ChangeKind,
    Event,
    Going,
    IdempotencyKey,
    ImportedPitch,
    Note,
    NoteTaker,
    PairMember,
    PairSeeker,
    Person,
    Pitch,
    PushProgress,
    Reflection,
    Report,
    Summary,
    Upload,
)
from eventkit.text import language
from eventkit.text.language import gettext as _

log = structlog.get_logger()

USUAL = timedelta(days=30)  # after the event's last day, or the day on which it was made
LATEST = timedelta(days=366)
ERASED = "erased:"  # what the token of a person begins with whose phone is not known any more


def date_of(tx: Transaction, event: Event) -> date:
    """The day on which the event's names are erased; of one that was made after its day (imported, tried out) later."""
    made = event.created_at.astimezone(ZoneInfo(event.timezone)).date()
    return event.erase_on or max(events.last_day(tx, event), made) + USUAL


def set_date(tx: Transaction, by: Organiser, day: date, seen: str = "") -> None:
    """Choose the day. Raises Stale; Invalid for one before the event ends, or more than a year after it."""
    tx.refresh(by.event, with_for_update=True)
    last = events.last_day(tx, by.event)
    if not last < day <= last + LATEST:
        span = {"first": language.day(last + timedelta(days=1)), "last": language.day(last + LATEST)}
        raise Invalid(erase_on=_("Choose a day from %(first)s to %(last)s.", **span))
    editions.refuse_changed_row(seen, by.event, erase_on=day)
    by.event.erase_on = day
    change_log.record(tx, by.event.id, ChangeKind.EVENT)


def due(tx: Transaction, moment: datetime) -> Sequence[Event]:
    """The events whose day has come: at once, and again where somebody left something since."""
    found = []
    for event in tx.scalars(select(Event).order_by(col(Event.id))):
        today = moment.astimezone(ZoneInfo(event.timezone)).date()
        if date_of(tx, event) <= today and (event.erased_at is None or _is_left(tx, event)):
            found.append(event)
    return found


def erase(tx: Transaction, event: Event) -> None:
    """Erase all names that people gave, every code, and what ties a phone to a person; votes and notes stay.

    Builds that run are stopped: they know their hosts' names. The organiser's link stays, the facilitators' ends.
    """
    mine = col(Person.event_id) == event.id
    building = col(Build.state).in_((BuildState.QUEUED, BuildState.RUNNING))
    tx.execute(update(Build).where(col(Build.event_id) == event.id, building).values(stop_requested=True))
    tx.execute(delete(IdempotencyKey).where(col(IdempotencyKey.person_id).in_(select(Person.id).where(mine))))
    tx.execute(delete(Going).where(col(Going.person_id).in_(select(Person.id).where(mine))))
    tx.execute(update(Report).where(col(Report.event_id) == event.id).values(text=""))
    for kept in (Upload, ImportedPitch):
        tx.execute(delete(kept).where(col(kept.event_id) == event.id))
    about.forget_contacts(tx, event.id)
    attempts.forget_all(tx, event.id)
    showing.forget_all(tx, event.id)
    subscribing.forget_all(tx, event.id)
    unmentoring.forget_all(tx, event.id)
    _forget_names(tx, event.id)
    tx.execute(update(Reflection).where(col(Reflection.event_id) == event.id).values(person_id=None))
    known = select(Person.token).where(mine, ~col(Person.token).startswith(ERASED))
    ended.end_tokens(tx, tx.scalars(known).all())
    tx.execute(update(Person).where(mine).values(hidden_names=None, token=ERASED + cast(Person.id, String)))
    event.codes_salt, event.facilitator_hash, event.erased_at = secrets.token_urlsafe(16), None, now()
    for kind in (ChangeKind.EVENT, ChangeKind.PITCH, ChangeKind.NOTE):
        change_log.record(tx, event.id, kind)


def switch_names(tx: Transaction, by: Organiser, off: bool) -> None:
    """Ask nobody for a name from now on, and delete those that were given, for good; or ask again."""
    tx.refresh(by.event, with_for_update=True)
    by.event.names_off = off
    if off:
        _forget_names(tx, by.event.id)
        unmentoring.forget_all(tx, by.event.id)
    for kind in (ChangeKind.EVENT, ChangeKind.PITCH, ChangeKind.NOTE):
        change_log.record(tx, by.event.id, kind)


def _forget_names(tx: Transaction, event_id: int) -> None:
    mine = col(Person.event_id) == event_id
    tx.execute(update(Person).where(mine).values(name=""))
    tx.execute(update(Person).where(mine, col(Person.hidden_names).is_not(None)).values(hidden_names={}))
    tx.execute(update(Pitch).where(col(Pitch.event_id) == event_id).values(host_name=""))
    tx.execute(update(ImportedPitch).where(col(ImportedPitch.event_id) == event_id).values(host=""))
    tx.execute(update(Note).where(col(Note.event_id) == event_id).values(author_name="", owner=""))
    tx.execute(update(Summary).where(col(Summary.event_id) == event_id).values(author_name=""))
    tx.execute(update(Reflection).where(col(Reflection.event_id) == event_id).values(author_name=""))
    people = select(Person.id).where(Person.event_id == event_id)
    for joined in (ActionHelper, NoteTaker):  # nothing but names
        tx.execute(delete(joined).where(col(joined.person_id).in_(people)))
    traces.forget_names(tx, event_id)


def erase_due(database: Database, moment: datetime) -> list[str]:
    """Erase every event whose day has come; compact() then leaves no copy. Returns their codes."""
    with database.reading() as tx:
        codes = [event.code for event in due(tx, moment)]
    for code in codes:
        erase_now(database, code)
    return codes


def erase_now(database: Database, code: str) -> None:
    """Erase one event, whatever its day."""
    database.write(lambda tx: erase(tx, tx.scalars(select(Event).where(Event.code == code)).one()))
    log.info("names of an event erased", join_code=code)


def compact(database: Database) -> bool:
    """Leave nothing of what was deleted in the database's file and journal; whether that could be done now."""
    done = database.compact()
    if not done:
        log.warning("could not compact the database: pages are being read all the time")
    return done


def delete_event(tx: Transaction, by: Organiser, typed: str) -> None:
    """Delete an event and all that belongs to it, for good, once its code was typed. Raises Invalid."""
    if typed.strip().casefold() != by.event.code:
        raise Invalid(code=_("Type the event’s code, %(code)s, to delete it.", code=by.event.code))
    ended.end_codes(tx, [by.event.code, *events.former_codes(tx, by.event.id)])
    tx.delete(by.event)
    tx.flush()


def _is_left(tx: Transaction, event: Event) -> bool:
    """Whether somebody came, or left a name, since the event was erased."""
    mine, hidden = Person.event_id == event.id, col(Person.hidden_names).is_not(None)
    queries = (
        select(Person.id).where(mine, or_(Person.name != "", hidden, ~col(Person.token).startswith(ERASED))),
        select(Pitch.id).where(Pitch.event_id == event.id, Pitch.host_name != ""),
        select(Note.id).where(Note.event_id == event.id, or_(Note.author_name != "", Note.owner != "")),
        select(Report.id).where(Report.event_id == event.id, Report.text != ""),
        select(Summary.id).where(Summary.event_id == event.id, Summary.author_name != ""),
        select(Reflection.id).where(Reflection.event_id == event.id, Reflection.author_name != ""),
        select(ImportedPitch.id).where(ImportedPitch.event_id == event.id),
        select(PushProgress.event_id).where(PushProgress.event_id == event.id),
        select(PairSeeker.person_id).where(PairSeeker.event_id == event.id),
        select(PairMember.person_id).where(PairMember.event_id == event.id),
        about.with_contacts(event.id),
    )
    return any(tx.scalar(query.limit(1)) is not None for query in queries)
