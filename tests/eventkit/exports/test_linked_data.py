"""schema.org data in pages: what is on, moved and off; nothing of private events; a data block that runs nothing."""

import json
from datetime import date
from typing import Any

from eventkit.clock import now
from eventkit.event.roles import at_the_machine
from eventkit.grid import shifting
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Pitch
from tests.world.published import Day, a_published_day, publish
from tests.world.visitors import Phones


def data(phone: Phones, address: str) -> Any:
    page = phone().page(address)
    found = [it.text for it in page.all("script", type="application/ld+json")]
    assert len(found) <= 1
    return json.loads(found[0]) if found else None


def change(database: Database, day: Day, table: Any, number: int, **values: Any) -> None:
    def act(tx: Transaction) -> None:
        for name, value in values.items():
            setattr(tx.get_one(table, number), name, value)

    database.write(act)


def test_sessions_are_events_on_moved_or_off_and_private_events_none(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4)
    change(
        database, day, Pitch, day.pitches[0].id, title="</script><script>alert(1)</script> & co", host_name="Ada & Bo"
    )
    cells = [day.cells[place] for place in (0, 1, 4, 5)]  # the third an hour later, the last in another room
    publish(database, day, {pitch.id: cell for pitch, cell in zip(day.pitches, cells, strict=False)})
    change(database, day, Pitch, day.pitches[1].id, withdrawn_at=now())
    whole = data(phone, f"{day.address}/grid")
    assert (whole["@type"], whole["name"], whole["startDate"]) == ("Event", "Test camp", "2026-06-26T09:00:00+00:00")
    told = {it["name"]: it["eventStatus"].rpartition("/")[2] for it in whole["subEvent"]}
    assert told == {
        "</script><script>alert(1)</script> & co": "EventScheduled",
        "Pitch 2": "EventCancelled",
        "Pitch 3": "EventRescheduled",
        "Pitch 4": "EventScheduled",
    }
    before = {it["name"]: it["previousStartDate"] for it in whole["subEvent"] if "previousStartDate" in it}
    assert before == {"Pitch 3": "2026-06-26T09:00:00+00:00"}
    one = data(phone, f"{day.address}/pitches/{day.pitches[0].id}")
    assert one == {**whole["subEvent"][0], "@context": "https://schema.org", "superEvent": one["superEvent"]}
    assert [it["name"] for it in one["performer"]] == ["Ada", "Bo"]
    page = phone().page(f"{day.address}/grid")
    kinds = {it.attributes["type"] for it in page.all("link", rel="alternate")}
    assert {"text/calendar", "application/json", "application/xml", "text/csv"} <= kinds
    for link in page.all("link", rel="alternate"):
        assert phone().get(link.attributes["href"]).status_code == 200
    assert [it for it in page.all("a") if it.attributes["href"].startswith("https://ggt.gaa.st/#url=http")]
    change(database, day, Event, day.event.id, word="sesame street")
    assert phone().get(f"{day.address}/grid").text.count("ld+json") == 0


def test_sessions_of_a_slot_that_was_shifted_say_when_they_were_to_begin(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=1, day=date(2099, 6, 26))

    def shift(tx: Transaction) -> None:
        by = at_the_machine(tx.get_one(Event, day.event.id))
        shifting.shift(tx, by, day.slots[0].id, 10, by.event.grid_version)

    database.write(shift)
    (session,) = data(phone, f"{day.address}/grid")["subEvent"]
    assert session["eventStatus"].endswith("EventRescheduled")
    assert (session["previousStartDate"][11:16], session["startDate"][11:16]) == ("09:00", "09:10")
