"""The organiser's grid: every session with its form to move, pin or take it off; dragging only fills that form."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit import clock
from eventkit.building import problems
from eventkit.draft import drafts
from eventkit.draft.costs import Cost, WeighedMoves
from eventkit.errors import Invalid, NotFound
from eventkit.event import people
from eventkit.grid import history, steps, versions
from eventkit.grid.history import HistoryLine
from eventkit.grid.steps import Steps
from eventkit.grid.times import Times
from eventkit.grid.versions import Spot
from eventkit.storage.tables import Pitch, Room, Slot
from eventkit.text.language import gettext as _
from eventkit.web.base.forms import Choice, F, Form, RowId
from eventkit.web.base.posting import Refused, post_and_wait
from eventkit.web.base.rendering import as_json, done, page, wants_block
from eventkit.web.base.services import services
from eventkit.web.base.visits import Organising, organised, organising
from eventkit.web.pages import build_quality

pages = Blueprint("editor", __name__)

BACK = {"console": "console.show", "trouble": "trouble.show"}  # where a form may lead instead
MOST_FORMS = 2000  # options of all the cards' forms together, up to which every card carries its own


class MoveForm(Form):
    """Where a pitch goes; empty slot and room take it off the grid."""

    pitch: RowId = Field(title="The session")
    slot: Choice = Field(default=None, title="The slot")
    room: Choice = Field(default=None, title="The room")
    version: RowId = Field(title="The version")
    pin: bool = Field(default=False, title="Pinned")

    def cell(self) -> tuple[int, int] | None:
        """The (slot id, room id) to go to, None for off the grid. Raises Invalid."""
        if (self.slot is None) != (self.room is None):
            raise Invalid(room=_("Choose a slot and a room, or neither to take the session off the grid."))
        return None if self.slot is None or self.room is None else (self.slot, self.room)


class VersionForm(Form):
    """The draft as the organiser sees it; `to` is the version to go back to."""

    version: RowId = Field(title="The version")
    to: Choice = Field(default=None, title="The version to go back to")


@dataclass(frozen=True)
class EditorCell:
    """One cell of the draft: what stands there, and whether its room is closed then."""

    room: Room
    pitch: Pitch | None
    spot: Spot | None
    closed: bool
    going_on: tuple[Pitch, datetime] | None = None  # what started in an earlier slot, and when it is over


@dataclass(frozen=True)
class EditorRow:
    """One slot of the draft, cell by cell."""

    slot: Slot
    begun: bool
    cells: list[EditorCell]

    @property
    def used(self) -> bool:
        """Whether anything stands in it."""
        return any(cell.pitch or cell.going_on for cell in self.cells)


@dataclass(frozen=True, kw_only=True)
class Editor:
    """What the organiser's grid shows."""

    draft: drafts.Draft
    times: Times
    slot_options: list[tuple[int, str]]
    room_options: list[tuple[int, str]]
    said: str  # what was done last
    problem: str  # why something was not done
    chosen: int  # the pitch whose places are weighed, 0 for none
    slots: list[Slot]  # those for sessions
    forms: bool  # whether every card carries its own form
    costs: Mapping[tuple[int, int], Cost]  # of the chosen pitch, by (slot id, room id)
    against: list[tuple[int, str]]  # what speaks against each other slot, by slot id
    rows: list[EditorRow]
    changed: set[int]  # pitches that stand elsewhere than people see
    steps: Steps
    hands: dict[int, str]  # who made versions, by person id
    history: Sequence[HistoryLine]


@pages.get("/e/<code>/organise/grid")
def show(code: str) -> Response:
    """The draft, to work on."""
    if request.args.get("part") == "outlook" and wants_block():  # asked for again and again while a study goes on
        with organising(code) as visit:
            known = build_quality.of_draft(visit.tx, visit.event, drafts.names_of(visit.tx, visit.event))
            return page("editor.html", "outlook", event=visit.event, outlook=known)
    chosen = request.args.get("pitch", 0, int)
    if request.args.get("part") == "mover" and wants_block():
        return _mover(code, chosen)
    return _page(code, chosen=chosen)


def _mover(code: str, pitch_id: int) -> Response:
    """The menu of one session, for a card that carries a link to it only."""
    assessed = services().helper.read(drafts.assess, organised(code))
    with organising(code) as visit:
        editor = _editor(visit, assessed, WeighedMoves(), said="", problem="", chosen=pitch_id)
        pitch = editor.draft.names.pitches.get(pitch_id)
        if pitch is None:
            raise NotFound
        return page("mover.html", "mover", event=visit.event, editor=editor, pitch=pitch)


