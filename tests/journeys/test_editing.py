"""Two organisers on one draft, in a real browser: what one changes the other sees, and nobody is disturbed."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.grid import versions
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Pitch, Room, Slot
from tests.world.browser import a_chromium, served
from tests.world.builders import an_event
from tests.world.days import some_pitches

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite")]

SOON = 10_000  # ms


@dataclass
class Desk:
    """An organiser's page in a browser, and the hands of another organiser."""

    page: Page
    database: Database
    event_id: int
    pitches: list[Pitch]
    slots: list[Slot]
    rooms: list[Room]

    def other_moves(self, pitch: int, slot: int, room: int) -> None:
        cell = self.slots[slot].id, self.rooms[room].id

        def move(tx: Any) -> None:
            event = tx.get_one(Event, self.event_id)
            versions.move(tx, at_the_machine(event), event.grid_version, self.pitches[pitch].id, cell)

        self.database.write(move)

    def cell(self, slot: int, room: int) -> Locator:
        return self.page.locator(f"#cell-{self.slots[slot].id}-{self.rooms[room].id}")

    def card(self, pitch: int) -> Locator:
        return self.page.locator(f"#session-{self.pitches[pitch].id}")

    def menu(self, pitch: int) -> Locator:
        return self.card(pitch).locator(".mover > summary")


@pytest.fixture
def desk(app: Flask, database: Database) -> Iterator[Desk]:
    event, secret = an_event(database)
    pitches = some_pitches(database, event, 3)
    with database.reading() as tx:
        slots = [slot for slot in events.slots(tx, event.id) if not slot.title]
        rooms = events.rooms(tx, event.id)
    with ExitStack() as stack:
        address = stack.enter_context(served(app))
        context = stack.enter_context(
            stack.enter_context(a_chromium()).new_context(viewport={"width": 1280, "height": 800})
        )
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda it: complaints.append(str(it)))
        desk = Desk(page, database, event.id, pitches, slots, rooms)
        desk.other_moves(0, 0, 0)
        page.goto(f"{address}/e/{event.code}/organise?key={secret}")
        page.goto(f"{address}/e/{event.code}/organise/grid")
        expect(desk.cell(0, 0)).to_contain_text("Pitch 1")
        yield desk
        assert complaints == []


def test_move_of_another_organiser_is_shown_by_itself(desk: Desk) -> None:
    desk.page.locator("summary", has_text="History").click()
    desk.other_moves(0, 1, 1)
    expect(desk.cell(1, 1)).to_contain_text("Pitch 1", timeout=SOON)
    expect(desk.cell(0, 0)).not_to_contain_text("Pitch 1")
    expect(desk.page.locator("#draft")).to_contain_text("Last change: Moved ‘Pitch 1’ to 11:00, Library.")
    expect(desk.page.locator(".history")).to_be_visible()


def test_menu_of_a_large_grid_opens_where_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventkit.web.pages.editor.MOST_FORMS", 0)
    desk.page.reload()
    desk.card(0).get_by_role("link", name="Pitch 1 Move").click()
    form = desk.card(0).locator("form.move")
    form.get_by_label("Room").select_option(label="Studio")
    form.get_by_role("button", name="Move").click()
    expect(desk.cell(0, 2)).to_contain_text("Pitch 1")
    assert "pitch=" not in desk.page.url


def test_open_form_is_left_alone_until_it_is_closed(desk: Desk) -> None:
    desk.menu(1).click()
    form = desk.card(1).locator("form.move")
    form.get_by_label("Room").select_option(label="Studio")
    desk.other_moves(0, 1, 1)
    expect(desk.page.locator("#later")).to_be_visible(timeout=SOON)
    expect(desk.cell(0, 0)).to_contain_text("Pitch 1")
    expect(form.get_by_label("Room")).to_have_value(str(desk.rooms[2].id))
    desk.menu(1).click()
    expect(desk.cell(1, 1)).to_contain_text("Pitch 1", timeout=SOON)
    expect(desk.page.locator("#later")).to_be_hidden()


