"""Lines of imported files become rows: of a new event, or of one that is there."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import select

from eventkit.clock import now
from eventkit.errors import Invalid
from eventkit.event import events, limits, people
from eventkit.event.events import RoomLine, SlotLine
from eventkit.imports.sheets import PitchLine, VoteLine
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, Person, Pitch, Vote
from eventkit.text import codes

FIRST_SLOT, LENGTH, BREAK, LUNCH = time(9, 30), timedelta(minutes=45), timedelta(minutes=15), timedelta(minutes=60)


@dataclass(frozen=True)
class Imported:
    """What came of an import."""

    pitches: int
    voters: int
    votes: int


def most_wanted(pitches: list[PitchLine], votes: list[VoteLine], top: int | None) -> list[PitchLine]:
    """The `top` pitches that most people want, ties in the file's order; all of them where `top` is None."""
    if top is None or top >= len(pitches):
        return pitches
    wanted = Counter(vote.pitch for vote in votes)
    best = sorted(range(len(pitches)), key=lambda place: (-wanted[pitches[place].id], place))[:top]
    return [pitches[place] for place in sorted(best)]


def add(tx: Transaction, event: Event, pitches: list[PitchLine], votes: list[VoteLine]) -> Imported:
    """Add pitches, and a person for each voter, to an event; votes on other pitches are left out. Raises TooMany."""
    known = len(tx.scalars(select(Pitch.id).where(Pitch.event_id == event.id)).all())
    limits.refuse_above(limits.ALL_PITCHES, event, known + len(pitches) - 1)
    moment = now()
    ids = {line.id: _pitch(tx, event.id, line, moment - timedelta(minutes=1)) for line in pitches}
    kept = [vote for vote in votes if vote.pitch in ids]
    persons = _people(tx, event.id, list(dict.fromkeys(vote.voter for vote in kept)), moment)
    rows = [
        {"person_id": persons[it.voter], "pitch_id": ids[it.pitch], "interest": it.interest, "cast_at": moment}
        for it in kept
    ]
    if rows:
        tx.execute(insert(Vote), rows)
    change_log.record(tx, event.id, ChangeKind.PITCH)
    return Imported(len(ids), len(persons), len(rows))


def day_of(slots: int) -> list[SlotLine]:
    """A day of that many slots of 45 minutes with breaks of 15, and lunch in the middle of a longer one."""
    if not 1 <= slots <= events.MOST_SLOTS:
        raise Invalid(f"{slots} slots cannot be used. Give a number from 1 up.")
    moment = datetime.combine(date(2000, 1, 1), FIRST_SLOT)
    lines = []
    for number in range(1, slots + 1):
        lines.append(_slot(moment, LENGTH, ""))
        moment += LENGTH + BREAK
        if slots >= 4 and number == slots // 2:
            lines.append(_slot(moment - BREAK, LUNCH, "Lunch"))
            moment += LUNCH - BREAK
    if moment.date() != date(2000, 1, 1):
        raise Invalid(f"{slots} slots do not fit into one day from {FIRST_SLOT:%H:%M} on. Use fewer.")
    return lines


def rooms_of(number: int, capacity: int) -> list[RoomLine]:
    """Rooms called Room 1, Room 2, ..."""
    if not 1 <= number <= events.MOST_ROOMS:
        raise Invalid(f"{number} rooms cannot be used. Give a number from 1 to {events.MOST_ROOMS}.")
    return [RoomLine(f"Room {place}", capacity, ()) for place in range(1, number + 1)]


def _slot(starts: datetime, length: timedelta, title: str) -> SlotLine:
    return SlotLine(starts.time(), (starts + length).time(), title)


def _pitch(tx: Transaction, event_id: int, line: PitchLine, moment: datetime) -> int:
    pitch = Pitch(
        event_id=event_id,
        title=line.title,
        description=line.description,
        host_name=line.host,
        claim_code=_unused(tx, event_id, Pitch.claim_code, Pitch.event_id),
        created_at=moment,
        edited_at=moment,
    )
    tx.add(pitch)
    tx.flush()
    return pitch.id


def _people(tx: Transaction, event_id: int, voters: list[str], moment: datetime) -> dict[str, int]:
    persons = {
        voter: Person(
            event_id=event_id,
            token=people.new_token(),
            link_code=_unused(tx, event_id, Person.link_code, Person.event_id),
            calendar_key=codes.secret(),
            last_ballot_at=moment,
            created_at=moment,
        )
        for voter in voters
    }
    tx.add_all(persons.values())
    tx.flush()
    return {voter: person.id for voter, person in persons.items()}


def _unused(tx: Transaction, event_id: int, column: Any, owner: Any) -> str:
    """A code with so many possibilities that one of thousands is taken hardly ever; that one is tried again."""
    return codes.unused(
        lambda: codes.speakable(4, digits=2),
        lambda code: tx.scalar(select(column).where(owner == event_id, column == code)) is not None,
    )
