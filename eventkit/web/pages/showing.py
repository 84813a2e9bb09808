"""Showing one's choices to a friend, by a QR code, and seeing a friend's beside one's own."""

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.grid.times import Times
from eventkit.market import showing
from eventkit.market.showing import Shown
from eventkit.web.base import friends
from eventkit.web.base.forms import Form, parse
from eventkit.web.base.rendering import done, page, wants_block
from eventkit.web.base.services import public_url, services
from eventkit.web.base.visits import Visit, acting, check_code, joined, looking

pages = Blueprint("showing", __name__)


class ShowingForm(Form):
    """Whether one shows them."""

    show: bool = Field(title="Whether you show them")


@pages.post("/e/<code>/choices/showing")
def show(code: str) -> Response:
    """Show one's choices for some minutes, or end that. The value, never a toggle."""
    form = parse(ShowingForm, request.form)

    def act(visit: Visit) -> None:
        if form.show:
            showing.begin(visit.tx, visit.event, visit.person(), services().credentials)
        elif visit.viewer.person_id is not None:
            showing.end(visit.tx, visit.viewer.person_id)

    acting(code, act, archived=True)
    return done(url_for("marketplace.choices", code=code, _anchor="showing"))


@pages.get("/e/<code>/choices/shown")
def see(code: str) -> Response:
    """Where the QR code leads: the pitches, with the friend's choices. Without a secret, the line that says so."""
    with looking(code) as visit:
        if key := request.args.get("of", ""):
            friends.see(visit, key)
            return done(url_for("marketplace.show", code=code))
        if not wants_block():
            return done(url_for("marketplace.show", code=code))
        friend = friends.of(visit)
        return page("friend.html", "friend", event=visit.event, viewer=visit.viewer, friend=friend, over=True)


@pages.post("/e/<code>/choices/shown/end")
def end(code: str) -> Response:
    """See the friend's choices no more."""
    joined(code)
    check_code(code)
    friends.lose(code)
    return done(url_for("marketplace.show", code=code))


@pages.app_template_global("friend_until")
def _until(timezone: str, friend: Shown) -> str:
    return Times(timezone).clock(friend.ends_at)


@pages.app_template_global("showing_minutes")
def _minutes() -> int:
    return showing.MINUTES


def address(visit: Visit) -> tuple[str, str] | None:
    """Where a friend sees one's choices, and until when by the clock; None where they are not shown."""
    mine = showing.own(visit.tx, visit.event, visit.viewer.person_id)
    if mine is None:
        return None
    key = services().credentials.showing_key(visit.event, visit.person(), mine.ends_at)
    path = url_for("showing.see", code=visit.event.code, of=key)
    return public_url(visit.event) + path, Times(visit.event.timezone).clock(mine.ends_at)
