"""The organiser's grid: every session with its form to move, pin or take it off; dragging only fills that form."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.datastructures import MultiDict

from eventkit import clock
from eventkit.building import problems
from eventkit.draft import drafts
from eventkit.errors import Invalid, NotFound, Stale
from eventkit.grid import steps, versions
from eventkit.grid.published import Times
from eventkit.grid.versions import Spot
from eventkit.storage.tables import Pitch, Slot
from eventkit.web.base.errors import status_of
from eventkit.web.base.forms import Form, RowId, parse
from eventkit.web.base.rendering import as_json, done, page, wants_block
from eventkit.web.base.visits import Visit, acting, looking, services
from eventkit.web.pages import build_quality

pages = Blueprint("editor", __name__)

Posted = MultiDict[str, str]

MOST_FORMS = 6000  # options of all the cards' forms together, up to which every card carries its own


class MoveForm(Form):
    """Where a pitch goes; empty slot and room take it off the grid."""

    pitch: RowId = Field(title="The session")
    slot: RowId | None = Field(default=None, title="The slot")
    room: RowId | None = Field(default=None, title="The room")
    version: RowId = Field(title="The version")
    pin: bool = Field(default=False, title="Pinned")


class VersionForm(Form):
    """The draft as the organiser sees it; `to` is the version to go back to."""

    version: RowId = Field(title="The version")
    to: RowId | None = Field(default=None, title="The version to go back to")


@pages.get("/e/<code>/organise/grid")
def show(code: str) -> Response:
    """The draft, to work on."""
    with looking(code) as visit:
        if request.args.get("part") == "outlook" and wants_block():  # asked for again and again while a study goes on
            visit.viewer.must_organise()
            known = build_quality.of_draft(visit.tx, visit.event, drafts.names_of(visit.tx, visit.event))
            return page("editor.html", "outlook", event=visit.event, outlook=known)
        return _editor(visit, chosen=request.args.get("pitch", 0, int))


@pages.get("/e/<code>/grid/moves")
def weigh(code: str) -> Response:
    """What moving one session would cost, cell by cell, for whoever drags it."""
    with looking(code) as visit:
        visit.viewer.must_organise()
        found = services().helper.read(drafts.weigh, visit.event.id, request.args.get("pitch", 0, int))
        cells = {f"cell-{slot}-{room}": {"text": it.text, "verdict": it.verdict} for (slot, room), it in found.items()}
        return as_json({"version": visit.event.grid_version, "cells": cells})


@pages.post("/e/<code>/grid/moves")
def move(code: str) -> Response:
    """Move, pin or take off one session."""
    return _change(code, _move)


@pages.post("/e/<code>/grid/undo")
def undo(code: str) -> Response:
    """Undo the last change of the draft, or go back to a version."""
    return _change(code, _undo)


@pages.post("/e/<code>/grid/publish")
def publish(code: str) -> Response:
    """Show the draft to everybody."""
    return _change(code, _publish)


def _move(visit: Visit, posted: Posted) -> str:
    form = parse(MoveForm, _filled(posted, "slot", "room"))
    if (form.slot is None) != (form.room is None):
        raise Invalid(room="Choose a slot and a room, or neither to take the session off the grid.")
    cell = None if form.slot is None or form.room is None else (form.slot, form.room)
    return versions.move(visit.tx, visit.event, form.version, form.pitch, cell, form.pin, by=visit.viewer.person_id)


def _undo(visit: Visit, posted: Posted) -> str:
    form = parse(VersionForm, _filled(posted, "to"))
    return steps.undo(visit.tx, visit.event, form.version, form.to, by=visit.viewer.person_id)


def _publish(visit: Visit, posted: Posted) -> str:
    return versions.publish(visit.tx, visit.event, parse(VersionForm, posted).version, by=visit.viewer.person_id)


def _filled(posted: Posted, *optional: str) -> Posted:
    """The posted form without its optional fields that are empty: a select's "nowhere"."""
    empty = {name for name in optional if not posted.get(name)}
    return MultiDict([item for item in posted.items(multi=True) if item[0] not in empty])


def _change(code: str, act: Callable[[Visit, Posted], str]) -> Response:
    """Do it, and show the grid as it is now; where it cannot be done, say why above the fresh grid."""
    posted = request.form  # read here: the writer's thread knows no request

    def guarded(visit: Visit) -> str:
        visit.viewer.must_organise()
        return act(visit, posted)

    try:
        said, error = acting(code, guarded), None
    except (Invalid, NotFound, Stale) as refusal:
        said, error = "", refusal
    with looking(code) as visit:
        if error is not None:
            return _editor(visit, problem=str(error), status=status_of(error))
        back = request.form.get("back", "")
        address = f"/e/{code}/organise" + ("" if back == "console" else "/grid")
        return done(address, "editor.html", "draft", **_context(visit, said=said))


def _editor(visit: Visit, status: int = 200, **more: Any) -> Response:
    visit.viewer.must_organise()
    return page("editor.html", "draft", status=status, **_context(visit, **more))


def _context(visit: Visit, said: str = "", problem: str = "", chosen: int = 0) -> dict[str, Any]:
    helper = services().helper
    draft = drafts.read(visit.tx, visit.event, helper.read(drafts.assess, visit.event.id))
    slots = [slot for slot in draft.slots if not slot.title]
    begun = problems.begun(visit.event, slots, clock.now())
    times = Times(visit.event.timezone)
    return {
        "event": visit.event,
        "viewer": visit.viewer,
        "draft": draft,
        "outlook": build_quality.of_draft(visit.tx, visit.event, draft.names),
        "times": times,
        "slot_options": [(slot.id, times.span(slot)) for slot in slots],
        "room_options": [(room.id, room.name) for room in draft.rooms],
        "said": said,
        "problem": problem,
        "chosen": chosen,
        "slots": slots,
        "forms": len(draft.names.pitches) * (len(slots) + len(draft.rooms)) <= MOST_FORMS,
        "costs": helper.read(drafts.weigh, visit.event.id, chosen) if chosen else {},
        "rows": [_row(draft, slot, slot.id in begun) for slot in draft.slots],
        "changed": {difference.pitch_id for difference in draft.differences}
        if visit.event.published_version
        else set(),
        "history": versions.history(visit.tx, visit.event.id, limit=12),
    }


def _row(draft: drafts.Draft, slot: Slot, begun: bool) -> dict[str, Any]:
    cells = []
    for room in draft.rooms:
        pitch: Pitch | None = draft.cells.get((slot.id, room.id))
        spot: Spot | None = draft.grid.get(pitch.id) if pitch else None
        closed = slot.id in draft.closed.get(room.id, ())
        cells.append({"room": room, "pitch": pitch, "spot": spot, "closed": closed})
    return {"slot": slot, "begun": begun, "cells": cells, "used": any(cell["pitch"] for cell in cells)}
