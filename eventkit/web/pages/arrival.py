"""Who I am here: a name if I like, my second phone, a pitch that somebody typed for me."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.event import ended, people
from eventkit.event.credentials import Credentials
from eventkit.market import hosting
from eventkit.text import lengths
from eventkit.text.language import marked
from eventkit.web.base.cookies import remember
from eventkit.web.base.forms import Form, Line, parse
from eventkit.web.base.guessing import tried
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, page
from eventkit.web.base.services import services
from eventkit.web.base.visits import Visit, acting, joined, looking

pages = Blueprint("arrival", __name__)

T = TypeVar("T")


class NameForm(Form):
    """A display name; an empty one takes it back."""

    name: Line = Field(default="", max_length=lengths.PERSON_NAME, title=marked("The name"))


class CodeForm(Form):
    """A code as it is typed from another screen."""

    code: Line = Field(min_length=1, max_length=lengths.CODE_TYPED, title=marked("The code"))


@pages.get("/e/<code>/phone")
def phone(code: str) -> Response:
    """My name, my personal code, and where another phone's code goes."""
    return _phone(code)


@pages.post("/e/<code>/name")
def name(code: str) -> Response:
    """Give myself a display name."""

    def rename() -> None:
        form = parse(NameForm, request.form)
        acting(code, lambda visit: people.rename(visit.tx, visit.event.id, visit.viewer.token, form.name))

    return post(rename, lambda _: _to_marketplace(code), lambda refused: _phone(code, refused, "name"))


@pages.post("/e/<code>/phone/code")
def make_code(code: str) -> Response:
    """Make my personal code: looking writes nothing, so a phone that did nothing yet has none."""
    acting(code, lambda visit: visit.person())
    return done(url_for("arrival.phone", code=code))


@pages.post("/e/<code>/phone")
def link(code: str) -> Response:
    """Make this phone the same person as the one that shows the code; what either did is kept."""

    def join() -> str:
        typed = parse(CodeForm, request.form).code
        known = services().credentials
        return _guess(code, lambda visit: _link(visit, known, typed))

    def then(token: str) -> Response:
        remember(code, token, joined(code)[1])
        return _to_marketplace(code)

    return post(join, then, lambda refused: _phone(code, refused, "code"))


@pages.get("/e/<code>/claim")
def claim_form(code: str) -> Response:
    """Where the code of a pitch that somebody typed for me goes."""
    return _claim(code, request.args.get("pitch", "")[:40])


@pages.post("/e/<code>/claim")
def claim(code: str) -> Response:
    """Become the host of a pitch by its code."""

    def become_host() -> int:
        typed = parse(CodeForm, request.form).code
        known = services().credentials
        return _guess(code, lambda v: hosting.claim(v.tx, v.event, known, v.person(), typed).id)

    return post(
        become_host,
        lambda pitch_id: done(url_for("marketplace.show", code=code, _anchor=f"pitch-{pitch_id}")),
        lambda refused: _claim(code, request.form.get("code", "")[:40], refused),
    )


def _to_marketplace(code: str) -> Response:
    return done(url_for("marketplace.show", code=code))


def _phone(code: str, refused: Refused | None = None, field: str = "") -> Response:
    """The page; what was refused in `field` is said there."""
    with looking(code) as visit:
        person = people.find(visit.tx, visit.event.id, visit.viewer.token)
        return page(
            "phone.html",
            status=refused.status if refused else 200,
            event=visit.event,
            viewer=visit.viewer,
            phone_code=services().credentials.phone_code(visit.event, person) if person else "",
            typed={"name": request.form.get("name", visit.viewer.name), "code": request.form.get("code", "")},
            errors=refused.errors(field) if refused else {},
        )


def _claim(code: str, typed: str, refused: Refused | None = None) -> Response:
    with looking(code) as visit:
        return page(
            "claim.html",
            status=refused.status if refused else 200,
            event=visit.event,
            viewer=visit.viewer,
            typed={"code": typed},
            errors=refused.errors("code") if refused else {},
        )


def _link(visit: Visit, credentials: Credentials, typed: str) -> str:
    kept = people.link(visit.tx, visit.event, credentials, typed)
    if visit.viewer.person_id not in (None, kept.id):
        people.absorb(visit.tx, kept, visit.person())
    if visit.viewer.token != kept.token:  # what this phone sent under its own before arrives late, not as a third one
        ended.end_tokens(visit.tx, [visit.viewer.token])
    return kept.token


def _guess(code: str, act: Callable[[Visit], T]) -> T:
    """Try a code: so many a minute from one phone, and so many wrong ones an hour at one event."""
    rates = services().rates
    return acting(code, lambda visit: tried(rates, visit.event, visit.viewer.token, lambda: act(visit)))
