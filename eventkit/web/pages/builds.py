"""A build as it happens: the newest grid, one honest line, the total over time; stop and adopt."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request, url_for
from pydantic import Field

import solver
from eventkit import clock
from eventkit.building import builds, incumbents, problems
from eventkit.draft import drafts, previews, reasons
from eventkit.draft.previews import Preview
from eventkit.draft.warnings import Names
from eventkit.event import events, roles, runs
from eventkit.grid import closures, history, versions
from eventkit.grid.times import Times
from eventkit.grid.versions import Spot
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Build, BuildState, Event, Pitch, Slot
from eventkit.text.language import marked
from eventkit.web.base.forms import Choice, Form, Line
from eventkit.web.base.posting import Refused, post_and_wait, post_as_organiser
from eventkit.web.base.rendering import done, page
from eventkit.web.base.visits import Organising, Visit, acting_as_organiser, looking
from eventkit.web.pages import build_quality, console
from eventkit.web.pages.build_quality import Quality

pages = Blueprint("builds", __name__)

PARTS = ("controls", "outlook")  # the blocks that may be asked for alone


class BuildForm(Form):
    """How long to look for a better grid."""

    seconds: int = Field(default=builds.USUAL, ge=1, le=builds.LONGEST, title=marked("The time"))
    from_slot: Choice = Field(default=None, title="The first slot")
    leaves_out: Line = Field(default="", max_length=20, title=marked("The ballots to leave out"))


class AdoptForm(Form):
    """Whether people see the grid at once."""

    publish: bool = Field(default=False, title="Publishing")


@pages.post("/e/<code>/builds")
def start(code: str) -> Response:
    """Start a build, or come to the one that runs."""

    def begin(visit: Organising, form: BuildForm) -> int:
        return builds.start(visit.tx, visit.by, form.seconds, form.leaves_out, form.from_slot).number

    return post_and_wait(code, BuildForm, begin, lambda number: done(_address(code, number)), console.again_at(code))


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
    """Make its best grid the draft, and with `publish` what people see."""

    def act(visit: Organising, form: AdoptForm) -> str:
        builds.adopt(visit.tx, visit.by, number)
        if not form.publish:
            return "editor.show"
        versions.publish(visit.tx, visit.by, visit.event.grid_version)
        return "console.show"

    def again(visit: Organising, refused: Refused) -> Response:
        return _build(visit, number, refused)

    return post_as_organiser(code, AdoptForm, act, lambda where: done(url_for(where, code=code)), again)


@pages.post("/e/<code>/builds/<int:number>/again")
def again(code: str, number: int) -> Response:
    """Build again from the grid as it is now, what was moved by hand since this build began staying where it is."""
    return post_as_organiser(
        code,
        Form,
        lambda visit, _: builds.go_on(visit.tx, visit.by, number).number,
        lambda started: done(_address(code, started)),
        lambda visit, refused: _build(visit, number, refused),
    )


def _build(visit: Visit, number: int, refused: Refused | None = None) -> Response:
    build = builds.get(visit.tx, visit.event.id, number)
    if visit.event.voting_open or visit.event.published_version:  # made of ballots; or what nobody is to go by yet
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
class Overtaken:
    """What of a build's best grid cannot be any more: sessions whose room or slot is lost, and those withdrawn."""

    homeless: int
    withdrawn: int


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What the block of a build shows, alike for all viewers."""

    build: Build
    running: bool
    waiting: bool  # for a worker, and none is there
    place: int  # in line, 0 where it does not wait
    stale: str  # what was changed in the draft since it began, so that it cannot be adopted; empty where nothing was
    overtaken: Overtaken | None  # by what happened to the day since it began
    preview: Preview  # what publishing the best grid would change
    elapsed: float  # seconds
    quality: Quality
    totals: list[tuple[float, float]]  # (seconds, total) of each better grid
    times: Times
    names: Names
    slots: list[Slot]
    cells: dict[tuple[int, int], Pitch]  # by (slot id, room id)
    going_on: dict[tuple[int, int], tuple[Pitch, datetime]]  # what started in an earlier slot, and when it is over
    moved: set[int]  # pitches that stand elsewhere than people see them, or before they do than in the draft before
    reasons: dict[int, str]  # why a pitch is not placed
    later: list[Pitch]  # those that came after it began, such as a repeat that it made somebody think of
    repeatable: list[tuple[int, int]]  # (pitch id, how many people miss it), where a repeat would serve some

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
        stale=_stale(tx, event, build),
        overtaken=_overtaken(tx, event, build, spots, names),
        preview=previews.preview(tx, event, {pitch: Spot(*cell) for pitch, cell in found.items()}, names),
        elapsed=_elapsed(build),
        quality=quality,
        totals=incumbents.totals(tx, build.id),
        times=Times.of(event.timezone, events.slots(tx, event.id)),
        names=names,
        slots=[slot for slot in events.slots(tx, event.id) if not slot.title],
        cells={cell: names.pitches[pitch] for pitch, cell in found.items()},
        going_on=drafts.running_on(found, names),
        moved=_moved(versions.spots(versions.placements(tx, event.id, _before(event, build))), found),
        reasons=reasons.told(quality.best.unplaced, names) if quality.best else {},
        later=[] if running or build.adopted_version else _later(build, found, names),
        repeatable=[] if running or build.adopted_version else drafts.repeatable(tx, event, found, names),
    )


def _later(build: Build, found: problems.Spots, names: Names) -> list[Pitch]:
    began = build.started_at
    return [it for it in names.pitches.values() if began and it.created_at >= began and it.id not in found]


def _elapsed(build: Build) -> float:
    """Seconds that the build has looked, or did before it ended."""
    if build.started_at is None:
        return 0.0
    return min(build.seconds, ((build.ended_at or clock.now()) - build.started_at).total_seconds())


def _before(event: Event, build: Build) -> int:
    """The version that the build's grid is compared with: what people see, or the draft that it began from."""
    return event.published_version or build.base_version


