"""Rooms and slots edited while the day goes on: through the organiser's own event only, one edit after the other."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from eventkit.errors import Invalid, NotFound, Unsure
from eventkit.event import events, limits
from eventkit.event.as_typed import RoomLine
from eventkit.event.roles import Organiser, at_the_machine
from eventkit.grid import closures, published, telling, venue, versions
from eventkit.grid.times import Times
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Room, Slot
from tests.world.at_once import at_once
from tests.world.builders import an_event
from tests.world.published import a_published_day

ATTIC = RoomLine("Attic", 9, ("quiet",))


def rooms(database: Database, event: Event) -> list[str]:
    with database.reading() as tx:
        return [room.name for room in events.rooms(tx, event.id)]


def test_room_or_slot_of_another_event_is_none_here(database: Database) -> None:
    day, elsewhere = a_published_day(database), a_published_day(database)
    room, slot = elsewhere.rooms[0].id, elsewhere.slots[0].id
    for act in (
        lambda tx, by: venue.change_room(tx, by, room, ATTIC),
        lambda tx, by: venue.remove_room(tx, by, room, sure=2),
        lambda tx, by: closures.close_room(tx, by, room, set()),
        lambda tx, by: closures.close_room(tx, by, day.rooms[0].id, {slot}),
        lambda tx, by: venue.change_slot(tx, by, slot, venue.SlotChange("10:00", "10:45")),
        lambda tx, by: venue.remove_slot(tx, by, slot, sure=2),
    ):
        with pytest.raises(NotFound):
            database.write(lambda tx, act=act: act(tx, at_the_machine(tx.get_one(Event, day.event.id))))
    assert len(rooms(database, elsewhere.event)) == 3


def test_two_organisers_who_add_the_same_room_at_once_make_one(database: Database) -> None:
    event, _ = an_event(database)
    add = [lambda: database.write(lambda tx: venue.add_room(tx, at_the_machine(tx.get_one(Event, event.id)), ATTIC).id)]
    results = at_once(add * 3)
    assert sum(isinstance(result, Invalid) for result in results) == 2
    assert rooms(database, event) == ["Main hall", "Library", "Studio", "Attic"]


def test_room_that_people_see_sessions_in_is_removed_only_when_it_is_meant(database: Database) -> None:
    day = a_published_day(database)

    def remove(sure: int) -> str:
        return database.write(
            lambda tx: venue.remove_room(tx, at_the_machine(tx.get_one(Event, day.event.id)), day.rooms[0].id, sure)
        )

    with pytest.raises(Unsure, match=r"^People see 2 sessions in Main hall"):
        remove(sure=1)
    assert rooms(database, day.event) == ["Main hall", "Library", "Studio"]
    assert remove(sure=2) == "Removed Main hall: 2 sessions went off the grid."
    with database.reading() as tx:
        event = tx.get_one(Event, day.event.id)
        assert set(versions.spots(versions.draft(tx, event))) == {day.pitches[1].id, day.pitches[2].id}
        assert published.read(tx, event) is not None


def test_slots_may_touch_but_not_overlap(database: Database) -> None:
    event, _ = an_event(database)

    def add(starts: str, ends: str) -> int:
        return database.write(
            lambda tx: venue.add_slot(tx, at_the_machine(tx.get_one(Event, event.id)), starts, ends).id
        )

    for starts, ends in (("10:30", "10:50"), ("09:00", "15:00"), ("10:00", "10:45"), ("10:50", "10:45")):
        with pytest.raises(Invalid):
            add(starts, ends)
    add("10:45", "11:00")
    with database.reading() as tx:
        assert len(tx.scalars(select(Slot).where(Slot.event_id == event.id)).all()) == 5


def test_limits_are_kept_only_where_they_differ_from_the_usual(database: Database) -> None:
    event, _ = an_event(database)
    usual = {name: limit.most for name, limit in limits.KNOWN.items()}
    name = next(iter(usual))

    def set_them(wanted: dict[str, int]) -> dict[str, int]:
        def act(tx: Transaction) -> None:
            venue.set_limits(tx, at_the_machine(tx.get_one(Event, event.id)), wanted)

        database.write(act)
        with database.reading() as tx:
            return dict(tx.get_one(Event, event.id).limits)

    assert set_them({**usual, name: 7}) == {name: 7}
    assert set_them(usual) == {}
    for wanted in ({name: 0}, {name: 10**9}, {"nothing": 5}):
        with pytest.raises(Invalid):
            set_them(wanted)


def test_phase_is_one_of_two(database: Database) -> None:
    event, _ = an_event(database)
    with pytest.raises(NotFound):
        database.write(lambda tx: venue.set_phase(tx, at_the_machine(tx.get_one(Event, event.id)), "dancing", True))
    with database.reading() as tx:
        assert len(tx.scalars(select(Room).where(Room.event_id == event.id)).all()) == 3


CUTS: dict[str, Callable[[Transaction, Organiser, int, int], object]] = {
    "a title": lambda tx, by, second, sure: venue.change_slot(
        tx, by, second, venue.SlotChange("11:00", "11:45", "Coffee"), sure
    ),
    "removed": venue.remove_slot,
    "moved away": lambda tx, by, second, sure: venue.change_slot(
        tx, by, second, venue.SlotChange("15:00", "15:45"), sure
    ),
    "an item between": lambda tx, by, _, sure: venue.add_slot(tx, by, "10:45", "11:00", "Coffee", sure),
    "a slot between": lambda tx, by, _, sure: venue.add_slot(tx, by, "10:45", "11:00", "", sure),
}


@pytest.mark.parametrize("cut", CUTS)
def test_time_that_a_longer_session_goes_on_into_is_taken_only_when_it_is_meant(database: Database, cut: str) -> None:
    """People who see the session read when it ends now, and when it ended before."""
    day = a_published_day(database, placed=1, longer={0: 2})

    def act(sure: int) -> None:
        database.write(lambda tx: CUTS[cut](tx, at_the_machine(tx.get_one(Event, day.event.id)), day.slots[1].id, sure))

    with pytest.raises(Unsure, match=r"^1 session that people see would end at another time"):
        act(sure=0)
    act(sure=1)
    with database.reading() as tx:
        grid = published.read(tx, tx.get_one(Event, day.event.id))
        assert grid is not None
        told = [it.text for it in telling.lines(grid, Times("Europe/London"), day.slots[0].starts_at)]
    ends = "11:00" if cut == "a slot between" else "10:45"
    assert told[-1] == f"‘Pitch 1’ is now at 10:00–{ends}, Main hall. It was at 10:00–11:45, Main hall."
