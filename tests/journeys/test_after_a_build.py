"""What is found out after a build appears by itself: on the build's page, and in the editor."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eventkit.building import builds
from eventkit.event import people
from eventkit.event.roles import at_the_machine
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.browser import a_chromium, served
from tests.world.builders import close
from tests.world.building import BuildableEvent

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite")]

SOON = 10_000  # ms


@contextmanager
def organising(app: Flask, camp: BuildableEvent) -> Iterator[tuple[Page, str]]:
    """An organiser's browser, and the event's address."""
    secret = camp.database.write(lambda tx: people.new_organiser_link(at_the_machine(tx.get_one(Event, camp.id))))
    with served(app) as address, a_chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        home = f"{address}/e/{camp.event.code}"
        page.goto(f"{home}/organise?key={secret}")
        yield page, home


def test_findings_appear_on_the_page_of_a_build_that_ended_meanwhile(app: Flask, database: Database) -> None:
    camp = BuildableEvent(database)
    close(database, camp.event, voting=True)
    camp.start()
    camp.find_figures()
    with organising(app, camp) as (page, home):
        page.goto(f"{home}/builds/1")
        line = page.locator(".progress-line")
        expect(line).to_contain_text("no grid could score more than 3 % higher")
        camp.finish(builds.Claim(camp.build.id, camp.id, 1, 1))
        expect(page.locator("#outlook")).to_contain_text("What would help most is looked for", timeout=SOON)
        camp.study_found(10.2, ended=False)
        expect(line).to_contain_text("no grid could score more than 2 % higher", timeout=SOON)
        expect(page.locator("#outlook li")).to_contain_text("One more room at 11:00: 23 more wishes kept")


def test_findings_appear_in_the_editor_and_leave_an_opened_list_open(app: Flask, database: Database) -> None:
    camp = BuildableEvent(database)
    close(database, camp.event, voting=True)
    camp.start()
    camp.find_figures()
    camp.adopt()
    with organising(app, camp) as (page, home):
        page.goto(f"{home}/organise/grid")
        outlook = page.locator("#outlook")
        expect(outlook).to_contain_text("No grid could score more than 3 % higher.")
        outlook.locator("summary").click()
        camp.study_found(10.2, ended=False)
        expect(outlook).to_contain_text("No grid could score more than 2 % higher.", timeout=SOON)
        expect(outlook.locator("li")).to_be_visible()
