"""Actions of an event: what is to be done, by whom and until when, who helps, what is done."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import col, func, select

from eventkit.clock import now
from eventkit.errors import Forbidden, Invalid, TooMany
from eventkit.event import people
from eventkit.event.people import Volunteer
from eventkit.event.roles import Viewer
from eventkit.market import hosting, notes, on_offer
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ActionHelper, ChangeKind, Note, NoteKind, Person, Pitch
from eventkit.text.language import gettext as _

MOST_HELPERS = 50  # of one action


@dataclass(frozen=True)
class Action:
    """An action, the session that it came from, and who helps with it."""

    note: Note
    pitch_id: int  # of a merged one, what it is now
    title: str
    helpers: tuple[Volunteer, ...]


def help_with(
    tx: Transaction, event_id: int, pitch_id: int, note_id: int, person: Person, helps: bool, *, name: str = ""
) -> Note:
    """Join those who help with an action, by a name, or leave them. Raises NotFound, Invalid, TooMany."""
    note = _action(tx, event_id, pitch_id, note_id)
    row = tx.get(ActionHelper, (note.id, person.id))
    if helps:
        shown = people.volunteering_name(tx, person, name, "name")
        if row is None and len(helpers(tx, [note.id]).get(note.id, ())) >= MOST_HELPERS:
            raise TooMany(_("%(most_helpers)s people help with this already.", most_helpers=MOST_HELPERS))
        tx.merge(
            ActionHelper(
                note_id=note.id,
                person_id=person.id,
                name=shown,
                joined_at=row.joined_at if row else now(),
            )
        )
    elif row is not None:
        tx.delete(row)
    tx.flush()
    change_log.record(tx, event_id, ChangeKind.NOTE, pitch=pitch_id, note=note.id)
    return note


def set_done(tx: Transaction, event_id: int, pitch_id: int, note_id: int, viewer: Viewer, done: bool) -> Note:
    """Say that an action is done, or that it is not; as who wrote it, helps with it, or hosts the session.

    Raises NotFound, Forbidden.
    """
    note = _action(tx, event_id, pitch_id, note_id)
    if not may_finish(tx, note, viewer):
        raise Forbidden(_("Those who wrote an action or help with it, and the session’s hosts, say when it is done."))
    if (note.done_at is not None) != done:
        note.done_at = now() if done else None
        change_log.record(tx, event_id, ChangeKind.NOTE, pitch=pitch_id, note=note.id)
    return note


def may_finish(tx: Transaction, note: Note, viewer: Viewer) -> bool:
    """Whether the viewer may say that an action is done."""
    if viewer.facilitator or notes.wrote(note, viewer) or hosting.hosted_by(tx, note.pitch_id, viewer.person_id):
        return True
    return viewer.person_id is not None and tx.get(ActionHelper, (note.id, viewer.person_id)) is not None


def helpers(tx: Transaction, note_ids: Collection[int]) -> dict[int, tuple[Volunteer, ...]]:
    """Note id -> who helps with that action, first come first."""
    query = select(ActionHelper.note_id, ActionHelper.person_id, ActionHelper.name)
    query = query.where(col(ActionHelper.note_id).in_(note_ids))
    found: dict[int, tuple[Volunteer, ...]] = {}
    for note_id, person_id, name in tx.execute(
        query.order_by(col(ActionHelper.joined_at), col(ActionHelper.person_id))
    ):
        found[note_id] = (*found.get(note_id, ()), Volunteer(person_id, name))
    return found


def names(tx: Transaction, event_id: int) -> dict[int, tuple[str, ...]]:
    """The names of who helps, by the id of the action, for all actions of an event."""
    query = select(ActionHelper.note_id, ActionHelper.name).join(Note, col(Note.id) == ActionHelper.note_id)
    query = query.where(Note.event_id == event_id)
    found: dict[int, tuple[str, ...]] = {}
    for note_id, name in tx.execute(query.order_by(col(ActionHelper.joined_at), col(ActionHelper.person_id))):
        found[note_id] = (*found.get(note_id, ()), name)
    return found


def of_event(tx: Transaction, event_id: int) -> list[Action]:
    """All actions of an event that are neither struck nor hidden, by age; of sessions that nobody hid or withdrew."""
    root = func.coalesce(Pitch.merged_into, Pitch.id)
    query = select(Note, root, Pitch.title).join(Pitch, col(Pitch.id) == col(Note.pitch_id))
    query = query.where(Note.event_id == event_id, Note.kind == NoteKind.ACTION, *on_offer.offered())
    query = query.where(col(Note.struck_at).is_(None), col(Note.hidden_at).is_(None))
    rows = tx.execute(query.order_by(col(Note.id))).all()
    joined = helpers(tx, [note.id for note, _, _ in rows])
    return [Action(note, pitch_id, title, joined.get(note.id, ())) for note, pitch_id, title in rows]


def open_first(it: Action) -> tuple[bool, bool, str]:
    """The key by which lists of actions are in order: those that are open first, by their day."""
    return it.note.done_at is not None, it.note.due is None, str(it.note.due or "")


def _action(tx: Transaction, event_id: int, pitch_id: int, note_id: int) -> Note:
    note = notes.get(tx, event_id, pitch_id, note_id, to_change=True)
    if note.kind is not NoteKind.ACTION or note.struck_at or note.hidden_at:
        raise Invalid(_("This is no action, or it was struck out."))
    return note
