"""One pitch: what it says, one's vote, its place and notes; its host and facilitators edit and withdraw it."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from eventkit import ballots, markdown, pitches, published
from eventkit.errors import NotFound
from eventkit.tables import Pitch
from eventkit.web import notes
from eventkit.web.errors import status_of
from eventkit.web.forms import parse
from eventkit.web.marketplace import REFUSALS, PitchForm, errors_of, typed_form
from eventkit.web.rendering import done, page
from eventkit.web.visits import Visit, acting, looking

pages = Blueprint("pitch", __name__)


@pages.get("/e/<code>/pitches/<int:pitch_id>")
def show(code: str, pitch_id: int) -> Response | Redirect:
    """The pitch; one that was merged leads to the one it is now."""
    with looking(code) as visit:
        pitch = pitches.get(visit.tx, visit.event.id, pitch_id)
        if pitch.merged_into is not None:
            return redirect(url_for("pitch.show", code=code, pitch_id=pitch.merged_into), 303)
        return page("pitch.html", "pitch", **_context(visit, pitch))


@pages.post("/e/<code>/pitches/<int:pitch_id>")
def edit(code: str, pitch_id: int) -> Response:
    """Keep what its host or a facilitator changed."""
    try:
        form = parse(PitchForm, request.form)
        acting(code, lambda visit: pitches.edit(visit.tx, visit.event.id, visit.viewer, pitch_id, form.content()))
    except REFUSALS as refusal:
        with looking(code) as visit:
            pitch = pitches.get(visit.tx, visit.event.id, pitch_id)
            context = {**_context(visit, pitch), "typed": typed_form(), "errors": errors_of(refusal)}
            return page("pitch.html", "pitch", status_of(refusal), **context)
    return _shown_again(code, pitch_id)


@pages.post("/e/<code>/pitches/<int:pitch_id>/withdraw")
def withdraw(code: str, pitch_id: int) -> Response:
    """Take it off the marketplace; its page stays, so that it can be brought back."""
    acting(code, lambda visit: pitches.withdraw(visit.tx, visit.event.id, visit.viewer, pitch_id))
    return _shown_again(code, pitch_id)


@pages.post("/e/<code>/pitches/<int:pitch_id>/bring-back")
def bring_back(code: str, pitch_id: int) -> Response:
    """Undo the withdrawal."""
    acting(code, lambda visit: pitches.bring_back(visit.tx, visit.event.id, visit.viewer, pitch_id))
    return _shown_again(code, pitch_id)


def _shown_again(code: str, pitch_id: int) -> Response:
    with looking(code) as visit:
        context = _context(visit, pitches.get(visit.tx, visit.event.id, pitch_id))
        return done(url_for("pitch.show", code=code, pitch_id=pitch_id), "pitch.html", "pitch", **context)


def _context(visit: Visit, pitch: Pitch) -> dict[str, Any]:
    tx, event, viewer = visit.tx, visit.event, visit.viewer
    hosted = pitches.hosted_by(tx, pitch.id, viewer.person_id)
    if pitch.withdrawn_at is not None and not (hosted or viewer.facilitator):
        raise NotFound("This pitch was withdrawn by its host. Its votes count for nothing now; choose another.")
    tally = ballots.shown_tally(tx, event)
    return {
        **notes.context(visit, pitch),
        "place": published.place(tx, event, pitch.id),
        "event": event,
        "viewer": viewer,
        "pitch": pitch,
        "hosted": hosted,
        "errors": {},
        "may_change": hosted or viewer.facilitator,
        "text": markdown.to_html(pitch.description),
        "interest": ballots.own(tx, event.id, viewer.person_id).get(pitch.id, 0),
        "count": None if tally is None else tally.get(pitch.id, ballots.Count()),
        "topics": pitches.topics(tx, event.id),
        "features": sorted({*pitches.features(tx, event.id), *pitch.needs}),
        "typed": {name: getattr(pitch, name, "") for name in PitchForm.model_fields},
    }
