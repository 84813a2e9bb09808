"""Rooms and slots from the same file again: none comes twice, no edit here is lost, none of the file passed over."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from eventkit.event import days, events, roles
from eventkit.event.as_typed import RoomLine
from eventkit.grid import venue
from eventkit.grid.venue import SlotChange
from eventkit.imports import files, previews, programme_rows, told
from eventkit.imports.files import Found
from eventkit.imports.places import REMOVED
from eventkit.imports.programme_rows import Came
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Room, Slot
from tests.world.builders import an_event


def bring(database: Database, event: Event, *sheets: str, take: bool = False) -> Came:
    """What came of files with these lines."""
    found = files.together([(f"{at}.csv", text.encode()) for at, text in enumerate(sheets)])
    assert isinstance(found, Found)
    return database.write(
        lambda tx: programme_rows.bring(
            tx, roles.at_the_machine(tx.get_one(Event, event.id)), found.programme, takes=lambda _key: take
        )
    )


def change_room(database: Database, event: Event, titled: str, line: RoomLine | None) -> None:
    """Change a room here, or remove it."""

    def write(tx: Transaction) -> None:
        by = roles.at_the_machine(tx.get_one(Event, event.id))
        room = tx.scalars(select(Room).where(Room.event_id == event.id, Room.name == titled)).one()
        if line:
            venue.change_room(tx, by, room.id, line)
        else:
            venue.remove_room(tx, by, room.id)

    database.write(write)


def change_slot(database: Database, event: Event, titled: str, line: SlotChange | None) -> None:
    """Change a slot here, or remove it."""

    def write(tx: Transaction) -> None:
        by = roles.at_the_machine(tx.get_one(Event, event.id))
        slot = tx.scalars(select(Slot).where(Slot.event_id == event.id, Slot.title == titled)).one()
        if line:
            venue.change_slot(tx, by, slot.id, line)
        else:
            venue.remove_slot(tx, by, slot.id)

    database.write(write)


def rooms(database: Database, event: Event) -> list[tuple[str, int, list[str]]]:
    with database.reading() as tx:
        return [(it.name, it.capacity, it.features) for it in events.rooms(tx, event.id)]


def items(database: Database, event: Event) -> list[str]:
    with database.reading() as tx:
        found = [it for day in days.of(events.slots(tx, event.id), "UTC") for it in day.slots]
    return [f"{it.starts_at:%H:%M}-{it.ends_at:%H:%M} {it.title}".strip() for it in found]


def a_bare_event(database: Database) -> Event:
    return an_event(database, rooms="Attic, 10", slots="10:00-10:45", timezone="UTC")[0]


def test_rooms_that_changed_here_stay_and_what_changed_in_the_file_comes(database: Database) -> None:
    event = a_bare_event(database)
    bring(database, event, "Room,Seats,Equipment\nHall,80,projector\nStudio,30,\nShed,5,\n")
    change_room(database, event, "Hall", RoomLine("Great hall", 70, ("projector",)))
    change_room(database, event, "Studio", RoomLine("Studio", 25, ()))
    came = bring(database, event, "Room,Seats,Equipment\nHall,80,projector loop\nStudio,35,\n")
    assert (came.rooms, came.changed_rooms, came.kept, came.missing) == (
        (),
        ("Great hall",),
        ("Great hall",),
        ("Shed",),
    )
    assert [(it.name, it.field, it.here, it.said) for it in came.differing] == [("Studio", "seats", "25", "35")]
    there = [("Attic", 10, []), ("Great hall", 70, ["projector", "loop"]), ("Studio", 25, []), ("Shed", 5, [])]
    assert rooms(database, event) == there
    assert told.of_differing_ones(came)[-1] == "“Studio”, seats: here “25”, in the file “35”"
    change_room(database, event, "Shed", None)
    came = bring(database, event, "Room,Seats\nHall,80\nShed,5\n")
    assert [(it.name, it.why) for it in came.left_out] == [("Shed", REMOVED)]
    assert rooms(database, event) == there[:3]


def test_items_that_changed_here_stay_and_what_changed_in_the_file_comes(database: Database) -> None:
    event = a_bare_event(database)
    programme = "Start,End,Title\n09:00,09:30,Welcome\n12:00,13:00,Lunch\n15:00,15:15,Tea\n17:00,17:30,Goodbye\n"
    assert len(bring(database, event, programme).items) == 4
    change_slot(database, event, "Lunch", SlotChange("12:30", "13:30", "Lunch", ""))
    change_slot(database, event, "Welcome", SlotChange("09:00", "09:30", "Hello", ""))
    change_slot(database, event, "Goodbye", None)
    came = bring(database, event, programme)
    assert (came.items, came.changed_items, came.missing) == ((), (), ())
    assert came.kept == ("09:00-09:30 Hello", "12:30-13:30 Lunch")
    assert [(it.name, it.why) for it in came.left_out] == [("17:00-17:30 Goodbye", REMOVED)]
    came = bring(database, event, "Start,End,Title\n09:00,09:45,Welcome\n12:15,13:15,Lunch\n17:00,17:30,Goodbye\n")
    assert came.changed_items == ("09:00-09:45 Hello",)
    assert came.missing == ("15:00-15:15 Tea",)
    assert [(it.here, it.said) for it in came.differing] == [("12:30-13:30", "12:15-13:15")]
    assert items(database, event) == ["09:00-09:45 Hello", "10:00-10:45", "12:30-13:30 Lunch", "15:00-15:15 Tea"]


def test_places_are_taken_from_the_file_where_the_organiser_says_so(database: Database) -> None:
    event = a_bare_event(database)
    bring(database, event, "Room,Seats\nHall,80\n", "Start,End,Title\n12:00,13:00,Lunch\n")
    change_room(database, event, "Hall", RoomLine("Hall", 70, ()))
    change_slot(database, event, "Lunch", SlotChange("12:30", "13:30", "Lunch", ""))
    given_now = [("r.csv", b"Room,Seats\nHall,90\n"), ("s.csv", b"Start,End,Title\n12:15,13:15,Lunch\n")]
    preview = previews.look(database, event.id, given_now, cut=False)
    assert [said for _key, said in preview.choices] == [
        "“Hall”, seats: here “70”, in the file “90”",
        "“12:30-13:30 Lunch”, time: here “12:30-13:30”, in the file “12:15-13:15”",
    ]
    previews.bring(database, event.id, preview.token, take=[key for key, _said in preview.choices])
    assert rooms(database, event)[1:] == [("Hall", 90, [])]
    assert items(database, event)[1:] == ["12:15-13:15 Lunch"]


@pytest.mark.on_both
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.integers(1, 4)), max_size=8))
def test_no_seats_are_lost_and_no_room_doubled(database: Database, edits: list[tuple[int, bool, int]]) -> None:
    """Edited here only: as here; in the file only: as in the file; both: as here, and told."""
    event = a_bare_event(database)
    here, said = [10, 20, 30], [10, 20, 30]
    last = list(said)
    for step in (edits[:4], edits[4:], []):
        for place, is_here, seats in step:
            (here if is_here else said)[place] = seats
        for place, seats in enumerate(here):
            if rooms_named(database, event).get(f"R{place}", seats) != seats:
                change_room(database, event, f"R{place}", RoomLine(f"R{place}", seats, ()))
        came = bring(database, event, "Room,Seats\n" + "".join(f"R{at},{seats}\n" for at, seats in enumerate(said)))
        differing = 0
        for place in range(3):
            if said[place] not in (last[place], here[place]):
                differing += here[place] != last[place]
                here[place] = said[place] if here[place] == last[place] else here[place]
        last = list(said)
        if came.rooms:  # the first time there is nothing here to differ
            here = list(said)
        else:
            assert len(came.differing) == differing
        assert rooms_named(database, event) == {"Attic": 10, **{f"R{at}": seats for at, seats in enumerate(here)}}


def rooms_named(database: Database, event: Event) -> dict[str, int]:
    return {name: seats for name, seats, _features in rooms(database, event)}
