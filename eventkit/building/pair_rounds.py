"""Rounds of pairs: rows to the solver's exact matching and back; nobody meets whom they have met or host with."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from sqlmodel import col, func, select

import solver
from eventkit.clock import now
from eventkit.errors import Invalid, Stale
from eventkit.event.roles import Organiser
from eventkit.market import unmentoring
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Host, PairMember, PairRound, PairSeeker, Person, Pitch
from eventkit.text.language import gettext as _


@dataclass(frozen=True)
class FoundRound:
    """Groups of two and three, by the ids of people, and who rests since they have met everybody."""

    groups: tuple[tuple[int, ...], ...]
    rests: tuple[int, ...]


def find(tx: Transaction, event_id: int) -> FoundRound:
    """The best pairs among those who take part; it takes seconds, so let the helper process do it.

    Whose phone is stopped, or what they share hidden, is in no round.
    """
    query = select(PairSeeker).join(Person, col(Person.id) == col(PairSeeker.person_id))
    query = query.where(
        PairSeeker.event_id == event_id, col(Person.stopped_at).is_(None), col(PairSeeker.hidden_at).is_(None)
    )
    seekers = tx.scalars(query.order_by(col(PairSeeker.person_id))).all()
    place = {it.person_id: number for number, it in enumerate(seekers)}
    groups = defaultdict[tuple[int, int], list[int]](list)
    for it in tx.scalars(select(PairMember).where(PairMember.event_id == event_id)):
        if it.person_id in place:
            groups[it.number, it.pair].append(place[it.person_id])
    together = [*groups.values(), *_cohosts(tx, event_id, place)]
    met = {pair for group in together for pair in combinations(sorted(group), 2)}
    interests = [frozenset(map(unmentoring.key_of, it.interests)) for it in seekers]
    found = solver.pair_up(interests, met)
    ids = [it.person_id for it in seekers]
    return FoundRound(
        tuple(tuple(ids[one] for one in group) for group in found.groups), tuple(ids[one] for one in found.rests)
    )


def _cohosts(tx: Transaction, event_id: int, place: Mapping[int, int]) -> list[list[int]]:
    """Who holds a session together, by their places: they know each other, as if they had met."""
    whole = func.coalesce(Pitch.merged_into, Pitch.id)
    query = select(whole, Host.person_id).join(Pitch, col(Pitch.id) == col(Host.pitch_id))
    found = defaultdict[int, set[int]](set)
    for pitch_id, person_id in tx.execute(query.where(Pitch.event_id == event_id)):
        if person_id in place:
            found[pitch_id].add(place[person_id])
    return [sorted(them) for them in found.values()]


def newest(tx: Transaction, event_id: int) -> int:
    """The number of the newest round, 0 before the first."""
    return tx.scalar(select(func.max(PairRound.number)).where(PairRound.event_id == event_id)) or 0


def keep(tx: Transaction, by: Organiser, number: int, found: FoundRound) -> PairRound:
    """Keep a round and let everybody see with whom they are. Raises Stale where it was made meanwhile, Invalid.

    Who left meanwhile is in no group, and a group of which one is left rests.
    """
    tx.refresh(by.event, with_for_update=True)
    if number != newest(tx, by.event.id) + 1:
        raise Stale(_("This round was made meanwhile. Here is how it is now."))
    still = set(tx.scalars(select(PairSeeker.person_id).where(PairSeeker.event_id == by.event.id)))
    groups = [[one for one in group if one in still] for group in found.groups]
    whole = [group for group in groups if len(group) > 1]
    if not whole:
        raise Invalid(
            _("Nobody can be paired: fewer than two people take part, or everybody has met everybody else before.")
        )
    rested = len(found.rests) + sum(len(group) == 1 for group in groups)
    made = PairRound(event_id=by.event.id, number=number, made_at=now(), rested=rested)
    tx.add(made)
    for pair, group in enumerate(whole):
        tx.add_all(PairMember(event_id=by.event.id, number=number, person_id=one, pair=pair) for one in group)
    tx.flush()
    change_log.record(tx, by.event.id, ChangeKind.EVENT)
    return made
