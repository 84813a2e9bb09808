"""Reports: anybody says that a pitch, a note, or what a partner shares should not be there; what happens then."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.errors import NotJoined, Stopped
from eventkit.event import limits
from eventkit.market import notes, pitches, reports, unmentoring
from eventkit.storage.tables import Note, Pitch
from eventkit.text import lengths
from eventkit.text.language import marked
from eventkit.web.base.forms import Choice, Form, Line, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, page
from eventkit.web.base.services import services
from eventkit.web.base.visits import Visit, acting, looking

pages = Blueprint("reports", __name__)


class ReportForm(Form):
    """What is wrong with it; `note` where it is an entry in the notes."""

    text: Line = Field(default="", max_length=lengths.REPORT, title=marked("What is wrong"))
    note: Choice = Field(default=None, title="The note")


@pages.get("/e/<code>/pitches/<int:pitch_id>/report")
def form(code: str, pitch_id: int) -> Response:
    """The form; once it was sent, what happens now."""
    note_id = request.args.get("note", 0, int)
    return _page(code, pitch_id, note_id if 0 < note_id < 2**31 else None, sent=request.args.get("sent") == "1")


@pages.post("/e/<code>/pitches/<int:pitch_id>/report")
def add(code: str, pitch_id: int) -> Response:
    """Tell organisers and facilitators."""

    def report() -> int | None:
        typed, rates = parse(ReportForm, request.form), services().rates
        acting(code, lambda visit: _report(visit, pitch_id, typed, rates), archived=True)
        return typed.note

    def then(note_id: int | None) -> Response:
        return done(url_for("reports.form", code=code, pitch_id=pitch_id, note=note_id, sent=1))

    def again(refused: Refused) -> Response:
        note_id = request.form.get("note", 0, int)
        return _page(code, pitch_id, note_id if 0 < note_id < 2**31 else None, refused)

    return post(report, then, again)


@pages.get("/e/<code>/unmentoring/<int:person_id>/report")
def pair_form(code: str, person_id: int) -> Response:
    """The same for what somebody shares with this visitor, with whom they were paired."""
    return _pair_page(code, person_id, sent=request.args.get("sent") == "1")


@pages.post("/e/<code>/unmentoring/<int:person_id>/report")
def add_pair(code: str, person_id: int) -> Response:
    """Tell organisers and facilitators, who read what is shared from then on."""

    def report(visit: Visit) -> None:
        typed, person = parse(ReportForm, request.form), visit.person()
        partner = unmentoring.met(visit.tx, visit.event.id, person.id, person_id)
        if reports.add_of_pair(visit.tx, person, partner.person, typed.text):
            _spend(visit, services().rates)

    def again(refused: Refused) -> Response:
        if isinstance(refused.why, NotJoined | Stopped):  # who may not report is not asked whom they met
            raise refused.why
        return _pair_page(code, person_id, refused)

    return post(
        lambda: acting(code, report, archived=True),
        lambda _: done(url_for("reports.pair_form", code=code, person_id=person_id, sent=1)),
        again,
    )


def _report(visit: Visit, pitch_id: int, typed: ReportForm, rates: limits.Rates) -> None:
    pitch, note = _about(visit, pitch_id, typed.note)
    if reports.add(visit.tx, visit.person(), pitch, note, typed.text):
        _spend(visit, rates)


def _spend(visit: Visit, rates: limits.Rates) -> None:
    rates.spend(limits.REPORTS, (visit.event.id, visit.viewer.token), visit.event.limits)


def _about(visit: Visit, pitch_id: int, note_id: int | None) -> tuple[Pitch, Note | None]:
    """What is reported, as far as whoever reports it sees it. Raises NotFound."""
    pitch = pitches.seen(visit.tx, visit.event.id, visit.viewer, pitch_id)
    if note_id is None:
        return pitch, None
    return pitch, notes.seen(visit.tx, visit.event.id, pitch.id, note_id, visit.viewer)


def _page(
    code: str, pitch_id: int, note_id: int | None, refused: Refused | None = None, sent: bool = False
) -> Response:
    with looking(code) as visit:
        pitch, note = _about(visit, pitch_id, note_id)
        return _form(visit, refused, sent=sent, pitch=pitch, note=note, partner=None)


def _pair_page(code: str, person_id: int, refused: Refused | None = None, sent: bool = False) -> Response:
    with looking(code) as visit:
        partner = unmentoring.met(visit.tx, visit.event.id, visit.viewer.person_id, person_id)
        return _form(visit, refused, sent=sent, pitch=None, note=None, partner=partner)


def _form(visit: Visit, refused: Refused | None, **about: Any) -> Response:
    return page(
        "report.html",
        status=refused.status if refused else 200,
        event=visit.event,
        viewer=visit.viewer,
        typed=refused.typed(ReportForm) if refused else {"text": ""},
        errors=refused.errors("text") if refused else {},
        **about,
    )
