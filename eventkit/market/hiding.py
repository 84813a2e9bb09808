"""Hidden pitches and notes: off every screen and file, out of their author's reach, or until somebody has looked."""

from eventkit.clock import now
from eventkit.event import notices
from eventkit.market import merging, repeats
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, Note, NoticeKind, Pitch
from eventkit.text.language import marked

TAKEN_OFF = marked("An organiser took this off the screens. Talk to them if you think that is a mistake.")
WAITS = marked(
    "This waits to be shown: an organiser looks at it first. Until then only you and those who help here see it."
)


def waits(event: Event, helps: bool) -> bool:
    """Whether what somebody writes now waits to be shown; what facilitators and organisers write never does."""
    return event.look_first and not helps


def hide_pitch(tx: Transaction, pitch: Pitch, by: int | None, waiting: bool = False) -> None:
    """Hide a pitch; `waiting`: until somebody has looked at it, and its author may change it meanwhile.

    What was merged stands for itself until it is shown again, so that nothing hides with a pitch but what is its own.
    """
    if pitch.hidden_at is None:
        merging.part_for_now(tx, pitch, by)
        _tell(tx, pitch, NoticeKind.HIDDEN, by)
        pitch.hidden_at, pitch.waits = now(), waiting
        _record(tx, pitch, hidden=True)
        again = repeats.of(tx, pitch.id)
        if again is not None and again.hidden_at is None:
            hide_pitch(tx, again, by, waiting)
            again.hidden_at = pitch.hidden_at
    elif pitch.waits and not waiting:
        pitch.waits = False
        _record(tx, pitch, hidden=True)


def show_pitch(tx: Transaction, pitch: Pitch, by: int | None) -> None:
    """Show a pitch again, or for the first time; it is merged again with what it was merged with, unless that hides."""
    if pitch.hidden_at is None:
        return
    _tell(tx, pitch, NoticeKind.SHOWN, by)
    was, pitch.hidden_at, pitch.waits = pitch.hidden_at, None, False
    tx.flush()
    merging.reunite(tx, pitch, by)
    _record(tx, pitch, hidden=False)
    again = repeats.of(tx, pitch.id)
    if again is not None and again.hidden_at == was:  # it was hidden with this one
        show_pitch(tx, again, by)


def hide_note(tx: Transaction, note: Note, waiting: bool = False) -> None:
    """The same with an entry in the notes."""
    if note.hidden_at is None:
        note.hidden_at, note.waits = now(), waiting
    elif note.waits and not waiting:
        note.waits = False
    else:
        return
    _record_note(tx, note)


def show_note(tx: Transaction, note: Note) -> None:
    """Show an entry again, or for the first time."""
    if note.hidden_at is not None:
        note.hidden_at, note.waits = None, False
        _record_note(tx, note)


def _tell(tx: Transaction, pitch: Pitch, kind: NoticeKind, by: int | None) -> None:
    if pitch.withdrawn_at is None:  # its host has told of it already
        notices.leave_of_pitch(tx, pitch.event_id, kind, pitch.id, by=by)


def _record(tx: Transaction, pitch: Pitch, hidden: bool) -> None:
    change_log.record(tx, pitch.event_id, ChangeKind.PITCH, pitch=pitch.id, hidden=hidden)
    change_log.record(tx, pitch.event_id, ChangeKind.MODERATION)


def _record_note(tx: Transaction, note: Note) -> None:
    change_log.record(tx, note.event_id, ChangeKind.NOTE, pitch=note.pitch_id, note=note.id)
    change_log.record(tx, note.event_id, ChangeKind.MODERATION)
