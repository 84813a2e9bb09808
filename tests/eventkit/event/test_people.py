"""Who somebody is: looking writes nothing, two posts at once make one person, two phones can become one."""

import pytest

from eventkit.errors import NotFound
from eventkit.event import people
from eventkit.event.roles import at_the_machine
from eventkit.market import ballots
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Host, Person
from eventkit.text import codes
from tests.world.at_once import at_once
from tests.world.builders import CREDENTIALS, a_person, a_pitch, a_vote, an_event


def test_looking_makes_nobody(database: Database) -> None:
    event, _ = an_event(database)
    with database.reading() as tx:
        viewer = people.viewer(tx, event, people.new_token())
        assert (viewer.person_id, viewer.name, viewer.organiser, viewer.facilitator) == (None, "", False, False)
        assert people.count(tx, event.id) == 0


def test_two_posts_of_a_new_phone_at_once_make_one_person(database: Database) -> None:
    event, _ = an_event(database)
    token = people.new_token()
    made = at_once([lambda: database.write(lambda tx: people.ensure(tx, event.id, token).id)] * 4)
    assert len(set(made)) == 1
    with database.reading() as tx:
        assert people.count(tx, event.id) == 1


@pytest.mark.parametrize(
    ("opened", "organiser", "facilitator"),
    [((), False, False), (("organiser",), True, True), (("facilitator",), False, True), (("another",), False, False)],
)
def test_links_that_a_device_opened_say_what_it_may(
    database: Database, opened: tuple[str, ...], organiser: bool, facilitator: bool
) -> None:
    event, secret = an_event(database)
    link = database.write(lambda tx: people.new_facilitator_link(at_the_machine(tx.get_one(Event, event.id))))
    digests = {"organiser": codes.digest(secret), "facilitator": codes.digest(link), "another": codes.digest("x")}
    with database.reading() as tx:
        viewer = people.viewer(tx, tx.get_one(Event, event.id), "a token", tuple(digests[name] for name in opened))
    assert (viewer.organiser, viewer.facilitator) == (organiser, facilitator)


def test_new_organiser_link_ends_the_old_one(database: Database) -> None:
    event, old = an_event(database)
    new = database.write(lambda tx: people.new_organiser_link(at_the_machine(tx.get_one(Event, event.id))))
    with database.reading() as tx:
        stored = tx.get_one(Event, event.id)
        assert people.accepted_key(stored, old) is None
        assert people.accepted_key(stored, new) == codes.digest(new)


def test_personal_code_works_once(database: Database) -> None:
    event, _ = an_event(database)
    person = a_person(database, event)
    code = CREDENTIALS.phone_code(event, person)
    linked = database.write(lambda tx: people.link(tx, event, CREDENTIALS, code.upper()).id)
    assert linked == person.id
    with pytest.raises(NotFound):
        database.write(lambda tx: people.link(tx, event, CREDENTIALS, code))


def test_personal_code_of_another_event_is_none_here(database: Database) -> None:
    (event, _), (elsewhere, _) = an_event(database), an_event(database)
    code = CREDENTIALS.phone_code(elsewhere, a_person(database, elsewhere))
    with pytest.raises(NotFound):
        database.write(lambda tx: people.link(tx, event, CREDENTIALS, code))


def test_two_phones_that_become_one_count_once(database: Database) -> None:
    event, _ = an_event(database)
    kept, other = a_person(database, event, "Amira"), a_person(database, event, "Amira's tablet")
    bins, data = a_pitch(database, event, title="Bins"), a_pitch(database, event, other, title="Data")
    a_vote(database, event, kept, bins, 1)
    a_vote(database, event, other, bins, 2)
    a_vote(database, event, other, data, 1)

    def absorb(tx: Transaction) -> None:
        people.absorb(tx, tx.get_one(Person, kept.id), tx.get_one(Person, other.id))

    database.write(absorb)
    with database.reading() as tx:
        assert tx.get(Person, other.id) is None
        assert tx.get_one(Person, kept.id).name == "Amira"
        assert ballots.own(tx, event.id, kept.id) == {bins.id: 2, data.id: 1}
        assert tx.get(Host, (data.id, kept.id)) is not None
