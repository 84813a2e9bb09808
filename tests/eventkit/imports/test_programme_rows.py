"""Fixed items of a programme at an event of several days: each comes to its own day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventkit.event import days, events, roles
from eventkit.imports import programme_rows
from eventkit.imports.programme_rows import Came, NewEvent
from eventkit.imports.programmes import FoundItem, Programme
from eventkit.storage.db import Database
from tests.world.builders import an_event

FIRST = date(2026, 12, 5)
SLOTS = """10:00-10:45
12:30-13:30 Lunch
Sunday 6 December
10:00-10:45
12:30-13:30 Lunch
23:30-00:15"""
BEFORE = {"5 10:00-10:45", "5 12:30-13:30 Lunch", "6 10:00-10:45", "6 12:30-13:30 Lunch", "6 23:30-00:15"}


def an_item(day: int, hours: str, title: str) -> FoundItem:
    starts, ends = (datetime.fromisoformat(f"2026-12-{day:02}T{it}") for it in hours.split("-"))
    return FoundItem(starts, ends + timedelta(days=ends <= starts), title)


def programme(*items: FoundItem) -> Programme:
    return Programme(file="programme.ics", kind="ics", items=list(items))


def bring(database: Database, code: str, *items: FoundItem) -> tuple[Came, set[str]]:
    """What came, and what the event has then: the day of the programme's number in the month, times, title."""
    came = database.write(
        lambda tx: programme_rows.bring(tx, roles.at_the_machine(events.by_code(tx, code)), programme(*items))
    )
    return came, there(database, code)


def there(database: Database, code: str) -> set[str]:
    with database.reading() as tx:
        event = events.by_code(tx, code)
        zone = ZoneInfo(event.timezone)
        found = [(day.date.day, it) for day in days.of(events.slots(tx, event.id), event.timezone) for it in day.slots]
    spans = [(day, it.starts_at.astimezone(zone), it.ends_at.astimezone(zone), it.title) for day, it in found]
    return {f"{day} {starts:%H:%M}-{ends:%H:%M} {title}".strip() for day, starts, ends, title in spans}


def two_days(database: Database) -> str:
    return an_event(database, day=FIRST, slots=SLOTS)[0].code


@pytest.mark.parametrize(
    ("day", "hours", "title", "new", "gone"),
    [
        (6, "16:00-16:30", "Tea", "6 16:00-16:30 Tea", ""),
        (5, "23:30-00:30", "Film", "5 23:30-00:30 Film", ""),
        (5, "12:00-13:00", "Lunch", "5 12:00-13:00 Lunch", "5 12:30-13:30 Lunch"),
        (6, "12:00-13:00", "Lunch", "6 12:00-13:00 Lunch", "6 12:30-13:30 Lunch"),
        (6, "12:30-13:30", "Lunch and prizes", "6 12:30-13:30 Lunch and prizes", "6 12:30-13:30 Lunch"),
        (7, "00:30-01:00", "Night walk", "6 00:30-01:00 Night walk", ""),
    ],
)
def test_item_comes_to_its_own_day(database: Database, day: int, hours: str, title: str, new: str, gone: str) -> None:
    code = two_days(database)
    came, now = bring(database, code, an_item(day, hours, title))
    assert (now - BEFORE, BEFORE - now) == ({new}, {gone} - {""})
    assert (len(came.items), len(came.changed_items), came.left_out) == (not gone, bool(gone), ())
    assert bring(database, code, an_item(day, hours, title))[0].items == ()


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (an_item(4, "10:00-11:00", "Set-up"), "It is on Friday 4 December 2026, and this event has no such day."),
        (an_item(7, "10:00-11:00", "Clearing"), "It is on Monday 7 December 2026, and this event has no such day."),
        (FoundItem(datetime(2026, 12, 5), datetime(2026, 12, 6), "Camp"), "It goes on for a day or longer"),  # noqa: DTZ001
        (an_item(6, "10:15-11:00", "Talk"), "10:00"),
    ],
)
def test_item_that_has_no_place_is_left_out_with_a_reason(database: Database, item: FoundItem, why: str) -> None:
    came, now = bring(database, two_days(database), item)
    assert now == BEFORE
    assert [why in it.why for it in came.left_out] == [True]


def test_new_event_gets_the_days_that_follow_on_its_first(database: Database) -> None:
    items = [
        an_item(5, "09:00-09:30", "Welcome"),
        an_item(6, "09:00-09:30", "Welcome"),
        an_item(9, "09:00-09:30", "Late"),
    ]
    wanted = NewEvent("Camp", FIRST, "Europe/London", slots=2, rooms=1, capacity=20)
    event, _ = database.write(lambda tx: programme_rows.begin(tx, programme(*items), wanted))
    came = database.write(
        lambda tx: programme_rows.bring(
            tx, roles.at_the_machine(events.by_code(tx, event.code)), programme(*items), new_days=True
        )
    )
    assert {it for it in there(database, event.code) if "Welcome" in it} == {
        "5 09:00-09:30 Welcome",
        "6 09:00-09:30 Welcome",
    }
    assert [it.name.endswith("Late") for it in came.left_out] == [True]


@pytest.mark.only_on("sqlite")
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(5, 6), st.integers(14, 22), st.sampled_from(["Tea", "Lunch", "Prizes"])),
        unique_by=(lambda it: it[:2], lambda it: (it[0], it[2])),
        max_size=4,
    )
)
def test_days_do_not_touch_each_other(database: Database, typed: list[tuple[int, int, str]]) -> None:
    """Each day ends as if only its own items had come."""
    items = [an_item(day, f"{hour}:00-{hour}:30", title) for day, hour, title in typed]
    _, together = bring(database, two_days(database), *items)
    alone = set[str]()
    for day in (5, 6):
        own = [it for it in items if it.starts.day == day]
        alone |= {it for it in bring(database, two_days(database), *own)[1] if it.startswith(f"{day} ")}
    assert together == alone


def test_moments_with_a_zone_come_by_the_clocks_of_the_venue(database: Database) -> None:
    event = an_event(database, day=date(2026, 7, 4), slots="10:00-10:45")[0]
    starts = datetime(2026, 7, 4, 23, 0, tzinfo=UTC)  # midnight in London
    came, now = bring(database, event.code, FoundItem(starts, starts + timedelta(hours=1), "Stars"))
    assert came.left_out[0].why.startswith("It is on Sunday 5 July 2026")
    assert now == {"4 10:00-10:45"}
