"""Lines of imported files become rows: of a new event, or of one that is there."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select, update

from eventkit import progress
from eventkit.clock import now
from eventkit.errors import Closed, Invalid
from eventkit.event import archive, as_typed, limits, people, voting_end
from eventkit.event.as_typed import RoomLine, SlotLine
from eventkit.imports.sheets import PitchLine, VoteLine
from eventkit.market.on_offer import live
from eventkit.storage import change_log
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import ChangeKind, Event, Person, Pitch, metadata
from eventkit.text import clean, codes
from eventkit.text.language import gettext as _

FIRST_SLOT, LENGTH, BREAK, LUNCH = time(9, 30), timedelta(minutes=45), timedelta(minutes=15), timedelta(minutes=60)

BATCH = 5_000  # rows of one statement
FLUSHED = 500  # rows made before they are sent: a database hears of a long import all the time, or ends it as idle
NAMED = 5  # titles that are said of what came
IMPORTED = "file:"  # what tokens of people begin with who came from a file


@dataclass(frozen=True)
class Imported:
    """What came of an import: how many pitches were added and how many brought up to date, voters and votes."""

    pitches: int
    updated: int
    voters: int
    votes: int
    titles: tuple[str, ...] = ()  # of the first that were added
    # Titles of those that are here and hidden, merged or withdrawn, and were left as they are.
    stay: tuple[str, ...] = ()


def most_wanted(pitches: list[PitchLine], votes: list[VoteLine], top: int | None) -> list[PitchLine]:
    """The `top` pitches that most people want, ties in the file's order; all of them where `top` is None."""
    if top is None or top >= len(pitches):
        return pitches
    wanted = Counter(vote.pitch for vote in votes)
    best = sorted(range(len(pitches)), key=lambda place: (-wanted[pitches[place].id], place))[:top]
    return [pitches[place] for place in sorted(best)]


def add(tx: Transaction, event: Event, pitches: list[PitchLine], votes: list[VoteLine]) -> Imported:
    """Add pitches, and a person for each voter, to an event; votes on other pitches are left out.

    What came before is brought up to date, never doubled: a pitch of the same title, and the vote of the same voter.
    What is hidden, withdrawn, or part of another pitch, stays that: no file puts it back, not as a second pitch either.
    Raises TooMany; Closed for an event that takes no more votes, or nothing any more.
    """
    refuse_closed(tx, event, with_votes=bool(votes))
    standing = tx.scalars(select(Pitch).where(*live(event.id)).order_by(col(Pitch.id))).all()
    off = tx.scalars(select(Pitch).where(*_off(event.id)).order_by(col(Pitch.id))).all()
    there = _matched([*standing, *off], pitches)
    staying = {line_id for line_id, pitch in there.items() if pitch in off}
    new = [line for line in pitches if line.id not in there]
    limits.refuse_above(limits.ALL_PITCHES, event, len(standing) + len(new) - 1)
    moment = now()
    made: dict[str, Pitch] = {}
    ids = {line_id: pitch.id for line_id, pitch in there.items()}
    for number, line in enumerate(progress.along(_("Writing pitches"), len(pitches), pitches), 1):
        if line.id not in there:
            tx.add(pitch := _pitch(tx, event.id, line, moment - timedelta(minutes=1)))
            made[line.id] = pitch
        elif line.id not in staying:
            _update(tx, there[line.id], line, moment)
        if number % FLUSHED == 0:
            tx.flush()
    tx.flush()
    ids |= {line_id: pitch.id for line_id, pitch in made.items()}
    kept = [vote for vote in votes if vote.pitch in ids]
    persons = _people(tx, event, list(dict.fromkeys(vote.voter for vote in kept)), moment)
    rows = {
        (persons[it.voter], ids[it.pitch]): {
            "person_id": persons[it.voter],
            "pitch_id": ids[it.pitch],
            "interest": it.interest,
        }
        for it in kept
    }
    _store_votes(tx, list(rows.values()))
    change_log.record(tx, event.id, ChangeKind.PITCH)
    stay = tuple(line.title for line in pitches if line.id in staying)
    names = tuple(line.title for line in new[:NAMED])
    return Imported(len(new), len(there) - len(stay), len(persons), len(rows), names, stay)


def refuse_closed(tx: Transaction, event: Event, with_votes: bool) -> None:
    """Raise Closed where an event takes no more: nothing in the archive, no votes once voting is closed or sealed."""
    archive.refuse_archived(event)
    if with_votes and event.sealed_at is not None:
        raise Closed(_("The ballots of this event are sealed, so it takes no more votes. Import the pitches alone."))
    if with_votes and (not event.voting_open or voting_end.is_over(tx, event)):
        raise Closed(
            _("Voting is closed, so this event takes no more votes. Open it again first, or import the pitches alone.")
        )


def _off(event_id: int) -> tuple[ColumnElement[bool], ...]:
    """The conditions that say that a pitch was hidden or withdrawn here, or made part of another one."""
    why = Pitch.hidden_at, Pitch.withdrawn_at, Pitch.merged_into
    return col(Pitch.event_id) == event_id, or_(*(col(it).is_not(None) for it in why))


