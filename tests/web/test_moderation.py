"""Hiding pitches and notes, from the list, a pitch's page and its notes, and what their author then reads."""

from typing import Any

from flask import Flask

from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from tests.world.builders import an_event
from tests.world.phone import Page
from tests.world.visitors import Phones, facilitator, joined, organiser

STOPPED = "An organiser stopped this phone"
TAKEN_OFF = "An organiser took this off the screens. Talk to them if you think that is a mistake."


def an_event_with_helpers(database: Database) -> Event:
    event, _ = an_event(database)

    def give_link(tx: Transaction) -> Event:
        stored = tx.get_one(Event, event.id)
        stored.facilitator_hash = "f" * 64
        return stored

    return database.write(give_link)


def person_in(listed: Page) -> str:
    """The number of the phone that the first button about all of a phone's is about."""
    forms = [it for it in listed.all("input", name="kind") if it.attributes["value"] == "person"]
    place = listed.elements.index(forms[0])
    return next(it.attributes["value"] for it in listed.elements[place:] if it.attributes.get("name") == "id")


def test_facilitator_hides_a_pitch_and_shows_it_again(app: Flask, database: Database, phone: Phones) -> None:
    event = an_event_with_helpers(database)
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


def test_nobody_but_a_helper_writes_notes_at_a_hidden_pitch(app: Flask, database: Database, phone: Phones) -> None:
    event = an_event_with_helpers(database)
    address = f"/e/{event.code}"
    author, helper = joined(phone, event), facilitator(phone, event)
    author.post(f"{address}/pitches", title="Bins", nonce="n1")
    author.post(f"{address}/pitches/1/notes", kind="action", text="Buy watches")
    helper.post(f"{address}/organise/hidden", kind="pitch", id="1", hidden="1")
    written: dict[str, dict[str, Any]] = {
        "": {"kind": "note", "text": "More", "nonce": "n2"},
        "/1": {"kind": "action", "text": "Other words"},
        "/summary": {"summary": "In short"},
        "/taker": {"takes": "1", "taker": "Ada"},
        "/1/help": {"helps": "1", "name": "Ada"},
        "/1/done": {"done": "1"},
    }
    for path, fields in written.items():
        assert author.post(f"{address}/pitches/1/notes{path}", **fields).status_code == 409, path
    assert author.post(f"{address}/pitches/1/notes/1", strike="1").status_code == 409
    assert helper.post(f"{address}/pitches/1/notes", kind="note", text="Why", nonce="n3").status_code == 303


def test_list_hides_all_of_one_phone(app: Flask, database: Database, phone: Phones) -> None:
    event = an_event_with_helpers(database)
    address = f"/e/{event.code}"
    author, helper = joined(phone, event), facilitator(phone, event)
    for number in range(3):
        author.post(f"{address}/pitches", title=f"Spam {number}", nonce=f"n{number}")
    listed = helper.page(f"{address}/organise/moderation")
    person = person_in(listed)
    assert [it.text for it in listed.all("a") if it.text.startswith("Spam")] == ["Spam 2", "Spam 1", "Spam 0"]
    helper.post(f"{address}/organise/hidden", kind="person", id=person, hidden="1")
    assert "Spam" not in joined(phone, event).page(address).one("main").text
    assert helper.page(f"{address}/organise/moderation").by_id("items").text.count("hidden") == 3
    assert author.post(f"{address}/organise/hidden", kind="person", id=person, hidden="0").status_code == 403


def test_twenty_spam_pitches_are_gone_in_three_clicks_and_their_phone_only_reads(
    app: Flask, database: Database, phone: Phones
) -> None:
    event = an_event_with_helpers(database)
    address = f"/e/{event.code}"
    author, boss, other = joined(phone, event), organiser(phone, event), joined(phone, event)
    for number in range(20):
        assert author.post(f"{address}/pitches", title=f"Spam {number}", nonce=f"n{number}").status_code == 303
    other.post(f"{address}/pitches", title="Bins", nonce="n1")
    boss.page(f"{address}/organise")  # one click from here
    listed = boss.page(f"{address}/organise/moderation")
    boss.post(f"{address}/organise/hidden", kind="person", id=person_in_spam(listed), hidden="1", stop="1")  # two
    assert "Spam" not in other.page(address).one("main").text
    assert "Bins" in other.page(address).one("main").text
    refused = author.post(f"{address}/pitches", title="Still cheap", nonce="n99")
    assert (refused.status_code, STOPPED in refused.text, "Still cheap" in refused.text) == (403, True, True)
    assert STOPPED in author.page(address).by_id("stopped-phone").text
    posts = {
        "pitches/21/vote": {"interest": "1"},
        "pitches/21/notes": {"kind": "note", "text": "Buy"},
        "pitches/21/report": {"text": "Rude"},
        "pitches/1": {"title": "Spam"},
        "pitches/1/withdraw": {},
        "pitches/1/ready": {"ready": "1"},
        "name": {"name": "Mallory"},
        "claim": {"code": "bado-bado"},
        "phone": {"code": "bado-bado"},
        "phone/code": {},
        "me/calendar": {},
        "me/notifications": {"on": "0"},
        "mine": {"delete": "all"},
        "mine/elsewhere": {},
    }
    assert {path: author.submit(f"{address}/{path}", fields).status_code for path, fields in posts.items()} == (
        dict.fromkeys(posts, 403)
    )
    boss.post(f"{address}/organise/hidden", kind="person", id=person_in_spam(listed), hidden="0", stop="1")
    assert other.page(address).one("main").text.count("Spam") == 20
    assert author.post(f"{address}/name", name="Mallory").status_code == 303


