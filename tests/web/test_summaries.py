"""The summary on top of a session's notes, as phones without scripts write it."""

import pytest

from eventkit.storage.db import Database
from tests.world.builders import an_event
from tests.world.days import some_pitches
from tests.world.phone import Page
from tests.world.published import Day
from tests.world.visitors import Phones, joined


@pytest.fixture
def day(database: Database) -> Day:
    event, secret = an_event(database)
    return Day(event, secret, some_pitches(database, event, 2), [], [])


def at(day: Day) -> str:
    return f"{day.address}/pitches/{day.pitches[0].id}"


def shown(page: Page) -> str:
    return page.by_id("summary-now").text


def test_summary_is_written_shown_and_put_back(day: Day, phone: Phones) -> None:
    writer = joined(phone, day.event)
    assert writer.post(f"{at(day)}/notes/summary", summary="Bins are *few*", seen="0").status_code == 303
    assert writer.post(f"{at(day)}/notes/summary", summary="No bins", seen="1", author_name="Ada").status_code == 303
    page = joined(phone, day.event).page(at(day))
    assert shown(page).startswith("No bins")
    assert page.by_id("summary").text == "No bins"
    versions = writer.page(f"{at(day)}/notes/summary")
    assert [" ".join(it.text.split()[:2]) for it in versions.all("li", class_="entry")] == ["Version 2,", "Version 1,"]
    writer.post(f"{at(day)}/notes/summary", summary="Bins are *few*", seen="2")
    assert shown(writer.page(at(day))).startswith("Bins are few")


def test_line_that_two_changed_comes_back_with_both_and_their_seen(day: Day, phone: Phones) -> None:
    one, other = joined(phone, day.event), joined(phone, day.event)
    one.post(f"{at(day)}/notes/summary", summary="Bins\nLids", seen="0")
    one.post(f"{at(day)}/notes/summary", summary="Big bins\nLids", seen="1")
    refused = other.post(f"{at(day)}/notes/summary", summary="Small bins\nLids\nBags", seen="1", author_name="Bo")
    page = Page(refused.text)
    assert refused.status_code == 409
    assert page.by_id("summary").text == "Big bins Small bins Lids Bags"
    told = page.one("div", class_="warning").text
    assert "You wrote Small bins They wrote Big bins" in told
    seen = next(it for it in page.all("input", name="seen")).attributes["value"]
    other.post(f"{at(day)}/notes/summary", summary="Small bins\nLids\nBags", seen=seen)
    assert other.page(at(day)).by_id("summary").text == "Small bins Lids Bags"


def test_retry_of_a_summary_adds_nothing(day: Day, phone: Phones) -> None:
    one, other = joined(phone, day.event), joined(phone, day.event)
    one.post(f"{at(day)}/notes/summary", summary="First", seen="0")
    other.post(f"{at(day)}/notes/summary", summary="Second", seen="0")
    one.post(f"{at(day)}/notes/summary", summary="First\nSecond\nThird", seen="2")
    for _ in range(2):
        assert other.post(f"{at(day)}/notes/summary", summary="Second", seen="0").status_code == 303
    assert other.page(at(day)).by_id("summary").text == "First Second Third"
