"""Ballot stuffing: what helps an organiser to notice it, when people vote without accounts.

How many phones voted for the first time in each minute says nothing of how anybody voted, so it is told while voting is
open. Which ballots are alike is told once it is closed, and only where several phones voted so.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from eventkit.errors import Closed, Invalid
from eventkit.event.roles import Organiser
from eventkit.market import ballots
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, FirstVotes
from eventkit.text import language
from eventkit.text.fingerprints import fingerprint
from eventkit.text.language import gettext as _

FEWEST_ALIKE = 5  # phones that voted alike: fewer are friends, and are nobody's business
MOST_GROUPS = 10  # that are told
MOST_BARS = 60  # of the picture
LARGEST_HEADCOUNT = 100_000


@dataclass(frozen=True)
class VotersSince:
    """Some minutes from `at` on, and how many phones voted in them for the first time."""

    at: datetime
    voters: int


@dataclass(frozen=True)
class Arrivals:
    """When phones voted for the first time: equal stretches of some `minutes`, without a gap."""

    minutes: int
    stretches: tuple[VotersSince, ...]

    @property
    def busiest(self) -> VotersSince:
        """The first of those with the most voters; there must be one."""
        return max(self.stretches, key=lambda it: it.voters)


@dataclass(frozen=True)
class Alike:
    """Ballots that are the same, vote by vote: how many, and what they say (pitch id to interest)."""

    key: str
    phones: int
    votes: Mapping[int, int]


def arrivals(tx: Transaction, event_id: int) -> Arrivals | None:
    """The first votes by time, in at most MOST_BARS stretches; None before there are any."""
    found = by_minute(tx, event_id)
    if not found:
        return None
    first, last = min(found), max(found)
    length = int((last - first) / timedelta(minutes=1)) // MOST_BARS + 1
    counted: Counter[int] = Counter()
    for minute, voters in found.items():
        counted[int((minute - first) / timedelta(minutes=length))] += voters
    return Arrivals(
        length, tuple(VotersSince(first + timedelta(minutes=length * n), counted[n]) for n in range(max(counted) + 1))
    )


def by_minute(tx: Transaction, event_id: int) -> dict[datetime, int]:
    """Minute to how many phones voted in it for the first time; in order of time, without minutes of none."""
    query = select(FirstVotes.minute, FirstVotes.voters).where(FirstVotes.event_id == event_id)
    return {row.minute: row.voters for row in tx.execute(query.order_by(col(FirstVotes.minute)))}


def alike(tx: Transaction, event: Event) -> list[Alike]:
    """The largest groups of ballots that are the same; none while voting is open: each ballot would show in them."""
    if event.voting_open:
        return []
    groups: dict[str, list[Mapping[int, int]]] = defaultdict(list)
    for own in ballots.by_person(tx, event.id).values():
        groups[key_of(own)].append(own)
    found = [Alike(key, len(same), same[0]) for key, same in groups.items() if len(same) >= FEWEST_ALIKE]
    return sorted(found, key=lambda it: (-it.phones, -len(it.votes), it.key))[:MOST_GROUPS]


def group(tx: Transaction, event: Event, key: str) -> Alike:
    """The group of ballots with this key. Raises Closed while voting is open, Invalid where there is none."""
    if event.voting_open:
        raise Closed(_("Voting is open, so nobody sees which ballots are alike. Close voting first."))
    found = next((it for it in alike(tx, event) if it.key == key), None)
    if found is None:
        raise Invalid(_("There are no such ballots any more. Look at the page about ballots again."))
    return found


def without(wanted: ballots.Ballots, key: str) -> ballots.Ballots:
    """Everybody's ballots but those of one group."""
    return {person_id: own for person_id, own in wanted.items() if key_of(own) != key}


def key_of(own: Mapping[int, int]) -> str:
    """What ballots have in common that are the same."""
    return fingerprint(sorted(own.items()))


def set_people_here(tx: Transaction, by: Organiser, number: int | None, asks_word: bool) -> None:
    """Say how many people are here (None: not known), and whether the wall's word is asked before a first vote."""
    if number is not None and not 1 <= number <= LARGEST_HEADCOUNT:
        raise Invalid(
            people_here=_(
                "Give a number from 1 to %(largest_headcount)s, or leave it empty.",
                largest_headcount=language.numeral(LARGEST_HEADCOUNT),
            )
        )
    tx.refresh(by.event, with_for_update=True)
    by.event.people_here, by.event.vote_word = number, asks_word
    change_log.record(tx, by.event.id, ChangeKind.EVENT)
