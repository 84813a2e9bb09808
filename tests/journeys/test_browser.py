"""A short day in a real browser: two phones of 360 × 740 pixels and the wall at 1920 × 1080, all of them live."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect
from sqlmodel import select

from eventkit import rehearsal
from eventkit.building import builds
from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.grid import versions
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Build, Event, Pitch
from tests.world.browser import a_chromium, served
from tests.world.published import a_published_day, at_this_hour
from tests.world.published import publish as publish_again
from tests.world.working import a_worker, ended

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite")]

PHONE, PROJECTOR = ViewportSize(width=360, height=740), ViewportSize(width=1920, height=1080)

# The least height of any text that can be seen, and what of it is cut off at the edge of the screen.
SMALLEST = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let least = Infinity;
  while (texts.nextNode()) {
    const parent = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !parent.checkVisibility() || parent.closest(".skip, noscript")) continue;
    least = Math.min(least, parseFloat(getComputedStyle(parent).fontSize));
  }
  return least;
}"""
CUT_OFF = """() => [...document.querySelectorAll("#wall :is(.session, td, th, p, svg), .wall-head *")]
  .filter(it => it.checkVisibility())
  .map(it => [it, it.getBoundingClientRect()])
  .filter(([, box]) => box.bottom > innerHeight + 1 || box.right > innerWidth + 1 || box.top < -1)
  .map(([it]) => it.outerHTML.slice(0, 80))"""


@dataclass
class Camp:
    """The rehearsal camp, served."""

    address: str
    database: Database
    event: Event
    secret: str

    @property
    def home(self) -> str:
        return f"{self.address}/e/{self.event.code}"


@dataclass
class Screens:
    """Two phones and the wall; what their consoles complained of."""

    one: Page
    other: Page
    wall: Page
    complaints: list[str]


@pytest.fixture
def camp(app: Flask, database: Database) -> Iterator[Camp]:
    secret = rehearsal.ensure(database)
    with database.reading() as tx:
        event = events.rehearsal(tx)
    assert event is not None and secret is not None
    with served(app) as address:
        yield Camp(address, database, event, secret)


@pytest.fixture
def screens() -> Iterator[Screens]:
    with ExitStack() as stack:
        browser = stack.enter_context(a_chromium())
        contexts: list[BrowserContext] = [
            stack.enter_context(browser.new_context(viewport=size, reduced_motion="reduce"))
            for size in (PHONE, PHONE, PROJECTOR)
        ]
        complaints: list[str] = []
        pages = [context.new_page() for context in contexts]
        for page in pages:
            page.on("console", lambda it: complaints.append(it.text) if it.type in ("error", "warning") else None)
            page.on("pageerror", lambda it: complaints.append(str(it)))
        one, other, wall = pages
        yield Screens(one, other, wall, complaints)


def check_wall(wall: Page) -> None:
    """Everything on the wall can be read from the back row, and nothing is cut off."""
    wall.evaluate("document.fonts.ready.then(() => true)")
    assert wall.evaluate(SMALLEST) >= PROJECTOR["height"] / 40
    assert wall.evaluate(CUT_OFF) == []


