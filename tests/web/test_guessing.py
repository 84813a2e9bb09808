"""Tries of codes and words are counted: by phone first, so that one phone locks nobody else out."""

import pytest

from eventkit.errors import NotFound, TooMany
from eventkit.event import limits
from eventkit.event.limits import Rates
from eventkit.storage.db import Database
from eventkit.web.base.guessing import tried
from tests.world.builders import an_event


def wrong() -> None:
    raise NotFound("wrong")


def test_wrong_tries_of_one_phone_end_its_own_and_nobody_elses(database: Database) -> None:
    event, _ = an_event(database)
    minute = [0.0]
    rates = Rates(clock=lambda: minute[0])
    for _ in range(limits.OWN_WRONG_CODES.most):
        minute[0] += 6.1  # seconds, so that it is not the rate of a minute
        with pytest.raises(NotFound):
            tried(rates, event, "one", wrong)
    minute[0] += 6.1
    with pytest.raises(TooMany, match="wrong codes"):
        tried(rates, event, "one", lambda: "right")
    assert tried(rates, event, "another", lambda: "right") == "right"


def test_right_tries_count_towards_the_minute_only(database: Database) -> None:
    event, _ = an_event(database)
    rates = Rates(clock=lambda: 0.0)
    assert [tried(rates, event, "one", lambda: 1) for _ in range(limits.CODES.most)] == [1] * limits.CODES.most
    with pytest.raises(TooMany, match="in a minute"):
        tried(rates, event, "one", lambda: 1)
