"""Notifications on a phone, turned on and off by its owner on My day."""

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from eventkit.errors import Closed
from eventkit.event import subscribing
from eventkit.text import lengths
from eventkit.text.language import gettext as _
from eventkit.web.base.forms import Form, Line, parse
from eventkit.web.base.posting import Refused, post
from eventkit.web.base.rendering import done
from eventkit.web.base.services import services
from eventkit.web.base.visits import Visit, acting, looking
from eventkit.web.pages import my_day
from eventkit.web_push import Target

pages = Blueprint("notifications", __name__)


class NotificationsForm(Form):
    """Whether this browser is told, and how it is reached.

    Off without an address is off for all of one's browsers; on with an address before is on only where that one was.
    """

    on: bool = Field(title="Whether it is told")
    endpoint: Line = Field(default="", max_length=lengths.ENDPOINT, title="The address")
    p256dh: Line = Field(default="", max_length=lengths.PUSH_KEY, title="The key")
    auth: Line = Field(default="", max_length=lengths.PUSH_KEY, title="The secret")
    before: Line = Field(default="", max_length=lengths.ENDPOINT, title="The address before")


@pages.post("/e/<code>/me/notifications")
def turn(code: str) -> Response:
    """Turn them on or off for this browser. The value, never a toggle."""

    def act() -> None:
        form = parse(NotificationsForm, request.form)
        target = Target(form.endpoint, form.p256dh, form.auth)
        acting(code, lambda visit: _turn(visit, form.on, target, form.before), archived=not form.on)

    return post(
        act,
        lambda _: done(url_for("mine.show", code=code, _anchor="notifications")),
        lambda refused: _again(code, refused),
    )


def _turn(visit: Visit, on: bool, target: Target, before: str) -> None:
    config = services().config
    if not on:
        if visit.viewer.person_id is not None:
            subscribing.unsubscribe(visit.tx, visit.viewer.person_id, target.endpoint)
        return
    if not config.push:
        raise Closed(_("Notifications are turned off on this server."))
    if before and not subscribing.is_told(visit.tx, visit.viewer.person_id, before):
        return  # it was turned off meanwhile
    if before:
        subscribing.unsubscribe(visit.tx, visit.person().id, before)
    subscribing.subscribe(visit.tx, visit.event, visit.person(), target, config.push_services)


def _again(code: str, refused: Refused) -> Response:
    with looking(code) as visit:
        return my_day.again(visit, refused)
