"""The history of the grid: what made each version, kept as data, and told in the reader's words by today's titles."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import col, select

from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, GridCause, GridVersion, Pitch
from eventkit.text import sentences
from eventkit.text.language import gettext as _
from eventkit.text.language import marked, marked_for, ngettext

MOST_TOLD = 3  # versions that a sentence tells before it counts the rest


class EntryKind(StrEnum):
    """What a line of the history says."""

    PLACED = "placed"
    MOVED = "moved"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    TAKEN_OFF = "taken off"
    CHANGED_PLACES = "changed places"  # with whoever came
    PUSHED_OFF = "pushed off"
    ADOPTED = "adopted"
    LEFT_OUT = "left out"
    PINNED_BY_HAND = "hand pinned"
    ROOM_REMOVED = "room removed"
    SLOT_REMOVED = "slot removed"
    SHIFTED = "shifted"
    LENGTHENED = "lengthened"
    WENT_BACK = "went back"
    TIMES_KEPT = "times kept"  # by the slots, which were shifted since then
    IMPORTED = "imported"


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """A line of the history: about which pitch, if any; `text` is a cell, a room, a clock or the title of an item."""

    kind: EntryKind
    pitch: int | None = None
    text: str = ""
    number: int = 0  # of a build or version; minutes of a shift or a length
    sessions: int = 0
    pinned: bool = False


@dataclass(frozen=True)
class HistoryLine:
    """A version as its history tells it."""

    version: int
    words: str
    made_at: datetime
    made_by: int | None


PITCHES: dict[EntryKind, str] = {
    EntryKind.PLACED: marked("Placed %(pitch)s at %(place)s."),
    EntryKind.MOVED: marked("Moved %(pitch)s to %(place)s."),
    EntryKind.PINNED: marked("Pinned %(pitch)s at %(place)s."),
    EntryKind.UNPINNED: marked("Unpinned %(pitch)s at %(place)s."),
    EntryKind.TAKEN_OFF: marked("Took %(pitch)s off the grid."),
    EntryKind.CHANGED_PLACES: marked("%(pitch)s took its place."),
    EntryKind.PUSHED_OFF: marked("%(pitch)s went off the grid."),
}
PITCHES_PINNED: dict[EntryKind, str] = {
    EntryKind.PLACED: marked("Placed %(pitch)s at %(place)s, pinned."),
    EntryKind.MOVED: marked("Moved %(pitch)s to %(place)s, pinned."),
}
COUNTS: dict[EntryKind, tuple[str, str]] = {
    EntryKind.ADOPTED: marked_for(
        "Adopted build %(number)s: %(num)s session.", "Adopted build %(number)s: %(num)s sessions."
    ),
    EntryKind.PINNED_BY_HAND: marked_for(
        "Pinned what was moved by hand: %(num)s session.", "Pinned what was moved by hand: %(num)s sessions."
    ),
}
REMOVED = marked_for(
    "Removed %(name)s: %(num)s session went off the grid.", "Removed %(name)s: %(num)s sessions went off the grid."
)
WHERE_NOTHING_IS_KNOWN: dict[GridCause, str] = {  # of versions that came from elsewhere, or before this was kept
    GridCause.MOVE: marked("Moved a session."),
    GridCause.BUILD: marked("Adopted a build."),
    GridCause.SHIFT: marked("Shifted the slots."),
    GridCause.IMPORT: marked("Imported."),
    GridCause.ROOM: marked("Removed a room or a slot."),
    GridCause.BACK: marked("Went back to an earlier version."),
}


def as_data(entries: Iterable[HistoryEntry]) -> list[dict[str, Any]]:
    """What is stored of entries: only what differs from nothing."""
    return [{key: value for key, value in asdict(it).items() if value or key == "kind"} for it in entries]


def entries_of(row: GridVersion) -> tuple[HistoryEntry, ...]:
    """The entries of a version."""
    return tuple(HistoryEntry(**{**it, "kind": EntryKind(it["kind"])}) for it in row.entries)


def told(tx: Transaction, rows: Sequence[GridVersion]) -> list[str]:
    """Each version in words, by the titles of today: what is hidden or deleted has none."""
    about = {it.pitch for row in rows for it in entries_of(row) if it.pitch}
    found = tx.scalars(select(Pitch).where(col(Pitch.id).in_(about))).all() if about else ()
    titles = {it.id: _("a hidden pitch") if it.hidden_at else sentences.quoted(it.title) for it in found}
    return [words(row.cause, entries_of(row), titles) for row in rows]


def words(cause: GridCause, entries: Sequence[HistoryEntry], titles: Mapping[int, str]) -> str:
    """What made a version, in sentences; `titles` are quoted already, by pitch id."""
    said = " ".join(_sentence(it, titles) for it in entries)
    said = said or _(WHERE_NOTHING_IS_KNOWN.get(cause, WHERE_NOTHING_IS_KNOWN[GridCause.MOVE]))
    if cause is GridCause.UNDO:
        return _("Undid: %(change)s", change=said)
    return _("Redid: %(change)s", change=said) if cause is GridCause.REDO else said


def since(tx: Transaction, event: Event, version: int) -> str:
    """What happened to the draft after a version, in a sentence or a few, newest last."""
    rows = _of(tx, event.id, GridVersion.version > version, limit=MOST_TOLD)[::-1]
    happened = " ".join(told(tx, rows))
    more = event.grid_version - version - len(rows)
    if more <= 0:
        return happened
    return _("%(happened)s Before that: %(more)s more.", happened=happened, more=more)


def lines(tx: Transaction, event_id: int, limit: int = 50) -> list[HistoryLine]:
    """The versions of the grid as their history tells them, newest first."""
    rows = _of(tx, event_id, limit=limit)
    return [
        HistoryLine(row.version, said, row.made_at, row.made_by) for row, said in zip(rows, told(tx, rows), strict=True)
    ]


def forget(tx: Transaction, event_id: int, pitch_id: int) -> None:
    """Let no entry point to a pitch that is deleted: its number may be given again."""
    for row in tx.scalars(select(GridVersion).where(GridVersion.event_id == event_id)).all():
        if any(it.get("pitch") == pitch_id for it in row.entries):
            row.entries = [
                {key: value for key, value in it.items() if (key, value) != ("pitch", pitch_id)} for it in row.entries
            ]


def _of(tx: Transaction, event_id: int, *more: Any, limit: int) -> list[GridVersion]:
    query = select(GridVersion).where(GridVersion.event_id == event_id, *more)
    return list(tx.scalars(query.order_by(col(GridVersion.version).desc()).limit(limit)).all())


def _sentence(it: HistoryEntry, titles: Mapping[int, str]) -> str:
    if it.kind in PITCHES:
        text = PITCHES_PINNED.get(it.kind, PITCHES[it.kind]) if it.pinned else PITCHES[it.kind]
        pitch = titles.get(it.pitch or 0) or _("a deleted pitch")
        said = _(text, pitch=pitch, place=it.text)
        return said[:1].upper() + said[1:]
    if it.kind in COUNTS:
        return ngettext(*COUNTS[it.kind], it.sessions, number=it.number)
    return _OTHERS[it.kind](it)


def _removed(name: str, sessions: int) -> str:
    return ngettext(*REMOVED, sessions, name=name) if sessions else _("Removed %(name)s.", name=name)


_OTHERS: dict[EntryKind, Callable[[HistoryEntry], str]] = {
    EntryKind.LEFT_OUT: lambda it: _("Left out, their cell is gone: %(lost)s.", lost=it.sessions),
    EntryKind.ROOM_REMOVED: lambda it: _removed(it.text, it.sessions),
    EntryKind.SLOT_REMOVED: lambda it: _removed(_("the slot at %(time)s", time=it.text), it.sessions),
    EntryKind.SHIFTED: lambda it: sentences.of_shift(it.text, it.number),
    EntryKind.LENGTHENED: lambda it: sentences.of_length(it.text, it.number),
    EntryKind.WENT_BACK: lambda it: _("Went back to version %(number)s.", number=it.number),
    EntryKind.TIMES_KEPT: lambda _it: _("The slots keep the times that they have now."),
    EntryKind.IMPORTED: lambda _it: _("Imported."),
}
