"""Codes and words that people type: so many tries a minute, and so many wrong ones an hour, of one phone and of all."""

from collections.abc import Callable
from typing import TypeVar

from eventkit.errors import NotFound
from eventkit.event import limits
from eventkit.storage.tables import Event

T = TypeVar("T")


def tried(rates: limits.Rates, event: Event, token: str, attempt: Callable[[], T]) -> T:
    """What an attempt of the phone with this token gives; a NotFound of it counts as wrong. Raises TooMany too."""
    phone, everybody = limits.counted_as(event, token), limits.counted_as(event)
    rates.check(limits.OWN_WRONG_CODES, phone, event.limits)  # first: one phone must not lock all others out
    rates.check(limits.WRONG_CODES, everybody, event.limits)
    rates.spend(limits.CODES, phone, event.limits)
    try:
        return attempt()
    except NotFound:
        rates.spend(limits.OWN_WRONG_CODES, phone, event.limits)
        rates.spend(limits.WRONG_CODES, everybody, event.limits)
        raise
