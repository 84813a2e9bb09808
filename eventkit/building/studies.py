"""Studies: what a worker with nothing else to do finds out about the grid of a build that has ended.

Two things: a tighter bound on how good any grid could be, and the few changes of the day that would help most. A study
is held as a build is, by a lease and a fence, and gives way to builds: while one waits or runs, nobody studies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult
from sqlmodel import col, select, update

import solver
from eventkit.building import leases
from eventkit.building.incumbents import newest, tightened
from eventkit.building.leases import LEASE, MOST_CLAIMS, Lost
from eventkit.clock import now
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Build, BuildState, ChangeKind, Study

SECONDS = 120.0  # of one study in all, however many workers take turns
WORTH = 1e-3  # of the bound: smaller progress is not told until the study ends


@dataclass(frozen=True)
class Held:
    """A worker's hold on a study. `spent`: seconds that those before had."""

    build_id: int
    event_id: int
    number: int
    fence: int
    spent: float


@dataclass(frozen=True, kw_only=True)
class KeptSuggestion:
    """A `solver.Suggestion` as it is kept: which change, and what it does, without the people whose day it touches."""

    kind: str
    session: str
    slot: str | None
    room: str | None
    detail: str | None
    total: float
    kept: int
    left_out: int
    turned_away: float

    @classmethod
    def of(cls, found: solver.Suggestion) -> "KeptSuggestion":
        """What is kept of a suggestion."""
        effect = found.change
        return cls(
            kind=found.kind,
            session=found.session,
            slot=found.slot,
            room=found.room,
            detail=found.detail,
            total=effect.total,
            kept=effect.kept,
            left_out=effect.left_out,
            turned_away=effect.turned_away,
        )


@dataclass(frozen=True)
class Findings:
    """What a study has found so far; None for what it has not."""

    bound: float | None = None
    help: Sequence[Mapping[str, Any]] | None = None


def ask(tx: Transaction, build_id: int, event_id: int) -> None:
    """Ask for the study of a build that ends, if it has a grid. The event's older studies end: they are out of date."""
    older = (col(Study.event_id) == event_id, col(Study.ended_at).is_(None), col(Study.build_id) != build_id)
    tx.execute(update(Study).where(*older).values(ended_at=now()))
    if tx.get(Study, build_id) is None and newest(tx, build_id) is not None:
        tx.add(Study(build_id=build_id, event_id=event_id))
        tx.flush()


def of(tx: Transaction, build_id: int) -> Study | None:
    """The study of a build, under way or ended."""
    return tx.get(Study, build_id)


def suggestions(study: Study) -> list[KeptSuggestion]:
    """What would help most, as far as it is known by now."""
    return [KeptSuggestion(**it) for it in study.help or ()]


def best(tx: Transaction, build_id: int) -> solver.Incumbent | None:
    """The best grid of a build with the tightest bound that is known; None where it has no grid yet."""
    found, study = newest(tx, build_id), of(tx, build_id)
    return tightened(found, study.bound if study else None) if found else None


def claimable(tx: Transaction) -> bool:
    """Whether a study waits and nothing is built: asked often, so it only reads."""
    return not _building(tx) and tx.scalar(select(Study.build_id).where(*_free(tx)).limit(1)) is not None


def claim(tx: Transaction, worker: str) -> Held | None:
    """Take the newest study that waits, or whose worker is lost; None where there is none or something is built."""
    if _building(tx):
        return None
    waiting = select(Study).where(*_free(tx)).order_by(col(Study.build_id).desc()).limit(1)
    study = tx.scalar(waiting.with_for_update(skip_locked=True))
    if study is None:
        return None
    study.fence += 1
    study.worker, study.lease_until = worker, leases.clock(tx) + LEASE
    if study.fence > MOST_CLAIMS:
        study.ended_at = now()
        return None
    number = tx.scalar(select(Build.number).where(Build.id == study.build_id)) or 0
    return Held(study.build_id, study.event_id, number, study.fence, study.spent)


def order(tx: Transaction, held: Held) -> dict[str, Any]:
    """What is to be studied: the build's problem and best grid, what is known, and the seconds that are left."""
    build, study, found = tx.get_one(Build, held.build_id), tx.get_one(Study, held.build_id), best(tx, held.build_id)
    assert found is not None  # a study is asked for where there is a grid
    proven = found.bound is not None and solver.meets(found.bound, found.total)
    return {
        "problem": build.problem,
        "grid": [placement.to_json() for placement in found.grid],
        **{name: getattr(found, name) for name in ("placed", "total", "bound")},
        "seconds": 0.0 if proven else max(0.0, SECONDS - study.spent),
        "help": study.help is None,
    }


def goes_on(tx: Transaction, held: Held) -> bool:
    """Whether the holder may go on: the study is still its own, and nothing is built."""
    mine = select(Study.build_id).where(*_mine(held))
    return tx.scalar(mine) is not None and not _building(tx)


def keep(tx: Transaction, held: Held, seconds: float, found: Findings, ended: bool = False) -> None:
    """The heartbeat: hold the study for another lease, and write what was found in so many seconds. Raises Lost.

    Where there is news worth telling, every page that shows the build hears of it.
    """
    until = 0.0 if ended else leases.clock(tx) + LEASE
    _write(tx, held, spent=held.spent + seconds, lease_until=until, ended_at=now() if ended else None)
    study = tx.get_one(Study, held.build_id, populate_existing=True)
    news = False
    if found.help is not None and study.help is None:
        study.help, news = [dict(entry) for entry in found.help], True
    if found.bound is not None and _tighter(tx, study, found.bound, ended):
        study.bound, news = found.bound, True
    if news:
        change_log.record(tx, held.event_id, ChangeKind.BUILD, number=held.number)


def give_back(tx: Transaction, held: Held, seconds: float, found: Findings) -> None:
    """Keep what was found, and let whoever has time go on. Raises Lost."""
    keep(tx, held, seconds, found)
    _write(tx, held, lease_until=0.0)


def _tighter(tx: Transaction, study: Study, bound: float, ended: bool) -> bool:
    """Whether a bound is news: much better than what is known, or the last word."""
    found = best(tx, study.build_id)
    if found is None:
        return False
    known = found.bound
    last_word = ended or solver.meets(bound, found.total)
    return known is None or bound < known - (0.0 if last_word else WORTH * abs(known))


def _building(tx: Transaction) -> bool:
    under_way = col(Build.state).in_((BuildState.QUEUED, BuildState.RUNNING))
    return tx.scalar(select(Build.id).where(under_way).limit(1)) is not None


def _free(tx: Transaction) -> tuple[Any, ...]:
    return col(Study.ended_at).is_(None), leases.ran_out(Study.lease_until, leases.clock(tx))


def _mine(held: Held) -> tuple[Any, ...]:
    return Study.build_id == held.build_id, Study.fence == held.fence, col(Study.ended_at).is_(None)


def _write(tx: Transaction, held: Held, **values: Any) -> None:
    done = cast("CursorResult[Any]", tx.execute(update(Study).where(*_mine(held)).values(**values)))
    if not done.rowcount:
        raise Lost(f"study of build {held.build_id}, fence {held.fence}")
