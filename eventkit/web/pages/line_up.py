"""The line-up: a page for the projector, one for a facilitator's hand, and their buttons."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.clock import now
from eventkit.errors import Invalid
from eventkit.event.roles import Facilitator
from eventkit.grid.published import Times
from eventkit.market import line_up
from eventkit.storage.db import Transaction
from eventkit.web.base.forms import Form, Line, RowId, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, page
from eventkit.web.base.visits import Facilitating, Visit, acting, acting_as_facilitator, facilitating, looking
from eventkit.web.pages.wall import how_to_join

pages = Blueprint("line_up", __name__)

COMING = 3  # how many the projector tells to get ready

Act = Callable[[Transaction, Facilitator, "ActForm"], None]
ACTS: dict[str, Act] = {
    "next": lambda tx, by, form: line_up.go_on(tx, by, form.turn),
    "later": lambda tx, by, form: line_up.later(tx, by, form.turn),
    "back": lambda tx, by, form: line_up.go_back(tx, by, form.turn),
    "call": lambda tx, by, form: line_up.call(tx, by, form.turn, form.pitch),
    "pause": lambda tx, by, form: line_up.pause(tx, by, form.turn),
    "resume": lambda tx, by, form: line_up.resume(tx, by, form.turn),
    "longer": lambda tx, by, form: line_up.give_time(tx, by, form.turn),
    "put": lambda tx, by, form: line_up.put(tx, by, form.turn, form.pitch, form.place),
    "seconds": lambda tx, by, form: line_up.set_seconds(tx, by, form.turn, form.seconds),
}


class ActForm(Form):
    """What a facilitator does to the line-up as `turn` numbers it."""

    act: Line = Field(max_length=10, title="What to do")
    turn: int = Field(ge=0, le=2**31 - 1, title="The line-up")
    pitch: RowId = Field(default=0, title="The pitch")
    place: int = Field(default=0, ge=0, le=10_000, title="The place")
    seconds: int = Field(default=line_up.SECONDS, title="The number of seconds")
    hand: bool = Field(default=False, title="The page")


class ReadyForm(Form):
    """A host says whether they are there."""

    ready: bool = Field(title="Ready or not")


@pages.get("/e/<code>/lineup")
def show(code: str) -> Response:
    """Who pitches now, for the projector; with a facilitator's cookie also the buttons that a clicker presses."""
    with looking(code) as visit:
        return page("line_up.html", "stage", **_context(visit), errors={})


@pages.get("/e/<code>/lineup/hand")
def hand(code: str) -> Response:
    """The same for the facilitator's hand: everybody who waits, and everything that can be done. Raises Forbidden."""
    with facilitating(code) as visit:
        return page("line_up_hand.html", "hand", **_context(visit), errors={})


@pages.post("/e/<code>/lineup")
def act(code: str) -> Response:
    """Go on, come back to somebody later, call somebody up, the clock, the order."""
    posted = request.form

    def do(visit: Facilitating) -> None:
        form = parse(ActForm, posted)
        if form.act not in ACTS:
            raise Invalid("The line-up does not know this button. Load the page again.")
        ACTS[form.act](visit.tx, visit.by, form)

    address, template, block = (
        ("line_up.hand", "line_up_hand.html", "hand") if "hand" in posted else ("line_up.show", "line_up.html", "stage")
    )

    def gone_on(_: None) -> Response:
        with looking(code) as visit:
            return done(url_for(address, code=code), template, block, **_context(visit), errors={})

    def again(refused: Refused) -> Response:
        with facilitating(code) as visit:
            return page(template, block, refused.status, **_context(visit), errors={"line-up": refused.text})

    return post(lambda: acting_as_facilitator(code, do), gone_on, again)


@pages.post("/e/<code>/pitches/<int:pitch_id>/ready")
def ready(code: str, pitch_id: int) -> Response:
    """A host says that they are there, or are not any more."""
    posted = request.form

    def say(visit: Visit) -> None:
        form = parse(ReadyForm, posted)
        line_up.say_ready(visit.tx, visit.event, visit.viewer, pitch_id, form.ready)

    acting(code, say)
    return done(url_for("pitch.show", code=code, pitch_id=pitch_id))


def _context(visit: Visit) -> dict[str, Any]:
    line = line_up.read(visit.tx, visit.event)
    moment, (join, host) = now(), how_to_join(visit.event)
    return {
        "event": visit.event,
        "join": join,
        "host": host,
        "viewer": visit.viewer,
        "times": Times(visit.event.timezone),
        "moment": moment,
        "line": line,
        "number": len(line.heard) + (line.speaker is not None),
        "next_three": line.coming[:COMING],
        "clock": clock(line, moment),
        "longer": line_up.LONGER,
    }


def clock(line: line_up.LineUp, moment: datetime) -> dict[str, Any]:
    """What a page counts down by: seconds left now, whether they run, and the server's own time in milliseconds."""
    return {
        "left": round(line.left),
        "runs": line.runs_until is not None,
        "until": int(line.runs_until.timestamp() * 1000) if line.runs_until else 0,
        "now": int(moment.timestamp() * 1000),
    }
