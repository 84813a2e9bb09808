"""One pitch: what it says, one's vote, its place and notes; its host and facilitators edit and withdraw it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from flask import Blueprint, Response, redirect, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response as Redirect

from eventkit import clock
from eventkit.draft import warnings
from eventkit.errors import NotFound, Stale
from eventkit.event import addresses, events, runs
from eventkit.exports import linked_data
from eventkit.grid import going, hearing, published, telling, venue
from eventkit.grid.going import Seats
from eventkit.grid.hearing import Heard
from eventkit.grid.times import Times
from eventkit.market import ballots, formats, hiding, hosting, joining, line_up, listings, pitches, series
from eventkit.market.ballots import Count
from eventkit.market.joining import Question
from eventkit.market.merging import Title
from eventkit.market.series import SeriesPart
from eventkit.market.showing import Shown
from eventkit.storage.tables import Pitch, Room
from eventkit.text import language, markdown, names
from eventkit.text.language import gettext as _
from eventkit.text.language import marked
from eventkit.web.base import friends, own_ballot
from eventkit.web.base.forms import ChangeForm, Choice, FilledForm, Line, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, page, wants_block
from eventkit.web.base.services import public_url, services
from eventkit.web.base.visits import Visit, acting, looking
from eventkit.web.pages import notes
from eventkit.web.pages.marketplace import PitchForm

pages = Blueprint("pitch", __name__)


class SeriesForm(ChangeForm):
    """The pitch that comes before this one; empty where none does."""

    before: Choice = Field(default=None, title="The part before it")


class HoursForm(ChangeForm):
    """When a pitch's hosts come and go; empty is all day."""

    first: Line = Field(default="", alias="from", max_length=10, title=marked("The time they come"))
    until: Line = Field(default="", max_length=10, title=marked("The time they go"))

    def hours(self) -> tuple[time | None, time | None]:
        """Both times. Raises Invalid."""
        return (
            venue.clock_time(self.first, "from", _("The time they come")) if self.first else None,
            venue.clock_time(self.until, "until", _("The time they go")) if self.until else None,
        )


@pages.get("/e/<code>/pitches/<int:pitch_id>")
def show(code: str, pitch_id: int) -> Response | Redirect:
    """The pitch; one that was merged leads to the one it is now."""
    with looking(code) as visit:
        pitch = pitches.get(visit.tx, visit.event.id, pitch_id)
        part = request.args.get("part")
        if part == "turn" and wants_block():  # of the host who looks: theirs also while it is a part
            turns = line_up.turns(visit.tx, visit.event, visit.viewer)
            return page("turn.html", "turn", event=visit.event, pitch=pitch, turns=turns)
        if pitch.merged_into is not None:
            return redirect(url_for("pitch.show", code=code, pitch_id=pitch.merged_into, part=part), 303)
        try:
            seen = pitches.seen(visit.tx, visit.event.id, visit.viewer, pitch_id)
        except NotFound:
            if (place := _place(visit, pitch)) and place.where:  # the grid led here, so it says what became of it
                return _gone(visit, pitch, place)
            raise
        return _page(visit, seen, "place" if part == "place" else "pitch")


@pages.post("/e/<code>/pitches/<int:pitch_id>")
def edit(code: str, pitch_id: int) -> Response:
    """Keep what its host or a facilitator changed."""

    def change() -> None:
        form = parse(PitchForm, request.form)
        acting(code, lambda v: pitches.edit(v.tx, v.event.id, v.viewer, pitch_id, form.content(), form.seen))

    return _post(code, pitch_id, change)


@pages.post("/e/<code>/pitches/<int:pitch_id>/withdraw")
def withdraw(code: str, pitch_id: int) -> Response:
    """Take it off the marketplace; its page stays, so that it can be brought back."""
    acting(code, lambda visit: pitches.withdraw(visit.tx, visit.event.id, visit.viewer, pitch_id))
    return _shown_again(code, pitch_id)


@pages.post("/e/<code>/pitches/<int:pitch_id>/bring-back")
def bring_back(code: str, pitch_id: int) -> Response:
    """Undo the withdrawal."""
    acting(code, lambda visit: pitches.bring_back(visit.tx, visit.event.id, visit.viewer, pitch_id))
    return _shown_again(code, pitch_id)


@pages.post("/e/<code>/pitches/<int:pitch_id>/repeat")
def repeat(code: str, pitch_id: int) -> Response:
    """Hold it a second time, for those who miss the first."""
    made = acting(code, lambda visit: pitches.repeat(visit.tx, visit.event, visit.viewer, pitch_id).id)
    if request.form.get("back") == "editor":
        return done(url_for("editor.show", code=code, _anchor="off"))
    if (number := request.form.get("back", "").removeprefix("build-")).isdecimal():
        return done(url_for("builds.show", code=code, number=int(number[:9])))
    return done(url_for("pitch.show", code=code, pitch_id=made))


