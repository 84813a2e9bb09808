"""What publishing a grid would change for people: whose place goes, what moves, what comes in, how many it concerns."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import col, func, select, union

from eventkit.draft.warnings import Names
from eventkit.grid import closures, versions
from eventkit.grid.versions import CellChange, Grid
from eventkit.market import ballots
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Host, Pitch, SealedVote, Vote


@dataclass(frozen=True)
class Preview:
    """The sessions that people would see elsewhere, those first that lose their place; each in order of ids."""

    lost: tuple[CellChange, ...]
    moved: tuple[CellChange, ...]
    added: tuple[CellChange, ...]
    wanting: tuple[int, ...]  # pitches that would stand where nothing can be: a place is still wanted for them
    affected: int | None  # people who want or host what would lose its place or move; None while that is not told

    @property
    def changes(self) -> tuple[CellChange, ...]:
        """All of them."""
        return self.lost + self.moved + self.added


def preview(tx: Transaction, event: Event, after: Grid, names: Names) -> Preview:
    """What publishing the grid `after` would change of what people see, be that nothing yet."""
    before = versions.spots(versions.published(tx, event))
    changed = [it for it in versions.differences(before, after) if it.pitch_id in names.pitches]
    closed = closures.by_room(tx, event.id)
    seen = [it.pitch_id for it in changed if it.before]
    return Preview(
        lost=tuple(it for it in changed if it.after is None),
        moved=tuple(it for it in changed if it.before and it.after),
        added=tuple(it for it in changed if it.before is None),
        wanting=tuple(
            pitch
            for pitch, spot in after.items()
            if spot.slot_id in closed.get(spot.room_id, ()) or _is_item(names, spot.slot_id)
        ),
        affected=None if ballots.untold(tx, event) else _affected(tx, seen),
    )


def _is_item(names: Names, slot_id: int) -> bool:
    return slot_id in names.slots and bool(names.slots[slot_id].title)


def _affected(tx: Transaction, pitch_ids: Collection[int]) -> int:
    """How many people want or host any of these pitches, or one that is part of it."""
    root = func.coalesce(Pitch.merged_into, Pitch.id).in_(pitch_ids)
    voters = select(Vote.person_id).join(Pitch, col(Pitch.id) == col(Vote.pitch_id)).where(Vote.interest > 0, root)
    sealed = select(-col(SealedVote.ballot)).join(Pitch, col(Pitch.id) == col(SealedVote.pitch_id)).where(root)
    hosts = select(Host.person_id).join(Pitch, col(Pitch.id) == col(Host.pitch_id)).where(root)
    return tx.scalar(select(func.count()).select_from(union(voters, sealed, hosts).subquery())) or 0 if pitch_ids else 0
