"""Every address, asked by nobody, an attendee, another event's organiser, a facilitator and an organiser.

One table names them all; an address that it does not name, or that is gone, fails.
"""

import pytest
from flask import Flask

from eventkit.event import entry
from eventkit.event.roles import at_the_machine
from eventkit.market import listings
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from tests.world.builders import an_event
from tests.world.phone import Phone
from tests.world.routes import EXPECTED, World, a_world, addresses, arguments_of, ask, fields_of, visitors
from tests.world.visitors import Phones, facilitator, organiser


@pytest.mark.only_on("sqlite")
def test_table_names_every_address_and_no_other(app: Flask) -> None:
    assert sorted({line for line, _, _ in addresses(app)}) == sorted(EXPECTED)


@pytest.mark.only_on("sqlite")
def test_every_address_answers_each_visitor_as_the_table_says(app: Flask, phone: Phones, database: Database) -> None:
    shared, surprises = a_world(database), {}
    for line, endpoint, method in addresses(app):
        for role, (place, arrive) in visitors(phone, database).items():
            changes = method == "POST" and EXPECTED.get(line, (200,) * 4)[place] not in (403, 404)
            world = a_world(database) if changes else shared
            got = ask(arrive(world.event), app, endpoint, method, world)
            if line in EXPECTED and got != EXPECTED[line][place]:
                surprises[f"{role}: {line}"] = f"{got}, not {EXPECTED[line][place]}"
    assert surprises == {}


def private(database: Database) -> World:
    """The same, where one needs a word to get in."""
    world = a_world(database)

    def close(tx: Transaction) -> Event:
        event = tx.get_one(Event, world.event.id)
        entry.make_private(tx, at_the_machine(event), "Open sesame")
        return event

    return World(database.write(close), world.values)


def let_in(phone: Phones, event: Event) -> Phone:
    """A phone that has typed the word of a private event."""
    visitor = phone()
    assert visitor.get(f"/e/{event.code}").status_code == 403
    assert visitor.post(f"/e/{event.code}/word", word="open SESAME").status_code == 303
    return visitor


AT_THE_DOOR = {  # what a stranger gets from a private event where it is not the question for its word
    "GET /book/<code>/": 404,  # until it is published; then it is everybody's
    "GET /book/<code>/<path:name>": 404,
    "GET /e/<code>/me.ics": 404,  # its key lets in whoever was in before
    "POST /e/<code>/word": 404,  # a wrong one
}


@pytest.mark.only_on("sqlite")
def test_every_address_of_a_private_event_refuses_a_stranger(app: Flask, phone: Phones, database: Database) -> None:
    world, surprises = private(database), {}
    outside = phone()
    outside.client.get(f"/e/{world.event.code}")  # has the cookie, but not the word
    for line, endpoint, method in addresses(app):
        if "<code>" not in line:
            continue
        for role, visitor in (("nobody", phone()), ("somebody without the word", outside)):
            with app.test_request_context():
                known = arguments_of(app, endpoint, method)
                address = app.url_for(endpoint, **{name: world.values[name] for name in known})
            data = fields_of(world) if method == "POST" else None
            origin = {"Origin": "http://localhost"}
            response = visitor.client.open(address, method=method, data=data, headers=origin)
            expected = 403 if role == "nobody" and method == "POST" else AT_THE_DOOR.get(line, 403)
            told = response.text if response.status_code != 200 else ""
            if response.status_code != expected or world.event.name in told:
                surprises[f"{role}: {line}"] = response.status
            if method == "GET":
                assert "noindex" in response.headers["X-Robots-Tag"], line
            response.close()
    assert surprises == {}


@pytest.mark.only_on("sqlite")
def test_every_address_of_a_private_event_answers_who_gave_the_word_and_its_helpers(
    app: Flask, phone: Phones, database: Database
) -> None:
    shared, surprises = private(database), {}
    files = {"GET /e/<code>/<export>", "GET /e/<code>/schedule.ics"}
    for line, endpoint, method in addresses(app):
        if "<code>" not in line or line == "POST /e/<code>/word":
            continue
        for place, arrive in ((1, let_in), (2, facilitator), (3, organiser)):
            if method == "POST" and place == 2:
                continue  # each needs an event of its own, and they differ from the others in nothing here
            world = shared if method == "GET" else private(database)
            got = ask(arrive(phone, world.event), app, endpoint, method, world)
            expected = 403 if line in files and place < 3 else EXPECTED[line][place]
            if got != expected:
                surprises[f"{place}: {line}"] = f"{got}, not {expected}"
    assert surprises == {}


@pytest.mark.only_on("sqlite")
def test_every_post_from_another_site_is_refused(app: Flask, phone: Phones, database: Database) -> None:
    world = a_world(database)
    boss = organiser(phone, world.event)
    for line, endpoint, method in addresses(app):
        if method == "POST":
            with app.test_request_context():
                known = arguments_of(app, endpoint, method)
                address = app.url_for(endpoint, **{name: world.values[name] for name in known})
            assert (line, boss.post(address, origin="https://evil.example").status_code) == (line, 403)


@pytest.mark.only_on("sqlite")
def test_cookie_of_one_event_opens_nothing_at_another(app: Flask, phone: Phones, database: Database) -> None:
    world = a_world(database)
    other, _ = an_event(database)
    boss = organiser(phone, other)
    cookie = boss.client.get_cookie("twofeet", path=f"/e/{other.code}")
    assert cookie is not None
    boss.client.set_cookie("twofeet", cookie.value, path=f"/e/{world.event.code}")
    assert boss.post(f"/e/{world.event.code}/pitches", title="Foreign").status_code == 403
    assert boss.get(f"/e/{world.event.code}/pitches").status_code == 403
    with database.reading() as tx:
        assert [title.title for title in listings.titles(tx, world.event.id)] == ["Bins", "Bins"]


@pytest.mark.only_on("sqlite")
def test_every_address_under_a_former_code_leads_to_the_same_under_the_new_one(
    app: Flask, phone: Phones, database: Database
) -> None:
    world = a_world(database)
    boss = organiser(phone, world.event)
    boss.post(f"/e/{world.event.code}/organise/settings", code="localgovcamp")
    surprises = {}
    for line, endpoint, method in addresses(app):
        known = arguments_of(app, endpoint, method)
        if "code" not in known:
            continue
        with app.test_request_context():
            address = app.url_for(endpoint, **{name: world.values[name] for name in known})
        wanted = (308, address.replace(world.event.code, "localgovcamp") + "?a=b&a=c")
        for visitor in (phone(), organiser(phone, world.event)):
            data = fields_of(world) if method == "POST" else None
            origin = {"Origin": "http://localhost"}
            response = visitor.client.open(f"{address}?a=b&a=c", method=method, headers=origin, data=data)
            response.close()
            if (response.status_code, response.location) != wanted:
                surprises[line] = response.status_code, response.location
    assert surprises == {}
