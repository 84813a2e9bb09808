"""An organiser who has the keyboard alone: doubles are merged, the line-up is put in order, pitches get places.

After each act the focus is where the next one begins, so that forty of each take a few keys each.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from eventkit.storage.db import Database
from tests.world.browser import served
from tests.world.builders import an_event
from tests.world.days import some_pitches

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite")]

DOUBLES = "Retire the PDF together", "Let us retire the PDF", "Hiring without grades", "Hiring without any grades"
FOCUSED = """() => {
  const it = document.activeElement;
  return `${it.tagName} ${it.id} ${it.ariaLabel || it.textContent}`.replace(/\\s+/g, " ").slice(0, 80);
}"""


@pytest.fixture
def desk(app: Flask, database: Database, chromium: Browser) -> Iterator[Page]:
    """The console of an event with 14 pitches, of which two pairs sound alike."""
    event, secret = an_event(database)
    for title in DOUBLES:
        some_pitches(database, event, 1, title=title)
    some_pitches(database, event, 10)
    with ExitStack() as stack:
        address = stack.enter_context(served(app))
        page = stack.enter_context(chromium.new_context(base_url=f"{address}/e/{event.code}/")).new_page()
        page.goto(f"organise?key={secret}")
        yield page


def tab_to(page: Page, name: str, most: int) -> None:
    """Press Tab until what has this in its name has the focus; it must not take more than so many."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if name in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"{name} is more than {most} tabs away; at {page.evaluate(FOCUSED)}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_an_organiser_with_a_keyboard_alone_never_starts_from_the_top(desk: Page) -> None:
    desk.goto("joinings#joinings")
    for left, keys in ((1, 1), (0, 2)):  # the way to what was merged comes before the next
        tab_to(desk, "See what would happen", keys)
        press(desk, "Enter")
        desk.wait_for_url("**/join?**")
        tab_to(desk, "Make them one session", 1)
        press(desk, "Enter")
        desk.wait_for_url(re.compile(r"/joinings(\?made=\d+)?#joinings$"))
        expect(desk.get_by_role("link", name="See what would happen")).to_have_count(left)

    desk.goto("lineup/hand#hand")
    waiting = desk.locator("[aria-labelledby=coming] li b")
    tab_to(desk, "Start", 1)
    press(desk, "Enter")
    expect(waiting).to_have_count(11)
    tab_to(desk, "INPUT number", 6)
    press(desk, "1", "1", "Tab", "2", "Enter")
    expect(waiting.nth(1)).to_have_text("Pitch 10")
    tab_to(desk, "Let them be next", 9)
    press(desk, "Enter")
    expect(waiting.first).to_have_text("Pitch 10")
    expect(desk.get_by_role("button", name="Call up now").first).to_be_focused()  # its own button is gone

    desk.goto("organise/grid#off")
    tab_to(desk, "Place", 2)
    for room in (1, 2, 3):
        press(desk, "Enter", "Tab", "ArrowDown", "Tab", *["ArrowDown"] * room, "Tab", "Tab", "Enter")
        expect(desk.locator("td .session[id]")).to_have_count(room)
        expect(desk.locator("#off .mover > summary").first).to_be_focused()


ACTS = (  # the page; what is opened; what has the focus before; keys, or words after =; what has it after
    ("pitches/5", "#pitching summary", "#title", ["=!", "Enter"], "Change it"),
    ("pitches/5", "summary:text('Withdraw it')", "button:text('Withdraw it')", ["Enter"], "Pitch 1"),
    ("pitches/6", "", "#takers [name=taker]", ["=Dana", "Enter"], "I cannot take notes"),
    ("pitches/6", "", "#note-form #text", ["=First words", "Tab", "Tab", "Tab", "Tab", "Tab", "Enter"], "Add"),
    ("pitches/6", "", "#entries button:text('Strike out')", ["Enter"], "Put back.*First words"),
    (
        "pitches/6",
        "#summary-write summary",
        "#summary",
        ["=All in all", "Tab", "Tab", "Tab", "Enter"],
        "Change the summary",
    ),
    ("organise/moderation", "", "#items button", ["Enter"], "Show it again"),
    ("organise/rooms", "#room-1 summary", "#room-1-capacity", ["=0", "Enter"], "Main hall|Save"),
    ("reflections", "", "#differently", ["=More", "Tab", "Tab", "Tab", "Tab", "Enter"], "Change what I said"),
    (
        "organise/grid",
        "#off summary >> nth=0",
        "#off select",
        ["ArrowDown", "Tab", "ArrowDown", "Tab", "Tab", "Enter"],
        "Place",
    ),
    ("organise/grid", "", "button:text('Undo')", ["Enter"], "Undid"),
)


def test_focus_stays_with_what_was_done(desk: Page) -> None:
    """After each act it is on what the control is now, or beside it, and never at the top of the page."""
    for path, opened, focused, keys, name in ACTS:
        desk.goto(path)
        if opened:
            desk.locator(opened).press("Enter")
        desk.locator(focused).first.focus()
        for key in keys:
            (desk.keyboard.type if key[0] == "=" else desk.keyboard.press)(key.removeprefix("="))
        expect(desk.locator(":focus"), path).to_contain_text(re.compile(name))
