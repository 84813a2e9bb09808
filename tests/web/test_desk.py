"""The facilitators' desk as a page: for whom it is, short however much there is, each list by itself."""

from eventkit.clock import now
from eventkit.event.roles import at_the_machine
from eventkit.market import pitches
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Note, NoteKind
from tests.world.builders import a_person, an_event
from tests.world.phone import Page
from tests.world.visitors import Phones, joined, organiser


def a_crowded_event(database: Database, number: int) -> Event:
    """An event with so many pitches that were typed for others, all with a note and an action."""
    event, _ = an_event(database)
    person = a_person(database, event)

    def fill(tx: Transaction) -> None:
        by = at_the_machine(tx.get_one(Event, event.id))
        for it in range(number):
            content = pitches.Content(title=f"{it}{it}{it} about matter", host_name=f"Host {it}")
            pitch = pitches.add_for_another(tx, by, tx.merge(person), content)
            tx.flush()
            tx.add(Note(event_id=event.id, pitch_id=pitch.id, kind=NoteKind.NOTE, text=f"Said {it}", made_at=now()))
            action = f"Write to the council about matter number {it} and say in the newsletter what it answered"
            tx.add(
                Note(
                    event_id=event.id,
                    pitch_id=pitch.id,
                    kind=NoteKind.ACTION,
                    text=action,
                    owner=f"Host {it}",
                    made_at=now(),
                )
            )

    database.write(fill)
    return event


def titles(page: Page) -> int:
    """How many of the typed pitches are on the page."""
    return len([it for it in page.all("a", dir="auto") if it.text.endswith("about matter")])


def test_desk_stays_short_and_leads_to_the_rest(database: Database, phone: Phones) -> None:
    event = a_crowded_event(database, 150)
    visitor = organiser(phone, event)
    address = f"/e/{event.code}/desk"
    page = visitor.page(address)
    assert titles(page) == 10
    alone = visitor.page(f"{address}?only=unclaimed")
    assert titles(alone) == 40
    assert (len(page.all("section")), len(alone.all("section"))) == (5, 1)
    last = visitor.page(f"{address}?only=unclaimed&page=3")
    assert titles(last) == 30
    for odd in ("only=nonsense&page=9", "only=unclaimed&page=99999999999999999999", "only=alike&page=-3", "page=x"):
        assert visitor.get(f"{address}?{odd}").status_code == 200, odd
    for one in ("", "?only=unclaimed", "?only=actions", "?only=alike"):
        packed = visitor.client.get(f"{address}{one}", headers={"Accept-Encoding": "gzip"})
        assert len(packed.data) < 10 * 1024, one


def test_desk_is_for_those_who_help_and_is_led_to_where_they_look(database: Database, phone: Phones) -> None:
    event = a_crowded_event(database, 1)
    guest, visitor = joined(phone, event), organiser(phone, event)
    assert guest.get(f"/e/{event.code}/desk").status_code == 403
    for place in ("", "/organise", "/pitches"):
        assert visitor.page(f"/e/{event.code}{place}").all("a", href=f"/e/{event.code}/desk"), place
    assert not guest.page(f"/e/{event.code}").all("a", href=f"/e/{event.code}/desk")
