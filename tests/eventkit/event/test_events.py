"""Making an event: rooms and slots as typed, times in the event's zone, codes read however they are typed."""

from datetime import UTC, date, datetime, time

import pytest

from eventkit.errors import Invalid, NotFound
from eventkit.event import events
from eventkit.event.events import RoomLine, SlotLine
from eventkit.storage.db import Database
from eventkit.text import codes
from tests.world.builders import an_event

SPRING, SUMMER = date(2026, 3, 29), date(2026, 6, 26)


def test_rooms_are_read_one_a_line() -> None:
    assert events.parse_rooms("Main hall, 120, Step-free projector,step-free\n\n  Attic ,9 \n") == [
        RoomLine("Main hall", 120, ("step-free", "projector")),
        RoomLine("Attic", 9, ()),
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Name at least one room, one a line: Main hall, 120"),
        ("Hall, 9\n, 40", "Line 2: give the room a name of up to 80 letters."),
        ("\n\nHall", "Line 3: say how many people fit into Hall, like this: Hall, 40"),
        ("Hall, many", "Line 1: say how many people fit into Hall, like this: Hall, 40"),
        ("Hall, ４０", "Line 1: say how many people fit into Hall, like this: Hall, 40"),
        ("Hall, 9\nHALL, 8", "Line 2: there are two rooms called HALL. Give each a name of its own."),
        ("Hall, 9, " + "x" * 41, "Line 1: Up to 20 features of up to 40 letters each can be kept for Hall."),
        ("\n".join(f"Room {n}, 9" for n in range(101)), "That is 101 rooms. Up to 100 can be used."),
    ],
)
def test_rooms_that_cannot_be_used_name_the_line(typed: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        events.parse_rooms(typed)
    assert refused.value.fields == {"rooms": said}


def test_slots_are_read_in_order_of_time_however_they_are_written() -> None:
    assert events.parse_slots("12:30-13:30 Lunch\n9.05 to 10.00\n10:00–10:45") == [
        SlotLine(time(9, 5), time(10), ""),
        SlotLine(time(10), time(10, 45), ""),
        SlotLine(time(12, 30), time(13, 30), "Lunch"),
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Give at least one slot for sessions, one a line: 10:00-10:45"),
        ("12:30-13:30 Lunch", "Give at least one slot for sessions, one a line: 10:00-10:45"),
        ("ten to eleven", "Line 1: 'ten to eleven' is not a slot. Write 10:00-10:45, or 12:30-13:30 Lunch."),
        ("10:00-24:00", "Line 1: '10:00-24:00' is not a slot. Write 10:00-10:45, or 12:30-13:30 Lunch."),
        ("10:00-10:00", "Line 1: the slot ends at 10:00, before it starts at 10:00."),
        ("10:00-11:00\n10:30-11:30", "Line 2: 10:30 is before the slot before it ends, 11:00."),
        ("10:00-11:00 " + "x" * 121, "Line 1: keep the title to 120 letters."),
    ],
)
def test_slots_that_cannot_be_used_name_the_line(typed: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        events.parse_slots(typed)
    assert refused.value.fields == {"slots": said}


@pytest.mark.parametrize(
    ("day", "clock", "zone", "skipped"),
    [
        (SPRING, time(1, 30), "Europe/London", True),
        (SPRING, time(0, 59), "Europe/London", False),
        (SPRING, time(2, 0), "Europe/London", False),
        (SUMMER, time(1, 30), "Europe/London", False),
        (SPRING, time(1, 30), "UTC", False),
    ],
)
def test_time_that_the_clocks_skip_is_known(day: date, clock: time, zone: str, skipped: bool) -> None:
    assert events.skipped(day, clock, zone) == skipped


@pytest.mark.parametrize("text", ["", "London", "localtime", "Factory", "Europe/london "])
def test_time_zone_is_one_of_the_list(text: str) -> None:
    with pytest.raises(Invalid):
        events.parse_timezone(text)
    assert events.parse_timezone("Europe/London") == "Europe/London"


def test_event_keeps_its_times_as_moments_and_of_its_secret_a_digest(database: Database) -> None:
    event, secret = an_event(database, day=SUMMER, timezone="Asia/Kolkata")
    with database.reading() as tx:
        slots, rooms = events.slots(tx, event.id), events.rooms(tx, event.id)
    assert slots[0].starts_at == datetime(2026, 6, 26, 4, 30, tzinfo=UTC)
    assert [slot.title for slot in slots] == ["", "", "Lunch", ""]
    assert [room.name for room in rooms] == ["Main hall", "Library", "Studio"]
    assert event.organiser_hash == codes.digest(secret)
    assert (event.pitching_open, event.voting_open, event.grid_version) == (True, True, 0)


def test_event_is_found_by_its_code_as_typed(database: Database) -> None:
    event, _ = an_event(database)
    with database.reading() as tx:
        assert events.by_code(tx, f" {event.code[:3].upper()}-{event.code[3:]}").id == event.id
        with pytest.raises(NotFound):
            events.by_code(tx, event.code + "x")
