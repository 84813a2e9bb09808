"""Who I am here: a name if I like, my second phone, a pitch that somebody typed for me."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.errors import Invalid, NotFound, TooMany
from eventkit.event import limits, people
from eventkit.market import pitches
from eventkit.web.base.errors import status_of
from eventkit.web.base.forms import Form, Line, parse
from eventkit.web.base.rendering import done, page
from eventkit.web.base.visits import Visit, acting, joined, looking, remember, services

pages = Blueprint("arrival", __name__)

T = TypeVar("T")

REFUSALS = (Invalid, NotFound, TooMany)


class NameForm(Form):
    """A display name; an empty one takes it back."""

    name: Line = Field(default="", max_length=80, title="The name")


class CodeForm(Form):
    """A code as it is typed from another screen."""

    code: Line = Field(min_length=1, max_length=40, title="The code")


@pages.get("/e/<code>/phone")
def phone(code: str) -> Response:
    """My name, my personal code, and where another phone's code goes."""
    return _phone(code)


@pages.post("/e/<code>/name")
def name(code: str) -> Response:
    """Give myself a display name."""
    try:
        form = parse(NameForm, request.form)
    except Invalid as refusal:
        return _phone(code, refusal)
    acting(code, lambda visit: people.rename(visit.tx, visit.event.id, visit.viewer.token, form.name))
    return done(url_for("marketplace.show", code=code))


@pages.post("/e/<code>/phone/code")
def make_code(code: str) -> Response:
    """Make my personal code: looking writes nothing, so a phone that did nothing yet has none."""
    acting(code, lambda visit: visit.person())
    return done(url_for("arrival.phone", code=code))


@pages.post("/e/<code>/phone")
def link(code: str) -> Response:
    """Make this phone the same person as the one that shows the code; what either did is kept."""
    try:
        typed = parse(CodeForm, request.form).code
        token = _guess(code, lambda visit: _link(visit, typed))
    except REFUSALS as refusal:
        return _phone(code, refusal)
    remember(code, token, joined(code)[1])
    return done(url_for("marketplace.show", code=code))


@pages.get("/e/<code>/claim")
def claim_form(code: str) -> Response:
    """Where the code of a pitch that somebody typed for me goes."""
    return _claim(code, request.args.get("pitch", "")[:40])


@pages.post("/e/<code>/claim")
def claim(code: str) -> Response:
    """Become the host of a pitch by its code."""
    typed = request.form.get("code", "")[:40]
    try:
        parse(CodeForm, request.form)
        pitch_id = _guess(code, lambda v: pitches.claim(v.tx, v.event.id, v.person(), typed).id)
    except REFUSALS as refusal:
        return _claim(code, typed, refusal)
    return done(f"{url_for('marketplace.show', code=code)}#pitch-{pitch_id}")


def _phone(code: str, refusal: Exception | None = None) -> Response:
    with looking(code) as visit:
        person = people.find(visit.tx, visit.event.id, visit.viewer.token)
        typed = {"name": request.form.get("name", visit.viewer.name), "code": request.form.get("code", "")}
        shown: dict[str, Any] = {
            "event": visit.event,
            "viewer": visit.viewer,
            "link_code": person.link_code if person else "",
        }
        return page("phone.html", status=_status(refusal), typed=typed, errors=_errors(refusal), **shown)


def _claim(code: str, typed: str, refusal: Exception | None = None) -> Response:
    with looking(code) as visit:
        shown: dict[str, Any] = {
            "event": visit.event,
            "viewer": visit.viewer,
            "typed": {"code": typed},
            "errors": _errors(refusal),
        }
        return page("claim.html", status=_status(refusal), **shown)


def _status(refusal: Exception | None) -> int:
    return status_of(refusal) if refusal else 200


def _errors(refusal: Exception | None) -> dict[str, str]:
    """A refusal's sentences by field; a code that is refused is the code's fault."""
    return {} if refusal is None else getattr(refusal, "fields", None) or {"code": str(refusal)}


def _link(visit: Visit, typed: str) -> str:
    kept = people.link(visit.tx, visit.event.id, typed)
    if visit.viewer.person_id not in (None, kept.id):
        people.absorb(visit.tx, kept, visit.person())
    return kept.token


def _guess(code: str, act: Callable[[Visit], T]) -> T:
    """Try a code: so many a minute from one phone, and so many wrong ones an hour at one event."""
    rates = services().rates

    def counted(visit: Visit) -> T:
        event = visit.event
        phone = event.id, visit.viewer.token
        rates.check(limits.OWN_WRONG_CODES, phone, event.limits)  # first: one phone must not lock all others out
        rates.check(limits.WRONG_CODES, event.id, event.limits)
        rates.spend(limits.CODES, phone, event.limits)
        try:
            return act(visit)
        except NotFound:
            rates.spend(limits.OWN_WRONG_CODES, phone, event.limits)
            rates.spend(limits.WRONG_CODES, event.id, event.limits)
            raise

    return acting(code, counted)
