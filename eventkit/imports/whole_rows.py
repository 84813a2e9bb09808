"""A checked event.json becomes a new event with a code and a secret of its own."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from eventkit.clock import now
from eventkit.event import about, as_typed, events, people, roles, settings
from eventkit.grid import versions
from eventkit.grid.versions import Spot
from eventkit.imports.whole import PitchPart, PlacementPart, Whole
from eventkit.privacy import erasure, sealing
from eventkit.storage.db import Transaction
from eventkit.storage.tables import (
    Closure,
    Event,
    GridCause,
    Host,
    Moderation,
    ModerationKind,
    Note,
    Person,
    Pitch,
    Room,
    Slot,
    Summary,
    Vote,
)

Ids = dict[int, int]  # the file's id to the row's


def add(tx: Transaction, whole: Whole) -> tuple[Event, str]:
    """Write the event. Returns it and its organiser's secret. Raises Invalid for a time zone that is none."""
    part = whole.event
    event, secret = events.create(tx, part.name, part.day, as_typed.parse_timezone(part.timezone), [], [])
    settings.speak(event, part.language, part.languages)
    event.pitching_open, event.voting_open, event.notes_open = part.pitching_open, part.voting_open, part.notes_open
    about.store(tx, event.id, about.Facts(**whole.about.model_dump()))
    slots, rooms = _slots(tx, event.id, whole), _rooms(tx, event.id, whole)
    tx.add_all(Closure(room_id=rooms[it.room], slot_id=slots[it.slot], title=it.title) for it in whole.closures)
    pitches = _pitches(tx, event.id, whole)
    _hosts(tx, event.id, whole, pitches)
    _votes(tx, event.id, whole, pitches)
    _notes(tx, event.id, whole, pitches)
    _moderation(tx, event.id, whole, pitches)
    for placed, shown in ((whole.published, True), (whole.draft, False)):
        if placed is not None and (shown or placed != (whole.published or [])):
            _grid(tx, event, placed, pitches, slots, rooms)
            if shown:
                versions.publish(tx, roles.at_the_machine(event), event.grid_version)
    if part.names_off:
        erasure.switch_names(tx, roles.at_the_machine(event), True)
    return event, secret


def _slots(tx: Transaction, event_id: int, whole: Whole) -> Ids:
    return _stored(tx, {it.id: Slot(event_id=event_id, **it.model_dump(exclude={"id"})) for it in whole.slots})


def _rooms(tx: Transaction, event_id: int, whole: Whole) -> Ids:
    return _stored(
        tx,
        {
            it.id: Room(event_id=event_id, position=place, **it.model_dump(exclude={"id"}))
            for place, it in enumerate(whole.rooms)
        },
    )


def _pitches(tx: Transaction, event_id: int, whole: Whole) -> Ids:
    rows = {
        it.id: Pitch(
            event_id=event_id,
            edited_at=it.created_at,
            seen_by=_seen_by(whole, it) if it.seen_by is None else it.seen_by,
            **it.model_dump(exclude={"id", "hosts", "merged_into", "after", "seen_by"}),
        )
        for it in whole.pitches
    }
    ids = _stored(tx, rows)
    for it in whole.pitches:
        if it.merged_into is not None:
            rows[it.id].merged_into = ids[it.merged_into]
        if it.after is not None:
            rows[it.id].after_id = ids[it.after]
    tx.flush()
    return ids


def _hosts(tx: Transaction, event_id: int, whole: Whole, pitches: Ids) -> None:
    numbers = sorted({number for it in whole.pitches for number in it.hosts})
    persons = _people(tx, event_id, dict.fromkeys(numbers))
    tx.add_all(
        Host(pitch_id=pitches[it.id], person_id=persons[number]) for it in whole.pitches for number in set(it.hosts)
    )


def _votes(tx: Transaction, event_id: int, whole: Whole, pitches: Ids) -> None:
    if whole.event.sealed:
        _sealed(tx, event_id, whole, pitches)
        return
    persons = _people(tx, event_id, whole.last_vote)
    rows = [
        {
            "person_id": persons[it.voter],
            "pitch_id": pitches[it.pitch],
            "interest": it.interest,
        }
        for it in whole.votes
    ]
    if rows:
        tx.execute(insert(Vote), rows)


def _sealed(tx: Transaction, event_id: int, whole: Whole, pitches: Ids) -> None:
    event, found = tx.get_one(Event, event_id), defaultdict[int, list[sealing.OneVote]](list)
    for it in whole.votes:
        found[it.voter].append(sealing.OneVote(pitches[it.pitch], it.interest))
    sealing.store(tx, event, found)
    event.sealed_at, event.sealed_voters, event.voting_open = now(), len(whole.voters), False


def _notes(tx: Transaction, event_id: int, whole: Whole, pitches: Ids) -> None:
    for it in whole.notes:
        tx.add(Note(event_id=event_id, pitch_id=pitches[it.pitch], **it.model_dump(exclude={"pitch"})))
    moment = now()
    for summed in whole.summaries:
        row = Summary(event_id=event_id, pitch_id=pitches[summed.pitch], version=1, text=summed.text, made_at=moment)
        tx.add(row)
    tx.flush()


def _moderation(tx: Transaction, event_id: int, whole: Whole, pitches: Ids) -> None:
    """The log; only pitches have numbers in the file that lead somewhere."""
    tx.add_all(
        Moderation(
            event_id=event_id,
            at=it.at,
            act=it.act,
            kind=it.kind,
            ref=pitches.get(it.ref or 0) if it.kind is ModerationKind.PITCH else None,
            organiser=it.by == "organiser",
        )
        for it in whole.moderation
    )


def _grid(tx: Transaction, event: Event, placed: list[PlacementPart], pitches: Ids, slots: Ids, rooms: Ids) -> None:
    grid = {pitches[it.pitch]: Spot(slots[it.slot], rooms[it.room], it.pinned) for it in placed}
    versions.replace(tx, roles.at_the_machine(event), event.grid_version, grid, GridCause.IMPORT, "Imported.")


def _people(tx: Transaction, event_id: int, voted: dict[int, datetime | None]) -> Ids:
    today = now().date()
    return _stored(
        tx,
        {
            number: Person(
                event_id=event_id,
                token=people.new_token(),
                voted_on=last_vote.date() if last_vote else None,
                joined_on=last_vote.date() if last_vote else today,
            )
            for number, last_vote in voted.items()
        },
    )


def _seen_by(whole: Whole, pitch: PitchPart) -> int:
    """Who voted after the pitch was made, where the file (of an earlier release) does not say how many could see it."""
    return sum(last is not None and last >= pitch.created_at for last in whole.last_vote.values())


def _stored(tx: Transaction, rows: dict[int, Any]) -> Ids:
    tx.add_all(rows.values())
    tx.flush()
    return {number: row.id for number, row in rows.items()}
