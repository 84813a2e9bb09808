"""Unmentoring: who takes part, what each reads of whom they meet, and what is gone when somebody leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.building import pair_rounds
from eventkit.errors import Closed, Invalid, TooMany
from eventkit.event import people
from eventkit.event.roles import at_the_machine
from eventkit.market import unmentoring
from eventkit.market.unmentoring import Shared
from eventkit.privacy import erasure
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, PairSeeker, Person
from tests.world.builders import CREDENTIALS, a_person, an_event


@pytest.fixture
def event(database: Database) -> Event:
    """An event at which people can be paired."""
    event, _ = an_event(database)
    database.write(lambda tx: unmentoring.set_open(tx, at_the_machine(tx.get_one(Event, event.id)), True))
    return event


def takes_part(database: Database, event: Event, name: str, interests: str = "") -> Person:
    person = a_person(database, event, name)

    def join(tx: Transaction) -> None:
        shared = Shared(name, f"{name}@example.org", interests)
        unmentoring.join(tx, tx.get_one(Event, event.id), tx.get_one(Person, person.id), shared)

    database.write(join)
    return person


def a_round(database: Database, event: Event) -> None:
    with database.reading() as tx:
        number, found = pair_rounds.newest(tx, event.id) + 1, pair_rounds.find(tx, event.id)
    database.write(lambda tx: pair_rounds.keep(tx, at_the_machine(tx.get_one(Event, event.id)), number, found))


def read_by(database: Database, event: Event, person: Person) -> list[tuple[list[str], bool]]:
    with database.reading() as tx:
        found = unmentoring.meetings(tx, event.id, person.id)
        return [([it.contact for it in one.partners], one.left) for one in found]


def test_each_reads_of_whom_they_meet_and_of_nobody_else(database: Database, event: Event) -> None:
    people_in = [takes_part(database, event, name, "Open data, bins") for name in ("ada", "bob", "cy")]
    a_round(database, event)
    read = [sorted(contacts) for one in people_in for contacts, _left in read_by(database, event, one)]
    assert read == [
        ["bob@example.org", "cy@example.org"],
        ["ada@example.org", "cy@example.org"],
        ["ada@example.org", "bob@example.org"],
    ]
    late = takes_part(database, event, "dot")
    assert read_by(database, event, late) == []


def test_leaving_takes_away_what_one_shared_and_what_one_read(database: Database, event: Event) -> None:
    ada, bob = takes_part(database, event, "ada"), takes_part(database, event, "bob")
    a_round(database, event)
    database.write(lambda tx: unmentoring.leave(tx, ada.id))
    assert read_by(database, event, ada) == []
    assert read_by(database, event, bob) == [([], True)]
    database.write(lambda tx: tx.delete(tx.get_one(Person, ada.id)))
    assert read_by(database, event, bob) == [([], True)]


def test_nobody_takes_part_where_it_is_closed_or_names_are_off_or_hidden(database: Database, event: Event) -> None:
    hidden = a_person(database, event, "Mallory")
    database.write(lambda tx: setattr(tx.get_one(Person, hidden.id), "hidden_names", {}))

    def join(tx: Transaction, person: Person, shared: Shared) -> None:
        unmentoring.join(tx, tx.get_one(Event, event.id), tx.get_one(Person, person.id), shared)

    with pytest.raises(Closed):
        database.write(lambda tx: join(tx, hidden, Shared("M", "m")))
    ada = takes_part(database, event, "ada")
    database.write(lambda tx: unmentoring.set_open(tx, at_the_machine(tx.get_one(Event, event.id)), False))
    database.write(lambda tx: join(tx, ada, Shared("ada", "new")))  # who is in may change it
    bob = a_person(database, event, "bob")
    with pytest.raises(Closed):
        database.write(lambda tx: join(tx, bob, Shared("bob", "b")))
    database.write(lambda tx: erasure.switch_names(tx, at_the_machine(tx.get_one(Event, event.id)), True))
    with database.reading() as tx:
        assert tx.query(PairSeeker).count() == 0
    with pytest.raises(Closed):
        database.write(lambda tx: unmentoring.set_open(tx, at_the_machine(tx.get_one(Event, event.id)), True))


def test_no_more_than_can_be_paired(database: Database, event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unmentoring, "MOST", 1)
    takes_part(database, event, "ada")
    with pytest.raises(TooMany):
        takes_part(database, event, "bob")


def test_two_phones_of_one_person_take_part_once(database: Database, event: Event) -> None:
    ada, other, bob = (takes_part(database, event, name) for name in ("ada", "tablet", "bob"))
    a_round(database, event)

    def link(tx: Transaction) -> None:
        kept = people.link(tx, event, CREDENTIALS, CREDENTIALS.phone_code(event, tx.get_one(Person, ada.id)))
        people.absorb(tx, kept, tx.get_one(Person, other.id))

    database.write(link)
    with database.reading() as tx:
        assert {it.person_id for it in tx.query(PairSeeker)} == {ada.id, bob.id}
    assert read_by(database, event, ada) == [(["bob@example.org"], False)]


@given(st.text(max_size=300))
def test_any_text_is_interests_or_is_refused(text: str) -> None:
    try:
        found = unmentoring.as_interests(text)
    except Invalid:
        return
    keys = [unmentoring.key_of(it) for it in found]
    assert len(set(keys)) == len(keys) <= unmentoring.MOST_INTERESTS
    assert all(0 < len(it) <= 40 and "," not in it for it in found)
    assert unmentoring.as_interests(", ".join(found)) == found


def test_interests_are_kept_once_in_order() -> None:
    assert unmentoring.as_interests("Open data, bins,\n open-DATA; Réutiliser") == ("Open data", "bins", "Réutiliser")
    with pytest.raises(Invalid):
        unmentoring.as_interests(",".join(map(str, range(11))))
