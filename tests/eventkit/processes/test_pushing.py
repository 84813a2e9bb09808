"""Notifications from the row to the phone: a real service on this machine gets what the phone alone can read, once."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from py_vapid import Vapid02
from sqlmodel import select

from app import create_app
from eventkit.building import builds
from eventkit.clock import now
from eventkit.config import Config
from eventkit.event import announcements, events, subscribing
from eventkit.event.announcements import AnnouncementContent
from eventkit.event.roles import at_the_machine
from eventkit.grid import notifying
from eventkit.processes.pushing import Pushing
from eventkit.processes.worker import Loop
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import BuildState, Event, Person, PushProgress, PushSubscription, Slot
from tests.world.days import host, votes
from tests.world.phone import Phone
from tests.world.published import Day, a_published_day, announce, at_this_hour, publish
from tests.world.push_service import Browser, Service, a_push_service


@pytest.fixture(scope="module")
def listening() -> Iterator[Service]:
    """A push service."""
    with a_push_service() as service:
        yield service


@pytest.fixture
def service(listening: Service) -> Service:
    """The same, which got nothing yet."""
    listening.posted.clear()
    listening.answers.clear()
    return listening


@pytest.fixture
def told_config(config: Config, service: Service) -> Config:
    """Settings of a server that sends notifications."""
    return replace(config, push=True, push_services=(service.address,))


@pytest.fixture
def pushing(told_config: Config, database: Database) -> Iterator[Pushing]:
    """The worker's part."""
    pushing = Pushing(database, told_config)
    yield pushing
    pushing.close()


