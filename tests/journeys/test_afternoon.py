"""The afternoon in a real browser with its clicks counted: a room is lost, lunch runs late, a host goes, words for all.

The organiser's laptop, the wall, two doors and a phone are Chromium's; sixty more phones speak HTTP.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, Route, ViewportSize, expect

from eventkit.clock import now
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Pitch
from tests.world.browser import a_chromium, served
from tests.world.phone import Phone
from tests.world.published import Day, a_published_day, at_this_hour
from tests.world.visitors import Phones
from tests.world.working import a_worker

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite")]

SOON = 15_000  # ms
LAPTOP, PROJECTOR = ViewportSize(width=1280, height=800), ViewportSize(width=1920, height=1080)
MOST_CLICKS = {"announcement": 2, "hours": 3, "shift": 3, "room": 3}


@dataclass
class Afternoon:
    """A published day under way, and everybody who looks at it."""

    address: str
    day: Day
    timezone: str  # in which it is neither near midnight nor over
    laptop: Page
    wall: Page
    doors: list[Page]
    phone: Page
    crowd: list[Phone]
    clicks: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MOST_CLICKS, 0))

    @property
    def home(self) -> str:
        return f"{self.address}{self.day.address}"

    def click(self, what: str, target: Locator) -> None:
        """A click of the organiser, counted."""
        self.clicks[what] += 1
        target.click(timeout=SOON)

    def screens(self) -> list[tuple[Page, str]]:
        """The pages that everybody sees, with what of each follows the day."""
        return [(self.wall, "#wall"), *((door, "#door") for door in self.doors), (self.phone, "#grid")]

    def all_say(self, words: str, screens: list[tuple[Page, str]] | None = None) -> None:
        """Wait until the screens say so by themselves."""
        for page, block in screens or self.screens():
            expect(page.locator(block)).to_contain_text(words, timeout=SOON)


def opened(browser: Browser, address: str, size: ViewportSize) -> Page:
    page = browser.new_context(viewport=size, reduced_motion="reduce", service_workers="block").new_page()
    page.goto(address)
    return page


@pytest.fixture
def afternoon(app: Flask, database: Database, phone: Phones) -> Iterator[Afternoon]:
    day = a_published_day(database, placed=5, pitches=5, day=date(2099, 6, 26))
    at_this_hour(database, day, 0)
    database.write(lambda tx: setattr(tx.get_one(Pitch, day.pitches[4].id), "host_name", "Ada"))
    crowd = [phone() for _ in range(60)]
    for number, visitor in enumerate(crowd):
        visitor.client.get(day.address)
        visitor.post(f"{day.address}/pitches/{day.pitches[number % 5].id}/vote", interest="2")
    with ExitStack() as stack:
        browser = stack.enter_context(a_chromium())
        stack.enter_context(a_worker(database))
        address = stack.enter_context(served(app))
        home = f"{address}{day.address}"
        yield Afternoon(
            address=address,
            day=day,
            timezone=database.write(lambda tx: tx.get_one(Event, day.event.id).timezone),
            laptop=opened(browser, f"{home}/organise?key={day.secret}", LAPTOP),
            wall=opened(browser, f"{home}/wall?show=now", PROJECTOR),
            doors=[opened(browser, f"{home}/doors/{room.id}", LAPTOP) for room in day.rooms[:2]],
            phone=opened(browser, f"{home}/grid", ViewportSize(width=360, height=740)),
            crowd=crowd,
        )


def announce(it: Afternoon) -> None:
    """A sentence to everybody, from the console."""
    it.laptop.get_by_label("What to announce").fill("Cake in the yard")
    it.click("announcement", it.laptop.get_by_role("button", name="Announce it"))
    it.all_say("Cake in the yard")
    assert "Cake in the yard" in it.crowd[7].page(it.day.address).by_id("announced").text


def say_hours(it: Afternoon) -> None:
    """A host goes early: said on the pitch."""
    it.laptop.goto(f"{it.home}/pitches/{it.day.pitches[4].id}")
    form = it.laptop.locator("form[action$='/hours']")
    if not form.is_visible():
        it.click("hours", it.laptop.locator("details", has=form).locator("summary"))
    gone = now().astimezone(ZoneInfo(it.timezone)).strftime("%H:%M")
    form.locator("[name=until]").fill(gone)
    it.click("hours", form.get_by_role("button"))
    it.laptop.goto(f"{it.home}/organise/grid")
    expect(it.laptop.locator(f"#session-{it.day.pitches[4].id}")).to_contain_text("host is not there")


def shift(it: Afternoon) -> None:
    """All that is still to come is ten minutes later, seen before it is done."""
    it.laptop.goto(f"{it.home}/organise")
    it.click("shift", it.laptop.get_by_role("link", name="Everything is later"))
    it.laptop.get_by_label("From this slot on").select_option(str(it.day.slots[1].id))
    it.laptop.get_by_label("Minutes later").fill("10")
    it.click("shift", it.laptop.get_by_role("button", name="Show what it does"))
    expect(it.laptop.locator("#shift")).to_contain_text("→")
    it.click("shift", it.laptop.get_by_role("button", name="Shift it for everybody"))
    it.all_say("on is 10 minutes later.")


def lose_a_room(it: Afternoon) -> None:
    """The hall is lost: said on all screens from the first click; the third publishes a grid without it."""
    lost = [(page, block) for page, block in it.screens() if page is not it.doors[1]]
    it.laptop.goto(f"{it.home}/organise")
    it.click("room", it.laptop.get_by_role("button", name="Studio is lost"))
    it.all_say("Studio is closed", [lost[0], lost[-1]])
    expect(it.laptop.locator("#homeless")).to_contain_text("Pitch 3")
    it.click("room", it.laptop.get_by_role("button", name="Build again, moving as little as possible"))
    it.click("room", it.laptop.get_by_role("button", name="Publish this grid"))
    expect(it.laptop.locator("#plan")).to_contain_text("People see this grid.", timeout=SOON)
    it.laptop.goto(f"{it.home}/organise/trouble")
    where = it.laptop.locator("#homeless")
    expect(where).to_contain_text("Every session that people see has its place.")
    for visitor in it.crowd[2::20]:
        assert "Studio is closed. A new place" not in visitor.page(f"{it.day.address}/grid").by_id("grid").text


def take_back(it: Afternoon) -> None:
    """Published too early: what belongs to the grid goes from open pages, and comes again with it."""
    session = it.doors[1]
    session.goto(f"{it.home}/pitches/{it.day.pitches[3].id}")
    mine = session.locator("form.go, .to-calendar").filter(visible=True)
    expect(mine).to_have_count(2)
    it.laptop.goto(f"{it.home}/organise/trouble")
    it.laptop.get_by_role("button", name="Take the grid back").click()
    expect(it.phone.locator("#grid")).to_contain_text("There is no grid yet.", timeout=SOON)
    expect(it.phone.locator("form.find")).to_have_count(0)
    expect(it.doors[0].locator("#door")).to_contain_text("The grid is not published.", timeout=SOON)
    expect(mine).to_have_count(0, timeout=SOON)
    it.laptop.goto(f"{it.home}/organise/grid")
    it.laptop.route("**/publish", lambda route: route.abort())
    it.laptop.get_by_role("button", name="Publish").click()
    expect(it.laptop.locator("#alert")).to_contain_text("No answer came, so look whether it was done.", timeout=SOON)
    it.laptop.unroute("**/publish")
    it.laptop.route("**/publish", _answer_lost)  # or the page shows that it was done before the answer is known as lost
    it.laptop.get_by_role("button", name="Publish").click()
    expect(it.laptop.locator("#draft")).to_contain_text("People see this grid.", timeout=SOON)
    expect(it.phone.locator("form.find")).to_have_count(1, timeout=SOON)
    expect(mine).to_have_count(2, timeout=SOON)


def _answer_lost(route: Route) -> None:
    route.fetch()
    route.abort()


def test_the_afternoon_bends_in_few_clicks(afternoon: Afternoon) -> None:
    for act in (announce, say_hours, shift, lose_a_room, take_back):
        act(afternoon)
    assert {what: clicks for what, clicks in afternoon.clicks.items() if clicks > MOST_CLICKS[what]} == {}
