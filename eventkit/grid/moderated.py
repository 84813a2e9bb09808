"""What there is to moderate: all that people wrote, what waits to be shown or is reported, which phones are stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, false, func, literal, null, or_, select, union_all

from eventkit.event.roles import Facilitator
from eventkit.market import reports
from eventkit.storage.db import Transaction
from eventkit.storage.tables import (
    Host,
    ModerationKind,
    Note,
    PairReport,
    PairSeeker,
    Person,
    Pitch,
    Reflection,
    Report,
    Summary,
)

ON_A_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Item:
    """What somebody wrote, as the lists show it; `person` is whose phone wrote it, None where no phone did."""

    kind: ModerationKind
    id: int
    pitch_id: int | None  # None of a reflection, and of what is shared with those with whom one is paired
    text: str
    by: str
    at: datetime
    hidden: bool
    waits: bool
    person: int | None
    stopped: bool  # that person's phone
    changed_late_at: datetime | None  # by its host, after pitching was closed


@dataclass(frozen=True)
class Reported:
    """What is reported: the thing, by how many, and some of what they wrote."""

    item: Item
    times: int
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Counted:
    """How much waits for somebody who moderates."""

    waiting: int
    reported: int


def newest(tx: Transaction, by: Facilitator, page: int = 0) -> tuple[list[Item], bool]:
    """A page of all that people wrote, hidden ones included, what came last first; and whether there are older ones.

    What a host changed after pitching was closed comes when it was changed.
    """
    both = _all(by.event.id)
    last = func.coalesce(both.c.changed_late_at, both.c.at)
    query = select(both).order_by(last.desc(), both.c.kind, both.c.id.desc())
    rows = tx.execute(query.offset(page * ON_A_PAGE).limit(ON_A_PAGE + 1)).all()
    return _items(tx, rows[:ON_A_PAGE]), len(rows) > ON_A_PAGE


def waiting(tx: Transaction, by: Facilitator) -> list[Item]:
    """What waits to be shown, the oldest first; a page of it."""
    both = _all(by.event.id)
    query = select(both).where(both.c.waits).order_by(both.c.at, both.c.kind, both.c.id).limit(ON_A_PAGE)
    return _items(tx, tx.execute(query).all())


def reported(tx: Transaction, by: Facilitator) -> list[Reported]:
    """What is reported and not judged yet, what was reported last first."""
    things: dict[tuple[ModerationKind, int], list[Report | PairReport]] = {}
    for report in reports.unsettled(tx, by):
        about = (ModerationKind.NOTE, report.note_id) if report.note_id else (ModerationKind.PITCH, report.pitch_id)
        things.setdefault(about, []).append(report)
    for one in reports.unsettled_pairs(tx, by):
        things.setdefault((ModerationKind.PAIR, one.about_id), []).append(one)
    both = _all(by.event.id)
    ids = {kind: [number for known, number in things if known is kind] for kind in ModerationKind}
    mine = or_(*((both.c.kind == kind.value) & both.c.id.in_(numbers) for kind, numbers in ids.items()))
    items = {(it.kind, it.id): it for it in _items(tx, tx.execute(select(both).where(mine)).all())}
    return [
        Reported(items[about], len(them), tuple(it.text for it in them if it.text)[: reports.MOST_TEXTS])
        for about, them in things.items()
        if about in items
    ]


def stopped(tx: Transaction, by: Facilitator) -> Sequence[Person]:
    """The people whose phones can only read, those stopped last first."""
    query = select(Person).where(Person.event_id == by.event.id, col(Person.stopped_at).is_not(None))
    return tx.scalars(query.order_by(col(Person.stopped_at).desc()).limit(200)).all()


def nameless(tx: Transaction, by: Facilitator) -> Sequence[Person]:
    """The people whose names are hidden."""
    query = select(Person).where(Person.event_id == by.event.id, col(Person.hidden_names).is_not(None))
    return tx.scalars(query.order_by(col(Person.id).desc()).limit(200)).all()


def counted(tx: Transaction, by: Facilitator) -> Counted:
    """How much waits and is reported. Five queries."""
    waiting = sum(
        tx.scalar(select(func.count()).select_from(table).where(table.event_id == by.event.id, col(table.waits))) or 0
        for table in (Pitch, Note, Reflection)
    )
    return Counted(waiting, reports.number(tx, by))


def _all(event_id: int) -> Any:
    """All that people wrote at an event in the columns of an Item."""
    first = select(func.min(Host.person_id)).where(Host.pitch_id == Pitch.id).scalar_subquery()
    maker = select(Host.person_id).where(Host.pitch_id == Pitch.id, Host.person_id == Pitch.created_by)
    pitch_columns: tuple[Any, ...] = (
        *(
            literal(ModerationKind.PITCH.value).label("kind"),
            col(Pitch.id).label("id"),
            col(Pitch.id).label("pitch_id"),
        ),
        *(col(Pitch.title).label("text"), col(Pitch.host_name).label("by"), col(Pitch.created_at).label("at")),
        *(col(Pitch.hidden_at).label("hidden_at"), col(Pitch.waits).label("waits")),
        func.coalesce(maker.scalar_subquery(), first).label("person"),
        col(Pitch.changed_late_at).label("changed_late_at"),
    )
    note_columns: tuple[Any, ...] = (
        *(literal(ModerationKind.NOTE.value), Note.id, Note.pitch_id),
        *(func.coalesce(func.nullif(Note.text, ""), Note.url), Note.author_name, Note.made_at, Note.hidden_at),
        *(Note.waits, Note.person_id, null()),
    )
    summary_columns: tuple[Any, ...] = (
        *(literal(ModerationKind.SUMMARY.value), Summary.id, Summary.pitch_id),
        *(func.coalesce(func.nullif(Summary.text, ""), "(empty)"), Summary.author_name, Summary.made_at),
        *(Summary.hidden_at, false(), Summary.person_id, null()),
    )
    both: Any = union_all(
        select(*pitch_columns).where(Pitch.event_id == event_id),
        select(*note_columns).where(Note.event_id == event_id),
        select(*summary_columns).where(Summary.event_id == event_id),
        select(*_reflection_columns()).where(Reflection.event_id == event_id),
        _shared(event_id),
    ).subquery()
    stopped = select(Person.stopped_at).where(Person.id == both.c.person).scalar_subquery()
    return select(both, stopped.label("stopped_at")).subquery()


def _reflection_columns() -> tuple[Any, ...]:
    answers = (func.nullif(it, "") for it in (Reflection.differently, Reflection.next_steps, Reflection.best))
    return (
        *(literal(ModerationKind.REFLECTION.value), Reflection.id, null()),
        *(func.coalesce(*answers), Reflection.author_name, Reflection.made_at),
        *(Reflection.hidden_at, Reflection.waits, Reflection.person_id, null()),
    )


def _shared(event_id: int) -> Any:
    """What people share with whom they are paired, as far as one of those reported it, or it is hidden."""
    reported = PairReport.about_id == Person.id, col(PairReport.settled_at).is_(None)
    first = select(func.min(PairReport.at)).where(*reported).correlate(Person).scalar_subquery()
    columns: tuple[Any, ...] = (
        *(literal(ModerationKind.PAIR.value), Person.id, null(), func.coalesce(PairSeeker.contact, "")),
        *(func.coalesce(PairSeeker.name, ""), func.coalesce(PairSeeker.joined_at, first), PairSeeker.hidden_at),
        *(false(), Person.id, null()),
    )
    query = select(*columns).select_from(Person).outerjoin(PairSeeker, col(PairSeeker.person_id) == Person.id)
    return query.where(Person.event_id == event_id, or_(col(PairSeeker.hidden_at).is_not(None), first.is_not(None)))


def _items(tx: Transaction, rows: Sequence[Any]) -> list[Item]:
    pair = ModerationKind.PAIR.value
    shared = [it.id for it in rows if it.kind == pair]
    query = select(PairSeeker.person_id, PairSeeker.interests).where(col(PairSeeker.person_id).in_(shared))
    interests = {number: ", ".join(them) for number, them in tx.execute(query)} if shared else {}
    return [_item(it, interests.get(it.id, "") if it.kind == pair else "") for it in rows]


def _item(row: Any, more: str = "") -> Item:
    return Item(
        kind=ModerationKind(row.kind),
        id=row.id,
        pitch_id=row.pitch_id,
        text=f"{row.text}; {more}" if more else row.text,
        by=row.by,
        at=row.at,
        hidden=row.hidden_at is not None,
        waits=bool(row.waits),
        person=row.person,
        stopped=row.stopped_at is not None,
        changed_late_at=row.changed_late_at,
    )
