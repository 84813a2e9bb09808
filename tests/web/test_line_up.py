"""The line-up's pages: the projector, the facilitator's hand, the host's phone; one truth for all of them."""

import pytest
from sqlmodel import select

from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Pitch
from tests.world.builders import an_event
from tests.world.days import some_pitches
from tests.world.phone import Page, Phone
from tests.world.visitors import Phones, facilitator, joined


@pytest.fixture
def event(database: Database) -> Event:
    """An event without pitches."""
    return an_event(database)[0]


@pytest.fixture
def hand(phone: Phones, event: Event, database: Database) -> Phone:
    """A facilitator's phone."""

    def invite(tx: Transaction) -> Event:
        stored = tx.get_one(Event, event.id)
        stored.facilitator_hash = "f" * 64
        return stored

    return facilitator(phone, database.write(invite))


def line_up(phone: Phone, event: Event, of: str = "") -> Page:
    return phone.page(f"/e/{event.code}/lineup{of}")


def press(phone: Phone, event: Event, act: str, seen: int | None = None, **fields: object) -> int:
    """Press a button of the line-up as the page of now has it; the status."""
    if seen is None:
        seen = int(line_up(phone, event, "/hand").all("input", name="turn")[0].attributes["value"])
    return phone.submit(f"/e/{event.code}/lineup", {"act": act, "turn": seen, **fields}).status_code


def test_line_up_without_pitches_asks_for_the_first(phone: Phones, event: Event) -> None:
    page = line_up(phone(), event)
    assert page.one("h1").text == "Nobody has pitched yet"
    assert page.one("p", class_="lineup-host").text == "What do you want to talk about? Pitch it."
    assert [link.text for link in page.all("a", class_="button")] == ["To the wall"]


def test_line_up_is_the_same_on_every_screen(phone: Phones, hand: Phone, event: Event, database: Database) -> None:
    some_pitches(database, event, 5, host_name="Priya")
    assert line_up(phone(), event).one("h1").text == "Ready to pitch?"
    assert press(hand, event, "next") == 303
    wall = line_up(phone(), event)
    assert wall.one("h1").text == "Pitch 1"
    assert wall.one("p", class_="meta").text == "Now pitching, 1 of 5"
    assert int(wall.one("span", role="timer").text) in (29, 30)
    assert [turn.text for turn in wall.all("li")] == ["Priya Pitch 2", "Priya Pitch 3", "Priya Pitch 4"]
    assert line_up(hand, event, "/hand").all("p", class_="lead")[1].text == "Pitch 1, Priya"


def test_line_up_has_buttons_for_facilitators_only(
    phone: Phones, hand: Phone, event: Event, database: Database
) -> None:
    some_pitches(database, event, 2)
    assert [it for it in line_up(phone(), event).all("button") if it.attributes.get("id") != "alert-close"] == []
    assert [it.text for it in line_up(hand, event).all("button", type="submit")] == ["Start"]
    assert joined(phone, event).post(f"/e/{event.code}/lineup", act="next", turn=0).status_code == 403


def test_line_up_pressed_on_an_older_page_says_so_and_goes_on_once(
    phone: Phones, hand: Phone, event: Event, database: Database
) -> None:
    some_pitches(database, event, 3)
    assert press(hand, event, "next", seen=0) == 303
    answer = hand.post(f"/e/{event.code}/lineup", act="next", turn=0, hand=1)
    assert answer.status_code == 409
    assert Page(answer.text).one("p", role="alert").text == (
        "Somebody else went on in the meantime. Here is the line-up as it is now."
    )
    assert line_up(phone(), event).one("h1").text == "Pitch 1"


@pytest.mark.parametrize(
    ("act", "fields", "status"),
    [
        ("jump", {}, 422),
        ("call", {"pitch": 999}, 422),
        ("seconds", {"seconds": 5}, 422),
        ("seconds", {"seconds": 45}, 303),
        ("put", {"pitch": -1}, 422),
        ("later", {}, 303),
        ("pause", {}, 303),
        ("longer", {}, 303),
    ],
)
def test_line_up_takes_what_is_pressed(
    hand: Phone, event: Event, database: Database, act: str, fields: dict[str, int], status: int
) -> None:
    some_pitches(database, event, 2)
    assert press(hand, event, "next") == 303
    assert press(hand, event, act, hand=1, **fields) == status


def test_hosts_phone_says_when_it_is_their_turn(phone: Phones, hand: Phone, event: Event, database: Database) -> None:
    host = joined(phone, event)
    some_pitches(database, event, 1)
    host.post(f"/e/{event.code}/pitches", title="Mine")
    with database.reading() as tx:
        pitch_id = tx.scalars(select(Pitch.id).where(Pitch.title == "Mine")).one()
    address = f"/e/{event.code}/pitches/{pitch_id}"
    assert host.page(address).all("div", id="turn") == []
    press(hand, event, "next")
    assert host.page(address).by_id("turn").text == "You are next. Come to the front. I am ready"
    assert host.post(f"{address}/ready", ready=1).status_code == 303
    assert [it.text for it in line_up(hand, event, "/hand").all("span", class_="tag")] == ["is ready"]
    press(hand, event, "next")
    assert host.page(address).by_id("turn").text == "You are up now. Come to the front. I am not ready"
