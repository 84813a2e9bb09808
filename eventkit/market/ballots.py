"""Votes: cast, counted, shown when they may be, and corrected for pitches that came late."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from typing import cast as cast_to

from sqlalchemy import ColumnElement, String, bindparam
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col, delete, func, or_, select, update

from eventkit.clock import now
from eventkit.errors import Closed, Forbidden, NotFound, Stopped, TooMany
from eventkit.event import entry, limits, people
from eventkit.market import pitches
from eventkit.storage import change_log
from eventkit.storage.cache import ResultCache
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import ChangeKind, Event, FirstVotes, Person, Pitch, SealedVote, Vote
from eventkit.text import language
from eventkit.text.language import ENGLISH
from eventkit.text.language import gettext as _

NONE, INTERESTED, MUST_GO = 0, 1, 2
PRIOR_VOTERS = 5  # how many voters the mean of all pitches weighs as much as, in the correction
FEWEST_UNEXPOSED, LEAST_UNEXPOSED = 3, 0.05  # voters, and share of voters, below which lateness is noise

NEWEST = 2**31 - 1  # an id above all pitches
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

# The statements of the busiest path are built once: building one costs more than running it.
_vote, _person, _pitch, _sealed, _event = (
    SQLModel.metadata.tables[name] for name in ("vote", "person", "pitch", "sealedvote", "event")
)


def _among(column: Any, name: str) -> Any:
    return column.in_(bindparam(name, expanding=True))


_events: Any = select(
    *(
        _event.c[name]
        for name in ("code", "id", "voting_open", "limits", "word", "vote_word", "organiser_hash", "facilitator_hash")
    )
).where(_among(Event.code, "codes"))
_standing: tuple[Any, ...] = (Pitch.withdrawn_at, Pitch.hidden_at, Pitch.merged_into, Pitch.repeat_of)
_pitches: Any = select(Pitch.id, Pitch.event_id, *_standing).where(_among(Pitch.id, "ids"))
_people: Any = select(*(_person.c[name] for name in ("event_id", "token", "id", "voted_on", "stopped_at"))).where(
    _among(Person.token, "tokens")
)
_parts: Any = select(Pitch.merged_into).where(_among(Pitch.merged_into, "ids")).distinct()
_aside: Any = select(Vote.aside_for).where(_among(Vote.aside_for, "ids")).distinct()
_mine = _vote.c.person_id == bindparam("voter")
_merged = select(_pitch.c.id).where(_pitch.c.merged_into == bindparam("pitch"))
_take_back = delete(_vote).where(_mine, _vote.c.pitch_id == bindparam("pitch"))
_set_aside = update(_vote).where(_mine, _vote.c.pitch_id.in_(_merged)).values(aside_for=bindparam("pitch"))
_no_more_aside = update(_vote).where(_mine, _vote.c.aside_for == bindparam("pitch")).values(aside_for=None)
_voted = update(_person).where(_among(_person.c.id, "people")).values(voted_on=bindparam("day"))
_seen = (
    update(_pitch)
    .where(_pitch.c.event_id == bindparam("event"), _pitch.c.id > bindparam("after"), _pitch.c.id <= bindparam("until"))
    .values(seen_by=_pitch.c.seen_by + bindparam("voters"))
)


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


def _upsert(dialect: Any) -> Any:
    new = dialect.insert(_vote).values(
        person_id=bindparam("voter"), pitch_id=bindparam("pitch"), interest=bindparam("value")
    )
    changed = {"interest": new.excluded.interest, "aside_for": None}
    return new.on_conflict_do_update(index_elements=["person_id", "pitch_id"], set_=changed)


_put = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


class WallWordNeeded(Forbidden):
    """The phone votes for the first time where the wall's word is asked before that; `interest` in `pitch_id` waits."""

    def __init__(self, pitch_id: int, interest: int):
        super().__init__(_("Before your first vote, type the word that the wall shows. This vote was not counted yet."))
        self.pitch_id, self.interest = pitch_id, interest