def check_phone(page: Page) -> None:
    """Nothing scrolls sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_wall_shows_any_number_of_rooms_with_long_titles_in_full_size(
    app: Flask, database: Database, screens: Screens
) -> None:
    """Titles of three lines in every cell, and news at the foot: all of it fits, none of it gets too small."""
    title = "Service standards without a service team: what a district of twelve can borrow from a county of thousands"
    with served(app) as address:
        for number in (3, 5, 7, 8, 10):
            rooms = "\n".join(f"Conference room number {room}, 20" for room in range(number))
            day = a_published_day(database, placed=3 * number, pitches=3 * number, rooms=rooms, title=title)
            at_this_hour(database, day, 1)
            publish_again(database, day, dict(zip((it.id for it in day.pitches), reversed(day.cells), strict=True)))
            screens.wall.goto(f"{address}{day.address}/wall?show=now")
            expect(screens.wall.locator(".board tbody tr")).to_have_count(number)
            check_wall(screens.wall)


def test_day_on_two_phones_and_the_wall(camp: Camp, screens: Screens) -> None:
    vote_and_pitch(camp, screens)
    build(camp, screens)
    publish(camp, screens)
    take_notes(camp, screens)
    assert screens.complaints == []


def vote_and_pitch(camp: Camp, screens: Screens) -> None:
    """A vote is there at once and after a reload; a pitch makes the wall count on by itself."""
    screens.wall.goto(f"{camp.home}/wall")
    expect(screens.wall.locator(".wall-count")).to_have_text("30 pitches so far")
    check_wall(screens.wall)
    phone = screens.one
    phone.goto(camp.home)
    check_phone(phone)
    note = phone.locator(".note", has_text="The form nobody finishes")
    note.get_by_role("button", name="Must go").click()
    expect(note.get_by_role("button", name="Must go")).to_have_attribute("aria-pressed", "true")
    phone.reload()
    expect(note.get_by_role("button", name="Must go")).to_have_attribute("aria-pressed", "true")
    phone.get_by_label("Title").fill("Knitting for resilience")
    phone.get_by_role("button", name="Pitch it").click()
    expect(phone.locator(".note.mine")).to_contain_text("Knitting for resilience")
    expect(screens.wall.locator(".wall-count")).to_have_text("31 pitches so far", timeout=10_000)


def build(camp: Camp, screens: Screens) -> None:
    """The wall turns to the build by itself, and shows the grid with its honest line."""

    def start(tx: Transaction) -> Build:
        return builds.start(tx, at_the_machine(events.by_code(tx, camp.event.code)), seconds=2)

    camp.database.write(start)
    expect(screens.wall.locator("#wall.wall-building")).to_be_visible(timeout=10_000)
    with a_worker(camp.database):
        ended(camp.database, camp.event.code)
    expect(screens.wall.locator(".progress-line")).to_contain_text(
        "The organiser is looking at it now.", timeout=10_000
    )
    expect(screens.wall.locator(".session")).to_have_count(25)
    check_wall(screens.wall)


def publish(camp: Camp, screens: Screens) -> None:
    """Whoever waits for the grid sees it come; the wall shows what is next; my day knows what was chosen."""
    screens.other.goto(f"{camp.home}/grid")
    expect(screens.other.locator("#grid")).to_contain_text("There is no grid yet.")

    def adopt_and_publish(tx: Transaction) -> None:
        event = events.by_code(tx, camp.event.code)
        builds.adopt(tx, at_the_machine(event), 1)
        versions.publish(tx, at_the_machine(event), event.grid_version)

    camp.database.write(adopt_and_publish)
    expect(screens.other.locator("#grid .session")).to_have_count(25, timeout=10_000)
    check_phone(screens.other)
    expect(screens.wall.locator("#wall.wall-published")).to_be_visible(timeout=10_000)
    check_wall(screens.wall)
    screens.one.goto(f"{camp.home}/grid")
    expect(screens.one.locator(".session.mine")).to_have_count(1)
    expect(screens.one.locator(".session.mine")).to_contain_text("The form nobody finishes")
    screens.one.goto(f"{camp.home}/me")
    expect(screens.one.locator("#mine")).to_contain_text("The form nobody finishes")
    check_phone(screens.one)


def take_notes(camp: Camp, screens: Screens) -> None:
    """Two phones write at once: each sees the other's entry come, and loses nothing of what it is typing."""
    with camp.database.reading() as tx:
        number = tx.scalar(select(Pitch.id).where(Pitch.title == "The form nobody finishes"))
    for page in (screens.one, screens.other):
        page.goto(f"{camp.home}/pitches/{number}")
        check_phone(page)
    typing = screens.other.locator("#note-form").get_by_label("Text")
    typing.press_sequentially("Half a thought")
    form = screens.one.locator("#note-form")
    form.get_by_label("Action").check()
    form.get_by_label("Text").fill("Test it on a phone")
    form.get_by_label("Who does it").fill("Amira")
    form.get_by_role("button", name="Add").click()
    for page in (screens.one, screens.other):
        expect(page.locator(".entry")).to_contain_text("Test it on a phone", timeout=10_000)
    expect(typing).to_have_value("Half a thought")
    expect(screens.one.locator("#note-form").get_by_label("Text")).to_have_value("")
    screens.other.get_by_role("button", name="Add").click()
    expect(screens.one.locator(".entry")).to_have_count(2, timeout=10_000)
    screens.one.get_by_role("button", name="Strike out").click()
    expect(screens.other.locator(".entry", has_text="An entry was struck out.")).to_be_visible(timeout=10_000)
