"""The exports at their addresses."""

import json
import threading
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from eventkit.clock import now
from eventkit.errors import TooLong
from eventkit.exports import whole as written
from eventkit.exports.formats import FORMATS
from eventkit.storage.db import Database
from eventkit.storage.helper import Helper
from tests.world.builders import a_person, an_event, close
from tests.world.days import votes
from tests.world.published import Day, a_published_day
from tests.world.visitors import Phones, organiser

TYPES = {
    "schedule.json": "application/json",
    "schedule.xml": "application/xml; charset=utf-8",
    "schedule.ics": "text/calendar; charset=utf-8",
    "grid.csv": "text/csv; charset=utf-8",
    "pitches.csv": "text/csv; charset=utf-8",
    "actions.atom": "application/atom+xml; charset=utf-8",
    "actions.json": "application/feed+json; charset=utf-8",
    "tables.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "book.html": "text/html; charset=utf-8",
    "book.md": "text/markdown; charset=utf-8",
    "book.pdf": "application/pdf",
    "book.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "book.epub": "application/epub+zip",
    "book.zip": "application/zip",
}


@pytest.fixture
def day(database: Database) -> Day:
    return a_published_day(database)


def test_every_format_is_in_the_table() -> None:
    assert TYPES.keys() == FORMATS.keys()


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
    if name == "votes.csv":
        refused = organiser(phone, day.event).get(f"{day.address}/{name}")
        assert (refused.status_code, "Voting is open, so nobody reads votes" in refused.text) == (409, True)
    close(database, day.event, voting=True)
    response = organiser(phone, day.event).get(f"{day.address}/{name}")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{day.event.code}-{name}"'


def test_calendar_of_a_room_is_that_rooms(day: Day, phone: Phones) -> None:
    response = phone().get(f"{day.address}/schedule.ics?room={day.rooms[1].id}")
    assert response.text.count("BEGIN:VEVENT") == 1
    for room in ("0", "x", "", "99999999999"):
        assert phone().get(f"{day.address}/schedule.ics?room={room}").status_code == 404


def test_event_json_carries_no_name_and_no_secret(day: Day, database: Database, phone: Phones) -> None:
    person = a_person(database, day.event, name="Zebedee")
    votes(database, person, [(day.pitches[0], 2)])
    early = json.loads(organiser(phone, day.event).get(f"{day.address}/event.json").text)
    assert not early.keys() & {"votes", "voters"} and early["votes_are_left_out"].startswith("Voting is open")
    close(database, day.event, voting=True)
    text = organiser(phone, day.event).get(f"{day.address}/event.json").text
    assert json.loads(text)["voters"][0]["last_vote"] in (None, written._day(now()))
    for hidden in ("Zebedee", person.token):
        assert hidden not in text
    assert json.loads(text)["votes"] == [{"voter": 1, "pitch": day.pitches[0].id, "interest": 2}]


def test_book_html_may_run_nothing(day: Day, phone: Phones) -> None:
    policy = phone().get(f"{day.address}/book.html").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src data:;")


class Counting(Helper):
    """A helper that counts what it is asked for and the connections that the asking thread holds then, and may fail."""

    def __init__(self, database: Database):
        super().__init__(database)
        self._asker = threading.current_thread()
        self.asked, self.held, self.fails = 0, 0, False
        self._mine: set[Any] = set()
        sa.event.listen(database.engine, "checkout", self._taken)
        sa.event.listen(database.engine, "checkin", self._given_back)

    def _taken(self, _connection: Any, record: Any, _proxy: Any) -> None:
        if threading.current_thread() is self._asker:
            self._mine.add(record)

    def _given_back(self, _connection: Any, record: Any) -> None:
        self._mine.discard(record)

    def read(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        self.asked += 1
        self.held = max(self.held, len(self._mine))
        if self.fails:
            raise TooLong
        return super().read(work, *args, **kwargs)


@pytest.fixture
def counting(app: Flask, database: Database) -> Counting:
    services = app.extensions["twofeet"]
    counting = Counting(database)
    app.extensions["twofeet"] = replace(services, public_helper=counting, helper=counting)
    return counting


def test_export_waits_without_a_connection_and_is_written_once(
    day: Day, phone: Phones, counting: Counting, database: Database
) -> None:
    for _ in range(3):
        assert phone().get(f"{day.address}/book.md").status_code == 200
    votes(database, a_person(database, day.event), [(day.pitches[0], 2)])  # which no file shows while voting is open
    assert phone().get(f"{day.address}/book.md").status_code == 200
    assert (counting.asked, counting.held) == (1, 0)
    assert organiser(phone, day.event).get(f"{day.address}/event.json").status_code == 200
    assert (counting.asked, counting.held) == (2, 0)


def test_export_that_took_too_long_is_not_tried_at_once_again(day: Day, phone: Phones, counting: Counting) -> None:
    counting.fails = True
    for _ in range(3):
        refused = phone().get(f"{day.address}/book.docx")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    assert counting.asked == 1


def test_calendar_of_no_room_is_refused_before_any_work(day: Day, phone: Phones, counting: Counting) -> None:
    for room in ("0", "x", "", "99999999999", "-1"):
        assert phone().get(f"{day.address}/schedule.ics?room={room}").status_code == 404
    assert counting.asked == 0