@pages.post("/e/<code>/pitches/<int:pitch_id>/hours")
def hours(code: str, pitch_id: int) -> Response:
    """Say when its hosts are there, as one of them or a facilitator."""

    def change() -> None:
        form = parse(HoursForm, request.form)
        hours = form.hours()
        acting(
            code,
            lambda visit: pitches.set_hours(visit.tx, visit.event.id, visit.viewer, pitch_id, hours, seen=form.seen),
        )

    return _post(code, pitch_id, change, HoursForm, "until")


@pages.post("/e/<code>/pitches/<int:pitch_id>/series")
def follow(code: str, pitch_id: int) -> Response:
    """Say after which pitch it comes, as its host or a facilitator."""

    def change() -> None:
        form = parse(SeriesForm, request.form)
        acting(
            code,
            lambda visit: series.follow(visit.tx, visit.event.id, visit.viewer, pitch_id, form.before, seen=form.seen),
        )

    return _post(code, pitch_id, change, SeriesForm, "before")


def _post(
    code: str, pitch_id: int, act: Callable[[], None], small: type[ChangeForm] | None = None, last: str = ""
) -> Response:
    """Do it and show the pitch; refused, its page with what was typed and why it cannot be kept.

    `small` is a form that is not the pitch's own, `last` its last field.
    """

    def again(refused: Refused) -> Response:
        with looking(code) as visit:
            pitch = pitches.seen(visit.tx, visit.event.id, visit.viewer, pitch_id)
            form = refused.form(PitchForm, "pitching")
            if small:
                form = FilledForm({**_form(pitch).typed, **refused.typed(small)}, refused.errors(last))
            return _page(visit, pitch, "pitch", refused.status, form=form, refused=refused)

    return post(act, lambda _: _shown_again(code, pitch_id), again)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a session is on the published grid, what is so with it, where it was, and what changed about it."""

    title: str
    where: str
    said: str
    mark: str
    changed: list[telling.NewsLine]
    again: str = ""  # where else and when it is held
    room: Room | None = None
    ahead: bool = False  # it is on, and not over
    seats: Seats = Seats.FREE  # in its room, by who said that they will go
    announced: Sequence[Heard] = ()  # to those of this session, and to everybody
    warned: Sequence[str] = ()  # for facilitators: what else stands in its room at the same time
    linked: linked_data.Data | None = None  # what search engines read of it, where everybody may


@dataclass(frozen=True)
class ShownPart:
    """A pitch that this one stands for too, with what it says, and whether the viewer may take it out again."""

    id: int
    title: str
    hosts: str
    text: str  # HTML
    may_leave: bool


@dataclass(frozen=True, kw_only=True)
class ShownPitch:
    """What one pitch's page shows its viewer, besides the pitch and its notes."""

    place: Place | None  # None before there is a grid
    times: Times
    hosted: bool  # by the viewer
    form: FilledForm
    refused: str  # the endpoint of the form that was not taken
    meanwhile: bool  # somebody else changed it while the viewer did
    may_change: bool
    claim_code: str
    claim_address: str  # where it is typed
    own: bool  # the viewer may do what concerns this pitch alone, without its parts
    parts: list[ShownPart]  # the pitches that it stands for too
    questions: list[Question]  # to make it one with another
    others: bool  # there are some that it could be made one with
    text: str  # HTML of its description
    friend: Shown | None  # who shows the viewer their choices
    interest: int | None  # the viewer's vote; None where they did not look at it yet
    going: bool  # the viewer
    people_going: int | None  # for its hosts, once it is enough to tell
    count: Count | None  # once counts may be seen
    topics: list[str]
    features: list[str]
    formats: list[str]
    longest: int  # how many slots in a row there are
    part: SeriesPart | None  # of a series
    series: list[Title]  # all parts of it, in order
    before: list[Title]  # the pitches that it could come after
    edition: str  # what the form says that it was made from
    taken_off: str = hiding.TAKEN_OFF
    waits: str = hiding.WAITS


def _gone(visit: Visit, pitch: Pitch, place: Place) -> Response:
    """The page of a session that people still see on the grid, and that does not happen: its place, and that."""
    times = Times(visit.event.timezone)
    return page("gone.html", "place", event=visit.event, viewer=visit.viewer, pitch=pitch, place=place, times=times)


def _place(visit: Visit, pitch: Pitch) -> Place | None:
    """None before there is a grid."""
    grid = published.read(visit.tx, visit.event)
    if grid is None:
        return None
    times, moment = Times(visit.event.timezone, grid.days), clock.now()
    placed = grid.by_pitch.get(pitch.id)
    announced = hearing.read(visit.tx, visit.event, moment, grid.slots, grid.rooms).of_session(placed)
    lines = telling.lines(grid, times, moment, published.REMEMBERED)
    changed = [line for line in lines if pitch.id in line.pitches]
    if placed is None:
        return Place(title=pitch.title, where="", said="", mark="", changed=changed, announced=announced)
    where = f"{times.when(placed)}, {placed.room.name}"
    said, mark = telling.of_placed(grid, placed, times), telling.mark(grid, placed, times)
    ahead = placed.standing and placed.ends_at > moment
    again = telling.again(grid, pitch.id, times)
    shown = placed.title and not visit.event.word
    return Place(
        title=placed.title,
        where=where,
        said=said,
        mark=mark,
        changed=changed,
        room=placed.room,
        ahead=ahead,
        seats=going.seats(placed.room.capacity, going.counts(visit.tx, visit.event.id).get(pitch.id, 0)),
        announced=announced,
        again=again,
        warned=warnings.of_seen(grid, placed) if visit.viewer.facilitator else (),
        linked=linked_data.of_session(visit.event, grid, placed, public_url(visit.event)) if shown else None,
    )


