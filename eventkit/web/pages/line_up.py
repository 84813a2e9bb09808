"""The line-up, for the projector beside a microphone: who pitches now, with a clock, and who is next."""

from typing import Any

from flask import Blueprint, Response, request

from eventkit.clock import now
from eventkit.grid.published import Times
from eventkit.market import pitches
from eventkit.web.base.rendering import page
from eventkit.web.base.visits import Visit, looking
from eventkit.web.pages.wall import joining

pages = Blueprint("lineup", __name__)

SECONDS = 30  # for one pitch
COMING = 3  # how many are told to get ready


@pages.get("/e/<code>/lineup")
def show(code: str) -> Response:
    """The pitch with the id `at`, or where it is gone the next one; without it the first.

    Whoever holds the projector goes on by a link, so nothing is kept and any device can take over.
    """
    with looking(code) as visit:
        return page("lineup.html", "coming", **_context(visit, request.args.get("at", 0, int)))


def _context(visit: Visit, at: int) -> dict[str, Any]:
    line = pitches.line_up(visit.tx, visit.event.id)
    place = next((number for number, pitch in enumerate(line) if pitch.id >= at), len(line))
    following = line[place + 1 : place + 2]
    return {
        **joining(visit.event),
        "viewer": visit.viewer,
        "times": Times(visit.event.timezone),
        "moment": now(),
        "seconds": SECONDS,
        "at": at,
        "pitch": line[place] if place < len(line) else None,
        "number": place + 1,
        "total": len(line),
        "coming": line[place + 1 : place + 1 + COMING],
        "before": line[place - 1].id if place else None,
        "after": following[0].id if following else line[place].id + 1 if place < len(line) else None,
    }
