"""The console: signing in by link, phases, links, limits, what the day needs next."""

import pytest

from eventkit.event import people
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.builders import an_event
from tests.world.phone import Page, Phone
from tests.world.visitors import Phones


@pytest.fixture
def camp(database: Database) -> tuple[Event, str]:
    return an_event(database)


@pytest.fixture
def organiser(phone: Phones, camp: tuple[Event, str]) -> Phone:
    event, secret = camp
    device = phone()
    response = device.get(f"/e/{event.code}/organise?key={secret}")
    assert (response.status_code, response.location) == (303, f"/e/{event.code}/organise")
    return device


def test_link_signs_a_device_in_and_leaves_no_secret_in_the_address(organiser: Phone, camp: tuple[Event, str]) -> None:
    page = organiser.page(f"/e/{camp[0].code}/organise")
    assert page.one("h1").text == "Organise Test camp"
    assert camp[1] not in " ".join(element.text for element in page.elements)


def test_console_is_for_organisers_only(phone: Phones, camp: tuple[Event, str], database: Database) -> None:
    event, _ = camp
    other_event, other_secret = an_event(database)
    stranger, other = phone(), phone()
    other.get(f"/e/{other_event.code}/organise?key={other_secret}")
    for device in (stranger, other):
        assert device.get(f"/e/{event.code}/organise").status_code == 403
        device.get(f"/e/{event.code}")
        for address in ("phases", "settings", "limits", "facilitators", "links"):
            assert device.post(f"/e/{event.code}/organise/{address}", name="Mine").status_code == 403
    assert stranger.get(f"/e/{event.code}/organise?key=nonsense").status_code == 403


def test_start_shows_the_organisers_link_once(phone: Phones) -> None:
    device = phone()
    form = {
        "name": "Camp",
        "date": "2026-06-26",
        "timezone": "Europe/London",
        "rooms": "Hall, 10",
        "slots": "10:00-11:00",
    }
    console = device.submit("/start", form).location
    link = device.page(console).by_id("secret").text
    assert "?key=" not in device.get(console).text
    elsewhere = phone()
    assert elsewhere.get(link.split("http://localhost")[1].split()[0]).status_code == 303
    assert elsewhere.get(console).status_code == 200


def test_phases_open_and_close_by_hand(organiser: Phone, camp: tuple[Event, str], database: Database) -> None:
    code = camp[0].code
    response = organiser.post(f"/e/{code}/organise/phases", phase="voting", open="0")
    assert (response.status_code, response.location) == (303, f"/e/{code}/organise#phases")
    with database.reading() as tx:
        assert (tx.get_one(Event, camp[0].id).pitching_open, tx.get_one(Event, camp[0].id).voting_open) == (True, False)
    words = [button.text for button in organiser.page(f"/e/{code}/organise").all("button")]
    assert "Open voting" in words and "Close pitching" in words
    assert organiser.post(f"/e/{code}/organise/phases", phase="lunch", open="1").status_code == 404


def test_new_organiser_link_signs_other_devices_out(organiser: Phone, phone: Phones, camp: tuple[Event, str]) -> None:
    event, secret = camp
    other = phone()
    other.get(f"/e/{event.code}/organise?key={secret}")
    organiser.post(f"/e/{event.code}/organise/links")
    assert organiser.get(f"/e/{event.code}/organise").status_code == 200
    assert other.get(f"/e/{event.code}/organise").status_code == 403


def test_facilitators_link_leads_to_the_pitch_box(
    organiser: Phone, phone: Phones, camp: tuple[Event, str], database: Database
) -> None:
    event, _ = camp
    organiser.post(f"/e/{event.code}/organise/facilitators")
    shown = organiser.page(f"/e/{event.code}/organise").by_id("secret").text
    helper = phone()
    response = helper.get(shown.split("http://localhost")[1].split()[0])
    assert (response.status_code, response.location) == (303, f"/e/{event.code}/pitches")
    assert helper.get(f"/e/{event.code}/organise").location == f"/e/{event.code}/pitches"
    with database.reading() as tx:
        assert people.viewer(tx, tx.get_one(Event, event.id), "x").facilitator is False


def test_limits_that_cannot_be_are_refused_and_kept_as_typed(organiser: Phone, camp: tuple[Event, str]) -> None:
    code = camp[0].code
    typed = {"pitches": "0", "all_pitches": "many", "votes": "10", "notes": "5"}
    response = organiser.submit(f"/e/{code}/organise/limits", typed)
    page = Page(response.text)
    assert response.status_code == 422
    assert page.by_id("all_pitches").attributes["value"] == "many"
    assert page.by_id("all_pitches-error").text == "The number of pitches must be a whole number."
    assert (
        organiser.submit(f"/e/{code}/organise/limits", {**typed, "pitches": "3", "all_pitches": "50"}).status_code
        == 303
    )
    assert organiser.page(f"/e/{code}/organise").by_id("pitches").attributes["value"] == "3"


def test_poster_is_for_everybody_and_shows_the_code(phone: Phones, camp: tuple[Event, str]) -> None:
    page = phone().page(f"/e/{camp[0].code}/poster")
    assert page.one("p", class_="code").text == camp[0].code
    assert page.one("svg", class_="qr").attributes["aria-label"] == "Code to join Test camp"


@pytest.mark.parametrize("part", ["figures", "plan", "zones"])
def test_parts_refresh_by_themselves(organiser: Phone, camp: tuple[Event, str], part: str) -> None:
    fragment = Page(organiser.get(f"/e/{camp[0].code}/organise?part={part}", htmx=True).text)
    assert fragment.elements[0].attributes["id"] == part


def test_console_leads_to_every_form_of_book_and_schedule(phone: Phones, database: Database) -> None:
    event, secret = an_event(database)
    organiser = phone()
    organiser.get(f"/e/{event.code}/organise?key={secret}")
    links = {link.attributes.get("href", "") for link in organiser.page(f"/e/{event.code}/organise").all("a")}
    names = (
        "book.html",
        "book.docx",
        "book.md",
        "book.zip",
        "schedule.json",
        "schedule.xml",
        "schedule.ics",
        "event.json",
    )
    assert {f"/e/{event.code}/{name}" for name in names} - links == set()
