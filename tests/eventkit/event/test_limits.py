"""Limits: a burst up to the rate passes, more is refused in plain English, waiting helps, one phone costs no other."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.errors import TooMany
from eventkit.event import limits
from eventkit.event.limits import Limit, Rates
from tests.world.places import ROOT

FEW = Limit("few", 3, "More than %(most)s.", 60)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def test_rate_lets_a_burst_pass_then_refuses_and_says_the_limit() -> None:
    rates = Rates(Clock())
    for _ in range(3):
        rates.spend(FEW, "phone")
    with pytest.raises(TooMany, match=r"^More than 3\.$"):
        rates.spend(FEW, "phone")
    rates.spend(FEW, "another phone")


def test_rate_allows_one_more_after_a_share_of_the_time() -> None:
    clock = Clock()
    rates = Rates(clock)
    for _ in range(3):
        rates.spend(FEW, "phone")
    clock.time += 20
    rates.spend(FEW, "phone")
    with pytest.raises(TooMany):
        rates.spend(FEW, "phone")


def test_rate_that_an_organiser_raised_or_closed_counts_instead() -> None:
    rates = Rates(Clock())
    for _ in range(5):
        rates.spend(FEW, "phone", {"few": 5})
    with pytest.raises(TooMany, match="More than 5"):
        rates.spend(FEW, "phone", {"few": 5})
    with pytest.raises(TooMany, match="More than 0"):
        rates.spend(FEW, "other", {"few": 0})


def test_who_was_told_to_wait_is_told_again_for_a_second_and_nothing_is_done() -> None:
    clock, done = Clock(), []
    rates = Rates(clock)

    def write() -> None:
        with rates.refusing_again("phone and form"):
            done.append(clock.time)
            rates.spend(FEW, "phone")

    for _ in range(3):
        write()
    for waited, left in ((0, 20), (0.5, 19.5), (0.4, 19.1)):
        clock.time += waited
        with pytest.raises(TooMany, match="More than 3") as refused:
            write()
        assert refused.value.seconds == pytest.approx(left, abs=0.001)
    assert len(done) == 4
    with rates.refusing_again("another form of this phone"):
        done.append(0)
    clock.time += 0.2
    with pytest.raises(TooMany):  # asked again after a second: an organiser may have raised it
        write()
    assert len(done) == 6
    clock.time += 20
    write()


def test_what_no_waiting_helps_against_is_asked_each_time() -> None:
    rates, done = Rates(Clock()), []
    for _ in range(2):
        with pytest.raises(TooMany), rates.refusing_again("phone"):
            done.append("asked")
            raise TooMany("As many as one can have.")
    assert len(done) == 2


def test_refusal_says_truly_how_long_to_wait() -> None:
    clock = Clock()
    rates = Rates(clock)
    for _ in range(3):
        rates.spend(FEW, "phone")
    with pytest.raises(TooMany) as refused:
        rates.spend(FEW, "phone")
    assert refused.value.seconds == pytest.approx(20)
    clock.time += math.ceil(refused.value.seconds or 0)
    rates.spend(FEW, "phone")
    with pytest.raises(TooMany) as closed:
        rates.spend(FEW, "phone", {"few": 0})
    assert closed.value.seconds is None


def test_check_counts_nothing() -> None:
    rates = Rates(Clock())
    for _ in range(10):
        rates.check(FEW, "phone")
    for _ in range(3):
        rates.spend(FEW, "phone")
    with pytest.raises(TooMany):
        rates.check(FEW, "phone")


def test_rates_forget_phones_whose_allowance_is_whole_again() -> None:
    clock = Clock()
    rates = Rates(clock, _largest=100)
    for phone in range(100):
        rates.spend(FEW, phone)
    clock.time += 60
    rates.spend(FEW, "new")
    assert len(rates._whole_at) == 1


def test_rates_of_many_busy_phones_are_looked_through_seldom() -> None:
    class Counted(Rates):
        looks = 0

        def _forget_idle(self, now: float) -> None:
            self.looks += 1
            super()._forget_idle(now)

    clock = Clock()
    rates = Counted(clock, _largest=100)
    for phone in range(10_000):
        rates.spend(FEW, phone)
    assert (len(rates._whole_at), rates.looks) == (10_000, 7)
    clock.time += 60
    for phone in range(10_000, 12_900):
        rates.spend(FEW, phone)
    assert len(rates._whole_at) <= 2_900


@given(waits=st.lists(st.floats(0, 40), max_size=60), most=st.integers(1, 10))
def test_rate_never_lets_more_than_twice_the_limit_into_any_window(waits: list[float], most: int) -> None:
    clock, passed = Clock(), []
    rates, limit = Rates(clock), Limit("any", most, "%(most)s", 60)
    for wait in waits:
        clock.time += wait
        try:
            rates.spend(limit, "phone")
            passed.append(clock.time)
        except TooMany:
            pass
    for first in passed:
        assert sum(first <= at < first + 60 for at in passed) <= 2 * most


def test_every_limit_is_known_by_its_name() -> None:
    assert {name: limit.name for name, limit in limits.KNOWN.items()} == {name: name for name in limits.KNOWN}


def test_docs_name_every_limit_with_its_default() -> None:
    page = (ROOT / "docs" / "limits.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| ([\d,]+)( a minute| an hour)? \|", page, re.MULTILINE)
    seconds = {"": 0, " a minute": 60, " an hour": 3600}
    assert {name: (int(most.replace(",", "")), seconds[each]) for name, most, each in rows} == {
        limit.name: (limit.most, limit.seconds) for limit in (*limits.KNOWN.values(), limits.STARTS, limits.ALL_STARTS)
    }
