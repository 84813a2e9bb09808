"""Saying that one goes to a session: from the grid, my day, or the session's page."""

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.grid import going
from eventkit.market import hosting
from eventkit.web.base import own_ballot
from eventkit.web.base.forms import Form, parse
from eventkit.web.base.rendering import done, page, wants_block
from eventkit.web.base.visits import Visit, acting, looking
from eventkit.web.pages import my_day

pages = Blueprint("going", __name__)


class GoingForm(Form):
    """Whether one goes, and the page on which that was said."""

    going: bool = Field(title="Whether you go")
    back: str = Field(default="", max_length=10)


@pages.post("/e/<code>/pitches/<int:pitch_id>/going")
def say(code: str, pitch_id: int) -> Response:
    """Go there, or not. The value, never a toggle: a retry changes nothing."""
    form = parse(GoingForm, request.form)
    acting(code, lambda visit: going.say(visit.tx, visit.event, visit.person(), pitch_id, form.going))
    if not wants_block():
        return done(_back(code, pitch_id, form.back))
    with looking(code) as visit:
        return _block(visit, pitch_id, form.back)


def _back(code: str, pitch_id: int, page_name: str) -> str:
    if page_name == "me":
        return url_for("mine.show", code=code, _anchor=f"session-{pitch_id}")
    if page_name == "grid":
        return url_for("grid.show", code=code, _anchor=f"session-{pitch_id}")
    return url_for("pitch.show", code=code, pitch_id=pitch_id)


def _block(visit: Visit, pitch_id: int, page_name: str) -> Response:
    """The part of that page which is another now."""
    event = visit.event
    if page_name == "me":
        return my_day.mine_block(visit)
    goes_to = going.of(visit.tx, event.id, visit.viewer.person_id)
    if page_name == "grid":
        own = own_ballot.of(visit)
        hosts = hosting.hosted(visit.tx, event.id, visit.viewer.person_id)
        return page("own.html", "own", event=event, viewer=visit.viewer, own=own, goes_to=goes_to, hosts=hosts)
    return page("going.html", "going", code=event.code, pitch_id=pitch_id, going=pitch_id in goes_to)
