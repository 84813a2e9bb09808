"""The exports at their addresses: each is written by eventkit.exports, here it only gets its headers."""

from collections.abc import Callable

from flask import Blueprint, Response, g, make_response, request

from eventkit.errors import NotFound
from eventkit.event import entry, events
from eventkit.event.about import LICENCE_URL
from eventkit.exports import calendar, formats, frab, preflib, sheets, web_book
from eventkit.exports.formats import FORMATS
from eventkit.grid import published
from eventkit.storage.cache import ResultCache
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind
from eventkit.text import language
from eventkit.text.language import gettext as _
from eventkit.web.base.services import public_url, services
from eventkit.web.base.visits import entered, opened, organised

pages = Blueprint("exports", __name__)

DOWNLOADED = {"csv", "docx", "zip", "md"}  # saved rather than shown by a browser

PUBLIC = {
    "Cache-Control": "no-cache",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

MOST_FILES = 50  # that a process keeps
# Changes that files show; votes once they are counted.
SHOWN = tuple({*ChangeKind} - {ChangeKind.VOTE, ChangeKind.BUILD})
_files: ResultCache[str | bytes] = ResultCache(SHOWN, MOST_FILES)

_NAMES = ", ".join(f'"{name}"' for name in FORMATS if name != "schedule.ics")  # which may be of one room


@pages.get(f"/e/<code>/<any({_NAMES}):name>")
def export(code: str, name: str) -> Response:
    """One of the formats that everybody may have."""
    response = _file(code, name, FORMATS[name][0], _written(code, name))
    if name.startswith("book."):
        response.headers["X-Robots-Tag"] = "noindex"  # the published one is for search engines
    if name == "book.html":
        response.headers["Content-Security-Policy"] = web_book.POLICY
    return response


@pages.get("/e/<code>/schedule.ics")
def schedule_ics(code: str) -> Response:
    """The published grid as a calendar, where `room` says so of one room. Raises NotFound."""
    room_id = request.args.get("room", 0, int) if "room" in request.args else None
    return _file(code, "schedule.ics", calendar.TYPE, _written(code, "schedule.ics", room_id))


@pages.get("/e/<code>/pitches/<int:pitch_id>/session.ics")
def session_ics(code: str, pitch_id: int) -> Response:
    """One session that is on the grid, as a file for a calendar. Raises NotFound."""
    with services().database.reading() as tx:
        event = entered(tx, code)
        grid = published.read(tx, event)
        placed = grid.by_pitch.get(pitch_id) if grid else None
        if grid is None or placed is None or not placed.standing:
            raise NotFound(_("This session is not on the grid, so it has no time yet."))
        body = calendar.of_session(event, grid, placed, public_url(event))
    response = _file(code, "session.ics", calendar.TYPE, body)
    response.headers["Content-Disposition"] = f'attachment; filename="{code}-{pitch_id}.ics"'
    return response


@pages.get("/e/<code>/votes.csv")
def votes_csv(code: str) -> Response:
    """All votes, without names, for the organiser. Raises Forbidden."""
    return _file(code, "votes.csv", sheets.TYPE, _of_organiser(code, sheets.votes), private=True)


@pages.get("/e/<code>/votes.cat")
def votes_cat(code: str) -> Response:
    """The ballots as PrefLib has them, without names, for the organiser. Raises Forbidden."""
    return _file(code, "votes.cat", preflib.TYPE, _of_organiser(code, preflib.votes_kept), private=True)


@pages.get("/e/<code>/event.json")
def event_json(code: str) -> Response:
    """The whole event, re-importable, for the organiser. Raises Forbidden."""
    return _file(code, "event.json", frab.JSON_TYPE, _of_organiser(code, formats.whole_event), private=True)


def _written(code: str, name: str, room_id: int | None = None) -> str | bytes:
    """The same, written once for all who ask until the event changes; no connection is held meanwhile. NotFound."""
    here = services()
    with here.database.reading() as tx:
        event = entered(tx, code)
        entry.refuse_files(event, event.organiser_hash in opened(tx, event))
        if room_id is not None and room_id not in {room.id for room in events.rooms(tx, event.id)}:
            raise NotFound(_("There is no such room here, so it has no calendar. Choose one from the grid."))
        shown = SHOWN if event.voting_open else (*SHOWN, ChangeKind.VOTE)
        moment = _files.moment(tx, event.id, kinds=shown)
    asked = event.id, name, public_url(event), room_id, language.current()
    engine = here.database.engine
    with here.database.aside():  # who waits for the one that writes it must not keep that one from going on
        return _files.get_at(engine, moment, lambda: here.public_helper.read(formats.write, *asked[:-1]), asked)


def _of_organiser(code: str, made: Callable[[Transaction, int, str], str]) -> str:
    return services().helper.read(made, organised(code), services().config.secret_key)


def _file(code: str, name: str, kind: str, content: str | bytes, private: bool = False) -> Response:
    """The answer: kept by nobody without asking, so that it is always the newest; known unchanged by its tag."""
    headers = {"Content-Type": kind, "Link": f'<{LICENCE_URL}>; rel="license"'}
    headers |= {"Cache-Control": "private, no-store"} if private or g.get("private") else PUBLIC
    if name.rsplit(".", 1)[1] in DOWNLOADED or private:
        headers["Content-Disposition"] = f'attachment; filename="{code}-{name}"'
    response = make_response(content, 200, headers)
    response.add_etag()
    response.make_conditional(request)
    return response
