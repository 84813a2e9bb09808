"""What others wrote, for organisers and facilitators to hide or show; stopped phones, reports, the log of it all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.event import moderation_log
from eventkit.grid import moderated, moderation
from eventkit.grid.moderated import Item, Reported
from eventkit.grid.times import Times
from eventkit.storage.tables import ModerationKind, Person
from eventkit.web.base.forms import Form, RowId, parse
from eventkit.web.base.rendering import done, page
from eventkit.web.base.visits import Facilitating, acting_as_facilitator, facilitating

pages = Blueprint("moderation", __name__)

LAST_PAGE = 10_000


class HiddenForm(Form):
    """What to hide or to show, and whether to stop its author's phone; `pitch` or `back` is the page to go back to."""

    kind: ModerationKind = Field(title="The kind")
    id: RowId = Field(title="What to hide")
    hidden: bool = Field(title="Hidden or shown")
    stop: bool = Field(default=False, title="Stopping the phone")
    pitch: RowId | None = Field(default=None, title="The page")
    back: Literal["", "reflections"] = Field(default="", title="The page")


class StoppedForm(Form):
    """Whose phone to stop, or to let write again."""

    person: RowId = Field(title="The phone")
    stopped: bool = Field(title="Stopped or not")


class JudgedForm(Form):
    """What was reported and stays."""

    kind: ModerationKind = Field(title="The kind")
    id: RowId = Field(title="What was reported")


class LookForm(Form):
    """Whether what people write waits until somebody has looked."""

    first: bool = Field(title="Looking first")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the page shows: what asks for somebody, and a page of all there is."""

    times: Times
    waiting: Sequence[Item]
    reported: Sequence[Reported]
    stopped: Sequence[Person]
    nameless: Sequence[Person]
    items: Sequence[Item]
    number: int  # of the page
    older: bool  # whether there is another page


@pages.get("/e/<code>/organise/moderation")
def show(code: str) -> Response:
    """What waits, what is reported, who is stopped, and the list of all, a page at a time."""
    with facilitating(code) as visit:
        return page("moderation.html", "board", event=visit.event, viewer=visit.viewer, board=_board(visit))


@pages.get("/e/<code>/organise/moderation/log")
def log(code: str) -> Response:
    """Who did what, when."""
    with facilitating(code) as visit:
        number = _number()
        lines, older = moderation_log.newest(visit.tx, visit.event, number)
        times = Times(visit.event.timezone)
        return page(
            "moderation_log.html",
            event=visit.event,
            viewer=visit.viewer,
            times=times,
            lines=lines,
            number=number,
            older=older,
        )


@pages.post("/e/<code>/organise/hidden")
def hide(code: str) -> Response:
    """Hide it, or show it again; all of a person's, and stop their phone, or let it write again, in one step."""
    form = parse(HiddenForm, request.form)

    def act(visit: Facilitating) -> None:
        moderation.set_hidden(visit.tx, visit.by, form.kind, form.id, form.hidden)
        if form.stop and form.kind is ModerationKind.PERSON:
            moderation.set_stopped(visit.tx, visit.by, form.id, form.hidden)

    answer = _act(code, act, form.pitch)
    return done(url_for("reflections.show", code=code)) if form.back else answer


@pages.post("/e/<code>/organise/stopped")
def stop(code: str) -> Response:
    """Stop a phone, or let it write again."""
    form = parse(StoppedForm, request.form)
    return _act(code, lambda visit: moderation.set_stopped(visit.tx, visit.by, form.person, form.stopped))


@pages.post("/e/<code>/organise/waiting")
def show_waiting(code: str) -> Response:
    """Show all that waits."""
    return _act(code, lambda visit: moderation.show_all_waiting(visit.tx, visit.by))


@pages.post("/e/<code>/organise/reports")
def dismiss(code: str) -> Response:
    """Leave what was reported as it is."""
    form = parse(JudgedForm, request.form)
    return _act(code, lambda visit: moderation.dismiss(visit.tx, visit.by, form.kind, form.id))


@pages.post("/e/<code>/organise/look-first")
def look_first(code: str) -> Response:
    """Look before it shows, or show it at once."""
    form = parse(LookForm, request.form)
    return _act(code, lambda visit: moderation.look_first(visit.tx, visit.by, form.first))


def _act(code: str, act: Callable[[Facilitating], object], pitch_id: int | None = None) -> Response:
    acting_as_facilitator(code, act)
    if pitch_id is not None:
        return done(url_for("pitch.show", code=code, pitch_id=pitch_id))
    return done(url_for("moderation.show", code=code))


def _number() -> int:
    return min(max(request.args.get("page", 0, int), 0), LAST_PAGE)


def _board(visit: Facilitating) -> Desk:
    tx, by, number = visit.tx, visit.by, _number()
    items, older = moderated.newest(tx, by, number)
    return Desk(
        times=Times(visit.event.timezone),
        waiting=moderated.waiting(tx, by),
        reported=moderated.reported(tx, by),
        stopped=moderated.stopped(tx, by),
        nameless=moderated.nameless(tx, by),
        items=items,
        number=number,
        older=older,
    )
