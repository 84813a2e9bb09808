"""Printed slips: one for each pitch that no phone hosts yet, for facilitators, with the code that makes its host."""

import contextlib
import re

import pytest
from flask import Flask
from playwright.sync_api import Browser

from eventkit.event import addresses, people
from eventkit.event.roles import Viewer, at_the_machine
from eventkit.market import hiding, pitches
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Pitch
from eventkit.web.pages import slips
from tests.world.browser import served
from tests.world.builders import CREDENTIALS, a_person, a_pitch, an_event
from tests.world.visitors import Phones, joined, organiser, signed_cookie


@pytest.fixture
def event(database: Database) -> Event:
    """An event."""
    return an_event(database)[0]


def typed(database: Database, event: Event, *names: str) -> list[Pitch]:
    """Pitches that a facilitator typed for these hosts."""
    by, person = at_the_machine(event), a_person(database, event)

    def add(name: str) -> Pitch:
        content = pitches.Content(title=f"{name}’s bins", host_name=name)
        return database.write(lambda tx: pitches.add_for_another(tx, by, person, content))

    return [add(name) for name in names]


def test_each_unclaimed_pitch_has_a_slip_with_its_code_and_hidden_and_hosted_ones_have_none(
    database: Database, phone: Phones, event: Event
) -> None:
    first, second, hidden, gone = typed(database, event, "Sam Lee", "Ana Díaz", "Hid Den", "Gone Away")
    a_pitch(database, event, title="On a phone")
    database.write(lambda tx: hiding.hide_pitch(tx, pitches.get(tx, event.id, hidden.id), None))
    database.write(lambda tx: pitches.withdraw(tx, event.id, Viewer("", facilitator=True), gone.id))
    visitor = organiser(phone, event)
    assert visitor.page(f"/e/{event.code}/pitches").all("a", href=f"/e/{event.code}/pitches/slips")
    shown = visitor.page(f"/e/{event.code}/pitches/slips").all("li", class_="slip")
    assert len(shown) == 2
    for slip, pitch in zip(shown, (second, first), strict=True):
        assert pitch.title in slip.text and pitch.host_name in slip.text
        assert CREDENTIALS.claim_code(event, pitch) in slip.text
        assert f"/e/{event.code}/claim" in slip.text


def test_address_of_a_slip_opens_the_claim_with_the_code_filled_in(
    database: Database, phone: Phones, event: Event
) -> None:
    code = CREDENTIALS.claim_code(event, typed(database, event, "Sam Lee")[0])
    page = joined(phone, event).page(addresses.claim("", event.code, code))
    assert page.by_id("code").attributes["value"] == code


def test_more_slips_than_a_page_has_follow_on_the_next(
    database: Database, phone: Phones, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slips, "AT_ONCE", 2)
    made = typed(database, event, "One", "Two", "Three")
    visitor = organiser(phone, event)
    address = f"/e/{event.code}/pitches/slips"
    assert len(visitor.page(address).all("li", class_="slip")) == 2
    older = visitor.page(address).one("a", href=f"{address}?before={made[1].id}").attributes["href"]
    assert [made[0].title in it.text for it in visitor.page(older).all("li", class_="slip")] == [True]


def test_slips_are_for_facilitators_only(database: Database, phone: Phones, event: Event) -> None:
    typed(database, event, "Sam Lee")
    assert joined(phone, event).get(f"/e/{event.code}/pitches/slips").status_code == 403


@pytest.mark.browser
def test_eight_slips_print_on_one_sheet(app: Flask, database: Database, chromium: Browser, event: Event) -> None:
    typed(database, event, *(f"Dr Long-Name {number} of the Society for Lengthy Introductions" for number in range(8)))
    value = signed_cookie(app, event, people.new_token(), event.organiser_hash)
    with served(app) as address, contextlib.closing(chromium.new_context()) as context:
        context.add_cookies([{"name": "twofeet", "value": value, "url": f"{address}/e/{event.code}"}])
        page = context.new_page()
        page.goto(f"{address}/e/{event.code}/pitches/slips")
        assert page.locator(".slip").count() == 8
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True, format="A4"))) == 1
        page.emulate_media(media="print")
        cut = "every => every.filter(it => it.scrollHeight > it.clientHeight || it.scrollWidth > it.clientWidth).length"
        assert page.locator(".slip").evaluate_all(cut) == 0
        page.close()
