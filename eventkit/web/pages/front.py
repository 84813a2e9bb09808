"""The front door: what this is, starting an event, joining one by its code."""

import datetime
from secrets import compare_digest

from flask import Blueprint, Response, redirect, request, url_for
from pydantic import Field
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Redirect

from eventkit.clock import now
from eventkit.errors import Forbidden, NotFound
from eventkit.event import as_typed, events, limits, people, zones_as_typed
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event
from eventkit.text import codes, lengths
from eventkit.text.language import gettext as _
from eventkit.text.language import marked
from eventkit.web.base.cookies import know_starter, remember, show_once, starter
from eventkit.web.base.forms import Form, Heading, Line, Text, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, page
from eventkit.web.base.services import is_closed, services

pages = Blueprint("front", __name__)

NOT_FOR_ALL = marked("Events on this server are started by those who have its link. Ask whoever runs the server.")

PERSONAL = marked(
    "This looks like the code of a pitch or of a phone, which is typed on a page of its event. Join by the code on the "
    "poster or the screen first: “Your name and devices”, above the pitches, has a place for it."
)


class StartForm(Form):
    """What an event is made from."""

    name: Heading = Field(min_length=1, max_length=lengths.EVENT_NAME, title=marked("The name"))
    date: datetime.date = Field(ge=events.FIRST_DAY, le=events.LAST_DAY, title=marked("The date"))
    timezone: Line = Field(default="Europe/London", max_length=lengths.TIMEZONE, title=marked("The time zone"))
    rooms: Text = Field(max_length=10_000, title=marked("The list of rooms"))
    slots: Text = Field(max_length=10_000, title=marked("The list of slots"))


@pages.get("/")
def home() -> Response:
    """What this is, and the ways in."""
    with services().database.reading() as tx:
        return _home(tx)


@pages.get("/join")
def join() -> Response | Redirect:
    """Find an event by its code as typed."""
    code = request.args.get("code", "")[:60]
    with services().database.reading() as tx:
        try:
            return redirect(url_for("marketplace.show", code=events.by_code(tx, code).code), 303)
        except NotFound as error:
            return _home(tx, 404, code, _(PERSONAL) if codes.is_personal(code) else str(error))


def _home(tx: Transaction, status: int = 200, code: str = "", problem: str = "") -> Response:
    is_open = not is_closed()
    rehearsal = events.rehearsal(tx) if is_open else None
    return page("home.html", status=status, rehearsal=rehearsal, is_open=is_open, code=code, problem=problem)


@pages.get("/start")
def start_form() -> Response:
    """The form that makes an event, filled in for a one-day camp."""
    key = _refuse_without_key(request.args)
    know_starter()
    typed = {"timezone": "Europe/London", "date": now().date().isoformat(), "name": ""}
    typed |= {"rooms": _(events.DEFAULT_ROOMS), "slots": _(events.DEFAULT_SLOTS)}
    return page("start.html", key=key, typed=typed, errors={}, zones=zones_as_typed.zones())


@pages.post("/start")
def start() -> Response:
    """Make the event and hand the organiser's link over, once."""
    key = _refuse_without_key(request.form)

    def then(made: tuple[Event, str]) -> Response:
        event, secret = made
        remember(event.code, people.new_token(), (codes.digest(secret),))
        show_once(event.code, secret)
        return done(url_for("console.show", code=event.code))

    def again(refused: Refused) -> Response:
        typed, errors = refused.typed(StartForm), refused.errors("name")
        zones = zones_as_typed.zones()
        return page("start.html", status=refused.status, key=key, typed=typed, errors=errors, zones=zones)

    return post(_start, then, again)


def _start() -> tuple[Event, str]:
    _refuse_start()
    form = parse(StartForm, request.form)
    rooms, slots = as_typed.parse_rooms(form.rooms), as_typed.parse_slots(form.slots, form.date)
    timezone = zones_as_typed.parse_timezone(form.timezone)
    events.laid_out(slots, form.date, timezone)  # before the start is counted
    count_start()
    return services().database.write(lambda tx: events.create(tx, form.name, form.date, timezone, rooms, slots))


def _refuse_without_key(given: MultiDict[str, str]) -> str:
    """START_KEY, where this server has one; empty where anybody may start an event. Raises Forbidden."""
    key = services().config.start_key
    if not compare_digest(given.get("key", "").encode() if key else b"", key.encode()):
        raise Forbidden(_(NOT_FOR_ALL))
    return key


def count_start() -> None:
    """Raise TooMany where one browser, those without a cookie taken together, or all of them start too many events."""
    _refuse_start()
    rates = services().rates
    rates.spend(limits.STARTS, starter())
    rates.spend(limits.ALL_STARTS, "")


def _refuse_start() -> None:
    """Raise TooMany where another would be one too many."""
    services().rates.check(limits.ALL_STARTS, "")
    services().rates.check(limits.STARTS, starter())
