"""When the day bends: sessions without a place, a room that is lost, a shift of the slots, announcements."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit import clock
from eventkit.building import builds
from eventkit.draft import drafts, previews
from eventkit.draft.warnings import Names
from eventkit.event import announcements, people
from eventkit.event.announcements import AnnouncementContent
from eventkit.grid import published, shifting, telling, venue, versions
from eventkit.grid.homeless import homeless
from eventkit.grid.published import Times
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Room, Slot
from eventkit.text import lengths
from eventkit.web.base.forms import Choice, Form, Heading, Line, RowId
from eventkit.web.base.posting import Refused, post_as_organiser
from eventkit.web.base.rendering import done, page
from eventkit.web.base.visits import Organising, acting_as_organiser, organising

pages = Blueprint("trouble", __name__)

MOST_TOLD = 20  # lines of what happened


class LostForm(Form):
    """A room that is lost from now on, or in one slot; with `again` one that is there again."""

    room: RowId = Field(title="The room")
    slot: Choice = Field(default=None, title="The slot")
    again: bool = Field(default=False, title="Being there again")


class ShiftForm(Form):
    """From which slot on, by how many minutes; with `preview` only to look at it."""

    slot: RowId = Field(title="The slot")
    minutes: int = Field(ge=-shifting.LONGEST, le=shifting.LONGEST, title="The number of minutes")
    version: RowId = Field(title="The version")
    preview: bool = Field(default=False, title="The preview")


class AnnouncementForm(Form):
    """What is announced, until when, and to whom."""

    text: Heading = Field(min_length=1, max_length=lengths.ANNOUNCEMENT, title="The announcement")
    until: Line = Field(max_length=10, title="The time")
    room: Choice = Field(default=None, title="The room")
    slot: Choice = Field(default=None, title="The slot")

    def content(self, event: Event) -> AnnouncementContent:
        """The announcement, its time on the clock at the venue today. Raises Invalid."""
        zone = ZoneInfo(event.timezone)
        at = venue.clock_time(self.until, "until", "The time")
        return AnnouncementContent(
            self.text, datetime.combine(clock.now().astimezone(zone), at, zone), self.room, self.slot
        )


@pages.get("/e/<code>/organise/trouble")
def show(code: str) -> Response:
    """What can be done in a hurry."""
    with organising(code) as visit:
        return _page(visit)


@pages.post("/e/<code>/organise/lost")
def lose(code: str) -> Response:
    """A room cannot be used, which every screen says at once; then who is without a place, and what to do."""

    def act(visit: Organising, form: LostForm) -> str:
        if form.again:
            return venue.open_room_again(visit.tx, visit.by, form.room)
        return venue.lose_room(visit.tx, visit.by, form.room, form.slot)

    def then(_: str) -> Response:
        return done(url_for("trouble.show", code=code))

    return post_as_organiser(code, LostForm, act, then, _again)


@pages.post("/e/<code>/organise/shift")
def shift(code: str) -> Response:
    """Everything from a slot on so many minutes later; first as a preview, where that is asked for."""

    def act(visit: Organising, form: ShiftForm) -> tuple[ShiftForm, str]:
        if form.preview:
            return form, ""
        return form, shifting.shift(visit.tx, visit.by, form.slot, form.minutes, form.version)

    def then(result: tuple[ShiftForm, str]) -> Response:
        form, said = result
        with organising(code) as visit:
            if not form.preview:
                return _page(visit, said=said)
            return _page(visit, form=form, planned=shifting.plan(visit.tx, visit.event, form.slot, form.minutes))

    return post_as_organiser(code, ShiftForm, act, then, _again)


@pages.post("/e/<code>/organise/announcements")
def announce(code: str) -> Response:
    """Say something to everybody, or to those of a room or a slot."""

    def act(visit: Organising, form: AnnouncementForm) -> int:
        return announcements.announce(visit.tx, visit.by, form.content(visit.event)).id

    return post_as_organiser(code, AnnouncementForm, act, lambda _: _back(code), _again)


@pages.post("/e/<code>/organise/announcements/<int:announcement_id>")
def edit(code: str, announcement_id: int) -> Response:
    """Say it differently, or for longer."""

    def act(visit: Organising, form: AnnouncementForm) -> int:
        return announcements.edit(visit.tx, visit.by, announcement_id, form.content(visit.event)).id

    return post_as_organiser(code, AnnouncementForm, act, lambda _: _back(code), _again)


@pages.post("/e/<code>/organise/announcements/<int:announcement_id>/end")
def end(code: str, announcement_id: int) -> Response:
    """Take it off every screen."""
    acting_as_organiser(code, lambda visit: announcements.end(visit.tx, visit.by, announcement_id).id)
    return _back(code)


def _back(code: str) -> Response:
    return done(url_for("trouble.show", code=code, _anchor="announcements"))


def _again(visit: Organising, refused: Refused) -> Response:
    whole = "lost" if request.endpoint == "trouble.lose" else "shift" if "minutes" in refused.posted else "text"
    errors = refused.errors(whole)
    return _page(visit, refused.status, errors=errors, typed=refused.posted.to_dict())


def _page(visit: Organising, status: int = 200, **more: Any) -> Response:
    tx, event = visit.tx, visit.event
    grid, moment, times = published.read(tx, event), clock.now(), Times(event.timezone)
    names, draft = drafts.names_of(tx, event), versions.spots(versions.draft(tx, event))
    happened = telling.lines(grid, times, moment, published.REMEMBERED) if grid else []
    shown: dict[str, Any] = {
        "errors": {},
        "typed": {},
        "said": "",
        "planned": [],
        "form": None,
        "event": event,
        "viewer": visit.viewer,
        "times": times,
        "moment": moment,
        "slots": list(names.slots.values()),
        "rooms": list(names.rooms.values()),
        "names": names,
        "draft": draft,
        "preview": previews.preview(tx, event, draft, names),
        "closed": _closed(tx, event, names, moment),
        "homeless": homeless(grid, {spot[:2] for spot in draft.values()}) if grid else [],
        "announced": announcements.current(tx, event.id, moment),
        "ended": [it for it in announcements.kept(tx, event.id) if it.ended_at or it.until <= moment],
        "usual": builds.USUAL,
        "happened": happened[:MOST_TOLD],
        "late": published.pitched_late(tx, event.id),
        "hands": {it.id: it.name for it in people.named(tx, event.id)},
    }
    return page("trouble.html", status=status, **{**shown, **more})


def _closed(tx: Transaction, event: Event, names: Names, moment: datetime) -> list[tuple[Room, list[Slot]]]:
    """The rooms that are closed in slots which are not over, with those slots."""
    closed = venue.closures(tx, event.id)
    found = [
        (room, [slot for slot in names.slots.values() if slot.id in closed.get(room.id, ()) and slot.ends_at > moment])
        for room in names.rooms.values()
    ]
    return [(room, slots) for room, slots in found if slots]
