"""Rooms, slots, fixed items and closed cells: one small form for each."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, Response, request, url_for
from pydantic import Field
from werkzeug.datastructures import MultiDict

from eventkit.errors import Invalid, Stale, Unsure
from eventkit.event import as_typed, days, events
from eventkit.event.as_typed import RoomLine
from eventkit.event.days import ProgrammeDay, Which
from eventkit.grid import closures, more_days, venue
from eventkit.grid.times import Times
from eventkit.grid.venue import SlotChange
from eventkit.storage.tables import Room, Slot
from eventkit.text import lengths
from eventkit.text.language import marked
from eventkit.web.base.forms import ChangeForm, F, Form, Heading, Line, RowId
from eventkit.web.base.posting import Refused, post_as_organiser
from eventkit.web.base.rendering import done, page
from eventkit.web.base.visits import Organising, organising

pages = Blueprint("venue", __name__)


FEATURES = lengths.FEATURES * (lengths.FEATURE + 1)  # letters of the list of what a room has


class SureForm(Form):
    """What may take away what people see: the organiser was asked about so many sessions, and is `sure` of them."""

    sure: int = Field(default=0, ge=0, le=99_999, title="Being sure")


class RoomForm(ChangeForm, SureForm):
    """A room: its name, seats and what it has."""

    name: Heading = Field(min_length=1, max_length=lengths.ROOM_NAME, title=marked("The name"))
    capacity: int = Field(ge=0, le=99_999, title=marked("The number of seats"))
    directions: Line = Field(default="", max_length=lengths.DIRECTIONS, title=marked("Where it is"))
    features: Line = Field(default="", max_length=FEATURES, title=marked("The list of what the room has"))

    def line(self) -> RoomLine:
        """The room as lists of rooms have it, its features told apart and checked. Raises Invalid."""
        try:
            line = as_typed.room_line(self.name, self.capacity, self.features)
            return replace(line, directions=self.directions)
        except Invalid as refusal:
            raise Invalid(features=str(refusal)) from refusal


class SlotForm(ChangeForm, SureForm):
    """A slot, or with a title a fixed item."""

    starts: Line = Field(max_length=10, title=marked("The start"))
    ends: Line = Field(max_length=10, title=marked("The end"))
    title: Line = Field(default="", max_length=lengths.SLOT_TITLE, title=marked("The title"))
    day: datetime.date | None = Field(default=None, title=marked("The day"))  # of a new one
    which: Which = Field(default="", title=marked("Which of the two?"))

    def line(self) -> SlotChange:
        """The slot as typed."""
        return SlotChange(self.starts, self.ends, self.title, self.which)


class AnotherDayForm(Form):
    """Another day, with slots like those of one that is there."""

    day: datetime.date = Field(title=marked("The day"))
    like: datetime.date = Field(title=marked("The day whose slots it gets"))


class ItemForm(ChangeForm, SureForm):
    """A fixed item, and the rooms that it takes in a slot; none of them takes it away."""

    title: Heading = Field(min_length=1, max_length=lengths.SLOT_TITLE, title=marked("The title"))
    room: list[RowId] = Field(default=[], max_length=100, title="The rooms")


class ClosedForm(ChangeForm, SureForm):
    """The slots in which a room cannot be used; with `rest` all that have not begun."""

    slot: list[RowId] = Field(default=[], max_length=200, title="The slots")
    rest: bool = Field(default=False, title="The rest of the day")
    now: bool = Field(default=False, title="The slot under way too")


@dataclass(frozen=True, kw_only=True)
class Venue:
    """What the page of rooms and slots shows."""

    rooms: list[Room]
    slots: list[Slot]
    closed: Mapping[int, set[int]]  # slot ids by room id
    items: Mapping[tuple[int, int], str]  # (slot id, room id) -> the fixed item that takes this room only
    times: Times
    days: Sequence[ProgrammeDay]
    form: str  # the id of the form that was refused, which is shown open, with what was typed
    errors: Mapping[str, str]
    typed: MultiDict[str, str]
    said: str  # what followed from the change just made
    asked: str  # the address of the form that asks once more
    sessions: int  # that it asks about
    refused: str  # the address of the form that was refused
    meanwhile: bool  # somebody else was faster with it

    def of_slot(self, slot: Slot) -> list[str]:
        """The titles of what takes some rooms of a slot."""
        return sorted({title for (slot_id, _room), title in self.items.items() if slot_id == slot.id})

    def there(self, slot: Slot) -> dict[int, str]:
        """Room id -> the title of what takes it in a slot."""
        return {at: title for (slot_id, at), title in self.items.items() if slot_id == slot.id}

    def taken(self, slot: Slot, title: str) -> set[int]:
        """The ids of the rooms that a fixed item takes in a slot."""
        return {at for (slot_id, at), known in self.items.items() if slot_id == slot.id and title and known == title}


@pages.get("/e/<code>/organise/rooms")
def show(code: str) -> Response:
    """All rooms and slots."""
    with organising(code) as visit:
        return _page(visit)


@pages.post("/e/<code>/organise/rooms")
def add_room(code: str) -> Response:
    """Another room."""
    return _change(code, "room", RoomForm, lambda visit, form: venue.add_room(visit.tx, visit.by, form.line()))


@pages.post("/e/<code>/organise/rooms/<int:room_id>")
def change_room(code: str, room_id: int) -> Response:
    """Another name, other seats or features."""

    def change(visit: Organising, form: RoomForm) -> None:
        venue.change_room(visit.tx, visit.by, room_id, form.line(), form.sure, seen=form.seen)

    return _change(code, f"room-{room_id}", RoomForm, change)


@pages.post("/e/<code>/organise/rooms/<int:room_id>/remove")
def remove_room(code: str, room_id: int) -> Response:
    """One room less."""

    def change(visit: Organising, form: SureForm) -> str:
        return venue.remove_room(visit.tx, visit.by, room_id, form.sure)

    return _change(code, f"room-{room_id}", SureForm, change)


@pages.post("/e/<code>/organise/rooms/<int:room_id>/closed")
def close_room(code: str, room_id: int) -> Response:
    """Close a room in some slots, or (`rest`) for the rest of the day."""

    def change(visit: Organising, form: ClosedForm) -> str:
        if form.rest:
            return closures.close_room_from(
                visit.tx, visit.by, room_id, at_once=form.now, seen=form.seen, sure=form.sure
            )
        return closures.close_room(visit.tx, visit.by, room_id, set(form.slot), form.seen, sure=form.sure)

    return _change(code, f"room-{room_id}", ClosedForm, change)


@pages.post("/e/<code>/organise/slots")
def add_slot(code: str) -> Response:
    """Another slot or fixed item."""

    def change(visit: Organising, form: SlotForm) -> None:
        times = form.starts, form.ends
        venue.add_slot(visit.tx, visit.by, *times, form.title, form.sure, day=form.day, which=form.which)

    return _change(code, "slot", SlotForm, change)


@pages.post("/e/<code>/organise/days")
def add_day(code: str) -> Response:
    """Another day, with slots at the same times as one that is there."""

    def change(visit: Organising, form: AnotherDayForm) -> str:
        return more_days.add_day(visit.tx, visit.by, form.day, form.like)

    return _change(code, "day", AnotherDayForm, change)


@pages.post("/e/<code>/organise/slots/<int:slot_id>")
def change_slot(code: str, slot_id: int) -> Response:
    """Other times, or a title."""

    def change(visit: Organising, form: SlotForm) -> None:
        venue.change_slot(visit.tx, visit.by, slot_id, form.line(), form.sure, seen=form.seen)

    return _change(code, f"slot-{slot_id}", SlotForm, change)


@pages.post("/e/<code>/organise/slots/<int:slot_id>/remove")
def remove_slot(code: str, slot_id: int) -> Response:
    """One slot less."""

    def change(visit: Organising, form: SureForm) -> str:
        return venue.remove_slot(visit.tx, visit.by, slot_id, form.sure)

    return _change(code, f"slot-{slot_id}", SureForm, change)


@pages.post("/e/<code>/organise/slots/<int:slot_id>/items")
def fix_item(code: str, slot_id: int) -> Response:
    """A fixed item in some rooms of a slot."""

    def change(visit: Organising, form: ItemForm) -> str:
        return closures.fix_item(visit.tx, visit.by, slot_id, form.title, set(form.room), form.sure, seen=form.seen)

    return _change(code, f"slot-{slot_id}", ItemForm, change)


def _change(code: str, place: str, form: type[F], change: Callable[[Organising, F], object]) -> Response:
    """Change something; `place` is the id of its form, to come back to."""

    def then(said: object) -> Response:
        if request.form.get("back") == "trouble":
            return done(url_for("trouble.show", code=code))
        if isinstance(said, str):  # what follows from it is worth a sentence before one goes on
            with organising(code) as visit:
                return _page(visit, said=said)
        return done(url_for("venue.show", code=code) + ("" if place in ("room", "slot", "day") else f"#{place}"))

    return post_as_organiser(code, form, change, then, lambda visit, refused: _page(visit, refused, place))


def _page(visit: Organising, refused: Refused | None = None, place: str = "", said: str = "") -> Response:
    slots = events.slots(visit.tx, visit.event.id)
    shown = Venue(
        rooms=events.rooms(visit.tx, visit.event.id),
        slots=slots,
        closed=closures.by_room(visit.tx, visit.event.id),
        items=closures.items(visit.tx, visit.event.id),
        times=Times.of(visit.event.timezone, slots),
        days=days.of(slots, visit.event.timezone),
        form=place,
        errors=refused.errors("") if refused else {},
        typed=refused.posted if refused else MultiDict(),
        said=said,
        asked=request.path if refused and isinstance(refused.why, Unsure) else "",
        sessions=refused.why.sessions if refused and isinstance(refused.why, Unsure) else 0,
        refused=request.path if refused else "",
        meanwhile=refused is not None and isinstance(refused.why, Stale),
    )
    status = refused.status if refused else 200
    return page("rooms.html", status=status, event=visit.event, viewer=visit.viewer, venue=shown)
