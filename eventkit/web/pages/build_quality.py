"""How much better a grid could be and what would help it: the block that a build's page and the editor share."""

from math import ceil
from typing import Any

import solver
from eventkit.building import builds, studies
from eventkit.draft import advice
from eventkit.draft.warnings import Names
from eventkit.grid import venue
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Build, Event


def of_build(tx: Transaction, event: Event, build: Build, names: Names) -> dict[str, Any]:
    """What is known of a build's best grid: `answer` with the best bound, how much `better`, what would `help`
    (`helped`: whether that is known by now)."""
    best, study = studies.best(tx, build.id), studies.of(tx, build.id)
    found = study.help if study else None
    return {
        "answer": best,
        "better": better(best) if best else "",
        "help": advice.sentences(found, names, venue.closures(tx, event.id)) if found else [],
        "helped": found is not None,
        "studying": study is not None and study.ended_at is None,
    }


def of_draft(tx: Transaction, event: Event, names: Names) -> dict[str, Any]:
    """The same for the draft: what is known of the build that it came from, and whether it was `changed` since."""
    origin = builds.origin(tx, event)
    if origin is None:
        return {"build": None}
    return {"build": origin.build, "changed": origin.changed, **of_build(tx, event, origin.build, names)}


def better(best: solver.Incumbent) -> str:
    """How much better a grid could be, as the solver proved it; empty where there is no proof yet."""
    bound, total = best.bound, best.total
    if bound is None:
        return ""
    if bound - total <= solver.MEETS:
        return "no better grid is possible"
    if total <= 0:
        return "a better grid may be possible"
    more = 100 * (bound - total) / total - 1e-6  # rounded up, as "at most" promises; what is due to rounding aside
    told = f"{ceil(10 * more) / 10:.1f}" if more < 0.9 else f"{ceil(more)}"
    return f"at most {told} % better is possible"
