"""A checked event.json becomes an event: a copy with identities of its own, or the same event again, restored.

A copy has a new code and new numbers of everything, its book is not published, and it is nobody's rehearsal. A restored
event keeps code and numbers, so that every address leads on; that takes a machine where none of them is in use, and
whoever runs it. Keys are in no file: both get a new organiser's link, and a private event a new word.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import SQLModel, select

from eventkit import progress
from eventkit.clock import now
from eventkit.errors import Invalid
from eventkit.event import events, limits, people, roles, settings, zones_as_typed
from eventkit.event.whole_file import EVENT, ONLY_RESTORED, PARTS, FilePart
from eventkit.grid import history, versions
from eventkit.grid.history import EntryKind, HistoryEntry
from eventkit.grid.versions import Spot
from eventkit.imports.rows import keep, store
from eventkit.imports.whole import Whole
from eventkit.imports.whole_parts import EntryPart, EventPart, PitchPart, PlacementPart, Strict
from eventkit.privacy import erasure, sealing
from eventkit.storage.backups import continue_numbers
from eventkit.storage.db import Transaction
from eventkit.storage.tables import (
    Event,
    FormerCode,
    GridCause,
    Host,
    Moderation,
    ModerationKind,
    Person,
    Vote,
)
from eventkit.text import codes
from eventkit.text.language import gettext as _

Ids = dict[int, int]  # the file's id to the row's
_ANEW = frozenset({"versions", "placements"})  # written by _grids()
_NAMED = frozenset({"helpers", "note_takers"})  # each by a person of its own, who nobody is any more
_REFERRED = {
    ModerationKind.PITCH: "pitches",
    ModerationKind.NOTE: "notes",
    ModerationKind.SUMMARY: "summaries",
    ModerationKind.REFLECTION: "reflections",
}
_SETTLED = frozenset({"code", "name", "day", "timezone", "language", "languages", "grid_version", "published_version"})


def add(tx: Transaction, whole: Whole, *, restored: bool = False) -> tuple[Event, str]:
    """Write the event. Returns it and its organiser's secret.

    Raises Invalid for a time zone that is none, and for what cannot be restored here.
    """
    part = whole.event
    event, secret = events.create(tx, part.name, part.day, zones_as_typed.parse_timezone(part.timezone), [], [])
    settings.speak(event, part.language, part.languages)
    _set(tx, event, part, restored)
    if restored:
        _take_codes(tx, event, whole)
    ids: dict[str, Ids] = {}
    for name in progress.along(_("Writing lists"), len(PARTS), PARTS):
        if name not in _ANEW:
            ids[name] = _rows(tx, event.id, name, whole, ids, restored=restored)
    _hosts(tx, event.id, whole, ids["pitches"])
    _votes(tx, event.id, whole, ids["pitches"])
    _moderation(tx, event.id, whole, ids)
    if whole.versions:
        _grids(tx, event, whole, ids)
    else:
        _grids_alone(tx, event, whole, ids)
    if part.names_off and _named(whole):
        erasure.switch_names(tx, roles.at_the_machine(event), True)
    tx.flush()
    return event, secret


def _set(tx: Transaction, event: Event, part: EventPart, restored: bool) -> None:
    """Give the event the file's settings, but for what an import decides itself."""
    settings.choose_address(tx, roles.at_the_machine(event), part.address)
    for name in EVENT:
        kept = name not in _SETTLED and (restored or name not in ONLY_RESTORED)
        if kept and (name != "created_at" or part.created_at is not None):
            setattr(event, name, getattr(part, name))
    event.limits = {name: most for name, most in part.limits.items() if name in limits.KNOWN}
    event.word = codes.speakable(3) if part.private else ""
    tx.flush()


def _take_codes(tx: Transaction, event: Event, whole: Whole) -> None:
    wanted = [whole.event.code, *(it.code for it in whole.former_codes)]
    for code in (*wanted, *filter(None, (whole.event.first_code,))):
        if not settings.FORM.fullmatch(code):
            raise Invalid(
                _("An event cannot have the code %(code)s. Leave out --restore to import a copy.", code=code[:40])
            )
    if taken := [code for code in wanted if events.taken(tx, code)]:
        raise Invalid(
            _(
                "There is an event with the code %(code)s here, or it had it. Leave out --restore to import a copy.",
                code=taken[0],
            )
        )
    event.code = whole.event.code
    tx.add_all(FormerCode(event_id=event.id, **it.model_dump()) for it in whole.former_codes)
    tx.flush()


