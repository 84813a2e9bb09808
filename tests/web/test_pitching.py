"""Pitching on the marketplace, and for others at the pitch box: nothing typed is lost, nothing is made twice."""

import pytest

from eventkit.event.roles import Viewer
from eventkit.market import pitches
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.builders import a_pitch, an_event, close
from tests.world.marketplace import pitches_stored, titles_shown
from tests.world.phone import Page
from tests.world.visitors import Phones, joined

FACILITATOR = Viewer(token="facilitator's", facilitator=True)


@pytest.fixture
def event(database: Database) -> Event:
    """An event without pitches."""
    return an_event(database)[0]


def test_pitch_goes_on_the_wall_with_all_it_says(phone: Phones, event: Event, database: Database) -> None:
    visitor = joined(phone, event)
    response = visitor.post(
        f"/e/{event.code}/pitches",
        title=" Bins \x00 and  lids ",
        description="All\r\nof them",
        host_name="Ada",
        topic="Places",
        needs=["projector", "step-free"],
    )
    assert (response.status_code, response.headers["Location"]) == (303, f"/e/{event.code}#pitch-1")
    with database.reading() as tx:
        pitch = pitches.get(tx, event.id, 1)
        assert (pitch.title, pitch.description) == ("Bins and lids", "All\nof them")
        assert (pitch.host_name, pitch.topic, pitch.needs) == ("Ada", "Places", ["projector", "step-free"])
    mine = visitor.page(f"/e/{event.code}").by_id("pitch-1")
    assert "mine" in mine.attributes["class"].split()
    assert titles_shown(joined(phone, event).page(f"/e/{event.code}")) == ["Bins and lids"]


def test_pitch_posted_again_with_its_nonce_is_the_same_pitch(phone: Phones, event: Event, database: Database) -> None:
    visitor, other = joined(phone, event), joined(phone, event)
    answers = [visitor.post(f"/e/{event.code}/pitches", title="Bins", nonce="n1") for _ in range(3)]
    assert {answer.headers["Location"] for answer in answers} == {f"/e/{event.code}#pitch-1"}
    other.post(f"/e/{event.code}/pitches", title="Lids", nonce="n1")
    visitor.post(f"/e/{event.code}/pitches", title="Bins", nonce="n2")
    assert pitches_stored(database, event) == [("Bins", ""), ("Lids", ""), ("Bins", "")]
    close(database, event, pitching=True)
    assert visitor.post(f"/e/{event.code}/pitches", title="Bins", nonce="n1").status_code == 303


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"title": " "}, "Give it a title; a question is fine."),
        ({"title": "\u200b\u200d"}, "Give it a title; a question is fine."),
        ({"title": "\u3164\u2800"}, "Give it a title; a question is fine."),
        ({}, "The title is missing. Fill it in."),
        ({"title": "x" * 201}, "The title is too long. Keep it to 200 letters."),
        ({"title": "Bins", "description": "x" * 10_001}, "The description is too long. Keep it to 10,000 letters."),
        ({"title": "Bins", "host_name": "x" * 81}, "The host’s name is too long. Keep it to 80 letters."),
        ({"title": "Bins", "topic": "x" * 41}, "The topic is too long. Keep it to 40 letters."),
        ({"title": "Bins", "needs": ["a pool"]}, "No room here has a pool. Choose from what the rooms have."),
    ],
)
def test_pitch_that_cannot_be_used_comes_back_as_typed(
    phone: Phones, event: Event, database: Database, fields: dict[str, str], error: str
) -> None:
    typed = {"description": "A text", "host_name": "Ada", "topic": "Places", "nonce": "n1", **fields}
    for htmx in (False, True):
        response = joined(phone, event).submit(f"/e/{event.code}/pitches", typed, htmx=htmx)
        assert response.status_code == 422
        page = Page(response.text)
        assert page.one("p", class_="error").text == error
        assert page.by_id("description").text == typed["description"].strip()
        for name in ("title", "host_name", "topic"):
            assert page.by_id(name).attributes["value"] == typed.get(name, "")
        assert page.one("input", name="nonce").attributes["value"] == "n1"
    assert pitches_stored(database, event) == []


def test_pitch_while_closed_says_so_and_keeps_the_text(phone: Phones, event: Event, database: Database) -> None:
    visitor = joined(phone, event)
    close(database, event, pitching=True)
    response = visitor.post(f"/e/{event.code}/pitches", title="Bins", description="All of them")
    assert response.status_code == 409
    page = Page(response.text)
    assert page.one("div", class_="error-summary").text.endswith(
        "Pitching is closed, so this was not pitched. Ask the organiser if it should still get in."
    )
    assert page.by_id("title").attributes["value"] == "Bins"
    assert page.by_id("description").text == "All of them"
    assert not visitor.page(f"/e/{event.code}").all("input", name="title")


def test_pitch_above_the_limit_says_so_and_keeps_the_text(phone: Phones, event: Event, database: Database) -> None:
    database.write(lambda tx: setattr(tx.get_one(Event, event.id), "limits", {"pitches": 1}))
    visitor = joined(phone, event)
    visitor.post(f"/e/{event.code}/pitches", title="Bins")
    response = visitor.post(f"/e/{event.code}/pitches", title="Lids")
    assert response.status_code == 429
    assert Page(response.text).by_id("title").attributes["value"] == "Lids"
    assert pitches_stored(database, event) == [("Bins", "")]


def test_pitch_from_a_phone_that_forgot_the_event_comes_back_and_can_be_sent_again(
    phone: Phones, event: Event, database: Database
) -> None:
    visitor = phone()
    refused = visitor.post(f"/e/{event.code}/pitches", title="Bins", description="A text", nonce="n1")
    page = Page(refused.text)
    assert (refused.status_code, pitches_stored(database, event)) == (403, [])
    assert (page.by_id("title").attributes["value"], page.by_id("description").text) == ("Bins", "A text")
    assert visitor.post(f"/e/{event.code}/pitches", title="Bins", nonce="n1").status_code == 303
    assert len(pitches_stored(database, event)) == 1


def test_pitch_with_htmx_answers_ones_own_pitches_and_an_empty_form(
    phone: Phones, event: Event, database: Database
) -> None:
    a_pitch(database, event, title="Paper forms: what can be done?")
    visitor = joined(phone, event)
    response = visitor.post(f"/e/{event.code}/pitches", htmx=True, title="What about paper forms?", nonce="n1")
    page = Page(response.text)
    assert page.elements[0].attributes["id"] == "pitching"
    assert titles_shown(page) == ["What about paper forms?"]
    assert page.by_id("title").attributes["value"] == ""
    assert page.one("input", name="nonce").attributes["value"] != "n1"
    assert page.one("p", tabindex="-1", autofocus="").text == "It is on the wall now. Everybody sees it."
    hint = page.one("article").text.split("sees it. ")[1]
    assert hint.startswith("Somebody pitched something like this: Paper forms: what can be done?")


def test_similar_pitches_are_hinted_at_while_typing(phone: Phones, event: Event, database: Database) -> None:
    a_pitch(database, event, title="Open data for councils")
    visitor = joined(phone, event)
    found = Page(visitor.get(f"/e/{event.code}/pitches/similar?title=councils+open+data", htmx=True).text)
    assert found.one("a").text == "Open data for councils"
    none = Page(visitor.get(f"/e/{event.code}/pitches/similar?title=bins", htmx=True).text)
    assert none.by_id("similar").text == ""
