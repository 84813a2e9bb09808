"""The facilitators' desk: what somebody should see to: sessions without notes, pitches on no phone, actions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from eventkit.event.roles import Facilitator
from eventkit.grid import published
from eventkit.grid.published import Placed
from eventkit.market import actions, listings, note_takers, summaries
from eventkit.market.actions import Action
from eventkit.market.merging import Title
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Note


@dataclass(frozen=True, kw_only=True)
class ToSeeTo:
    """What asks for somebody, list by list; sessions of the published grid in order of time."""

    unnoted: Sequence[Placed]  # begun, and nobody wrote anything that is shown
    untaken: Sequence[Placed]  # not over, and nobody has offered to take notes
    unclaimed: Sequence[Title]  # on no phone, oldest first
    actions: Sequence[Action]  # open ones first, by their day


def read(tx: Transaction, by: Facilitator, moment: datetime) -> ToSeeTo:
    """What there is to see to at a moment. As many queries however much that is."""
    event = by.event
    grid = published.read(tx, event, moment)
    standing = [it for it in grid.sessions if it.standing] if grid else []
    standing.sort(key=lambda it: (it.starts_at, it.pitch.id))
    noted, taken = _noted(tx, event.id), note_takers.of_event(tx, event.id)
    return ToSeeTo(
        unnoted=[it for it in standing if it.starts_at <= moment and not noted & _all_of(it)],
        untaken=[it for it in standing if it.ends_at > moment and it.pitch.id not in taken],
        unclaimed=listings.unclaimed_titles(tx, event.id),
        actions=sorted(actions.of_event(tx, event.id), key=actions.open_first),
    )


def _noted(tx: Transaction, event_id: int) -> set[int]:
    """The ids of the pitches that have notes, or a summary, which are shown."""
    shown = Note.event_id == event_id, col(Note.struck_at).is_(None), col(Note.hidden_at).is_(None)
    return {*tx.scalars(select(Note.pitch_id).distinct().where(*shown)), *summaries.of_event(tx, event_id)}


def _all_of(it: Placed) -> set[int]:
    """The ids of a session's pitch and of those that it stands for."""
    return {it.pitch.id, *(part.id for part in it.pitch.parts)}