class Cast(NamedTuple):
    """A vote as a phone sends it: its interest is 0 none, 1 interested, 2 must go. `rates` says how often it may.

    A refusal is said in its language. The phone was shown the pitches up to the one with the id `shown`, and has voted
    before while it was shown those up to `counted`: it keeps that itself, so that nothing here says when anybody voted.
    """

    code: str
    token: str
    pitch_id: int
    interest: int
    rates: limits.Rates | None = None
    language: str = ENGLISH
    counted: int = 0
    shown: int = NEWEST
    proven: bool = False  # the phone has given the wall's word
    keys: tuple[str, ...] = ()  # digests of what the phone has opened, and of the word of a private event


def cast(tx: Transaction, vote: Cast) -> None:
    """Set somebody's interest in a pitch; the same again changes nothing. Raises NotFound, Stopped, Closed, TooMany."""
    for refusal in filter(None, cast_all(tx, [vote])):
        raise refusal


def cast_all(tx: Transaction, votes: Sequence[Cast]) -> list[Exception | None]:
    """Cast votes that arrived together, later ones over earlier ones; what refuses each, None where it counts.

    Hundreds of phones vote in the same second, so what must be known is asked for all of them at once, and what they
    change is written at once: nine statements, however many votes. For Database.write_together().
    """
    asked = _Asked(tx, votes)
    refusals: list[Exception | None] = []
    counted: dict[tuple[int, int], dict[str, Any]] = {}
    for vote in votes:
        try:
            with language.speaking(vote.language):  # in which a refusal says why
                voter = asked.person(vote)
            counted[voter, vote.pitch_id] = {"voter": voter, "pitch": vote.pitch_id, "value": vote.interest}
            refusals.append(None)
        except (NotFound, Closed, TooMany, Forbidden) as refusal:
            refusals.append(refusal)
    if counted:
        _keep(tx, list(counted.values()), asked)
        tx.connection().execute(_voted, {"people": list(asked.voters), "day": now().date()})
        _count_seen(tx, asked)
        _count_new(tx, asked)
    for event_id in asked.changed:
        change_log.record(tx, event_id, ChangeKind.VOTE)  # without the pitch: counts stay hidden while voting is open
    return refusals


def _count_new(tx: Transaction, asked: "_Asked") -> None:
    """Count who voted for the first time in this minute, for the picture that shows organisers a burst."""
    minute = now().replace(second=0, microsecond=0)
    for event_id, voters in asked.new.items():
        statement = insert(tx, FirstVotes).values(event_id=event_id, minute=minute, voters=voters)
        more = {"voters": col(FirstVotes.voters) + voters}
        tx.execute(statement.on_conflict_do_update(index_elements=["event_id", "minute"], set_=more))


class Seen(NamedTuple):
    """What a phone's vote says that it has seen since it last voted: the pitches after one id, up to another."""

    event_id: int
    after: int
    until: int


class _Asked:
    """What must be known to judge votes that arrived together."""

    def __init__(self, tx: Transaction, votes: Sequence[Cast]):
        run, ids = tx.connection().execute, list({vote.pitch_id for vote in votes})
        self._tx = tx
        self._events = {row.code: row for row in run(_events, {"codes": list({vote.code for vote in votes})})}
        self._pitches = {row.id: row for row in run(_pitches, {"ids": ids})}
        known = run(_people, {"tokens": list({vote.token for vote in votes})}).all()
        self._people = {(it.event_id, it.token): it.id for it in known}
        self._stopped = {(it.event_id, it.token) for it in known if it.stopped_at is not None}
        self._voted = {it.id for it in known if it.voted_on is not None}
        self.new: Counter[int] = Counter()  # event id -> how many vote for the first time
        self.voters: dict[int, Seen] = {}  # person id -> what their vote says that they have seen
        self.parts = set(run(_parts, {"ids": ids}).scalars())  # pitches that others were merged into
        self.aside = set(run(_aside, {"ids": ids}).scalars())  # those for which votes were set aside
        self.changed: set[int] = set()  # events with a vote that counts

    def person(self, vote: Cast) -> int:
        """The id of who votes, made now if need be. Raises NotFound, Stopped, Closed, TooMany."""
        event, pitch = self._events.get(vote.code), self._pitches.get(vote.pitch_id)
        if event is None:
            raise NotFound(_("There is no event with this code. Check it against the poster or the screen."))
        entry.refuse_stranger(cast_to(Event, event), vote.keys)
        if pitch is None or pitch.event_id != event.id:
            raise NotFound(_("There is no such pitch at this event."))
        who = event.id, vote.token
        if who in self._stopped and not {event.organiser_hash, event.facilitator_hash} & {*vote.keys}:  # who helps may
            raise Stopped
        _refuse_unless_open(event.voting_open, pitch)
        if event.vote_word and not vote.proven and self._people.get(who) not in self._voted:
            raise WallWordNeeded(pitch.id, vote.interest)
        if vote.rates is not None:
            vote.rates.spend(limits.VOTES, who, event.limits)
        if who not in self._people:
            self._people[who] = people.ensure(self._tx, *who).id
        self.changed.add(event.id)
        person_id = int(self._people[who])
        if person_id not in self._voted and person_id not in self.voters:
            self.new[event.id] += 1
        after = vote.counted if person_id in self._voted else 0
        if person_id in self._voted and not after:  # counted, though the phone does not know it yet
            self.voters.setdefault(person_id, Seen(event.id, 0, 0))
        else:
            self.voters.setdefault(person_id, Seen(event.id, after, max(vote.shown, vote.pitch_id)))
        return person_id


