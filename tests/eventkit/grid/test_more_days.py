"""More days: slots added to a day, nights that go on with an evening, a day like another, a shift within one day."""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from eventkit.errors import Invalid
from eventkit.event import days, events
from eventkit.event.roles import Organiser, at_the_machine
from eventkit.grid import more_days, shifting, venue
from eventkit.grid.venue import SlotChange
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from tests.world.builders import an_event

SATURDAY, SUNDAY, MONDAY = date(2031, 6, 28), date(2031, 6, 29), date(2031, 6, 30)
EVENING = "10:00-10:45\n12:00-13:00 Lunch\n22:30-23:15"


def camp(database: Database, **changes: object) -> Event:
    return an_event(database, **{"day": SATURDAY, "slots": EVENING, **changes})[0]


def do(database: Database, event: Event, act: Callable[[Transaction, Organiser], object]) -> None:
    database.write(lambda tx: act(tx, at_the_machine(tx.get_one(Event, event.id))))


def on_the_clock(database: Database, event: Event) -> list[str]:
    """Each day with its slots as the clocks show them."""
    with database.reading() as tx:
        stored = tx.get_one(Event, event.id)
        found = days.of(events.slots(tx, event.id), stored.timezone)
        times = venue_times(stored)
        return [f"{it.date:%a}: " + " ".join(times(slot.starts_at, slot.ends_at) for slot in it.slots) for it in found]


def venue_times(event: Event) -> Callable[..., str]:
    zone = ZoneInfo(event.timezone)
    return lambda *moments: "-".join(f"{it.astimezone(zone):%H:%M}" for it in moments)


def test_slot_after_midnight_is_of_the_evening_before(database: Database) -> None:
    event = camp(database)
    do(database, event, lambda tx, by: venue.add_slot(tx, by, "23:30", "00:15"))
    do(database, event, lambda tx, by: venue.add_slot(tx, by, "00:30", "01:15", day=SATURDAY))
    do(database, event, lambda tx, by: venue.add_slot(tx, by, "09:00", "09:45", "Yoga", day=SUNDAY))
    assert on_the_clock(database, event) == [
        "Sat: 10:00-10:45 12:00-13:00 22:30-23:15 23:30-00:15 00:30-01:15",
        "Sun: 09:00-09:45",
    ]
    with database.reading() as tx:
        night = events.slots(tx, event.id)[4].id
    do(database, event, lambda tx, by: venue.change_slot(tx, by, night, SlotChange("00:45", "01:30", "Dance")))
    assert on_the_clock(database, event)[0].endswith("23:30-00:15 00:45-01:30")
    with pytest.raises(Invalid, match=r"The end, 10:00, must come after the start, 11:00\."):
        do(database, event, lambda tx, by: venue.add_slot(tx, by, "11:00", "10:00"))


def test_day_like_another_has_its_times_nights_and_titles(database: Database) -> None:
    event = camp(database, slots=EVENING + "\n23:30-00:15")
    do(database, event, lambda tx, by: more_days.add_day(tx, by, MONDAY, SATURDAY))
    do(database, event, lambda tx, by: more_days.add_day(tx, by, date(2031, 6, 27), MONDAY))
    hours = "10:00-10:45 12:00-13:00 22:30-23:15 23:30-00:15"
    assert on_the_clock(database, event) == [f"Fri: {hours}", f"Sat: {hours}", f"Mon: {hours}"]
    with database.reading() as tx:
        stored = tx.get_one(Event, event.id)
        assert (stored.day, events.last_day(tx, stored)) == (date(2031, 6, 27), date(2031, 7, 1))
    for day, like in ((SATURDAY, MONDAY), (SUNDAY, SUNDAY), (date(2032, 1, 1), SATURDAY)):
        with pytest.raises(Invalid):
            do(database, event, lambda tx, by, day=day, like=like: more_days.add_day(tx, by, day, like))


def test_shift_moves_one_day_with_its_night(database: Database) -> None:
    event = camp(database, slots=EVENING + "\n23:30-00:15\nSunday\n10:00-10:45")
    with database.reading() as tx:
        evening = events.slots(tx, event.id)[2].id
        planned = shifting.plan(tx, tx.get_one(Event, event.id), evening, 20)
    assert len(planned) == 2
    do(database, event, lambda tx, by: shifting.shift(tx, by, evening, 20, 0))
    assert on_the_clock(database, event) == [
        "Sat: 10:00-10:45 12:00-13:00 22:50-23:35 23:50-00:35",
        "Sun: 10:00-10:45",
    ]


def test_time_that_clocks_show_twice_is_asked_about(database: Database) -> None:
    autumn = date(2031, 10, 26)
    event = camp(database, day=autumn, slots="10:00-10:45")
    with pytest.raises(Invalid, match="show 01:30 twice") as refused:
        do(database, event, lambda tx, by: venue.add_slot(tx, by, "01:30", "02:15"))
    assert list(refused.value.fields) == ["which"]
    do(database, event, lambda tx, by: venue.add_slot(tx, by, "01:30", "02:15", which="second"))
    with database.reading() as tx:
        first = events.slots(tx, event.id)[0]
    assert f"{first.starts_at:%H:%M}-{first.ends_at:%H:%M}" == "01:30-02:15"


@pytest.mark.parametrize(
    ("day", "like", "slots", "there"),
    [
        (date(2031, 10, 25), date(2031, 10, 24), "22:30-23:15\n00:15-00:45\n01:15-01:45", "22:30-23:15 00:15-00:45"),
        (date(2031, 3, 29), date(2031, 3, 28), "22:30-23:15\n00:15-01:00\n01:15-01:45", "22:30-23:15 00:15-02:00"),
        (
            date(2031, 10, 27),
            date(2031, 10, 26),
            "first 01:00-01:45\nsecond 01:00-01:45\n03:00-03:45",
            "01:00-01:45 03:00-03:45",
        ),
        (date(2031, 10, 27), date(2031, 10, 26), "09:00-09:45\nfirst 01:30-01:15", "09:00-09:45"),
    ],
)
def test_day_like_another_leaves_out_what_is_doubtful_while_the_clocks_change(
    database: Database, day: date, like: date, slots: str, there: str
) -> None:
    event = camp(database, day=like, slots=slots)
    said: list[str] = []
    do(database, event, lambda tx, by: said.append(more_days.add_day(tx, by, day, like)))
    assert on_the_clock(database, event)[1] == f"{day:%a}: {there}"
    assert "but for those at which the clocks change" in said[0]
