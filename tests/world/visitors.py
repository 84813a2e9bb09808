"""Phones of people in different roles at an event."""

import time
from collections.abc import Callable

from flask import Flask
from itsdangerous import URLSafeSerializer

from eventkit.event import people
from eventkit.storage.tables import Event, Pitch
from eventkit.web.base.cookies import COOKIE
from tests.world.phone import Phone

Phones = Callable[[], Phone]


def joined(phone: Phones, event: Event) -> Phone:
    """A phone that has scanned the code."""
    visitor = phone()
    visitor.page(f"/e/{event.code}")
    return visitor


def organiser(phone: Phones, event: Event) -> Phone:
    """A device that has opened the organiser's link."""
    return _with_key(phone, event, event.organiser_hash)


def facilitator(phone: Phones, event: Event) -> Phone:
    """A device that has opened the facilitators' link; the event must have one."""
    return _with_key(phone, event, str(event.facilitator_hash))


def _with_key(phone: Phones, event: Event, digest: str) -> Phone:
    visitor = phone()
    cookie = signed_cookie(visitor.client.application, event, people.new_token(), digest)
    visitor.client.set_cookie(COOKIE, cookie, path=f"/e/{event.code}")
    return visitor


def signed_cookie(app: Flask, event: Event, token: str, *digests: str) -> str:
    """The value of the cookie of a device at an event, with the digests of the secret links that it has opened."""
    return signed_with(app.config["SECRET_KEY"], event.code, token, *digests)


def signed_with(secret_key: str, code: str, token: str, *digests: str) -> str:
    """The same of a server that runs with this secret, for the event with this code."""
    serializer = URLSafeSerializer(secret_key, salt=f"visit:{code}")
    return str(serializer.dumps({"t": token, "k": list(digests), "x": time.time() + 24 * 3600}))


def voted(phone: Phones, event: Event, *votes: tuple[Pitch, int]) -> Phone:
    """A phone that looked at the pitches and voted."""
    device = joined(phone, event)
    device.page(f"/e/{event.code}")
    for pitch, interest in votes:
        assert device.post(f"/e/{event.code}/pitches/{pitch.id}/vote", interest=interest).status_code == 303
    return device
