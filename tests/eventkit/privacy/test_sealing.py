"""Sealing: afterwards no person is joined to a vote, byte by byte, and counts and problems are as they were."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

import solver
from eventkit.building import problems
from eventkit.errors import Closed, Invalid
from eventkit.event import people
from eventkit.event.roles import at_the_machine
from eventkit.exports import sheets, whole
from eventkit.grid import venue
from eventkit.imports import rows, whole_rows
from eventkit.imports.sheets import VoteLine
from eventkit.market import ballots, pitches
from eventkit.privacy import erasure, sealing
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Build, Event, Person, Pitch, SealedVote, Vote
from tests.world.builders import a_person, a_pitch, a_vote, an_event, close
from tests.world.building import BuildableEvent
from tests.world.days import host, votes
from tests.world.files_of_others import whole_event

FAR = 1_000_003  # ids of persons begin there, so that their digits are found nowhere else


def an_election(database: Database, host_votes: bool = True) -> tuple[Event, list[Person], list[Pitch]]:
    """An event with four pitches and a closed ballot of eight, one of whom hosts a session."""
    event, _ = an_event(database)
    offered = [a_pitch(database, event) for _ in range(4)]
    voters = [a_person(database, event, f"Voter {number}") for number in range(8)]
    for number, person in enumerate(voters):
        for place, pitch in enumerate(offered):
            if (number >> place) & 1 or place == number % 4:
                a_vote(database, event, person, pitch, 1 + (number + place) % 2)
    host(database, voters[3] if host_votes else a_person(database, event), offered[0])
    close(database, event, voting=True)
    return event, voters, offered


def sealed(database: Database, event: Event) -> None:
    """Seal the event's ballots."""
    database.write(lambda tx: sealing.seal(tx, at_the_machine(tx.get_one(Event, event.id))))


def the_problem(database: Database, event: Event) -> solver.Problem:
    with database.reading() as tx:
        return problems.problem(tx, tx.get_one(Event, event.id), [])


def nameless(problem: solver.Problem) -> solver.Problem:
    """The same without ids of people."""
    return replace(problem, people=tuple(replace(it, id="") for it in problem.people))


def test_sealing_leaves_counts_turnout_and_problem_as_they_were(database: Database) -> None:
    event, _, _ = an_election(database)
    with database.reading() as tx:
        before = ballots.tally(tx, event.id), ballots.turnout(tx, event.id)
    problem = the_problem(database, event)
    sealed(database, event)
    with database.reading() as tx:
        assert (ballots.tally(tx, event.id), ballots.turnout(tx, event.id)) == before
        assert tx.scalars(select(Vote)).all() == []
        assert len(tx.scalars(select(SealedVote)).all()) == before[1].votes
    assert nameless(the_problem(database, event)) == nameless(problem)


def test_the_same_seed_finds_the_same_grid_before_and_after_sealing(database: Database) -> None:
    event, _, _ = an_election(database, host_votes=False)
    found = []
    for _ in range(2):
        problem = the_problem(database, event)
        *_, last = solver.solve(problem, seconds=10, seed=7, workers=1, iterations=2000)
        found.append((sorted(last.grid, key=str), last.total))
        sealed(database, event)
    assert found[0] == found[1]


def test_sealed_ballots_count_late_pitches_as_before(database: Database) -> None:
    event, _ = an_event(database)
    early = a_pitch(database, event)
    for _ in range(10):
        a_vote(database, event, a_person(database, event), early, 1)
    late = a_pitch(database, event)
    for _ in range(10):
        a_vote(database, event, a_person(database, event), late, 2)
    close(database, event, voting=True)
    sealed(database, event)
    with database.reading() as tx:
        assert ballots.crowds(tx, tx.get_one(Event, event.id), ballots.by_person(tx, event.id)) == {late.id: 19}


def test_sealing_is_refused_while_voting_is_open_or_a_build_runs(database: Database) -> None:
    camp = BuildableEvent(database)
    with pytest.raises(Closed):
        sealed(database, camp.event)
    close(database, camp.event, voting=True)
    camp.start()
    with pytest.raises(Invalid, match="build"):
        sealed(database, camp.event)


def test_voting_is_not_opened_again_and_no_vote_is_added_after_sealing(database: Database) -> None:
    event, voters, offered = an_election(database)
    sealed(database, event)
    sealed(database, event)  # the same again changes nothing

    def open_again(tx: Transaction) -> None:
        venue.set_phase(tx, at_the_machine(tx.get_one(Event, event.id)), "voting", True)

    def import_votes(tx: Transaction) -> None:
        rows.add(tx, tx.get_one(Event, event.id), [], [VoteLine("a", "1", 1)])

    for attempt in (open_again, import_votes):
        with pytest.raises(Closed, match="sealed"):
            database.write(attempt)
    with pytest.raises(Closed):
        a_vote(database, event, voters[0], offered[0])


def test_merging_taking_apart_and_deleting_work_on_sealed_ballots(database: Database) -> None:
    event, _, offered = an_election(database)
    kept, other = offered[0].id, offered[1].id
    with database.reading() as tx:
        one, two = ballots.tally(tx, event.id)[kept], ballots.tally(tx, event.id)[other]
        either = sum(bool({kept, other} & own.keys()) for own in ballots.by_person(tx, event.id).values())
    sealed(database, event)
    database.write(lambda tx: pitches.merge(tx, at_the_machine(tx.get_one(Event, event.id)), kept, other))
    with database.reading() as tx:
        assert ballots.tally(tx, event.id)[kept].people == either
    database.write(lambda tx: pitches.unmerge(tx, at_the_machine(tx.get_one(Event, event.id)), other))
    with database.reading() as tx:
        assert (ballots.tally(tx, event.id)[kept], ballots.tally(tx, event.id)[other]) == (one, two)
    database.write(lambda tx: tx.delete(tx.get_one(Pitch, other)))
    with database.reading() as tx:
        assert other not in ballots.tally(tx, event.id)


