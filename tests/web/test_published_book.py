"""The published book at its own address: there only when the organiser says so, for everybody, and as files."""

from typing import Any

from eventkit.event import entry
from eventkit.event.roles import at_the_machine
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from tests.world.builders import close
from tests.world.published import Day, a_published_day
from tests.world.visitors import Phones, organiser


def published(database: Database, phone: Phones) -> Day:
    day = a_published_day(database)
    boss = organiser(phone, day.event)
    assert boss.post(f"{day.address}/organise/book", public="1").status_code == 303
    assert f"/book/{day.event.code}/" in {
        it.attributes.get("href") for it in boss.page(f"{day.address}/organise").all("a")
    }
    return day


def test_a_book_is_there_once_published_and_gone_when_taken_back(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    address = f"/book/{day.event.code}/"
    assert [phone().get(address + name).status_code for name in ("", "book.md", "nonsense")] == [404] * 3
    boss = organiser(phone, day.event)
    boss.post(f"{day.address}/organise/book", public="1")
    page = phone().get(address)
    assert (page.status_code, "Pitch 4" in page.text, page.headers.get("Set-Cookie")) == (200, True, None)
    assert "X-Robots-Tag" not in page.headers and "noindex" not in page.text
    assert phone().get(f"{day.address}/book.html").headers["X-Robots-Tag"] == "noindex"
    for name in ("book.docx", "schedule.ics", "book.zip", "SHA256SUMS", "sessions/001-pitch-1.md", "index.html"):
        assert phone().get(address + name).status_code == 200, name
    assert phone().get(f"{address}../../e/{day.event.code}/event.json").status_code in (403, 404)
    tag = page.headers["ETag"]
    assert phone().get(address, headers={"If-None-Match": tag}).status_code == 304
    boss.post(f"{day.address}/organise/book", public="0")
    assert phone().get(address, headers={"If-None-Match": tag}).status_code == 404


def test_a_published_book_stays_when_the_event_is_private_closed_or_has_another_code(
    database: Database, phone: Phones
) -> None:
    day = published(database, phone)
    close(database, day.event, pitching=True, voting=True)

    def change(tx: Transaction) -> None:
        event = tx.get_one(Event, day.event.id)
        entry.make_private(tx, at_the_machine(event), "swordfish")

    database.write(change)
    boss = organiser(phone, day.event)
    settings: dict[str, Any] = {"name": "Test camp", "date": day.event.day.isoformat(), "timezone": day.event.timezone}
    assert boss.post(f"{day.address}/organise/settings", **settings, code="newname").status_code == 303
    led = phone().get(f"/book/{day.event.code}/book.md")
    assert (led.status_code, led.headers["Location"]) == (308, "/book/newname/book.md")
    page = phone().get("/book/newname/")
    assert (page.status_code, "X-Robots-Tag" in page.headers) == (200, False)
    assert phone().get("/e/newname/book.md").status_code == 403


def test_a_hidden_pitch_is_out_of_the_published_book_at_once(database: Database, phone: Phones) -> None:
    day = published(database, phone)
    address = f"/book/{day.event.code}/"
    assert "Pitch 2" in phone().get(address).text
    boss = organiser(phone, day.event)
    boss.post(f"{day.address}/organise/hidden", kind="pitch", id=day.pitches[1].id, hidden=1)
    assert "Pitch 2" not in phone().get(address).text
    assert phone().get(f"{address}sessions/002-pitch-2.md").status_code == 404
