"""Votes: read, counted, shown when they may be, and corrected for pitches that came late."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, bindparam
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col, func, or_, select

from eventkit.event.people import FEWEST_TOLD
from eventkit.market import on_offer
from eventkit.storage.cache import ResultCache
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, Person, Pitch, SealedVote, Vote

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


Ballots = Mapping[int, Mapping[int, int]]  # person id -> pitch id -> interest


class Turnout(NamedTuple):
    """How many people have voted, and how many votes there are."""

    voters: int
    votes: int


class Untold(StrEnum):
    """Why no figure made of all ballots is told: people still vote, or so few want anything that it would tell what."""

    OPEN = "open"
    FEW = "few"


class Exposure(NamedTuple):
    """How many voters could see a pitch, and how many want it."""

    pitch_id: int
    seen_by: int
    voters: int


class Wish(NamedTuple):
    """One person's interest in one pitch that can be placed."""

    person_id: int
    pitch_id: int
    interest: int


# See shown_tally().
_tallies: ResultCache[dict[int, Count]] = ResultCache((ChangeKind.VOTE, ChangeKind.PITCH), MOST_TALLIES)

_vote, _person, _sealed = (SQLModel.metadata.tables[name] for name in ("vote", "person", "sealedvote"))


def _among(column: Any, name: str) -> Any:
    return column.in_(bindparam(name, expanding=True))


def _votes_of_one(table: Any) -> Any:
    return func.aggregate_strings(sql_cast(4 * table.c.pitch_id + table.c.interest, String), ",")


_coded: Any = (
    select(_vote.c.person_id, _votes_of_one(_vote))
    .join(_person, _person.c.id == _vote.c.person_id)
    .where(_person.c.event_id == bindparam("event_id"), _vote.c.aside_for.is_(None))
    .group_by(_vote.c.person_id)
    .order_by(_vote.c.person_id)
)
_coded_sealed: Any = (
    select(-_sealed.c.ballot, _votes_of_one(_sealed))
    .where(_sealed.c.event_id == bindparam("event_id"), _sealed.c.aside_for.is_(None))
    .group_by(_sealed.c.ballot)
    .order_by(_sealed.c.ballot)
)
_put_aside: Any = (
    select(_vote.c.person_id, _vote.c.pitch_id, _vote.c.interest, _vote.c.aside_for)
    .join(_person, _person.c.id == _vote.c.person_id)
    .where(_person.c.event_id == bindparam("event_id"), _vote.c.aside_for.is_not(None))
)
_put_aside_sealed: Any = select(-_sealed.c.ballot, _sealed.c.pitch_id, _sealed.c.interest, _sealed.c.aside_for).where(
    _sealed.c.event_id == bindparam("event_id"), _sealed.c.aside_for.is_not(None)
)


def counting() -> ColumnElement[bool]:
    """The condition that a Vote joined to its Pitch counts: it was not set aside for one that it is one with now."""
    spoken, root = aliased(Pitch), func.coalesce(Pitch.merged_into, Pitch.id)
    now_in = func.coalesce(spoken.merged_into, spoken.id)
    one = select(spoken.id).where(col(spoken.id) == Vote.aside_for, now_in == root, *on_offer.offered(spoken))
    return or_(col(Vote.aside_for).is_(None), ~one.exists())


def own(tx: Transaction, event_id: int, person_id: int | None) -> dict[int, int]:
    """Pitch id -> this person's interest, for the pitches that can be voted on."""
    if person_id is None:
        return {}
    query = _united().where(Pitch.event_id == event_id, Vote.person_id == person_id)
    return {pitch_id: interest for _, pitch_id, interest in tx.execute(query)}


def united(tx: Transaction, event_id: int, choices: Mapping[int, int]) -> dict[int, int]:
    """The same of choices that a phone kept itself: those that still stand, under the pitches that they are now."""
    root: Any = func.coalesce(Pitch.merged_into, Pitch.id)
    query = select(Pitch.id, root).where(Pitch.event_id == event_id, _among(Pitch.id, "ids"), *on_offer.offered())
    found: dict[int, int] = {}
    for pitch_id, now_in in tx.execute(query, {"ids": list(choices)}):
        found[now_in] = max(found.get(now_in, 0), choices[pitch_id])
    return found


def wishes(tx: Transaction, event_id: int) -> list[Wish]:
    """Everybody's interest in every pitch that can be placed; merged pitches give theirs to the one they are now."""
    wanted = by_person(tx, event_id).items()
    return [Wish(person_id, pitch_id, interest) for person_id, own in wanted for pitch_id, interest in own.items()]


