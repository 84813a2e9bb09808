"""Unmentoring over HTTP, and once in a browser: taking part, rounds, whom one meets, leaving."""

import contextlib
import json

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from eventkit.event import people
from eventkit.event.roles import at_the_machine
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.browser import served
from tests.world.builders import an_event
from tests.world.visitors import Phones, joined, organiser


def test_evening_of_pairs_from_opening_to_erasure(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    home = f"/e/{event.code}"
    boss, ada, bob, eve = organiser(phone, event), *(joined(phone, event) for _ in range(3))
    place, rounds = f"{home}/unmentoring", f"{home}/organise/unmentoring"
    assert not ada.page(place).all("form", action=place)  # nobody is asked before it is opened
    assert ada.post(place, name="Ada", contact="ada@example.org").status_code == 409
    assert ada.post(rounds, open="1").status_code == 403
    assert boss.post(rounds, open="1").status_code == 303
    assert place in ada.get(f"{home}/me").text

    refused = ada.post(place, name="Ada", contact="", interests="a, b")
    assert refused.status_code == 422 and "can reach you" in refused.text and 'value="Ada"' in refused.text
    assert ada.post(place, name="Ada", contact="ada@example.org", interests="Bins, open data").status_code == 303
    assert "Open data" not in ada.get(place).text and "Bins, open data" in ada.get(place).text
    assert boss.post(f"{rounds}/rounds", number="1").status_code == 422  # of one person
    bob.post(place, name="Bob", contact="<bob> 07700 900", interests="Open-Data, hiring")
    assert "2 people take part" in boss.get(rounds).text
    assert "Ada" not in boss.get(rounds).text
    assert boss.post(f"{rounds}/rounds", number="1").status_code == 303
    stale = boss.post(f"{rounds}/rounds", number="1")
    assert stale.status_code == 409 and "Round 1" in stale.text

    page = ada.get(place).text
    assert "&lt;bob&gt; 07700 900" in page and "Open-Data" in page and "hiring" in page
    assert "ada@example.org" in bob.get(place).text
    for other in (eve, boss):
        for address in (place, rounds, f"{home}/event.json", f"{home}/book.html"):
            assert "ada@example.org" not in other.get(address).text, address
    nobody_left = boss.post(f"{rounds}/rounds", number="2")
    assert nobody_left.status_code == 422 and "has met everybody" in nobody_left.text

    mine = json.loads(ada.get(f"{home}/mine.json").text)["pairings"]
    assert mine == [{"name": "Ada", "contact": "ada@example.org", "interests": ["Bins", "open data"], "rounds": [1]}]
    assert "ada@example.org" in ada.get(f"{home}/mine").text
    boss.post(f"{home}/organise/privacy/archive", now="1")
    database.write(lambda tx: setattr(tx.get_one(Event, event.id), "archived_at", event.created_at))
    assert eve.post(place, name="Eve", contact="eve").status_code == 409
    assert "07700" in ada.get(place).text  # whom one meets stays to be read
    assert bob.post(f"{place}/leave").status_code == 303
    assert "07700" not in ada.get(place).text and "does not take part any more" in ada.get(place).text
    assert "ada@example.org" not in bob.get(place).text
    assert ada.post(f"{home}/mine", delete="name").status_code == 303
    assert json.loads(ada.get(f"{home}/mine.json").text)["pairings"][0]["contact"] == ""


def test_what_a_partner_shares_is_reported_hidden_and_shown_again(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    home = f"/e/{event.code}"
    place, board = f"{home}/unmentoring", f"{home}/organise/moderation"
    boss, ada, bob, eve = (
        organiser(phone, event),
        *(joined(phone, event) for _ in range(3)),
    )
    boss.post(f"{home}/organise/unmentoring", open="1")
    ada.post(place, name="Ada", contact="ada@example.org", interests="bins")
    bob.post(place, name="Bob", contact="rude-words", interests="bins, insults")
    boss.post(f"{home}/organise/unmentoring/rounds", number="1")
    link = next(it.attributes["href"] for it in ada.page(place).all("a") if it.text.startswith("Report"))
    assert "rude-words" in ada.get(link).text and "rude-words" not in boss.get(board).text
    for other in (eve, boss, bob):  # nobody who is not paired with them, and nobody themselves
        assert (other.get(link).status_code, other.post(link, text="").status_code) == (404, 404)
    assert ada.post(link, text="x" * 301).status_code == 422
    for _ in range(2):
        assert ada.post(link, text="Insults").status_code == 303
    assert "see it now" in ada.get(f"{link}?sent=1").text
    assert "Insults" in ada.get(f"{home}/mine").text

    shown = boss.get(board).text
    assert all(it in shown for it in ("rude-words; bins, insults", "Bob", "“Insults”", "Reported by 1 person"))
    number = link.split("/")[-2]
    boss.post(f"{home}/organise/reports", kind="pair", id=number)
    assert "rude-words" not in boss.get(board).text  # it stays, and nobody else reads it any more
    assert "Bob" in ada.get(place).text
    ada.post(link, text="Again")
    assert boss.post(f"{home}/organise/hidden", hidden="1", kind="pair", id=number).status_code == 303
    assert "Bob" not in ada.get(place).text and "does not take part any more" in ada.get(place).text
    assert ada.get(link).status_code == 404
    bob.post(place, name="Bob", contact="other-words", interests="bins")  # what is hidden stays it
    assert "has hidden what you share" in bob.get(place).text and "ada@example.org" not in bob.get(place).text
    assert boss.post(f"{home}/organise/unmentoring/rounds", number="2").status_code == 422
    assert "what the phone number" in boss.get(f"{board}/log").text
    boss.post(f"{home}/organise/hidden", hidden="0", kind="pair", id=number)
    assert "other-words" in ada.get(place).text and "other-words" not in boss.get(board).text
    ada.post(link, text="")
    bob.post(f"{place}/leave")
    assert "what they shared is deleted" in boss.get(board).text  # the report stays to be judged, with nothing in it
    boss.post(f"{home}/organise/reports", kind="pair", id=number)
    assert "what they shared is deleted" not in boss.get(board).text


@pytest.mark.browser
@pytest.mark.only_on("sqlite")
def test_people_meet_in_a_browser(app: Flask, database: Database, chromium: Browser, phone: Phones) -> None:
    event, _ = an_event(database)
    secret = database.write(lambda tx: people.new_organiser_link(at_the_machine(tx.get_one(Event, event.id))))
    other = joined(phone, event)
    with served(app) as address, contextlib.closing(chromium.new_context()) as context:
        page, home = context.new_page(), f"{address}/e/{event.code}"
        page.goto(f"{home}/organise?key={secret}")
        page.get_by_role("link", name="Pairs after the day").click()
        page.get_by_role("button", name="Let people take part").click()
        expect(page.get_by_role("button", name="Let nobody new take part")).to_be_visible()
        bob = {"name": "Bob", "contact": "bob@example.org", "interests": "bins"}
        assert other.submit(f"/e/{event.code}/unmentoring", bob).status_code == 303
        page.get_by_role("link", name="The page on which people take part").click()
        page.get_by_label("Your name").fill("Ada")
        page.get_by_label("How to reach you").fill("ada@example.org")
        page.get_by_label("Your interests").fill("Bins, parks")
        page.get_by_role("button", name="Take part").click()
        expect(page.locator("#meetings")).to_contain_text("You take part")
        page.get_by_role("link", name="make a round").click()
        page.get_by_role("button", name="Make round 1").click()
        expect(page.locator("main")).to_contain_text("1 pair")
        page.goto(f"{home}/unmentoring")
        expect(page.locator("#meetings")).to_contain_text("bob@example.org")
        page.get_by_role("button", name="Stop taking part").click()
        expect(page.locator("#meetings")).not_to_contain_text("bob@example.org")
