"""Every page, looked at with real data in Chromium: axe-core, small screens, fingers, both colour schemes."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page
from sqlmodel import SQLModel

from app import create_app
from eventkit.clock import now
from eventkit.config import Config
from eventkit.event.credentials import Credentials
from eventkit.market import showing
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, PairMember, PairRound, PairSeeker, Person, metadata
from eventkit.text.language import LANGUAGES
from eventkit.web import Services
from eventkit.web.base import friends
from tests.world.browser import a_chromium, resize, served
from tests.world.builders import close
from tests.world.building import BuildableEvent
from tests.world.camp import Camp, a_camp, cookie
from tests.world.routes import EXPECTED
from tests.world.screen_reader import untold

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
SCREENS: list[tuple[tuple[int, Scheme], tuple[int, Scheme]]] = [
    ((360, "light"), (1280, "dark")),
    ((360, "dark"), (1280, "light")),
]
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BY_SCREEN = ["color-contrast", "target-size"]  # what another screen or colour scheme can change

PAGES = {
    "front": "/",
    "unknown code": "/join?code=nonsense",
    "start": "/start",
    "no network": "/offline",
    "marketplace": "/e/{code}",
    "pitch": "/e/{code}/pitches/{pitch}",
    "pitches with a friend's choices": "/e/{code}?friend",
    "pitch with a friend's choice": "/e/{code}/pitches/{pitch}?friend",
    "one at a time with a friend's choices": "/e/{code}/pitches/next?friend",
    "grid": "/e/{code}/grid",
    "my day": "/e/{code}/me",
    "wall": "/e/{code}/wall",
    "line-up": "/e/{code}/lineup",
    "line-up in hand": "/e/{code}/lineup/hand",
    "door": "/e/{code}/doors/{room}",
    "door signs": "/e/{code}/doors",
    "console": "/e/{code}/organise",
    "book": "/e/{code}/book.html",
    "choices": "/e/{code}/choices",
    "one at a time": "/e/{code}/pitches/next",
    "name and phones": "/e/{code}/phone",
    "pitch box": "/e/{code}/pitches",
    "joinings": "/e/{code}/joinings",
    "join two pitches": "/e/{code}/pitches/{pitch}/join",
    "slips for hosts": "/e/{code}/pitches/slips",
    "facilitators' desk": "/e/{code}/desk",
    "hide and show": "/e/{code}/organise/moderation",
    "log of moderation": "/e/{code}/organise/moderation/log",
    "report": "/e/{code}/pitches/{pitch}/report",
    "claim": "/e/{code}/claim",
    "my data": "/e/{code}/mine",
    "people's data": "/e/{code}/organise/privacy",
    "what is kept": "/privacy",
    "accessibility": "/accessibility",
    "notes": "/e/{code}/pitches/{pitch}/notes",
    "summary": "/e/{code}/pitches/{pitch}/notes/summary",
    "add a picture": "/e/{code}/pitches/{pitch}/notes/pictures",
    "actions": "/e/{code}/actions",
    "embedded grid": "/e/{code}/embed",
    "unmentoring": "/e/{code}/unmentoring",
    "report of what a partner shares": "/e/{code}/unmentoring/{partner}/report",
    "import": "/e/{code}/organise/import",
    "ballots": "/e/{code}/organise/ballots",
    "rounds of pairs": "/e/{code}/organise/unmentoring",
    "next event": "/e/{code}/organise/next",
    "look back": "/e/{code}/reflections",
    "editor": "/e/{code}/organise/grid",
    "rooms": "/e/{code}/organise/rooms",
    "announcements": "/e/{code}/announced",
    "about": "/e/{code}/about",
    "results": "/e/{code}/results",
    "trouble": "/e/{code}/organise/trouble",
    "poster": "/e/{code}/poster",
    "build": "/e/{built}/builds/1",
    "not found": "/e/{code}/nowhere",
}
NO_PAGES = {  # what answers with a file, a part of a page or for a program; the published book looks as the book does
    "/healthz",
    "/metrics",
    "/texts/<tag>.js",
    "/worker.js",
    "/static/<path:filename>",
    "/oembed",
    "/join",
    "/book/<code>/",
    "/book/<code>/<path:name>",
    "/e/<code>/app.webmanifest",
    "/e/<code>/<export>",
    "/e/<code>/event.json",
    "/e/<code>/mine.json",
    "/e/<code>/me.ics",
    "/e/<code>/schedule.ics",
    "/e/<code>/votes.csv",
    "/e/<code>/votes.cat",
    "/e/<code>/stream",
    "/e/<code>/here",
    "/e/<code>/grid/moves",
    "/e/<code>/joinings/count",
    "/e/<code>/pitches/namesakes",
    "/e/<code>/pitches/news",
    "/e/<code>/pitches/similar",
    "/e/<code>/choices/shown",
    "/e/<code>/pitches/<int:pitch_id>/session.ics",
    "/e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>",
    "/e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>/picture",
}
NOT_FOUND = {PAGES["unknown code"], PAGES["not found"]}
PROJECTED = {PAGES["wall"], PAGES["door"]}  # as high as the screen, and the wall for big ones only

MAIN_WAYS = ("front", "start", "marketplace", "pitch", "grid", "my day", "notes", "console", "trouble")
SMALL_TARGETS = """() => {
  const seen = element => element.checkVisibility({visibilityProperty: true}) && element.getClientRects().length;
  const finger = "button:not(.quiet), .button:not(.quiet), .nav a, select, textarea, summary," +
    "input:not([type=hidden], [type=checkbox], [type=radio])";
  return [...document.querySelectorAll(finger)].filter(seen).map(element => [element, element.getBoundingClientRect()])
    .filter(([element, box]) => box.height < 43.5 || box.width < 43.5)
    .map(([element, box]) => `${element.outerHTML.slice(0, 80)} is ${box.width} x ${box.height}`);
}"""

TEXTS = """() => [...document.querySelectorAll("body :not(.skip)")]
  .filter(element => !element.childElementCount && element.textContent.trim() && element.checkVisibility())
  .map(element => ({size: parseFloat(getComputedStyle(element).fontSize), text: element.textContent.trim(),
                    bottom: element.getBoundingClientRect().bottom, right: element.getBoundingClientRect().right}))"""


@dataclass
class Site:
    """The application served with a camp in it, and a tab of Chromium, signed in, for one page after the other."""

    address: str
    camp: Camp
    built: str  # the code of another event, where a build runs
    tab: Page
    services: Services

    def see_a_friend(self) -> None:
        """From now on, as after a scan: somebody shows the phone their choices."""
        event, friend, known = self.camp.event, self.camp.people[2], self.services.credentials
        key = self.services.database.write(lambda tx: _begin_showing(tx, event, friend, known))
        self.tab.context.add_cookies([{"name": friends.COOKIE, "value": key, "url": f"{self.address}/e/{event.code}"}])

    def open(self, path: str) -> Page:
        """The page at one of PAGES' addresses, when it has come to rest."""
        places = {
            "code": self.camp.event.code,
            "built": self.built,
            "pitch": self.camp.pitches[2].id,
            "partner": self.camp.people[2].id,
            "room": self.camp.rooms[0].id,
        }
        self.tab.context.clear_cookies(name=friends.COOKIE)
        if path.endswith("?friend"):
            self.see_a_friend()
        page = self.tab
        answer = page.goto(self.address + path.format(**places), wait_until="load")
        assert page.locator("#friend").count() == path.endswith("?friend")
        assert answer and answer.status == (404 if path in NOT_FOUND else 200)
        return page