def by_person(tx: Transaction, event_id: int) -> dict[int, dict[int, int]]:
    """The same by person: pitch id -> interest, in order of ids. A sealed ballot is the person of a number below 0.

    A large event has a hundred thousand votes, and a row of each would take longer to pass on than to find: the
    database hands over one text a person, `pitch * 4 + interest` for each vote, which is looked up here.
    """
    kept = select(Pitch.id, Pitch.merged_into).where(Pitch.event_id == event_id, *on_offer.offered())
    roots = {pitch_id: merged_into or pitch_id for pitch_id, merged_into in tx.execute(kept)}
    known = {
        str(4 * pitch_id + interest): (root, interest)
        for pitch_id, root in roots.items()
        if root in roots
        for interest in (INTERESTED, MUST_GO)
    }
    found = {}
    asked = {"event_id": event_id}
    for person_id, coded in (*tx.execute(_coded, asked), *tx.execute(_coded_sealed, asked)):
        # where somebody wants two pitches that are one now, the stronger wish comes last and stays
        if own := dict(sorted(known[vote] for vote in coded.split(",") if vote in known)):
            found[person_id] = own
    for person_id, pitch_id, interest, aside_for in (
        *tx.execute(_put_aside, asked),
        *tx.execute(_put_aside_sealed, asked),
    ):
        root = roots.get(pitch_id)
        if root in roots and roots.get(aside_for) != root:  # apart from the one that it was set aside for
            own = found.setdefault(person_id, {})
            own[root] = max(own.get(root, NONE), interest)
    return {person_id: dict(sorted(found[person_id].items())) for person_id in sorted(found)}


def tally(tx: Transaction, event_id: int) -> dict[int, Count]:
    """Pitch id -> how many people want it. Only for when counts may be seen: see shown_tally()."""
    wanted = Counter(wish for own in by_person(tx, event_id).values() for wish in own.items())
    pitched = {pitch_id for pitch_id, _ in wanted}
    return {it: Count(wanted[it, INTERESTED], wanted[it, MUST_GO]) for it in pitched}


def shown_tally(tx: Transaction, event: Event) -> dict[int, Count] | None:
    """The tally, or None while voting is open: then nobody sees it, so that nobody votes by what others want.

    Only for reading. Everybody's pages show it and it is counted from all votes, so it is counted once for each change
    of votes or pitches and kept.
    """
    if event.voting_open:
        return None
    return _tallies.get(tx, event.id, lambda: tally(tx, event.id))


def untold(tx: Transaction, event: Event) -> Untold | None:
    """Why figures made of all ballots together are not told; None where they may be."""
    if event.voting_open:
        return Untold.OPEN
    wanted = select(func.count(func.distinct(col(Vote.person_id)))).join(Pitch, col(Pitch.id) == col(Vote.pitch_id))
    sealed = select(func.count(func.distinct(col(SealedVote.ballot)))).where(SealedVote.event_id == event.id)
    here = Pitch.event_id == event.id, Vote.interest > NONE
    people = (tx.scalar(wanted.where(*here)) or 0) + (tx.scalar(sealed) or 0)
    return Untold.FEW if 0 < people < FEWEST_TOLD else None


def turnout(tx: Transaction, event_id: int) -> Turnout:
    """What an organiser may know while voting is open."""
    votes = (
        select(func.count())
        .select_from(Vote)
        .join(Pitch, col(Pitch.id) == col(Vote.pitch_id))
        .where(Pitch.event_id == event_id)
    )
    sealed = select(func.count()).select_from(SealedVote).where(SealedVote.event_id == event_id)
    return Turnout(_voters(tx, event_id), (tx.scalar(votes) or 0) + (tx.scalar(sealed) or 0))


def _voters(tx: Transaction, event_id: int) -> int:
    mine = Person.event_id == event_id, col(Person.voted_on).is_not(None)
    sealed = select(Event.sealed_voters).where(Event.id == event_id)
    return (tx.scalar(select(func.count()).select_from(Person).where(*mine)) or 0) + (tx.scalar(sealed) or 0)


def crowds(tx: Transaction, event: Event, wanted: Mapping[int, Mapping[int, int]]) -> dict[int, int]:
    """Pitch id -> how many people would want it, had everybody seen it; only for pitches that came late.

    `wanted` is what by_person() says.
    """
    counts = Counter(pitch_id for own in wanted.values() for pitch_id in own)
    seen = tx.execute(select(Pitch.id, Pitch.seen_by).where(*on_offer.votable(event.id)))
    return corrected(_voters(tx, event.id), [Exposure(it, seen_by, counts[it]) for it, seen_by in seen])


def corrected(all_voters: int, pitched: Iterable[Exposure]) -> dict[int, int]:
    """The correction on its own, from how many people voted, and for each pitch how many saw it and want it.

    Of N voters, E voted once the pitch was there, and so could have seen it; n of them want it. Of the N - E
    who could not, we expect the share (n + k*mu) / (E + k), where mu is the share of all pitches together and
    k = PRIOR_VOTERS: few eyes shrink it towards mu. The crowd is n + (N - E) * that share. See docs/late-pitches.md.
    """
    bounded = [it._replace(seen_by=min(all_voters, max(it.seen_by, it.voters))) for it in pitched]
    mean = sum(it.voters for it in bounded) / max(1, sum(it.seen_by for it in bounded))
    found = {}
    for pitch_id, exposed, voters in bounded:
        unexposed = all_voters - exposed
        if unexposed >= max(FEWEST_UNEXPOSED, LEAST_UNEXPOSED * all_voters):
            share = min(1.0, (voters + PRIOR_VOTERS * mean) / (exposed + PRIOR_VOTERS))
            found[pitch_id] = round(voters + unexposed * share)
    return found


def _united() -> Any:
    root: Any = func.coalesce(Pitch.merged_into, Pitch.id)
    live = select(Pitch.id).where(*on_offer.offered())
    query = select(Vote.person_id, root, func.max(Vote.interest)).join(Pitch, col(Vote.pitch_id) == Pitch.id)
    return query.where(*on_offer.offered(), root.in_(live), counting()).group_by(col(Vote.person_id), root)
