"""Settings changed later: clock times stay, people hear of it, and codes are left behind without being lost."""

from datetime import UTC, date, datetime

import pytest

from eventkit.errors import Invalid, NotFound
from eventkit.event import announcements, events, settings
from eventkit.event.roles import at_the_machine
from eventkit.grid import published, telling
from eventkit.grid.times import Times
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Announcement, Event, NoticeKind
from tests.world.builders import an_event
from tests.world.published import a_published_day


def change(database: Database, event: Event, **wanted: object) -> Event:
    def act(tx: Transaction) -> Event:
        stored = tx.get_one(Event, event.id)
        now = {"name": stored.name, "day": stored.day, "timezone": stored.timezone, "code": stored.code}
        settings.change(tx, at_the_machine(stored), settings.Settings(**{**now, **wanted}))  # type: ignore[arg-type]
        return stored

    return database.write(act)


def on_the_clock(database: Database, event: Event) -> list[str]:
    with database.reading() as tx:
        stored = tx.get_one(Event, event.id)
        times = Times(stored.timezone)
        return [f"{times.local(slot.starts_at):%d %H:%M}" for slot in events.slots(tx, event.id)]


def test_another_day_and_zone_keep_the_times_on_the_clock(database: Database) -> None:
    event, _ = an_event(database)
    change(database, event, day=date(2026, 12, 3), timezone="Asia/Kolkata")
    assert on_the_clock(database, event) == ["03 10:00", "03 11:00", "03 12:00", "03 13:15"]
    with database.reading() as tx:
        assert events.slots(tx, event.id)[0].starts_at == datetime(2026, 12, 3, 4, 30, tzinfo=UTC)


def test_announcements_of_the_day_move_with_it_and_others_keep_their_time(database: Database) -> None:
    event, _ = an_event(database)
    until = datetime(2026, 6, 26, 17, tzinfo=UTC), datetime(2026, 6, 1, 17, tzinfo=UTC)
    database.write(
        lambda tx: tx.add_all(
            Announcement(event_id=event.id, text="Bins", until=moment, made_at=until[1]) for moment in until
        )
    )
    change(database, event, day=date(2026, 12, 3))  # winter: the same clock is an hour later in UTC
    with database.reading() as tx:
        assert sorted(it.until for it in announcements.every(tx, event.id)) == [
            datetime(2026, 6, 1, 17, tzinfo=UTC),
            datetime(2026, 12, 3, 18, tzinfo=UTC),
        ]


def test_day_on_which_the_clocks_skip_a_time_is_refused(database: Database) -> None:
    event, _ = an_event(database, slots="00:30-00:50\n01:30-02:10")
    with pytest.raises(Invalid, match="The clocks go forward on Sunday 28 March 2027 and skip 01:30") as refused:
        change(database, event, day=date(2027, 3, 28))
    assert "date" in refused.value.fields
    assert on_the_clock(database, event) == ["26 00:30", "26 01:30"]


def test_day_on_which_the_clocks_go_back_within_a_slot_is_refused_or_in_order(database: Database) -> None:
    event, _ = an_event(database, slots="00:30-01:30\n01:30-02:10")
    change(database, event, day=date(2026, 10, 25))
    with database.reading() as tx:
        slots = events.slots(tx, event.id)
        assert slots[0].ends_at <= slots[1].starts_at


def test_night_with_a_time_that_is_there_twice_says_what_to_do_before_it_is_left(database: Database) -> None:
    slots = "first 01:00-01:45\nsecond 01:00-01:45"
    event, _ = an_event(database, day=date(2026, 10, 25), slots=slots)
    with pytest.raises(Invalid, match="on Sunday 25 October 2026 and show 01:00 twice") as refused:
        change(database, event, day=date(2026, 10, 26))
    assert "date" in refused.value.fields


def test_people_are_told_of_another_day_once_and_of_another_zone_their_calendars_hear(database: Database) -> None:
    day = a_published_day(database)
    before = change(database, day.event, name="Better camp").revision
    event = change(database, day.event, day=date(2026, 6, 27))
    assert event.revision == before + 1
    with database.reading() as tx:
        stored = tx.get_one(Event, event.id)
        grid = published.read(tx, stored)
        assert grid is not None
        times = Times(stored.timezone)
        lines = telling.lines(grid, times, grid.news[0].at)
        assert [line.text for line in lines if "day" in line.text] == [
            "The event is now on Saturday 27 June 2026, at the same times. It was on Friday 26 June 2026."
        ]
        assert {room.id for room in grid.rooms} == set(lines[0].rooms)
        assert {it.revision for it in grid.sessions} == {event.revision}
        assert {telling.mark(grid, it, times) for it in grid.sessions} == {""}
    event = change(database, day.event, timezone="Europe/Paris")
    with database.reading() as tx:
        grid = published.read(tx, tx.get_one(Event, event.id))
        assert grid is not None
        assert {it.revision for it in grid.sessions} == {event.revision}
        assert sum(it.kind is NoticeKind.DAY_CHANGED for it in grid.news) == 1


def test_what_stays_as_it_is_raises_no_revision(database: Database) -> None:
    day = a_published_day(database)
    with database.reading() as tx:
        before = tx.get_one(Event, day.event.id).revision
    assert change(database, day.event).revision == before


def test_former_code_finds_the_event_and_nobody_else_can_take_it(database: Database) -> None:
    event, other = an_event(database)[0], an_event(database)[0]
    first = event.code
    change(database, event, code=" Local-GovCamp ")
    change(database, event, code="camp2026")
    with database.reading() as tx:
        for code in (first, "localgovcamp", "LOCALGOVCAMP", "camp2026"):
            assert events.by_code(tx, code).id == event.id
        assert events.by_code(tx, first).code == "camp2026"
        assert events.by_code(tx, first).lasting_code == first
        assert set(events.former_codes(tx, event.id)) == {first, "localgovcamp"}
    for code in (first, "localgovcamp", "camp2026"):
        with pytest.raises(Invalid, match="Another event has the code"):
            change(database, other, code=code)
    change(database, event, code=first)
    with database.reading() as tx:
        assert set(events.former_codes(tx, event.id)) == {"camp2026", "localgovcamp"}
        with pytest.raises(NotFound):
            events.by_code(tx, "nonsense")


@pytest.mark.parametrize("code", ["", "ab", "x" * 21, "münchen", "a/b", "кемп"])
def test_code_that_cannot_be_said_is_refused(database: Database, code: str) -> None:
    event, _ = an_event(database)
    with pytest.raises(Invalid, match="Use 3 to 20 letters") as refused:
        change(database, event, code=code)
    assert "code" in refused.value.fields


def test_codes_are_not_hoarded(database: Database) -> None:
    event, _ = an_event(database)
    for number in range(settings.MOST_CODES):
        change(database, event, code=f"camp{number}")
    with pytest.raises(Invalid, match="other codes already"):
        change(database, event, code="onemore")
