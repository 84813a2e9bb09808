"""Starting the next event from this one, in the browser: preview, form, the new console."""

from datetime import date

from eventkit.storage.db import Database
from tests.world.builders import a_pitch, an_event
from tests.world.visitors import Phones, joined, organiser


def test_organiser_starts_the_next_event_and_is_its_organiser(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    a_pitch(database, event, title="An old pitch")
    boss, address = organiser(phone, event), f"/e/{event.code}/organise/next"
    shown = boss.get(address).text
    assert "Main hall" in shown and "12:00–13:00" in shown and 'value="2027-06-25"' in shown
    refused = boss.post(address, name="", date="2027-06-25")
    assert refused.status_code == 422 and 'value="2027-06-25"' in refused.text
    assert joined(phone, event).post(address, name="Mine", date="2027-06-25").status_code == 403
    started = boss.post(address, name="Camp again", date="2027-06-25")
    assert started.status_code == 303
    console = boss.get(started.headers["Location"]).text
    assert "Camp again" in console and "shown this once" in console
    assert "An old pitch" not in boss.get(started.headers["Location"].removesuffix("/organise")).text
    assert "An old pitch" in boss.get(f"/e/{event.code}").text


def test_slots_at_which_the_clocks_change_are_told(database: Database, phone: Phones) -> None:
    event, _ = an_event(database, day=date(2026, 10, 24), slots="23:00-23:45\nfirst 01:00-01:45\nsecond 01:00-01:45")
    boss, address = organiser(phone, event), f"/e/{event.code}/organise/next"
    assert "01:00–01:45 BST" in (shown := boss.get(address).text) and "01:00–01:45 GMT" in shown
    started = boss.post(address, name="Again", date="2027-10-23")
    assert started.status_code == 303
    told = boss.page(started.headers["Location"]).by_id("left-out").text
    assert told == "1 slot did not come along: the clocks change then. Add it among rooms and slots."
    kept = boss.post(address, name="Again", date="2027-10-30")
    assert not boss.page(kept.headers["Location"]).all("p", id="left-out")
