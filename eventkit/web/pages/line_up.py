"""The line-up: a page for the projector, one for a facilitator's hand, and their buttons."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.clock import now
from eventkit.errors import Invalid
from eventkit.event.roles import Facilitator
from eventkit.grid.times import Times
from eventkit.market import line_up
from eventkit.market.line_up import LineUp, Speaker
from eventkit.storage.db import Transaction
from eventkit.text.language import gettext as _
from eventkit.text.language import marked
from eventkit.web.base.forms import Form, Line, RowId, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, page, wants_block
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
    "place": lambda tx, by, form: line_up.put_by_number(tx, by, form.turn, form.pitch, form.place),
    "seconds": lambda tx, by, form: line_up.set_seconds(tx, by, form.turn, form.seconds),
}


class ActForm(Form):
    """What a facilitator does to the line-up as `turn` numbers it."""

    act: Line = Field(max_length=10, title="What to do")
    turn: int = Field(ge=0, le=2**31 - 1, title="The line-up")
    pitch: RowId = Field(default=0, title="The pitch")  # its number in the list of who waits where it is put at a place
    place: int = Field(default=0, ge=0, le=10_000, title="The place")
    seconds: int = Field(default=line_up.SECONDS, title=marked("The number of seconds"))
    hand: bool = Field(default=False, title="The page")


@dataclass(frozen=True)
class Countdown:
    """What a page counts down by: seconds left now, whether they run, until when, and the server's own time."""

    left: int
    runs: bool
    until: int  # milliseconds since 1970, 0 where the clock stands
    now: int  # milliseconds since 1970


@dataclass(frozen=True, kw_only=True)
class ShownLineUp:
    """What the projector and the facilitator's hand show."""

    join: str  # the address behind the QR code
    host: str  # the part of it that one types
    times: Times
    moment: datetime
    line: LineUp
    clock: Countdown
    problem: str  # why what was pressed was not done
    longer: int = line_up.LONGER  # seconds that a turn gets more

    @property
    def number(self) -> int:
        """How many have been up, with who is up now."""
        return len(self.line.heard) + (self.line.speaker is not None)

    @property
    def next_three(self) -> list[Speaker]:
        """Those who get ready."""
        return self.line.coming[:COMING]


class ReadyForm(Form):
    """A host says whether they are there."""

    ready: bool = Field(title="Ready or not")


@pages.get("/e/<code>/lineup")
def show(code: str) -> Response:
    """Who pitches now, for the projector; with a facilitator's cookie also the buttons that a clicker presses."""
    with looking(code) as visit:
        return _page(visit, "line_up.html", "stage")


@pages.get("/e/<code>/lineup/hand")
def hand(code: str) -> Response:
    """The same for the facilitator's hand: everybody who waits, and everything that can be done. Raises Forbidden."""
    with facilitating(code) as visit:
        return _page(visit, "line_up_hand.html", "hand")


@pages.post("/e/<code>/lineup")
def act(code: str) -> Response:
    """Go on, come back to somebody later, call somebody up, the clock, the order."""
    posted = request.form

    def do(visit: Facilitating) -> None:
        form = parse(ActForm, posted)
        if form.act not in ACTS:
            raise Invalid(_("The line-up does not know this button. Load the page again."))
        ACTS[form.act](visit.tx, visit.by, form)

    address, template, block = (
        ("line_up.hand", "line_up_hand.html", "hand") if "hand" in posted else ("line_up.show", "line_up.html", "stage")
    )

    def gone_on(_: None) -> Response:
        if not wants_block():
            return done(url_for(address, code=code))
        with looking(code) as visit:
            return _page(visit, template, block)

    def again(refused: Refused) -> Response:
        with facilitating(code) as visit:
            return _page(visit, template, block, refused)

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


def _page(visit: Visit, template: str, block: str, refused: Refused | None = None) -> Response:
    status = refused.status if refused else 200
    shown = _shown(visit, refused.text if refused else "")
    return page(template, block, status, event=visit.event, viewer=visit.viewer, shown=shown)


def _shown(visit: Visit, problem: str) -> ShownLineUp:
    line = line_up.read(visit.tx, visit.event)
    moment, (join, host) = now(), how_to_join(visit.event)
    return ShownLineUp(
        join=join,
        host=host,
        times=Times(visit.event.timezone),
        moment=moment,
        line=line,
        clock=countdown(line, moment),
        problem=problem,
    )


def countdown(line: LineUp, moment: datetime) -> Countdown:
    """The clock of the line-up at a moment."""
    until = line.runs_until
    return Countdown(
        left=round(line.left),
        runs=until is not None,
        until=int(until.timestamp() * 1000) if until else 0,
        now=int(moment.timestamp() * 1000),
    )
