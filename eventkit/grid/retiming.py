"""New times of slots: what a shift gives them, kept with its version of the grid, so that undo and redo can follow."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import select

from eventkit.errors import Invalid
from eventkit.event import events, notices
from eventkit.event.notices import Fact, Was
from eventkit.event.roles import Organiser
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, GridCause, GridVersion, NoticeKind, Slot
from eventkit.text.language import gettext as _


class SlotTimes(NamedTuple):
    """From when until when a slot lasts."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Retimed:
    """A slot with its times before and after a shift."""

    slot_id: int
    before: SlotTimes
    after: SlotTimes

    @property
    def back(self) -> "Retimed":
        """What takes it back."""
        return Retimed(self.slot_id, before=self.after, after=self.before)


def carry_out(tx: Transaction, by: Organiser, changes: Sequence[Retimed], ends: Sequence[Fact] = ()) -> None:
    """Give slots their new times and tell everybody, also of the `ends` of sessions that take other slots then.

    Raises Invalid where a slot is not as it was before.
    """
    event, slots = by.event, {slot.id: slot for slot in events.slots(tx, by.event.id)}
    changed = any(_span(slots.get(it.slot_id)) != it.before for it in changes)
    if changed or (_overlap(slots.values(), changes) and not _overlap(slots.values(), ())):
        raise Invalid(
            _("The times of the slots were changed since then, so this step cannot be taken. Shift the slots instead.")
        )
    facts = [Fact(kind=NoticeKind.SLOT_SHIFTED, was=Was(it.slot_id, None, *it.before, "")) for it in changes]
    notices.leave(tx, event, [*facts, *ends], by.person_id)
    for it in changes:
        slots[it.slot_id].starts_at, slots[it.slot_id].ends_at = it.after
    change_log.record(tx, event.id, ChangeKind.EVENT)


def then(slots: Iterable[Slot], changes: Iterable[Retimed]) -> list[Slot]:
    """The slots as they would be with their new times."""
    new = {it.slot_id: it.after for it in changes}
    return [Slot(**{**it.model_dump(), **(new[it.id]._asdict() if it.id in new else {})}) for it in slots]


def as_data(changes: Iterable[Retimed]) -> list[dict[str, Any]]:
    """What is stored of them: the slot's id, and both times twice, as ISO 8601 in UTC."""
    return [{"slot": it.slot_id, "before": _written(it.before), "after": _written(it.after)} for it in changes]


def of_version(row: GridVersion) -> list[Retimed]:
    """What a version did to the times of slots; nothing where it was no shift, or is older than this was kept."""
    return [Retimed(it["slot"], _read(it["before"]), _read(it["after"])) for it in row.retimed]


def since(tx: Transaction, event_id: int, version: int) -> bool:
    """Whether slots were shifted after a version of the grid."""
    later = GridVersion.event_id == event_id, GridVersion.version > version, GridVersion.cause == GridCause.SHIFT
    return tx.scalar(select(GridVersion.version).where(*later).limit(1)) is not None


def _span(slot: Slot | None) -> SlotTimes | None:
    return SlotTimes(slot.starts_at, slot.ends_at) if slot else None


def _overlap(slots: Iterable[Slot], changes: Sequence[Retimed]) -> bool:
    """Whether two slots would be on at once with the new times."""
    new = {it.slot_id: it.after for it in changes}
    spans = sorted(new.get(slot.id) or SlotTimes(slot.starts_at, slot.ends_at) for slot in slots)
    return any(later.starts_at < earlier.ends_at for earlier, later in itertools.pairwise(spans))


def _written(span: SlotTimes) -> list[str]:
    return [at.isoformat() for at in span]


def _read(written: Sequence[str]) -> SlotTimes:
    return SlotTimes(*(datetime.fromisoformat(it) for it in written))
