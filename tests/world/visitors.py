"""Phones of people in different roles at an event."""

from collections.abc import Callable

from itsdangerous import URLSafeSerializer

from eventkit.event import people
from eventkit.storage.tables import Event
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
    secret = visitor.client.application.config["SECRET_KEY"]
    cookie = URLSafeSerializer(secret, salt=f"visit:{event.code}").dumps({"t": people.new_token(), "k": [digest]})
    visitor.client.set_cookie("twofeet", str(cookie), path=f"/e/{event.code}")
    return visitor
