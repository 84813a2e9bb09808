"""Lines of imported files become rows: of a new event, or of one that is there."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, column, func, literal, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel, col, delete, select, update

from eventkit import progress
from eventkit.clock import now
from eventkit.errors import Closed, Invalid
from eventkit.event import archive, as_typed, limits, notices, voting_end
from eventkit.event.as_typed import RoomLine, SlotLine
from eventkit.imports import again
from eventkit.imports.again import Differing, Here, Last, MergedLine, Recognised, Takes
from eventkit.imports.sheets import PitchLine, VoteLine
from eventkit.market import repeats
from eventkit.storage import change_log
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import (
    ChangeKind,
    Event,
    ImportedPitch,
    NoticeKind,
    Person,
    Pitch,
    Placement,
    Vote,
    metadata,
)
from eventkit.text import codes
from eventkit.text.language import gettext as _

FIRST_SLOT, LENGTH, BREAK, LUNCH = time(9, 30), timedelta(minutes=45), timedelta(minutes=15), timedelta(minutes=60)

BATCH = 5_000  # rows of one statement
FLUSHED = 500  # rows made before they are sent: a database hears of a long import all the time, or ends it as idle
NAMED = 5  # titles that are said of what came
IMPORTED = "file:"  # what tokens of people begin with who came from a file


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What came of an import: how many pitches were added and how many brought up to date, voters and votes."""

    pitches: int = 0
    updated: int = 0
    voters: int = 0
    votes: int = 0
    titles: tuple[str, ...] = ()  # of the first that were added
    # Titles of those that are here and hidden, merged or withdrawn, and were left as they are.
    stay: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()  # titles of those that were deleted here
    missing: tuple[str, ...] = ()  # of those that came with the file when it came last, and are not in it any more
    kept: int = 0  # pitches that changed here, and stay as they are here
    differing: tuple[Differing, ...] = ()  # texts that stay as they are here, and that the file says otherwise


def most_wanted(pitches: list[PitchLine], votes: list[VoteLine], top: int | None) -> list[PitchLine]:
    """The `top` pitches that most people want, ties in the file's order; all of them where `top` is None."""
    if top is None or top >= len(pitches):
        return pitches
    wanted = Counter(vote.pitch for vote in votes)
    best = sorted(range(len(pitches)), key=lambda place: (-wanted[pitches[place].id], place))[:top]
    return [pitches[place] for place in sorted(best)]


def add(
    tx: Transaction, event: Event, pitches: list[PitchLine], votes: list[VoteLine], takes: Takes = again.nothing
) -> Imported:
    """Add pitches, and a person for each voter, to an event; votes on other pitches are left out.

    What came before is brought up to date, never doubled: see again.recognise(); and the vote of the same voter. What
    changed here since stays, but where `takes` says that the file is to be taken at its word.
    What is hidden, withdrawn, or part of another pitch, stays that, and what was deleted here is not made again.
    Raises TooMany; Closed for an event that takes no more votes, or nothing any more.
    """
    refuse_closed(tx, event, with_votes=bool(votes))
    lines = [again.without_names(line) for line in pitches] if event.names_off else pitches
    here, said = again.pitches(tx, event.id), again.lasts(tx, event.id)
    known = again.recognise(here, said, lines)
    there = {line_id: it.here for line_id, it in known.items() if it.here}
    new = [line for line in lines if line.id not in known]
    limits.refuse_above(limits.ALL_PITCHES, event, sum(not it.off for it in here) + len(new) - 1)
    moment = now()
    ids = {line_id: pitch.id for line_id, pitch in there.items()}
    ids |= _store_pitches(tx, event, new, moment - timedelta(minutes=1))
    settled = [
        (there[it.id], again.settle(it, there[it.id], known[it.id].last, takes))
        for it in lines
        if it.id in there and not there[it.id].off and not there[it.id].repeats
    ]
    _update(tx, event, settled, moment)
    _remember(tx, event, lines, known, ids)
    kept = [vote for vote in votes if vote.pitch in ids]
    persons = _people(tx, event, list(dict.fromkeys(vote.voter for vote in kept)), moment)
    ballots = {(persons[it.voter], ids[it.pitch]): it.interest for it in kept}
    _store_votes(tx, [[*key, interest] for key, interest in ballots.items()])
    change_log.record(tx, event.id, ChangeKind.PITCH)
    stay = tuple(line.title for line in lines if line.id in there and there[line.id].off)
    return Imported(
        pitches=len(new),
        updated=len(there) - len(stay),
        voters=len(persons),
        votes=len(ballots),
        titles=tuple(line.title for line in new[:NAMED]),
        stay=stay,
        deleted=tuple(line.title for line in lines if line.id in known and line.id not in there),
        missing=_missing(here, said, known),
        kept=sum(it.kept for _here, it in settled),
        differing=tuple(one for _here, it in settled for one in it.differing),
    )


