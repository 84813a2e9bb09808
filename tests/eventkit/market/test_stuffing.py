"""Ballot stuffing is noticed by first votes a minute and by ballots that are alike, of which nothing is told early."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from eventkit.errors import Closed, Invalid
from eventkit.event.roles import at_the_machine
from eventkit.market import ballots, stuffing
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, FirstVotes, Person
from tests.world.builders import a_person, a_pitch, a_vote, an_event, close
from tests.world.days import votes

NOON = datetime(2026, 6, 26, 12, tzinfo=UTC)


def test_a_phone_is_counted_in_the_minute_of_its_first_vote_only(database: Database) -> None:
    event, _ = an_event(database)
    pitch, person = a_pitch(database, event), a_person(database, event)
    for interest in (1, 2, 0, 1):
        a_vote(database, event, person, pitch, interest)
    a_vote(database, event, a_person(database, event), pitch)
    with database.reading() as tx:
        found = stuffing.arrivals(tx, event.id)
        kept = tx.scalars(select(FirstVotes)).all()
    assert found is not None
    assert sum(it.voters for it in found.stretches) == 2
    assert all((it.minute.second, it.minute.microsecond) == (0, 0) for it in kept)


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.integers(0, 700), st.integers(1, 50), min_size=1, max_size=30))
def test_the_picture_has_all_first_votes_in_equal_stretches(database: Database, minutes: dict[int, int]) -> None:
    event, _ = an_event(database)

    rows = [
        FirstVotes(event_id=event.id, minute=NOON + timedelta(minutes=it), voters=voters)
        for it, voters in minutes.items()
    ]
    database.write(lambda tx: tx.add_all(rows))
    with database.reading() as tx:
        found = stuffing.arrivals(tx, event.id)
    assert found is not None
    assert len(found.stretches) <= stuffing.MOST_BARS + 1
    assert sum(it.voters for it in found.stretches) == sum(minutes.values())
    assert found.stretches[0].at == NOON + timedelta(minutes=min(minutes))
    steps = {after.at - before.at for before, after in zip(found.stretches, found.stretches[1:], strict=False)}
    assert steps <= {timedelta(minutes=found.minutes)}


def test_alike_ballots_are_told_once_voting_is_closed_and_not_of_few(database: Database) -> None:
    event, _ = an_event(database)
    one, two = a_pitch(database, event), a_pitch(database, event)
    for number in range(9):
        votes(database, a_person(database, event), [(one, 2)] if number < 5 else [(one, 2), (two, 1)])
    with database.reading() as tx:
        assert stuffing.alike(tx, tx.get_one(Event, event.id)) == []
        with pytest.raises(Closed):
            stuffing.group(tx, tx.get_one(Event, event.id), "any")
    close(database, event, voting=True)
    with database.reading() as tx:
        stored = tx.get_one(Event, event.id)
        (found,) = stuffing.alike(tx, stored)
        assert (found.phones, found.votes) == (5, {one.id: 2})  # four are too few to be told
        assert stuffing.group(tx, stored, found.key) == found
        with pytest.raises(Invalid):
            stuffing.group(tx, stored, "another")
        left = stuffing.without(ballots.by_person(tx, event.id), found.key)
        assert sorted(map(len, left.values())) == [2, 2, 2, 2]


def test_headcount_is_a_number_of_people_or_unknown(database: Database) -> None:
    event, _ = an_event(database)

    def say(number: int | None) -> None:
        database.write(
            lambda tx: stuffing.set_people_here(tx, at_the_machine(tx.get_one(Event, event.id)), number, False)
        )

    say(120)
    say(None)
    for wrong in (0, -1, 1_000_000):
        with pytest.raises(Invalid):
            say(wrong)


def test_numbers_of_people_say_nothing_of_the_order_in_which_they_came(database: Database) -> None:
    event, _ = an_event(database)
    ids = [a_person(database, event).id for _ in range(12)]
    assert ids != sorted(ids)  # once in 479,001,600 times
    with database.reading() as tx:
        assert {person.id for person in tx.scalars(select(Person))} == set(ids)