def test_what_waits_can_be_shown_at_once(desk: Desk) -> None:
    desk.menu(1).click()
    desk.other_moves(0, 1, 1)
    desk.page.get_by_role("button", name="Show it now").click(timeout=SOON)
    expect(desk.cell(1, 1)).to_contain_text("Pitch 1", timeout=SOON)
    expect(desk.page.locator("#later")).to_be_hidden()


def test_move_made_on_an_older_draft_is_refused_with_the_fresh_one(desk: Desk) -> None:
    desk.menu(1).click()
    form = desk.card(1).locator("form.move")
    form.get_by_label("Slot").select_option(index=1)
    form.get_by_label("Room").select_option(index=3)
    desk.other_moves(0, 1, 1)
    expect(desk.page.locator("#later")).to_be_visible(timeout=SOON)
    with desk.page.expect_response(lambda it: it.request.method == "POST") as answer:
        form.get_by_role("button", name="Place").click()
    assert answer.value.status == 409
    expect(desk.page.locator("#draft > .notice.bad")).to_contain_text("The grid changed since you looked.")
    expect(desk.cell(1, 1)).to_contain_text("Pitch 1")
    expect(desk.page.locator("#later")).to_be_hidden()


def test_session_in_the_air_stays_there(desk: Desk) -> None:
    mouse, box = desk.page.mouse, desk.card(0).locator(".session-title").bounding_box()
    assert box is not None
    mouse.move(box["x"] + 5, box["y"] + 5)
    mouse.down()
    mouse.move(box["x"] + 60, box["y"] + 60, steps=4)
    expect(desk.page.locator(".dragged")).to_have_count(1)
    desk.page.evaluate("document.body.addEventListener('changed-grid', () => { document.body.dataset.heard = 'yes'; })")
    desk.other_moves(1, 2, 2)
    expect(desk.page.locator("body")).to_have_attribute("data-heard", "yes", timeout=SOON)
    desk.page.evaluate("fetch(location.href).then((it) => it.text())")  # whatever was asked for before is there, too
    assert desk.page.locator(".dragged").count() == 1
    expect(desk.cell(2, 2)).not_to_contain_text("Pitch 2")
    mouse.move(5, 5, steps=2)
    mouse.up()
    expect(desk.cell(2, 2)).to_contain_text("Pitch 2", timeout=SOON)
    expect(desk.cell(0, 0)).to_contain_text("Pitch 1")


def test_large_grid_fetches_a_menu_when_it_is_asked_for_and_drags_without(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr("eventkit.web.pages.editor.MOST_FORMS", 0)
    desk.page.reload()
    desk.card(1).get_by_role("link", name="Place").click()
    expect(desk.menu(1)).to_be_focused()
    form = desk.card(1).locator("form.move")
    form.locator("[name=slot]").select_option(str(desk.slots[1].id))
    form.locator("[name=room]").select_option(str(desk.rooms[1].id))
    form.get_by_label("Pinned").check()
    form.get_by_role("button").click()
    expect(desk.cell(1, 1)).to_contain_text("Pitch 2")
    desk.card(1).locator(".session-title").drag_to(desk.cell(2, 0))
    expect(desk.cell(2, 0).locator(".session.pinned")).to_contain_text("Pitch 2")
    desk.card(0).locator(".session-title").drag_to(desk.cell(1, 2))
    expect(desk.cell(1, 2).locator(".session:not(.pinned)")).to_contain_text("Pitch 1")


def test_own_move_keeps_its_word_and_focus_stays(desk: Desk) -> None:
    desk.menu(1).click()
    form = desk.card(1).locator("form.move")
    form.get_by_label("Slot").select_option(index=1)
    form.get_by_label("Room").select_option(index=3)
    form.get_by_role("button", name="Place").click()
    said = desk.page.locator("#draft > .notice.good")
    expect(said).to_contain_text("Placed ‘Pitch 2’ at 10:00, Studio.")
    desk.menu(2).focus()
    desk.other_moves(0, 1, 1)
    expect(desk.cell(1, 1)).to_contain_text("Pitch 1", timeout=SOON)
    expect(said).to_contain_text("Placed ‘Pitch 2’ at 10:00, Studio.")
    expect(desk.menu(2)).to_be_focused()
