"""How much better a grid could be and what would help it: the block that a build's page and the editor share."""

from dataclasses import dataclass
from math import ceil

import solver
from eventkit.building import builds, studies
from eventkit.draft import advice
from eventkit.draft.warnings import Names
from eventkit.grid import venue
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Build, Event


@dataclass(frozen=True)
class Quality:
    """What is known of a build's best grid, `best`: how much better one could be, and what would help."""

    build: Build | None = None  # None: the draft came from no build
    best: solver.Incumbent | None = None
    better: str = ""
    help: tuple[str, ...] = ()
    helped: bool = False  # what would help is known by now
    studying: bool = False
    changed: bool = False  # the draft was, since it came from the build


def of_build(tx: Transaction, event: Event, build: Build, names: Names, changed: bool = False) -> Quality:
    """What is known of a build's best grid."""
    best, study = studies.best(tx, build.id), studies.of(tx, build.id)
    told = not event.voting_open  # all but the grid and its total is made of wishes that one could tell apart
    found = study.help if study and told else None
    return Quality(
        build,
        best,
        better(best) if best and told else "",
        help=tuple(advice.sentences(found, names, venue.closures(tx, event.id)) if found else ()),
        helped=found is not None,
        studying=told and study is not None and study.ended_at is None,
        changed=changed,
    )


def of_draft(tx: Transaction, event: Event, names: Names) -> Quality:
    """The same of the build that the draft came from."""
    origin = builds.origin(tx, event)
    return of_build(tx, event, origin.build, names, origin.changed) if origin else Quality()


def better(best: solver.Incumbent) -> str:
    """How much better a grid could be, as the solver proved it; empty where there is no proof yet."""
    bound, total = best.bound, best.total
    if bound is None:
        return ""
    if solver.meets(bound, total):
        return "no better grid is possible"
    if total <= 0:
        return "a better grid may be possible"
    more = 100 * (bound - total) / total - 1e-6  # rounded up, as "at most" promises; what is due to rounding aside
    told = f"{ceil(10 * more) / 10:.1f}" if more < 0.9 else f"{ceil(more)}"
    return f"at most {told} % better is possible"
