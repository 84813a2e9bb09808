"""Results tell what came of the day, and of no fewer than three people."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.draft import results
from eventkit.errors import Forbidden
from eventkit.event import people
from eventkit.event.roles import Viewer, at_the_machine
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.builders import a_person, a_pitch, close
from tests.world.days import votes
from tests.world.published import Day, a_published_day

ANYBODY, BOSS = Viewer("a"), Viewer("b", organiser=True, facilitator=True)
NOON = datetime(2026, 6, 26, 12, tzinfo=UTC)


def read(database: Database, day: Day, viewer: Viewer = BOSS) -> results.Results | None:
    with database.reading() as tx:
        return results.read(tx, tx.get_one(Event, day.event.id), viewer)


def test_nobody_sees_results_while_voting_is_open_and_attendees_not_before_they_are_public(database: Database) -> None:
    day = a_published_day(database)
    assert read(database, day) is None
    with pytest.raises(Forbidden):
        read(database, day, ANYBODY)
    close(database, day.event, voting=True)
    with pytest.raises(Forbidden):
        read(database, day, ANYBODY)
    database.write(
        lambda tx: results.set_shown(tx, at_the_machine(tx.get_one(Event, day.event.id)), True, "Thank you all.")
    )
    assert read(database, day, ANYBODY) == read(database, day)


def test_results_count_what_people_get_and_what_found_no_place(database: Database) -> None:
    """Pitches 1 to 3 stand in one slot, 4 in the next; 5 has no place, and nobody wants another one that has none."""
    day = a_published_day(database)
    a_pitch(database, day.event, title="Wanted by nobody")
    for _ in range(4):
        votes(database, a_person(database, day.event), [(day.pitches[0], 2), (day.pitches[1], 1), (day.pitches[3], 1)])
    for number in range(3):
        votes(database, a_person(database, day.event), [(day.pitches[4], 1), (day.pitches[2], 1)][: 1 + number % 2])
    close(database, day.event, voting=True)
    found = read(database, day)
    assert found is not None and found.kept is not None
    assert [it.people for it in found.sessions] == [4, 4, None, 4]  # one person wants the third
    assert [(it.pitch.id, it.people) for it in found.unplaced] == [(day.pitches[4].id, 3)]
    assert (found.kept.voters, found.kept.kept, found.kept.attainable) == (8, 9, 17)
    assert found.kept.shares == (results.Share(0, 0, 3), results.Share(1, 2, 5))
    assert found.rooms_used == 3


def test_nothing_is_said_of_the_wishes_of_two(database: Database) -> None:
    day = a_published_day(database)
    for _ in range(2):
        votes(database, a_person(database, day.event), [(pitch, 1) for pitch in day.pitches])
    close(database, day.event, voting=True)
    found = read(database, day)
    assert found is not None
    assert (found.kept, found.voted, found.most_wanted) == (None, (), 0)
    assert {it.people for it in (*found.sessions, *found.unplaced)} == {None}


@given(st.lists(st.integers(0, 12), max_size=60))
def test_shares_are_of_three_people_at_least_and_of_all(kept: list[int]) -> None:
    found = results.shares(kept)
    assert all(it.people >= people.FEWEST_TOLD for it in found)
    assert sum(it.people for it in found) == (len(kept) if len(kept) >= people.FEWEST_TOLD else 0)
    counted = Counter(kept)
    assert all(it.people == sum(counted[n] for n in range(it.least, it.most + 1)) for it in found)


@given(st.dictionaries(st.integers(0, 3000), st.integers(1, 4), max_size=40))
def test_no_two_steps_differ_by_fewer_than_three(minutes: dict[int, int]) -> None:
    found = results.steps({NOON + timedelta(minutes=it): people for it, people in minutes.items()})
    so_far = [0, *(it.so_far for it in found)]
    assert all(after - before >= people.FEWEST_TOLD for before, after in pairwise(so_far))
    everybody = sum(minutes.values())
    assert so_far[-1] == (everybody if everybody >= people.FEWEST_TOLD else 0)
    assert all(0 <= it.across <= 1 for it in found)
