"""My data on the phone: read, taken along, deleted; signing out; the organiser's page about people's data."""

import json
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer

from app import create_app
from eventkit.config import Config
from eventkit.event import people
from eventkit.market import listings
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Person
from eventkit.web.base import security
from eventkit.web.base.cookies import COOKIE
from tests.world.builders import CREDENTIALS, a_person, a_pitch, an_event
from tests.world.phone import Page, Phone
from tests.world.visitors import Phones, joined, organiser


@pytest.fixture
def event(database: Database) -> Event:
    return an_event(database)[0]


def active(phone: Phones, event: Event) -> Phone:
    """A phone that has a name, a pitch and a vote."""
    visitor = joined(phone, event)
    visitor.post(f"/e/{event.code}/name", name="Zebedee")
    visitor.post(f"/e/{event.code}/pitches", title="Bins", nonce="n1")
    return visitor


def names(database: Database) -> list[str]:
    with database.reading() as tx:
        return [person.name for person in tx.query(Person)]


def test_nobody_has_data_here_before_doing_something(phone: Phones, event: Event, database: Database) -> None:
    visitor = joined(phone, event)
    page = visitor.page(f"/e/{event.code}/mine")
    assert page.one("p", class_="empty").text.startswith("Nothing is kept of you here")
    assert visitor.get(f"/e/{event.code}/mine.json").get_json() == {}
    assert names(database) == []


def test_my_data_is_on_the_page_and_in_the_file(phone: Phones, event: Event) -> None:
    visitor = active(phone, event)
    text = visitor.get(f"/e/{event.code}/mine").text
    assert "Zebedee" in text
    assert "Bins" in text
    response = visitor.get(f"/e/{event.code}/mine.json")
    assert response.headers["Content-Disposition"] == f'attachment; filename="twofeet-{event.code}-mine.json"'
    assert [it["title"] for it in json.loads(response.text)["pitches"]] == ["Bins"]


def test_what_is_ticked_is_deleted_and_nothing_ticked_is_said(phone: Phones, event: Event, database: Database) -> None:
    visitor = active(phone, event)
    refused = visitor.post(f"/e/{event.code}/mine")
    assert refused.status_code == 422
    assert "Nothing is ticked, so nothing was deleted." in refused.text
    response = visitor.post(f"/e/{event.code}/mine", delete="name")
    assert (response.status_code, response.headers["Location"]) == (303, f"/e/{event.code}/mine")
    assert names(database) == [""]
    with database.reading() as tx:
        assert [it.title for it in listings.titles(tx, event.id)] == ["Bins"]


def test_who_deletes_everything_comes_back_as_somebody_new(phone: Phones, event: Event, database: Database) -> None:
    visitor = active(phone, event)
    visitor.post(f"/e/{event.code}/mine", delete="all")
    assert names(database) == []
    visitor.post(f"/e/{event.code}/name", name="Another")
    assert names(database) == ["Another"]


def test_device_that_is_signed_out_is_a_stranger(phone: Phones, event: Event, database: Database) -> None:
    boss = organiser(phone, event)
    boss.post(f"/e/{event.code}/name", name="Zebedee")
    assert boss.post(f"/e/{event.code}/mine/leave").headers["Location"] == "/"
    assert boss.get(f"/e/{event.code}/organise").status_code == 403
    assert "Zebedee" not in boss.get(f"/e/{event.code}/mine").text
    assert names(database) == ["Zebedee"]


def test_other_devices_are_signed_out_and_this_one_stays(phone: Phones, event: Event) -> None:
    first, second = active(phone, event), joined(phone, event)
    code = first.page(f"/e/{event.code}/phone").one("p", class_="code").text
    second.post(f"/e/{event.code}/phone", code=code)
    assert "Zebedee" in second.get(f"/e/{event.code}/mine").text
    first.post(f"/e/{event.code}/mine/elsewhere")
    assert "Zebedee" in first.get(f"/e/{event.code}/mine").text
    assert "Zebedee" not in second.get(f"/e/{event.code}/mine").text


def test_new_calendar_address_ends_the_old_one(phone: Phones, event: Event) -> None:
    visitor = active(phone, event)
    before = visitor.page(f"/e/{event.code}/me").by_id("feed").attributes["value"].removeprefix("http://localhost")
    assert visitor.get(before).status_code == 200
    visitor.post(f"/e/{event.code}/me/calendar")
    after = visitor.page(f"/e/{event.code}/me").by_id("feed").attributes["value"].removeprefix("http://localhost")
    assert (visitor.get(before).status_code, visitor.get(after).status_code) == (404, 200)


