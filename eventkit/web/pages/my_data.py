"""My data: all that is mine here, to read, to take along, to delete; and leaving this device or all others."""

import json

from flask import Blueprint, Response, make_response, request, url_for
from pydantic import Field

from eventkit.errors import Invalid
from eventkit.event import people, subscribing
from eventkit.privacy import erasure, forgetting, my_data
from eventkit.privacy.forgetting import Part
from eventkit.storage.db import Transaction
from eventkit.text import lengths
from eventkit.text.language import gettext as _
from eventkit.web.base import own_ballot
from eventkit.web.base.cookies import forget, remember
from eventkit.web.base.forms import Form, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done, page
from eventkit.web.base.services import services
from eventkit.web.base.visits import Visit, acting, check_code, event_at, joined, looking

pages = Blueprint("my_data", __name__)

NONE = "none"  # the address of a browser that gets no notifications


class DeleteForm(Form):
    """What is to be deleted."""

    delete: list[Part] = Field(default=[], title="What to delete", max_length=len(Part))


@pages.get("/e/<code>/mine")
def show(code: str) -> Response:
    """All that is mine at this event."""
    return _page(code)


@pages.get("/e/<code>/mine.json")
def take(code: str) -> Response:
    """The same as a file to take along."""
    with looking(code) as visit:
        mine = _read(visit)
        content = mine.as_json() if mine else {}
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Disposition": f'attachment; filename="twofeet-{code}-mine.json"',
    }
    return make_response(json.dumps(content, ensure_ascii=False, indent=2), 200, headers)


@pages.post("/e/<code>/mine")
def delete(code: str) -> Response:
    """Delete parts of it, or all, for good."""

    def act() -> tuple[Part, ...]:
        parts = tuple(parse(DeleteForm, request.form).delete)
        if not parts:
            raise Invalid(delete=_("Nothing is ticked, so nothing was deleted. Tick what should go."))
        acting(code, lambda visit: _delete(visit, parts), archived=True)
        return parts

    def then(parts: tuple[Part, ...]) -> Response:
        services().database.overwrite()
        if {Part.VOTES, Part.ALL} & set(parts):
            own_ballot.lose(code)
        if Part.ALL in parts:  # the device is somebody new; links of organisers that it opened are no data of a person
            remember(code, people.new_token(), joined(code)[1])
        return done(url_for("my_data.show", code=code))

    return post(act, then, lambda refused: _page(code, refused))


@pages.post("/e/<code>/mine/leave")
def leave(code: str) -> Response:
    """Sign this device out: it forgets who it was, and what links it had opened."""
    token, _keys = joined(code)
    endpoint = request.form.get("endpoint", "")[: lengths.ENDPOINT]
    check_code(code)
    services().database.write(lambda tx: _tell_no_more(tx, code, token, endpoint))
    forget(code)
    own_ballot.lose(code)
    return done(url_for("front.home"))


@pages.post("/e/<code>/mine/elsewhere")
def leave_elsewhere(code: str) -> Response:
    """Sign all other devices of this person out; this one stays."""
    token = acting(code, _renew, archived=True)
    remember(code, token, joined(code)[1])
    return done(url_for("my_data.show", code=code))


def _tell_no_more(tx: Transaction, code: str, token: str, endpoint: str) -> None:
    """No notification comes to a device that signs out. One without scripts cannot say which it is: to none, then."""
    person = people.find(tx, event_at(tx, code).id, token)
    if person is not None and endpoint != NONE:
        subscribing.unsubscribe(tx, person.id, endpoint)


def _renew(visit: Visit) -> str:
    """A new token for this device; the others get no notification any more."""
    person, endpoint = visit.person(), request.form.get("endpoint", "")
    for it in subscribing.of_person(visit.tx, person.id):
        if it.endpoint != endpoint:
            visit.tx.delete(it)
    return people.renew_token(visit.tx, person)


def _page(code: str, refused: Refused | None = None) -> Response:
    with looking(code) as visit:
        return page(
            "my_data.html",
            status=refused.status if refused else 200,
            event=visit.event,
            viewer=visit.viewer,
            mine=_read(visit),
            erased_on=erasure.date_of(visit.tx, visit.event),
            ticked=request.form.getlist("delete"),
            errors=refused.errors("delete") if refused else {},
        )


def _read(visit: Visit) -> my_data.MyData | None:
    person = people.find(visit.tx, visit.event.id, visit.viewer.token)
    kept = own_ballot.of(visit) if visit.event.sealed_at else None
    return my_data.read(visit.tx, visit.event, person, kept) if person else None


def _delete(visit: Visit, parts: tuple[Part, ...]) -> None:
    person = people.find(visit.tx, visit.event.id, visit.viewer.token)
    if person is not None:
        forgetting.forget(visit.tx, visit.event, person, parts)
