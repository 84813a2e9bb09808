"""The facilitators' desk as a page: for whom it is, short however much there is, each list by itself."""

from eventkit.event.roles import at_the_machine
from eventkit.market import pitches
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from tests.world.builders import a_person, an_event
from tests.world.phone import Page
from tests.world.visitors import Phones, joined, organiser


def a_crowded_event(database: Database, number: int) -> Event:
    """An event with so many pitches that were typed for others."""
    event, _ = an_event(database)
    person = a_person(database, event)

    def fill(tx: Transaction) -> None:
        by = at_the_machine(tx.get_one(Event, event.id))
        for it in range(number):
            content = pitches.Content(title=f"{it}{it}{it} about matter", host_name=f"Host {it}")
            pitches.add_for_another(tx, by, tx.merge(person), content)

    database.write(fill)
    return event


def titles(page: Page) -> int:
    """How many of the typed pitches are on the page."""
    return len([it for it in page.all("a", dir="auto") if it.text.endswith("about matter")])


def test_desk_stays_short_and_leads_to_the_rest(database: Database, phone: Phones) -> None:
    event = a_crowded_event(database, 100)
    visitor = organiser(phone, event)
    address = f"/e/{event.code}/desk"
    page = visitor.page(address)
    assert titles(page) == 10
    alone = visitor.page(f"{address}?only=unclaimed")
    assert titles(alone) == 40
    assert (len(page.all("section")), len(alone.all("section"))) == (5, 1)
    last = visitor.page(f"{address}?only=unclaimed&page=2")
    assert titles(last) == 20
    for odd in ("only=nonsense&page=9", "only=unclaimed&page=99999999999999999999", "only=alike&page=-3", "page=x"):
        assert visitor.get(f"{address}?{odd}").status_code == 200, odd
    packed = visitor.client.get(address, headers={"Accept-Encoding": "gzip"})
    assert len(packed.data) < 10 * 1024


def test_desk_is_for_those_who_help_and_is_led_to_where_they_look(database: Database, phone: Phones) -> None:
    event = a_crowded_event(database, 1)
    guest, visitor = joined(phone, event), organiser(phone, event)
    assert guest.get(f"/e/{event.code}/desk").status_code == 403
    for place in ("", "/organise", "/pitches"):
        assert visitor.page(f"/e/{event.code}{place}").all("a", href=f"/e/{event.code}/desk"), place
    assert not guest.page(f"/e/{event.code}").all("a", href=f"/e/{event.code}/desk")