@dataclass(frozen=True)
class Opened:
    """A page of PAGES in the browser."""

    path: str
    page: Page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all the pages of this file: nothing here writes."""
    with ExitStack() as stack:
        browser = stack.enter_context(a_chromium())
        app = _an_app(tmp_path_factory.mktemp("site"))
        database: Database = app.extensions["twofeet"].database
        camp = a_camp(database)
        database.write(lambda tx: tx.add_all(_paired(camp.event, camp.people[1:3])))
        built = BuildableEvent(database)
        built.start()
        built.find_figures()
        close(database, built.event, voting=True)  # before, its page is the organiser's
        address = stack.enter_context(served(app))
        context = stack.enter_context(browser.new_context(reduced_motion="reduce"))
        value = cookie(app, camp, camp.people[1], organiser=True)
        context.add_cookies([{"name": "twofeet", "value": value, "url": f"{address}/e/{camp.event.code}"}])
        yield Site(address, camp, built.event.code, context.new_page(), app.extensions["twofeet"])
        database.close()


def _paired(event: Event, both: Sequence[Person]) -> Iterator[SQLModel]:
    """Two who met in the first round of unmentoring."""
    yield PairRound(event_id=event.id, number=1, made_at=now())
    for it in both:
        shared: dict[str, Any] = {"name": it.name, "contact": "at the bar", "interests": ["bins"], "joined_at": now()}
        yield PairSeeker(event_id=event.id, person_id=it.id, **shared)
        yield PairMember(event_id=event.id, number=1, person_id=it.id, pair=1)


def _begin_showing(tx: Transaction, event: Event, friend: Person, known: Credentials) -> str:
    showing.begin(tx, event, friend, known)
    mine = showing.own(tx, event, friend.id)
    assert mine is not None
    return known.showing_key(event, friend, mine.ends_at)


def test_every_address_of_a_page_is_looked_at() -> None:
    """Who adds a page adds it to PAGES, or says that it is none."""

    def shape(path: str) -> str:
        return re.sub(r"<[^>]*>|\{[^}]*\}|(?<=/)\d+", "*", path.partition("?")[0])

    looked_at = {shape(path) for path in PAGES.values()}
    addresses = {it.removeprefix("GET ") for it in EXPECTED if it.startswith("GET ")}
    assert {it for it in addresses - NO_PAGES if shape(it) not in looked_at} == set()
    assert addresses >= NO_PAGES


@pytest.fixture(scope="module", params=list(PAGES.values()), ids=list(PAGES))
def opened(site: Site, request: pytest.FixtureRequest) -> Opened:
    """Each page once, for all that is asked of it."""
    return Opened(request.param, site.open(request.param))


def test_page_fits_the_narrowest_phone(opened: Opened) -> None:
    """Nothing scrolls sideways at 320 pixels (the wall is for big screens), and fingers hit what they aim at."""
    width = 1024 if opened.path == PAGES["wall"] else 320
    resize(opened.page, width, 640)
    assert opened.page.evaluate("document.documentElement.scrollWidth") == width
    assert opened.page.evaluate(SMALL_TARGETS) == []


def test_page_is_accessible(opened: Opened) -> None:
    """No finding of axe-core on a phone and a laptop, one by day and the other by night, by turns from page to page."""
    page, axe = opened.page, Axe()
    for width, scheme in SCREENS[list(PAGES.values()).index(opened.path) % 2]:
        resize(page, width, 800)
        if opened.path not in PROJECTED:  # all of it, so that nothing lies under what sticks to the edge
            resize(page, width, page.evaluate("document.documentElement.scrollHeight"))
        page.emulate_media(color_scheme=scheme)
        options: dict[str, Any] = {"runOnly": STANDARD if width == 360 else BY_SCREEN, "resultTypes": ["violations"]}
        found = axe.run(page, options=options | {"rules": {"target-size": {"enabled": True}}})
        assert not found.violations_count, f"{width} {scheme}: {found.generate_report()}"


def test_page_tells_its_controls_apart(opened: Opened) -> None:
    """Whoever hears the names alone knows what each control is about: "Edit: Twelve people, one flip chart"."""
    opened.page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    assert untold(opened.page) == []


@contextmanager
def text_at_twice_its_size(page: Page) -> Iterator[None]:
    """As somebody with low vision set it in the browser."""
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    yield
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 16}})
    session.detach()


@pytest.mark.parametrize("tag", sorted(set(LANGUAGES) - {"en"}))
def test_pages_fit_the_narrowest_phone_in_each_language(site: Site, tag: str) -> None:
    """The same where words are longer, and with text at twice its size: the pages of the main ways through a day."""
    wide = {}
    for path in map(PAGES.__getitem__, MAIN_WAYS):
        page = site.open(f"{path}?lang={tag}")
        resize(page, 320, 640)
        found = page.evaluate("document.documentElement.scrollWidth"), page.evaluate(SMALL_TARGETS)
        with text_at_twice_its_size(page):
            width = page.evaluate("document.documentElement.scrollWidth")
        if (width, *found) != (320, 320, []):
            wide[path] = width, *found
    assert wide == {}


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (1024, 768)])
@pytest.mark.parametrize("name", ["wall", "door"])
def test_projected_page_reads_from_afar(site: Site, name: str, width: int, height: int) -> None:
    """No text is smaller than a fortieth of the screen's height, and none lies beyond its edge."""
    page = site.open(PAGES[name])
    resize(page, width, height)
    texts = page.evaluate(TEXTS)
    assert len(texts) >= 3  # after the last slot began a door says no more than that
    assert [text for text in texts if text["size"] < height / 40] == []
    assert [text for text in texts if text["bottom"] > height + 1 or text["right"] > width + 1] == []


def _an_app(folder: Path) -> Flask:
    config = Config(
        database_url=f"sqlite:///{folder / 'test.db'}", secret_key="a", var=folder, public_url="http://localhost"
    )
    app = create_app(config)
    metadata.create_all(app.extensions["twofeet"].database.engine)
    return app
