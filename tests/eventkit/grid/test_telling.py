"""The lines of what changed: the newest first, each subject once, for those whom they concern."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from eventkit.clock import now
from eventkit.event import events, settings
from eventkit.event.as_typed import RoomLine
from eventkit.event.roles import Organiser, Viewer, at_the_machine
from eventkit.grid import closures, moderation, published, shifting, steps, telling, venue, versions
from eventkit.grid.telling import NewsLine
from eventkit.grid.times import Times
from eventkit.grid.venue import SlotChange
from eventkit.grid.versions import Spot
from eventkit.market import pitches
from eventkit.market.pitches import Content
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import GridCause, ModerationKind
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
    assert line.text == "‘Pitch 1’ is now at 13:15, Studio. It was at 10:00, Main hall."
    assert line.pitches == {first}
    assert line.rooms == {room.id for room in day.rooms}


def act(database: Database, day: Day, change: Callable[[Transaction, Organiser], object]) -> None:
    database.write(lambda tx: change(tx, at_the_machine(events.by_code(tx, day.event.code))))


def marked(database: Database, day: Day) -> list[str]:
    with database.reading() as tx:
        grid = published.read(tx, events.by_code(tx, day.event.code))
    assert grid is not None
    return [telling.mark(grid, it, Times("Europe/London")) for it in grid.sessions]


def shift(minutes: int, slot: int = 0) -> Callable[[Day], Callable[[Transaction, Organiser], object]]:
    return lambda day: lambda tx, by: shifting.shift(tx, by, day.slots[slot].id, minutes, by.event.grid_version)


def longer(ends: str) -> Callable[[Day], Callable[[Transaction, Organiser], object]]:
    return lambda day: lambda tx, by: venue.change_slot(tx, by, day.slots[2].id, SlotChange("13:15", ends))


def undo(tx: Transaction, by: Organiser) -> None:
    steps.undo(tx, by, by.event.grid_version)


def rename(name: str) -> Callable[[Day], Callable[[Transaction, Organiser], object]]:
    return lambda day: lambda tx, by: venue.change_room(tx, by, day.rooms[0].id, RoomLine(name, 40, ()))


def retitle(title: str) -> Callable[[Day], Callable[[Transaction, Organiser], object]]:
    helper = Viewer(token="", organiser=True, facilitator=True)
    return lambda day: lambda tx, by: pitches.edit(tx, by.event.id, helper, day.pitches[0].id, Content(title=title))


def move(*cells: int) -> Callable[[Day], Callable[[Transaction, Organiser], object]]:
    def moved(day: Day) -> Callable[[Transaction, Organiser], object]:
        def act(tx: Transaction, by: Organiser) -> None:
            grid = dict.fromkeys([day.pitches[0].id], Spot(*day.cells[cells[0]])) if cells else {}
            versions.replace(tx, by, by.event.grid_version, grid, GridCause.MOVE)
            versions.publish(tx, by, by.event.grid_version)

        return act

    return moved


BACK = {
    "shift": ([shift(15, 1), lambda day: undo], "Everything from 11:00 on is at its old time again.", ""),
    "shift of one slot": ([shift(5, 2), lambda day: undo], "What was at 13:20 is back at 13:15–14:00.", ""),
    "end of a slot": ([longer("14:30")], "What was at 13:15–14:00 is now at 13:15–14:30.", ""),
    "end of a slot, and back": (
        [longer("14:30"), longer("14:00")],
        "What was at 13:15–14:30 is back at 13:15–14:00.",
        "",
    ),
    "half of a shift": ([shift(15), shift(-5)], "Everything from 10:00 on is 10 minutes later.", "was 10:00"),
    "move, then a shift": (
        [move(4), shift(15, 1)],
        "Everything from 11:00 on is 15 minutes later.",
        "was 10:00, Main hall",
    ),
    "shift, another name, a shift": (
        [shift(15), rename("Barn"), shift(5)],
        "Everything from 10:00 on is 20 minutes later.",
        "was 10:00, Main hall",
    ),
    "two names": ([rename("Barn"), rename("Attic")], "Main hall is now called Attic.", "was Main hall"),
    "two titles": ([retitle("Parks"), retitle("Bins")], "‘Pitch 1’ is now called ‘Bins’.", ""),
    "room": ([rename("Barn"), rename("Main hall")], "Barn is called Main hall again.", ""),
    "title": ([retitle("Parks"), retitle("Pitch 1")], "‘Parks’ is called ‘Pitch 1’ again.", ""),
    "move": ([move(4), move(0)], "‘Pitch 1’ is back at 10:00, Main hall. It was at 11:00, Library.", ""),
    "off": ([move(), move(0)], "‘Pitch 1’ is on the grid again, at 10:00, Main hall.", ""),
    "two moves of three": (
        [move(4), move(0), move(8)],
        "‘Pitch 1’ is now at 13:15, Studio. It was at 10:00, Main hall.",
        "was 10:00, Main hall",
    ),
    "another grid": (
        [shift(15), lambda day: lambda tx, by: versions.unpublish(tx, by, by.event.grid_version), move(0)],
        "The organiser took the grid back and has published it anew.",
        "",
    ),
}


@pytest.mark.parametrize("name", BACK)
def test_what_was_taken_back_says_so_and_marks_nothing(name: str, database: Database) -> None:
    changes, line, mark = BACK[name]
    day = a_published_day(database, placed=1, day=LATER)
    for change in changes:
        act(database, day, change(day))
    assert [it.text for it in lines(database, day)][:1] == [line]
    assert marked(database, day) == [mark]


def test_shifts_one_after_another_are_told_as_what_they_come_to(database: Database) -> None:
    """Later by 25 minutes, what follows the first slot earlier again by ten, and one of the slots a fixed item."""
    day = a_published_day(database, placed=4, day=LATER)
    act(database, day, shift(25)(day))
    act(database, day, shift(-10, 1)(day))
    expected = ["Everything from 11:00 on is 15 minutes later.", "What was at 10:00 is now at 10:25–11:10."]
    assert [it.text for it in lines(database, day)] == expected
    prayer = SlotChange("11:15", "12:00", "Prayer")
    act(database, day, lambda tx, by: venue.change_slot(tx, by, day.slots[1].id, prayer, sure=1))
    assert [it.text for it in lines(database, day)] == ["11:15–12:00 is now Prayer.", *expected]


def test_a_shift_that_the_end_of_the_day_has_no_more_is_told_until_when(database: Database) -> None:
    day = a_published_day(database, placed=4, day=LATER, slots="10:00-10:45\n10:50-11:30\n13:15-14:00\n15:00-15:30")
    act(database, day, shift(25)(day))
    act(database, day, shift(-25, 2)(day))
    expected = [
        "Everything from 13:15 on is at its old time again.",
        "What was from 10:00 to 11:30 is 25 minutes later.",
    ]
    assert [it.text for it in lines(database, day)] == expected


def test_a_session_that_came_into_a_shifted_slot_was_never_elsewhere(database: Database) -> None:
    day = a_published_day(database, placed=0, pitches=1, day=LATER)
    act(database, day, shift(15)(day))
    act(database, day, move(0)(day))
    assert marked(database, day) == [""]


def test_a_day_in_another_zone_keeps_the_clocks_of_what_was(database: Database) -> None:
    day = a_published_day(database, placed=1, day=LATER)
    act(database, day, move(4)(day))

    def to_paris(tx: Transaction, by: Organiser) -> None:
        settings.change(tx, by, settings.Settings(by.event.name, by.event.day, "Europe/Paris", by.event.code))

    act(database, day, to_paris)
    with database.reading() as tx:
        grid = published.read(tx, events.by_code(tx, day.event.code))
    assert grid is not None
    assert telling.mark(grid, grid.sessions[0], Times("Europe/Paris")) == "was 10:00, Main hall"


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


AWAY: dict[str, Callable[[Day], Callable[[Transaction, Organiser], object]]] = {
    "the slot goes": lambda day: lambda tx, by: venue.remove_slot(tx, by, day.slots[0].id),
    "the room goes": lambda day: lambda tx, by: venue.remove_room(tx, by, day.rooms[0].id),
    "withdrawn": lambda day: (
        lambda tx, by: pitches.withdraw(tx, by.event.id, Viewer("", facilitator=True), day.pitches[0].id)
    ),
    "hidden": lambda day: lambda tx, by: moderation.set_hidden(tx, by, ModerationKind.PITCH, day.pitches[0].id, True),
    "merged": lambda day: lambda tx, by: pitches.merge(tx, by, day.pitches[1].id, day.pitches[0].id),
    "taken off": lambda day: lambda tx, by: None,
}


BACK_AGAIN = ("the slot goes", "the room goes", "taken off")


@pytest.mark.parametrize(("away", "again"), [*((it, False) for it in AWAY), *((it, True) for it in BACK_AGAIN)])
def test_what_goes_while_the_grid_is_taken_back_is_told_with_the_next(
    away: str, again: bool, database: Database
) -> None:
    """Whatever took it away; what has a place again by then is none of it."""
    day = a_published_day(database, placed=2, day=LATER)
    goes, stays = day.pitches[0].id, day.pitches[1].id
    act(database, day, lambda tx, by: versions.unpublish(tx, by, by.event.grid_version))
    act(database, day, AWAY[away](day))
    grid = {stays: Spot(*day.cells[5])} | ({goes: Spot(*day.cells[7])} if again else {})
    act(database, day, lambda tx, by: versions.replace(tx, by, by.event.grid_version, grid, GridCause.MOVE))
    act(database, day, lambda tx, by: versions.publish(tx, by, by.event.grid_version))
    with database.reading() as tx:
        event = events.by_code(tx, day.event.code)
        shown = published.read(tx, event)
        assert shown is not None
        missed = [it.pitch.id for it in published.gone(tx, event, shown) if it.pitch]
    assert missed == ([] if again else [goes])
    assert lines(database, day)[-1].text == "The organiser took the grid back and has published it anew."
