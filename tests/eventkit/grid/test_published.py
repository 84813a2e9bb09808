"""The published grid as everybody reads it."""

from datetime import date

from sqlalchemy import event as engine_events

from eventkit.clock import now
from eventkit.event import events
from eventkit.grid import published, telling
from eventkit.grid.published import PublishedGrid
from eventkit.grid.times import Times, now_and_next
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Pitch
from tests.world.builders import an_event
from tests.world.published import Day, a_published_day, publish


def read(database: Database, day: Day) -> PublishedGrid:
    with database.reading() as tx:
        grid = published.read(tx, events.by_code(tx, day.event.code))
    assert grid is not None
    return grid


def test_read_before_publishing_is_none(database: Database) -> None:
    event, _ = an_event(database)
    with database.reading() as tx:
        assert published.read(tx, event) is None


def test_read_gives_sessions_in_order_of_time_and_rooms(database: Database) -> None:
    day = a_published_day(database, placed=0)
    publish(database, day, {day.pitches[number].id: day.cells[cell] for number, cell in ((0, 4), (1, 0), (2, 2))})
    assert [placed.pitch.title for placed in read(database, day).sessions] == ["Pitch 2", "Pitch 3", "Pitch 1"]


def test_lines_after_another_publishing_say_what_moved_came_and_went(database: Database) -> None:
    day = a_published_day(database, placed=3, day=date(2099, 6, 26))
    first, second, _, fourth = (pitch.id for pitch in day.pitches[:4])
    assert told(database, day) == []
    publish(database, day, {first: day.cells[0], second: day.cells[5], fourth: day.cells[2]})
    assert told(database, day) == [
        "‘Pitch 3’ is off the grid. It was at 10:00, Studio.",
        "‘Pitch 2’ is now at 11:00, Studio. It was at 10:00, Library.",
        "‘Pitch 4’ is new, at 10:00, Studio.",
    ]


def told(database: Database, day: Day) -> list[str]:
    return [line.text for line in telling.lines(read(database, day), Times("Europe/London"), now())]


def test_read_shows_a_withdrawn_pitch_as_not_standing(database: Database) -> None:
    day = a_published_day(database, placed=2)

    def withdraw(tx: Transaction) -> None:
        tx.get_one(Pitch, day.pitches[0].id).withdrawn_at = now()

    database.write(withdraw)
    assert [placed.standing for placed in read(database, day).sessions] == [False, True]


def test_read_asks_as_often_for_one_session_as_for_nine(database: Database) -> None:
    counts = []
    for placed in (1, 9):
        day = a_published_day(database, placed=placed, pitches=9)
        asked: list[str] = []
        listen = lambda *arguments: asked.append(arguments[2])  # noqa: E731, B023
        engine_events.listen(database.engine, "before_cursor_execute", listen)
        assert len(read(database, day).sessions) == placed
        engine_events.remove(database.engine, "before_cursor_execute", listen)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_now_and_next_between_slots_has_no_now(database: Database) -> None:
    day = a_published_day(database)
    grid = read(database, day)
    first, second, lunch, last = grid.slots
    assert now_and_next(grid.slots, first.starts_at) == ([first], [second])
    assert now_and_next(grid.slots, first.ends_at) == ([], [second])
    assert now_and_next(grid.slots, second.starts_at) == ([second], [lunch])
    assert now_and_next(grid.slots, last.ends_at) == ([], [])


def test_times_are_those_of_the_events_zone(database: Database) -> None:
    day = a_published_day(database, timezone="Pacific/Auckland")
    slot = read(database, day).slots[0]
    assert Times("Pacific/Auckland").span(slot) == "10:00–10:45"
    assert Times("Europe/London").clock(slot.starts_at) == "23:00"
    assert Times("Pacific/Auckland").day(slot.starts_at) == "Friday 26 June 2026"
