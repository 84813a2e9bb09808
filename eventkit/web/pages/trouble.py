"""When the day bends: sessions without a place, a room that is lost, a shift of the slots, announcements."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit import clock
from eventkit.building import builds
from eventkit.draft import drafts, previews
from eventkit.draft.previews import Preview
from eventkit.draft.warnings import Names
from eventkit.errors import Stale
from eventkit.event import announcements, days, editions, people
from eventkit.event.announcements import AnnouncementContent
from eventkit.grid import closures, history, published, shifting, steps, telling, venue, versions
from eventkit.grid.homeless import Homeless, homeless
from eventkit.grid.shifting import Shifted
from eventkit.grid.telling import NewsLine
from eventkit.grid.times import Times
from eventkit.grid.versions import Grid
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Announcement, Event, GridCause, GridVersion, Notice, Pitch, Room, Slot
from eventkit.text import lengths
from eventkit.text.language import gettext as _
from eventkit.text.language import marked
from eventkit.web.base.forms import ChangeForm, Choice, Form, Heading, Line, RowId
from eventkit.web.base.posting import Refused, post_as_organiser
from eventkit.web.base.rendering import done, page
from eventkit.web.base.visits import Organising, organising

pages = Blueprint("trouble", __name__)

FIELDS = {  # of what is refused
    "trouble.lose": "lost",
    "trouble.shift": "minutes",
    "trouble.change_break": "length",
    "trouble.end": "announcements",
}
MOST_TOLD = 20  # lines of what happened


class LostForm(ChangeForm):
    """A room that is lost from now on, or in one slot; with `again` one that is there again."""

    room: RowId = Field(title="The room")
    slot: Choice = Field(default=None, title="The slot")
    again: bool = Field(default=False, title="Being there again")


class ShiftForm(Form):
    """From which slot on, by how many minutes; with `preview` only to look at it."""

    slot: RowId = Field(title="The slot")
    minutes: int = Field(ge=-shifting.LONGEST, le=shifting.LONGEST, title=marked("The number of minutes"))
    version: RowId = Field(title="The version")
    preview: bool = Field(default=False, title="The preview")


class BreakForm(Form):
    """Which break takes how many minutes from now on; with `preview` only to look at it."""

    slot: RowId = Field(title=marked("The break"))
    length: int = Field(ge=1, le=shifting.LONGEST, title=marked("Its new length"))
    version: RowId = Field(title="The version")
    preview: bool = Field(default=False, title="The preview")


Retiming = TypeVar("Retiming", ShiftForm, BreakForm)


class AnnouncementForm(ChangeForm):
    """What is announced, until when, and to whom."""

    text: Heading = Field(min_length=1, max_length=lengths.ANNOUNCEMENT, title=marked("The announcement"))
    until: Line = Field(max_length=10, title=marked("The time"))
    room: Choice = Field(default=None, title="The room")
    slot: Choice = Field(default=None, title="The slot")

    def content(self, event: Event) -> AnnouncementContent:
        """The announcement, its time on the clock at the venue today. Raises Invalid."""
        here = clock.now().astimezone(ZoneInfo(event.timezone))
        at = venue.clock_time(self.until, "until", _("The time"))
        on = here.date() + timedelta(days=days.over_midnight(here.time(), at))
        return AnnouncementContent(self.text, datetime.combine(on, at, here.tzinfo), self.room, self.slot)


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What the page shows: who is without a place, what was announced, what happened, and a shift that is planned."""

    times: Times
    moment: datetime
    names: Names
    draft: Grid
    preview: Preview  # what publishing the draft would change
    closed: list[tuple[Room, list[str], str]]  # rooms, the times ahead at which they are closed, and that's edition
    last: str  # the shift that undo would take back for everybody, in words
    undone: bool  # whether there is one to do again
    homeless: list[Homeless]
    announced: list[Announcement]
    ended: list[Announcement]
    until: str  # when an announcement would usually end
    happened: Sequence[NewsLine]
    late: list[tuple[Notice, Pitch]]  # what was pitched after publishing
    hands: Mapping[int, str]  # names of people, by their ids
    shift: ShiftForm | None = None
    longer: BreakForm | None = None
    planned: Sequence[Shifted] = ()
    other_ends: int = 0  # sessions of several slots that would end at another time by it
    said: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    edited: int | None = None  # the announcement whose form was refused
    meanwhile: bool = False  # somebody else changed it first
    usual: int = builds.USUAL  # seconds of a build

    @property
    def slots(self) -> list[Slot]:
        """Slots and fixed items in order of time."""
        return list(self.names.slots.values())

    @property
    def ahead(self) -> Slot | None:
        """The first slot that is not over: from which on all is later, unless another one is chosen."""
        return next((slot for slot in self.slots if slot.ends_at > self.moment), None)

    @property
    def breaks(self) -> list[Slot]:
        """Breaks and other fixed items that are not over; all of them once the event is."""
        titled = [slot for slot in self.slots if slot.title]
        return [slot for slot in titled if not self.ahead or slot.ends_at > self.moment]

    @property
    def rooms(self) -> list[Room]:
        """Rooms in the organiser's order."""
        return list(self.names.rooms.values())


@pages.get("/e/<code>/organise/trouble")
def show(code: str) -> Response:
    """What can be done in a hurry."""
    with organising(code) as visit:
        return _page(visit, _trouble(visit))


@pages.post("/e/<code>/organise/lost")
def lose(code: str) -> Response:
    """A room cannot be used, which every screen says at once; then who is without a place, and what to do."""

    def act(visit: Organising, form: LostForm) -> str:
        if form.again:
            return closures.open_room_again(visit.tx, visit.by, form.room, seen=form.seen)
        return closures.lose_room(visit.tx, visit.by, form.room, form.slot)

    def then(_: str) -> Response:
        return done(url_for("trouble.show", code=code))

    return post_as_organiser(code, LostForm, act, then, _again)


