"""Notifications in a real browser, from the button to the phone's screen; only its maker's service is one of ours."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import select

from app import create_app
from eventkit.config import Config
from eventkit.processes.pushing import Pushing
from eventkit.storage.db import Database
from eventkit.storage.tables import PushSubscription
from eventkit.web_push import encoded
from tests.world.browser import served
from tests.world.published import a_published_day, announce
from tests.world.push_service import Browser, Service, a_push_service, push
from tests.world.serving import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite")]

# What the browser's maker would give: Chromium asks Google's service, which tests do not reach.
MADE = """
  const plain = (text) => atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = (text) => Uint8Array.from(plain(text), (it) => it.codePointAt(0));
  const made = (endpoint, keys, options) =>
    ({ endpoint, options, getKey: (name) => bytes(keys[name]).buffer, unsubscribe: async () => true });
"""
PAGE = (
    MADE
    + """
  const given = () => localStorage.getItem("key") && made(
    SERVICE + (localStorage.getItem("path") || "/first"),
    KEYS,
    { applicationServerKey: bytes(localStorage.getItem("key")).buffer },
  );
  PushManager.prototype.getSubscription = async () => given();
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    localStorage.setItem("key", applicationServerKey);
    return given();
  };
"""
)
CHANGED = (
    "(given) => {"
    + MADE
    + """
  const event = new Event("pushsubscriptionchange");
  event.newSubscription = made(given.endpoint, given.keys, {});
  let done;
  event.waitUntil = (work) => (done = work);
  self.dispatchEvent(event);
  return done;
}"""
)


@pytest.fixture
def service() -> Iterator[Service]:
    with a_push_service() as service:
        yield service


@pytest.fixture
def telling(config: Config, service: Service) -> Config:
    return replace(config, push=True, push_services=(service.address,))


@pytest.fixture
def phone(
    telling: Config, database: Database, compiled: FileSystemBytecodeCache, chromium: Chromium
) -> Iterator[BrowserContext]:
    app: Flask = create_app(telling, database=database)
    app.jinja_env.bytecode_cache = compiled
    with served(app) as address:
        context = chromium.new_context(viewport={"width": 360, "height": 640}, base_url=address)
        context.grant_permissions(["notifications"])
        yield context
        context.close()
    app.extensions["streams"].stop()


def keys_of(browser: Browser) -> dict[str, str]:
    return {"p256dh": encoded(browser.public), "auth": encoded(browser.secret)}


def shown(page: Page) -> list[str]:
    script = "async () => (await (await navigator.serviceWorker.ready).getNotifications()).map((it) => it.body)"
    found: list[str] = page.evaluate(script)
    return found


def test_turned_on_it_reaches_the_screen_also_at_another_address_until_turned_off(
    phone: BrowserContext, database: Database, telling: Config, service: Service
) -> None:
    day, browser, pushing = a_published_day(database), Browser(), Pushing(database, telling)
    keys = json.dumps(keys_of(browser))
    phone.add_init_script(PAGE.replace("SERVICE", f'"{service.address}"').replace("KEYS", keys))
    page = phone.new_page()
    page.goto(f"{day.address}/me")
    part = page.locator("#notifications")
    part.locator("summary").click()
    part.get_by_role("button", name="Turn notifications on").click()
    expect(part.locator("[data-when=on]:not([hidden])")).to_have_count(1)
    announce(database, day, "Soup is ready")
    pushing.settle()
    (posted,) = service.to("/first")
    push(phone, page, browser.decrypt(posted.body).decode())
    wait_until(lambda: shown(page) == ["Soup is ready"])

    def addresses() -> list[str]:
        with database.reading() as tx:
            return [it.endpoint.rpartition("/")[2] for it in tx.scalars(select(PushSubscription))]

    (worker,) = phone.service_workers
    worker.evaluate(CHANGED, {"endpoint": f"{service.address}/second", "keys": keys_of(browser)})
    assert addresses() == ["second"]
    announce(database, day, "The bus leaves")
    pushing.settle()
    assert [json.loads(browser.decrypt(it.body))["body"] for it in service.to("/second")] == ["The bus leaves"]
    pushing.close()
    page.evaluate("localStorage.setItem('path', '/third')")  # it changed again, and no worker heard of it
    page.evaluate("caches.delete('twofeet-pages-1')")
    page.reload()
    wait_until(lambda: page.evaluate("1") == 1 and addresses() == ["third"])
    expect(part.locator("[data-when=on]:not([hidden])")).to_have_count(1)
    part.locator("summary").click()
    page.evaluate("caches.delete('twofeet-pages-1')")
    part.get_by_role("button", name="Turn notifications off").click()
    expect(part.locator("[data-when=off]:not([hidden])")).to_have_count(1)
    assert addresses() == []
    worker.evaluate(CHANGED, {"endpoint": f"{service.address}/fourth", "keys": keys_of(browser)})
    page.reload()
    expect(part.locator("[data-when=off]:not([hidden])")).to_have_count(1)
    assert addresses() == []
