"""The rehearsal event, and the crowd that rehearses over HTTP."""

import random
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlmodel import select

import solver
from eventkit import rehearsal
from eventkit.building import problems
from eventkit.clock import now
from eventkit.errors import Invalid
from eventkit.event import events
from eventkit.grid import versions
from eventkit.market import ballots
from eventkit.rehearsal import crowd
from eventkit.rehearsal.camp import PITCHES
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Person, Pitch
from tests.world.browser import served
from tests.world.visitors import Phones


def test_rehearsal_is_made_once(database: Database) -> None:
    secret = rehearsal.ensure(database)
    assert secret
    assert rehearsal.ensure(database) is None
    with database.reading() as tx:
        assert len(tx.scalars(select(Event)).all()) == 1


def test_rehearsal_is_a_camp_that_can_be_built(database: Database) -> None:
    rehearsal.ensure(database)
    with database.reading() as tx:
        event = events.rehearsal(tx)
        assert event is not None
        problem = problems.problem(tx, event, versions.draft(tx, event))
        people = len(tx.scalars(select(Person)).all())
    solver.parse(solver.unparse(problem))
    best = list(solver.solve(problem, seconds=1, workers=1, seed=1))[-1]
    assert (len(problem.sessions), people, len(best.to_json()["grid"])) == (30, 120, 25)


def test_rehearsal_pitches_ask_only_for_what_rooms_have(database: Database) -> None:
    rehearsal.ensure(database)
    with database.reading() as tx:
        event = events.rehearsal(tx)
        assert event is not None
        features = {feature for room in events.rooms(tx, event.id) for feature in room.features}
    assert {need for it in PITCHES for need in it.needs} <= features


def test_rehearsal_votes_are_the_same_again_and_correlated(database: Database) -> None:
    def ballots_of(seed: int) -> list[list[int]]:
        chance = random.Random(seed)
        return [rehearsal.wishes(chance) for _ in range(400)]

    assert ballots_of(3) == ballots_of(3) != ballots_of(4)
    crowd_of = ballots_of(3)
    titles = [it.title for it in PITCHES]
    retrofit, carbon, words = (
        titles.index(start)
        for start in (
            "Retrofit streets, not houses",
            "Counting carbon without losing the will to live",
            "Hiring without a job description from 1997",
        )
    )
    fans = [ballot for ballot in crowd_of if ballot[retrofit]]
    others = [ballot for ballot in crowd_of if not ballot[retrofit]]

    def share(group: list[list[int]], place: int) -> float:
        return sum(1 for ballot in group if ballot[place]) / len(group)

    assert share(fans, carbon) > 2 * share(others, carbon)
    assert share(fans, words) < 1.5 * share(others, words)


def test_nobody_votes_for_what_they_host(database: Database) -> None:
    rehearsal.ensure(database)
    with database.reading() as tx:
        event = events.rehearsal(tx)
        assert event is not None
        problem = problems.problem(tx, event, [])
        wishes = {(wish.person_id, wish.pitch_id) for wish in ballots.wishes(tx, event.id)}
    hosting = {(int(host), int(session.id)) for session in problem.sessions for host in session.hosts}
    assert hosting & wishes == set()
    assert len({person for person, _ in wishes}) == 120


def test_rehearsal_whose_day_is_over_moves_to_tomorrow(database: Database) -> None:
    long_ago = date(2026, 3, 28)  # the clocks went forward that night
    database.write(lambda tx: rehearsal.make(tx, long_ago, number_of_people=30))
    assert rehearsal.ensure(database) is None
    with database.reading() as tx:
        event = events.rehearsal(tx)
        assert event is not None
        first = events.slots(tx, event.id)[0]
    assert event.day >= now().date()
    assert first.starts_at - now() < timedelta(days=2)
    from eventkit.grid.times import Times

    assert Times(event.timezone).span(first) == "09:30–10:00"


def test_crowd_starts_joins_pitches_and_votes_through_the_real_addresses(app: Flask, database: Database) -> None:
    said: list[str] = []
    with served(app) as url:
        outcome = crowd.rehearse(url, people=6, sessions=5, code="", say=said.append)
    with database.reading() as tx:
        event = events.by_code(tx, outcome.code)
        titles = sorted(tx.scalars(select(Pitch.title).where(Pitch.event_id == event.id)))
        votes = len(ballots.wishes(tx, event.id))
    assert titles == sorted(it.title for it in PITCHES[:5])
    assert (outcome.pitches, outcome.votes) == (5, votes)
    assert votes > 0
    assert said[1:4] == ["People who joined: 6 of 6.", "Sessions pitched: 5 of 5.", f"Votes cast: {votes}."]


def test_crowd_into_a_closed_event_says_what_was_taken(app: Flask, database: Database, phone: Phones) -> None:
    rehearsal.ensure(database)

    def close(tx: Transaction) -> str:
        event = events.rehearsal(tx)
        assert event is not None
        event.pitching_open = False
        return event.code

    said: list[str] = []
    with served(app) as url:
        outcome = crowd.rehearse(url, people=2, sessions=2, code=database.write(close), say=said.append)
    assert (outcome.pitches, outcome.votes, outcome.organise) == (0, 0, "")
    assert said[1] == "Sessions pitched: 0 of 2."


@pytest.mark.parametrize("url", ["example.org", "ftp://localhost", "http://192.0.2.1:8000", "http://", ""])
def test_crowd_stays_on_this_machine_unless_told(url: str) -> None:
    with pytest.raises(Invalid):
        crowd.checked_url(url, anywhere=False)


def test_crowd_goes_elsewhere_when_told() -> None:
    assert crowd.checked_url("http://192.0.2.1:8000/e/x", anywhere=True) == "http://192.0.2.1:8000"
