"""Builds: asked for, claimed by a worker under a lease and a fence, watched, stopped, adopted.

A worker holds a build by a lease that it renews; when the lease runs out another worker claims the build and raises the
fence. Whatever a worker writes carries its fence and is refused once the fence is higher or the build has ended, so a
worker that was thought lost and comes back can change nothing. Leases are told by a clock that nobody sets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, and_, or_
from sqlalchemy.orm import aliased, defer
from sqlmodel import col, delete, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

import solver
from eventkit.building import incumbents, leases, problems, studies
from eventkit.building.leases import LEASE, MOST_CLAIMS, Lost
from eventkit.clock import now
from eventkit.errors import Invalid, NotFound, Stale, TooMany
from eventkit.event import events, limits
from eventkit.event.roles import Organiser
from eventkit.grid import history, venue, versions
from eventkit.grid.history import EntryKind, HistoryEntry
from eventkit.grid.versions import Grid, Spot
from eventkit.market import on_offer, stuffing
from eventkit.storage import change_log
from eventkit.storage.db import Transaction, insert
from eventkit.storage.tables import (
    Build,
    BuildState,
    Change,
    ChangeKind,
    Event,
    GridCause,
    GridVersion,
    Room,
    Worker,
)
from eventkit.text.language import gettext as _
from eventkit.text.language import marked

LONGEST, USUAL = 600, 20  # seconds of a build

HOUR = timedelta(hours=1)
OFTEN = marked("This build was begun 8 times and never ended. Build again with fewer seconds.")  # MOST_CLAIMS
OF_A_PROBLEM = (ChangeKind.EVENT, ChangeKind.PITCH, ChangeKind.VOTE)  # what changes the question that was answered
RUNNING = (BuildState.QUEUED, BuildState.RUNNING)


@dataclass(frozen=True)
class Claim:
    """A worker's hold on a build."""

    build_id: int
    event_id: int
    number: int
    fence: int


@dataclass(frozen=True)
class Origin:
    """The build that a draft came from, and whether the draft was changed since."""

    build: Build
    changed: bool


def start(tx: Transaction, by: Organiser, seconds: int, leaves_out: str = "", from_slot: int | None = None) -> Build:
    """Ask for a build. While one runs at this event, that one is the answer. Raises Invalid: what to do first.

    `leaves_out`: the key of a group of ballots that shall not count in it. Raises Closed while voting is open.
    `from_slot`: the id of the slot from which on it places sessions, the next wave; what lies before stays as it is.
    """
    event = by.event
    tx.refresh(event, with_for_update=True)
    if running := current(tx, event.id):
        return running
    if leaves_out:
        stuffing.group(tx, event, leaves_out)
    _refuse_empty(tx, event)
    _refuse_too_many(tx, event)
    number = (tx.scalar(select(func.max(Build.number)).where(Build.event_id == event.id)) or 0) + 1
    build = Build(
        event_id=event.id,
        number=number,
        seconds=seconds,
        base_version=event.grid_version,
        asked_at=now(),
        problem={},
        leaves_out=leaves_out,
        begins_at=venue.find_slot(tx, event.id, from_slot).starts_at if from_slot else None,
    )
    build.since_change = change_log.newest(tx, event.id)
    tx.add(build)
    tx.flush()
    _tell(tx, build)
    return build


def get(tx: Transaction, event_id: int, number: int) -> Build:
    """The event's build with this number. Raises NotFound."""
    build = tx.scalar(_builds(event_id).where(Build.number == number))
    if build is None:
        raise NotFound(_("There is no such build. Look at the list of builds on the organiser’s page."))
    return build


def current(tx: Transaction, event_id: int) -> Build | None:
    """The build that waits or runs at this event, if there is one."""
    return tx.scalar(_builds(event_id).where(col(Build.state).in_(RUNNING)).limit(1))


def recent(tx: Transaction, event_id: int, limit: int = 20) -> Sequence[Build]:
    """The event's builds, newest first."""
    return tx.scalars(_builds(event_id).order_by(col(Build.number).desc()).limit(limit)).all()


def origin(tx: Transaction, event: Event) -> Origin | None:
    """Where the draft came from, through moves and undos; None where that was no build."""
    last = tx.get(GridVersion, (event.id, event.grid_version))
    if last is None or last.build_id is None:
        return None
    build = tx.scalar(_builds(event.id).where(Build.id == last.build_id))
    return None if build is None else Origin(build, build.adopted_version not in (last.version, last.restores))


