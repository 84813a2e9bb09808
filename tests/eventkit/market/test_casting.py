"""Casting votes: each counts once and only where it may, one by one or many together."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventkit.errors import Closed, NotFound, TooMany
from eventkit.event import people
from eventkit.event.limits import Rates
from eventkit.event.roles import Viewer, at_the_machine
from eventkit.market import ballots, casting, pitches
from eventkit.market.ballots import Count
from eventkit.market.casting import Cast
from eventkit.storage.change_log import since
from eventkit.storage.db import Database
from eventkit.storage.tables import ChangeKind, Event, Person
from tests.world.builders import a_person, a_pitch, a_vote, an_event, close, queries

FACILITATOR = Viewer(token="facilitator's", facilitator=True)


def test_cast_sets_the_value_however_often_it_is_sent(database: Database) -> None:
    event, _ = an_event(database)
    person, pitch = a_person(database, event), a_pitch(database, event)
    for interest, kept in ((1, {pitch.id: 1}), (1, {pitch.id: 1}), (2, {pitch.id: 2}), (0, {}), (0, {})):
        a_vote(database, event, person, pitch, interest)
        with database.reading() as tx:
            assert ballots.own(tx, event.id, person.id) == kept
            assert tx.get_one(Person, person.id).voted_on is not None


def test_cast_makes_the_person_of_a_new_phone(database: Database) -> None:
    event, _ = an_event(database)
    pitch = a_pitch(database, event)
    database.write(lambda tx: casting.cast(tx, Cast(event.code, "new phone", pitch.id, 2)))
    with database.reading() as tx:
        person = people.find(tx, event.id, "new phone")
        assert person is not None
        assert ballots.own(tx, event.id, person.id) == {pitch.id: 2}
        assert ballots.turnout(tx, event.id) == (1, 1)


TOKENS = ("one", "two", "new")
SENT = st.tuples(st.sampled_from(TOKENS), st.integers(0, 4), st.integers(0, 2))  # who, which pitch, interest


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(SENT, min_size=1, max_size=12), size=st.integers(2, 12))
def test_cast_all_does_what_one_after_another_does(
    database: Database, sent: list[tuple[str, int, int]], size: int
) -> None:
    assert _after(database, sent, size) == _after(database, sent, 1)


def _after(database: Database, sent: list[tuple[str, int, int]], size: int) -> object:
    """Refusals and ballots after votes in groups of `size`: pitch 2 is merged into 1, 3 withdrawn, 4 of nowhere."""
    event, _ = an_event(database)
    ids = [a_pitch(database, event).id for _ in range(4)] + [2**31 - 1]
    database.write(lambda tx: casting.cast(tx, Cast(event.code, "one", ids[2], 2)))
    database.write(lambda tx: pitches.merge(tx, at_the_machine(event), ids[1], ids[2]))
    database.write(lambda tx: pitches.withdraw(tx, event.id, FACILITATOR, ids[3]))
    casts = [Cast(event.code, token, ids[pitch], interest) for token, pitch, interest in sent]
    refusals: list[str] = []
    for start in range(0, len(casts), size):
        group = casts[start : start + size]
        refusals += map(str, database.write(lambda tx, group=group: casting.cast_all(tx, group)))
    with database.reading() as tx:
        known = [people.find(tx, event.id, token) for token in TOKENS]
        own = [ballots.own(tx, event.id, person.id if person else None) for person in known]
    return refusals, [{ids.index(pitch): value for pitch, value in ballot.items()} for ballot in own]


def test_cast_is_told_without_its_pitch_so_that_counts_stay_hidden(database: Database) -> None:
    event, _ = an_event(database)
    a_vote(database, event, a_person(database, event), a_pitch(database, event))
    with database.reading() as tx:
        last = since(tx, 0)[-1]
        assert (last.kind, last.ref) == (ChangeKind.VOTE, {})


def test_cast_where_it_may_not_changes_nothing(database: Database) -> None:
    (event, _), (other, _) = an_event(database), an_event(database)
    person, pitch = a_person(database, event), a_pitch(database, event)
    withdrawn, foreign = a_pitch(database, event), a_pitch(database, other)
    merged = a_pitch(database, event)
    database.write(lambda tx: pitches.withdraw(tx, event.id, FACILITATOR, withdrawn.id))
    database.write(lambda tx: pitches.merge(tx, at_the_machine(event), pitch.id, merged.id))
    for target, error in ((withdrawn, Closed), (merged, Closed), (foreign, NotFound)):
        with pytest.raises(error):
            a_vote(database, event, person, target)
    with pytest.raises(NotFound):
        database.write(lambda tx: casting.cast(tx, Cast("nosuch", person.token, pitch.id, 1)))
    close(database, event, voting=True)
    with pytest.raises(Closed, match="Voting is closed"):
        a_vote(database, event, person, pitch)
    with database.reading() as tx:
        assert ballots.wishes(tx, event.id) == []
        assert tx.get_one(Person, person.id).voted_on is None


def test_cast_too_fast_is_refused_for_that_phone_only(database: Database) -> None:
    event, _ = an_event(database)
    database.write(lambda tx: setattr(tx.get_one(Event, event.id), "limits", {"votes": 2}))
    pitch, rates = a_pitch(database, event), Rates(lambda: 0.0)

    def cast(token: str) -> None:
        database.write(lambda tx: casting.cast(tx, Cast(event.code, token, pitch.id, 1, rates)))

    cast("one")
    cast("one")
    with pytest.raises(TooMany, match="more than 2 votes in a minute"):
        cast("one")
    cast("other")
    with database.reading() as tx:
        assert ballots.tally(tx, event.id) == {pitch.id: Count(interested=2)}


def _spoken(statements: list[str]) -> list[str]:
    """The verbs of what was asked, without what frames a write."""
    framing = ("SAVEPOINT", "RELEASE", "BEGIN", "SELECT pg_advisory")
    return [statement.split()[0] for statement in statements if not statement.startswith(framing)]


def test_cast_asks_the_database_few_things(database: Database) -> None:
    event, _ = an_event(database)
    person, pitch = a_person(database, event), a_pitch(database, event)
    with queries(database) as seen:
        a_vote(database, event, person, pitch)
    assert _spoken(seen) == ["SELECT"] * 5 + ["INSERT", "UPDATE", "UPDATE", "INSERT", "INSERT"]


def test_cast_all_asks_no_more_for_many(database: Database) -> None:
    event, _ = an_event(database)
    voters, offered = [a_person(database, event) for _ in range(9)], [a_pitch(database, event) for _ in range(9)]
    votes = [Cast(event.code, person.token, pitch.id, 1) for person in voters for pitch in offered]
    with queries(database) as seen:
        assert database.write(lambda tx: casting.cast_all(tx, votes)) == [None] * 81
    assert _spoken(seen) == ["SELECT"] * 5 + ["INSERT", "UPDATE", "UPDATE", "INSERT", "INSERT"]
    with database.reading() as tx:
        assert ballots.tally(tx, event.id) == {pitch.id: Count(9) for pitch in offered}
