"""The next event from one that is over: what comes along, and that nobody and no vote does."""

from datetime import date, timedelta

from sqlmodel import select

from eventkit.event import about, events, next_year
from eventkit.event.roles import at_the_machine
from eventkit.grid import closures
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Closure, Event, Person, Pitch
from tests.world.builders import an_event
from tests.world.published import a_published_day


def test_rooms_slots_settings_and_texts_come_along_and_nobody_does(database: Database) -> None:
    day = a_published_day(database, slots="10:00-10:45\n11:00-12:00 Lunch\n2026-06-27\n09:00-10:00")

    def change(tx: Transaction) -> tuple[Event, str]:
        old = tx.get_one(Event, day.event.id)
        by = at_the_machine(old)
        old.word, old.look_first, old.language, old.limits = "a word", True, "cy", {"votes": 7}
        room = events.rooms(tx, old.id)[-1]
        room.directions = "Up the stairs"
        closures.fix_item(tx, by, day.slots[-1].id, "Keynote", {room.id})
        about.store(tx, old.id, about.Facts(conduct="Be kind", ask="Ada, 07700", wifi="secret"))
        return next_year.start(tx, by, "Again", date(2027, 10, 30))

    made, _secret = database.write(change)
    with database.reading() as tx:
        new, old = tx.get_one(Event, made.id), tx.get_one(Event, day.event.id)
        lines = [next_year.read(tx, at_the_machine(it)) for it in (new, old)]
        assert lines[0] == lines[1]
        assert events.rooms(tx, new.id)[-1].directions == "Up the stairs"
        assert [it.starts_at.date() for it in events.slots(tx, new.id)][-1] == date(2027, 10, 31)
        assert (new.look_first, new.language, new.limits) == (True, "cy", {"votes": 7})
        assert new.word not in ("", "a word")
        assert about.read(tx, new.id) == about.Facts(conduct="Be kind")
        assert len(tx.scalars(select(Closure).where(Closure.title == "Keynote")).all()) == 2
        for table in (Person, Pitch):
            assert not tx.scalars(select(table).where(table.event_id == new.id)).all()
        assert (new.grid_version, new.published_version, new.archived_at) == (0, None, None)


def test_usual_day_is_the_same_day_of_the_week(database: Database) -> None:
    event, _ = an_event(database)
    assert (event.day + next_year.A_YEAR).weekday() == event.day.weekday()
    assert timedelta(days=360) < next_year.A_YEAR