def test_organiser_deletes_a_person_a_pitch_and_the_event(phone: Phones, event: Event, database: Database) -> None:
    person = a_person(database, event, "Zebedee")
    pitch = a_pitch(database, event, a_person(database, event), "Bins")
    boss, address = organiser(phone, event), f"/e/{event.code}/organise/privacy"
    assert "Zebedee" in boss.get(address).text
    a_pitch(database, event, person, "Worms")
    asked = boss.post(f"{address}/person", person=str(person.id))
    assert asked.status_code == 200 and "Zebedee" in asked.text and "Worms" in asked.text
    assert "Bins" in boss.post(f"{address}/pitch", pitch=str(pitch.id)).text
    assert "Zebedee" in names(database) and "Bins" in boss.get(address).text  # nothing goes by one click
    assert boss.post(f"{address}/person", person=str(person.id), sure="1").status_code == 303
    assert boss.post(f"{address}/pitch", pitch=str(pitch.id), sure="1").status_code == 303
    assert names(database) == [""]
    refused = boss.post(f"{address}/event", code="wrong")
    assert refused.status_code == 422
    assert Page(refused.text).by_id("code").attributes["value"] == "wrong"
    assert boss.post(f"{address}/event", code=event.code).headers["Location"] == "/"
    assert phone().get(f"/e/{event.code}").status_code == 404


def test_day_of_erasure_is_told_to_everybody_and_chosen_by_the_organiser(phone: Phones, event: Event) -> None:
    boss, address = organiser(phone, event), f"/e/{event.code}/organise/privacy"
    assert boss.page(address).by_id("erase_on").attributes["value"] == str(
        (event.created_at + timedelta(days=30)).date()
    )
    assert boss.post(address, erase_on="2026-07-01").status_code == 303
    assert "2026-07-01" in active(phone, event).get(f"/e/{event.code}/mine").text
    refused = boss.post(address, erase_on="2026-06-26")
    assert refused.status_code == 422
    assert "Choose a day from Saturday 27 June 2026 to" in refused.text


def test_page_about_what_is_kept_stands_where_people_write(phone: Phones, event: Event, database: Database) -> None:
    pitch = a_pitch(database, event)
    visitor = joined(phone, event)
    for address in ("/", f"/e/{event.code}", f"/e/{event.code}/pitches/{pitch.id}", f"/e/{event.code}/mine"):
        assert 'href="/privacy"' in visitor.get(address).text, address
    assert "CC BY 4.0" in visitor.get("/privacy").text


@pytest.mark.parametrize("page", ["mine", "mine.json", "me", "phone", "organise", "organise/privacy", "event.json"])
def test_personal_page_is_kept_by_nobody(phone: Phones, event: Event, page: str) -> None:
    boss = organiser(phone, event)
    boss.post(f"/e/{event.code}/name", name="Zebedee")
    assert boss.get(f"/e/{event.code}/{page}").headers["Cache-Control"] == "no-store"


def test_feed_is_kept_by_nobody(phone: Phones, event: Event, database: Database) -> None:
    key = CREDENTIALS.calendar_key(event, a_person(database, event))
    assert phone().get(f"/e/{event.code}/me.ics?key={key}").headers["Cache-Control"] == "no-store"


def test_organisers_cookie_ends_a_month_after_the_event(phone: Phones, app: Flask, database: Database) -> None:
    event, secret = an_event(database)
    visitor = phone()
    visitor.get(f"/e/{event.code}/organise?key={secret}")
    cookie = visitor.client.get_cookie(COOKIE, path=f"/e/{event.code}")
    assert cookie is not None
    serializer = URLSafeSerializer(app.config["SECRET_KEY"], salt=f"visit:{event.code}")
    content = serializer.loads(cookie.value)
    last = event.day + timedelta(days=31)
    expected = max(time.mktime(last.timetuple()) - time.timezone, time.time() + 24 * 3600)
    assert abs(content["x"] - expected) < 24 * 3600
    stale = serializer.dumps({**content, "x": time.time() - 1})
    visitor.client.set_cookie(COOKIE, stale, path=f"/e/{event.code}")
    assert visitor.get(f"/e/{event.code}/organise").status_code == 403


def test_on_https_cookies_are_secure_and_browsers_are_told_to_stay(config: Config, database: Database) -> None:
    event, _ = an_event(database)
    app = create_app(replace(config, public_url="https://localhost"))
    response = app.test_client().get(f"/e/{event.code}", base_url="https://localhost")
    app.extensions["streams"].stop()
    app.extensions["twofeet"].database.close()
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith(f"__Secure-{COOKIE}=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", f"Path=/e/{event.code}"):
        assert flag in cookie
    assert response.headers["Strict-Transport-Security"] == security.HSTS


def test_on_http_nothing_says_https(phone: Phones, event: Event) -> None:
    response = phone().get(f"/e/{event.code}")
    assert response.headers["Set-Cookie"].startswith(f"{COOKIE}=")
    assert "Strict-Transport-Security" not in response.headers


def test_token_of_a_phone_is_new_each_time() -> None:
    assert people.new_token() != people.new_token()