def _missing(here: list[Here], said: list[Last], known: dict[str, Recognised]) -> tuple[str, ...]:
    """Titles of what stands here and came with lines of the file when that came last, and is not in it now."""
    numbers = {it.last.number for it in known.values() if it.last}
    found = {it.here.id for it in known.values() if it.here}
    came = {it.pitch_id for it in said if it.number in numbers}
    return tuple(it.title for it in here if it.id in came and it.id not in found and not it.off)


def refuse_closed(tx: Transaction, event: Event, with_votes: bool) -> None:
    """Raise Closed where an event takes no more: nothing in the archive, no votes once voting is closed or sealed."""
    archive.refuse_archived(event)
    if with_votes and event.sealed_at is not None:
        raise Closed(_("The ballots of this event are sealed, so it takes no more votes. Import the pitches alone."))
    if with_votes and (not event.voting_open or voting_end.is_over(tx, event)):
        raise Closed(
            _("Voting is closed, so this event takes no more votes. Open it again first, or import the pitches alone.")
        )


def _store_pitches(tx: Transaction, event: Event, lines: list[PitchLine], moment: datetime) -> dict[str, int]:
    """Add a pitch for each line, in their order; a line's id -> its pitch."""
    usual = Pitch(event_id=event.id, title="", created_at=moment, edited_at=moment)
    texts = [[it.title, it.description, it.host] for it in lines]
    last = tx.scalar(select(func.max(Pitch.id))) or 0
    store(tx, usual, ("title", "description", "host_name"), texts)
    made = tx.scalars(select(Pitch.id).where(col(Pitch.id) > last).order_by(col(Pitch.id)))
    return dict(zip((it.id for it in lines), made, strict=True))


def _update(tx: Transaction, event: Event, settled: list[tuple[Here, MergedLine]], moment: datetime) -> None:
    """Take over what is settled: all in one statement, but what people see on the grid, or what repeats and parts say.

    Of that, people are told.
    """
    changed = {here.id: it.says for here, it in settled if it.says != (here.title, here.description, here.host)}
    looked_at = {*tx.scalars(select(Pitch.repeat_of).where(Pitch.event_id == event.id))}
    looked_at |= {*tx.scalars(select(Pitch.merged_into).where(Pitch.event_id == event.id))}
    shown = select(Placement.pitch_id).where(Placement.event_id == event.id)
    looked_at |= {*tx.scalars(shown.where(Placement.version == (event.published_version or 0)))}
    given = _Given(tx, [[pitch_id, *says] for pitch_id, says in changed.items() if pitch_id not in looked_at])
    values = {
        name: given.cell(place, Pitch, name) for place, name in enumerate(("title", "description", "host_name"), 1)
    }
    statement = update(Pitch).where(col(Pitch.id) == given.cell(0, Pitch, "id")).values(values | {"edited_at": moment})
    tx.execute(statement, execution_options={"synchronize_session": False})
    for pitch_id in changed.keys() & looked_at:
        _edit(tx, tx.get_one(Pitch, pitch_id), changed[pitch_id], moment)


def _edit(tx: Transaction, pitch: Pitch, says: tuple[str, str, str], moment: datetime) -> None:
    """Let a pitch say this for itself, and people know who see it; what a joint pitch says for all its parts stays."""
    title, description, host = says
    own = pitch.own_content
    if own is not None:
        pitch.own_content, title, description = (
            {**own, "title": title, "description": description},
            pitch.title,
            pitch.description,
        )
    if title != pitch.title:
        notices.leave_of_pitch(tx, pitch.event_id, NoticeKind.RETITLED, pitch.id, was_title=pitch.title)
    elif (description, host) != (pitch.description, pitch.host_name):
        notices.leave_of_pitch(tx, pitch.event_id, NoticeKind.EDITED, pitch.id)
    pitch.title, pitch.description, pitch.host_name, pitch.edited_at = title, description, host, moment
    repeats.as_the_first(tx, pitch, None)


