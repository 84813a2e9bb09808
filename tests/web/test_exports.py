"""The exports at their addresses."""

import json

import pytest

from eventkit.storage.db import Database
from tests.world.builders import an_event
from tests.world.days import votes
from tests.world.published import Day, a_published_day
from tests.world.visitors import Phones, organiser

TYPES = {
    "schedule.json": "application/json",
    "schedule.xml": "application/xml; charset=utf-8",
    "schedule.ics": "text/calendar; charset=utf-8",
    "grid.csv": "text/csv; charset=utf-8",
    "pitches.csv": "text/csv; charset=utf-8",
    "book.html": "text/html; charset=utf-8",
    "book.md": "text/markdown; charset=utf-8",
    "book.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "book.epub": "application/epub+zip",
    "book.zip": "application/zip",
}


@pytest.fixture
def day(database: Database) -> Day:
    return a_published_day(database)


@pytest.mark.parametrize("name", TYPES)
def test_export_is_open_to_everybody_under_its_licence(day: Day, phone: Phones, name: str) -> None:
    response = phone().get(f"{day.address}/{name}")
    headers = {name: response.headers.get(name) for name in ("Content-Type", "Link", "Access-Control-Allow-Origin")}
    assert (response.status_code, headers) == (
        200,
        {
            "Content-Type": TYPES[name],
            "Link": '<https://creativecommons.org/licenses/by/4.0/>; rel="license"',
            "Access-Control-Allow-Origin": "*",
        },
    )
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("name", TYPES)
def test_export_that_did_not_change_is_not_sent_again(day: Day, phone: Phones, name: str) -> None:
    tag = phone().get(f"{day.address}/{name}").headers["ETag"]
    again = phone().get(f"{day.address}/{name}", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", [*TYPES, "votes.csv", "event.json"])
def test_export_of_an_unknown_event_is_not_here(phone: Phones, name: str) -> None:
    assert phone().get(f"/e/nonsense/{name}").status_code == 404


@pytest.mark.parametrize("name", ["votes.csv", "event.json"])
def test_private_export_is_for_this_events_organiser(day: Day, database: Database, phone: Phones, name: str) -> None:
    elsewhere, _ = an_event(database)
    stranger = organiser(phone, elsewhere)
    assert phone().get(f"{day.address}/{name}").status_code == 403
    assert stranger.get(f"{day.address}/{name}").status_code == 403
    response = organiser(phone, day.event).get(f"{day.address}/{name}")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, no-store")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{day.event.code}-{name}"'


def test_calendar_of_a_room_is_that_rooms(day: Day, phone: Phones) -> None:
    response = phone().get(f"{day.address}/schedule.ics?room={day.rooms[1].id}")
    assert response.text.count("BEGIN:VEVENT") == 1
    for room in ("0", "x", "", "99999999999"):
        assert phone().get(f"{day.address}/schedule.ics?room={room}").status_code == 404


def test_event_json_carries_no_name_and_no_secret(day: Day, database: Database, phone: Phones) -> None:
    from tests.world.builders import a_person

    person = a_person(database, day.event, name="Zebedee")
    votes(database, person, [(day.pitches[0], 2)])
    text = organiser(phone, day.event).get(f"{day.address}/event.json").text
    for hidden in ("Zebedee", person.token):
        assert hidden not in text
    assert json.loads(text)["votes"] == [{"voter": 1, "pitch": day.pitches[0].id, "interest": 2}]


def test_book_html_may_run_nothing(day: Day, phone: Phones) -> None:
    policy = phone().get(f"{day.address}/book.html").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src data:;")
