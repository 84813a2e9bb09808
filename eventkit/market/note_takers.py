"""Note-takers: who offered to take the notes of a session."""

from sqlmodel import col, func, select

from eventkit.clock import now
from eventkit.errors import TooMany
from eventkit.event import people
from eventkit.event.people import Volunteer
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, NoteTaker, Person, Pitch
from eventkit.text.language import gettext as _

MOST = 20  # of one session


def offer(tx: Transaction, event_id: int, pitch: Pitch, person: Person, takes: bool, name: str = "") -> None:
    """Offer to take a session's notes, by a name, or take that back. Raises Invalid, TooMany."""
    row = tx.get(NoteTaker, (pitch.id, person.id))
    if takes:
        shown = people.volunteering_name(tx, person, name, "taker")
        if row is None and len(of_event(tx, event_id).get(pitch.id, ())) >= MOST:
            raise TooMany(_("%(most)s people take notes here already.", most=MOST))
        tx.merge(
            NoteTaker(
                pitch_id=pitch.id,
                person_id=person.id,
                name=shown,
                offered_at=row.offered_at if row else now(),
            )
        )
    elif row is not None:
        tx.delete(row)
    tx.flush()
    change_log.record(tx, event_id, ChangeKind.NOTE, pitch=pitch.id)


def of_event(tx: Transaction, event_id: int, pitch_id: int | None = None) -> dict[int, tuple[Volunteer, ...]]:
    """Pitch id -> who takes its notes, first come first; a merged pitch's are those of what it is now."""
    root = func.coalesce(Pitch.merged_into, Pitch.id)
    query = select(root, NoteTaker.person_id, NoteTaker.name).join(Pitch, col(Pitch.id) == NoteTaker.pitch_id)
    query = query.where(Pitch.event_id == event_id)
    if pitch_id is not None:
        query = query.where(root == pitch_id)
    found: dict[int, tuple[Volunteer, ...]] = {}
    for number, person_id, name in tx.execute(query.order_by(col(NoteTaker.offered_at), col(NoteTaker.person_id))):
        found[number] = (*found.get(number, ()), Volunteer(person_id, name))
    return found
