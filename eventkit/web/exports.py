"""The exports at their addresses: each is written by eventkit.exports, here it only gets its headers."""

from flask import Blueprint, Response, make_response, request

from eventkit import events
from eventkit.errors import NotFound
from eventkit.exports import calendar, frab, sheets, web_book, whole
from eventkit.exports.formats import FORMATS
from eventkit.exports.source import LICENCE_URL, Source, read
from eventkit.web.visits import looking, services

pages = Blueprint("exports", __name__)

DOWNLOADED = {"csv", "docx", "zip", "md"}  # saved rather than shown by a browser

PUBLIC = {
    "Cache-Control": "no-cache",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

_NAMES = ", ".join(f'"{name}"' for name in FORMATS if name != "schedule.ics")  # which may be of one room


@pages.get(f"/e/<code>/<any({_NAMES}):name>")
def export(code: str, name: str) -> Response:
    """One of the formats that everybody may have."""
    kind, write = FORMATS[name]
    response = _file(code, name, kind, write(_source(code)))
    if name == "book.html":
        response.headers["Content-Security-Policy"] = web_book.POLICY
    return response


@pages.get("/e/<code>/schedule.ics")
def schedule_ics(code: str) -> Response:
    """The published grid as a calendar, where `room` says so of one room. Raises NotFound."""
    source = _source(code)
    room_id = request.args.get("room", type=int)
    if "room" in request.args and room_id not in {room.id for room in source.rooms}:
        raise NotFound("There is no such room here, so it has no calendar. Choose one from the grid.")
    return _file(code, "schedule.ics", calendar.TYPE, calendar.of_event(source, room_id))


@pages.get("/e/<code>/votes.csv")
def votes_csv(code: str) -> Response:
    """All votes, without names, for the organiser. Raises Forbidden."""
    with looking(code) as visit:
        visit.viewer.must_organise()
        text = sheets.votes(visit.tx, visit.event.id, services().config.secret_key)
    return _file(code, "votes.csv", sheets.TYPE, text, private=True)


@pages.get("/e/<code>/event.json")
def event_json(code: str) -> Response:
    """The whole event, re-importable, for the organiser. Raises Forbidden."""
    with looking(code) as visit:
        visit.viewer.must_organise()
        text = whole.as_json(visit.tx, visit.event, services().config.secret_key)
    return _file(code, "event.json", frab.JSON_TYPE, text, private=True)


def _source(code: str) -> Source:
    with services().database.reading() as tx:
        return read(tx, events.by_code(tx, code), services().config.public_url)


def _file(code: str, name: str, kind: str, content: str | bytes, private: bool = False) -> Response:
    """The answer: kept by nobody without asking, so that it is always the newest; known unchanged by its tag."""
    headers = {"Content-Type": kind, "Link": f'<{LICENCE_URL}>; rel="license"'}
    headers |= {"Cache-Control": "private, no-store"} if private else PUBLIC
    if name.rsplit(".", 1)[1] in DOWNLOADED or private:
        headers["Content-Disposition"] = f'attachment; filename="{code}-{name}"'
    response = make_response(content, 200, headers)
    response.add_etag()
    response.make_conditional(request)
    return response