def _remember(
    tx: Transaction, event: Event, lines: list[PitchLine], known: dict[str, Recognised], ids: dict[str, int]
) -> None:
    """Keep what the file says, for the next time; of what is off or deleted here what it said before."""
    number = 1 + (tx.scalar(select(func.max(ImportedPitch.number)).where(ImportedPitch.event_id == event.id)) or 0)
    rows: list[list[Any]] = []
    for line in lines:
        here, last = known.get(line.id, Recognised(None, None))
        left = line.id in known and (here is None or here.off or here.repeats)
        if left and last:
            rows.append([ids.get(line.id), number, *last[3:]])
        elif not left:
            rows.append([ids[line.id], number, *again.remembered(line, last)])
    before = _Given(tx, [[it.last.id] for it in known.values() if it.last])
    old = select(before.cell(0, ImportedPitch, "id")).select_from(before.rows)
    tx.execute(delete(ImportedPitch).where(col(ImportedPitch.id).in_(old)))
    usual = ImportedPitch(event_id=event.id, number=number, line="", key="", title="", description="", host="")
    store(tx, usual, ("pitch_id", "number", *Last._fields[3:]), rows)


def _store_votes(tx: Transaction, rows: list[list[Any]]) -> None:
    names = ("person_id", "pitch_id", "interest")
    for start in progress.along(_("Writing votes"), -(-len(rows) // BATCH), range(0, len(rows), BATCH)):
        given = _Given(tx, rows[start : start + BATCH])
        votes = select(*(given.cell(place, Vote, name) for place, name in enumerate(names))).select_from(given.rows)
        statement = insert(tx, metadata.tables["vote"]).from_select(names, votes.where(true()))
        taken = {"interest": statement.excluded["interest"]}
        tx.execute(statement.on_conflict_do_update(index_elements=["person_id", "pitch_id"], set_=taken))


def store(tx: Transaction, usual: SQLModel, names: Sequence[str], rows: list[list[Any]]) -> None:
    """Add rows, of which only `names` differ from the `usual` one, in their order: a statement for thousands."""
    table: Any = usual.__table__  # type: ignore[attr-defined]
    same = {it.name: literal(getattr(usual, it.name), it.type) for it in table.c if it.name not in (*names, "id")}
    for start in range(0, len(rows), BATCH):
        given = _Given(tx, rows[start : start + BATCH])
        differ = [given.cell(place, type(usual), name) for place, name in enumerate(names)]
        new = select(*same.values(), *differ).select_from(given.rows).order_by(given.rows.c.key)
        tx.execute(table.insert().from_select([*same, *names], new))


class _Given:
    """Rows as one parameter of a statement, which the database takes apart: other writers wait a fifth of the time."""

    def __init__(self, tx: Transaction, rows: list[list[Any]]):
        sent = literal(json.dumps(rows, ensure_ascii=False), Text())
        self._on_sqlite = tx.get_bind().dialect.name == "sqlite"
        if self._on_sqlite:
            self.rows = func.json_each(sent).table_valued("key", "value", name="given")
        else:
            taken_apart = func.jsonb_array_elements(cast(sent, JSONB)).table_valued(
                column("value", JSONB), with_ordinality="key", name="given"
            )
            self.rows = taken_apart.render_derived()

    def cell(self, place: int, table: type[SQLModel], name: str) -> ColumnElement[Any]:
        """What stands at that place in each row, for that column of a table."""
        value: Any = self.rows.c.value
        found = func.json_extract(value, f"$[{place}]") if self._on_sqlite else value[place].astext
        return cast(found, metadata.tables[str(table.__tablename__)].c[name].type)


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


def _people(tx: Transaction, event: Event, voters: list[str], moment: datetime) -> dict[str, int]:
    """A person for each voter of the file: the one who came with an earlier import of that name, else a new one."""
    tokens = {voter: _token(event, voter) for voter in voters}
    known = select(Person.token, Person.id).where(Person.event_id == event.id, col(Person.token).startswith(IMPORTED))
    there = {row.token for row in tx.execute(known)}
    new = [[token] for token in tokens.values() if token not in there]
    usual = Person(event_id=event.id, token="", voted_on=moment.date(), joined_on=moment.date())
    store(tx, usual, ("token",), new)
    if new:  # else each pitch would be written as it is
        seen = update(Pitch).where(col(Pitch.event_id) == event.id).values(seen_by=Pitch.seen_by + len(new))
        tx.execute(seen, execution_options={"synchronize_session": False})  # of what is in memory nobody reads it
    ids = {row.token: row.id for row in tx.execute(known)}  # by token: those of phones are drawn, so in no order
    return {voter: ids[token] for voter, token in tokens.items()}


def _token(event: Event, voter: str) -> str:
    """The same for the same voter at the same event. Nobody's cookie has it: cookies are signed."""
    return IMPORTED + codes.digest(f"{event.id} {event.created_at.isoformat()} {voter}")[:30]
