"""One session out of two pitches: what sounds alike, what would happen, asking, answering, taking apart."""

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.errors import Forbidden, Invalid
from eventkit.grid.times import Times
from eventkit.market import hosting, joining, listings, merging, pitches
from eventkit.market.merging import Title
from eventkit.text.language import gettext as _
from eventkit.web.base.forms import Form, Line, RowId, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, page
from eventkit.web.base.visits import Visit, acting, looking

pages = Blueprint("joining", __name__)

LIST = "list"  # where who posts came from the list of all that sounds alike


class AskForm(Form):
    """The other pitch, and whose title stays."""

    part: RowId = Field(title="The other pitch")
    keep: Line = Field(default="mine", max_length=5, title="Whose title stays")
    back: Line = Field(default="", max_length=10, title="The page")


class AnswerForm(Form):
    """Yes, no, or back: who asked asks no more."""

    answer: Line = Field(max_length=4, title="The answer")
    back: Line = Field(default="", max_length=10, title="The page")


@pages.get("/e/<code>/joinings")
def show(code: str) -> Response:
    """What the viewer was asked, what sounds alike; for facilitators all of it."""
    with looking(code) as visit:
        return _page(visit)


@pages.get("/e/<code>/joinings/count")
def count(code: str) -> Response:
    """How many questions wait for the viewer's answer."""
    with looking(code) as visit:
        number = sum(it.answers for it in joining.questions(visit.tx, visit.event, visit.viewer))
        return page("joinings_count.html", "asked", event=visit.event, viewer=visit.viewer, number=number)


@pages.get("/e/<code>/pitches/<int:pitch_id>/join")
def form(code: str, pitch_id: int) -> Response:
    """Choose the other pitch, and read what would happen. Raises NotFound, Forbidden."""
    with looking(code) as visit:
        return _page(visit, pitch_id, request.args.get("part", 0, int))


@pages.post("/e/<code>/pitches/<int:pitch_id>/merge")
def ask(code: str, pitch_id: int) -> Response:
    """Ask the other's hosts, or make the two one where nobody need be asked."""

    def put(visit: Visit) -> int:
        asked = parse(AskForm, request.form)
        mine = asked.keep != "other"
        made = joining.ask(visit.tx, visit.event, visit.viewer, pitch_id, asked.part, mine)
        return asked.part if made and not mine else pitch_id

    def again(refused: Refused) -> Response:
        with looking(code) as visit:
            return _page(visit, pitch_id, refused=refused)

    return post(lambda: acting(code, put), lambda kept_id: _done(code, pitch_id, kept_id), again)


@pages.post("/e/<code>/joinings/<int:joining_id>")
def answer(code: str, joining_id: int) -> Response:
    """Answer a question, or take it back."""

    def say(visit: Visit) -> int | None:
        given = parse(AnswerForm, request.form).answer
        if given == "back":
            joining.take_back(visit.tx, visit.event, visit.viewer, joining_id)
            return None
        if given not in ("yes", "no"):
            raise Invalid(_("Answer yes or no."))
        return joining.answer(visit.tx, visit.event, visit.viewer, joining_id, given == "yes").id

    def again(refused: Refused) -> Response:
        with looking(code) as visit:
            return _page(visit, refused=refused)

    return post(lambda: acting(code, say), lambda pitch_id: _done(code, pitch_id, pitch_id), again)


@pages.post("/e/<code>/pitches/<int:pitch_id>/unmerge")
def leave(code: str, pitch_id: int) -> Response:
    """Take an own pitch out of what it is one with."""
    acting(code, lambda visit: joining.leave(visit.tx, visit.event, visit.viewer, pitch_id))
    return done(url_for("pitch.show", code=code, pitch_id=pitch_id))


def _done(code: str, pitch_id: int | None, kept_id: int | None) -> Response:
    """Back to the list for who came from there, to go on with the next pair; else to the pitch."""
    if pitch_id is None or request.form.get("back") == LIST:
        return done(url_for("joining.show", code=code, made=kept_id, _anchor="joinings"))
    return done(url_for("pitch.show", code=code, pitch_id=pitch_id))


def _made(visit: Visit) -> Title | None:
    """What the last form on the list made one session, where it did; by its own title, which stays."""
    number = request.args.get("made", 0, int)
    kept = next((it for it in listings.titles(visit.tx, visit.event.id) if it.id == number), None) if number else None
    return kept if kept and merging.parts(visit.tx, visit.event.id, kept.id) else None


def _page(visit: Visit, pitch_id: int = 0, part: int = 0, refused: Refused | None = None) -> Response:
    tx, event, viewer = visit.tx, visit.event, visit.viewer
    pitch = pitches.seen(tx, event.id, viewer, pitch_id) if pitch_id else None
    if pitch and not (viewer.facilitator or hosting.hosts_some(tx, pitch.id, viewer)):
        raise Forbidden(_("Only its hosts and facilitators can make this pitch one with another."))
    other = pitches.seen(tx, event.id, viewer, part) if pitch and part and part != pitch_id else None
    pairs = [(pitch, other), (other, pitch)] if pitch and other else []
    return page(
        "joining.html",
        "joinings",
        refused.status if refused else 200,
        event=event,
        viewer=viewer,
        pitch=pitch,
        times=Times(event.timezone),
        part=part or "",
        chosen=[(joining.outcome(tx, event, kept, it), kept is pitch) for kept, it in pairs],
        others=listings.titles(tx, event.id) if pitch else [],
        questions=[] if pitch else joining.questions(tx, event, viewer),
        doubles=[] if pitch else joining.doubles(tx, event, viewer),
        back=LIST if request.values.get("back") == LIST else "",
        made=_made(visit),
        told=joining.told(tx, event, viewer),
        errors=refused.errors("part") if refused and pitch else {},
        problem=refused.text if refused and not pitch else "",
    )