def _matched(there: Sequence[Pitch], lines: list[PitchLine]) -> dict[str, Pitch]:
    """A line's id -> the pitch of its title that is there; of several that of the same host, else in their order."""
    free: dict[str, list[Pitch]] = {}
    for pitch in there:
        free.setdefault(clean.name_key(pitch.title), []).append(pitch)
    found: dict[str, Pitch] = {}
    for by_host in (True, False):
        for line in lines:
            titled = free.get(clean.name_key(line.title), [])
            host = clean.name_key(line.host)
            fits = [it for it in titled if not by_host or clean.name_key(it.host_name) == host]
            if line.id not in found and fits:
                found[line.id] = fits[0]
                titled.remove(fits[0])
    return found


def _update(tx: Transaction, pitch: Pitch, line: PitchLine, moment: datetime) -> int:
    """Take over what the file says; where it says nothing, what is there stays."""
    host = people.name_kept(tx, pitch.event_id, line.host)
    said = {"title": line.title, "description": line.description, "host_name": host}
    for name, value in said.items():
        if value and value != getattr(pitch, name):
            setattr(pitch, name, value)
            pitch.edited_at = moment
    return pitch.id


def _store_votes(tx: Transaction, rows: list[dict[str, Any]]) -> None:
    statement = insert(tx, metadata.tables["vote"])
    taken = {"interest": statement.excluded["interest"]}
    upsert = statement.on_conflict_do_update(index_elements=["person_id", "pitch_id"], set_=taken)
    for start in progress.along(_("Writing votes"), -(-len(rows) // BATCH), range(0, len(rows), BATCH)):
        tx.execute(upsert, rows[start : start + BATCH])


def keep(tx: Transaction, new: Sequence[Any]) -> None:
    """Add rows, however many, in parts."""
    for start in range(0, len(new), FLUSHED):
        tx.add_all(new[start : start + FLUSHED])
        tx.flush()


def day_of(slots: int) -> list[SlotLine]:
    """A day of that many slots of 45 minutes with breaks of 15, and lunch in the middle of a longer one."""
    if not 1 <= slots <= as_typed.MOST_SLOTS:
        raise Invalid(_("%(slots)s slots cannot be used. Give a number from 1 up.", slots=slots))
    moment = datetime.combine(date(2000, 1, 1), FIRST_SLOT)
    lines = []
    for number in range(1, slots + 1):
        lines.append(_slot(moment, LENGTH, ""))
        moment += LENGTH + BREAK
        if slots >= 4 and number == slots // 2:
            lines.append(_slot(moment - BREAK, LUNCH, _("Lunch")))
            moment += LUNCH - BREAK
    if moment.date() != date(2000, 1, 1):
        first = f"{FIRST_SLOT:%H:%M}"
        raise Invalid(
            _("%(slots)s slots do not fit into one day from %(first)s on. Use fewer.", slots=slots, first=first)
        )
    return lines


def rooms_of(number: int, capacity: int) -> list[RoomLine]:
    """Rooms called Room 1, Room 2, ..."""
    if not 1 <= number <= as_typed.MOST_ROOMS:
        most = as_typed.MOST_ROOMS
        raise Invalid(_("%(number)s rooms cannot be used. Give a number from 1 to %(most)s.", number=number, most=most))
    return [RoomLine(f"Room {place}", capacity, ()) for place in range(1, number + 1)]


def _slot(starts: datetime, length: timedelta, title: str) -> SlotLine:
    return SlotLine(starts.time(), (starts + length).time(), title)


def _pitch(tx: Transaction, event_id: int, line: PitchLine, moment: datetime) -> Pitch:
    return Pitch(
        event_id=event_id,
        title=line.title,
        description=line.description,
        host_name=people.name_kept(tx, event_id, line.host),
        created_at=moment,
        edited_at=moment,
    )


def _people(tx: Transaction, event: Event, voters: list[str], moment: datetime) -> dict[str, int]:
    """A person for each voter of the file: the one who came with an earlier import of that name, else a new one."""
    tokens = {voter: _token(event, voter) for voter in voters}
    known = select(Person.token, Person.id).where(Person.event_id == event.id, col(Person.token).startswith(IMPORTED))
    there = {row.token: row.id for row in tx.execute(known)}
    persons = {
        token: Person(
            event_id=event.id,
            token=token,
            voted_on=moment.date(),
            joined_on=moment.date(),
        )
        for token in tokens.values()
        if token not in there
    }
    keep(tx, list(persons.values()))
    seen = update(Pitch).where(col(Pitch.event_id) == event.id).values(seen_by=Pitch.seen_by + len(persons))
    tx.execute(seen, execution_options={"synchronize_session": False})  # of what is in memory nobody reads it
    there |= {token: person.id for token, person in persons.items()}
    return {voter: there[token] for voter, token in tokens.items()}


def _token(event: Event, voter: str) -> str:
    """The same for the same voter at the same event. Nobody's cookie has it: cookies are signed."""
    return IMPORTED + codes.digest(f"{event.id} {event.created_at.isoformat()} {voter}")[:30]
