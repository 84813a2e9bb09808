"""The lines of what changed: the newest first, each subject once, for those whom they concern."""

from datetime import date, timedelta

from eventkit.clock import now
from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.grid import closures, published, telling
from eventkit.grid.telling import NewsLine
from eventkit.grid.times import Times
from eventkit.storage.db import Database, Transaction
from tests.world.published import Day, a_published_day, publish

LATER = date(2099, 6, 26)


def lines(database: Database, day: Day, after: timedelta = timedelta()) -> list[NewsLine]:
    with database.reading() as tx:
        grid = published.read(tx, events.by_code(tx, day.event.code))
    assert grid is not None
    return telling.lines(grid, Times("Europe/London"), now() + after)


def test_a_session_that_moved_twice_is_told_once_as_it_is_now(database: Database) -> None:
    day = a_published_day(database, placed=1, day=LATER)
    first = day.pitches[0].id
    for cell in (4, 8):
        publish(database, day, {first: day.cells[cell]})
    (line,) = lines(database, day)
    assert line.text == "‘Pitch 1’ is now at 13:15, Studio. It was at 11:00, Library."
    assert line.pitches == {first}
    assert line.rooms == {day.rooms[1].id, day.rooms[2].id}


def test_lines_are_gone_after_an_hour(database: Database) -> None:
    day = a_published_day(database, placed=1, day=LATER)
    publish(database, day, {day.pitches[0].id: day.cells[4]})
    assert len(lines(database, day, timedelta(minutes=59))) == 1
    assert lines(database, day, timedelta(minutes=61)) == []


def test_a_room_closed_for_the_day_is_one_line_for_all_whom_it_concerns(database: Database) -> None:
    day = a_published_day(database, placed=5, day=LATER)

    def close(tx: Transaction) -> None:
        by = at_the_machine(events.by_code(tx, day.event.code))
        closures.close_room_from(tx, by, day.rooms[1].id)

    database.write(close)
    (line,) = lines(database, day)
    assert line.text == "Library is closed at 10:00, 11:00 and 13:15."
    assert line.pitches == {day.pitches[1].id, day.pitches[4].id}
    database.write(
        lambda tx: closures.close_room(tx, at_the_machine(events.by_code(tx, day.event.code)), day.rooms[1].id, set())
    )
    assert [it.text for it in lines(database, day)] == ["Library is open again at 10:00, 11:00 and 13:15."]