def test_two_phones_of_one_person_after_sealing_stay_two_ballots(database: Database) -> None:
    event, voters, _ = an_election(database)
    sealed(database, event)
    kept, other = voters[0].id, voters[1].id
    database.write(lambda tx: people.absorb(tx, tx.get_one(Person, kept), tx.get_one(Person, other)))
    with database.reading() as tx:
        assert ballots.turnout(tx, event.id).voters == 8


def test_a_sealed_event_is_exported_and_imported_as_a_sealed_one(database: Database) -> None:
    event, _, _ = an_election(database)
    sealed(database, event)
    with database.reading() as tx:
        assert sheets.votes(tx, event.id, "s").count("\n") == 1 + ballots.turnout(tx, event.id).votes
        text = whole.as_json(tx, tx.get_one(Event, event.id))
        before = sorted(map(str, ballots.tally(tx, event.id).values()))
    there = database.write(lambda tx: whole_rows.add(tx, whole_event(text))[0].id)
    with database.reading() as tx:
        copy = tx.get_one(Event, there)
        assert (copy.sealed_at is not None, copy.voting_open) == (True, False)
        assert ballots.turnout(tx, there).voters == 8
        assert sorted(map(str, ballots.tally(tx, there).values())) == before


@pytest.mark.only_on("sqlite")
def test_after_sealing_no_person_is_joined_to_a_vote_byte_by_byte(database: Database) -> None:
    """Builds keep what they were asked to solve, with everybody's ballot: no id of a voter is in that either."""
    camp = BuildableEvent(database)
    voters = [far_person(database, camp.event, number) for number in range(5)]
    for number, person in enumerate(voters):
        votes(database, person, [(camp.pitches[number % 2], 1 + number % 2)])
    camp.start()
    held = camp.claim()
    camp.find(held, total=10.0)
    camp.finish(held)

    def remember(tx: Transaction) -> None:
        build = tx.scalars(select(Build)).one()
        build.problem = solver.unparse(problems.problem(tx, tx.get_one(Event, camp.id), []))

    database.write(remember)
    assert any(str(person.id).encode() in content_of(database) for person in voters)
    close(database, camp.event, voting=True)
    sealed(database, camp.event)
    assert erasure.compact(database)
    content = content_of(database)
    assert [person.id for person in voters if str(person.id).encode() in content] == []
    with database.reading() as tx:
        kept = tx.scalars(select(Build)).one().problem
        assert sorted(str(it["wants"]) for it in kept["people"]) == sorted(
            str({str(camp.pitches[number % 2].id): (1, 3)[number % 2]}) for number in range(5)
        )


def far_person(database: Database, event: Event, number: int) -> Person:
    """A person whose id is like no other number."""

    def add(tx: Transaction) -> Person:
        person = people.ensure(tx, event.id, f"token {number}")
        tx.execute(Person.__table__.update().where(Person.id == person.id).values(id=FAR + number))  # type: ignore[attr-defined]
        tx.expunge(person)
        return tx.get_one(Person, FAR + number)

    return database.write(add)


def content_of(database: Database) -> bytes:
    """All bytes of the database's files."""
    path = Path(database.engine.url.database or "")
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


PEOPLE = st.lists(st.dictionaries(st.sampled_from("123"), st.sampled_from([1, 3]), max_size=3), max_size=6)


@settings(suppress_health_check=list(HealthCheck))
@given(wanted=PEOPLE, hosting=st.sets(st.integers(0, 5)), away=st.sets(st.integers(0, 5)))
def test_a_sealed_problem_has_every_ballot_once_and_no_person_but_hosts(
    wanted: list[dict[str, int]], hosting: set[int], away: set[int]
) -> None:
    hosts = tuple(f"host-{number}" if number >= len(wanted) else f"p{number}" for number in sorted(hosting))
    people = tuple(
        solver.Attendee(f"p{number}", wants, frozenset({"s"} if number in away & hosting else ()))
        for number, wants in enumerate(wanted)
    )
    problem = solver.Problem(
        (solver.TimeSlot("s"),), (solver.MeetingRoom("r"),), tuple(solver.Session(id=it) for it in "123"), people
    )
    problem = replace(problem, sessions=(solver.Session(id="1", hosts=hosts), *problem.sessions[1:]))
    found = problems.sealed(problem)
    assert sorted(str(it.wants) for it in found.people if it.wants) == sorted(str(it) for it in wanted if it)
    assert all(re.fullmatch(r"-\d+", it.id) for it in found.people if it.wants)
    assert {it.id for it in found.people if not it.wants} == {it.id for it in people if it.absent}
    assert found.sessions == problem.sessions


def test_ballots_are_numbered_by_lot(database: Database) -> None:
    event, _ = an_event(database)
    offered = [a_pitch(database, event) for _ in range(4)]
    cast = [{pitch.id: 1 for place, pitch in enumerate(offered) if (number >> place) & 1} for number in range(1, 15)]
    for own in cast:
        votes(database, a_person(database, event), [(pitch, 1) for pitch in offered if pitch.id in own])
    close(database, event, voting=True)
    sealed(database, event)
    with database.reading() as tx:
        found = [own for _, own in sorted(ballots.by_person(tx, event.id).items(), reverse=True)]
    assert found != cast  # once in 87,178,291,200 times
    assert sorted(map(str, found)) == sorted(map(str, cast))
