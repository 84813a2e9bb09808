"""The summary of a session's notes: its versions on a page, and the post that keeps what somebody typed."""

import hashlib
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.event import idempotency, limits
from eventkit.grid.times import Times
from eventkit.market import summaries
from eventkit.market.summaries import Typed, Unsettled
from eventkit.storage.tables import Pitch
from eventkit.text import lengths
from eventkit.text.language import marked
from eventkit.text.merging import Contested
from eventkit.web.base.forms import Form, Line, Text, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, page
from eventkit.web.base.services import services
from eventkit.web.base.visits import Visit, acting, looking
from eventkit.web.pages import notes

pages = Blueprint("summaries", __name__)


class SummaryForm(Form):
    """The summary as typed, and the version that it was made from."""

    summary: Text = Field(default="", max_length=lengths.SUMMARY, title=marked("The summary"))
    author_name: Line = Field(default="", max_length=lengths.PERSON_NAME, title=marked("Your name"))
    seen: int = Field(default=0, ge=0, le=2**31 - 1, title="The form")

    def typed(self) -> Typed:
        """What the domain keeps of it."""
        return Typed(self.summary, self.seen, self.author_name)


@pages.get("/e/<code>/pitches/<int:pitch_id>/notes/summary")
def show(code: str, pitch_id: int) -> Response:
    """All its versions, the newest first; for htmx the text as it is now, which refreshes while others write."""
    before = request.args.get("before", None, int)
    with looking(code) as visit:
        pitch = notes.pitch_of(visit, pitch_id)
        before = before if before and 0 < before < 2**31 else None
        found, older = summaries.versions(visit.tx, pitch.id, before)
        shown: dict[str, Any] = {"versions": found, "older": found[-1].version if older else None}
        shown |= {"pitch": pitch, "notes": notes.shown(visit, pitch), "times": Times(visit.event.timezone)}
        return page("summary_page.html", "summary_now", event=visit.event, viewer=visit.viewer, **shown)


@pages.post("/e/<code>/pitches/<int:pitch_id>/notes/summary")
def keep(code: str, pitch_id: int) -> Response:
    """Keep it, merged with what others wrote meanwhile; where both changed a line, the form with both."""

    def write() -> None:
        form, rates = parse(SummaryForm, request.form), services().rates
        acting(code, lambda visit: _keep(visit, notes.pitch_to_write_at(visit, pitch_id), form.typed(), rates))

    return post(write, lambda _: _shown(code, pitch_id), lambda refused: _again(code, pitch_id, refused))


def _keep(visit: Visit, pitch: Pitch, typed: Typed, rates: limits.Rates) -> int:
    """Once for the same text from the same version, so that a retry cannot add its lines again."""
    person = visit.person()

    def keep_it() -> int:
        rates.spend(limits.NOTES, (visit.event.id, visit.viewer.token), visit.event.limits)
        return summaries.keep(visit.tx, visit.event.id, pitch.id, person, typed, visit.viewer.facilitator).id

    same = hashlib.sha256(f"{pitch.id} {typed.seen} {typed.text}".encode()).hexdigest()[:24]
    return idempotency.once(visit.tx, person.id, "summary", same, keep_it)


def _shown(code: str, pitch_id: int) -> Response:
    with looking(code) as visit:
        pitch = notes.pitch_of(visit, pitch_id)
        address = url_for("pitch.show", code=code, pitch_id=pitch.id, _anchor="notes")
        shown = {"event": visit.event, "viewer": visit.viewer, "pitch": pitch, "notes": notes.shown(visit, pitch)}
        return done(address, "summary_page.html", "summary_form", **shown)


def _again(code: str, pitch_id: int, refused: Refused) -> Response:
    """The form with what was typed; where both changed a line, with what both wrote."""
    with looking(code) as visit:
        pitch = notes.pitch_of(visit, pitch_id)
        block, typed = notes.shown(visit, pitch), refused.typed(SummaryForm)
        contested: tuple[Contested, ...] = ()
        if isinstance(refused.why, Unsettled):
            typed |= {"summary": refused.why.text, "seen": refused.why.seen}
            contested = refused.why.contested
        summary = replace(block.summary, typed=typed, errors=refused.errors("summary"), contested=contested)
        return notes.page_of(visit, pitch, replace(block, summary=summary), refused.status)
