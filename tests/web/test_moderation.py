"""Hiding pitches and notes, from the list, a pitch's page and its notes, and what their author then reads."""

from flask import Flask

from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from tests.world.builders import an_event
from tests.world.visitors import Phones, facilitator, joined

TAKEN_OFF = "An organiser took this off the screens. Talk to them if you think that is a mistake."


def an_event_with_helpers(database: Database) -> Event:
    event, _ = an_event(database)

    def give_link(tx: Transaction) -> Event:
        stored = tx.get_one(Event, event.id)
        stored.facilitator_hash = "f" * 64
        return stored

    return database.write(give_link)


def test_facilitator_hides_a_pitch_and_shows_it_again(app: Flask, database: Database, phone: Phones) -> None:
    event = an_event_with_helpers(database)
    with database.reading():
        pass
    address = f"/e/{event.code}"
    author, other = joined(phone, event), joined(phone, event)
    author.post(f"{address}/pitches", title="Cheap watches", description="Buy them", nonce="n1")
    helper = facilitator(phone, event)
    assert "Cheap watches" in other.page(address).one("main").text
    assert "Hide it" in helper.page(f"{address}/pitches/1").one("main").text
    assert "Hide it" not in author.page(f"{address}/pitches/1").one("main").text

    answer = helper.post(f"{address}/organise/hidden", kind="pitch", id="1", hidden="1", pitch="1")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{address}/pitches/1")
    assert "Cheap watches" not in other.page(address).one("main").text
    assert other.get(f"{address}/pitches/1").status_code == 404
    own = author.page(f"{address}/pitches/1").one("main").text
    assert TAKEN_OFF in own
    assert "Withdraw it" not in own
    assert author.post(f"{address}/pitches/1", title="Dear watches").status_code == 403
    assert "Show it again" in helper.page(f"{address}/pitches/1").one("main").text
    helper.post(f"{address}/organise/hidden", kind="pitch", id="1", hidden="0")
    assert other.get(f"{address}/pitches/1").status_code == 200


def test_hidden_note_is_a_kind_sentence_to_its_author(app: Flask, database: Database, phone: Phones) -> None:
    event = an_event_with_helpers(database)
    address = f"/e/{event.code}"
    author, other, helper = joined(phone, event), joined(phone, event), facilitator(phone, event)
    other.post(f"{address}/pitches", title="Bins", nonce="n1")
    author.post(f"{address}/pitches/1/notes", kind="note", text="Buy watches")
    helper.post(f"{address}/organise/hidden", kind="note", id="1", hidden="1", pitch="1")
    assert "Buy watches" not in other.page(f"{address}/pitches/1").by_id("entries").text
    assert author.page(f"{address}/pitches/1").by_id("entries").text == TAKEN_OFF
    assert author.get(f"{address}/pitches/1/notes/1").status_code == 403
    assert "Buy watches" in helper.page(f"{address}/pitches/1").by_id("entries").text


def test_list_hides_all_of_one_phone(app: Flask, database: Database, phone: Phones) -> None:
    event = an_event_with_helpers(database)
    address = f"/e/{event.code}"
    author, helper = joined(phone, event), facilitator(phone, event)
    for number in range(3):
        author.post(f"{address}/pitches", title=f"Spam {number}", nonce=f"n{number}")
    listed = helper.page(f"{address}/organise/moderation")
    person = listed.all("input", name="id")[1].attributes["value"]  # the pitch's own is the first
    assert [it.text for it in listed.all("a") if it.text.startswith("Spam")] == ["Spam 2", "Spam 1", "Spam 0"]
    helper.post(f"{address}/organise/hidden", kind="person", id=person, hidden="1")
    assert "Spam" not in joined(phone, event).page(address).one("main").text
    assert helper.page(f"{address}/organise/moderation").by_id("items").text.count("hidden") == 3
    assert author.post(f"{address}/organise/hidden", kind="person", id=person, hidden="0").status_code == 403
