"""Without network in a real browser: what was seen is there with its time, and nothing is stuck or left behind."""

import re
from collections.abc import Iterator
from functools import partial
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlmodel import select

from eventkit.storage.db import Database
from eventkit.storage.tables import Vote
from tests.world.browser import served
from tests.world.published import Day, a_published_day
from tests.world.push_service import push
from tests.world.serving import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite")]


@pytest.fixture
def day(database: Database) -> Day:
    return a_published_day(database)


@pytest.fixture
def phone(app: Flask, chromium: Browser) -> Iterator[BrowserContext]:
    with served(app) as address:
        context = chromium.new_context(viewport={"width": 360, "height": 740}, base_url=address)
        context.set_default_timeout(15_000)
        yield context
        context.close()


def kept(page: Page) -> list[str]:
    """The paths of the pages that are kept on this phone."""
    keys = "async () => (await (await caches.open('twofeet-pages-1')).keys()).map((it) => new URL(it.url).pathname)"
    found: list[str] = page.evaluate(keys)
    return found


def visit(phone: BrowserContext, *paths: str) -> Page:
    """Open pages one after the other, each until it is kept."""
    page = phone.new_page()
    for path in paths:
        page.goto(path)
        wait_until(lambda path=path: path in kept(page))
    return page


def test_what_was_seen_is_readable_without_network_and_says_from_when_it_is(phone: BrowserContext, day: Day) -> None:
    pitch = f"{day.address}/pitches/{day.pitches[0].id}"
    page = visit(phone, day.address, f"{day.address}/grid", f"{day.address}/me", pitch)
    phone.set_offline(True)
    for path, words in ((f"{day.address}/grid", "The grid"), (f"{day.address}/me", "My day"), (pitch, "Notes")):
        page.goto(path)
        expect(page.get_by_role("heading", name=words, exact=True)).to_be_visible()
        expect(page.locator("#offline")).to_contain_text("You are offline. This page is from ")
        assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith("Atkinson")
    phone.set_offline(False)
    expect(page.locator("#offline").get_by_role("link", name="Show this page as it is now")).to_be_visible()
    page.locator("#offline").get_by_role("link").click()
    expect(page.locator("#offline")).to_be_hidden()


def test_page_that_is_not_kept_is_a_plain_page_with_ways_to_those_that_are(phone: BrowserContext, day: Day) -> None:
    page = visit(phone, f"{day.address}/grid")
    phone.set_offline(True)
    page.goto(f"{day.address}/pitches/{day.pitches[1].id}")
    expect(page.get_by_role("heading", name="There is no network here")).to_be_visible()
    page.get_by_role("link", name="The grid").click()
    expect(page.locator("#grid .session").first).to_be_visible()


def test_who_reads_welsh_reads_it_without_network_too(phone: BrowserContext, day: Day) -> None:
    page = visit(phone, day.address)
    page.get_by_role("button", name="Cymraeg").click()
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    welsh = "async (path) => (await (await caches.match(path, {ignoreVary: true})).text()).includes('lang=\"cy\"')"
    wait_until(lambda: all(page.evaluate(welsh, path) for path in ("/offline", day.address)))
    phone.set_offline(True)
    page.goto(day.address, wait_until="commit")
    days = "(Sul|Llun|Maw|Mer|Iau|Gwen|Sad)"
    expect(page.locator("#offline")).to_have_attribute("data-kept", re.compile(rf"^{days} \d\d:\d\d$"))
    expect(page.locator("#offline")).to_contain_text(re.compile(rf"^Rydych all-lein\. .*{days} \d\d:\d\d\."))
    page.goto(f"{day.address}/pitches/{day.pitches[1].id}")
    expect(page.locator("html")).to_have_attribute("lang", "cy")


def test_page_that_breaks_off_leaves_the_one_that_was_kept(app: Flask, phone: BrowserContext, day: Day) -> None:
    grid, whole = f"{day.address}/grid", app.wsgi_app
    page = visit(phone, grid)

    def broken(environ: WSGIEnvironment, start: StartResponse) -> Iterator[bytes]:
        environ.pop("HTTP_IF_NONE_MATCH", None)
        body = b"".join(whole(environ, start))
        yield body[: len(body) // 2]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "wsgi_app", broken)
        page.goto(grid, wait_until="commit")
        page.goto("about:blank")
    phone.set_offline(True)
    page.goto(grid)
    expect(page.locator("#offline")).to_contain_text("You are offline. This page is from ")
    expect(page.locator("#grid .session").first).to_be_visible()


def test_vote_made_on_a_kept_page_arrives_later(phone: BrowserContext, day: Day, database: Database) -> None:
    page = visit(phone, day.address)
    phone.set_offline(True)
    page.goto(day.address)
    button = page.locator(f"#vote-{day.pitches[0].id}").get_by_role("button", name="Must go")
    button.click()
    expect(page.locator(f"#vote-{day.pitches[0].id} .state")).to_have_text("Waiting for the network")
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    phone.set_offline(False)

    def arrived() -> bool:
        with database.reading() as tx:
            return page.evaluate("1") == 1 and [it.interest for it in tx.scalars(select(Vote))] == [2]

    wait_until(arrived)


def test_organisers_pages_and_addresses_with_secrets_are_not_kept(phone: BrowserContext, day: Day) -> None:
    page = visit(phone, day.address)
    page.goto(f"{day.address}/organise?key={day.secret}")
    page.goto(f"{day.address}/organise/rooms")
    page.goto(f"{day.address}/grid?q=x")
    page.goto(f"{day.address}/grid")
    wait_until(lambda: f"{day.address}/grid" in kept(page))
    assert not [path for path in kept(page) if "organise" in path]


def test_manifest_is_the_events_own_and_what_is_pushed_is_shown(phone: BrowserContext, day: Day) -> None:
    page = phone.new_page()
    page.goto(day.address)
    manifest = page.evaluate("async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json()")
    assert (manifest["name"], manifest["start_url"]) == (day.event.name, day.address)
    phone.grant_permissions(["notifications"])
    shown = (
        "async () => (await (await navigator.serviceWorker.ready).getNotifications())"
        ".map((it) => [it.title, it.body, it.data])"
    )

    def is_shown(room: str) -> bool:
        return bool(page.evaluate(shown) == [["Changed for you", f"Bins: {room}", "/e/x/me"]])

    for room in ("Library", "Studio"):  # the second takes the place of the first
        push(phone, page, f'{{"title": "Changed for you", "body": "Bins: {room}", "tag": "a", "page": "/e/x/me"}}')
        wait_until(partial(is_shown, room))


def test_who_signs_the_device_out_leaves_nothing_behind(phone: BrowserContext, day: Day) -> None:
    pitch = f"{day.address}/pitches/{day.pitches[0].id}"
    page = visit(phone, pitch, f"{day.address}/me")
    page.goto(pitch)
    phone.set_offline(True)
    page.locator(f"#vote-{day.pitches[0].id}").get_by_role("button", name="Must go").click()
    expect(page.locator(".vote .state")).to_have_text("Waiting for the network")
    page.locator("#note-form").get_by_label("Text").fill("Half a thought")
    phone.set_offline(False)
    expect(page.locator(".state")).to_have_count(0)
    page.goto(f"{day.address}/mine")
    page.get_by_role("button", name="Sign this device out").click()
    expect(page).to_have_url(re.compile(r"/$"))
    assert page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))") == []
    assert [path for path in kept(page) if path.startswith(day.address)] == []
