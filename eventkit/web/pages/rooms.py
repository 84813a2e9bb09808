"""Rooms, slots, fixed items and closed cells: one small form for each."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.datastructures import MultiDict

from eventkit.errors import Invalid, NotFound, Unsure
from eventkit.event import events
from eventkit.event.events import RoomLine
from eventkit.grid import venue
from eventkit.grid.published import Times
from eventkit.grid.venue import SlotLine
from eventkit.web.base.errors import status_of
from eventkit.web.base.forms import Form, Heading, Line, RowId, parse
from eventkit.web.base.rendering import done, page
from eventkit.web.base.visits import Visit, acting, looking

pages = Blueprint("venue", __name__)

Posted = MultiDict[str, str]


class RoomForm(Form):
    """A room: its name, seats and what it has."""

    name: Heading = Field(min_length=1, max_length=80, title="The name")
    capacity: int = Field(ge=0, le=99_999, title="The number of seats")
    features: Line = Field(default="", max_length=820, title="The list of what the room has")

    def line(self) -> RoomLine:
        """The room as lists of rooms have it, its features told apart and checked. Raises Invalid."""
        try:
            return events.room_line(self.name, self.capacity, self.features)
        except Invalid as refusal:
            raise Invalid(features=str(refusal)) from refusal


class SlotForm(Form):
    """A slot, or with a title a fixed item."""

    starts: Line = Field(max_length=10, title="The start")
    ends: Line = Field(max_length=10, title="The end")
    title: Line = Field(default="", max_length=120, title="The title")


class ClosedForm(Form):
    """The slots in which a room cannot be used."""

    slot: list[RowId] = Field(default=[], max_length=200, title="The slots")


@pages.get("/e/<code>/organise/rooms")
def show(code: str) -> Response:
    """All rooms and slots."""
    with looking(code) as visit:
        return _page(visit)


@pages.post("/e/<code>/organise/rooms")
def add_room(code: str) -> Response:
    """Another room."""
    return _change(
        code, "room", lambda visit, posted: venue.add_room(visit.tx, visit.event, parse(RoomForm, posted).line())
    )


@pages.post("/e/<code>/organise/rooms/<int:room_id>")
def change_room(code: str, room_id: int) -> Response:
    """Another name, other seats or features."""

    def change(visit: Visit, posted: Posted) -> None:
        venue.change_room(visit.tx, visit.event, room_id, parse(RoomForm, posted).line(), by=visit.viewer.person_id)

    return _change(code, f"room-{room_id}", change)


@pages.post("/e/<code>/organise/rooms/<int:room_id>/remove")
def remove_room(code: str, room_id: int) -> Response:
    """One room less."""

    def change(visit: Visit, posted: Posted) -> str:
        return venue.remove_room(visit.tx, visit.event, room_id, sure=_sure(posted), by=visit.viewer.person_id)

    return _change(code, f"room-{room_id}", change)


@pages.post("/e/<code>/organise/rooms/<int:room_id>/closed")
def close_room(code: str, room_id: int) -> Response:
    """Close a room in some slots, or (`rest`) for the rest of the day."""

    def change(visit: Visit, posted: Posted) -> str:
        if posted.get("rest"):
            return venue.close_room_from(visit.tx, visit.event, room_id, by=visit.viewer.person_id)
        slots = set(parse(ClosedForm, posted).slot)
        return venue.close_room(visit.tx, visit.event, room_id, slots, by=visit.viewer.person_id)

    return _change(code, f"room-{room_id}", change)


@pages.post("/e/<code>/organise/slots")
def add_slot(code: str) -> Response:
    """Another slot or fixed item."""

    def change(visit: Visit, posted: Posted) -> None:
        form = parse(SlotForm, posted)
        venue.add_slot(visit.tx, visit.event, form.starts, form.ends, form.title)

    return _change(code, "slot", change)


@pages.post("/e/<code>/organise/slots/<int:slot_id>")
def change_slot(code: str, slot_id: int) -> Response:
    """Other times, or a title."""

    def change(visit: Visit, posted: Posted) -> None:
        form = parse(SlotForm, posted)
        line = SlotLine(form.starts, form.ends, form.title)
        venue.change_slot(visit.tx, visit.event, slot_id, line, sure=_sure(posted), by=visit.viewer.person_id)

    return _change(code, f"slot-{slot_id}", change)


@pages.post("/e/<code>/organise/slots/<int:slot_id>/remove")
def remove_slot(code: str, slot_id: int) -> Response:
    """One slot less."""

    def change(visit: Visit, posted: Posted) -> str:
        return venue.remove_slot(visit.tx, visit.event, slot_id, sure=_sure(posted), by=visit.viewer.person_id)

    return _change(code, f"slot-{slot_id}", change)


def _sure(posted: Posted) -> bool:
    """Whether the organiser was asked, and means it."""
    return posted.get("sure") == "1"


def _change(code: str, form: str, change: Callable[[Visit, Posted], Any]) -> Response:
    """Change something; `form` is the id of its form, to come back to. Refused: the page again, as typed."""
    posted = request.form  # read here: the writer's thread knows no request

    def guarded(visit: Visit) -> Any:
        visit.viewer.must_organise()
        return change(visit, posted)

    try:
        said = acting(code, guarded)
    except (Invalid, NotFound) as refusal:
        with looking(code) as visit:
            errors = getattr(refusal, "fields", {}) or {"": str(refusal)}
            asked = request.path if isinstance(refusal, Unsure) else ""
            return _page(visit, status_of(refusal), form, errors, asked=asked)
    address = f"/e/{code}/organise/rooms"
    if isinstance(said, str):  # what follows from it is worth a sentence before one goes on
        with looking(code) as visit:
            return _page(visit, said=said)
    return done(address + ("" if form in ("room", "slot") else f"#{form}"))


def _page(
    visit: Visit,
    status: int = 200,
    form: str = "",
    errors: dict[str, str] | None = None,
    *,
    said: str = "",
    asked: str = "",
) -> Response:
    """The page; `asked` is the address of the form that asks whether it is meant."""
    visit.viewer.must_organise()
    return page(
        "rooms.html",
        status=status,
        event=visit.event,
        viewer=visit.viewer,
        rooms=events.rooms(visit.tx, visit.event.id),
        slots=events.slots(visit.tx, visit.event.id),
        closed=venue.closures(visit.tx, visit.event.id),
        times=Times(visit.event.timezone),
        form=form,
        errors=errors or {},
        typed=request.form,
        said=said,
        asked=asked,
    )
