"""Sealing: votes stay as ballots that belong to nobody, and their link to persons is deleted for good."""

import secrets
from typing import NamedTuple

from sqlalchemy import insert
from sqlmodel import col, delete, select, update

import solver
from eventkit.building import builds, problems
from eventkit.clock import now
from eventkit.errors import Closed, Invalid
from eventkit.event import attempts
from eventkit.event.roles import Organiser
from eventkit.market import ballots, showing
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Build, ChangeKind, Event, Person, SealedVote, Vote
from eventkit.text.language import gettext as _


def seal(tx: Transaction, by: Organiser) -> None:
    """Seal the event's ballots; sealed ones stay as they are. Raises Closed while voting is open, Invalid in a build.

    Ballots are numbered anew by lot. Database.compact() afterwards leaves no copy of the link in the file.
    """
    event = by.event
    tx.refresh(event, with_for_update=True)
    if event.sealed_at is not None:
        return
    if event.voting_open:
        raise Closed(_("Voting is open. Close it first, then seal the ballots."))
    if builds.current(tx, event.id):
        raise Invalid(
            _("A build runs, and it knows whose ballot is whose. Stop it or let it end, then seal the ballots.")
        )
    event.sealed_voters = ballots.turnout(tx, event.id).voters
    _cut(tx, event.id)
    _seal_builds(tx, event.id)
    attempts.forget_all(tx, event.id)
    showing.forget_all(tx, event.id)
    event.sealed_at = now()
    for kind in (ChangeKind.EVENT, ChangeKind.VOTE):
        change_log.record(tx, event.id, kind)


class OneVote(NamedTuple):
    """A vote on a ballot; `aside_for` as in Vote."""

    pitch_id: int
    interest: int
    aside_for: int | None = None


def store(tx: Transaction, event: Event, found: dict[int, list[OneVote]]) -> None:
    """Keep ballots without whose they are: in an order by lot."""
    order = secrets.SystemRandom().sample(sorted(found), len(found))
    rows = [
        {"event_id": event.id, "ballot": number, **vote._asdict()}
        for number, whose in enumerate(order, 1)
        for vote in sorted(found[whose], key=lambda it: it.pitch_id)
    ]
    if rows:
        tx.execute(insert(SealedVote), rows)


def _cut(tx: Transaction, event_id: int) -> None:
    mine = select(Person.id).where(Person.event_id == event_id)
    found: dict[int, list[OneVote]] = {}
    cast = select(Vote.person_id, Vote.pitch_id, Vote.interest, Vote.aside_for)
    for person_id, *vote in tx.execute(cast.where(col(Vote.person_id).in_(mine))):
        found.setdefault(person_id, []).append(OneVote(*vote))
    store(tx, tx.get_one(Event, event_id), found)
    tx.execute(delete(Vote).where(col(Vote.person_id).in_(mine)))
    tx.execute(update(Person).where(col(Person.event_id) == event_id).values(voted_on=None))


def _seal_builds(tx: Transaction, event_id: int) -> None:
    """Take persons out of what builds were asked to solve: each has everybody's ballot in it."""
    for build in tx.scalars(select(Build).where(Build.event_id == event_id)).all():
        if build.problem:
            build.problem = solver.unparse(problems.sealed(solver.parse(build.problem)))
    tx.flush()
