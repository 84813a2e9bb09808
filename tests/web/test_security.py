"""Whose requests are taken: under names of ours, from pages of ours; and what is said where others come first."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.exc import TimeoutError

from app import create_app
from eventkit.config import Config
from eventkit.errors import TooMany
from eventkit.storage.db import Database
from tests.world.builders import an_event
from tests.world.phone import Page, Phone
from tests.world.visitors import Phones, joined

OWN = ("localhost", "localhost:8000", "LOCALHOST.", "127.0.0.1:8000", "192.168.7.20", "[::1]:8000", "[fe80::1]")
FOREIGN = (
    "elsewhere.example",
    "localhost.elsewhere.example",
    "127.0.0.1.elsewhere.example",
    "",
    "a b",
    "[::1",
    "x@localhost",
)


@pytest.fixture
def closed(config: Config, app: Flask) -> Iterator[Flask]:
    """The same house, on a server that strangers find."""
    other = create_app(replace(config, start_key="open sesame!"))
    yield other
    other.extensions["streams"].stop()
    other.extensions["twofeet"].database.close()


@pytest.fixture
def behind_proxy(config: Config, app: Flask) -> Iterator[Flask]:
    """The same house, behind a proxy that puts its own name for us into Host."""
    other = create_app(replace(config, public_url="https://camp.example.org", host_names=("intranet",)))
    yield other
    other.extensions["streams"].stop()
    other.extensions["twofeet"].database.close()


@pytest.mark.only_on("sqlite")
def test_request_under_a_name_that_is_not_ours_is_refused(app: Flask, database: Database) -> None:
    event, _ = an_event(database)
    for address in ("/", f"/e/{event.code}", "/start", "/healthz"):
        answers = {
            host: app.test_client().get(address, headers={"Host": host}).status_code for host in (*OWN, *FOREIGN)
        }
        assert {host for host, status in answers.items() if status == 400} == set(FOREIGN), address


@pytest.mark.only_on("sqlite")
def test_post_through_a_proxy_that_rewrites_the_host_is_taken(behind_proxy: Flask, database: Database) -> None:
    event, _ = an_event(database)
    client = behind_proxy.test_client()

    def post(origin: str, host: str = "127.0.0.1:8000") -> int:
        headers = {"Origin": origin, "Host": host}
        client.get(f"/e/{event.code}", base_url="https://localhost", headers={"Host": host})
        address = f"/e/{event.code}/name"
        return client.post(address, base_url="https://localhost", data={"name": "Ada"}, headers=headers).status_code

    assert post("https://camp.example.org") == 303
    assert post("http://intranet", host="intranet") == 303
    for origin in (
        "https://elsewhere.example",
        "https://camp.example.org.elsewhere.example",
        "null",
        "",
        "http://localhost:3000",
    ):
        assert post(origin) == 403, origin


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    "path", ["//elsewhere.example", "//elsewhere.example/e/{}", "/\\elsewhere.example/e/{}", "//e/{}"]
)
def test_nothing_leads_elsewhere(app: Flask, database: Database, path: str) -> None:
    event, _ = an_event(database)
    answer = app.test_client().get(path.format(event.code.upper()), base_url="http://localhost")
    environ = {"PATH_INFO": path.format(event.code.upper())}
    raw = app.test_client().open("/", environ_overrides=environ)
    for response in (answer, raw):
        assert response.headers.get("Location", "/").removeprefix("http://localhost").startswith("/")
    assert raw.status_code == 400


def test_pool_without_a_connection_left_is_busy_and_says_when(app: Flask, phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    visitor = joined(phone, event)
    pool = database.engine.pool
    pool._timeout = 0.01  # type: ignore[attr-defined]
    with ExitStack() as all_of_them:
        with suppress(TimeoutError):  # another thread may give one back meanwhile: until there is none
            while True:
                all_of_them.enter_context(database.engine.connect())
        refused = visitor.get(f"/e/{event.code}")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert visitor.get(f"/e/{event.code}").status_code == 200


@pytest.mark.only_on("sqlite")
def test_limit_says_in_its_header_when_to_come_again(app: Flask) -> None:
    for number, (seconds, header) in enumerate(((20.2, "21"), (None, None))):

        def refuse(seconds: float | None = seconds) -> str:
            raise TooMany("Too many.", seconds)

        app.view_functions["front.home"] = refuse
        response = app.test_client().get("/")
        assert (number, response.status_code, response.headers.get("Retry-After")) == (number, 429, header)


@pytest.mark.only_on("sqlite")
def test_closed_server_is_started_on_with_its_key_only(closed: Flask) -> None:
    stranger, friend = Phone(closed), Phone(closed)
    typed = {"name": "Camp", "date": "2026-06-26", "rooms": "Hall, 20", "slots": "10:00-11:00"}
    for key in ("", "open sesame", "\ud800", "open sesame?"):
        assert stranger.get("/start", query_string={"key": key.encode("utf-8", "replace")}).status_code == 403
        assert stranger.submit("/start", {**typed, "key": key.encode("utf-8", "replace").decode()}).status_code == 403
    assert "/start" not in stranger.get("/").text
    page = Page(friend.get("/start?key=open sesame!").text)
    key = page.one("input", name="key").attributes["value"]
    assert friend.submit("/start", {**typed, "slots": "never", "key": key}).status_code == 422
    assert friend.submit("/start", {**typed, "key": key}).status_code == 303


@pytest.mark.only_on("sqlite")
def test_rehearsal_on_a_closed_server_is_for_its_organisers(closed: Flask, database: Database) -> None:
    event, secret = an_event(database, rehearsal=True)
    stranger, friend = Phone(closed), Phone(closed)
    assert event.code not in stranger.get("/").text
    for address in (f"/e/{event.code}", f"/e/{event.code}/grid", f"/e/{event.code}/organise?key=nonsense"):
        assert stranger.get(address).status_code == 404
    assert friend.get(f"/e/{event.code}/organise?key={secret}").status_code == 303
    assert friend.get(f"/e/{event.code}/organise").status_code == 200
    assert friend.post(f"/e/{event.code}/pitches", title="Play").status_code == 303
