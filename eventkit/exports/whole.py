"""The whole event as JSON (`twofeet-event/1`), for its organiser: to keep, to open elsewhere, to import again.

It carries no names of people but those that hosts and note takers gave themselves, and no secrets. Ballots stay secret
here too: voters and hosts are numbered apart, so that nobody can read how a host voted.
"""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any

from sqlmodel import col, select

from eventkit.event import about, events, moderation_log
from eventkit.exports.sheets import opaque_numbers
from eventkit.grid import going, venue, versions
from eventkit.market import ballots, notes, summaries
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Host, Person, Pitch, Placement, Room

FORMAT = "twofeet-event/1"
UNTIL_CLOSED = "Voting is open, so nobody reads votes. They are here once voting is closed."


def as_json(tx: Transaction, event: Event, secret: str) -> str:
    """The event, in a fixed order. `secret` keys the numbers of voters and hosts."""
    content = {
        "format": FORMAT,
        "event": {
            "code": event.code,
            "name": event.name,
            "day": event.day.isoformat(),
            "timezone": event.timezone,
            "language": event.language,
            "languages": event.languages,
            "pitching_open": event.pitching_open,
            "voting_open": event.voting_open,
            **({"names_off": True} if event.names_off else {}),
            **({"sealed": True} if event.sealed_at else {}),
            "notes_open": event.notes_open,
        },
        "about": {key: text for key, text in asdict(about.read(tx, event.id).lasting).items() if text},
        "slots": [
            {"id": it.id, "starts_at": _moment(it.starts_at), "ends_at": _moment(it.ends_at), "title": it.title}
            for it in events.slots(tx, event.id)
        ],
        "rooms": [
            {
                "id": it.id,
                "name": it.name,
                "capacity": it.capacity,
                "features": it.features,
                "directions": it.directions,
            }
            for it in events.rooms(tx, event.id)
        ],
        "closures": _closures(tx, event.id),
        "pitches": _pitches(tx, event, secret),
        **({"votes_are_left_out": UNTIL_CLOSED} if event.voting_open else _votes(tx, event.id, secret)),
        "notes": _notes(tx, event.id),
        "moderation": _moderation(tx, event.id),
        "summaries": _summaries(tx, event.id),
        "draft": _placements(versions.draft(tx, event)),
        "published": _placements(versions.published(tx, event)) if event.published_version is not None else None,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _where(room: Room) -> dict[str, str]:
    return {"directions": room.directions}


def _closures(tx: Transaction, event_id: int) -> list[dict[str, Any]]:
    items = venue.items(tx, event_id)
    closed = sorted(venue.closures(tx, event_id).items())
    return [
        {"room": room_id, "slot": slot_id, "title": items.get((slot_id, room_id), "")}
        for room_id, slot_ids in closed
        for slot_id in sorted(slot_ids)
    ]


def _pitches(tx: Transaction, event: Event, secret: str) -> list[dict[str, Any]]:
    event_id = event.id
    pairs = tx.execute(
        select(Host.pitch_id, Host.person_id)
        .join(Pitch, col(Pitch.id) == col(Host.pitch_id))
        .where(Pitch.event_id == event_id, col(Pitch.hidden_at).is_(None))
    ).all()
    numbers = opaque_numbers({row[1] for row in pairs}, secret, f"hosts of {event_id}")
    hosts: dict[int, list[int]] = {}
    for pitch_id, person_id in pairs:
        hosts.setdefault(pitch_id, []).append(numbers[person_id])
    shown = Pitch.event_id == event_id, col(Pitch.hidden_at).is_(None)
    pitches = tx.scalars(select(Pitch).where(*shown).order_by(col(Pitch.id)))
    people = going.counts(tx, event_id)
    return [
        {
            "id": it.id,
            "title": it.title,
            "description": it.description,
            "host_name": it.host_name,
            "hosts": sorted(hosts.get(it.id, [])),
            "topic": it.topic,
            "needs": it.needs,
            "crowd": it.crowd,
            "format": it.format,
            "length": it.length,
            "after": it.after_id,
            "created_at": _moment(it.created_at),
            "withdrawn_at": _moment(it.withdrawn_at),
            "merged_into": it.merged_into,
            **({} if event.voting_open else {"seen_by": it.seen_by}),
            **({"going": people[it.id]} if going.told(people.get(it.id, 0)) else {}),
        }
        for it in pitches
    ]


def _votes(tx: Transaction, event_id: int, secret: str) -> dict[str, list[dict[str, Any]]]:
    """Voters with the day of their last vote, whose hour would say too much about them; and their votes."""
    wishes = ballots.wishes(tx, event_id)
    numbers = opaque_numbers({wish.person_id for wish in wishes}, secret, f"voters of {event_id}")
    people = tx.scalars(select(Person).where(Person.event_id == event_id, col(Person.id).in_(numbers)))
    days = {it.id: it.voted_on for it in people}  # of sealed ballots nobody knows the day either
    return {
        "voters": sorted(
            ({"voter": number, "last_vote": _day(days.get(it))} for it, number in numbers.items()),
            key=lambda it: int(it["voter"] or 0),
        ),
        "votes": [
            {"voter": voter, "pitch": pitch, "interest": interest}
            for voter, pitch, interest in sorted((numbers[it.person_id], it.pitch_id, it.interest) for it in wishes)
        ],
    }


def _notes(tx: Transaction, event_id: int) -> list[dict[str, Any]]:
    found = sorted(notes.of_event(tx, event_id), key=lambda it: it.id)
    return [
        {
            "pitch": it.pitch_id,
            "kind": it.kind.value,
            "text": it.text,
            "url": it.url,
            "owner": it.owner,
            "author_name": it.author_name,
            "made_at": _moment(it.made_at),
            "due": it.due.isoformat() if it.due else None,
            "done_at": _moment(it.done_at),
            "not_quoted": it.not_quoted,
            "out_of_book": it.out_of_book,
        }
        for it in found
    ]


def _moderation(tx: Transaction, event_id: int) -> list[dict[str, Any]]:
    """The log, without the names of those who moderated; what is hidden has its number only."""
    return [
        {
            "at": _moment(it.at),
            "act": it.act.value,
            "kind": it.kind.value,
            "ref": it.ref,
            "by": "organiser" if it.organiser else "facilitator",
        }
        for it in moderation_log.whole(tx, event_id)
    ]


def _summaries(tx: Transaction, event_id: int) -> list[dict[str, Any]]:
    """The text of each as it is now."""
    return [{"pitch": pitch_id, "text": text} for pitch_id, text in sorted(summaries.of_event(tx, event_id).items())]


def _placements(rows: list[Placement]) -> list[dict[str, Any]]:
    return [{"pitch": it.pitch_id, "slot": it.slot_id, "room": it.room_id, "pinned": it.pinned} for it in rows]


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _day(day: date | None) -> str | None:
    """The end of the day in UTC: whoever voted then is taken to have seen all that was pitched until then."""
    return datetime.combine(day, time(23, 59), UTC).isoformat() if day else None
