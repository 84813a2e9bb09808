"""Votes: counted and shown when they may be; late pitches are not punished for being late."""

from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventkit.event import people
from eventkit.event.roles import Viewer, at_the_machine
from eventkit.market import ballots, pitches
from eventkit.market.ballots import Count, Exposure, corrected
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Person
from tests.world.builders import a_person, a_pitch, a_vote, an_event, close, queries

FACILITATOR = Viewer(token="facilitator's", facilitator=True)


def test_counts_are_seen_by_nobody_while_voting_is_open(database: Database) -> None:
    event, _ = an_event(database)
    person, pitch = a_person(database, event), a_pitch(database, event)
    a_vote(database, event, person, pitch, 2)
    with database.reading() as tx:
        assert ballots.shown_tally(tx, tx.get_one(Event, event.id)) is None
        assert ballots.turnout(tx, event.id) == (1, 1)
    close(database, event, voting=True)
    with database.reading() as tx:
        assert ballots.shown_tally(tx, tx.get_one(Event, event.id)) == {pitch.id: Count(must_go=1)}


def test_shown_counts_are_counted_once_until_something_changes_them(database: Database) -> None:
    event, _ = an_event(database)
    kept, part = a_pitch(database, event), a_pitch(database, event)
    people_ = [a_person(database, event) for _ in range(3)]
    for person in people_[:2]:
        a_vote(database, event, person, kept)
    a_vote(database, event, people_[2], part, 2)
    close(database, event, voting=True)
    assert (_shown(database, event)) == {kept.id: Count(2), part.id: Count(must_go=1)}
    with queries(database) as seen:
        _shown(database, event)
    assert [statement for statement in seen if "vote" in statement.split("FROM")[-1]] == []
    database.write(lambda tx: pitches.merge(tx, at_the_machine(event), kept.id, part.id))
    assert _shown(database, event) == {kept.id: Count(2, 1)}
    database.write(lambda tx: people.absorb(tx, tx.get_one(Person, people_[0].id), tx.get_one(Person, people_[1].id)))
    assert _shown(database, event) == {kept.id: Count(1, 1)}


def _shown(database: Database, event: Event) -> dict[int, Count] | None:
    with database.reading() as tx:
        return ballots.shown_tally(tx, tx.get_one(Event, event.id))


def test_vote_on_a_merged_pitch_counts_once_with_the_higher_interest(database: Database) -> None:
    event, _ = an_event(database)
    kept, other = a_pitch(database, event), a_pitch(database, event)
    both, one = a_person(database, event), a_person(database, event)
    a_vote(database, event, both, kept, 1)
    a_vote(database, event, both, other, 2)
    a_vote(database, event, one, other, 1)
    database.write(lambda tx: pitches.merge(tx, at_the_machine(event), kept.id, other.id))
    with database.reading() as tx:
        assert ballots.tally(tx, event.id) == {kept.id: Count(interested=1, must_go=1)}
        assert ballots.own(tx, event.id, one.id) == {kept.id: 1}
    a_vote(database, event, one, kept, 0)
    with database.reading() as tx:
        assert ballots.tally(tx, event.id) == {kept.id: Count(must_go=1)}
    database.write(lambda tx: pitches.unmerge(tx, at_the_machine(event), other.id))
    with database.reading() as tx:
        assert ballots.tally(tx, event.id) == {kept.id: Count(interested=1), other.id: Count(interested=1, must_go=1)}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    votes=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 2)), max_size=25),
    withdrawn=st.sets(st.integers(0, 4), max_size=2),
    merged=st.booleans(),
)
def test_tally_is_each_persons_last_word_on_what_can_be_placed(
    database: Database, votes: list[tuple[int, int, int]], withdrawn: set[int], merged: bool
) -> None:
    event, _ = an_event(database)
    crowd, pitched = [a_person(database, event) for _ in range(4)], [a_pitch(database, event) for _ in range(5)]
    said: dict[tuple[int, int], int] = {}
    for person, pitch, interest in votes:
        a_vote(database, event, crowd[person], pitched[pitch], interest)
        said[person, pitch] = interest
    if merged:
        database.write(lambda tx: pitches.merge(tx, at_the_machine(event), pitched[0].id, pitched[1].id))
    if merged and 0 not in withdrawn:  # withdrawing it takes the two apart
        for person in range(4):
            said[person, 0] = max(said.get((person, 0), 0), 0 if 1 in withdrawn else said.get((person, 1), 0))
            said.pop((person, 1), None)
    for gone in withdrawn:
        database.write(lambda tx, gone=gone: pitches.withdraw(tx, event.id, FACILITATOR, pitched[gone].id))
    expected = {
        pitched[n].id: count
        for n in range(5)
        if n not in withdrawn and (count := _counted([v for (_, p), v in said.items() if p == n])).people
    }
    with database.reading() as tx:
        assert ballots.tally(tx, event.id) == expected