def same_day(tx: Transaction, build: Build) -> bool:
    """Whether no room, slot, pitch or vote changed since a build began."""
    of_event = (Change.event_id == build.event_id, col(Change.id) > build.since_change)
    return not tx.scalar(select(col(Change.id)).where(*of_event, col(Change.kind).in_(OF_A_PROBLEM)).limit(1))


def by_state(tx: Transaction) -> dict[str, int]:
    """How many builds of all events are in each state."""
    return dict(tx.execute(select(Build.state, func.count()).group_by(col(Build.state))).all())


def last_seconds(tx: Transaction) -> float | None:
    """How many seconds the build took that was done last, at whichever event; None before there was one."""
    times = select(Build.started_at, Build.ended_at).where(Build.state == BuildState.DONE)
    newest = tx.execute(times.order_by(col(Build.ended_at).desc()).limit(1)).first()
    return (newest[1] - newest[0]).total_seconds() if newest and newest[0] and newest[1] else None


def request_stop(tx: Transaction, by: Organiser, number: int) -> Build:
    """Ask for a build to end with what it has; its worker sees that within half a second. Raises NotFound."""
    build = _locked(tx, by.event.id, number)
    if build.state is BuildState.QUEUED:
        build.state, build.ended_at = BuildState.DONE, now()
        build.message = "" if build.started_at else marked("Stopped before it began.")
        studies.ask(tx, build.id, by.event.id)
    build.stop_requested = True
    _tell(tx, build)
    return build


def adopt(tx: Transaction, by: Organiser, number: int) -> str:
    """Make a build's best grid the draft, and end the build. Returns what happened, in words.

    Only while the draft is the one that the build began from: an adoption never overwrites anybody's move.
    Raises NotFound, Invalid, Stale.
    """
    event = by.event
    tx.refresh(event, with_for_update=True)
    build = _locked(tx, event.id, number)
    best = incumbents.newest(tx, build.id)
    if best is None:
        raise Invalid(_("This build has no grid to adopt yet. Wait a moment, or build again."))
    if build.adopted_version is not None and build.adopted_version == event.grid_version:
        return _("The grid of build %(number)s is the draft already.", number=number)
    if build.base_version != event.grid_version:
        happened = history.since(tx, event, build.base_version)
        raise Stale(
            _(
                "The grid changed since this build began. %(happened)s Build again, or look at this one as a proposal.",
                happened=happened,
            )
        )
    grid, lost = _adoptable(tx, event, best)
    if build.state in RUNNING:
        build.state, build.ended_at = BuildState.DONE, now()
        studies.ask(tx, build.id, event.id)
    entries = [HistoryEntry(kind=EntryKind.ADOPTED, number=number, sessions=len(grid))]
    if lost:
        entries.append(HistoryEntry(kind=EntryKind.LEFT_OUT, sessions=lost))
    version = versions.replace(tx, by, event.grid_version, grid, GridCause.BUILD, entries, build_id=build.id)
    build.adopted_version = version
    _tell(tx, build)
    return versions.said(tx, event)


def go_on(tx: Transaction, by: Organiser, number: int) -> Build:
    """Build again from the draft as it is, where a build cannot be adopted any more; that one ends.

    What hands have moved since it began is pinned, as a step of the draft's history, so that it stays where it is.
    Raises NotFound, Invalid, TooMany.
    """
    event = by.event
    tx.refresh(event, with_for_update=True)
    build = _locked(tx, event.id, number)
    if build.state in RUNNING:
        build.state, build.ended_at = BuildState.DONE, now()
        _tell(tx, build)
        tx.flush()
    grid = versions.spots(versions.draft(tx, event))
    since = max(build.base_version, versions.newest_built(tx, event.id))  # what a build placed was moved by no hand
    moved = versions.differences(versions.spots(versions.placements(tx, event.id, since)), grid)
    if loose := [it.pitch_id for it in moved if it.after and not it.after.pinned]:
        grid |= {pitch: grid[pitch]._replace(pinned=True) for pitch in loose}
        entry = HistoryEntry(kind=EntryKind.PINNED_BY_HAND, sessions=len(loose))
        versions.replace(tx, by, event.grid_version, grid, GridCause.MOVE, [entry])
    return start(tx, by, build.seconds)


