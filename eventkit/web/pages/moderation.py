"""All pitches and notes, newest first, for organisers and facilitators to hide or show; and the post that does so."""

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.grid import moderation
from eventkit.grid.published import Times
from eventkit.web.base.forms import Form, RowId, parse
from eventkit.web.base.rendering import done, page
from eventkit.web.base.visits import acting_as_facilitator, facilitating

pages = Blueprint("moderation", __name__)


class HiddenForm(Form):
    """What to hide or to show; `pitch` is the page to go back to, else the list."""

    kind: moderation.Kind = Field(title="The kind")
    id: RowId = Field(title="What to hide")
    hidden: bool = Field(title="Hidden or shown")
    pitch: RowId | None = Field(default=None, title="The page")


@pages.get("/e/<code>/organise/moderation")
def show(code: str) -> Response:
    """The list, a page at a time."""
    number = min(max(request.args.get("page", 0, int), 0), 10_000)
    with facilitating(code) as visit:
        items, older = moderation.newest(visit.tx, visit.by, number)
        return page(
            "moderation.html",
            event=visit.event,
            viewer=visit.viewer,
            times=Times(visit.event.timezone),
            items=items,
            number=number,
            older=older,
        )


@pages.post("/e/<code>/organise/hidden")
def hide(code: str) -> Response:
    """Hide it, or show it again."""
    form = parse(HiddenForm, request.form)
    acting_as_facilitator(code, lambda v: moderation.set_hidden(v.tx, v.by, form.kind, form.id, form.hidden))
    if form.pitch is not None:
        return done(url_for("pitch.show", code=code, pitch_id=form.pitch))
    return done(url_for("moderation.show", code=code))
