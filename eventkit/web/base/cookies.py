"""The signed cookies, by which a device is known again: one an event, and two that live for one page."""

import time
from calendar import timegm
from datetime import timedelta
from typing import Any

from flask import Response, after_this_request, current_app, request, url_for
from itsdangerous import BadData, URLSafeSerializer

from eventkit.event import events, people
from eventkit.web.base.services import is_https, services

COOKIE, ONCE, STARTER = "twofeet", "twofeet_once", "twofeet_start"
COOKIE_LIFE = 60 * 24 * 3600  # seconds: the event, its book, and a while to read it
SIGNED_IN = timedelta(days=31)  # after the event: how long a device that organises stays signed in
MOST_KEYS = 4  # organiser's and facilitators' links remembered by one device


def read_cookie(code: str) -> tuple[str | None, tuple[str, ...]]:
    """The token and the opened links' digests from this event's cookie; (None, ()) where it is absent or forged.

    The links' digests count until a month after the event, whatever the browser keeps: see remember().
    """
    try:
        content: Any = _serializer(code).loads(request.cookies.get(cookie_name(COOKIE), ""))
        keys = content["k"] if content.get("x", 0) > time.time() else ()
        return str(content["t"]), tuple(str(key) for key in keys)
    except (BadData, KeyError, TypeError):
        return None, ()


def remember(code: str, token: str, keys: tuple[str, ...]) -> None:
    """Set this event's cookie on the answer to this request."""
    until = _signed_in_until(code) if keys else 0
    value = _serializer(code).dumps({"t": token, "k": list(keys[-MOST_KEYS:]), "x": until})
    life = max(COOKIE_LIFE, until - int(time.time()))
    set_cookie(COOKIE, value, url_for("marketplace.show", code=code), life=life)


def forget(code: str) -> None:
    """Take this event's cookie off the device with the answer to this request."""
    set_cookie(COOKIE, "", url_for("marketplace.show", code=code), life=0)


def show_once(code: str, secret: str) -> None:
    """Carry the organiser's secret to the console's next page, which shows it and forgets it."""
    set_cookie(ONCE, _serializer(code).dumps(secret), url_for("console.show", code=code), life=600)


def shown_once(code: str) -> str | None:
    """The secret that show_once() carried here, forgotten with this answer."""
    try:
        secret = str(_serializer(code).loads(request.cookies.get(cookie_name(ONCE), "")))
    except BadData:
        return None
    set_cookie(ONCE, "", url_for("console.show", code=code), life=0)
    return secret


def know_starter() -> None:
    """Give a browser that may start an event a token, which is known on that page only."""
    if not starter():
        set_cookie(STARTER, _serializer("").dumps(people.new_token()), "/start", life=COOKIE_LIFE)


def starter() -> str:
    """The token of the browser that starts an event; empty where it has none."""
    try:
        return str(_serializer("").loads(request.cookies.get(cookie_name(STARTER), "")))
    except BadData:
        return ""


def cookie_name(name: str) -> str:
    """What a cookie is called here: on https with the prefix that lets no plain page set it."""
    return f"__Secure-{name}" if is_https() else name


def set_cookie(name: str, value: str, path: str, life: int) -> None:
    """Set a cookie on the answer to this request; one that lives for 0 seconds is taken off."""

    @after_this_request
    def with_cookie(response: Response) -> Response:
        flags: dict[str, Any] = {"secure": is_https(), "httponly": True, "samesite": "Lax"}
        response.set_cookie(cookie_name(name), value, max_age=life, path=path, **flags)
        return response


def _signed_in_until(code: str) -> int:
    """When a device that organises is signed out by itself, in seconds since 1970; not within a day of signing in."""
    with services().database.reading() as tx:
        last = events.last_day(tx, events.by_code(tx, code)) + SIGNED_IN
    return max(timegm(last.timetuple()), int(time.time()) + 24 * 3600)


def _serializer(code: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"visit:{code}")
