"""An event of two days with an evening past midnight: each page and file has the same days, also after an import."""

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from eventkit.event import events
from eventkit.imports import whole_rows
from eventkit.storage.db import Database
from tests.world.files_of_others import whole_event
from tests.world.phone import Page
from tests.world.published import a_published_day
from tests.world.visitors import Phones, joined, organiser

SLOTS = "10:00-10:45\n22:30-23:15\n23:30-00:15\n00:30-01:15\nSunday 29 June\n10:00-10:45\n11:00-11:45"
SATURDAY, SUNDAY = "2031-06-28", "2031-06-29"
# by hand: where each pitch stands in the main hall
TABLE = [
    ("Pitch 1", SATURDAY, "2031-06-28T10:00", "2031-06-28T10:45"),
    ("Pitch 2", SATURDAY, "2031-06-28T22:30", "2031-06-28T23:15"),
    ("Pitch 3", SATURDAY, "2031-06-28T23:30", "2031-06-29T00:15"),
    ("Pitch 4", SATURDAY, "2031-06-29T00:30", "2031-06-29T01:15"),
    ("Pitch 5", SUNDAY, "2031-06-29T10:00", "2031-06-29T10:45"),
    ("Pitch 6", SUNDAY, "2031-06-29T11:00", "2031-06-29T11:45"),
]
OF_SATURDAY, OF_SUNDAY = (
    [title for title, day, *_ in TABLE if day == SATURDAY],
    [title for title, day, *_ in TABLE if day == SUNDAY],
)


def titles(page: Page) -> list[str]:
    return [it.text for it in page.all("p", class_="session-title")]


def files_agree(visitor: Phones, address: str) -> None:
    rows = list(csv.DictReader(io.StringIO(visitor().get(f"{address}/grid.csv").text)))
    assert [(it["title"], it["day"], it["start"][:16], it["end"][:16]) for it in rows] == TABLE
    found = json.loads(visitor().get(f"{address}/schedule.json").text)["schedule"]["conference"]["days"]
    assert [(it["date"], it["day_start"][:16], it["day_end"][:16]) for it in found] == [
        (SATURDAY, "2031-06-28T10:00", "2031-06-29T01:15"),
        (SUNDAY, "2031-06-29T10:00", "2031-06-29T11:45"),
    ]
    assert [[it["title"] for it in day["rooms"]["Main hall"]] for day in found] == [OF_SATURDAY, OF_SUNDAY]


def test_pages_and_files_have_the_same_days(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=6, pitches=6, day=date(2031, 6, 28), slots=SLOTS, rooms="Main hall, 40")
    visitor = joined(phone, day.event)
    first = visitor.page(f"{day.address}/grid")
    assert titles(first) == OF_SATURDAY
    assert titles(visitor.page(f"{day.address}/grid?day={SUNDAY}")) == OF_SUNDAY
    both = visitor.page(f"{day.address}/grid?day=all")
    assert titles(both) == OF_SATURDAY + OF_SUNDAY
    assert [it.text for it in both.all("h2", class_="of-day")] == ["Saturday 28 June 2031", "Sunday 29 June 2031"]
    assert titles(visitor.page(f"{day.address}/grid?q=pitch")) == OF_SATURDAY + OF_SUNDAY
    wall = visitor.get(f"{day.address}/wall?show=grid").text
    assert [title for title, *_ in TABLE if title in wall] == OF_SATURDAY
    door = visitor.get(f"{day.address}/doors/{day.rooms[0].id}").text
    assert "Pitch 1" in door and "Pitch 5" not in door
    last = visitor.page(f"{day.address}/pitches/{day.pitches[3].id}").by_id("place").text
    assert "Sat 28 Jun, 00:30–01:15, Main hall" in last
    visitor.post(f"{day.address}/pitches/{day.pitches[4].id}/vote", interest="2")
    mine = visitor.page(f"{day.address}/me")
    assert [it.text for it in mine.all("h2")][:2] == ["Saturday 28 June 2031", "Sunday 29 June 2031"]
    files_agree(phone, day.address)
    kept = whole_event(organiser(phone, day.event).get(f"{day.address}/event.json").text)
    again, _ = database.write(lambda tx: whole_rows.add(tx, kept))
    files_agree(phone, f"/e/{again.code}")


