"""The whole event as JSON (`twofeet-event/1`), for its organiser: to keep, to open elsewhere, to import again.

What it holds of each table is said in event/whole_file.py. It carries no names of people but those that they gave
themselves to what they wrote, and no keys. Ballots stay secret here too: voters and hosts are numbered apart, so that
nobody can read how a host voted, and in an order that follows from the file alone, so that an event that was imported
gives the same bytes again.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from sqlmodel import SQLModel, col, select

from eventkit.event import moderation_log
from eventkit.event.whole_file import EVENT, FORMAT, PARTS, FilePart
from eventkit.grid import versions
from eventkit.storage.db import Transaction
from eventkit.storage.tables import (
    Event,
    FormerCode,
    Host,
    ModerationKind,
    Note,
    Person,
    Pitch,
    Placement,
    Reflection,
    SealedVote,
    Summary,
    Vote,
)

UNTIL_CLOSED = "Voting is open, so nobody reads votes. They are here once voting is closed."
Line = dict[str, Any]


def as_json(tx: Transaction, event: Event) -> str:
    """The event, in a fixed order, a line of text for each line of a list."""
    published = versions.published(tx, event) if event.published_version is not None else None
    content: dict[str, Any] = {
        "format": FORMAT,
        "event": {**{name: _plain(getattr(event, name)) for name in EVENT}, "private": bool(event.word)},
        "former_codes": _former_codes(tx, event.id),
        **{name: _lines(tx, event.id, part) for name, part in PARTS.items()},
        **({"votes_are_left_out": UNTIL_CLOSED} if event.voting_open else _votes(tx, event.id)),
        "moderation": _moderation(tx, event.id),
        "draft": _placements(versions.draft(tx, event)),
        "published": _placements(published) if published is not None else None,
    }
    hosts = _hosts(tx, event.id)
    for line in content["pitches"]:
        line["hosts"] = hosts.get(line["id"], [])
        if event.voting_open:
            del line["seen_by"]  # which counts voters
    return _written(content)


def _written(content: Mapping[str, Any]) -> str:
    """JSON that can be read and compared by its lines."""

    def member(value: Any) -> str:
        if not isinstance(value, list) or not value:
            return _dumped(value)
        return "[\n" + ",\n".join(f"  {_dumped(it)}" for it in value) + "\n ]"

    return "{\n" + ",\n".join(f" {_dumped(name)}: {member(value)}" for name, value in content.items()) + "\n}\n"


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """A column's value as JSON has it."""
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date | time) else value


def _lines(tx: Transaction, event_id: int, part: FilePart) -> list[Line]:
    """A table's rows of this event, with its columns, then what they point to."""
    names = {**{name: name for name in part.columns}, **{key: to.column for key, to in part.references.items()}}
    query = select(*(getattr(part.table, column) for column in names.values()))
    query = query.where(_of_event(part, event_id)).order_by(*(getattr(part.table, name) for name in part.order))
    return [dict(zip(names, map(_plain, row), strict=True)) for row in tx.execute(query)]


def _of_event(part: FilePart, event_id: int) -> Any:
    """What picks the event's rows: by their own column, else by what they point to."""
    if hasattr(part.table, "event_id"):
        return part.table.event_id == event_id
    to = next(iter(part.references.values()))
    parent: Any = PARTS[to.part].table
    return getattr(part.table, to.column).in_(select(parent.id).where(parent.event_id == event_id))


def _former_codes(tx: Transaction, event_id: int) -> list[Line]:
    query = select(FormerCode).where(FormerCode.event_id == event_id).order_by(FormerCode.code)
    return [{"code": it.code, "left_at": _plain(it.left_at)} for it in tx.scalars(query)]


def _hosts(tx: Transaction, event_id: int) -> dict[int, list[int]]:
    """The hosts of each pitch, numbered by what they host: who host the same are told apart by nothing."""
    pairs = select(Host.person_id, Host.pitch_id).join(Pitch, col(Pitch.id) == col(Host.pitch_id))
    hosted: dict[int, list[int]] = {}
    for person_id, pitch_id in tx.execute(pairs.where(Pitch.event_id == event_id).order_by(col(Host.pitch_id))):
        hosted.setdefault(person_id, []).append(pitch_id)
    found: dict[int, list[int]] = {}
    for number, pitches in enumerate(sorted(hosted.values()), 1):
        for pitch_id in pitches:
            found.setdefault(pitch_id, []).append(number)
    return found


def _votes(tx: Transaction, event_id: int) -> dict[str, list[Line]]:
    """Voters with the day of their last vote, whose hour would say too much about them; and their votes, as cast.

    They are numbered by what is on their ballots, so that a number says nothing that these do not say. Of sealed
    ballots nobody knows the day either.
    """
    columns: Any = (Vote.person_id, Person.voted_on, Vote.pitch_id, Vote.interest, Vote.aside_for)
    query = select(*columns)
    cast = tx.execute(query.join(Person, col(Person.id) == col(Vote.person_id)).where(Person.event_id == event_id))
    kept = select(SealedVote.ballot, SealedVote.pitch_id, SealedVote.interest, SealedVote.aside_for)
    sealed = tx.execute(kept.where(SealedVote.event_id == event_id))
    found: dict[int, list[tuple[int, int, int]]] = {}
    days: dict[int, str] = {}
    for person_id, voted_on, *vote in cast:
        days[person_id] = _day(voted_on) or ""
        found.setdefault(person_id, []).append(_on_ballot(vote))
    for ballot, *vote in sealed:
        found.setdefault(-ballot, []).append(_on_ballot(vote))
    known = set(tx.scalars(select(Pitch.id).where(Pitch.event_id == event_id)))
    ballots = sorted((sorted(votes), days.get(whose, "")) for whose, votes in found.items())
    return {
        "voters": [{"voter": number, "last_vote": day or None} for number, (_, day) in enumerate(ballots, 1)],
        "votes": [
            {"voter": number, "pitch": pitch, "interest": interest, **({"aside_for": aside} if aside in known else {})}
            for number, (votes, _) in enumerate(ballots, 1)
            for pitch, interest, aside in votes
        ],
    }


def _on_ballot(vote: Iterable[Any]) -> tuple[int, int, int]:
    pitch_id, interest, aside_for = vote
    return pitch_id, interest, aside_for or 0


def _moderation(tx: Transaction, event_id: int) -> list[Line]:
    """The log, without the names of those who moderated; of persons not which."""
    pointed: dict[ModerationKind, type[SQLModel]] = {
        ModerationKind.PITCH: Pitch,
        ModerationKind.NOTE: Note,
        ModerationKind.SUMMARY: Summary,
        ModerationKind.REFLECTION: Reflection,
    }
    known = {
        (kind, number)
        for kind, table in pointed.items()
        for number in tx.scalars(select(table.id).where(table.event_id == event_id))  # type: ignore[attr-defined]
    }
    return [
        {
            "at": _plain(it.at),
            "act": it.act.value,
            "kind": it.kind.value,
            "ref": it.ref if (it.kind, it.ref) in known else None,
            "by": "organiser" if it.organiser else "facilitator",
        }
        for it in moderation_log.whole(tx, event_id)
    ]


def _placements(rows: list[Placement]) -> list[Line]:
    return [{"pitch": it.pitch_id, "slot": it.slot_id, "room": it.room_id, "pinned": it.pinned} for it in rows]


def _day(day: date | None) -> str | None:
    """The end of the day in UTC: whoever voted then is taken to have seen all that was pitched until then."""
    return datetime.combine(day, time(23, 59), UTC).isoformat() if day else None
