"""What is announced to one viewer, on the marketplace and on a page of its own."""

from datetime import date

from eventkit.event import announcements, events
from eventkit.event.roles import at_the_machine
from eventkit.storage.db import Database
from tests.world.phone import Page
from tests.world.published import a_published_day, announce
from tests.world.visitors import Phones, joined


def test_marketplace_says_what_is_for_everybody_and_for_the_viewer(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=2, day=date(2099, 6, 26))
    chooser, other = joined(phone, day.event), joined(phone, day.event)
    chooser.post(f"{day.address}/pitches/{day.pitches[1].id}/vote", interest="2")
    announce(database, day, "Lunch is late")
    announce(database, day, "Bring chairs", day.rooms[1].id)
    for visitor, texts in ((chooser, ["Bring chairs", "Lunch is late"]), (other, ["Lunch is late"])):
        for page in (visitor.page(day.address), visitor.page(f"{day.address}/announced")):
            block = page.by_id("announced")
            assert [it.text for it in page.all("b") if block in it.parents] == texts
        fragment = Page(visitor.get(f"{day.address}/announced", htmx=True).text)
        assert fragment.elements[0].attributes["id"] == "announced"


def test_what_has_ended_is_not_said(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    announce(database, day, "Lunch is late")
    database.write(
        lambda tx: announcements.end(
            tx,
            at_the_machine(events.by_code(tx, day.event.code)),
            announcements.every(tx, day.event.id)[0].id,
        )
    )
    page = joined(phone, day.event).page(f"{day.address}/announced")
    assert page.by_id("announced").text == ""
