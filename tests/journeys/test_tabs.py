"""Tabs of one browser over plain HTTP share one stream and all follow; they look themselves where none gets through."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Request, Route, expect

from eventkit.storage.db import Database
from tests.world.browser import served
from tests.world.published import Day, a_published_day, announce, at_this_hour
from tests.world.wifi import until

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite")]

HEARD = """addEventListener("DOMContentLoaded", () => {
  window.heard = 0;
  document.body.addEventListener("changed-notice", () => { window.heard += 1; });
  document.body.addEventListener("changed-block", () => { window.heard += 1; });
});"""


@pytest.fixture
def day(database: Database) -> Day:
    day = a_published_day(database, placed=6, pitches=6)
    at_this_hour(database, day, 0)
    return day


class Streams:
    """The streams that a browser has open."""

    def __init__(self, context: BrowserContext):
        self._open: dict[Request, None] = {}
        context.on("request", self._begun)
        context.on("requestfinished", lambda it: self._open.pop(it, None))
        context.on("requestfailed", lambda it: self._open.pop(it, None))

    def _begun(self, request: Request) -> None:
        if "/stream?" in request.url and "poll=" not in request.url:
            self._open[request] = None

    @property
    def open(self) -> list[Request]:
        return [it for it in self._open if not it.frame.page.is_closed()]  # nobody tells of a closed page's


def paths(day: Day) -> list[str]:
    doors = [f"/doors/{room.id}" for room in day.rooms]
    return ["", "/grid", "/me", "/wall", *doors[:2], f"/pitches/{day.pitches[0].id}", "/mine", "/wall?show=now"]


def test_nine_tabs_share_a_stream_and_all_of_them_follow(
    app: Flask, database: Database, chromium: Browser, day: Day
) -> None:
    with served(app) as address, chromium.new_context(base_url=address, service_workers="block") as context:
        context.add_init_script(HEARD)
        streams = Streams(context)
        tabs = {path: context.new_page() for path in paths(day)}
        for path, page in tabs.items():
            page.goto(f"{day.address}{path}")
        until(page, lambda: len(streams.open) == 1)
        announce(database, day, "Lunch is in the yard.")
        for path, page in tabs.items():
            until(page, lambda page=page: page.evaluate("window.heard > 0"))
            if path in ("/grid", "/wall", *(it for it in tabs if "doors" in it)):
                expect(page.get_by_text("Lunch is in the yard.")).to_be_visible()
        (before,) = streams.open
        tabs["/wall"].close()  # it had the stream: a wall hears of more than the other pages
        tabs["/wall?show=now"].close()
        page = tabs["/grid"]
        until(page, lambda: len(streams.open) == 1 and streams.open != [before])
        announce(database, day, "The tea is ready.")
        expect(page.get_by_text("The tea is ready.")).to_be_visible()


def test_page_whose_stream_neither_opens_nor_fails_looks_for_news_itself(
    app: Flask, database: Database, chromium: Browser, day: Day
) -> None:
    def held(route: Route) -> None:
        if "poll=" in route.request.url:
            route.fallback()

    with served(app) as address, chromium.new_context(base_url=address, service_workers="block") as context:
        context.route("**/stream?*", held)
        grid, door = context.new_page(), context.new_page()
        grid.goto(f"{day.address}/grid")
        door.goto(f"{day.address}/doors/{day.rooms[0].id}")
        announce(database, day, "Lunch is in the yard.")
        for page in (grid, door):
            expect(page.get_by_text("Lunch is in the yard.")).to_be_visible()
