"""The organiser's page about ballots: seal them."""

from flask import Blueprint, Response, url_for
from pydantic import Field

from eventkit.errors import Invalid
from eventkit.market import ballots
from eventkit.privacy import erasure, sealing
from eventkit.web.base.forms import Form
from eventkit.web.base.posting import Refused, post_as_organiser
from eventkit.web.base.rendering import done, page
from eventkit.web.base.visits import Organising, organising, services

pages = Blueprint("ballots", __name__)


class SealForm(Form):
    """That the organiser means it."""

    sure: bool = Field(default=False, title="The tick")


@pages.get("/e/<code>/organise/ballots")
def show(code: str) -> Response:
    """What can be done about ballots."""
    with organising(code) as visit:
        return _page(visit)


@pages.post("/e/<code>/organise/ballots/seal")
def seal(code: str) -> Response:
    """Delete for good whose ballot is whose."""

    def act(visit: Organising, form: SealForm) -> None:
        if not form.sure:
            raise Invalid(sure="Tick that you mean it: this cannot be undone.")
        sealing.seal(visit.tx, visit.by)

    def then(_: None) -> Response:
        erasure.compact(services().database)
        return done(url_for("ballots.show", code=code))

    return post_as_organiser(code, SealForm, act, then, _page)


def _page(visit: Organising, refused: Refused | None = None) -> Response:
    return page(
        "ballots.html",
        status=refused.status if refused else 200,
        event=visit.event,
        viewer=visit.viewer,
        turnout=ballots.turnout(visit.tx, visit.event.id),
        errors=refused.errors("seal") if refused else {},
    )