def claimable(tx: Transaction) -> bool:
    """Whether there is anything to claim: asked often, so it only reads."""
    return tx.scalar(select(Build.id).where(_free(leases.clock(tx))).limit(1)) is not None


def place_in_line(tx: Transaction, build: Build) -> int:
    """Where a build stands among those that wait, 1 for the next; 0 where it does not wait."""
    waiting = select(Build.id).where(Build.state == BuildState.QUEUED).order_by(*_fair())
    return next((place for place, it in enumerate(tx.scalars(waiting), 1) if it == build.id), 0)


def _fair() -> tuple[Any, ...]:
    """The order of the line: the event first that was built least in the last hour, then who waits longest.

    An event has one build at a time, so that nobody waits for more than one of each other event's.
    """
    other = aliased(Build)
    lately = select(func.count()).where(
        other.event_id == Build.event_id, col(other.started_at) > now() - HOUR, other.id != Build.id
    )
    return lately.correlate(Build).scalar_subquery(), col(Build.asked_at), col(Build.id)


def claim(tx: Transaction, worker: str) -> Claim | None:
    """Take the build that is next in line, or one whose worker is lost; None where there is none."""
    at = leases.clock(tx)
    build = tx.scalar(
        select(Build)
        .options(defer(Build.problem))  # type: ignore[arg-type]
        .where(_free(at))
        .order_by(*_fair())
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if build is None:
        return None
    build.fence += 1
    build.worker, build.lease_until = worker, at + LEASE
    if build.started_at is None:
        build.started_at, build.since_change = now(), change_log.newest(tx, build.event_id)
    build.state = BuildState.RUNNING
    if build.fence > MOST_CLAIMS:
        build.state, build.ended_at = BuildState.FAILED, now()
        build.message = OFTEN
        _tell(tx, build)
        return None
    _tell(tx, build)
    return Claim(build.id, build.event_id, build.number, build.fence)


def order(tx: Transaction, held: Claim) -> tuple[dict[str, Any], int]:
    """What a claimed build is to solve, as `twofeet-problem/1`, and the draft's version it begins from."""
    event = tx.get_one(Event, held.event_id)
    build = tx.get_one(Build, held.build_id, options=[defer(Build.problem)])  # type: ignore[arg-type]
    found = problems.problem(tx, event, versions.draft(tx, event), leaves_out=build.leaves_out, since=build.begins_at)
    return solver.unparse(found), event.grid_version


def remember_order(tx: Transaction, held: Claim, problem: dict[str, Any], base_version: int) -> None:
    """Keep what is solved, so that a worker that takes over solves the same. Raises Lost."""
    _write(tx, held, problem=problem, base_version=base_version)


def renew(tx: Transaction, held: Claim) -> None:
    """The heartbeat: hold the build for another lease. Raises Lost."""
    _write(tx, held, lease_until=leases.clock(tx) + LEASE)


def must_stop(tx: Transaction, held: Sequence[Claim]) -> set[int]:
    """The ids of those builds that this worker must end: stopped by somebody, adopted, or taken over."""
    if not held:
        return set()
    rows = tx.execute(
        select(Build.id, Build.fence).where(
            col(Build.id).in_([claim.build_id for claim in held]),
            Build.state == BuildState.RUNNING,
            col(Build.stop_requested).is_(False),
        )
    )
    going_on = {(build_id, fence) for build_id, fence in rows}
    return {claim.build_id for claim in held if (claim.build_id, claim.fence) not in going_on}


def add_incumbent(tx: Transaction, held: Claim, found: solver.Incumbent) -> None:
    """Keep a better grid. One that is worse than the best kept (of a worker before) is dropped. Raises Lost."""
    _write(tx, held, lease_until=leases.clock(tx) + LEASE)
    seq = incumbents.add(tx, held.build_id, found)
    if seq is not None:
        change_log.record(tx, held.event_id, ChangeKind.BUILD, number=held.number, seq=seq)


def finish(tx: Transaction, held: Claim, failure: str = "") -> None:
    """End a build: done, or with a `failure` in plain words. Raises Lost."""
    state = BuildState.FAILED if failure else BuildState.DONE
    _write(tx, held, state=state, message=failure[:500], ended_at=now())
    if not failure:
        studies.ask(tx, held.build_id, held.event_id)
    change_log.record(tx, held.event_id, ChangeKind.BUILD, number=held.number)


def give_back(tx: Transaction, held: Claim) -> None:
    """Let another worker go on with a build at once, because this one ends. Raises Lost."""
    _write(tx, held, state=BuildState.QUEUED, lease_until=0.0)


def register(tx: Transaction, worker: str) -> None:
    """Say that a worker is alive; forget those not heard of for long."""
    at = leases.clock(tx)
    new = insert(tx, Worker).values(name=worker, seen=at)
    tx.execute(new.on_conflict_do_update(index_elements=["name"], set_={"seen": at}))
    tx.execute(delete(Worker).where(or_(col(Worker.seen) < at - 60 * LEASE, col(Worker.seen) > at + LEASE)))


def sign_off(tx: Transaction, worker: str) -> None:
    """Say that a worker ended."""
    tx.execute(delete(Worker).where(col(Worker.name) == worker))


def workers_alive(tx: Transaction) -> int:
    """How many workers were heard of within a lease."""
    at = leases.clock(tx)
    alive = select(func.count()).select_from(Worker).where(Worker.seen >= at - LEASE, Worker.seen <= at + LEASE)
    return tx.scalar(alive) or 0


def _builds(event_id: int) -> SelectOfScalar[Build]:
    """The event's builds, without the problems, which may be megabytes."""
    return select(Build).options(defer(Build.problem)).where(Build.event_id == event_id)  # type: ignore[arg-type]


def _locked(tx: Transaction, event_id: int, number: int) -> Build:
    build = get(tx, event_id, number)
    tx.refresh(build, ["state", "stop_requested", "adopted_version", "base_version"], with_for_update=True)
    return build


def _free(at: float) -> Any:
    """Queued, or with a lease that ran out."""
    expired = leases.ran_out(Build.lease_until, at)
    return or_(col(Build.state) == BuildState.QUEUED, and_(col(Build.state) == BuildState.RUNNING, expired))


def _write(tx: Transaction, held: Claim, **values: Any) -> None:
    mine = (col(Build.id) == held.build_id, col(Build.fence) == held.fence, col(Build.state) == BuildState.RUNNING)
    done = cast("CursorResult[Any]", tx.execute(update(Build).where(*mine).values(**values)))
    if not done.rowcount:
        raise Lost(f"build {held.build_id}, fence {held.fence}")


def _tell(tx: Transaction, build: Build) -> None:
    change_log.record(tx, build.event_id, ChangeKind.BUILD, number=build.number)


def _refuse_too_many(tx: Transaction, event: Event) -> None:
    """Raise TooMany where the event had its builds of this hour; it says when the first of them is an hour ago."""
    lately = select(Build.asked_at).where(Build.event_id == event.id, col(Build.asked_at) > now() - HOUR)
    asked = tx.scalars(lately.order_by(col(Build.asked_at))).all()
    most = limits.most(limits.BUILDS, event.limits)
    if len(asked) >= most:
        again = asked[len(asked) - most] + HOUR
        raise TooMany(_(limits.BUILDS.sentence, most=most), (again - now()).total_seconds())


def _refuse_empty(tx: Transaction, event: Event) -> None:
    slots = [slot for slot in events.slots(tx, event.id) if not slot.title]
    if not slots:
        raise Invalid(_("There is no slot for sessions yet. Add one under Rooms and slots, then build."))
    if tx.scalar(select(Room.id).where(Room.event_id == event.id).limit(1)) is None:
        raise Invalid(_("There is no room yet. Add one under Rooms and slots, then build."))
    if not on_offer.number(tx, event.id):
        raise Invalid(_("There are no pitches yet. Show the join code and let people pitch, then build."))
    if len(problems.begun(event, slots, now())) == len(slots):
        raise Invalid(_("Every slot has begun, so nothing can be placed any more. Add a later slot, then build."))


def _adoptable(tx: Transaction, event: Event, best: solver.Incumbent) -> tuple[Grid, int]:
    """The grid of an answer with the draft's pins, and how many sessions lost their room or slot meanwhile."""
    slots = {slot.id for slot in events.slots(tx, event.id) if not slot.title}
    rooms = {room.id for room in events.rooms(tx, event.id)}
    pinned = {row.pitch_id: (row.slot_id, row.room_id) for row in versions.draft(tx, event) if row.pinned}
    found = problems.spots(best.grid)
    kept = {pitch: cell for pitch, cell in found.items() if cell[0] in slots and cell[1] in rooms}
    return {pitch: Spot(*cell, pinned.get(pitch) == cell) for pitch, cell in kept.items()}, len(found) - len(kept)
