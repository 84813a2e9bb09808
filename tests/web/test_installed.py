"""Twofeet on a phone's home screen and without network."""

from eventkit.storage.db import Database
from tests.world.builders import an_event
from tests.world.visitors import Phones


def test_service_worker_is_asked_for_anew_and_may_fetch_from_here_only(phone: Phones) -> None:
    answer = phone().get("/worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "connect-src 'self'" in answer.headers["Content-Security-Policy"]
    assert 'addEventListener("fetch"' in answer.text


def test_plain_page_leads_to_what_the_worker_puts_there(phone: Phones) -> None:
    page = phone().page("/offline")
    assert [it.attributes["href"] for it in page.all("a") if "/e/-" in it.attributes["href"]] == [
        "/e/-/grid",
        "/e/-/me",
        "/e/-",
    ]


def test_manifest_names_the_event_and_starts_at_it(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    visitor = phone()
    address = visitor.page(f"/e/{event.code}").one("link", rel="manifest").attributes["href"]
    answer = visitor.get(address)
    manifest = answer.get_json(force=True)
    assert answer.headers["Content-Type"].startswith("application/manifest+json")
    assert (manifest["name"], manifest["start_url"], manifest["scope"]) == (event.name, *[f"/e/{event.code}"] * 2)
    assert len(manifest["short_name"]) <= 12
    assert all(visitor.get(icon["src"]).status_code == 200 for icon in manifest["icons"])
