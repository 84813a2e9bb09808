"""Undo and redo of the draft, step by step, and back to any older version; each of them is a new version."""

from dataclasses import dataclass

from sqlmodel import col, select

from eventkit.errors import Invalid
from eventkit.event.roles import Organiser
from eventkit.grid import history, versions
from eventkit.grid.history import EntryKind, HistoryEntry
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, GridCause, GridVersion
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

NOT_UNDONE = {
    GridCause.ROOM: marked(
        "What was removed cannot come back by an undo. Add it again, or go back to an earlier version."
    ),
    GridCause.SHIFT: marked(
        "The slots were shifted, which an undo of the grid does not touch. Shift them back instead."
    ),
}


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

    Returns what was undone, in words. Raises Stale, Invalid.
    """
    event = versions.check_version(tx, by, version)
    if to is not None:
        if not 0 <= to < version:
            raise Invalid(_("There is no such version to go back to. Choose one from the history."))
        return versions.restore(tx, by, to, GridCause.BACK, [HistoryEntry(kind=EntryKind.WENT_BACK, number=to)])
    done = steps(tx, event).done
    if not done:
        raise Invalid(_("There is nothing to undo: the grid is as it was at the start."))
    if done[-1].cause in NOT_UNDONE:
        raise Invalid(_(NOT_UNDONE[done[-1].cause]))
    target = done[-2].version if len(done) > 1 else 0
    return versions.restore(tx, by, target, GridCause.UNDO, history.entries_of(done[-1]))


def redo(tx: Transaction, by: Organiser, version: int) -> str:
    """Do the step again that was undone last. Returns it in words. Raises Stale, Invalid where nothing was undone."""
    event = versions.check_version(tx, by, version)
    undone = steps(tx, event).undone
    if not undone:
        raise Invalid(_("There is nothing to do again: nothing was undone since the last change."))
    return versions.restore(tx, by, undone[-1].version, GridCause.REDO, history.entries_of(undone[-1]))
