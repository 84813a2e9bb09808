"""A build as it happens: the newest grid, one honest line, the total over time; stop and adopt."""

from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for
from pydantic import Field

import solver
from eventkit import clock
from eventkit.building import builds, incumbents, problems
from eventkit.draft import drafts, reasons
from eventkit.draft.warnings import Names
from eventkit.event import events, roles
from eventkit.grid import versions
from eventkit.grid.published import Times
from eventkit.grid.versions import Spot
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Build, Event, Pitch, Slot
from eventkit.web.base.forms import Form
from eventkit.web.base.posting import Refused, post_as_organiser
from eventkit.web.base.rendering import done, page
from eventkit.web.base.visits import Organising, Visit, acting_as_organiser, looking
from eventkit.web.pages import build_quality, console
from eventkit.web.pages.build_quality import Quality

pages = Blueprint("builds", __name__)

PARTS = ("controls", "outlook")  # the blocks that may be asked for alone


class BuildForm(Form):
    """How long to look for a better grid."""

    seconds: int = Field(default=builds.USUAL, ge=1, le=builds.LONGEST, title="The time")


@pages.post("/e/<code>/builds")
def start(code: str) -> Response:
    """Start a build, or come to the one that runs."""

    def begin(visit: Organising, form: BuildForm) -> int:
        return builds.start(visit.tx, visit.by, form.seconds).number

    return post_as_organiser(code, BuildForm, begin, lambda number: done(_address(code, number)), console.render)


@pages.get("/e/<code>/builds/<int:number>")
def show(code: str, number: int) -> Response:
    """The build's best grid so far."""
    with looking(code) as visit:
        return _build(visit, number)


@pages.post("/e/<code>/builds/<int:number>/stop")
def stop(code: str, number: int) -> Response:
    """End the build with what it has."""
    acting_as_organiser(code, lambda visit: builds.request_stop(visit.tx, visit.by, number))
    return done(_address(code, number))


@pages.post("/e/<code>/builds/<int:number>/adopt")
def adopt(code: str, number: int) -> Response:
    """Make its best grid the draft."""
    return post_as_organiser(
        code,
        Form,
        lambda visit, _: builds.adopt(visit.tx, visit.by, number),
        lambda _: done(url_for("editor.show", code=code)),
        lambda visit, refused: _build(visit, number, refused),
    )


def _build(visit: Visit, number: int, refused: Refused | None = None) -> Response:
    build = builds.get(visit.tx, visit.event.id, number)
    if visit.event.voting_open:  # its figures are made of everybody's ballots
        roles.organiser(visit.event, visit.viewer)
    part = request.args.get("part", "")
    return page(
        "build.html",
        part if part in PARTS else "progress",
        refused.status if refused else 200,
        event=visit.event,
        viewer=visit.viewer,
        problem=refused.text if refused else "",
        progress=_progress(visit.tx, visit.event, build),
    )


def _address(code: str, number: int) -> str:
    return url_for("builds.show", code=code, number=number)


@dataclass(frozen=True)
class Progress:
    """What the block of a build shows, alike for all viewers."""

    build: Build
    running: bool
    waiting: bool  # for a worker, and none is there
    place: int  # in line, 0 where it does not wait
    stale: bool  # the draft was changed since it began
    elapsed: float  # seconds
    quality: Quality
    totals: list[tuple[float, float]]  # (seconds, total) of each better grid
    times: Times
    names: Names
    slots: list[Slot]
    cells: dict[tuple[int, int], Pitch]  # by (slot id, room id)
    moved: set[int]  # pitches that stand elsewhere than in the draft it began from
    reasons: dict[int, str]  # why a pitch is not placed

    @property
    def best(self) -> solver.Incumbent | None:
        """The best grid so far."""
        return self.quality.best


def _progress(tx: Transaction, event: Event, build: Build) -> Progress:
    names = drafts.names_of(tx, event)
    quality = build_quality.of_build(tx, event, build, names)
    spots = problems.spots(quality.best.grid) if quality.best else {}
    found = {pitch: cell for pitch, cell in spots.items() if pitch in names.pitches}
    running = build.state in builds.RUNNING
    return Progress(
        build=build,
        running=running,
        waiting=build.started_at is None and not builds.workers_alive(tx),
        place=builds.place_in_line(tx, build),
        stale=build.adopted_version is None and build.base_version != event.grid_version and not running,
        elapsed=_elapsed(build),
        quality=quality,
        totals=incumbents.totals(tx, build.id),
        times=Times(event.timezone),
        names=names,
        slots=[slot for slot in events.slots(tx, event.id) if not slot.title],
        cells={cell: names.pitches[pitch] for pitch, cell in found.items()},
        moved=_moved(versions.spots(versions.placements(tx, event.id, build.base_version)), found),
        reasons=reasons.told(quality.best.unplaced, names) if quality.best else {},
    )


def _elapsed(build: Build) -> float:
    """Seconds that the build has looked, or did before it ended."""
    if build.started_at is None:
        return 0.0
    return min(build.seconds, ((build.ended_at or clock.now()) - build.started_at).total_seconds())


def _moved(before: versions.Grid, after: dict[int, tuple[int, int]]) -> set[int]:
    """The pitches that stood in the draft that the build began from, and stand elsewhere in its grid."""
    grid = {pitch: Spot(*cell) for pitch, cell in after.items()}
    return {difference.pitch_id for difference in versions.differences(before, grid) if difference.before}