def _rows(tx: Transaction, event_id: int, name: str, whole: Whole, ids: dict[str, Ids], *, restored: bool) -> Ids:
    """Write one list of the file. Lines are numbered in the order of their old numbers, so that this order stays."""
    part = PARTS[name]
    lines: list[Any] = list(getattr(whole, name))
    numbered = "id" in part.columns
    if restored and numbered:
        _refuse_taken(tx, name, part.table, [it.id for it in lines if it.id is not None])
    owners = iter(_people(tx, event_id, [None] * len(lines))) if name in _NAMED else iter(())
    rows: list[tuple[Any, Any]] = []
    for place, line in enumerate(lines):
        row: Any = part.table(**_values(event_id, name, part, line, ids))
        if name == "rooms":
            row.position = place
        if name in _NAMED:
            row.person_id = next(owners)
        if name == "pitches":
            _complete(row, whole, line)
        if name == "summaries":
            row.made_at = line.made_at or now()  # of earlier releases
        if restored and numbered and line.id is not None:
            row.id = line.id
        rows.append((line, row))
    if numbered:
        rows.sort(key=lambda it: it[0].id or 0)
    keep(tx, [row for _, row in rows])
    found = {line.id: row.id for line, row in rows if line.id is not None} if numbered else {}
    _point_within(tx, name, part, rows, found)
    if restored and numbered:
        continue_numbers(tx.connection(), part.table.__table__)  # type: ignore[attr-defined]
    return found


def _values(event_id: int, name: str, part: FilePart, line: Strict, ids: dict[str, Ids]) -> dict[str, Any]:
    values = {column: getattr(line, column) for column in part.columns if column != "id"}
    for key, to in part.references.items():
        number = getattr(line, key)
        values[to.column] = ids[to.part][number] if number is not None and to.part != name else None
    if hasattr(part.table, "event_id"):
        values["event_id"] = event_id
    return values


def _complete(row: Any, whole: Whole, line: PitchPart) -> None:
    """What files of earlier releases do not say of a pitch, and what is a line of its own in it."""
    row.seen_by = _seen_by(whole, line) if line.seen_by is None else line.seen_by
    row.edited_at = line.edited_at or line.created_at
    row.own_content = line.own_content.model_dump() if line.own_content else None


def _point_within(tx: Transaction, name: str, part: FilePart, rows: Iterable[tuple[Any, Any]], ids: Ids) -> None:
    """What points to the same list is filled in when all of it is there."""
    for line, row in rows:
        for key, to in part.references.items():
            if to.part == name and getattr(line, key) is not None:
                setattr(row, to.column, ids[getattr(line, key)])
    tx.flush()


def _refuse_taken(tx: Transaction, name: str, table: type[SQLModel], wanted: list[int]) -> None:
    numbers = table.id  # type: ignore[attr-defined]
    for start in range(0, len(wanted), 500):
        taken = tx.scalar(select(numbers).where(numbers.in_(wanted[start : start + 500])).limit(1))
        if taken is not None:
            raise Invalid(
                _(
                    "The event cannot be restored here: %(place)s %(number)s is in use. Leave out --restore to import "
                    "a copy, which gets new numbers.",
                    place=name,
                    number=str(taken),
                )
            )


def _hosts(tx: Transaction, event_id: int, whole: Whole, pitches: Ids) -> None:
    numbers = sorted({number for it in whole.pitches for number in it.hosts})
    persons = dict(zip(numbers, _people(tx, event_id, [None] * len(numbers)), strict=True))
    tx.add_all(
        Host(pitch_id=pitches[it.id], person_id=persons[number]) for it in whole.pitches for number in set(it.hosts)
    )
    tx.flush()


def _votes(tx: Transaction, event_id: int, whole: Whole, pitches: Ids) -> None:
    if whole.event.sealed or whole.event.sealed_at is not None:
        _sealed(tx, event_id, whole, pitches)
        return
    persons = dict(zip(whole.last_vote, _people(tx, event_id, whole.last_vote.values()), strict=True))
    rows = [[persons[it.voter], pitches[it.pitch], it.interest, pitches.get(it.aside_for or 0)] for it in whole.votes]
    usual = Vote(person_id=0, pitch_id=0, interest=1)
    store(tx, usual, ("person_id", "pitch_id", "interest", "aside_for"), rows)


