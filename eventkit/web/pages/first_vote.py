"""Before a phone's first vote: the word that the wall shows, where the organiser asks for it."""

from dataclasses import replace

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit import clock
from eventkit.errors import NotFound
from eventkit.event.credentials import Credentials
from eventkit.market import casting
from eventkit.market.casting import WallWordNeeded
from eventkit.storage.tables import Event
from eventkit.text import lengths
from eventkit.text.language import gettext as _
from eventkit.text.language import marked
from eventkit.web.base import own_ballot
from eventkit.web.base.forms import Form, Line, parse
from eventkit.web.base.guessing import tried
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, page, wants_block
from eventkit.web.base.services import services
from eventkit.web.base.visits import joined, looking

pages = Blueprint("first_vote", __name__)


class WallWordForm(Form):
    """The word as typed, and the vote that waits for it, if there is one."""

    word: Line = Field(min_length=1, max_length=lengths.CODE_TYPED, title=marked("The word"))
    pitch: int = Field(default=0, ge=0, le=2**31 - 1, title="The pitch")
    interest: int = Field(default=0, ge=0, le=2, title="The interest")


@pages.get("/e/<code>/here")
def show(code: str) -> Response:
    """Where the wall's word goes."""
    return _page(code, 200)


@pages.post("/e/<code>/here")
def give(code: str) -> Response:
    """Take the word, and the vote that waited for it."""

    def try_word() -> int:
        form = parse(WallWordForm, request.form)
        with looking(code) as visit:
            here, token, event = services(), visit.viewer.token, visit.event
            tried(here.rates, event, token, lambda: _refuse_wrong(here.credentials, event, form.word))
        kept = replace(own_ballot.read(code), proven=True)
        if form.pitch:
            vote = kept.cast(code, joined(code), form.pitch, form.interest)
            services().database.write_together(casting.cast_all, vote)
            kept = kept.after(form.pitch, form.interest)
        own_ballot.keep(code, kept)
        return form.pitch

    def then(pitch: int) -> Response:
        anchor = f"pitch-{pitch}" if pitch else None
        return done(url_for("marketplace.show", code=code, _anchor=anchor))

    waiting = {name: request.form.get(name, 0, int) for name in ("pitch", "interest")}
    return post(try_word, then, lambda refused: _page(code, refused.status, refused, **waiting))


@pages.app_errorhandler(WallWordNeeded)
def needed(why: WallWordNeeded) -> Response:
    """The form in the place of the vote, which waits in it."""
    code = str((request.view_args or {}).get("code", ""))
    if wants_block():
        response = page("first_vote.html", "needed", 403, code=code)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#alert", "innerHTML"
        return response
    return _page(code, 403, pitch=why.pitch_id, interest=why.interest)


def _page(code: str, status: int, refused: Refused | None = None, pitch: int = 0, interest: int = 0) -> Response:
    with looking(code) as visit:
        return page(
            "first_vote.html",
            status=status,
            event=visit.event,
            viewer=visit.viewer,
            pitch=pitch,
            interest=interest,
            errors=refused.errors("word") if refused else {},
        )


def _refuse_wrong(credentials: Credentials, event: Event, word: str) -> None:
    if not credentials.is_wall_word(event, clock.now().timestamp(), word):
        raise NotFound(_("That is not the word on the wall, or it is an older one. Look at the wall again."))
