"""Forms that are posted: done and on to the next page, or refused and back with everything typed."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Response, request
from werkzeug.datastructures import MultiDict

from eventkit.errors import AlreadyKept, Busy, Closed, Invalid, NotFound, NotJoined, Stale, Stopped, TooMany
from eventkit.storage.db import DatabaseFull
from eventkit.web.base.errors import say_when, status_of, text_of
from eventkit.web.base.forms import F, FilledForm, Form, parse
from eventkit.web.base.visits import Organising, acting_as_organiser, organising, sentence

T = TypeVar("T")

# what a form comes back for, as it was typed; anything else is a page of its own
REFUSALS = (Invalid, NotFound, Closed, Stale, AlreadyKept, TooMany, NotJoined, Stopped, Busy, DatabaseFull)


@dataclass(frozen=True)
class Refused:
    """A form that was not taken: why, and what was typed."""

    why: Exception
    posted: MultiDict[str, str]

    @property
    def status(self) -> int:
        """The status that says so."""
        return status_of(self.why)

    @property
    def text(self) -> str:
        """Why, in a sentence."""
        return sentence(self.why) if isinstance(self.why, NotJoined) else text_of(self.why)

    def errors(self, whole: str) -> dict[str, str]:
        """Sentences by field; one that is about no field is said at `whole`."""
        return dict(getattr(self.why, "fields", {})) or {whole: self.text}

    def typed(self, form: type[Form]) -> dict[str, Any]:
        """What was typed into each field of the form: a list where the field may be given several times.

        Where something else was kept under the form's nonce it has another, so that it can be sent for itself.
        """
        lists = form.lists()
        typed: dict[str, Any] = {
            posted_as: self.posted.getlist(posted_as) if name in lists else self.posted.get(posted_as, "")
            for name, posted_as in form.posted_as().items()
        }
        return {**typed, "nonce": secrets.token_urlsafe(12)} if isinstance(self.why, AlreadyKept) else typed

    def form(self, form: type[Form], whole: str) -> FilledForm:
        """The form again, as typed, with what is wrong; what is about no field is said at `whole`."""
        return FilledForm(self.typed(form), self.errors(whole))


def post(act: Callable[[], T], then: Callable[[T], Response], again: Callable[[Refused], Response]) -> Response:
    """Do what a form asks for, then go on; where it is refused, the page again."""
    try:
        result = act()
    except REFUSALS as refusal:
        return say_when(again(Refused(refusal, request.form)), refusal)
    return then(result)


def post_as_organiser(
    code: str,
    form: type[F],
    act: Callable[[Organising, F], T],
    then: Callable[[T], Response],
    again: Callable[[Organising, Refused], Response],
) -> Response:
    """The same for the organiser's forms: `act` writes; `again` is the page that they came from."""

    def page_again(refused: Refused) -> Response:
        with organising(code) as visit:
            return again(visit, refused)

    return post_and_wait(code, form, act, then, page_again)


def post_and_wait(
    code: str,
    form: type[F],
    act: Callable[[Organising, F], T],
    then: Callable[[T], Response],
    again: Callable[[Refused], Response],
) -> Response:
    """The same where the page that they came from waits for the helper process, and so opens the event by itself."""

    def parse_and_act() -> T:
        filled = parse(form, request.form)
        return acting_as_organiser(code, lambda visit: act(visit, filled))

    return post(parse_and_act, then, again)
