"""Notifications on My day and in my data: offered where they can be had, on and off by value, gone with the phone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlmodel import select

from app import create_app
from eventkit.clock import now
from eventkit.config import Config
from eventkit.privacy import erasure
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, PushProgress, PushSubscription
from tests.world.builders import an_event
from tests.world.phone import Phone
from tests.world.published import Day, a_published_day
from tests.world.push_service import WATERMELON
from tests.world.visitors import Phones

pytestmark = pytest.mark.only_on("sqlite")


@pytest.fixture
def telling(config: Config, database: Database, compiled: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application of a server that sends notifications."""
    application = create_app(replace(config, push=True), database=database)
    application.jinja_env.bytecode_cache = compiled
    yield application
    application.extensions["streams"].stop()


@pytest.fixture
def day(database: Database) -> Day:
    return a_published_day(database, day=(now() + timedelta(days=2)).date())


def asks(phone: Phone, day: Day, name: str = "a", **changes: str) -> int:
    target = WATERMELON.target(f"https://fcm.googleapis.com/{name}")
    phone.get(day.address)
    return phone.submit(f"{day.address}/me/notifications", {"on": "1", **vars(target), **changes}).status_code


def kept(database: Database) -> list[str]:
    with database.reading() as tx:
        return [it.endpoint.rpartition("/")[2] for it in tx.scalars(select(PushSubscription).order_by("id"))]


def test_page_offers_them_once_there_is_a_grid_and_where_the_server_sends_any(
    telling: Flask, phone: Phones, database: Database, day: Day
) -> None:
    page = Phone(telling).page(f"{day.address}/me")
    part = page.by_id("notifications")
    assert len(part.attributes["data-key"]) == 87
    assert part.attributes["data-told"] == ""
    assert "Google, Mozilla, Apple or Microsoft" in part.text
    event, _ = an_event(database)
    assert not Phone(telling).page(f"/e/{event.code}/me").all("details", id="notifications")
    assert not phone().page(f"{day.address}/me").all("details", id="notifications")
    assert asks(phone(), day) == 409
    assert asks(Phone(telling), Day(event, "", [], [], [])) == 409
    assert kept(database) == []


def test_turned_on_and_off_by_value_and_listed_in_my_data(telling: Flask, database: Database, day: Day) -> None:
    ada = Phone(telling)
    assert (asks(ada, day), asks(ada, day), asks(ada, day, "b")) == (303, 303, 303)
    assert len(ada.page(f"{day.address}/me").by_id("notifications").attributes["data-told"].split()) == 2
    assert "fcm.googleapis.com" in ada.get(f"{day.address}/mine").text
    mine = ada.get(f"{day.address}/mine.json").get_json()
    assert [it["service"] for it in mine["notifications"]] == ["fcm.googleapis.com"] * 2
    assert "/a" not in str(mine["notifications"])
    assert asks(ada, day, on="0") == 303
    assert kept(database) == ["b"]
    asks(ada, day, "c")
    ada.post(f"{day.address}/me/notifications", on="0")
    assert kept(database) == []


@pytest.mark.parametrize(
    "changes",
    [{"endpoint": "https://10.0.0.1/x"}, {"p256dh": "AAAA"}, {"auth": ""}, {"endpoint": ""}, {"on": "perhaps"}],
)
def test_what_cannot_be_sent_to_is_refused_on_the_page(
    telling: Flask, database: Database, day: Day, changes: dict[str, str]
) -> None:
    ada = Phone(telling)
    assert asks(ada, day, **changes) == 422
    assert kept(database) == []


def test_device_that_signs_out_is_told_no_more(telling: Flask, database: Database, day: Day) -> None:
    ada = Phone(telling)
    for name in "abc":
        asks(ada, day, name)
    ada.post(f"{day.address}/mine/elsewhere", endpoint="https://fcm.googleapis.com/b")
    assert kept(database) == ["b"]
    asks(ada, day, "c")
    token = ada.client.get_cookie("twofeet", path=day.address)
    ada.post(f"{day.address}/mine/leave", endpoint="none")
    assert kept(database) == ["b", "c"]
    assert token is not None
    for endpoint, left in (("https://fcm.googleapis.com/c", ["b"]), ("", [])):  # without scripts: none of them
        ada.client.set_cookie("twofeet", token.value, path=day.address)
        ada.post(f"{day.address}/mine/leave", endpoint=endpoint)
        assert kept(database) == left


def test_they_go_with_the_person_with_erasure_and_are_refused_in_the_archive(
    telling: Flask, database: Database, day: Day
) -> None:
    ada, bob = Phone(telling), Phone(telling)
    asks(ada, day, "a")
    asks(bob, day, "b")
    ada.post(f"{day.address}/mine", delete="all")
    assert kept(database) == ["b"]
    erasure.erase_now(database, day.event.code)
    assert kept(database) == []
    with database.reading() as tx:
        assert tx.get(PushProgress, day.event.id) is None
        event = tx.get_one(Event, day.event.id)
        assert not any(it.id == event.id for it in erasure.due(tx, now()))


def test_browser_with_another_address_is_told_there_unless_it_was_turned_off(
    telling: Flask, database: Database, day: Day
) -> None:
    ada = Phone(telling)
    asks(ada, day, "a")
    at = "https://fcm.googleapis.com/"
    assert asks(ada, day, "b", before=f"{at}a") == 303
    assert kept(database) == ["b"]
    assert asks(ada, day, "c", before=f"{at}a") == 303  # nobody is told there any more
    assert asks(Phone(telling), day, "d", before=f"{at}b") == 303  # and this is somebody else's
    assert kept(database) == ["b"]


def test_one_browser_is_told_of_one_event_and_not_of_another(telling: Flask, database: Database, day: Day) -> None:
    ada, other = Phone(telling), a_published_day(database, day=(now() + timedelta(days=3)).date())
    assert (asks(ada, day), asks(ada, other)) == (303, 303)
    assert asks(ada, day, on="0") == 303
    assert not ada.page(f"{day.address}/me").by_id("notifications").attributes["data-told"]
    assert ada.page(f"{other.address}/me").by_id("notifications").attributes["data-told"]
    assert kept(database) == ["a"]


def test_two_phones_that_turn_out_to_be_one_person_are_both_told(telling: Flask, database: Database, day: Day) -> None:
    ada, second = Phone(telling), Phone(telling)
    asks(ada, day, "a")
    asks(second, day, "b")
    ada.post(f"{day.address}/phone/code")
    code = next(it.text for it in ada.page(f"{day.address}/phone").all("p", class_="code"))
    assert second.post(f"{day.address}/phone", code=code).status_code == 303
    assert len(second.page(f"{day.address}/me").by_id("notifications").attributes["data-told"].split()) == 2
    assert kept(database) == ["a", "b"]
