"""Showing choices: one secret a person at a time, and nothing of it that a copy of the database could use."""

from sqlmodel import select

from eventkit.clock import now
from eventkit.market import showing
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Person, Showing
from tests.world.builders import CREDENTIALS, a_person, a_pitch, a_vote, an_event


def key(database: Database, event: Event, person: Person) -> str:
    database.write(lambda tx: showing.begin(tx, event, person, CREDENTIALS))
    with database.reading() as tx:
        mine = showing.own(tx, event, person.id)
        assert mine is not None
        assert mine.ends_at > now()
        return CREDENTIALS.showing_key(event, person, mine.ends_at)


def test_secret_shows_the_choices_of_whoever_it_is_and_of_nobody_else(database: Database) -> None:
    event, _ = an_event(database)
    ada, bob = a_person(database, event), a_person(database, event)
    pitch = a_pitch(database, event)
    a_vote(database, event, ada, pitch, 2)
    a_vote(database, event, bob, pitch, 1)
    of_ada, of_bob = key(database, event, ada), key(database, event, bob)
    with database.reading() as tx:
        for secret, interest in ((of_ada, 2), (of_bob, 1)):
            shown = showing.seen(tx, event, secret)
            assert shown is not None
            assert shown.choices == {pitch.id: interest}
        assert showing.seen(tx, event, "") is None
        assert {of_ada, of_bob}.isdisjoint(row.digest for row in tx.scalars(select(Showing)))


def test_end_ends_ones_own_alone(database: Database) -> None:
    event, _ = an_event(database)
    ada, bob = a_person(database, event), a_person(database, event)
    of_ada, of_bob = key(database, event, ada), key(database, event, bob)
    database.write(lambda tx: showing.end(tx, ada.id))
    with database.reading() as tx:
        assert showing.seen(tx, event, of_ada) is None
        assert showing.seen(tx, event, of_bob) is not None
