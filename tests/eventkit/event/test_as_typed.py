"""Rooms and slots as typed: what is understood, what is asked about, and that nothing ends in an error."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.errors import Invalid
from eventkit.event import as_typed
from eventkit.event.as_typed import RoomLine, SlotLine

WRITE = "Write 10:00-10:45, 12:30-13:30 Lunch, or above the slots of another day a line like Saturday 28 June."


def test_rooms_are_read_one_a_line() -> None:
    assert as_typed.parse_rooms("Main hall, 120, Step-free projector,step-free\n\n  Attic ,9 \n") == [
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
        as_typed.parse_rooms(typed)
    assert refused.value.fields == {"rooms": said}


def test_slots_are_read_in_order_of_time_however_they_are_written() -> None:
    assert as_typed.parse_slots("12:30-13:30 Lunch\n9.05 to 10.00\n10:00–10:45") == [
        SlotLine(time(9, 5), time(10), ""),
        SlotLine(time(10), time(10, 45), ""),
        SlotLine(time(12, 30), time(13, 30), "Lunch"),
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Give at least one slot for sessions, one a line: 10:00-10:45"),
        ("12:30-13:30 Lunch", "Give at least one slot for sessions, one a line: 10:00-10:45"),
        ("ten to eleven", f"Line 1: 'ten to eleven' is neither a slot nor a day. {WRITE}"),
        ("10:00-25:00", f"Line 1: '10:00-25:00' is neither a slot nor a day. {WRITE}"),
        ("10:00-10:00", "Line 1: the slot ends at 10:00, before it starts at 10:00."),
        ("10:00-11:00\n10:30-11:30", "Line 2: 10:30 is before the slot before it ends, 11:00."),
        ("10:00-11:00 " + "x" * 121, "Line 1: keep the title to 120 letters."),
    ],
)
def test_slots_that_cannot_be_used_name_the_line(typed: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        as_typed.parse_slots(typed)
    assert refused.value.fields == {"slots": said}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("10:00-10:45 Uhr", "10:00-10:45"),
        ("10:00 Uhr - 10:45 Uhr Pause\n9-9:30", "09:00-09:30|10:00-10:45 Pause"),
        ("10.00–10.45", "10:00-10:45"),
        ("10am-10:45am", "10:00-10:45"),
        ("11:30 a.m. to 12:15 p.m.", "11:30-12:15"),
        ("11-12:30pm", "11:00-12:30"),
        ("1:30-2:15pm", "13:30-14:15"),
        ("13h30-14h15", "13:30-14:15"),
        ("10h-11h", "10:00-11:00"),
        ("9:00-12:00\n12:30-1:30 Lunch\n1:30-2:15\n2:30-3:15", "09:00-12:00|12:30-13:30 Lunch|13:30-14:15|14:30-15:15"),
        ("12:30-13:30, Lunch\n9:00-9:30", "09:00-09:30|12:30-13:30 Lunch"),
        ("00:30-00:50\n01:30-02:10", "00:30-00:50|01:30-02:10"),
        ("23:30-00:15\n00:30-01:15\n22:00-23:30", "22:00-23:30|23:30-00:15|00:30-01:15"),
        ("20:00-24:00\n24:00-00:45 Dance", "20:00-00:00|00:00-00:45 Dance"),
        ("9pm-11pm\n11-12:30am Party\n1:30-2:15", "21:00-23:00|23:00-00:30 Party|01:30-02:15"),
    ],
)
def test_slots_are_understood_as_people_write_them(typed: str, read: str) -> None:
    assert "|".join(str(slot) for slot in as_typed.parse_slots(typed)) == read


SATURDAY = date(2026, 6, 27)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Sunday 28 June", 1),
        ("sunday, 28th of June:", 1),
        ("# Sun 28 Jun 2026 #", 1),
        ("June 28", 1),
        ("2026-06-28", 1),
        ("28.6.", 1),
        ("So. 28.06.26", 1),
        ("28/06/2026", 1),
        ("Sonntag, 28. Juni", 1),
        ("domingo 28 de junio", 1),
        ("dimanche 28 juin", 1),
        ("dydd Sul 28 Mehefin", 1),
        ("Sunday", 1),
        ("Day 2", 1),
        ("Tag 3", 2),
        ("Saturday", 7),
        ("5/7", 8),
    ],
)
def test_line_between_slots_names_their_day(line: str, day: int) -> None:
    read = as_typed.parse_slots(f"23:30-00:15\n00:30-01:15\n{line}\n09:00-10:00", SATURDAY)
    assert [it.day for it in read] == [0, 1, day]
    assert [it.day for it in as_typed.parse_slots(f"Saturday 27 June\n09:00-10:00\n{line}\n9:00-10:00", SATURDAY)] == [
        0,
        day,
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "10:00-11:00\nMonday 28 June\n10:00-11:00",
            "Line 2: Which day is that? By its date it is Sunday 28 June 2026.",
        ),
        ("10:00-11:00\nFriday\nMonday\n10:00-11:00", "Line 2: give this day a slot below its line"),
        ("10:00-11:00\nSunday", "Line 2: give this day a slot below its line"),
        (
            "10:00-11:00\nFriday 26 June\n10:00-11:00",
            "Line 2: Friday 26 June 2026 does not come after Saturday 27 June",
        ),
        ("10:00-11:00\nDay 1\n10:00-11:00", "Line 2: Saturday 27 June 2026 does not come after Saturday 27 June"),
        (
            "Sunday 28 June\n10:00-11:00",
            "Line 1: The event begins on Saturday 27 June 2026, and this is Sunday 28 June",
        ),
        ("10:00-11:00\n31 June\n10:00-11:00", "Line 2: There is no such day."),
        ("10:00-11:00\n7/8\n10:00-11:00", "Line 2: Is that Friday 7 August 2026 or Wednesday 8 July 2026?"),
        ("10:00-11:00\n2026-12-28\n10:00-11:00", "Line 2: Monday 28 December 2026 is more than 60 days after"),
        ("10:00-11:00\nSunday: workshops\n10:00-11:00", "Line 2: 'Sunday: workshops' is neither a slot nor a day."),
        ("10:00-11:00\n23:30-00:15\n00:00-00:30", "Line 3: 00:00 is before the slot before it ends, 00:15."),
    ],
)
def test_day_that_is_half_understood_is_asked_about(typed: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        as_typed.parse_slots(typed, SATURDAY)
    assert refused.value.fields["slots"].startswith(said)


AFTERNOON = (
    "is that in the afternoon? Then write 13:30-14:15. If it is not, put it before what is later, as 01:30-02:15."
)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1:30-2:15", f"Line 1: {AFTERNOON}"),
        ("09:00-09:30\n01:30-02:15", f"Line 2: {AFTERNOON}"),
        ("18:00-19:00\n7:30-8:15", "Line 2: is that in the evening? Then write 19:30-20:15."),
        ("10-11", "Line 1: '10-11' is neither a slot nor a day."),
        ("10:00-10:455", "Line 1: '10:00-10:455' is neither a slot nor a day."),
        ("10:00-10:45 11:00-11:45", "Line 1: we read 10:00-10:45, and do not understand '11:00-11:45'."),
        ("10:00-10:45 45", "Line 1: we read 10:00-10:45, and do not understand '45'."),
        ("10:00-10:45Lunch", "Line 1: we read 10:00-10:45, and do not understand 'Lunch'."),
        ("13am-2pm", "Line 1: '13am-2pm' is neither a slot nor a day."),
    ],
)
def test_slot_that_is_half_understood_is_asked_about(typed: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        as_typed.parse_slots(typed)
    assert refused.value.fields["slots"].startswith(said)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Hall, 1,200", "Hall, 1200"),
        ("Hall, 1,200 seats", "Hall, 1200"),
        ("Hall, 1.200 people, loop", "Hall, 1200, loop"),
        ("Hall, 120 step-free projector", "Hall, 120, step-free projector"),
        ("Hall,, 120", "Hall, 120"),
    ],
)
def test_seats_are_understood_as_people_write_them(typed: str, read: str) -> None:
    assert [str(room) for room in as_typed.parse_rooms(typed)] == [read]


@pytest.mark.parametrize(
    "typed", ["Hall, 1, 200", "Hall, 1 200", "Hall, 1,20", "Hall, 1,200x", "Hall, 120,200", "Hall, 40-50"]
)
def test_seats_that_are_half_understood_are_asked_about(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        as_typed.parse_rooms(f"Attic, 9\n{typed}")
    assert refused.value.fields["rooms"].startswith("Line 2: ")
    assert "like this: Hall, " in refused.value.fields["rooms"]


def _one_of(*parts: str) -> st.SearchStrategy[str]:
    return st.sampled_from(parts)


CLOCK = st.builds(
    "{}{}{}{}".format,
    st.integers(0, 25),
    _one_of("", ":", ".", "h"),
    _one_of("", "00", "30", "7"),
    _one_of("", "am", " pm", " Uhr", "h"),
)
DAY = _one_of("Day 2", "Sunday", "28.6.", "2026-07-01", "5/7", "27 June") | st.text("0123456789./- Day", max_size=12)
TITLE = _one_of("", " Lunch", " Uhr Tea", ", x", " 7", " pm x") | st.text(max_size=6)
SPAN = st.builds("{}{}{}{}".format, CLOCK, _one_of("-", "–", " to "), CLOCK, TITLE)
SEATS = st.builds(
    "{}{}{}{}".format,
    _one_of("Hall", "Ä 1", ""),
    _one_of(",", ", ", ",, ", " "),
    _one_of("1", "1,200", "1.200", "40", "99999", "x"),
    st.text(max_size=6) | _one_of(" seats", ", loop", " 200", ",200"),
)


@given(st.lists(SPAN | DAY, max_size=4).map("\n".join) | st.text(max_size=60))
def test_whatever_is_typed_as_slots_is_lines_or_a_sentence(typed: str) -> None:
    try:
        read = as_typed.parse_slots(typed, SATURDAY)
    except Invalid as refused:
        assert refused.fields["slots"]
        return
    if all(it.day == 0 for it in read):
        assert as_typed.parse_slots("\n".join(map(str, read))) == read


@given(st.lists(SEATS, max_size=3).map("\n".join) | st.text(max_size=60))
def test_whatever_is_typed_as_rooms_is_lines_or_a_sentence(typed: str) -> None:
    try:
        read = as_typed.parse_rooms(typed)
    except Invalid as refused:
        assert refused.fields["rooms"]
        return
    assert as_typed.parse_rooms("\n".join(map(str, read))) == read
