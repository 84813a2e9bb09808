"""Votes: cast, counted, shown when they may be, and corrected for pitches that came late."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col, delete, func, select, update

from eventkit import limits, people
from eventkit.clock import now
from eventkit.errors import Closed, NotFound
from eventkit.storage import changes
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, Person, Pitch, Vote

NONE, INTERESTED, MUST_GO = 0, 1, 2
PRIOR_VOTERS = 5  # how many voters the mean of all pitches weighs as much as, in the correction
FEWEST_UNEXPOSED, LEAST_UNEXPOSED = 3, 0.05  # voters, and share of voters, below which lateness is noise

MOST_TALLIES = 100  # events whose tally a process keeps


@dataclass(frozen=True)
class Count:
    """How many people want a session."""

    interested: int = 0
    must_go: int = 0

    @property
    def people(self) -> int:
        return self.interested + self.must_go


class Turnout(NamedTuple):
    """How many people have voted, and how many votes there are."""

    voters: int
    votes: int


class Wish(NamedTuple):
    """One person's interest in one pitch that can be placed."""

    person_id: int
    pitch_id: int
    interest: int


_tallies: WeakKeyDictionary[Engine, dict[int, tuple[int, dict[int, Count]]]] = WeakKeyDictionary()  # see shown_tally()

# The statements of the busiest path are built once: building one costs more than running it.
_vote, _person, _pitch = (SQLModel.metadata.tables[name] for name in ("vote", "person", "pitch"))
_others = _pitch.alias()
_merged = select(_others.c.id).where(_others.c.merged_into == bindparam("pitch_id"))
_facts: tuple[Any, ...] = (
    *(Event.id, Event.voting_open, Event.limits, Pitch.id, Pitch.withdrawn_at, Pitch.merged_into, Person.id),
    _merged.exists(),
)
_asked: Any = (
    select(*_facts)
    .select_from(Event)
    .outerjoin(Pitch, (Pitch.event_id == Event.id) & (Pitch.id == bindparam("pitch_id")))
    .outerjoin(Person, (Person.event_id == Event.id) & (Person.token == bindparam("token")))
    .where(Event.code == bindparam("code"))
)
_mine = _vote.c.person_id == bindparam("person_id")
_take_back = delete(_vote).where(_mine, _vote.c.pitch_id == bindparam("pitch_id"))
_take_back_merged = delete(_vote).where(_mine, _vote.c.pitch_id.in_(_merged))
_voted = update(_person).where(_person.c.id == bindparam("person")).values(last_ballot_at=bindparam("at"))


def _upsert(dialect: Any) -> Any:
    new = dialect.insert(_vote)
    changed = {"interest": new.excluded.interest, "cast_at": new.excluded.cast_at}
    return new.on_conflict_do_update(index_elements=["person_id", "pitch_id"], set_=changed)


_put = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


def cast(
    tx: Transaction, code: str, token: str, pitch_id: int, interest: int, rates: limits.Rates | None = None
) -> None:
    """Set somebody's interest in a pitch: 0 none, 1 interested, 2 must go. The same again changes nothing.

    Takes the event's code and the phone's token, and asks the database all it must know in one question, because
    hundreds of phones do this in the same second. Raises NotFound, Closed, TooMany.
    """
    asked = {"code": code, "token": token, "pitch_id": pitch_id}
    found = tx.connection().execute(_asked, asked).first()
    if found is None:
        raise NotFound("There is no event with this code. Check it against the poster or the screen.")
    event_id, voting_open, raised, known_pitch, withdrawn_at, merged_into, person_id, has_merged = found
    _refuse_unless_open(voting_open, known_pitch, withdrawn_at, merged_into)
    if rates is not None:
        rates.spend(limits.VOTES, (event_id, token), raised)
    person_id = person_id or people.ensure(tx, event_id, token).id
    put(tx, person_id, pitch_id, interest, at := now())
    if has_merged:  # who votes on a merged pitch means all of it
        tx.connection().execute(_take_back_merged, {"person_id": person_id, "pitch_id": pitch_id})
    tx.connection().execute(_voted, {"person": person_id, "at": at})
    changes.record(tx, event_id, ChangeKind.VOTE)  # without the pitch: counts stay hidden while voting is open


def put(tx: Transaction, person_id: int, pitch_id: int, interest: int, at: datetime) -> None:
    """Keep a vote, unchecked: for cast() and for imports. Interest 0 takes it back."""
    if interest == NONE:
        tx.connection().execute(_take_back, {"person_id": person_id, "pitch_id": pitch_id})
        return
    vote = {"person_id": person_id, "pitch_id": pitch_id, "interest": interest, "cast_at": at}
    tx.connection().execute(_put[tx.get_bind().dialect.name], vote)


def own(tx: Transaction, event_id: int, person_id: int | None) -> dict[int, int]:
    """Pitch id -> this person's interest, for the pitches that can be voted on."""
    if person_id is None:
        return {}
    query = _united().where(Pitch.event_id == event_id, Vote.person_id == person_id)
    return {pitch_id: interest for _, pitch_id, interest in tx.execute(query)}