@pytest.fixture
def server(told_config: Config, database: Database, compiled: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application."""
    application = create_app(told_config, database=database)
    application.jinja_env.bytecode_cache = compiled
    yield application
    application.extensions["streams"].stop()


@pytest.fixture
def day(database: Database) -> Day:
    """A grid of the day after tomorrow: pitches 1, 2, 3 in the first slot, 4 in the second, 5 nowhere."""
    return a_published_day(database, day=(now() + timedelta(days=2)).date())


class Owner:
    """A phone whose owner turned notifications on."""

    def __init__(self, server: Flask, database: Database, day: Day, service: Service, name: str, language: str = "en"):
        self.phone, self.browser, self.path, self._service = Phone(server), Browser(), f"/{name}", service
        self.phone.client.set_cookie("twofeet_language", language)
        self.phone.get(day.address)
        self.phone.post(f"{day.address}/name", name=name)
        self._fields = vars(self.browser.target(service.address + self.path))
        self._address = f"{day.address}/me/notifications"
        assert self.turn("1") == 303
        with database.reading() as tx:
            self.person = tx.scalars(select(Person).where(Person.name == name)).one()

    def turn(self, on: str) -> int:
        """Turn them on or off; the status."""
        return self.phone.post(self._address, on=on, **self._fields).status_code

    def told(self) -> list[dict[str, Any]]:
        """What came, decrypted."""
        return [json.loads(self.browser.decrypt(it.body)) for it in self._service.to(self.path)]

    def bodies(self) -> list[str]:
        return [it["body"] for it in self.told()]


def move(database: Database, day: Day, number: int, cell: int) -> None:
    """Put pitch `number` (from 1) into another cell of what people see; the others stay."""
    cells = {pitch.id: at for pitch, at in zip(day.pitches[:4], day.cells, strict=False)}
    publish(database, day, {**cells, day.pitches[number - 1].id: day.cells[cell]})


def test_owner_hears_once_what_moved_and_nobody_else_does(
    server: Flask, database: Database, day: Day, service: Service, pushing: Pushing
) -> None:
    ada, bob = (Owner(server, database, day, service, name) for name in ("ada", "bob"))
    host(database, ada.person, day.pitches[0])
    votes(database, bob.person, [(day.pitches[1], 2)])
    pushing.settle()
    assert service.posted == []  # what was before is no news
    move(database, day, 1, 4)
    pushing.settle()
    (told,) = ada.told()
    assert told["title"] == "Changed for you"
    assert "Pitch 1" in told["body"]
    assert "Library" in told["body"]
    assert told["page"] == f"{day.address}/me"
    assert bob.told() == []
    pushing.settle()
    assert len(service.posted) == 1
    (posted,) = service.to("/ada")
    assert posted.headers["content-encoding"] == "aes128gcm"
    assert 0 < int(posted.headers["ttl"]) <= notifying.FRESH.total_seconds()
    assert Vapid02.verify(posted.headers["authorization"])
    assert b"Pitch" not in posted.body


def test_announcements_reach_whom_they_are_for_in_their_own_words(
    server: Flask, database: Database, day: Day, service: Service, pushing: Pushing
) -> None:
    ada, bob = (Owner(server, database, day, service, name) for name in ("ada", "bob"))
    host(database, ada.person, day.pitches[0])
    announce(database, day, "Soup is ready – dewch!")
    announce(database, day, "The projector is broken", day.rooms[0].id)
    pushing.settle()
    assert sorted(ada.bodies()) == ["Soup is ready – dewch!", "The projector is broken"]
    assert bob.bodies() == ["Soup is ready – dewch!"]

    def end_at_once(tx: Transaction) -> None:
        by = at_the_machine(tx.get_one(Event, day.event.id))
        content = AnnouncementContent("Wrong", now() + timedelta(minutes=30))
        announcements.end(tx, by, announcements.announce(tx, by, content).id)

    database.write(end_at_once)
    pushing.settle()
    assert len(bob.told()) == 1


def test_what_starts_is_told_five_minutes_before_in_the_phone_s_language(
    server: Flask, database: Database, day: Day, service: Service, pushing: Pushing
) -> None:
    ada = Owner(server, database, day, service, "ada", "de")
    votes(database, ada.person, [(day.pitches[0], 1), (day.pitches[1], 2), (day.pitches[3], 2)])
    at_this_hour(database, day, 0)

    def soon(tx: Transaction) -> None:
        tx.get_one(PushProgress, day.event.id).starts_until = now()
        for slot in events.slots(tx, day.event.id):
            by = timedelta(minutes=10 + 4)
            slot.starts_at, slot.ends_at = slot.starts_at + by, slot.ends_at + by

    database.write(soon)
    pushing.settle()
    pushing.settle()
    (told,) = ada.told()
    with database.reading() as tx:
        starts = tx.get_one(Slot, day.slots[0].id).starts_at
    assert told["title"].startswith("Beginnt um ")
    assert told["lang"] == "de"
    assert told["body"].splitlines() == ["Pitch 2: Library", "Pitch 1: Main hall"]
    assert int(service.posted[0].headers["ttl"]) <= (starts - now()).total_seconds() + 60 < 5 * 60


@pytest.mark.parametrize(
    ("status", "stays"), [(410, False), (404, False), (500, True), (429, True), (403, True), (302, True)]
)
@pytest.mark.only_on("sqlite")
def test_ended_browsers_are_forgotten_and_nothing_is_tried_twice(
    server: Flask, database: Database, day: Day, service: Service, pushing: Pushing, status: int, stays: bool
) -> None:
    ada = Owner(server, database, day, service, "ada")
    service.answers["/ada"] = status
    announce(database, day, "Soup")
    pushing.settle()
    pushing.settle()
    assert len(service.posted) == 1
    with database.reading() as tx:
        assert bool(subscribing.of_person(tx, ada.person.id)) == stays


@pytest.mark.only_on("sqlite")
def test_two_workers_tell_it_once_and_whoever_signed_out_hears_nothing(
    server: Flask, database: Database, day: Day, service: Service, pushing: Pushing, told_config: Config
) -> None:
    ada, bob, eve = (Owner(server, database, day, service, name) for name in ("ada", "bob", "eve"))
    assert bob.turn("0") == 303
    eve.phone.post(f"{day.address}/mine/leave", endpoint=service.address + "/eve")
    other = Pushing(database, told_config)
    announce(database, day, "Soup")
    pushing.settle()
    other.settle()
    other.close()
    assert (ada.bodies(), bob.bodies(), eve.bodies()) == (["Soup"], [], [])


@pytest.mark.only_on("sqlite")
def test_service_that_the_setting_names_no_more_gets_nothing(
    server: Flask, database: Database, day: Day, service: Service, told_config: Config
) -> None:
    Owner(server, database, day, service, "ada")
    elsewhere = Pushing(database, replace(told_config, push_services=("push.example.org",)))
    announce(database, day, "Soup")
    elsewhere.settle()
    elsewhere.close()
    assert service.posted == []


@pytest.mark.only_on("sqlite")
def test_many_changes_are_one_notification(
    server: Flask, database: Database, day: Day, service: Service, pushing: Pushing
) -> None:
    ada = Owner(server, database, day, service, "ada")
    votes(database, ada.person, [(pitch, 2) for pitch in day.pitches])
    publish(database, day, {pitch.id: cell for pitch, cell in zip(day.pitches, reversed(day.cells), strict=False)})
    pushing.settle()
    (told,) = ada.told()
    lines = told["body"].splitlines()
    assert len(lines) == notifying.LINES + 1
    assert lines[-1] == "And 2 more changes."


@pytest.mark.only_on("sqlite")
def test_rows_go_with_the_event(server: Flask, database: Database, day: Day, service: Service) -> None:
    Owner(server, database, day, service, "ada")
    database.write(lambda tx: tx.delete(tx.get_one(Event, day.event.id)))
    with database.reading() as tx:
        assert tx.scalars(select(PushSubscription)).all() == []
        assert subscribing.waiting(tx, now()) == []


class Broken(Pushing):
    """Notifications in which everything goes wrong."""

    def round(self) -> None:
        raise ZeroDivisionError


@pytest.mark.only_on("sqlite")
def test_what_goes_wrong_with_a_notification_holds_up_no_build(database: Database, told_config: Config) -> None:
    day, broken = a_published_day(database), Broken(database, told_config)
    loop = Loop(database, pushing=broken)
    number = database.write(lambda tx: builds.start(tx, at_the_machine(tx.get_one(Event, day.event.id)), 2).number)
    loop.round()
    with database.reading() as tx:
        assert builds.get(tx, day.event.id, number).state is not BuildState.QUEUED
    stop = threading.Event()
    stop.set()
    loop.run(stop)  # ends its children
