"""Who hears an announcement: everybody, a door, a slot, a cell, one person."""

from datetime import date, timedelta

import pytest

from eventkit.clock import now
from eventkit.event import announcements, events
from eventkit.event.announcements import AnnouncementContent
from eventkit.event.roles import at_the_machine
from eventkit.grid import hearing
from eventkit.grid.hearing import Hearing
from eventkit.storage.db import Database, Transaction
from tests.world.published import Day, a_published_day, at_this_hour


@pytest.fixture
def day(database: Database) -> Day:
    made = a_published_day(database, day=date(2099, 6, 26))
    at_this_hour(database, made, 0)
    return made


def announced(database: Database, day: Day, room: int | None = None, slot: int | None = None, **more: int) -> Hearing:
    def act(tx: Transaction) -> Hearing:
        event = events.by_code(tx, day.event.code)
        until = now() + timedelta(minutes=more.get("minutes", 30))
        room_id = None if room is None else day.rooms[room].id
        slot_id = None if slot is None else day.slots[slot].id
        announcements.announce(tx, at_the_machine(event), AnnouncementContent("Hear", until, room_id, slot_id))
        return hearing.read(tx, event, now())

    return database.write(act)


def where(database: Database, day: Day, heard: Hearing) -> tuple[list[int], list[tuple[int, int]], list[int]]:
    """The slots, cells and doors, as numbers, that say something."""
    with database.reading() as tx:
        slots = [slot for slot in events.slots(tx, day.event.id) if not slot.title]
    cells = [(s, r) for s, slot in enumerate(slots) for r, room in enumerate(day.rooms) if heard.of_cell(slot, room)]
    of_slots = [number for number, slot in enumerate(slots) if heard.of_slot(slot)]
    return of_slots, cells, [number for number, room in enumerate(day.rooms) if heard.at_door(room)]


def test_what_is_for_everybody_has_no_place_in_the_grid(database: Database, day: Day) -> None:
    heard = announced(database, day)
    assert where(database, day, heard) == ([], [], [0, 1, 2])
    assert [it.whom for it in heard.everybody] == [""]


def test_what_is_for_a_slot_is_said_at_every_door_and_once_in_the_grid(database: Database, day: Day) -> None:
    heard = announced(database, day, slot=1)
    assert where(database, day, heard) == ([1], [], [0, 1, 2])
    assert heard.everybody == []
    assert len(heard.no_cell) == 1


def test_what_is_for_a_room_stands_where_people_are_in_it_meanwhile(database: Database, day: Day) -> None:
    assert where(database, day, announced(database, day, room=1)) == ([], [(0, 1)], [1])
    assert where(database, day, announced(database, day, room=1, minutes=90)) == ([], [(0, 1), (1, 1)], [1])


def test_what_is_for_a_cell_stands_there_only(database: Database, day: Day) -> None:
    heard = announced(database, day, room=2, slot=2)
    assert where(database, day, heard) == ([], [(2, 2)], [2])
    assert heard.items[0].whom.startswith("Studio, ")
