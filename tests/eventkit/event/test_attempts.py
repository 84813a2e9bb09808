"""Attempts: what a phone did last stands, in whatever order it arrives, and how often."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from eventkit.clock import now
from eventkit.errors import ArrivedLate
from eventkit.event import attempts
from eventkit.event.attempts import MOST_NUMBER, Sent
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Attempt
from tests.world.builders import an_event

SERIES = "a1b2c3d4"


@pytest.mark.parametrize(
    ("posted", "found"),
    [
        ("a1b2c3d4.1", Sent(SERIES, 1)),
        (f"a1b2c3d4.{MOST_NUMBER}", Sent(SERIES, MOST_NUMBER)),
        (f"a1b2c3d4.{MOST_NUMBER + 1}", None),
        ("a1b2c3d4.0", None),
        ("a1b2c3d4.-1", None),
        ("a1b2c3d4.²", None),
        ("a1b2c3d4", None),
        ("short.1", None),
        ("words and spaces.1", None),
        ("x" * 25 + ".1", None),
        ("a1b2c3d4." + "1" * 5000, None),
        ("", None),
    ],
)
def test_parse(posted: str, found: Sent | None) -> None:
    assert attempts.parse(posted) == found


@given(st.text())
def test_parse_takes_any_text(posted: str) -> None:
    attempts.parse(posted)
    attempts.parse_all(posted)


def took(database: Database, event_id: int, number: int) -> bool:
    try:
        database.write(lambda tx: attempts.take(tx, event_id, Sent(SERIES, number)))
    except ArrivedLate:
        return False
    return True


def test_first_attempt_leaves_no_row(database: Database) -> None:
    event, _ = an_event(database)
    assert took(database, event.id, 1)
    with database.reading() as tx:
        assert tx.scalars(select(Attempt)).all() == []


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arriving=st.lists(st.integers(1, 4), min_size=1, max_size=8))
def test_an_older_attempt_is_overtaken_and_the_newest_is_taken_again(database: Database, arriving: list[int]) -> None:
    event, _ = an_event(database)
    newest = 0
    for number in arriving:
        assert took(database, event.id, number) == (number >= newest)
        newest = max(newest, number)


def test_series_of_another_event_is_another(database: Database) -> None:
    one, other = an_event(database)[0], an_event(database)[0]
    assert took(database, one.id, 5)
    assert took(database, other.id, 1)


def test_ended_series_counts_no_more(database: Database) -> None:
    event, _ = an_event(database)
    database.write(lambda tx: attempts.end(tx, event.id, [Sent(SERIES, 1)]))
    assert not took(database, event.id, MOST_NUMBER)


def test_forget_old_leaves_what_may_still_be_under_way(database: Database) -> None:
    event, _ = an_event(database)

    def came(tx: Transaction) -> None:
        for days in (0, 1, 2):
            day = now().date() - timedelta(days=days)
            tx.add(Attempt(event_id=event.id, series=f"{SERIES}{days}", newest=2, day=day))

    database.write(came)
    database.write(attempts.forget_old)
    with database.reading() as tx:
        assert sorted(tx.scalars(select(Attempt.series))) == [f"{SERIES}0", f"{SERIES}1"]
