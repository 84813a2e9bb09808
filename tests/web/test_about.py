"""The page about an event: the usual words or its organisers' own, and what of them outlives the day."""

from eventkit.storage.db import Database
from tests.world.about import OWN
from tests.world.builders import an_event
from tests.world.published import a_published_day
from tests.world.visitors import Phones, joined, organiser


def test_every_page_leads_to_words_that_hold_where_organisers_said_nothing(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    guest = joined(phone, day.event)
    for page in ("", "/grid", "/me", f"/pitches/{day.pitches[0].id}"):
        assert guest.page(f"{day.address}{page}").one("a", href=f"{day.address}/about").text == "About this event"
    told = guest.page(f"{day.address}/about").one("main").text
    assert "Ask any of the organisers" in told and "Be kind, listen" in told and "CC BY 4.0" in told
    assert "Wifi" not in told and "Quiet room" not in told and "Change this page" not in told
    assert guest.post(f"{day.address}/organise/about", ask="Me").status_code == 403


def test_organisers_words_are_shown_and_the_second_of_two_is_told(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    address = f"/e/{event.code}"
    boss, second = organiser(phone, event), organiser(phone, event)
    seen = second.page(f"{address}/about").one("input", name="seen").attributes["value"]
    assert boss.submit(f"{address}/organise/about", {**OWN, "seen": seen}).status_code == 303
    page = joined(phone, event).page(f"{address}/about")
    told = page.one("main").text
    assert all(words in told for words in ("Ada in the red hat", "lift is by the bins", "tangerine", "The attic."))
    assert page.all("a", href="https://camp.example/conduct")
    late = second.post(f"{address}/organise/about", ask="Bob", seen=seen)
    assert late.status_code == 409 and "Another organiser changed this" in late.text
    assert ">\nBob</textarea>" in late.text and "Ada in the red hat" in late.text
    too_long = boss.post(f"{address}/organise/about", wifi="x" * 401)
    assert (too_long.status_code, "400 letters" in too_long.text) == (422, True)
