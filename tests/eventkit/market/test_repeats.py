"""A repeat says what the first says, by the same hosts, takes no votes, and goes and comes with it."""

import pytest

from eventkit.errors import Closed, Invalid
from eventkit.event.roles import Viewer
from eventkit.market import ballots, casting, hiding, hosting, listings, on_offer, pitches, repeats
from eventkit.market.casting import Cast
from eventkit.market.pitches import Content
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Pitch
from tests.world.builders import CREDENTIALS, a_person, a_pitch, an_event

HELPS = Viewer("f", facilitator=True)


@pytest.fixture
def event(database: Database) -> Event:
    return an_event(database)[0]


def repeated(database: Database, event: Event, first_id: int) -> int:
    return database.write(lambda tx: pitches.repeat(tx, tx.get_one(Event, event.id), HELPS, first_id).id)


def test_repeat_says_what_the_first_says_now_by_all_its_hosts(database: Database, event: Event) -> None:
    host = a_person(database, event, "Ada")
    first = a_pitch(database, event, host)
    again = repeated(database, event, first.id)
    other = a_person(database, event, "Bo")

    def change(tx: Transaction) -> tuple[str, str, set[int]]:
        it = tx.get_one(Event, event.id)
        hosting.claim(tx, it, CREDENTIALS, other, CREDENTIALS.claim_code(it, tx.get_one(Pitch, first.id)))
        pitches.edit(tx, event.id, HELPS, first.id, Content(title="Looms", topic="Cloth"))
        row = tx.get_one(Pitch, again)
        return row.title, row.topic, hosting.hosts(tx, event.id)[again]

    assert database.write(change) == ("Looms (repeat)", "Cloth", {host.id, other.id})
    with pytest.raises(Closed):
        database.write(lambda tx: pitches.edit(tx, event.id, HELPS, again, Content(title="Other")))
    assert len(repeats.title_of("x" * 200)) == 200


def test_repeat_is_no_pitch_to_vote_on_and_there_is_one_only(database: Database, event: Event) -> None:
    first = a_pitch(database, event, a_person(database, event))
    again = repeated(database, event, first.id)
    voter = a_person(database, event)
    with database.reading() as tx:
        assert [it.id for it in listings.titles(tx, event.id)] == [first.id]
        assert [it.id for it in on_offer.standing(tx, event.id)] == [first.id, again]
    with pytest.raises(Closed):
        database.write(lambda tx: casting.cast(tx, Cast(event.code, voter.token, again, 1)))
    for wrong in (first.id, again):
        with pytest.raises(Invalid):
            repeated(database, event, wrong)
    with database.reading() as tx:
        assert ballots.wishes(tx, event.id) == []


def test_repeat_goes_and_comes_with_the_first_but_stays_off_once_taken_off_itself(
    database: Database, event: Event
) -> None:
    first = a_pitch(database, event, a_person(database, event))
    again = repeated(database, event, first.id)

    def stand(tx: Transaction) -> list[bool]:
        tx.flush()
        return [on_offer.stands(tx.get_one(Pitch, it)) for it in (first.id, again)]

    def act(tx: Transaction) -> list[list[bool]]:
        row, found = tx.get_one(Pitch, first.id), []
        pitches.withdraw(tx, event.id, HELPS, first.id)
        found.append(stand(tx))
        pitches.bring_back(tx, event.id, HELPS, first.id)
        found.append(stand(tx))
        hiding.hide_pitch(tx, row, None)
        found.append(stand(tx))
        hiding.show_pitch(tx, row, None)
        found.append(stand(tx))
        pitches.withdraw(tx, event.id, HELPS, again)
        pitches.withdraw(tx, event.id, HELPS, first.id)
        pitches.bring_back(tx, event.id, HELPS, first.id)
        return [*found, stand(tx)]

    both, none = [True, True], [False, False]
    assert database.write(act) == [none, both, none, both, [True, False]]
    assert repeated(database, event, first.id) == again  # the same one, again
