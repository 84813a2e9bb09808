"""The results of an event: what came of it, in numbers and pictures, and the organisers' words of thanks."""

from flask import Blueprint, Response, url_for
from pydantic import Field

from eventkit.draft import results
from eventkit.errors import Stale
from eventkit.event.people import FEWEST_TOLD
from eventkit.grid.times import Times
from eventkit.text import lengths
from eventkit.text.language import marked
from eventkit.web.base.forms import ChangeForm, Text
from eventkit.web.base.posting import Refused, post_as_organiser
from eventkit.web.base.rendering import done, page
from eventkit.web.base.visits import Organising, Visit, looking

pages = Blueprint("results", __name__)


class ShownForm(ChangeForm):
    """Whether everybody sees the results, and the words of thanks."""

    public: bool = Field(default=False, title="The tick")
    thanks: Text = Field(default="", max_length=lengths.THANKS, title=marked("The words of thanks"))


@pages.get("/e/<code>/results")
def show(code: str) -> Response:
    """The results, to everybody once the organiser says so."""
    with looking(code) as visit:
        return _page(visit)


@pages.post("/e/<code>/organise/results")
def set_shown(code: str) -> Response:
    """Make the results public or not, and thank people."""

    def act(visit: Organising, form: ShownForm) -> None:
        results.set_shown(visit.tx, visit.by, form.public, form.thanks, form.seen)

    return post_as_organiser(code, ShownForm, act, lambda _: done(url_for("results.show", code=code)), _page)


def _page(visit: Visit, refused: Refused | None = None) -> Response:
    typed = refused.typed(ShownForm) if refused else {}
    return page(
        "results.html",
        status=refused.status if refused else 200,
        event=visit.event,
        viewer=visit.viewer,
        results=results.read(visit.tx, visit.event, visit.viewer),
        fewest=FEWEST_TOLD,
        times=Times(visit.event.timezone),
        thanks=typed.get("thanks", visit.event.thanks),
        public=bool(typed["public"]) if typed else visit.event.results_public,
        meanwhile=refused is not None and isinstance(refused.why, Stale),
        errors=refused.errors("thanks") if refused else {},
    )
