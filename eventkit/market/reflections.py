"""Reflections: what people will do differently, what should happen next, what was best; one for each person."""

from dataclasses import dataclass

from sqlmodel import col, select

from eventkit.clock import now
from eventkit.errors import Invalid, NotFound
from eventkit.event import editions, people
from eventkit.event.roles import Organiser
from eventkit.market import hiding
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, Person, Reflection
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

QUESTIONS = {  # by the column of the answer; organisers may ask something else than the last
    "differently": marked("What will you do differently?"),
    "next_steps": marked("What should happen next?"),
    "best": marked("What was best today?"),
}
OWN = "best"


def questions(event: Event) -> dict[str, str]:
    """The three questions as people read them, by the column of the answer."""
    asked = {column: _(question) for column, question in QUESTIONS.items()}
    return {**asked, OWN: event.last_question} if event.last_question else asked


def ask(tx: Transaction, by: Organiser, question: str, seen: str = "") -> None:
    """Word the last question; empty: the usual one. Answers that are there stay. Raises Stale."""
    tx.refresh(by.event, with_for_update=True)
    editions.refuse_changed_row(seen, by.event, last_question=question)
    by.event.last_question = question
    change_log.record(tx, by.event.id, ChangeKind.EVENT)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """A reflection as somebody typed it; without a name it is anonymous."""

    differently: str = ""
    next_steps: str = ""
    best: str = ""
    author_name: str = ""


def public(event: Event) -> bool:
    """Whether everybody may read what people said: once the results or the book are published."""
    return event.results_public or event.book_public


def keep(tx: Transaction, event: Event, person: Person, typed: Answers, helps: bool = False) -> Reflection:
    """Keep somebody's reflection in place of what they said before; where a look comes first, hidden until then.

    `helps`: as a facilitator. Raises Invalid where nothing is answered.
    """
    if not any(getattr(typed, name) for name in QUESTIONS):
        raise Invalid(differently=_("Answer at least one of the three questions."))
    there = of_person(tx, event.id, person.id)
    row = there or Reflection(event_id=event.id, person_id=person.id, made_at=now())
    for name in QUESTIONS:
        setattr(row, name, getattr(typed, name))
    row.author_name = "" if person.hidden_names is not None else people.name_kept(tx, event.id, typed.author_name)
    row.edited_at = now() if there else None
    if hiding.waits(event, helps) and row.hidden_at is None:
        row.hidden_at, row.waits = now(), True
    tx.add(row)
    tx.flush()
    _tell(tx, event.id)
    return row


def set_hidden(tx: Transaction, event_id: int, number: int, hidden: bool) -> None:
    """Hide a reflection, or show it. Raises NotFound."""
    row = tx.scalar(select(Reflection).where(Reflection.id == number, Reflection.event_id == event_id))
    if row is None:
        raise NotFound(_("There is no such reflection at this event."))
    if (row.hidden_at is not None) != hidden or row.waits:
        row.hidden_at, row.waits = now() if hidden else None, False
        _tell(tx, event_id)


def _tell(tx: Transaction, event_id: int) -> None:
    change_log.record(tx, event_id, ChangeKind.NOTE)
    change_log.record(tx, event_id, ChangeKind.MODERATION)


def of_person(tx: Transaction, event_id: int, person_id: int | None) -> Reflection | None:
    """What this person said, hidden or not."""
    if person_id is None:
        return None
    return tx.scalar(select(Reflection).where(Reflection.event_id == event_id, Reflection.person_id == person_id))


def of_event(tx: Transaction, event_id: int, hidden: bool = False) -> list[Reflection]:
    """All that are not hidden, oldest first; or with the hidden ones."""
    query = select(Reflection).where(Reflection.event_id == event_id)
    if not hidden:
        query = query.where(col(Reflection.hidden_at).is_(None))
    return list(tx.scalars(query.order_by(col(Reflection.id))))
