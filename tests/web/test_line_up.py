"""The line-up: whose turn it is, and who comes next."""

import pytest

from eventkit.clock import now
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Pitch
from tests.world.builders import an_event
from tests.world.days import some_pitches
from tests.world.phone import Page
from tests.world.visitors import Phones


@pytest.fixture
def event(database: Database) -> Event:
    """An event without pitches."""
    return an_event(database)[0]


def line_up(phone: Phones, event: Event, query: str = "") -> Page:
    return phone().page(f"/e/{event.code}/lineup{query}")


def links(page: Page) -> dict[str, str]:
    """The buttons' words, and the query of where each leads."""
    return {link.text: link.attributes["href"].partition("?")[2] for link in page.all("a", class_="button")}


def test_line_up_without_pitches_asks_for_the_first(phone: Phones, event: Event) -> None:
    page = line_up(phone, event)
    assert page.one("h1").text == "Nobody has pitched yet"
    assert page.one("p", class_="lineup-host").text == "What do you want to talk about? Pitch it."
    assert links(page) == {"To the wall": ""}


def test_line_up_begins_with_the_first_pitch_and_names_the_next_three(
    phone: Phones, event: Event, database: Database
) -> None:
    made = some_pitches(database, event, 5, host_name="Priya")
    page = line_up(phone, event)
    assert page.one("h1").text == "Pitch 1"
    assert page.one("span", role="timer").text == "30"
    assert [turn.text for turn in page.all("li")] == ["Priya Pitch 2", "Priya Pitch 3", "Priya Pitch 4"]
    assert links(page) == {"Next": f"at={made[1].id}"}


def test_line_up_goes_on_to_its_end_and_back(phone: Phones, event: Event, database: Database) -> None:
    made = some_pitches(database, event, 2)
    last = line_up(phone, event, f"?at={made[1].id}")
    assert (last.one("h1").text, last.all("li")) == ("Pitch 2", [])
    assert links(last) == {"Next": f"at={made[1].id + 1}", "Back": f"at={made[0].id}"}
    end = line_up(phone, event, "?" + links(last)["Next"])
    assert end.one("h1").text == "That was everybody"
    assert links(end) == {"Back": f"at={made[1].id}", "To the wall": ""}
    some_pitches(database, event, 1, title="A late one")
    assert line_up(phone, event, "?" + links(last)["Next"]).one("h1").text == "A late one"


def test_line_up_passes_over_who_withdrew(phone: Phones, event: Event, database: Database) -> None:
    made = some_pitches(database, event, 3)

    def withdraw(tx: Transaction) -> None:
        tx.get_one(Pitch, made[1].id).withdrawn_at = now()

    database.write(withdraw)
    page = line_up(phone, event, f"?at={made[1].id}")
    assert page.one("h1").text == "Pitch 3"
    assert page.one("p", class_="meta").text == "Now pitching, 2 of 2"


@pytest.mark.parametrize("at", ["", "x", "-1", "0", str(10**30)])
def test_line_up_takes_whatever_is_asked(phone: Phones, event: Event, database: Database, at: str) -> None:
    some_pitches(database, event, 1)
    assert phone().get(f"/e/{event.code}/lineup?at={at}").status_code == 200
