"""Reports: somebody says that a text should not be there; who moderates judges, and that settles them.

The text is a pitch, a note, or what a person shares with whom they are paired.
"""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, func, select, update

from eventkit.clock import now
from eventkit.event.roles import Facilitator
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Note, PairReport, Person, Pitch, Report

MOST_TEXTS = 5  # of one thing's reports that are shown


def add(tx: Transaction, person: Person, pitch: Pitch, note: Note | None, text: str) -> bool:
    """Report a pitch, or an entry in its notes; whether it is new: a person reports a thing once."""
    about = Report.pitch_id == pitch.id, _of_note(note.id if note else None)
    if tx.scalar(select(Report.id).where(*about, Report.person_id == person.id)) is not None:
        return False
    note_id = note.id if note else None
    tx.add(
        Report(event_id=pitch.event_id, pitch_id=pitch.id, note_id=note_id, person_id=person.id, text=text, at=now())
    )
    change_log.record(tx, pitch.event_id, ChangeKind.MODERATION)
    return True


def add_of_pair(tx: Transaction, person: Person, about_id: int, text: str) -> bool:
    """Report what the person `about_id` shares with this one; whether it is new and was not judged meanwhile."""
    mine = PairReport.about_id == about_id, PairReport.person_id == person.id
    if tx.scalar(select(PairReport.id).where(*mine, col(PairReport.settled_at).is_(None))) is not None:
        return False
    tx.add(PairReport(event_id=person.event_id, about_id=about_id, person_id=person.id, text=text, at=now()))
    change_log.record(tx, person.event_id, ChangeKind.MODERATION)
    return True


def number(tx: Transaction, by: Facilitator) -> int:
    """How many things are reported and not judged yet. Two queries."""
    things = select(Report.pitch_id, Report.note_id).where(*_unsettled(by.event.id)).distinct().subquery()
    people = select(func.count(col(PairReport.about_id).distinct())).where(*_unsettled_pairs(by.event.id))
    return (tx.scalar(select(func.count()).select_from(things)) or 0) + (tx.scalar(people) or 0)


def unsettled(tx: Transaction, by: Facilitator) -> Sequence[Report]:
    """The reports that nobody has judged yet, the newest first."""
    query = select(Report).where(*_unsettled(by.event.id)).order_by(col(Report.id).desc())
    return tx.scalars(query.limit(1000)).all()


def unsettled_pairs(tx: Transaction, by: Facilitator) -> Sequence[PairReport]:
    """The same of what people share with whom they are paired."""
    query = select(PairReport).where(*_unsettled_pairs(by.event.id)).order_by(col(PairReport.id).desc())
    return tx.scalars(query.limit(1000)).all()


def settle_pair(tx: Transaction, event_id: int, about_id: int) -> bool:
    """The reports of what this person shares were judged; whether there were any."""
    mine = *_unsettled_pairs(event_id), PairReport.about_id == about_id
    done = tx.execute(update(PairReport).where(*mine).values(settled_at=now()).returning(col(PairReport.id))).all()
    return bool(done)


def settle(tx: Transaction, event_id: int, pitch_id: int, note_id: int | None) -> bool:
    """The reports of this thing were judged; whether there were any."""
    mine = *_unsettled(event_id), Report.pitch_id == pitch_id, _of_note(note_id)
    done = tx.execute(update(Report).where(*mine).values(settled_at=now()).returning(col(Report.id))).all()
    return bool(done)


def _unsettled(event_id: int) -> tuple[Any, ...]:
    return Report.event_id == event_id, col(Report.settled_at).is_(None)


def _unsettled_pairs(event_id: int) -> tuple[Any, ...]:
    return PairReport.event_id == event_id, col(PairReport.settled_at).is_(None)


def _of_note(note_id: int | None) -> Any:
    return col(Report.note_id).is_(None) if note_id is None else Report.note_id == note_id