def _count_seen(tx: Transaction, asked: _Asked) -> None:
    """Count who could see each pitch, for the correction of late ones, without a word of when anybody voted."""
    for seen, voters in Counter(asked.voters.values()).items():
        if seen.after < seen.until:
            values = {"event": seen.event_id, "after": seen.after, "until": seen.until, "voters": voters}
            tx.connection().execute(_seen, values)


def _keep(tx: Transaction, votes: list[dict[str, Any]], asked: _Asked) -> None:
    """Write votes. Who votes on a pitch that others were merged into means all of it: their votes on those are set
    aside as long as it stands for them. Who votes on it once it stands for itself means it alone.
    """
    put = _put[tx.get_bind().dialect.name]
    rows = {
        put: [vote for vote in votes if vote["value"]],
        _take_back: [vote for vote in votes if not vote["value"]],
        _set_aside: [vote for vote in votes if vote["pitch"] in asked.parts],
        _no_more_aside: [vote for vote in votes if vote["pitch"] in asked.aside - asked.parts],
    }
    for statement, them in rows.items():
        if them:
            tx.connection().execute(statement, them)


def counting() -> ColumnElement[bool]:
    """The condition that a Vote joined to its Pitch counts: it was not set aside for one that it is one with now."""
    spoken, root = aliased(Pitch), func.coalesce(Pitch.merged_into, Pitch.id)
    now_in = func.coalesce(spoken.merged_into, spoken.id)
    one = select(spoken.id).where(col(spoken.id) == Vote.aside_for, now_in == root, *pitches.offered(spoken))
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
    query = select(Pitch.id, root).where(Pitch.event_id == event_id, _among(Pitch.id, "ids"), *pitches.offered())
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
    kept = select(Pitch.id, Pitch.merged_into).where(Pitch.event_id == event_id, *pitches.offered())
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
    seen = tx.execute(select(Pitch.id, Pitch.seen_by).where(*pitches.votable(event.id)))
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
    live = select(Pitch.id).where(*pitches.offered())
    query = select(Vote.person_id, root, func.max(Vote.interest)).join(Pitch, col(Vote.pitch_id) == Pitch.id)
    return query.where(*pitches.offered(), root.in_(live), counting()).group_by(col(Vote.person_id), root)


def _refuse_unless_open(voting_open: bool, pitch: Any) -> None:
    if not voting_open:
        raise Closed(_("Voting is closed, so this vote was not counted. What you voted before still counts."))
    if pitch.hidden_at is not None:
        raise Closed(_("This pitch is not shown at this event, so it takes no votes."))
    if pitch.withdrawn_at is not None:
        raise Closed(_("This pitch was withdrawn, so it takes no votes."))
    if pitch.merged_into is not None:
        raise Closed(_("This pitch is now part of another one. Vote on that one; your vote here counts for it."))
    if pitch.repeat_of is not None:
        raise Closed(_("This is a repeat, for those who cannot be at the first. Vote on the first session."))
