"""The address of an event's stream, and its other form for networks that let no stream through."""

import resource
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, g, request

from eventkit.errors import TooMany
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from eventkit.text import language
from eventkit.text.language import gettext as _
from eventkit.web.base.rendering import as_json
from eventkit.web.base.services import services
from eventkit.web.base.visits import entered
from eventkit.web.live.broadcast import Broadcaster
from eventkit.web.live.sse_frames import VIEWS, Feed

pages = Blueprint("streams", __name__)

SUBSCRIPTION = "twofeet.subscription"  # in the WSGI environment: tells the server to hand the socket over

Blocks = Mapping[str, Callable[[Transaction, Event], str]]
"""Blocks of pages that all people see alike, by name: each is rendered once for everybody."""


@dataclass(frozen=True)
class Subscription:
    """What a request for a stream asked for."""

    feed: Feed
    cursor: int | None


def register(app: Flask, blocks: Blocks) -> None:
    """Give the application its broadcaster, which renders `blocks`, and pages the change they were made after."""
    database: Database = app.extensions["twofeet"].database
    app.extensions["streams"] = Broadcaster(database, _renderer(app, database, blocks))
    app.register_blueprint(pages)
    app.before_request(_note_position)


def broadcaster() -> Broadcaster:
    """The process's streams."""
    return cast("Broadcaster", current_app.extensions["streams"])


@pages.get("/e/<code>/stream")
def stream(code: str) -> Response:
    """Server-Sent Events; with `poll` the same news as JSON, once, with an ETag."""
    with services().database.reading() as tx:
        event_id = entered(tx, code).id
    view = request.args.get("view", "phone")
    feed = broadcaster().feed(event_id, view if view in VIEWS else "phone", language.current())
    cursor = _number(request.headers.get("Last-Event-ID") or request.args.get("since"))
    if cursor is not None and cursor > broadcaster().position:
        cursor = 0  # of a database that has been replaced by an older backup: everything may be different
    if "poll" in request.args:
        return _polled(feed, cursor)
    if broadcaster().streams >= _most_streams():
        raise TooMany(
            _("More pages follow along than this machine can hold. This one looks for news every few seconds.")
        )
    if request.method == "GET":  # who asks for the head alone wants no stream
        request.environ[SUBSCRIPTION] = Subscription(feed, cursor)
    return Response(
        broadcaster().iterate(feed, cursor),
        mimetype="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _most_streams() -> int:
    """Four of five files that the process may open: streams stay, and the pages of everybody need the rest."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] * 4 // 5


def _polled(feed: Feed, cursor: int | None) -> Response:
    seen = _number(request.headers.get("If-None-Match", "").removeprefix("W/").strip('"'))
    delta = feed.delta(feed.newest if seen is None and cursor is None else max(seen or 0, cursor or 0))
    if delta is None and seen is not None:
        response = Response(status=304)
    else:
        response = as_json({"id": feed.newest, **(delta or {"kinds": []})})
    response.headers["ETag"] = f'"{max(feed.newest, seen or 0)}"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _number(text: str | None) -> int | None:
    """A change's number as sent; nonsense counts as none, and a number beyond SQLite's as too large to be one."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else None


def _note_position() -> None:
    """Remember, before anything is read, up to which change the page will surely show."""
    if request.blueprint != "observing":  # health is asked for when there is no database, too
        g.live_since = broadcaster().position


def _renderer(app: Flask, database: Database, blocks: Blocks) -> Callable[[int, str, str], str]:
    def render(event_id: int, name: str, spoken: str) -> str:
        with app.test_request_context("/"), language.speaking(spoken), database.reading() as tx:
            return blocks[name](tx, tx.get_one(Event, event_id))

    return render


def handed_over(environ: MutableMapping[str, Any]) -> Subscription | None:
    """The stream that this request asked for, if it was one."""
    return environ.get(SUBSCRIPTION)
