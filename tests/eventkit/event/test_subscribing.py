"""Who is told by notification: a browser of one person, at known services, once there is a grid; and what is due."""

from datetime import timedelta

import pytest

from eventkit.clock import now
from eventkit.errors import Closed, Invalid
from eventkit.event import people, subscribing
from eventkit.event.subscribing import LEAD, MOST
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Person, Slot
from eventkit.web_push import SERVICES, Target
from tests.world.builders import a_person, an_event
from tests.world.published import Day, a_published_day, announce, publish
from tests.world.push_service import WATERMELON

TOMORROW = (now() + timedelta(days=2)).date()


def at(name: str) -> Target:
    return WATERMELON.target(f"https://fcm.googleapis.com/{name}")


def subscribe(database: Database, event: Event, person: Person, target: Target) -> None:
    database.write(
        lambda tx: subscribing.subscribe(
            tx, tx.get_one(Event, event.id), tx.get_one(Person, person.id), target, SERVICES
        )
    )


def endpoints(database: Database, person: Person) -> list[str]:
    with database.reading() as tx:
        return [it.endpoint.rpartition("/")[2] for it in subscribing.of_person(tx, person.id)]


def test_browser_is_told_for_whoever_asked_last_and_a_person_has_few(database: Database) -> None:
    day = a_published_day(database, day=TOMORROW)
    ada, bob = a_person(database, day.event), a_person(database, day.event)
    subscribe(database, day.event, ada, at("a"))
    subscribe(database, day.event, ada, at("a"))
    assert endpoints(database, ada) == ["a"]
    subscribe(database, day.event, bob, at("a"))
    assert (endpoints(database, ada), endpoints(database, bob)) == ([], ["a"])
    for name in "bcdefg":
        subscribe(database, day.event, bob, at(name))
    assert endpoints(database, bob) == list("cdefg")
    assert len("cdefg") == MOST
    database.write(lambda tx: subscribing.unsubscribe(tx, bob.id, at("d").endpoint))
    assert endpoints(database, bob) == list("cefg")
    database.write(lambda tx: people.absorb(tx, tx.get_one(Person, ada.id), tx.get_one(Person, bob.id)))
    assert endpoints(database, ada) == list("cefg")
    database.write(lambda tx: subscribing.unsubscribe(tx, ada.id))
    assert endpoints(database, ada) == []


def test_same_browser_may_be_told_of_two_events(database: Database) -> None:
    first, second = (a_published_day(database, day=TOMORROW) for _ in range(2))
    ada, bob = a_person(database, first.event), a_person(database, second.event)
    subscribe(database, first.event, ada, at("a"))
    subscribe(database, second.event, bob, at("a"))
    database.write(lambda tx: subscribing.forget_all(tx, first.event.id))
    assert (endpoints(database, ada), endpoints(database, bob)) == ([], ["a"])


def test_nothing_is_asked_before_there_is_a_grid_nor_at_unknown_services(database: Database) -> None:
    event, _ = an_event(database)
    person = a_person(database, event)
    with pytest.raises(Closed):
        subscribe(database, event, person, at("a"))
    day = a_published_day(database, day=TOMORROW)
    other = a_person(database, day.event)
    for target in (WATERMELON.target("https://10.0.0.1/x"), at("a" * 1000), Target(at("a").endpoint, "x", "y")):
        with pytest.raises(Invalid):
            subscribe(database, day.event, other, target)


def test_what_is_due_is_taken_once(database: Database) -> None:
    day = a_published_day(database, day=TOMORROW)
    moment = now()

    def waiting(at_moment=moment) -> bool:  # type: ignore[no-untyped-def]
        with database.reading() as tx:
            return subscribing.waiting(tx, at_moment) == [day.event.id]

    assert not waiting()
    publish_elsewhere(database, day)
    subscribe(database, day.event, a_person(database, day.event), at("a"))
    assert not waiting()  # what was before is no news
    publish_elsewhere(database, day)
    assert waiting()
    due = database.write(lambda tx: subscribing.claim(tx, day.event.id, moment))
    assert due is not None
    assert not waiting()
    announce(database, day, "Lunch is late")
    assert waiting()
    second = database.write(lambda tx: subscribing.claim(tx, day.event.id, moment))
    assert second is not None
    assert second.revision > due.revision
    assert not waiting()
    with database.reading() as tx:
        starts = tx.get_one(Slot, day.slots[0].id).starts_at
    assert not waiting(starts - LEAD - timedelta(seconds=1))
    assert waiting(starts - LEAD)
    third = database.write(lambda tx: subscribing.claim(tx, day.event.id, starts - LEAD))
    assert third is not None
    assert third.starts_after < starts <= third.starts_until
    assert not waiting(starts - timedelta(minutes=1))
    assert database.write(lambda tx: subscribing.claim(tx, day.event.id + 1, moment)) is None


def publish_elsewhere(database: Database, day: Day) -> None:
    """Move the first pitch to the next free cell."""
    with database.reading() as tx:
        version = tx.get_one(Event, day.event.id).grid_version
    publish(database, day, {day.pitches[0].id: day.cells[version % 5]})
