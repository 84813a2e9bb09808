"""The wall in a real browser on screens of every shape, and prints: nothing is off it, missing or too small."""

import contextlib
import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from eventkit import clock
from eventkit.storage.db import Database
from eventkit.storage.tables import BuildState
from eventkit.web.pages.wall import TURN
from tests.world.browser import resize, served
from tests.world.published import Day, a_published_day, announce, at_this_hour
from tests.world.serving import wait_until
from tests.world.walls import a_build, an_answer

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite")]

SCREENS = [(1024, 768), (1280, 800), (1920, 1080), (3840, 2160), (1080, 1920)]
TITLE = "Service standards without a service team: what a district of twelve can borrow from a county of thousands"
ANNOUNCED = "The lift is out of order, and the fire doors on the second floor stay open until the engineers are gone."

FAULTS = """() => {
  const faults = [];
  const shown = (it) => it.checkVisibility() && !it.closest(".skip, noscript");
  const least = innerHeight / 40;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const it = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !shown(it)) continue;
    if (parseFloat(getComputedStyle(it).fontSize) < least - 0.01) faults.push(`small: ${it.outerHTML.slice(0, 80)}`);
  }
  for (const it of document.querySelectorAll("#wall :is(table, th, td, p, a, svg, .session), .wall-head *")) {
    const box = it.getBoundingClientRect();
    if (shown(it) && (box.bottom > innerHeight + 1 || box.right > innerWidth + 1 || box.top < -1 || box.left < -1))
      faults.push(`off the screen: ${it.outerHTML.slice(0, 80)}`);
  }
  for (const it of document.querySelectorAll("#wall, .whole-fit, .grid-scroll, .wall-foot")) {
    if (shown(it) && (it.scrollHeight > it.clientHeight + 1 || it.scrollWidth > it.clientWidth + 1))
      faults.push(`overflows: ${it.className} ${it.scrollWidth - it.clientWidth} ${it.scrollHeight - it.clientHeight}`);
  }
  const foot = document.querySelector(".wall-foot").getBoundingClientRect();
  for (const it of document.querySelectorAll("table tbody tr"))
    if (shown(it) && it.getBoundingClientRect().bottom > foot.top + 1) faults.push(`under the foot: ${it.innerText}`);
  return faults;
}"""


def a_day(database: Database, rooms: int, slots: int, items: int = 0) -> Day:
    """A day of short slots, so that it ends before midnight, with long titles everywhere; items take every other."""
    names = "\n".join(f"Conference room {number}, 20" for number in range(1, rooms + 1))
    times = "\n".join(
        f"{minute // 60:02}:{minute % 60:02}-{(minute + 25) // 60:02}:{(minute + 25) % 60:02}"
        + (f" {TITLE}" if at % 2 == 0 and at < 2 * items else "")
        for at, minute in enumerate(range(9 * 60, 9 * 60 + 30 * (slots + items), 30))
    )
    number = rooms * slots
    return a_published_day(database, placed=number, pitches=rooms * slots, rooms=names, slots=times, title=TITLE)


def check(page: Page, width: int, height: int) -> None:
    resize(page, width, height)
    page.evaluate("document.fonts.ready.then(() => true)")
    with contextlib.suppress(AssertionError):  # the wall fits itself anew once it has heard of its size
        wait_until(lambda: page.evaluate(FAULTS) == [], 10)
    assert page.evaluate(FAULTS) == [], f"{width} x {height}"


@pytest.mark.parametrize(
    ("rooms", "slots", "items", "under_way", "turns"),
    [(5, 5, 0, 0, 1), (5, 5, 4, 2, 1), (8, 16, 0, 1, 6), (25, 12, 0, 1, 8), (25, 12, 0, 7, 5)],
)
def test_whole_grid_fits_every_screen(
    app: Flask,
    database: Database,
    chromium: Browser,
    monkeypatch: pytest.MonkeyPatch,
    rooms: int,
    slots: int,
    items: int,
    under_way: int,
    turns: int,
) -> None:
    day = a_day(database, rooms, slots, items)
    at_this_hour(database, day, under_way)
    began = clock.now()
    with served(app) as address:
        page = chromium.new_page(reduced_motion="reduce")
        for turn in range(turns):  # each part of the grid, as it takes its turn
            monkeypatch.setattr(clock, "now", lambda at=began + timedelta(seconds=turn * TURN): at)
            page.goto(f"{address}{day.address}/wall?show=grid")
            for width, height in SCREENS:
                check(page, width, height)
                expect(page.locator("table:visible")).to_have_count(1)
        page.close()


@pytest.mark.parametrize("rooms", [4, 7, 10])
def test_rooms_now_and_next_fit_every_screen(app: Flask, database: Database, chromium: Browser, rooms: int) -> None:
    day = a_day(database, rooms, 3)
    at_this_hour(database, day, 1)
    with served(app) as address:
        page = chromium.new_page(reduced_motion="reduce")
        for said in ("", ANNOUNCED):
            if said:
                announce(database, day, said)
            page.goto(f"{address}{day.address}/wall?show=now")
            for width, height in SCREENS:
                check(page, width, height)
        page.close()


@pytest.mark.parametrize(("rooms", "slots"), [(5, 5), (20, 10), (25, 12)])
def test_assembling_grid_fits_every_screen(
    app: Flask, database: Database, chromium: Browser, rooms: int, slots: int
) -> None:
    day = a_day(database, rooms, slots)
    with database.reading() as tx:
        event = tx.get_one(type(day.event), day.event.id)
    database.write(lambda tx: setattr(tx.get_one(type(event), event.id), "published_version", None))
    a_build(database, event, an_answer(day.pitches, day.cells), BuildState.RUNNING)
    with served(app) as address:
        page = chromium.new_page(reduced_motion="reduce")
        page.goto(f"{address}{day.address}/wall")
        for width, height in SCREENS:
            check(page, width, height)
            names = page.locator("table:visible th").all_inner_texts()
            assert {f"Conference room {number}" for number in range(1, rooms + 1)} <= set(names)
        page.close()


def test_wall_clock_goes_on_where_the_browser_does_not_know_the_zone(
    app: Flask, database: Database, chromium: Browser
) -> None:
    day = a_day(database, 5, 5)
    unknown = "Intl.DateTimeFormat = class { constructor() { throw new RangeError('no such zone'); } };"
    with served(app) as address:
        page = chromium.new_page()
        page.add_init_script(unknown)
        page.goto(f"{address}{day.address}/wall")
        page.evaluate("document.getElementById('clock').textContent = ''")
        expect(page.locator("#clock")).to_have_text(re.compile(r"^\d\d:\d\d$"))
        page.close()


def sheets(browser: Browser, address: str) -> int:
    """How many sheets of paper a page prints on."""
    page = browser.new_page()
    page.goto(address, wait_until="load")
    page.evaluate("document.fonts.ready.then(() => true)")
    found = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    page.close()
    return len(found)


@pytest.mark.parametrize(("rooms", "slots", "most"), [(5, 5, 2), (20, 10, 7)])
def test_grid_and_door_signs_print_on_few_sheets(
    app: Flask, database: Database, chromium: Browser, rooms: int, slots: int, most: int
) -> None:
    day = a_day(database, rooms, slots)
    with served(app) as address:
        assert sheets(chromium, f"{address}{day.address}/grid") <= most  # one more, where its heading stands alone
        assert sheets(chromium, f"{address}{day.address}/doors") == rooms
