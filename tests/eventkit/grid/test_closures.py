"""Rooms that cannot be used for a while: what is said of it, and which slots it takes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from eventkit.errors import Unsure
from eventkit.event.roles import at_the_machine
from eventkit.grid import closures, published, telling
from eventkit.grid.times import Times
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from tests.world.published import Day, a_published_day


def closed(database: Database, day: Day) -> dict[int, set[int]]:
    with database.reading() as tx:
        return closures.by_room(tx, day.event.id)


def test_closing_says_what_follows_and_opening_takes_it_back(database: Database) -> None:
    day = a_published_day(database)
    room, first, second = day.rooms[0].id, day.slots[0].id, day.slots[1].id

    def close(slots: set[int]) -> str:
        return database.write(
            lambda tx: closures.close_room(tx, at_the_machine(tx.get_one(Event, day.event.id)), room, slots)
        )

    assert close({first, second}) == (
        "Main hall is closed in 2 slots. 2 sessions stand there now: build again, or move by hand."
    )
    assert closed(database, day) == {room: {first, second}}
    close({second})
    assert closed(database, day) == {room: {second}}
    assert close(set()) == "Main hall is open all day."
    assert closed(database, day) == {}


@pytest.mark.parametrize(("at_once", "number"), [(False, 2), (True, 3)])
def test_closing_for_the_rest_of_the_day_leaves_what_is_over(database: Database, at_once: bool, number: int) -> None:
    day = a_published_day(database)
    during_the_first = datetime(2026, 6, 26, 9, 0, tzinfo=UTC) + timedelta(minutes=10)

    def close(tx: Transaction) -> str:
        by = at_the_machine(tx.get_one(Event, day.event.id))
        return closures.close_room_from(tx, by, day.rooms[0].id, during_the_first, at_once=at_once)

    database.write(close)
    assert len(closed(database, day)[day.rooms[0].id]) == number


LOST: dict[str, tuple[Callable[..., object], str, str, str]] = {
    "closed": (
        lambda tx, by, room, slot, sure: closures.close_room(tx, by, room, {slot}, sure=sure),
        r"^People see 1 session in Main hall then\.",
        "Main hall is closed at 11:00. A new place is being found.",
        "Main hall is closed at 11:00.",
    ),
    "an item": (
        lambda tx, by, room, slot, sure: closures.fix_item(tx, by, slot, "Keynote", {room}, sure),
        r"^People see 1 session then, .* the time is now Keynote,",
        "At 11:00 it is Keynote here. A new place is being found.",
        "Keynote is in Main hall at 11:00.",
    ),
}


@pytest.mark.parametrize("kind", LOST)
def test_room_is_taken_from_a_session_that_goes_on_there_only_when_it_is_meant(database: Database, kind: str) -> None:
    """Its people are told, and read from when on the room is not theirs."""
    day, (act, question, said, line) = a_published_day(database, placed=1, longer={0: 2}), LOST[kind]

    def do(sure: int) -> None:
        cell = day.rooms[0].id, day.slots[1].id
        database.write(lambda tx: act(tx, at_the_machine(tx.get_one(Event, day.event.id)), *cell, sure))

    with pytest.raises(Unsure, match=question):
        do(sure=0)
    do(sure=1)
    do(sure=0)  # which takes no more away
    with database.reading() as tx:
        grid = published.read(tx, tx.get_one(Event, day.event.id))
    assert grid is not None
    times, moment = Times("Europe/London"), day.slots[0].starts_at
    told = telling.lines(grid, times, moment)
    assert [it.text for it in told] == [line]
    assert told[0].pitches == {day.pitches[0].id}
    assert {telling.of_cell(grid.cell(slot, day.rooms[0], moment), times) for slot in day.slots[:2]} == {said}


def test_item_in_the_room_of_another_says_which_made_way(database: Database) -> None:
    day = a_published_day(database, placed=0)

    def fix(title: str) -> str:
        room = {day.rooms[0].id}
        return database.write(
            lambda tx: closures.fix_item(
                tx, at_the_machine(tx.get_one(Event, day.event.id)), day.slots[0].id, title, room
            )
        )

    assert fix("Keynote") == "Keynote takes Main hall."
    assert fix("Panel") == "Panel takes Main hall. Keynote made way there."