@pages.post("/e/<code>/organise/shift")
def shift(code: str) -> Response:
    """Everything from a slot on so many minutes later; first as a preview, where that is asked for."""
    return _retime(
        code,
        ShiftForm,
        lambda visit, form: shifting.plan(visit.tx, visit.event, form.slot, form.minutes),
        lambda visit, form: shifting.shift(visit.tx, visit.by, form.slot, form.minutes, form.version),
        lambda shown, form: replace(shown, shift=form),
    )


@pages.post("/e/<code>/organise/breaks")
def change_break(code: str) -> Response:
    """A break of another length, and all that follows along; first as a preview, where that is asked for."""
    return _retime(
        code,
        BreakForm,
        lambda visit, form: shifting.plan_length(visit.tx, visit.event, form.slot, form.length),
        lambda visit, form: shifting.change_length(visit.tx, visit.by, form.slot, form.length, form.version),
        lambda shown, form: replace(shown, longer=form),
    )


def _retime(
    code: str,
    form: type[Retiming],
    plan: Callable[[Organising, Retiming], Sequence[Shifted]],
    change: Callable[[Organising, Retiming], str],
    filled: Callable[[Trouble, Retiming], Trouble],
) -> Response:
    """Change times, or show what would change; `filled` puts the form on the page, beside the preview."""

    def act(visit: Organising, typed: Retiming) -> tuple[Retiming, str]:
        if typed.preview:
            plan(visit, typed)
            return typed, ""
        return typed, change(visit, typed)

    def then(result: tuple[Retiming, str]) -> Response:
        typed, said = result
        with organising(code) as visit:
            shown = _trouble(visit)
            if not typed.preview:
                return _page(visit, replace(shown, said=said))
            planned = plan(visit, typed)
            ends = shifting.other_ends(visit.tx, visit.event, planned)
            return _page(visit, filled(replace(shown, planned=planned, other_ends=ends), typed))

    return post_as_organiser(code, form, act, then, _again)


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
        return announcements.edit(visit.tx, visit.by, announcement_id, form.content(visit.event), form.seen).id

    return post_as_organiser(code, AnnouncementForm, act, lambda _: _back(code), _again)


@pages.post("/e/<code>/organise/announcements/<int:announcement_id>/end")
def end(code: str, announcement_id: int) -> Response:
    """Take it off every screen."""

    def act(visit: Organising, form: ChangeForm) -> int:
        return announcements.end(visit.tx, visit.by, announcement_id, form.seen).id

    return post_as_organiser(code, ChangeForm, act, lambda _: _back(code), _again)


def _back(code: str) -> Response:
    return done(url_for("trouble.show", code=code, _anchor="announcements"))


def _again(visit: Organising, refused: Refused) -> Response:
    whole = FIELDS.get(request.endpoint or "", "text")
    typed = {"room": "", "slot": "", "text": "", "until": "", **refused.posted.to_dict()}
    shown = replace(_trouble(visit), errors=refused.errors(whole), typed=typed)
    if request.endpoint == "trouble.edit":
        shown = replace(shown, edited=(request.view_args or {})["announcement_id"])
        shown = replace(shown, meanwhile=isinstance(refused.why, Stale))
    return _page(visit, shown, refused.status)


def _page(visit: Organising, shown: Trouble, status: int = 200) -> Response:
    return page("trouble.html", status=status, event=visit.event, viewer=visit.viewer, trouble=shown)


def _trouble(visit: Organising) -> Trouble:
    tx, event = visit.tx, visit.event
    grid, moment = published.read(tx, event), clock.now()
    names, draft = drafts.names_of(tx, event), versions.spots(versions.draft(tx, event))
    times = names.times
    kept, taken = announcements.every(tx, event.id), steps.steps(tx, event)
    return Trouble(
        times=times,
        moment=moment,
        names=names,
        draft=draft,
        preview=previews.preview(tx, event, draft, names),
        closed=_closed(tx, event, names, moment),
        last=history.told(tx, taken.done[-1:])[0] if _is_seen(taken.done) else "",
        undone=_is_seen(taken.undone),
        homeless=homeless(grid, {spot[:2] for spot in draft.values()}) if grid else [],
        announced=[it for it in kept if not _over(it, moment)],
        ended=[it for it in kept if _over(it, moment)],
        until=times.plain(announcements.usual_end(event, moment)),
        happened=telling.lines(grid, times, moment, published.REMEMBERED)[:MOST_TOLD] if grid else [],
        late=published.pitched_late(tx, event.id),
        hands={it.id: it.name for it in people.named(tx, event.id)},
    )


def _over(row: Announcement, moment: datetime) -> bool:
    return row.ended_at is not None or row.until <= moment


def _is_seen(taken: Sequence[GridVersion]) -> bool:
    """Whether people see at once that the last of these steps is taken back: others change the draft alone."""
    return bool(taken) and taken[-1].cause is GridCause.SHIFT


def _closed(tx: Transaction, event: Event, names: Names, moment: datetime) -> list[tuple[Room, list[str], str]]:
    closed, times = closures.by_room(tx, event.id), names.times
    ahead = [slot for slot in names.slots.values() if slot.ends_at > moment]
    found = [
        (room, [times.start(slot.starts_at) for slot in ahead if slot.id in closed.get(room.id, ())])
        for room in names.rooms.values()
    ]
    return [(room, clocks, editions.edition({"closed": closed[room.id]})) for room, clocks in found if clocks]
