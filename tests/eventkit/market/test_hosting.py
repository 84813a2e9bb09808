"""Hosting: a claim code makes a host once, and whose name a pitch bears then."""

import pytest

from eventkit.errors import NotFound
from eventkit.event.roles import Viewer, facilitator
from eventkit.market import hosting, pitches
from eventkit.market.pitches import Content
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Person, Pitch
from tests.world.builders import CREDENTIALS, a_person, a_pitch, an_event


def _typed(database: Database, event: Event, typist: Person, name: str = "") -> Pitch:
    """A pitch that a facilitator typed for somebody else."""
    content, viewer = Content(title="Bins", host_name=name), Viewer(token="facilitator's", facilitator=True)
    return database.write(
        lambda tx: pitches.add_for_another(tx, facilitator(tx.get_one(Event, event.id), viewer), typist, content)
    )


def test_claim_makes_a_host_once(database: Database) -> None:
    event, _ = an_event(database)
    typist, host = a_person(database, event), a_person(database, event, "Shy")
    pitch = _typed(database, event, typist)
    code = CREDENTIALS.claim_code(event, pitch)
    spelt = f" {code[:3].upper()}-{code[3:]} "
    database.write(lambda tx: hosting.claim(tx, event, CREDENTIALS, host, spelt))
    with database.reading() as tx:
        assert hosting.hosts(tx, event.id) == {pitch.id: {host.id}}
        assert pitches.get(tx, event.id, pitch.id).host_name == "Shy"
    with pytest.raises(NotFound):
        database.write(lambda tx: hosting.claim(tx, event, CREDENTIALS, host, code))


def test_claim_by_somebody_with_a_name_takes_the_place_of_the_one_that_was_typed(database: Database) -> None:
    event, _ = an_event(database)
    pitch = _typed(database, event, a_person(database, event), "Amy?")
    for name, shown in (("Amira", "Amira"), ("", "Amira"), ("Tom", "Amira, Tom"), ("tom", "Amira, Tom")):
        claimant = a_person(database, event, name)
        with database.reading() as tx:
            code = CREDENTIALS.claim_code(event, pitches.get(tx, event.id, pitch.id))
        database.write(lambda tx, c=code, p=claimant: hosting.claim(tx, event, CREDENTIALS, p, c))
        with database.reading() as tx:
            assert pitches.get(tx, event.id, pitch.id).host_name == shown


def test_claim_code_of_another_event_is_unknown(database: Database) -> None:
    (one, _), (other, _) = an_event(database), an_event(database)
    pitch, person = a_pitch(database, one), a_person(database, other)
    with pytest.raises(NotFound):
        code = CREDENTIALS.claim_code(one, pitch)
        database.write(lambda tx: hosting.claim(tx, other, CREDENTIALS, person, code))
