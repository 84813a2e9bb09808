"""Days of the programme: what goes on past midnight, which day is today, and the nights on which the clocks change."""

from datetime import UTC, date, datetime, time

import pytest

from eventkit.errors import Invalid
from eventkit.event import days, events
from eventkit.event.days import Twice
from eventkit.storage.db import Database
from tests.world.builders import an_event

SATURDAY, SUNDAY = date(2026, 6, 27), date(2026, 6, 28)
TWO_DAYS = "10:00-10:45\n22:00-23:15\n23:30-00:15\n00:30-01:15\nSunday\n10:00-10:45"
LONDON = "Europe/London"


def found(database: Database, slots: str, **changes: object) -> list[tuple[date, list[str]]]:
    event, _ = an_event(database, slots=slots, **{"day": SATURDAY, **changes})
    with database.reading() as tx:
        them = days.of(events.slots(tx, event.id), LONDON)
    return [(it.date, [f"{slot.starts_at:%d %H:%M}" for slot in it.slots]) for it in them]


def test_night_belongs_to_the_evening_before(database: Database) -> None:
    assert found(database, TWO_DAYS) == [
        (SATURDAY, ["27 09:00", "27 21:00", "27 22:30", "27 23:30"]),
        (SUNDAY, ["28 09:00"]),
    ]
    early = "10:00-18:00\nSunday\n05:00-05:45\n06:00-06:45"
    assert found(database, early) == [(SATURDAY, ["27 09:00"]), (SUNDAY, ["28 04:00", "28 05:00"])]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-06-01 12:00", SATURDAY),
        ("2026-06-27 05:00", SATURDAY),
        ("2026-06-27 19:00", SATURDAY),
        ("2026-06-27 23:10", SATURDAY),
        ("2026-06-28 00:14", SATURDAY),
        ("2026-06-28 00:15", SUNDAY),
        ("2026-06-28 20:00", SUNDAY),
        ("2026-07-20 12:00", SUNDAY),
    ],
)
def test_today_lasts_until_the_evening_is_over(database: Database, moment: str, day: date) -> None:
    event, _ = an_event(database, slots=TWO_DAYS, day=SATURDAY)
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    with database.reading() as tx:
        today = days.today(days.of(events.slots(tx, event.id), LONDON), at, LONDON)
    assert today and today.date == day


SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "skipped", "twice"),
    [
        (SPRING, time(1, 30), LONDON, True, False),
        (SPRING, time(0, 59), LONDON, False, False),
        (SPRING, time(2, 0), LONDON, False, False),
        (AUTUMN, time(0, 59), LONDON, False, False),
        (AUTUMN, time(1, 30), LONDON, False, True),
        (AUTUMN, time(2, 0), LONDON, False, False),
        (SATURDAY, time(1, 30), LONDON, False, False),
        (SPRING, time(1, 30), "UTC", False, False),
    ],
)
def test_time_that_the_clocks_skip_or_show_twice_is_known(
    day: date, clock: time, zone: str, skipped: bool, twice: bool
) -> None:
    assert (days.skipped(day, clock, zone), days.twice(day, clock, zone)) == (skipped, twice)


def test_what_is_doubtful_is_asked_and_the_answer_is_kept() -> None:
    with pytest.raises(Twice, match="The clocks go back on Sunday 25 October 2026 and show 01:30 twice"):
        days.span(AUTUMN, time(1, 30), time(2, 15), LONDON)
    with pytest.raises(Invalid, match="skip 01:15"):
        days.span(date(2026, 3, 28), time(23, 30), time(1, 15), LONDON)

    def hours(starts: time, ends: time, which: days.Which) -> list[str]:
        return [f"{it:%H:%M}" for it in days.span(AUTUMN, starts, ends, LONDON, which)]

    assert hours(time(1, 30), time(2, 15), "first") == ["00:30", "02:15"]
    assert hours(time(1, 30), time(2, 15), "second") == ["01:30", "02:15"]
    assert hours(time(1, 30), time(1, 15), "first") == ["00:30", "01:15"]
    assert hours(time(0, 30), time(1, 30), "second") == ["23:30", "01:30"]


@pytest.mark.parametrize(
    ("day", "zone", "clocks", "ends"),
    [
        (date(2026, 3, 28), LONDON, (time(23, 30), time(1, 0)), "29 01:00"),
        (SPRING, LONDON, (time(0, 15), time(1, 0)), "29 01:00"),
        (SPRING, LONDON, (time(0, 15), time(2, 0)), "29 01:00"),
        (date(2031, 4, 24), "Africa/Cairo", (time(23, 15), time(0, 0)), "24 22:00"),
        (date(2031, 10, 5), "Australia/Lord_Howe", (time(1, 0), time(2, 0)), "04 15:30"),
    ],
)
def test_slot_may_end_when_the_clocks_go_forward(day: date, zone: str, clocks: tuple[time, time], ends: str) -> None:
    assert f"{days.span(day, *clocks, zone)[1]:%d %H:%M}" == ends
