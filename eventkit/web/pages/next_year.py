"""Next year from this one: what would come along to a new event, and the form that starts it."""

import datetime
from hmac import compare_digest

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.errors import Invalid
from eventkit.event import events, next_year, people
from eventkit.grid.times import Times
from eventkit.storage.tables import Event
from eventkit.text import codes, lengths
from eventkit.text.language import gettext as _
from eventkit.text.language import marked
from eventkit.web.base.cookies import remember, show_once
from eventkit.web.base.forms import Form, Heading, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, page
from eventkit.web.base.services import services
from eventkit.web.base.visits import Organising, acting_as_organiser, organised, organising
from eventkit.web.pages import front

pages = Blueprint("next_year", __name__)


class NextForm(Form):
    """What the next event is called and on which day it begins; the key where this server asks for one."""

    name: Heading = Field(min_length=1, max_length=lengths.EVENT_NAME, title=marked("The name"))
    date: datetime.date = Field(ge=events.FIRST_DAY, le=events.LAST_DAY, title=marked("The date"))
    key: str = Field(default="", max_length=200, title="The key")


@pages.get("/e/<code>/organise/next")
def show(code: str) -> Response:
    """What would come along, and the form."""
    return _page(code)


@pages.post("/e/<code>/organise/next")
def start(code: str) -> Response:
    """Start the next event and hand its organiser's link over, once."""

    def act() -> tuple[Event, str, int]:
        organised(code)
        form = parse(NextForm, request.form)
        key = services().config.start_key
        if key and not compare_digest(form.key.encode(), key.encode()):
            raise Invalid(key=_(front.NOT_FOR_ALL))
        front.count_start()
        return acting_as_organiser(code, lambda visit: next_year.start(visit.tx, visit.by, form.name, form.date))

    def then(made: tuple[Event, str, int]) -> Response:
        event, secret, left_out = made
        remember(event.code, people.new_token(), (codes.digest(secret),))
        show_once(event.code, secret)
        return done(url_for("console.show", code=event.code, left_out=left_out or None))

    return post(act, then, lambda refused: _page(code, refused))


def _page(code: str, refused: Refused | None = None) -> Response:
    with organising(code) as visit:
        return page(
            "next_year.html",
            status=refused.status if refused else 200,
            event=visit.event,
            viewer=visit.viewer,
            outline=next_year.read(visit.tx, visit.by),
            spans=[Times(visit.event.timezone).span(it) for it in events.slots(visit.tx, visit.event.id)],
            typed=refused.typed(NextForm) if refused else _usual(visit),
            errors=refused.errors("name") if refused else {},
            asks_key=bool(services().config.start_key),
        )


def _usual(visit: Organising) -> dict[str, object]:
    """The same name, on the same day of the week a year later."""
    return {"name": visit.event.name, "date": visit.event.day + next_year.A_YEAR, "key": ""}
