"""Actions, helpers, note-takers and marks on notes, as phones without scripts use them."""

import pytest

from eventkit.storage.db import Database
from tests.world.builders import a_person, a_pitch, an_event
from tests.world.published import Day
from tests.world.visitors import Phones, joined, organiser


@pytest.fixture
def day(database: Database) -> Day:
    event, secret = an_event(database)
    return Day(event, secret, [a_pitch(database, event, a_person(database, event))], [], [])


def at(day: Day) -> str:
    return f"{day.address}/pitches/{day.pitches[0].id}"


def test_actions_of_all_sessions_are_on_one_page_and_can_be_joined_there(day: Day, phone: Phones) -> None:
    author, helper = joined(phone, day.event), joined(phone, day.event)
    author.post(f"{at(day)}/notes", kind="action", text="Ask the county", owner="Priya", due="2027-01-31")
    page = helper.page(f"{day.address}/actions")
    assert "Action for Priya · Until 31 January 2027" in page.one("li", class_="action").text
    refused = helper.post(f"{at(day)}/notes/1/help", helps="1", name="", back="actions")
    assert refused.status_code == 422
    assert "Type the name" in refused.text
    assert (
        helper.post(f"{at(day)}/notes/1/help", helps="1", name="Bo", back="actions")
        .headers["Location"]
        .endswith("/actions")
    )
    assert "Helping: Bo" in author.page(at(day)).one("li", class_="action").text
    assert helper.post(f"{at(day)}/notes/1/done", done="1").status_code == 303
    assert "Action for Priya · done" in author.page(f"{day.address}/actions").one("li", class_="action").text


def test_marks_hold_in_every_form_of_the_book(day: Day, phone: Phones) -> None:
    author = joined(phone, day.event)
    author.post(f"{at(day)}/notes", text="Said in confidence", author_name="Mallory", marks="not_quoted")
    author.post(f"{at(day)}/notes", text="For this room only", author_name="Ada", marks="out_of_book")
    author.post(f"{at(day)}/notes", kind="link", url="https://example.org/secret", text="Minutes", marks="out_of_book")
    page = joined(phone, day.event).page(at(day))
    assert [it.text for it in page.all("span", class_="tag")] == [
        "Not to be quoted",
        "Not in the book",
        "Not in the book",
    ]
    for name in ("book.md", "book.html", "schedule.json", "schedule.xml"):
        text = author.get(f"{day.address}/{name}").text
        assert ("this room only" in text, "example.org/secret" in text, "Mallory" in text) == (False,) * 3, name
    assert "Said in confidence (not to be quoted)" in author.get(f"{day.address}/book.md").text


def test_host_strikes_a_note_in_their_session_and_organisers_still_read_it(
    day: Day, phone: Phones, database: Database
) -> None:
    host, author = joined(phone, day.event), joined(phone, day.event)
    address = host.post(f"{day.address}/pitches", title="Mine", host_name="Host").headers["Location"]
    mine = f"{day.address}/pitches/{address.rsplit('-', 1)[1]}"
    author.post(f"{mine}/notes", text="Nonsense")
    assert host.post(f"{mine}/notes/1", strike="1").status_code == 303
    assert "Nonsense" not in joined(phone, day.event).page(mine).by_id("entries").text
    assert "Nonsense" in organiser(phone, day.event).page(mine).by_id("entries").text
    assert author.post(f"{mine}/notes/1", strike="0").status_code == 403
    assert host.post(f"{mine}/notes/1", strike="0").status_code == 303


def test_who_takes_notes_is_said_on_the_session(day: Day, phone: Phones) -> None:
    taker = joined(phone, day.event)
    assert taker.post(f"{at(day)}/notes/taker", takes="1", taker="Ada").status_code == 303
    assert "Takes notes: Ada" in joined(phone, day.event).page(at(day)).by_id("takers").text
    taker.post(f"{at(day)}/notes/taker", takes="0")
    assert "Nobody has offered" in taker.page(at(day)).by_id("takers").text
