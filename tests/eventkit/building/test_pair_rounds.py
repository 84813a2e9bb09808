"""Rounds of pairs: everybody is in one, nobody meets twice, and what happens meanwhile is minded."""

from itertools import combinations

import pytest

from eventkit.building import pair_rounds
from eventkit.building.pair_rounds import FoundRound
from eventkit.clock import now
from eventkit.errors import Invalid, Stale
from eventkit.event import people
from eventkit.event.roles import at_the_machine
from eventkit.market import unmentoring
from eventkit.market.unmentoring import Shared
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Host, PairMember, Person, Pitch
from tests.world.builders import a_pitch, an_event

WORDS = ["data", "bins", "maps", "parks", "hiring", "design", "care", "housing"]


def an_evening(database: Database, number: int) -> tuple[Event, list[int]]:
    """An event with so many people who want to be paired."""
    event, _ = an_event(database)

    def fill(tx: Transaction) -> list[int]:
        stored = tx.get_one(Event, event.id)
        unmentoring.set_open(tx, at_the_machine(stored), True)
        crowd = [people.ensure(tx, event.id, people.new_token()) for _ in range(number)]
        for it, person in enumerate(crowd):
            interests = ", ".join({WORDS[it % 8], WORDS[it * 3 % 8], WORDS[it // 2 % 8]})
            unmentoring.join(tx, stored, person, Shared(f"P{it}", f"p{it}@example.org", interests))
        return [person.id for person in crowd]

    return event, database.write(fill)


def found(database: Database, event: Event) -> FoundRound:
    with database.reading() as tx:
        return pair_rounds.find(tx, event.id)


def keep(database: Database, event: Event, number: int, what: FoundRound) -> None:
    database.write(lambda tx: pair_rounds.keep(tx, at_the_machine(tx.get_one(Event, event.id)), number, what))


@pytest.mark.parametrize("number", [7, 30])
def test_over_four_rounds_everybody_is_paired_and_nobody_twice_with_the_same(database: Database, number: int) -> None:
    event, ids = an_evening(database, number)
    for at in range(1, 4 if number == 7 else 5):
        keep(database, event, at, found(database, event))
    with database.reading() as tx:
        groups: dict[tuple[int, int], list[int]] = {}
        for it in tx.query(PairMember):
            groups.setdefault((it.number, it.pair), []).append(it.person_id)
        told = unmentoring.rounds(tx, at_the_machine(tx.get_one(Event, event.id)))
    met = [frozenset(pair) for group in groups.values() for pair in combinations(group, 2)]
    assert len(met) == len(set(met))
    first = [one for (at, _pair), group in groups.items() if at == 1 for one in group]
    assert sorted(first) == sorted(ids)
    assert [it.number for it in told] == sorted({at for at, _ in groups}, reverse=True)
    assert all(2 * it.pairs + 3 * it.threes + it.rested == number for it in told)


def test_round_is_made_once_and_never_of_who_left_or_is_stopped(database: Database) -> None:
    event, ids = an_evening(database, 4)
    database.write(lambda tx: setattr(tx.get_one(Person, ids[0]), "stopped_at", now()))
    pairs = found(database, event)
    assert pairs.groups == (tuple(sorted(ids[1:])),)
    database.write(lambda tx: unmentoring.leave(tx, ids[1]))
    keep(database, event, 1, pairs)
    with database.reading() as tx:
        assert {it.person_id for it in tx.query(PairMember)} == set(ids[2:])
    with pytest.raises(Stale):
        keep(database, event, 1, pairs)
    again = found(database, event)
    assert (again.groups, set(again.rests)) == ((), set(ids[2:]))
    with pytest.raises(Invalid):
        keep(database, event, 2, again)


def test_who_hosts_a_session_together_is_not_paired(database: Database) -> None:
    event, ids = an_evening(database, 4)
    pitch, part = a_pitch(database, event), a_pitch(database, event, title="Lids")

    def host(tx: Transaction) -> None:
        tx.get_one(Pitch, part.id).merged_into = pitch.id
        for it, one in ((pitch, 0), (pitch, 1), (part, 2)):
            tx.add(Host(pitch_id=it.id, person_id=ids[one]))

    database.write(host)
    pairs = found(database, event)
    assert len(pairs.groups) == 1 and ids[3] in pairs.groups[0]
    assert len(pairs.rests) == 2