@pages.get("/e/<code>/grid/moves")
def weigh(code: str) -> Response:
    """What moving one session would cost, cell by cell, for whoever drags it."""
    with organising(code) as visit:
        event_id, version = visit.event.id, visit.event.grid_version
    found = services().helper.read(drafts.weigh, event_id, request.args.get("pitch", 0, int))
    cells = {
        f"cell-{slot}-{room}": {"text": it.told, "verdict": it.verdict} for (slot, room), it in found.cells.items()
    }
    return as_json({"version": version, "cells": cells})


@pages.post("/e/<code>/grid/moves")
def move(code: str) -> Response:
    """Move, pin or take off one session."""

    def act(visit: Organising, form: MoveForm) -> str:
        return versions.move(visit.tx, visit.by, form.version, form.pitch, form.cell(), form.pin)

    return _change(code, MoveForm, act)


@pages.post("/e/<code>/grid/undo")
def undo(code: str) -> Response:
    """Undo the last change of the draft, or go back to a version."""
    return _change(code, VersionForm, lambda v, form: steps.undo(v.tx, v.by, form.version, form.to))


@pages.post("/e/<code>/grid/redo")
def redo(code: str) -> Response:
    """Do again what was undone last."""
    return _change(code, VersionForm, lambda v, form: steps.redo(v.tx, v.by, form.version))


@pages.post("/e/<code>/grid/unpublish")
def unpublish(code: str) -> Response:
    """Take the published grid back."""
    return _change(code, VersionForm, lambda v, form: versions.unpublish(v.tx, v.by, form.version))


@pages.post("/e/<code>/grid/publish")
def publish(code: str) -> Response:
    """Show the draft to everybody."""
    return _change(code, VersionForm, lambda v, form: versions.publish(v.tx, v.by, form.version))


def _change(code: str, form: type[F], act: Callable[[Organising, F], str]) -> Response:
    """Do it, and show the grid as it is now; where it cannot be done, say why above the fresh grid."""

    def then(said: str) -> Response:
        moved = request.form.get("pitch", type=int)
        back = BACK.get(request.form.get("back", ""), "")
        address = url_for(back or "editor.show", code=code, _anchor=f"session-{moved}" if moved and not back else None)
        return _page(code, said=said) if wants_block() else done(address)

    def again(refused: Refused) -> Response:
        return _page(code, refused.status, problem=refused.text)

    return post_and_wait(code, form, act, then, again)


def _page(code: str, status: int = 200, *, said: str = "", problem: str = "", chosen: int = 0) -> Response:
    """The grid; nothing is held while its draft is assessed and a session's places are weighed."""
    event_id, helper = organised(code), services().helper
    assessed = helper.read(drafts.assess, event_id)
    weighed = helper.read(drafts.weigh, event_id, chosen) if chosen else WeighedMoves()
    with organising(code) as visit:
        editor = _editor(visit, assessed, weighed, said=said, problem=problem, chosen=chosen)
        outlook = build_quality.of_draft(visit.tx, visit.event, editor.draft.names)
        return page(
            "editor.html", "draft", status, event=visit.event, viewer=visit.viewer, editor=editor, outlook=outlook
        )


def _editor(
    visit: Organising, assessed: drafts.Assessment, weighed: WeighedMoves, *, said: str, problem: str, chosen: int
) -> Editor:
    draft = drafts.read(visit.tx, visit.event, assessed)
    slots = [slot for slot in draft.slots if not slot.title]
    begun = problems.begun(visit.event, slots, clock.now())
    times = draft.names.times
    published = visit.event.published_version is not None
    return Editor(
        draft=draft,
        times=times,
        slot_options=[(slot.id, times.when(slot)) for slot in slots],
        room_options=[(room.id, room.name) for room in draft.rooms],
        said=said,
        problem=problem,
        chosen=chosen,
        slots=slots,
        forms=len(draft.names.pitches) * (len(slots) + len(draft.rooms)) <= MOST_FORMS,
        costs=weighed.cells,
        against=weighed.slots,
        rows=[_row(draft, slot, slot.id in begun) for slot in draft.slots],
        changed={it.pitch_id for it in draft.preview.changes} if published else set(),
        steps=steps.steps(visit.tx, visit.event),
        hands={it.id: it.name for it in people.named(visit.tx, visit.event.id)},
        history=history.lines(visit.tx, visit.event.id, limit=12),
    )


def _row(draft: drafts.Draft, slot: Slot, begun: bool) -> EditorRow:
    cells = []
    for room in draft.rooms:
        pitch = draft.cells.get((slot.id, room.id))
        spot = draft.grid.get(pitch.id) if pitch else None
        closed, going_on = slot.id in draft.closed.get(room.id, ()), draft.going_on.get((slot.id, room.id))
        cells.append(EditorCell(room, pitch, spot, closed, None if pitch else going_on))
    return EditorRow(slot, begun, cells)