# by hand, of nights on which the clocks change: times as typed -> on pages, in files
NIGHTS = [
    (
        "Europe/Berlin",
        "2031-10-25",
        "23:30-00:15\nfirst 02:00-02:45\nsecond 02:00-02:45\nfirst 01:15-02:00",
        [
            ("23:30–00:15", "2031-10-25T23:30:00+02:00", "00:45"),
            ("01:15–02:00 CEST", "2031-10-26T01:15:00+02:00", "00:45"),
            ("02:00–02:45 CEST", "2031-10-26T02:00:00+02:00", "00:45"),
            ("02:00–02:45 CET", "2031-10-26T02:00:00+01:00", "00:45"),
        ],
    ),
    (
        "Africa/Cairo",
        "2031-10-30",
        "22:00-22:45\nfirst 23:00-23:45\nsecond 23:00-23:45\n24:00-00:45",
        [
            ("22:00–22:45", "2031-10-30T22:00:00+03:00", "00:45"),
            ("23:00–23:45 EEST", "2031-10-30T23:00:00+03:00", "00:45"),
            ("23:00–23:45 EET", "2031-10-30T23:00:00+02:00", "00:45"),
            ("00:00–00:45", "2031-10-31T00:00:00+02:00", "00:45"),
        ],
    ),
    (
        "Africa/Cairo",
        "2031-04-24",
        "22:15-23:00\n23:15-24:00\n01:30-02:15",
        [
            ("22:15–23:00", "2031-04-24T22:15:00+02:00", "00:45"),
            ("23:15–01:00", "2031-04-24T23:15:00+02:00", "00:45"),
            ("01:30–02:15", "2031-04-25T01:30:00+03:00", "00:45"),
        ],
    ),
]


@pytest.mark.parametrize(("zone", "night", "slots", "table"), NIGHTS)
def test_night_on_which_the_clocks_change_is_the_same_on_every_face(
    database: Database, phone: Phones, zone: str, night: str, slots: str, table: list[tuple[str, str, str]]
) -> None:
    made: dict[str, Any] = {
        "day": date.fromisoformat(night),
        "timezone": zone,
        "slots": slots,
        "rooms": "Main hall, 40",
    }
    day = a_published_day(database, placed=len(table), pitches=len(table), **made)
    visitor = joined(phone, day.event)
    on_pages, in_files = [clocks for clocks, *_ in table], [(at, long) for _, at, long in table]
    heads = visitor.page(f"{day.address}/grid").all("th", scope="row")
    assert [it.text.removesuffix(" next").replace(" –", "–") for it in heads] == on_pages
    places = [visitor.page(f"{day.address}/pitches/{it.id}").by_id("place").text for it in day.pitches]
    assert [it.partition(",")[0] for it in places] == on_pages
    door = visitor.page(f"{day.address}/doors/{day.rooms[0].id}")
    assert [it.text for it in door.all("time")][:1] == [on_pages[0][:5]]
    (told,) = json.loads(visitor.get(f"{day.address}/schedule.json").text)["schedule"]["conference"]["days"]
    assert told["date"] == night
    assert [(it["date"], it["duration"]) for it in told["rooms"]["Main hall"]] == in_files
    rows = list(csv.DictReader(io.StringIO(visitor.get(f"{day.address}/grid.csv").text)))
    assert [(it["day"], it["start"]) for it in rows] == [(night, at) for at, _ in in_files]
    calendar = Calendar.from_ical(visitor.get(f"{day.address}/schedule.ics").text).walk("VEVENT")
    starts = sorted(it.decoded("DTSTART").astimezone(UTC) for it in calendar)
    assert starts == [datetime.fromisoformat(at).astimezone(UTC) for at, _ in in_files]


def test_day_is_added_by_a_form(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=1, pitches=1, day=date(2031, 6, 28), slots="10:00-10:45\n23:30-00:15")
    helper = organiser(phone, day.event)
    rooms = f"{day.address}/organise/rooms"
    assert "Another day" in helper.get(rooms).text
    added = helper.post(f"{day.address}/organise/days", day=SUNDAY, like=SATURDAY)
    assert added.status_code == 200 and "Sunday 29 June 2031 has the same slots" in added.text
    assert helper.post(f"{day.address}/organise/days", day=SUNDAY, like=SATURDAY).status_code == 422
    night = helper.post(f"{day.address}/organise/slots", day=SATURDAY, starts="00:30", ends="01:15")
    assert night.status_code == 303
    with database.reading() as tx:
        assert [f"{it.starts_at:%d %H:%M}" for it in events.slots(tx, day.event.id)] == [
            "28 09:00",
            "28 22:30",
            "28 23:30",
            "29 09:00",
            "29 22:30",
        ]
