"""Everything from here on later: all of the day, in one step, with overlaps solved."""

from datetime import UTC, datetime

import pytest

from eventkit.errors import Invalid, Stale
from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.grid import shifting
from eventkit.grid.times import Times
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from tests.world.published import Day, a_published_day

LONG_BEFORE = datetime(2026, 6, 1, tzinfo=UTC)


def plan(database: Database, day: Day, slot: int, minutes: int, moment: datetime = LONG_BEFORE) -> list[str]:
    with database.reading() as tx:
        event = events.by_code(tx, day.event.code)
        ident = events.slots(tx, event.id)[slot].id
        times = Times(event.timezone)
        found = shifting.plan(tx, event, ident, minutes, moment)
        return [f"{times.clock(it.starts_at)}-{times.clock(it.ends_at)}" for it in found]


def shift(database: Database, day: Day, slot: int, minutes: int, version: int) -> str:
    def act(tx: Transaction) -> str:
        event = events.by_code(tx, day.event.code)
        return shifting.shift(tx, at_the_machine(event), events.slots(tx, event.id)[slot].id, minutes, version)

    return database.write(act)


def test_later_moves_all_that_follows_and_nothing_before(database: Database) -> None:
    day = a_published_day(database)
    assert plan(database, day, 1, 15) == ["11:15-12:00", "12:15-13:15", "13:30-14:15"]


def test_earlier_takes_its_time_from_the_break_before(database: Database) -> None:
    day = a_published_day(database)
    assert plan(database, day, 3, -30) == ["12:00-12:45", "12:45-13:30"]
    with pytest.raises(Invalid, match="before 10:00–10:45 is over"):
        plan(database, day, 1, -30)
    with pytest.raises(Invalid, match="before 12:00–13:00 is over"):
        plan(database, day, 3, -75)


def test_a_slot_under_way_keeps_its_start(database: Database) -> None:
    day = a_published_day(database)
    during = datetime(2026, 6, 26, 10, 10, tzinfo=UTC)  # 11:10 in London
    assert plan(database, day, 1, 10, during) == ["11:00-11:55", "12:10-13:10", "13:25-14:10"]
    with pytest.raises(Invalid, match="would end before it began"):
        plan(database, day, 1, -60, during)


@pytest.mark.parametrize("minutes", [0, 721, -721])
def test_a_shift_by_nothing_or_too_much_is_refused(database: Database, minutes: int) -> None:
    day = a_published_day(database)
    with pytest.raises(Invalid):
        plan(database, day, 1, minutes)


def test_a_shift_is_one_step_for_everybody_and_never_happens_twice(database: Database) -> None:
    day = a_published_day(database)
    assert shift(database, day, 1, 15, 1) == "Everything from 11:00 on is 15 minutes later."
    with database.reading() as tx:
        event = tx.get_one(Event, day.event.id)
        assert (event.grid_version, event.published_version, event.revision) == (2, 2, 2)
        spans = [Times("Europe/London").span(slot) for slot in events.slots(tx, event.id)]
    assert spans == ["10:00–10:45", "11:15–12:00", "12:15–13:15", "13:30–14:15"]
    with pytest.raises(Stale):
        shift(database, day, 1, 15, 1)


def lunch(database: Database, day: Day, length: int, moment: datetime = LONG_BEFORE, item: int = 2) -> list[str]:
    with database.reading() as tx:
        event = events.by_code(tx, day.event.code)
        times, ident = Times(event.timezone), events.slots(tx, event.id)[item].id
        found = shifting.plan_length(tx, event, ident, length, moment)
        return [f"{times.clock(it.starts_at)}-{times.clock(it.ends_at)}" for it in found]


@pytest.mark.parametrize(
    ("length", "after"), [(45, ["12:00-12:45", "13:00-13:45"]), (75, ["12:00-13:15", "13:30-14:15"])]
)
def test_a_break_of_another_length_takes_all_that_follows_along(
    database: Database, length: int, after: list[str]
) -> None:
    assert lunch(database, a_published_day(database), length) == after


@pytest.mark.parametrize(
    ("length", "hour", "item", "words"),
    [
        (60, 8, 2, "that long already"),
        (4, 8, 2, "from 5 to 720"),
        (45, 8, 1, "Choose a break"),
        (15, 11, 2, "would be over already"),  # it is 12:30 in London
        (45, 12, 2, "is over already"),
    ],
)
def test_a_break_that_cannot_be_so_long_says_why(
    database: Database, length: int, hour: int, item: int, words: str
) -> None:
    during = datetime(2026, 6, 26, hour, 30 if hour < 12 else 5, tzinfo=UTC)
    with pytest.raises(Invalid, match=words):
        lunch(database, a_published_day(database), length, during, item)
