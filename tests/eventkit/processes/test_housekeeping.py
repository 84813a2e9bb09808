"""Housekeeping erases and closes what is due by itself, and looks again only after a while."""

from eventkit.event import people
from eventkit.processes.housekeeping import Housekeeping
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.builders import a_past_event, a_person, an_event


def test_worker_erases_the_names_of_events_whose_day_has_come(database: Database) -> None:
    past = a_past_event(database)
    future, _ = an_event(database, day=past.day.replace(year=2190))
    for event in (past, future):
        a_person(database, event, "Zebedee")
    keeping = Housekeeping(database)
    keeping.round()

    def names() -> list[list[str]]:
        with database.reading() as tx:
            return [[person.name for person in people.named(tx, event.id)] for event in (past, future)]

    assert names() == [[], ["Zebedee"]]
    with database.reading() as tx:
        assert [tx.get_one(Event, event.id).archived_at is None for event in (past, future)] == [False, True]
    a_person(database, past, "Quintilla")
    keeping.round()
    assert names() == [["Quintilla"], ["Zebedee"]]