def person_in_spam(listed: Page) -> str:
    """The phone of the last thing in the list."""
    people = [it for it in listed.all("button") if it.text.startswith("Hide all of this phone")]
    fields = people[-1].parents[-1]
    inside = [it for it in listed.all("input", name="id") if it.parents and it.parents[-1] is fields]
    return inside[0].attributes["value"]


def test_stopped_phone_of_a_facilitator_goes_on_helping(app: Flask, database: Database, phone: Phones) -> None:
    event = an_event_with_helpers(database)
    address = f"/e/{event.code}"
    helper, boss = facilitator(phone, event), organiser(phone, event)
    helper.post(f"{address}/pitches", title="Bins", nonce="n1")
    person = person_in_spam(boss.page(f"{address}/organise/moderation"))
    boss.post(f"{address}/organise/stopped", person=person, stopped="1")
    assert helper.post(f"{address}/pitches", title="Lids", nonce="n2").status_code == 303
    boss.post(f"{address}/pitches", title="Bells", nonce="n3")
    assert helper.post(f"{address}/pitches/3/vote", interest="2").status_code == 303


def test_report_reaches_the_console_and_the_list_and_says_what_happens(
    app: Flask, database: Database, phone: Phones
) -> None:
    event = an_event_with_helpers(database)
    address = f"/e/{event.code}"
    author, reader, boss = joined(phone, event), joined(phone, event), organiser(phone, event)
    author.post(f"{address}/pitches", title="Cheap watches", nonce="n1")
    author.post(f"{address}/pitches/1/notes", kind="note", text="Buy watches")
    shown = reader.page(f"{address}/pitches/1")
    links = [it.attributes["href"] for it in shown.all("a") if it.text.startswith("Report")]
    assert links == [f"{address}/pitches/1/report?note=1", f"{address}/pitches/1/report"]
    assert "not who you are" in reader.page(links[0]).one("main").text
    for note in ("1", ""):
        sent = reader.post(f"{address}/pitches/1/report", text="It is an advert", note=note)
        assert sent.status_code == 303
    assert "Organisers and facilitators see it now" in reader.page(sent.headers["Location"]).one("main").text
    assert "2 things are reported" in boss.page(f"{address}/organise").by_id("asks").text
    told = boss.page(f"{address}/organise/moderation").by_id("reported").text
    assert ("It is an advert" in told, "Buy watches" in told, "Cheap watches" in told) == (True, True, True)
    boss.post(f"{address}/organise/reports", kind="note", id="1")
    boss.post(f"{address}/organise/hidden", kind="pitch", id="1", hidden="1")
    assert "reported" not in boss.page(f"{address}/organise").by_id("figures").text
    assert "after a report" in boss.page(f"{address}/organise/moderation/log").by_id("log").text


def test_reports_of_one_phone_are_limited(app: Flask, database: Database, phone: Phones) -> None:
    event = an_event_with_helpers(database)
    author, reader = joined(phone, event), joined(phone, event)
    for number in range(11):
        author.post(f"/e/{event.code}/pitches", title=f"Spam {number}", nonce=f"n{number}")
    answers = [reader.post(f"/e/{event.code}/pitches/{it}/report", text="Spam") for it in range(1, 12)]
    assert [it.status_code for it in answers] == [303] * 10 + [429]
    assert 'value="Spam"' in answers[-1].text
    assert 300 < int(answers[-1].headers["Retry-After"]) <= 360, "a tenth of an hour, less what it took to get here"


def test_pitch_waits_to_be_shown_where_somebody_looks_first(app: Flask, database: Database, phone: Phones) -> None:
    event = an_event_with_helpers(database)
    address = f"/e/{event.code}"
    author, other, helper = joined(phone, event), joined(phone, event), facilitator(phone, event)
    helper.post(f"{address}/organise/look-first", first="1")
    author.post(f"{address}/pitches", title="Cheap watches", nonce="n1")
    assert "Cheap watches" not in other.page(address).one("main").text
    assert other.get(f"{address}/pitches/1").status_code == 404
    assert "Waits to be shown" in author.page(address).by_id("own-pitches").text
    own = author.page(f"{address}/pitches/1").by_id("pitch").text
    assert "This waits to be shown" in own
    assert "Change it" in own
    assert "Cheap watches" in helper.page(f"{address}/organise/moderation").by_id("waits").text
    helper.post(f"{address}/organise/waiting")
    assert "Cheap watches" in other.page(address).one("main").text


def test_closed_notes_give_back_what_was_typed(app: Flask, database: Database, phone: Phones) -> None:
    event = an_event_with_helpers(database)
    address = f"/e/{event.code}"
    author, boss = joined(phone, event), organiser(phone, event)
    author.post(f"{address}/pitches", title="Bins", nonce="n1")
    boss.post(f"{address}/organise/phases", phase="notes", open="0")
    note = author.post(f"{address}/pitches/1/notes", kind="note", text="A long note")
    change = author.post(f"{address}/pitches/1", title="Better bins")
    assert [(it.status_code, "closed" in it.text) for it in (note, change)] == [(409, True), (409, True)]
    assert "A long note" in note.text
    assert "Better bins" in change.text
    assert "Notes are closed" in author.page(f"{address}/pitches/1").by_id("notes").text
