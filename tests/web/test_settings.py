"""The settings' form, and a code that changed: every old address leads on, and phones stay who they are."""

from flask import Flask
from sqlmodel import col

from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Person
from tests.world.builders import a_pitch, an_event
from tests.world.phone import Page
from tests.world.visitors import Phones, joined, organiser


def test_settings_change_and_come_back_as_typed_where_they_cannot(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    boss = organiser(phone, event)
    typed = {"name": "Better camp", "date": "2026-07-03", "timezone": "paris", "code": event.code}
    response = boss.submit(f"/e/{event.code}/organise/settings", typed)
    assert (response.status_code, response.location) == (303, f"/e/{event.code}/organise#settings")
    with database.reading() as tx:
        stored = tx.get_one(Event, event.id)
        assert (stored.name, str(stored.day), stored.timezone) == ("Better camp", "2026-07-03", "Europe/Paris")
    wrong = {"name": "Third camp", "date": "2026-07-04", "timezone": "Londn", "code": "No"}
    refused = boss.submit(f"/e/{event.code}/organise/settings", wrong)
    assert refused.status_code == 422
    page = Page(refused.text)
    assert {name: page.by_id(name).attributes["value"] for name in wrong} == wrong
    assert page.by_id("timezone-error").text == "Which time zone is that? Write Europe/London."


def test_organiser_and_people_stay_who_they_are_under_a_new_code(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    a_pitch(database, event)
    boss, guest, new = organiser(phone, event), joined(phone, event), phone()
    guest.post(f"/e/{event.code}/name", name="Amy")
    response = boss.post(f"/e/{event.code}/organise/settings", code="localgovcamp")
    assert response.location == "/e/localgovcamp/organise#settings"
    assert boss.get("/e/localgovcamp/organise").status_code == 200
    # a guest who opens the new code is led past the old one, where the cookie is
    response = guest.client.get("/e/localgovcamp/phone?x=1", follow_redirects=True)
    assert (response.status_code, response.request.full_path) == (200, "/e/localgovcamp/phone?x=1")
    assert "Amy" in response.text
    response = new.client.get("/e/localgovcamp", follow_redirects=True)
    assert (response.status_code, response.request.path) == (200, "/e/localgovcamp")
    with database.reading() as tx:
        assert tx.query(Person).filter_by(name="Amy").count() == 1


def test_post_from_a_page_under_the_old_code_is_kept_as_the_same_person(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    boss, guest = organiser(phone, event), joined(phone, event)
    guest.post(f"/e/{event.code}/name", name="Amy")
    boss.post(f"/e/{event.code}/organise/settings", code="localgovcamp")
    boss.post("/e/localgovcamp/organise/settings", code="camp2026")
    for name in ("Bea", "Cleo"):  # the second when the cookie has moved along already
        moved = guest.post(f"/e/{event.code}/name", name=name)
        assert (moved.status_code, moved.location) == (308, "/e/camp2026/name")
        assert guest.post(moved.location, name=name).status_code == 303
        with database.reading() as tx:
            assert [person.name for person in tx.query(Person).filter(col(Person.name) != "")] == [name]


def test_phone_without_cookies_is_not_sent_round_for_ever(app: Flask, phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    boss = organiser(phone, event)
    boss.post(f"/e/{event.code}/organise/settings", code="localgovcamp")
    boss.post("/e/localgovcamp/organise/settings", code="camp2026")
    client = app.test_client(use_cookies=False)
    response = client.get(f"/e/{event.code}/grid?show=now", follow_redirects=True)
    assert response.status_code == 200
    assert len(response.history) <= 5