def _counted(interests: list[int]) -> Count:
    return Count(interests.count(1), interests.count(2))


def test_crowds_of_a_late_pitch_expects_as_much_of_those_who_could_not_see_it(database: Database) -> None:
    event, _ = an_event(database)
    early = a_pitch(database, event)
    gone = [a_person(database, event) for _ in range(10)]
    for person in gone:
        a_vote(database, event, person, early, 1)
    late = a_pitch(database, event)
    for person in (a_person(database, event) for _ in range(10)):
        a_vote(database, event, person, late, 2)
    with database.reading() as tx:
        # 10 of the 10 who saw it want it; mu = (10 + 10) / (20 + 10); 10 + 10 * (10 + 5 mu) / 15 = 18.9
        assert ballots.crowds(tx, tx.get_one(Event, event.id), ballots.by_person(tx, event.id)) == {late.id: 19}


def test_correction_leaves_alone_what_nearly_everybody_could_see() -> None:
    assert corrected(100, [Exposure(1, 100, 50), Exposure(2, 95, 40), Exposure(3, 98, 40)]) == {2: 42}
    assert corrected(4, [Exposure(1, 2, 2)]) == {}


def test_correction_of_an_event_without_votes_or_pitches_is_empty() -> None:
    assert corrected(0, [Exposure(1, 0, 0)]) == {}
    assert corrected(1, []) == {}


Day = tuple[int, list[Exposure]]


@st.composite
def days(draw: st.DrawFn) -> Day:
    voters = draw(st.integers(0, 60))
    seen = draw(st.lists(st.integers(0, voters), min_size=1, max_size=8))
    return voters, [Exposure(n, by, draw(st.integers(0, by))) for n, by in enumerate(seen)]


@given(days())
def test_correction_is_between_the_votes_and_the_voters_and_only_for_late_pitches(day: Day) -> None:
    voters, pitched = day
    found = corrected(voters, pitched)
    for number, seen_by, votes in pitched:
        unexposed = voters - seen_by
        assert (number in found) == (unexposed >= 3 and unexposed >= 0.05 * voters)
        if number in found:
            assert votes <= found[number] <= votes + unexposed <= voters


@given(days())
def test_correction_is_the_formula_of_the_docs(day: Day) -> None:
    voters, pitched = day
    mean = Fraction(sum(it.voters for it in pitched), max(1, sum(it.seen_by for it in pitched)))
    found = corrected(voters, pitched)
    for number, seen_by, votes in pitched:
        if number in found:
            exact = votes + (voters - seen_by) * (votes + 5 * mean) / (seen_by + 5)
            assert abs(found[number] - exact) <= Fraction(1, 2) + Fraction(1, 10**6)


@given(days(), st.randoms())
def test_correction_does_not_depend_on_any_order(day: Day, random: object) -> None:
    voters, pitched = day
    shuffled = list(pitched)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert corrected(voters, shuffled) == corrected(voters, pitched)


@given(days())
def test_correction_grows_with_the_votes(day: Day) -> None:
    voters, pitched = day
    for place, it in enumerate(pitched):
        if it.voters < it.seen_by:
            more = [*pitched[:place], it._replace(voters=it.voters + 1), *pitched[place + 1 :]]
            assert corrected(voters, more).get(it.pitch_id, 0) >= corrected(voters, pitched).get(it.pitch_id, 0)


@given(st.integers(0, 40), st.integers(0, 100))
def test_correction_takes_counts_of_phones_that_were_counted_twice(voters: int, seen_by: int) -> None:
    """A phone that lost its cookie is counted anew: there are never more that saw a pitch than voters."""
    assert all(voters >= crowd for crowd in corrected(voters, [Exposure(1, seen_by, 0)]).values())
