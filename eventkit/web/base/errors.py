"""Where the domain's exceptions become answers: one status and one plain page each."""

import math
from collections.abc import Sequence

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from eventkit.errors import (
    AlreadyKept,
    ArrivedLate,
    Busy,
    Closed,
    Forbidden,
    Invalid,
    NotFound,
    Stale,
    Stopped,
    TooMany,
)
from eventkit.storage.db import DatabaseBusy, DatabaseFull
from eventkit.text.language import gettext as _
from eventkit.text.language import marked
from eventkit.web.base.rendering import wants_block

log = structlog.get_logger()

ANSWERS: dict[type[Exception], tuple[int, str]] = {
    NotFound: (404, marked("Not here")),
    Stopped: (403, marked("This phone can only read")),
    Forbidden: (403, marked("Not for this device")),
    Closed: (409, marked("This is closed")),
    Stale: (409, marked("Somebody was faster")),
    AlreadyKept: (409, marked("Something else was kept")),
    ArrivedLate: (409, marked("This came late")),
    Invalid: (422, marked("That cannot be used")),
    TooMany: (429, marked("That is too much at once")),
    Busy: (503, marked("Very busy")),
    DatabaseBusy: (503, marked("Very busy")),
    DatabaseFull: (503, marked("No room left")),
}

SOON = 2.0  # seconds after which a busy database has caught up
PASSING = (429, 503)  # statuses that trying again later mends

BUSY = marked("Many people are writing at once. Nothing of yours was half done; try again in a few seconds.")
FULL = marked(
    "The organiser’s disk is full, so nothing new can be kept. What was kept before is safe. Tell the organiser."
)

# fields in which people write more than they would type twice
WRITTEN = {"title", "description", "text", "summary", "best", "differently", "next_steps", "alt", "interests"}
WRITTEN |= {"thanks", "ask", "conduct", "photographs", "access", "quiet_room", "rooms", "slots"}

HEADINGS = {
    400: marked("Not understood"),
    404: marked("Not found"),
    405: marked("Not possible"),
    408: marked("Too slow"),
    413: marked("Too large"),
    500: marked("Something broke"),
    503: marked("Very busy"),
}
PLAIN = {
    400: marked("What arrived could not be read. Go back and try again, from the address on the poster or the screen."),
    404: marked("There is no such page. Check the address, or start from the event’s first page."),
    405: marked("This address does not take that. Go back and use the page’s own buttons."),
    408: marked("What you sent took too long to arrive, so nothing changed. Try again where the network is better."),
    413: marked("That is too long to take. Go back, shorten it or choose a smaller file, and send it again."),
    503: marked(
        "Much arrives here at this moment, so nothing of this was taken. Go back, and send it again in a few seconds."
    ),
    500: marked("Something broke here. Nothing of yours was half done; try again, and tell the organiser if it stays."),
}


def register(app: Flask) -> None:
    """Handle every exception that a view may let through."""
    for kind in ANSWERS:
        app.register_error_handler(kind, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unknown)


def status_of(error: Exception) -> int:
    """The status that this exception answers with."""
    return next(status for kind, (status, _) in ANSWERS.items() if isinstance(error, kind))


def text_of(error: Exception) -> str:
    """What is said of an exception of the domain or the database."""
    return _(BUSY) if isinstance(error, DatabaseBusy) else _(FULL) if isinstance(error, DatabaseFull) else str(error)


def _known(error: Exception) -> Response:
    status, heading = next(answer for kind, answer in ANSWERS.items() if isinstance(error, kind))
    text = text_of(error)
    if isinstance(error, ArrivedLate):
        response = problem(status, _(heading), text)
        response.headers["X-Overtaken"] = "1"  # which is no refusal to the script that sends what waits
        return response
    if status not in PASSING:
        return problem(status, _(heading), text, typed=_typed())
    return say_when(problem(status, _(heading), text, again=_posted()), error)


def say_when(response: Response, error: Exception) -> Response:
    """The answer with the seconds after which the same will do, where waiting helps."""
    seconds = getattr(error, "seconds", SOON)
    if status_of(error) in PASSING and seconds is not None:
        response.headers["Retry-After"] = str(math.ceil(seconds))
    return response


def _posted() -> list[tuple[str, str]]:
    """What was posted, for the error's page to send once more: nothing typed is lost, and its nonce is the same."""
    return _form() if request.method == "POST" else []


def _typed() -> list[str]:
    """The longer texts that were posted, to be shown where no form can come back: the event may be gone."""
    if request.method != "POST":
        return []
    return [value for name, value in _form() if name in WRITTEN and value.strip()]


def _form() -> list[tuple[str, str]]:
    """The fields that were posted, none where what came is no form that can be read."""
    try:
        return list(request.form.items(multi=True))
    except (HTTPException, OSError, ValueError):
        return []


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    told = status if status in PLAIN else 400 if status < 500 else 500
    response = problem(status, _(HEADINGS[told]), _(PLAIN[told]))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _unknown(error: Exception) -> Response:
    log.exception("unexpected", exc_info=error)
    return problem(500, _("Something broke"), _(PLAIN[500]))


def problem(
    status: int, heading: str, text: str, again: Sequence[tuple[str, str]] = (), typed: Sequence[str] = ()
) -> Response:
    """An error as a page; with htmx as a line in the page's alert, leaving everything typed where it is.

    The page offers to send `again`, the fields of a post that will do when it is tried later, and shows what was
    `typed`, to be copied.
    """
    if wants_block():
        response = make_response(render_template("errors/alert.html", text=text), status)
        response.headers["HX-Retarget"] = "#alert"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    return make_response(
        render_template(
            "errors/problem.html",
            heading=heading,
            text=text,
            again=again,
            typed=typed,
            event_code=g.get("event_code"),
        ),
        status,
    )