def wishes(tx: Transaction, event_id: int) -> list[Wish]:
    """Everybody's interest in every pitch that can be placed; merged pitches give theirs to the one they are now."""
    return [Wish(*row) for row in tx.execute(_united().where(Pitch.event_id == event_id))]


def tally(tx: Transaction, event_id: int) -> dict[int, Count]:
    """Pitch id -> how many people want it. Only for when counts may be seen: see shown_tally()."""
    person, pitch, interest = _united().where(Pitch.event_id == event_id).subquery().c
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for pitch_id, value, number in tx.execute(select(pitch, interest, func.count(person)).group_by(pitch, interest)):
        counts[pitch_id][value - 1] = number
    return {pitch_id: Count(*both) for pitch_id, both in counts.items()}


def shown_tally(tx: Transaction, event: Event) -> dict[int, Count] | None:
    """The tally, or None while voting is open: then nobody sees it, so that nobody votes by what others want.

    Only for reading. Everybody's pages show it and it is counted from all votes, so it is counted once for each change
    of votes or pitches and kept; where another process made that change, the number of the change tells.
    """
    if event.voting_open:
        return None
    kept = _tallies.setdefault(tx.get_bind().engine, {})
    newest = changes.newest_of(tx, event.id, (ChangeKind.VOTE, ChangeKind.PITCH))
    if event.id not in kept or kept[event.id][0] != newest:
        if len(kept) >= MOST_TALLIES:
            kept.clear()
        kept[event.id] = newest, tally(tx, event.id)
    return kept[event.id][1]


def turnout(tx: Transaction, event_id: int) -> Turnout:
    """What an organiser may know while voting is open."""
    voters = (
        select(func.count())
        .select_from(Person)
        .where(Person.event_id == event_id, col(Person.last_ballot_at).is_not(None))
    )
    votes = select(func.count()).select_from(Vote).join(Pitch).where(Pitch.event_id == event_id)
    return Turnout(tx.scalar(voters) or 0, tx.scalar(votes) or 0)


def crowds(tx: Transaction, event: Event) -> dict[int, int]:
    """Pitch id -> how many people would want it, had everybody seen it; only for pitches that came late."""
    last_votes = tx.scalars(
        select(Person.last_ballot_at).where(Person.event_id == event.id, col(Person.last_ballot_at).is_not(None))
    )
    live = select(Pitch.id, Pitch.created_at).where(
        Pitch.event_id == event.id, col(Pitch.withdrawn_at).is_(None), col(Pitch.merged_into).is_(None)
    )
    counts = tally(tx, event.id)
    pitched = [(pitch_id, made, counts.get(pitch_id, Count()).people) for pitch_id, made in tx.execute(live)]
    return corrected([at for at in last_votes if at], pitched)


def corrected(last_votes: Iterable[datetime], pitched: list[tuple[int, datetime, int]]) -> dict[int, int]:
    """The correction on its own, from each voter's last vote and each pitch's (id, moment made, voters).

    Of N voters, E voted last after the pitch was made, and so could have seen it; n of them want it. Of the N - E
    who could not, we expect the share (n + k*mu) / (E + k), where mu is the share of all pitches together and
    k = PRIOR_VOTERS: few eyes shrink it towards mu. The crowd is n + (N - E) * that share. See docs/late-pitches.md.
    """
    times = sorted(last_votes)
    exposed = {pitch_id: len(times) - bisect_left(times, made) for pitch_id, made, _ in pitched}
    mean = sum(voters for _, _, voters in pitched) / max(1, sum(exposed.values()))
    found = {}
    for pitch_id, _, voters in pitched:
        unexposed = len(times) - exposed[pitch_id]
        if unexposed >= max(FEWEST_UNEXPOSED, LEAST_UNEXPOSED * len(times)):
            share = min(1.0, (voters + PRIOR_VOTERS * mean) / (exposed[pitch_id] + PRIOR_VOTERS))
            found[pitch_id] = round(voters + unexposed * share)
    return found


def _united() -> Any:
    root: Any = func.coalesce(Pitch.merged_into, Pitch.id)
    live = select(Pitch.id).where(col(Pitch.withdrawn_at).is_(None))
    query = select(Vote.person_id, root, func.max(Vote.interest)).join(Pitch, col(Vote.pitch_id) == Pitch.id)
    return query.where(col(Pitch.withdrawn_at).is_(None), root.in_(live)).group_by(col(Vote.person_id), root)


def _refuse_unless_open(voting_open: bool, known_pitch: int | None, withdrawn_at: object, merged_into: object) -> None:
    if known_pitch is None:
        raise NotFound("There is no such pitch at this event.")
    if not voting_open:
        raise Closed("Voting is closed, so this vote was not counted. What you voted before still counts.")
    if withdrawn_at is not None:
        raise Closed("This pitch was withdrawn, so it takes no votes.")
    if merged_into is not None:
        raise Closed("This pitch is now part of another one. Vote on that one; your vote here counts for it.")
