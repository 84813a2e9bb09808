"""What an error's page does for somebody who was in the middle of something."""

import pytest

from eventkit.storage.db import Database, sqlite
from tests.world.builders import an_event
from tests.world.phone import Page
from tests.world.visitors import Phones


@pytest.mark.only_on("sqlite")
def test_post_refused_by_a_busy_database_can_be_sent_again_as_typed(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    visitor = phone()
    home = f"/e/{event.code}"
    visitor.get(home)
    other = sqlite.connect(database.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    typed = {
        "title": 'Quotes " and <tags>',
        "description": "Two\nlines",
        "nonce": "n1",
        "needs": ["projector", "step-free"],
    }
    refused = visitor.submit(f"{home}/pitches", typed)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    page = Page(refused.text)
    page.one("form", action=f"{home}/pitches")
    fields = [field.attributes for field in page.all("input") if field.attributes["name"] != "here"]  # the language's
    kept = [(field["name"], field["value"]) for field in fields]
    assert sorted(kept) == sorted(
        [
            ("title", typed["title"]),
            ("description", "Two\nlines"),
            ("nonce", "n1"),
            ("needs", "projector"),
            ("needs", "step-free"),
        ]
    )
    other.execute("ROLLBACK")
    assert visitor.submit(f"{home}/pitches", typed).status_code == 303


@pytest.mark.only_on("sqlite")
def test_what_is_not_there_in_an_event_leads_back_to_the_event(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    for path, back in ((f"/e/{event.code}/pitches/12345", f"/e/{event.code}"), ("/e/nothere/grid", "/"), ("/x", "/")):
        page = Page(phone().get(path).text)
        assert page.one("a", class_="button").attributes["href"] == back
