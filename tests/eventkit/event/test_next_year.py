"""The next event from one that is over: what comes along, and that nobody and no vote does."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlmodel import select

from eventkit.errors import Invalid
from eventkit.event import about, events, next_year
from eventkit.event.roles import at_the_machine
from eventkit.grid import closures
from eventkit.grid.times import Times
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Closure, Event, Person, Pitch
from tests.world.builders import an_event
from tests.world.published import a_published_day


def test_rooms_slots_settings_and_texts_come_along_and_nobody_does(database: Database) -> None:
    day = a_published_day(database, slots="10:00-10:45\n11:00-12:00 Lunch\n2026-06-27\n09:00-10:00")

    def change(tx: Transaction) -> tuple[Event, str, int]:
        old = tx.get_one(Event, day.event.id)
        by = at_the_machine(old)
        old.word, old.look_first, old.language, old.limits = "a word", True, "cy", {"votes": 7}
        room = events.rooms(tx, old.id)[-1]
        room.directions = "Up the stairs"
        closures.fix_item(tx, by, day.slots[-1].id, "Keynote", {room.id})
        about.store(tx, old.id, about.Facts(conduct="Be kind", ask="Ada, 07700", wifi="secret"))
        return next_year.start(tx, by, "Again", date(2027, 10, 30))

    made, _secret, left_out = database.write(change)
    assert left_out == 0
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


HALF_HOURS = (
    "first 00:30-01:00\nfirst 01:00-01:30\nfirst 01:30-01:00\nsecond 01:00-01:30\nsecond 01:30-02:00\n02:00-02:30"
)
DOUBLED = "23:00-23:45\n00:15-00:45\nfirst 01:00-01:45\nsecond 01:00-01:45 Tea\n02:00-02:45"
NIGHT = "23:00-23:45\n01:00-01:45\n02:15-03:00"


@pytest.mark.parametrize(
    ("before", "slots", "day", "there", "left_out"),
    [
        (date(2026, 10, 24), DOUBLED, date(2027, 10, 23), "23:00-23:45 00:15-00:45 01:00-01:45 02:00-02:45", 1),
        (
            date(2026, 10, 24),
            DOUBLED,
            date(2027, 10, 30),
            "23:00-23:45 00:15-00:45 01:00-01:45 01:00-01:45 02:00-02:45",
            0,
        ),
        (
            date(2026, 10, 24),
            "23:00-23:45\nfirst 01:30-01:15\nsecond 01:30-02:00",
            date(2027, 6, 5),
            "23:00-23:45 01:30-02:00",
            1,
        ),
        (date(2026, 10, 24), "23:00-23:45\nfirst 01:30-01:15", date(2027, 10, 30), "23:00-23:45 01:30-01:15", 0),
        (
            date(2026, 10, 25),
            HALF_HOURS,
            date(2027, 10, 24),
            "00:30-01:00 01:00-01:30 01:30-02:00 02:00-02:30",
            2,
        ),
        (date(2026, 6, 6), NIGHT, date(2027, 10, 30), "23:00-23:45 02:15-03:00", 1),
        (date(2026, 6, 6), NIGHT, date(2027, 3, 27), "23:00-23:45 02:15-03:00", 1),
    ],
)
def test_doubtful_slots_stay_away_and_are_counted(
    database: Database, before: date, slots: str, day: date, there: str, left_out: int
) -> None:
    event, _ = an_event(database, day=before, slots=slots)
    made, _secret, found = database.write(
        lambda tx: next_year.start(tx, at_the_machine(tx.get_one(Event, event.id)), "Again", day)
    )
    with database.reading() as tx:
        new, times = events.slots(tx, made.id), Times(made.timezone)
        assert " ".join(f"{times.plain(it.starts_at)}-{times.plain(it.ends_at)}" for it in new) == there
    assert found == left_out
    assert all(b.starts_at >= a.ends_at for a, b in pairwise(new))


def test_night_of_doubtful_slots_only_is_refused(database: Database) -> None:
    event, _ = an_event(database, day=date(2026, 6, 7), slots="01:00-01:45")
    with pytest.raises(Invalid, match="The clocks change then"):
        database.write(
            lambda tx: next_year.start(tx, at_the_machine(tx.get_one(Event, event.id)), "Again", date(2027, 10, 31))
        )
