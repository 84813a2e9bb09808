"""What a phone is told: news of others' doing, fresh, in few lines; of what starts the strongest choice first."""

from datetime import datetime, timedelta

import pytest

from eventkit.clock import now
from eventkit.event.subscribing import Due
from eventkit.grid import notifying
from eventkit.grid.notifying import Notification
from eventkit.market import pitches
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Person, PushSubscription, Slot
from tests.world.builders import a_person, viewer_of
from tests.world.days import host, votes
from tests.world.published import Day, a_published_day, publish

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def day(database: Database) -> Day:
    return a_published_day(database, day=(now() + timedelta(days=2)).date(), title="T" * 190)


@pytest.fixture
def ada(database: Database, day: Day) -> Person:
    """Somebody whose phone asked in Welsh."""
    person = a_person(database, day.event)
    row = PushSubscription(
        person_id=person.id, endpoint="a", p256dh="b", auth="c", language="cy", asked_on=now().date()
    )
    database.write(lambda tx: tx.add(row))
    return person


def told(
    database: Database, day: Day, revision: int, moment: datetime, until: datetime | None = None
) -> list[Notification]:
    due = Due(day.event.id, revision, 0, moment, until or moment)
    with database.reading() as tx:
        return notifying.messages(tx, due, notifying.whom(tx, day.event.id), moment)


def test_news_is_told_while_it_is_fresh_and_after_what_was_told_last(database: Database, day: Day, ada: Person) -> None:
    votes(database, ada, [(day.pitches[0], 2)])
    publish(database, day, {day.pitches[0].id: day.cells[5]})
    with database.reading() as tx:
        revision = tx.get_one(Event, day.event.id).revision
    (news,) = told(database, day, revision - 1, now())
    assert (news.title, news.language, news.about) == ("Wedi newid i chi", "cy", "changed")
    assert "Studio" in news.body
    assert len(news.body) <= notifying.LONGEST
    assert told(database, day, revision, now()) == []
    assert told(database, day, revision - 1, now() + notifying.FRESH) == []


def test_what_somebody_did_themselves_they_are_not_told(database: Database, day: Day, ada: Person) -> None:
    host(database, ada, day.pitches[0])
    with database.reading() as tx:
        revision = tx.get_one(Event, day.event.id).revision
    viewer = viewer_of(database, day.event, ada)
    database.write(lambda tx: pitches.withdraw(tx, day.event.id, viewer, day.pitches[0].id))
    assert told(database, day, revision, now()) == []
    bob = a_person(database, day.event)
    row = PushSubscription(person_id=bob.id, endpoint="b", p256dh="b", auth="c", language="en", asked_on=now().date())
    database.write(lambda tx: tx.add(row))
    votes(database, bob, [(day.pitches[0], 2)])
    (news,) = told(database, day, revision, now())
    assert (news.target.endpoint, news.title) == ("b", "Changed for you")


def test_of_many_choices_at_once_a_few_are_named(database: Database, day: Day, ada: Person) -> None:
    votes(database, ada, [(pitch, 1) for pitch in day.pitches])
    with database.reading() as tx:
        starts = tx.get_one(Slot, day.slots[0].id).starts_at
    (soon,) = told(database, day, 10_000, starts - timedelta(minutes=4), starts)
    assert soon.body.count("Library") + soon.body.count("Main hall") <= notifying.LINES
    assert soon.body.endswith("…")
    assert soon.seconds == 4 * 60
    assert told(database, day, 10_000, starts, starts) == []