def _sealed(tx: Transaction, event_id: int, whole: Whole, pitches: Ids) -> None:
    event, found = tx.get_one(Event, event_id), defaultdict[int, list[sealing.OneVote]](list)
    for it in whole.votes:
        found[it.voter].append(sealing.OneVote(pitches[it.pitch], it.interest, pitches.get(it.aside_for or 0)))
    sealing.store(tx, event, found)
    if whole.event.sealed_at is None:
        event.sealed_at, event.sealed_voters = now(), len(whole.voters)
    event.voting_open = False


def _moderation(tx: Transaction, event_id: int, whole: Whole, ids: dict[str, Ids]) -> None:
    """The log; persons have no numbers in the file."""
    tx.add_all(
        Moderation(
            event_id=event_id,
            at=it.at,
            act=it.act,
            kind=it.kind,
            ref=ids[_REFERRED[it.kind]].get(it.ref or 0) if it.kind in _REFERRED else None,
            organiser=it.by == "organiser",
        )
        for it in whole.moderation
    )
    tx.flush()


def _grids(tx: Transaction, event: Event, whole: Whole, ids: dict[str, Ids]) -> None:
    """Every version of the grid, as it was."""
    for name in ("versions", "placements"):
        part, lines = PARTS[name], getattr(whole, name)
        rows = [_values(event.id, name, part, line, ids) for line in lines]
        if name == "versions":
            for row, line in zip(rows, whole.versions, strict=True):
                row["entries"] = history.as_data(_entry(it, ids["pitches"]) for it in line.entries)
        if rows:
            tx.execute(insert(part.table), rows)
    event.grid_version, event.published_version = whole.event.grid_version, whole.event.published_version
    tx.flush()


def _entry(line: EntryPart, pitches: Ids) -> HistoryEntry:
    return HistoryEntry(**{**line.model_dump(), "pitch": pitches[line.pitch] if line.pitch is not None else None})


def _grids_alone(tx: Transaction, event: Event, whole: Whole, ids: dict[str, Ids]) -> None:
    """What is published and the draft, where the file does not say by which versions they came to be."""
    for placed, shown in ((whole.published, True), (whole.draft, False)):
        if placed is not None and (shown or placed != (whole.published or [])):
            _grid(tx, event, placed, ids)
            if shown:
                versions.publish(tx, roles.at_the_machine(event), event.grid_version)


def _grid(tx: Transaction, event: Event, placed: list[PlacementPart], ids: dict[str, Ids]) -> None:
    pitches, slots, rooms = ids["pitches"], ids["slots"], ids["rooms"]
    grid = {pitches[it.pitch]: Spot(slots[it.slot], rooms[it.room], it.pinned) for it in placed}
    entry = HistoryEntry(kind=EntryKind.IMPORTED)
    versions.replace(tx, roles.at_the_machine(event), event.grid_version, grid, GridCause.IMPORT, [entry])


def _people(tx: Transaction, event_id: int, voted: Iterable[datetime | None]) -> list[int]:
    """A person each, in this order, by when they voted last: somebody whose phone is not known."""
    today, tokens = now().date(), list[str]()
    days = defaultdict[date | None, list[list[str]]](list)
    for last_vote in voted:
        tokens.append(people.new_token())
        days[last_vote.date() if last_vote else None].append(tokens[-1:])
    for day, new in days.items():
        store(tx, Person(event_id=event_id, token="", voted_on=day, joined_on=day or today), ("token",), new)
    here = select(Person.token, Person.id).where(Person.event_id == event_id)
    ids = {row.token: row.id for row in tx.execute(here)}
    return [ids[token] for token in tokens]


def _named(whole: Whole) -> bool:
    """Whether anybody's name is in the file."""
    if whole.helpers or whole.note_takers or any(it.host_name for it in whole.pitches):
        return True
    if any(it.author_name for it in whole.reflections):
        return True
    return any(it.author_name or it.owner for it in whole.notes) or any(it.author_name for it in whole.summaries)


def _seen_by(whole: Whole, pitch: PitchPart) -> int:
    """Who voted after the pitch was made, where the file (of an earlier release) does not say how many could see it."""
    return sum(last is not None and last >= pitch.created_at for last in whole.last_vote.values())
