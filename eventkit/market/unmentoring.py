"""Unmentoring: people who want to meet somebody after the day, what they share for that, and with whom they are paired.

What somebody shares is read by those with whom they are paired, in no file, and by who moderates only once one of those
reports it: they may hide it.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import aliased
from sqlmodel import and_, col, delete, func, select

from eventkit.clock import now
from eventkit.errors import Closed, Invalid, NotFound, TooMany
from eventkit.event import people
from eventkit.event.roles import Organiser
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, PairMember, PairReport, PairRound, PairSeeker, Person
from eventkit.text import clean, lengths
from eventkit.text.language import gettext as _

MOST = 2000  # who want to be paired, of one event
MOST_INTERESTS = 10  # of one person


@dataclass(frozen=True)
class Shared:
    """What somebody shares with whom they are paired: a name, how to reach them, interests with commas between them."""

    name: str = ""
    contact: str = ""
    interests: str = ""


@dataclass(frozen=True)
class Partner:
    """What somebody reads of one person with whom they are paired; `both` are the interests that they share."""

    person: int
    name: str
    contact: str
    interests: tuple[str, ...]
    both: tuple[str, ...]


@dataclass(frozen=True)
class Meeting:
    """A round in which somebody was paired: with whom, and whether one of them takes part no more, or is hidden."""

    number: int
    made_at: datetime
    partners: tuple[Partner, ...]
    left: bool


@dataclass(frozen=True)
class RoundTold:
    """What organisers see of a round: how many pairs and threes, and who had met everybody."""

    number: int
    made_at: datetime
    pairs: int
    threes: int
    rested: int


def set_open(tx: Transaction, by: Organiser, is_open: bool) -> None:
    """Let people take part, or nobody new. Raises Closed where nobody is asked for names."""
    tx.refresh(by.event, with_for_update=True)
    if is_open and by.event.names_off:
        raise Closed(_("Names are off at this event, so nobody is asked how to reach them."))
    if by.event.pairs_open != is_open:
        by.event.pairs_open = is_open
        change_log.record(tx, by.event.id, ChangeKind.EVENT)


def join(tx: Transaction, event: Event, person: Person, typed: Shared) -> PairSeeker:
    """Take part, or change what one shares. Raises Closed, Invalid, TooMany."""
    row = tx.get(PairSeeker, person.id)
    if row is None and not event.pairs_open:
        raise Closed(_("Nobody new can take part at the moment. The organiser opens it."))
    name, interests = people.volunteering_name(tx, person, typed.name, "name"), as_interests(typed.interests)
    if not name:
        raise Closed(_("Names are off at this event, so nobody is asked how to reach them."))
    if not typed.contact:
        raise Invalid(contact=_("Type how whom you meet can reach you."))
    if row is None and number(tx, event.id) >= MOST:
        raise TooMany(_("%(most)s people take part already, and no more can.", most=MOST))
    kept = PairSeeker(person_id=person.id, event_id=event.id, name=name, contact=typed.contact, joined_at=now())
    kept.interests, kept.joined_at = list(interests), row.joined_at if row else kept.joined_at
    kept.hidden_at = row.hidden_at if row else None
    return tx.merge(kept)


def leave(tx: Transaction, person_id: int | None) -> None:
    """Stop taking part: what one shared is deleted at once, also for those with whom one was paired."""
    tx.execute(delete(PairSeeker).where(col(PairSeeker.person_id) == person_id))


def set_hidden(tx: Transaction, event_id: int, person_id: int, hidden: bool) -> None:
    """Hide what a person shares from everybody, and others from them, or show it again. Raises NotFound."""
    row = tx.get(PairSeeker, person_id)
    if row is None or row.event_id != event_id:
        raise NotFound(_("Nobody shares that any more."))
    if (row.hidden_at is not None) != hidden:
        row.hidden_at = now() if hidden else None
        change_log.record(tx, event_id, ChangeKind.EVENT)


def met(tx: Transaction, event_id: int, person_id: int | None, other_id: int) -> Partner:
    """What the other shares with this person, if they were paired. Raises NotFound."""
    found = (it for meeting in meetings(tx, event_id, person_id) for it in meeting.partners if it.person == other_id)
    if (partner := next(found, None)) is None:
        raise NotFound(_("You are not paired with them, or they take part no more."))
    return partner


def as_interests(typed: str) -> tuple[str, ...]:
    """Interests as typed, with commas or line ends between them, each once. Raises Invalid."""
    found: dict[str, str] = {}
    for it in filter(None, (clean.clean_line(it) for it in re.split(r"[,;\n]", typed))):
        found.setdefault(key_of(it), it)
    if len(found) > MOST_INTERESTS:
        raise Invalid(interests=_("Choose %(most)s interests at most.", most=MOST_INTERESTS))
    for it in found.values():
        if len(it) > lengths.INTEREST:
            longest = {"longest": lengths.INTEREST, "text": it[:20]}
            raise Invalid(interests=_("“%(text)s…” is longer than %(longest)s letters. Put commas between.", **longest))
    return tuple(found.values())


def key_of(interest: str) -> str:
    """What two spellings of an interest have in common."""
    return clean.searchable(interest)


def of_person(tx: Transaction, person_id: int | None) -> PairSeeker | None:
    """What this person shares, where they take part."""
    return tx.get(PairSeeker, person_id) if person_id is not None else None


def number(tx: Transaction, event_id: int) -> int:
    """How many take part."""
    return tx.scalar(select(func.count()).select_from(PairSeeker).where(PairSeeker.event_id == event_id)) or 0


def meetings(tx: Transaction, event_id: int, person_id: int | None) -> list[Meeting]:
    """The rounds in which this person was paired, newest first. Two queries.

    Whoever takes part no more, or is hidden, reads nothing of others, and nothing of them is read.
    """
    if (mine := of_person(tx, person_id)) is None or mine.hidden_at:
        return []
    own, other = aliased(PairMember), aliased(PairMember)
    beside = other.event_id == own.event_id, other.number == own.number, other.pair == own.pair
    query = (
        select(PairRound, other.person_id, PairSeeker)
        .select_from(own)
        .join(PairRound, and_(col(PairRound.event_id) == own.event_id, col(PairRound.number) == own.number))
        .outerjoin(other, and_(*beside, other.person_id != own.person_id))
        .outerjoin(PairSeeker, and_(col(PairSeeker.person_id) == other.person_id, col(PairSeeker.hidden_at).is_(None)))
        .where(own.event_id == event_id, own.person_id == mine.person_id)
        .order_by(col(own.number).desc(), col(other.person_id))
    )
    found: dict[int, list[PairSeeker | None]] = {}
    made = {}
    for it, _other_id, seeker in tx.execute(query):
        made[it.number] = it
        found.setdefault(it.number, []).append(seeker)
    return [
        Meeting(at, made[at].made_at, tuple(_partner(mine, one) for one in others if one), None in others)
        for at, others in found.items()
    ]


def rounds(tx: Transaction, by: Organiser) -> list[RoundTold]:
    """All rounds, newest first, in numbers that tell of nobody. Two queries."""
    sizes = defaultdict[int, list[int]](list)
    members = select(PairMember.number, func.count()).where(PairMember.event_id == by.event.id)
    for at, size in tx.execute(members.group_by(col(PairMember.number), col(PairMember.pair))):
        sizes[at].append(size)
    query = select(PairRound).where(PairRound.event_id == by.event.id).order_by(col(PairRound.number).desc())
    return [
        RoundTold(
            it.number, it.made_at, sum(n < 3 for n in sizes[it.number]), sum(n > 2 for n in sizes[it.number]), it.rested
        )
        for it in tx.scalars(query)
    ]


def forget_all(tx: Transaction, event_id: int) -> None:
    """Delete what everybody shared and who was paired with whom, and let nobody new take part."""
    for table in (PairSeeker, PairMember, PairRound, PairReport):
        tx.execute(delete(table).where(col(table.event_id) == event_id))
    tx.get_one(Event, event_id).pairs_open = False


def _partner(mine: PairSeeker, other: PairSeeker) -> Partner:
    own: Sequence[str] = [key_of(it) for it in mine.interests]
    both = tuple(it for it in other.interests if key_of(it) in own)
    return Partner(other.person_id, other.name, other.contact, tuple(other.interests), both)
