"""Undo and redo of the draft, step by step, and back to any older version; each of them is a new version."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from eventkit.errors import Invalid
from eventkit.event import events
from eventkit.event.roles import Organiser
from eventkit.grid import history, retiming, venue, versions
from eventkit.grid.history import EntryKind, HistoryEntry
from eventkit.grid.retiming import Retimed
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, GridCause, GridVersion
from eventkit.text.language import gettext as _


@dataclass(frozen=True)
class Steps:
    """What undo and redo go along: the versions that made the draft, and those that were undone; newest last."""

    done: tuple[GridVersion, ...]
    undone: tuple[GridVersion, ...]


def steps(tx: Transaction, event: Event) -> Steps:
    """The steps of the draft, from the causes of its versions. A new step after an undo takes away what to redo."""
    rows = tx.scalars(
        select(GridVersion).where(GridVersion.event_id == event.id).order_by(col(GridVersion.version))
    ).all()
    done: list[GridVersion] = []
    undone: list[GridVersion] = []
    for row in rows:
        if row.cause is GridCause.UNDO and done and row.restores == (done[-2].version if len(done) > 1 else 0):
            undone.append(done.pop())
        elif row.cause is GridCause.REDO and undone:
            done.append(undone.pop())
        else:
            done.append(row)
            undone.clear()
    return Steps(tuple(done), tuple(undone))


def undo(tx: Transaction, by: Organiser, version: int, to: int | None = None) -> str:
    """Make the draft what it was before the last step that is not undone yet, or what it was in version `to`.

    A step back takes a shift of the slots back; going back to a version leaves the times of the slots, and says so.
    Returns what was undone, in words. Raises Stale, Invalid.
    """
    event = versions.check_version(tx, by, version)
    if to is not None:
        if not 0 <= to < version:
            raise Invalid(_("There is no such version to go back to. Choose one from the history."))
        entries = [HistoryEntry(kind=EntryKind.WENT_BACK, number=to)]
        if retiming.since(tx, event.id, to):
            entries.append(HistoryEntry(kind=EntryKind.TIMES_KEPT))
        return versions.restore(tx, by, to, GridCause.BACK, entries)
    done = steps(tx, event).done
    if not done:
        raise Invalid(_("There is nothing to undo: the grid is as it was at the start."))
    last, target = done[-1], done[-2].version if len(done) > 1 else 0
    if last.cause is GridCause.ROOM:
        raise Invalid(
            _("What was removed cannot come back by an undo. Add it again, or go back to an earlier version.")
        )
    if last.cause is GridCause.SHIFT:
        changes = [it.back for it in retiming.of_version(last)]
        return _shift(tx, by, last, changes, GridCause.UNDO, target)
    return versions.restore(tx, by, target, GridCause.UNDO, history.entries_of(last))


def redo(tx: Transaction, by: Organiser, version: int) -> str:
    """Do the step again that was undone last. Returns it in words. Raises Stale, Invalid where nothing was undone."""
    event = versions.check_version(tx, by, version)
    undone = steps(tx, event).undone
    if not undone:
        raise Invalid(_("There is nothing to do again: nothing was undone since the last change."))
    last = undone[-1]
    if last.cause is GridCause.SHIFT:
        return _shift(tx, by, last, retiming.of_version(last), GridCause.REDO, last.version)
    return versions.restore(tx, by, last.version, GridCause.REDO, history.entries_of(last))


def _shift(
    tx: Transaction, by: Organiser, step: GridVersion, changes: Sequence[Retimed], cause: GridCause, target: int
) -> str:
    """Give slots the times that they had before a shift, or after it; the sessions keep their slots."""
    if not changes:
        raise Invalid(_("What this shift did is not known any more. Shift the slots back instead."))
    slots = retiming.then(events.slots(tx, by.event.id), changes)
    retiming.carry_out(tx, by, changes, venue.other_ends(tx, by.event, slots))
    return versions.note_shift(tx, by, history.entries_of(step), cause=cause, restores=target)
