"""Unmentoring: the page on which people take part and read whom they meet, and the organiser's, which makes rounds."""

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.building import pair_rounds
from eventkit.grid.times import Times
from eventkit.market import unmentoring
from eventkit.market.unmentoring import Shared
from eventkit.text import lengths
from eventkit.text.language import marked
from eventkit.web.base.forms import Form, Line, RowId, Text, parse
from eventkit.web.base.posting import Refused, post, post_as_organiser
from eventkit.web.base.rendering import done, page
from eventkit.web.base.services import services
from eventkit.web.base.visits import Organising, Visit, acting, acting_as_organiser, looking, organised, organising

pages = Blueprint("unmentoring", __name__)


class SharedForm(Form):
    """What somebody shares with whom they meet."""

    name: Line = Field(default="", max_length=lengths.PERSON_NAME, title=marked("Your name"))
    contact: Line = Field(default="", max_length=lengths.CONTACT, title=marked("How to reach you"))
    interests: Text = Field(default="", max_length=lengths.INTERESTS, title=marked("Your interests"))


class OpenForm(Form):
    """Whether people can take part."""

    open: bool = Field(title="Open or closed")


class RoundForm(Form):
    """The number of the round to make, so that two presses make one."""

    number: RowId = Field(title="The round")


@pages.get("/e/<code>/unmentoring")
def show(code: str) -> Response:
    """The form with what one shares, and whom one meets."""
    return _page(code)


@pages.post("/e/<code>/unmentoring")
def join(code: str) -> Response:
    """Take part, or change what one shares."""

    def act() -> None:
        form = parse(SharedForm, request.form)
        shared = Shared(form.name, form.contact, form.interests)
        acting(code, lambda visit: unmentoring.join(visit.tx, visit.event, visit.person(), shared))

    return post(act, lambda _: done(url_for("unmentoring.show", code=code)), lambda refused: _page(code, refused))


@pages.post("/e/<code>/unmentoring/leave")
def leave(code: str) -> Response:
    """Stop taking part; that is possible at any time."""

    def go(visit: Visit) -> None:
        unmentoring.leave(visit.tx, visit.viewer.person_id)

    acting(code, go, archived=True)
    services().database.overwrite()
    return done(url_for("unmentoring.show", code=code))


@pages.get("/e/<code>/organise/unmentoring")
def organise(code: str) -> Response:
    """How many take part, and the rounds so far."""
    with organising(code) as visit:
        return _organise(visit)


@pages.post("/e/<code>/organise/unmentoring")
def set_open(code: str) -> Response:
    """Let people take part, or nobody new."""
    return post_as_organiser(
        code,
        OpenForm,
        lambda visit, form: unmentoring.set_open(visit.tx, visit.by, form.open),
        lambda _: done(url_for("unmentoring.organise", code=code)),
        _organise,
    )


@pages.post("/e/<code>/organise/unmentoring/rounds")
def make_round(code: str) -> Response:
    """Find the pairs of a round in the helper process, and keep them."""

    def act() -> None:
        event_id = organised(code)
        number = parse(RoundForm, request.form).number
        found = services().helper.read(pair_rounds.find, event_id)
        acting_as_organiser(code, lambda visit: pair_rounds.keep(visit.tx, visit.by, number, found))

    def again(refused: Refused) -> Response:
        with organising(code) as visit:
            return _organise(visit, refused)

    return post(act, lambda _: done(url_for("unmentoring.organise", code=code)), again)


def _page(code: str, refused: Refused | None = None) -> Response:
    with looking(code) as visit:
        own = unmentoring.of_person(visit.tx, visit.viewer.person_id)
        kept = {"name": visit.viewer.name, "contact": "", "interests": ""}
        if own:
            kept = {"name": own.name, "contact": own.contact, "interests": ", ".join(own.interests)}
        return page(
            "unmentoring.html",
            "meetings",
            refused.status if refused else 200,
            event=visit.event,
            viewer=visit.viewer,
            own=own,
            typed=refused.typed(SharedForm) if refused else kept,
            errors=refused.errors("share") if refused else {},
            meetings=unmentoring.meetings(visit.tx, visit.event.id, visit.viewer.person_id),
            times=Times(visit.event.timezone),
            most=unmentoring.MOST_INTERESTS,
        )


def _organise(visit: Organising, refused: Refused | None = None) -> Response:
    rounds = unmentoring.rounds(visit.tx, visit.by)
    return page(
        "organise_unmentoring.html",
        status=refused.status if refused else 200,
        event=visit.event,
        viewer=visit.viewer,
        number=unmentoring.number(visit.tx, visit.event.id),
        rounds=rounds,
        next_round=rounds[0].number + 1 if rounds else 1,
        times=Times(visit.event.timezone),
        refused=refused.text if refused else "",
    )
