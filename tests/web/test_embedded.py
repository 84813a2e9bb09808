"""The grid in a frame of another site, and what oEmbed says of it."""

import json
from datetime import date

from eventkit.storage.db import Database
from tests.world.phone import Page
from tests.world.published import a_published_day, announce
from tests.world.visitors import Phones, joined, organiser


def test_frame_shows_the_grid_alone_and_any_site_may_show_it(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4, day=date(2099, 6, 26))
    announce(database, day, "Lunch is late")
    answer = joined(phone, day.event).get(f"{day.address}/embed")
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"frame-ancestors *", "form-action 'none'", "default-src 'none'"} <= set(policy)
    assert "X-Frame-Options" not in answer.headers
    page = Page(answer.text)
    assert [it.text for it in page.all("p", class_="session-title")] == ["Pitch 1", "Pitch 2", "Pitch 3", "Pitch 4"]
    assert "Lunch is late" in page.all("p", class_="announced")[0].text
    assert page.all("form") == page.all("button") == page.all("input") == []


def test_every_other_page_stays_out_of_frames(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    for address in (day.address, f"{day.address}/grid", f"{day.address}/me", "/e/nonsense/embed"):
        headers = phone().get(address).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_frame_before_a_grid_says_so(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    database.write(lambda tx: setattr(tx.get_one(type(day.event), day.event.id), "published_version", None))
    assert phone().page(f"{day.address}/embed").all("p", class_="empty")[0].text.startswith("There is no grid yet.")


def test_oembed_names_the_frame(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    database.write(lambda tx: setattr(tx.get_one(type(day.event), day.event.id), "name", 'Camp <"of"> data'))
    page = phone().page(f"{day.address}/grid")
    (link,) = [it for it in page.all("link") if it.attributes.get("type") == "application/json+oembed"]
    said = json.loads(phone().get(str(link.attributes["href"])).data)
    (frame,) = Page(said["html"]).all("iframe")
    assert str(frame.attributes["src"]).endswith(f"{day.address}/embed")
    assert (said["version"], said["type"], said["width"]) == ("1.0", "rich", 960)
    assert said["title"] == frame.attributes["title"] == 'Camp <"of"> data'
    asked = f"/oembed?url=https://x.example{day.address}&maxwidth=400&maxheight=1&format=json"
    smaller = json.loads(phone().get(asked).data)
    assert (smaller["width"], smaller["height"]) == (400, 240)


def test_oembed_refuses_what_it_does_not_know(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    answers = {"": 404, "url=https://x.example/": 404, "url=http://[": 404, f"url={day.address}/grid&format=xml": 501}
    assert {query: phone().get(f"/oembed?{query}").status_code for query in answers} == answers


def test_private_event_is_in_no_frame(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    database.write(lambda tx: setattr(tx.get_one(type(day.event), day.event.id), "word", "walnut"))
    inside = organiser(phone, day.event)
    assert "Pitch 1" not in phone().get(f"{day.address}/embed").text
    assert inside.get(f"{day.address}/embed").headers["X-Frame-Options"] == "DENY"
    for visitor in (phone(), inside):
        assert visitor.get(f"/oembed?url={day.address}/grid").status_code >= 400
    assert "oembed" not in inside.get(f"{day.address}/grid").text
