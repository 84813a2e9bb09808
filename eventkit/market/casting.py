"""Casting votes: those that arrive together are judged one by one, and asked about and written at once."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple
from typing import cast as cast_to

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col, delete, func, select, update

from eventkit.clock import now
from eventkit.errors import ArrivedLate, Closed, Forbidden, NotFound, Stopped, TooMany
from eventkit.event import attempts, entry, limits, people, voting_end
from eventkit.event.attempts import Sent
from eventkit.storage import change_log
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import ChangeKind, Event, FirstVotes, Person, Pitch, Slot, Vote
from eventkit.text import language
from eventkit.text.language import ENGLISH
from eventkit.text.language import gettext as _

NEWEST = 2**31 - 1  # an id above all pitches

# The statements of the busiest path are built once: building one costs more than running it.
_vote, _person, _pitch, _event = (SQLModel.metadata.tables[name] for name in ("vote", "person", "pitch", "event"))


def _among(column: Any, name: str) -> Any:
    return column.in_(bindparam(name, expanding=True))


_ask_of_events = (
    *("code", "id", "voting_open", "limits", "word", "vote_word", "organiser_hash", "facilitator_hash"),
    *("day", "created_at", "timezone", "rehearsal"),
)
_last_slot: Any = select(func.max(Slot.ends_at)).where(Slot.event_id == _event.c.id).scalar_subquery()
_of_events: list[Any] = [*(_event.c[name] for name in _ask_of_events), _last_slot.label("last_slot_ends")]
_events: Any = select(*_of_events).where(_among(Event.code, "codes"))
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
    sent: Sent | None = None  # which attempt of what the phone sent


def cast(tx: Transaction, vote: Cast) -> None:
    """Set somebody's interest in a pitch; the same again changes nothing.

    Raises NotFound, Stopped, Closed, TooMany, ArrivedLate.
    """
    for refusal in filter(None, cast_all(tx, [vote])):
        raise refusal


def cast_all(tx: Transaction, votes: Sequence[Cast]) -> list[Exception | None]:
    """Cast votes that arrived together, later ones over earlier ones; what refuses each, None where it counts.

    Hundreds of phones vote in the same second, so what must be known is asked for all of them at once, and what they
    change is written at once: ten statements, however many votes, and one for each that was sent again. For
    Database.write_together().
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
        except (NotFound, Closed, TooMany, Forbidden, ArrivedLate) as refusal:
            refusals.append(refusal)
    if counted:
        _keep(tx, list(counted.values()), asked)
        tx.connection().execute(_voted, {"people": list(asked.voters), "day": now().date()})
        _count_seen(tx, asked)
        _count_new(tx, asked)
    for event_id, taken in asked.taken.items():
        attempts.keep(tx, event_id, taken.values())
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
        self.taken: dict[int, dict[str, Sent]] = {}  # event id -> series -> the newest attempt
        self._newest = self._arrived(votes)

    def _arrived(self, votes: Sequence[Cast]) -> dict[tuple[int, str], int]:
        """Event id and series -> the newest attempt that arrived before these."""
        by_event: dict[int, list[str]] = {}
        for vote in votes:
            if vote.sent and vote.code in self._events:
                by_event.setdefault(self._events[vote.code].id, []).append(vote.sent.series)
        found = {it: attempts.newest(self._tx, it, series) for it, series in by_event.items()}
        return {(it, series): number for it, kept in found.items() for series, number in kept.items()}

    def _take(self, event_id: int, sent: Sent | None) -> None:
        """Raises ArrivedLate."""
        if sent is None:
            return
        if sent.number < self._newest.get((event_id, sent.series), 0):
            raise ArrivedLate
        self._newest[event_id, sent.series] = sent.number
        self.taken.setdefault(event_id, {})[sent.series] = sent

    def person(self, vote: Cast) -> int:
        """The id of who votes, made now if need be. Raises NotFound, Stopped, Closed, TooMany, ArrivedLate."""
        event, pitch = self._events.get(vote.code), self._pitches.get(vote.pitch_id)
        if event is None:
            raise NotFound(_("There is no event with this code. Check it against the poster or the screen."))
        entry.refuse_stranger(cast_to(Event, event), vote.keys)
        if pitch is None or pitch.event_id != event.id:
            raise NotFound(_("There is no such pitch at this event."))
        who = event.id, vote.token
        if who in self._stopped and not {event.organiser_hash, event.facilitator_hash} & {*vote.keys}:  # who helps may
            raise Stopped
        _refuse_unless_open(event, pitch)
        if event.vote_word and not vote.proven and self._people.get(who) not in self._voted:
            raise WallWordNeeded(pitch.id, vote.interest)
        if vote.rates is not None:
            vote.rates.spend(limits.VOTES, who, event.limits)
        self._take(event.id, vote.sent)
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
    """Write votes.

    Who votes on a pitch that others were merged into means all of it: their votes on those are set aside as long as it
    stands for them. Who votes on it once it stands for itself means it alone.
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


def _refuse_unless_open(event: Any, pitch: Any) -> None:
    if not event.voting_open:
        raise Closed(_("Voting is closed, so this vote was not counted. What you voted before still counts."))
    if not event.rehearsal:
        ends = voting_end.moment(event.day, event.last_slot_ends, event.created_at, event.timezone)
        if now() >= ends:
            raise Closed(
                _("Voting ended with the event’s last day, so this vote was not counted. What you voted before counts.")
            )
    if pitch.hidden_at is not None:
        raise Closed(_("This pitch is not shown at this event, so it takes no votes."))
    if pitch.withdrawn_at is not None:
        raise Closed(_("This pitch was withdrawn, so it takes no votes."))
    if pitch.merged_into is not None:
        raise Closed(_("This pitch is now part of another one. Vote on that one; your vote here counts for it."))
    if pitch.repeat_of is not None:
        raise Closed(_("This is a repeat, for those who cannot be at the first. Vote on the first session."))