def _shown_again(code: str, pitch_id: int) -> Response:
    if not wants_block():
        return done(url_for("pitch.show", code=code, pitch_id=pitch_id))
    with looking(code) as visit:
        return _page(visit, pitches.seen(visit.tx, visit.event.id, visit.viewer, pitch_id), "pitch")


def _page(
    visit: Visit,
    pitch: Pitch,
    block: str,
    status: int = 200,
    *,
    form: FilledForm | None = None,
    refused: Refused | None = None,
) -> Response:
    shown = _shown(visit, pitch, form or _form(pitch), refused)
    about = notes.shown(visit, pitch)
    response = page(
        "pitch.html",
        block,
        status,
        event=visit.event,
        viewer=visit.viewer,
        pitch=pitch,
        shown=shown,
        turns=line_up.turns(visit.tx, visit.event, visit.viewer) if shown.hosted else None,
        notes=about,
    )
    return friends.passing(response, bool(shown.friend))


def _questions(visit: Visit, pitch: Pitch) -> list[Question]:
    found = joining.questions(visit.tx, visit.event, visit.viewer)
    return [it for it in found if pitch.id in (it.outcome.kept.id, it.outcome.part.id)]


def _part(visit: Visit, part: Pitch) -> ShownPart:
    may_leave = visit.viewer.facilitator or hosting.hosted_by(visit.tx, part.id, visit.viewer.person_id)
    return ShownPart(
        part.id,
        part.title,
        language.listed(names.people_in(part.host_name)),
        markdown.to_html(part.description),
        may_leave,
    )


def _of_series(parts: Mapping[int, SeriesPart], pitch_id: int, titles: Sequence[Title]) -> list[Title]:
    mine = parts.get(pitch_id)
    same = {it: part.number for it, part in parts.items() if mine and part.first == mine.first}
    return sorted((it for it in titles if it.id in same), key=lambda it: same[it.id])


def _may_precede(visit: Visit, pitch: Pitch, titles: Sequence[Title], part: SeriesPart | None) -> list[Title]:
    """For a facilitator all other pitches; for a host those that they host, too; and the one that it comes after."""
    known = {it.id for it in listings.own(visit.tx, visit.event.id, visit.viewer)} | {part.before if part else None}
    return [it for it in titles if it.id != pitch.id and (visit.viewer.facilitator or it.id in known)]


def _form(pitch: Pitch) -> FilledForm:
    return FilledForm({name: getattr(pitch, name, "") for name in PitchForm.model_fields if name != "parts"})


def _shown(visit: Visit, pitch: Pitch, form: FilledForm, refused: Refused | None) -> ShownPitch:
    tx, event, viewer = visit.tx, visit.event, visit.viewer
    hosted = hosting.hosts_some(tx, pitch.id, viewer)
    may_change = hosted or viewer.facilitator
    tally = ballots.shown_tally(tx, event)
    parts, titles = series.read(tx, event.id), listings.titles(tx, event.id)
    return ShownPitch(
        place=_place(visit, pitch),
        times=Times(event.timezone),
        hosted=hosted,
        form=form,
        refused=(request.endpoint or "") if refused else "",
        meanwhile=refused is not None and isinstance(refused.why, Stale),
        may_change=may_change,
        claim_code=services().credentials.claim_code(event, pitch) if may_change else "",
        claim_address=addresses.claim(public_url(event), event.code),
        own=hosting.hosted_by(tx, pitch.id, viewer.person_id) or viewer.facilitator,
        parts=[_part(visit, part) for part in pitch.parts],
        questions=_questions(visit, pitch) if may_change else [],
        others=len(titles) > 1,
        text=markdown.to_html(pitch.description),
        friend=friends.of(visit),
        interest=own_ballot.marked(visit).get(pitch.id),
        going=pitch.id in going.of(tx, event.id, viewer.person_id),
        people_going=going.told(going.counts(tx, event.id).get(pitch.id, 0)) if hosted else None,
        count=None if tally is None else tally.get(pitch.id, Count()),
        topics=listings.topics(tx, event.id),
        features=sorted({*pitches.features(tx, event.id), *pitch.needs}),
        formats=formats.choices(listings.formats_used(tx, event.id)),
        longest=runs.longest(events.slots(tx, event.id)),
        part=parts.get(pitch.id),
        series=_of_series(parts, pitch.id, titles),
        before=_may_precede(visit, pitch, titles, parts.get(pitch.id)) if may_change else [],
        edition=pitches.edition(pitch),
    )