def _stale(tx: Transaction, event: Event, build: Build) -> str:
    waits = build.state is BuildState.QUEUED  # it begins from the draft as that is then
    if build.adopted_version is not None or waits or build.base_version == event.grid_version:
        return ""
    return history.since(tx, event, build.base_version)


def _overtaken(
    tx: Transaction, event: Event, build: Build, spots: dict[int, tuple[int, int]], names: Names
) -> Overtaken | None:
    """None once it is adopted, and where all that is still to come can be as the build has it."""
    if build.adopted_version is not None or not spots:
        return None
    slots, closed = list(names.slots.values()), closures.by_room(tx, event.id)
    begun, on = problems.begun(event, slots, clock.now()), runs.onward(slots)

    def cannot_be(pitch: Pitch | None, slot_id: int, room_id: int) -> bool:
        slot = names.slots.get(slot_id)
        if slot is None or slot.title or room_id not in names.rooms:
            return True
        taken = {it.id for it in runs.taken(slot, pitch.length if pitch else 1, on)}
        return bool(taken & closed.get(room_id, set()))

    ahead = {pitch: cell for pitch, cell in spots.items() if cell[0] not in begun}
    withdrawn = sum(pitch not in names.pitches for pitch in ahead)
    homeless = sum(cannot_be(names.pitches[it], *cell) for it, cell in ahead.items() if it in names.pitches)
    return Overtaken(homeless, withdrawn) if homeless or withdrawn else None


def _moved(before: versions.Grid, after: dict[int, tuple[int, int]]) -> set[int]:
    """The pitches that stood in the grid before, and stand elsewhere in the build's."""
    grid = {pitch: Spot(*cell) for pitch, cell in after.items()}
    return {difference.pitch_id for difference in versions.differences(before, grid) if difference.before}
