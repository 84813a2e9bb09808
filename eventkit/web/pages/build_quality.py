"""How much better a grid could be and what would help it: the block that a build's page and the editor share."""

from dataclasses import dataclass
from math import ceil

import solver
from eventkit.building import builds, incumbents, studies
from eventkit.building.incumbents import Peaks
from eventkit.draft import advice
from eventkit.draft.warnings import Names
from eventkit.market import ballots
from eventkit.market.ballots import Untold
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Build, Event
from eventkit.text.language import gettext as _


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What is known of a build's best grid, `best`: how much better one could be, and what would help."""

    build: Build | None = None  # None: the draft came from no build
    best: solver.Incumbent | None = None
    better: str = ""
    help: tuple[str, ...] = ()
    helped: bool = False  # what would help is known by now
    studying: bool = False
    changed: bool = False  # the draft was, since it came from the build
    same_day: bool = True  # no room, slot, pitch or vote changed since it began
    peaks: Peaks | None = None  # while it goes on
    untold: Untold | None = None  # why nothing is said of wishes


def of_build(tx: Transaction, event: Event, build: Build, names: Names, changed: bool = False) -> Quality:
    """What is known of a build's best grid."""
    best, study = studies.best(tx, build.id), studies.of(tx, build.id)
    untold = ballots.untold(tx, event)  # all but the grid and its total is made of wishes that one could tell apart
    told = untold is None
    found = studies.suggestions(study) if study and told else []
    same = builds.same_day(tx, build)
    return Quality(
        build=build,
        best=best,
        better=better(best) if best and told and (changed or same) else "",
        help=tuple(advice.sentences(found, names)),
        helped=told and study is not None and study.help is not None,
        studying=told and study is not None and study.ended_at is None,
        changed=changed,
        same_day=same,
        peaks=incumbents.peaks(tx, build.id) if build.state in builds.RUNNING else None,
        untold=untold,
    )


def of_draft(tx: Transaction, event: Event, names: Names) -> Quality:
    """The same of the build that the draft came from."""
    origin = builds.origin(tx, event)
    return of_build(tx, event, origin.build, names, origin.changed) if origin else Quality()


def holds(tx: Transaction, event: Event, build: Build) -> bool:
    """Whether what a build proved is about the day and the draft as they are: nothing changed and no move was made."""
    return event.grid_version in (build.base_version, build.adopted_version) and builds.same_day(tx, build)


def better(best: solver.Incumbent) -> str:
    """How much higher a grid could score, as the solver proved it; empty where there is no proof yet.

    The proof is of the whole score: another grid of the same score may keep a wish more, and fill a room too many.
    """
    bound, total = best.bound, best.total
    if bound is None:
        return ""
    if solver.meets(bound, total):
        return _("no grid could score higher")
    if total <= 0:
        return _("another grid may score higher")
    more = 100 * (bound - total) / total - 1e-6  # rounded up, as "at most" promises; what is due to rounding aside
    told = f"{ceil(10 * more) / 10:.1f}" if more < 0.9 else f"{ceil(more)}"
    return _("no grid could score more than %(percent)s %% higher", percent=told)
