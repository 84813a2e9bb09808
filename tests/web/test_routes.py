"""Every address, asked by nobody, an attendee, another event's organiser, a facilitator and an organiser.

One table names them all; an address that it does not name, or that is gone, fails. Add a line when you add an address.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, update
from werkzeug.test import TestResponse

from eventkit.clock import now
from eventkit.event import archive, entry, events, people
from eventkit.event.roles import at_the_machine
from eventkit.grid import versions
from eventkit.market import listings, notes
from eventkit.privacy import sealing
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, GridCause, NoteKind, Person, Pitch
from tests.world.builders import a_pitch, an_event
from tests.world.phone import Phone
from tests.world.visitors import Phones, facilitator, joined, organiser

Answers = tuple[int, int, int, int]

# What nobody (a browser without a cookie), an attendee, a facilitator and an organiser get. Another event's organiser
# is an attendee here. What is posted is what an organiser could post.
EVERYBODY: Answers = (200, 200, 200, 200)
JOINED: Answers = (403, 303, 303, 303)
FACILITATORS: Answers = (403, 403, 200, 200)
FACILITATORS_POST: Answers = (403, 403, 303, 303)
ORGANISERS: Answers = (403, 403, 403, 200)
ORGANISERS_POST: Answers = (403, 403, 403, 303)
UNKNOWN: Answers = (404, 404, 404, 404)
NO_BUILD: Answers = (403, 403, 403, 404)
IN_USE: Answers = (403, 403, 403, 422)  # people see a session there

EXPECTED: dict[str, Answers] = {
    "GET /": EVERYBODY,
    "GET /healthz": (503, 503, 503, 503),  # no worker runs here
    "GET /join": (303, 303, 303, 303),
    "GET /metrics": EVERYBODY,
    "GET /privacy": EVERYBODY,
    "GET /accessibility": EVERYBODY,
    "GET /offline": EVERYBODY,
    "POST /language": (303, 303, 303, 303),
    "GET /texts/<tag>.js": EVERYBODY,
    "GET /worker.js": EVERYBODY,
    "GET /e/<code>/app.webmanifest": EVERYBODY,
    "GET /start": EVERYBODY,
    "POST /start": (303, 303, 303, 303),
    "GET /static/<path:filename>": EVERYBODY,
    "GET /book/<code>/": (404, 404, 404, 404),  # until it is published
    "GET /book/<code>/<path:name>": (404, 404, 404, 404),
    "GET /e/<code>": EVERYBODY,
    "GET /e/<code>/actions": EVERYBODY,
    "GET /e/<code>/reflections": EVERYBODY,
    "POST /e/<code>/reflections": JOINED,
    "POST /e/<code>/builds": ORGANISERS_POST,
    "GET /e/<code>/builds/<int:number>": UNKNOWN,
    "POST /e/<code>/builds/<int:number>/adopt": NO_BUILD,
    "POST /e/<code>/builds/<int:number>/again": NO_BUILD,
    "POST /e/<code>/builds/<int:number>/stop": NO_BUILD,
    "GET /e/<code>/announced": EVERYBODY,
    "GET /e/<code>/choices": EVERYBODY,
    "GET /e/<code>/claim": EVERYBODY,
    "POST /e/<code>/claim": (403, 404, 404, 404),  # a wrong code
    "GET /e/<code>/doors": EVERYBODY,
    "POST /e/<code>/organise/address": ORGANISERS_POST,
    "POST /e/<code>/organise/wall": ORGANISERS_POST,
    "GET /e/<code>/doors/<int:room_id>": EVERYBODY,
    "GET /e/<code>/event.json": ORGANISERS,
    "GET /e/<code>/<export>": EVERYBODY,
    "GET /e/<code>/grid": EVERYBODY,
    "GET /e/<code>/grid/moves": ORGANISERS,
    "POST /e/<code>/grid/moves": ORGANISERS_POST,
    "POST /e/<code>/grid/publish": ORGANISERS_POST,
    "POST /e/<code>/grid/redo": (403, 403, 403, 422),  # nothing was undone
    "POST /e/<code>/grid/undo": ORGANISERS_POST,
    "POST /e/<code>/grid/unpublish": ORGANISERS_POST,
    "GET /e/<code>/organise/import": ORGANISERS,
    "POST /e/<code>/organise/import": (403, 403, 403, 422),  # no file
    "POST /e/<code>/organise/import/yes": (403, 403, 403, 422),  # nothing was looked at
    "GET /e/<code>/lineup": EVERYBODY,
    "POST /e/<code>/lineup": FACILITATORS_POST,
    "GET /e/<code>/lineup/hand": FACILITATORS,
    "POST /e/<code>/pitches/<int:pitch_id>/going": (403, 409, 409, 409),  # it is not on the grid
    "POST /e/<code>/pitches/<int:pitch_id>/ready": (403, 403, 303, 303),
    "GET /e/<code>/me": EVERYBODY,
    "POST /e/<code>/me/calendar": JOINED,
    "GET /e/<code>/mine": EVERYBODY,
    "POST /e/<code>/mine": (422, 422, 422, 422),  # nothing is ticked
    "POST /e/<code>/mine/elsewhere": JOINED,
    "POST /e/<code>/mine/leave": JOINED,
    "GET /e/<code>/mine.json": EVERYBODY,
    "GET /e/<code>/me.ics": UNKNOWN,  # without its key
    "POST /e/<code>/name": JOINED,
    "GET /e/<code>/organise": (403, 403, 303, 200),  # facilitators are led to the pitch box
    "POST /e/<code>/organise/facilitators": ORGANISERS_POST,
    "POST /e/<code>/word": (403, 303, 303, 303),  # the event is open, so any word will do
    "POST /e/<code>/organise/word": ORGANISERS_POST,
    "POST /e/<code>/organise/names": ORGANISERS_POST,
    "GET /e/<code>/organise/ballots": ORGANISERS,
    "POST /e/<code>/organise/ballots": ORGANISERS_POST,
    "GET /e/<code>/here": EVERYBODY,
    "POST /e/<code>/here": (404, 404, 404, 404),  # a wrong word
    "POST /e/<code>/organise/ballots/seal": (403, 403, 403, 422),  # nothing is ticked
    "GET /e/<code>/organise/grid": ORGANISERS,
    "POST /e/<code>/organise/languages": ORGANISERS_POST,
    "POST /e/<code>/organise/limits": ORGANISERS_POST,
    "POST /e/<code>/organise/links": ORGANISERS_POST,
    "POST /e/<code>/organise/hidden": FACILITATORS_POST,
    "GET /e/<code>/organise/moderation": FACILITATORS,
    "GET /e/<code>/organise/moderation/log": FACILITATORS,
    "POST /e/<code>/organise/look-first": FACILITATORS_POST,
    "POST /e/<code>/organise/reports": FACILITATORS_POST,
    "POST /e/<code>/organise/stopped": FACILITATORS_POST,
    "POST /e/<code>/organise/waiting": FACILITATORS_POST,
    "POST /e/<code>/organise/settings": ORGANISERS_POST,
    "POST /e/<code>/organise/phases": ORGANISERS_POST,
    "GET /e/<code>/organise/privacy": ORGANISERS,
    "POST /e/<code>/organise/privacy": ORGANISERS_POST,
    "POST /e/<code>/organise/privacy/archive": ORGANISERS_POST,
    "POST /e/<code>/organise/privacy/event": (403, 403, 403, 422),  # its code is not typed
    "POST /e/<code>/organise/privacy/person": (403, 403, 403, 200),  # asks first
    "POST /e/<code>/organise/privacy/pitch": (403, 403, 403, 200),
    "GET /e/<code>/organise/rooms": ORGANISERS,
    "POST /e/<code>/organise/days": (403, 403, 403, 422),  # what is posted names no day
    "POST /e/<code>/organise/rooms": ORGANISERS_POST,
    "POST /e/<code>/organise/rooms/<int:room_id>": ORGANISERS_POST,
    "POST /e/<code>/organise/rooms/<int:room_id>/closed": (403, 403, 403, 422),  # what is posted names no slot
    "POST /e/<code>/organise/rooms/<int:room_id>/remove": IN_USE,
    "POST /e/<code>/organise/slots": ORGANISERS_POST,
    "POST /e/<code>/organise/slots/<int:slot_id>": IN_USE,  # a title would take a time that people see
    "POST /e/<code>/organise/slots/<int:slot_id>/items": (403, 403, 403, 422),  # what is posted names no room
    "POST /e/<code>/organise/slots/<int:slot_id>/remove": IN_USE,
    "GET /e/<code>/organise/trouble": ORGANISERS,
    "POST /e/<code>/organise/lost": (403, 403, 403, 422),  # what is posted names no room
    "POST /e/<code>/organise/breaks": (403, 403, 403, 422),  # what is posted names no break
    "POST /e/<code>/organise/shift": (403, 403, 403, 422),  # what is posted names no slot
    "POST /e/<code>/organise/announcements": (403, 403, 403, 422),  # what is posted has no time
    "POST /e/<code>/organise/announcements/<int:announcement_id>": (403, 403, 403, 422),
    "POST /e/<code>/organise/announcements/<int:announcement_id>/end": NO_BUILD,
    "GET /e/<code>/about": EVERYBODY,
    "POST /e/<code>/organise/about": ORGANISERS_POST,
    "GET /e/<code>/results": ORGANISERS,  # until they are public
    "POST /e/<code>/organise/results": ORGANISERS_POST,
    "POST /e/<code>/organise/book": ORGANISERS_POST,
    "GET /e/<code>/phone": EVERYBODY,
    "POST /e/<code>/phone": (403, 404, 404, 404),  # a wrong code
    "POST /e/<code>/phone/code": JOINED,
    "GET /e/<code>/pitches": FACILITATORS,
    "GET /e/<code>/pitches/slips": FACILITATORS,
    "POST /e/<code>/pitches": JOINED,
    "GET /e/<code>/pitches/<int:pitch_id>": EVERYBODY,
    "POST /e/<code>/pitches/<int:pitch_id>": FACILITATORS_POST,  # somebody else's
    "POST /e/<code>/pitches/<int:pitch_id>/bring-back": FACILITATORS_POST,
    "POST /e/<code>/pitches/<int:pitch_id>/hours": FACILITATORS_POST,
    "POST /e/<code>/pitches/<int:pitch_id>/series": FACILITATORS_POST,
    "POST /e/<code>/pitches/<int:pitch_id>/repeat": FACILITATORS_POST,
    "GET /e/<code>/joinings": EVERYBODY,
    "GET /e/<code>/joinings/count": EVERYBODY,
    "POST /e/<code>/joinings/<int:joining_id>": (403, 422, 422, 422),  # there is no answer in it
    "GET /e/<code>/pitches/<int:pitch_id>/join": FACILITATORS,  # somebody else's
    "POST /e/<code>/pitches/<int:pitch_id>/merge": FACILITATORS_POST,
    "POST /e/<code>/pitches/<int:pitch_id>/unmerge": FACILITATORS_POST,
    "GET /e/<code>/pitches/<int:pitch_id>/notes": EVERYBODY,
    "POST /e/<code>/pitches/<int:pitch_id>/notes": JOINED,
    "GET /e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>": FACILITATORS,  # somebody else's
    "POST /e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>": FACILITATORS_POST,
    "GET /e/<code>/pitches/<int:pitch_id>/notes/pictures": EVERYBODY,
    "POST /e/<code>/pitches/<int:pitch_id>/notes/pictures": (403, 422, 422, 422),  # what is posted has no file
    "GET /e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>/picture": UNKNOWN,  # the entry has none
    "GET /e/<code>/pitches/<int:pitch_id>/report": EVERYBODY,
    "POST /e/<code>/pitches/<int:pitch_id>/report": JOINED,
    "POST /e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>/done": (403, 422, 422, 422),  # it is no action
    "POST /e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>/help": (403, 422, 422, 422),
    "GET /e/<code>/pitches/<int:pitch_id>/notes/summary": EVERYBODY,
    "POST /e/<code>/pitches/<int:pitch_id>/notes/summary": JOINED,
    "POST /e/<code>/pitches/<int:pitch_id>/notes/taker": JOINED,
    "POST /e/<code>/pitches/<int:pitch_id>/vote": JOINED,
    "POST /e/<code>/pitches/<int:pitch_id>/withdraw": FACILITATORS_POST,
    "GET /e/<code>/pitches/<int:pitch_id>/session.ics": EVERYBODY,
    "GET /e/<code>/pitches/news": EVERYBODY,
    "GET /e/<code>/pitches/next": EVERYBODY,
    "GET /e/<code>/pitches/similar": EVERYBODY,
    "GET /e/<code>/poster": EVERYBODY,
    "GET /e/<code>/schedule.ics": EVERYBODY,
    "GET /e/<code>/stream": EVERYBODY,
    "GET /e/<code>/votes.csv": (403, 403, 403, 409),
    "GET /e/<code>/votes.cat": (403, 403, 403, 409),
    "GET /e/<code>/wall": EVERYBODY,
}


@dataclass(frozen=True)
class World:
    """An event where something has happened, and what its addresses are made of."""

    event: Event
    values: dict[str, Any]


def a_world(database: Database) -> World:
    """An event with somebody else's pitch, published, with a note."""
    event, _ = an_event(database)
    pitch, part = a_pitch(database, event), a_pitch(database, event)
    return database.write(lambda tx: _lived_in(tx, events.by_code(tx, event.code), pitch, part))


def _lived_in(tx: Transaction, event: Event, pitch: Pitch, part: Pitch) -> World:
    event.facilitator_hash = "f" * 64
    room, slot = events.rooms(tx, event.id)[0], events.slots(tx, event.id)[0]
    versions.replace(
        tx,
        at_the_machine(event),
        0,
        {pitch.id: versions.Spot(slot.id, room.id)},
        cause=GridCause.BUILD,
        note="Adopted build 1",
    )
    versions.publish(tx, at_the_machine(event), event.grid_version)
    author = people.ensure(tx, event.id, people.new_token())
    note = notes.add(
        tx,
        event.id,
        pitch.id,
        author,
        notes.Entry(kind=NoteKind.NOTE, text="Somebody's note", url="", owner="", author_name=""),
    )
    values = {"code": event.code, "pitch_id": pitch.id, "room_id": room.id, "slot_id": slot.id, "note_id": note.id}
    persons = {"part": part.id, "person": author.id}
    values |= {"announcement_id": 1, "joining_id": 1}
    return World(event, {**values, "number": 1, "name": "grid.csv", "filename": "app.css", "tag": "cy"} | persons)


def stranger(phone: Phones, event: Event, database: Database) -> Phone:
    """Another event's organiser, who has scanned this event's code too."""
    other, _ = an_event(database)
    visitor = organiser(phone, other)
    visitor.page(f"/e/{event.code}")
    return visitor


def fields_of(world: World) -> dict[str, object]:
    """Something that can be used for every field of every form."""
    fields = {
        "language": "en",
        "title": "A title",
        "name": "A name",
        "text": "A text",
        "kind": "note",
        "interest": "1",
        "code": "wrong",
    }
    start = {"date": "2026-06-26", "timezone": "Europe/London", "rooms": "Hall, 20", "slots": "10:00-10:45"}
    move = {"pitch": world.values["pitch_id"], "slot": "", "room": "", "version": world.event.grid_version}
    venue = {"phase": "voting", "open": "0", "capacity": "10", "features": "", "starts": "16:00", "ends": "17:00"}
    turn = {"act": "pause", "turn": "0", "seconds": "1", "ready": "1"}
    privacy = {"erase_on": "2026-08-01", "person": world.values["person"]}
    privacy["archive_on"] = str((now() + timedelta(days=30)).date())
    privacy |= {"word": "a wrong word", "off": "1"}
    privacy |= {"id": world.values["note_id"], "hidden": "1", "first": "0", "stopped": "1"}
    privacy |= {
        "going": "1",
        "helps": "1",
        "done": "1",
        "takes": "1",
        "taker": "Ada",
        "summary": "A summary",
        "best": "The soup",
    }
    limits = {"pitches": "5", "all_pitches": "500", "votes": "100", "notes": "20"}
    return {**fields, **start, **move, **venue, **limits, **turn, **privacy, "part": world.values["part"]}


def named(rule: str) -> str:
    """An address as the table names it: the long list of export formats as one."""
    return "/e/<code>/<export>" if "<any(" in rule else rule


def ask(visitor: Phone, app: Flask, endpoint: str, method: str, world: World) -> int:
    """The status that a visitor gets. Streams never end, so no body is read."""
    with app.test_request_context():
        arguments = {name: value for name, value in world.values.items() if name in arguments_of(app, endpoint, method)}
        address = app.url_for(endpoint, **arguments)
    if endpoint == "front.join":
        address += f"?code={world.event.code}"
    headers = {"Origin": "http://localhost"}
    data = fields_of(world) if method == "POST" else None
    response: TestResponse = visitor.client.open(address, method=method, data=data, headers=headers)
    response.close()
    return response.status_code


def arguments_of(app: Flask, endpoint: str, method: str) -> set[str]:
    """The names of an address's variable parts."""
    return next(rule.arguments for rule in app.url_map.iter_rules(endpoint) if method in (rule.methods or ()))


def addresses(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(line of the table, endpoint, method) of every address that the application has."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {named(rule.rule)}", rule.endpoint, method


def visitors(phone: Phones, database: Database) -> dict[str, tuple[int, Callable[[Event], Phone]]]:
    """Role to its place in the table and how such a visitor is made."""
    return {
        "nobody": (0, lambda event: phone()),
        "an attendee": (1, lambda event: joined(phone, event)),
        "another event's organiser": (1, lambda event: stranger(phone, event, database)),
        "a facilitator": (2, lambda event: facilitator(phone, event)),
        "an organiser": (3, lambda event: organiser(phone, event)),
    }


@pytest.mark.only_on("sqlite")
def test_table_names_every_address_and_no_other(app: Flask) -> None:
    assert sorted({line for line, _, _ in addresses(app)}) == sorted(EXPECTED)


@pytest.mark.only_on("sqlite")
def test_every_address_answers_each_visitor_as_the_table_says(app: Flask, phone: Phones, database: Database) -> None:
    shared, surprises = a_world(database), {}
    for line, endpoint, method in addresses(app):
        for role, (place, arrive) in visitors(phone, database).items():
            world = shared if method == "GET" else a_world(database)
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


def closed(tx: Transaction, event: Event) -> None:
    """Close all phases by hand."""
    event.pitching_open = event.voting_open = event.notes_open = False


def sealed(tx: Transaction, event: Event) -> None:
    """Close voting, and seal the ballots."""
    event.voting_open = False
    tx.flush()
    sealing.seal(tx, at_the_machine(event))


# What differs from the table: what an attendee may post; what an attendee, a facilitator and an organiser may read.
BALLOTS: dict[str, int | tuple[int, ...]] = {
    "GET /e/<code>/votes.cat": (403, 403, 200),
    "GET /e/<code>/votes.csv": (403, 403, 200),
}
State = Callable[[Transaction, Event], None]
Differs = dict[str, int | tuple[int, ...]]
IN_STATE: dict[State, Differs] = {
    closed: BALLOTS
    | {
        "POST /e/<code>/pitches": 409,
        "POST /e/<code>/pitches/<int:pitch_id>/notes": 409,
        "POST /e/<code>/pitches/<int:pitch_id>/notes/pictures": 409,
        "POST /e/<code>/pitches/<int:pitch_id>/notes/summary": 409,
        "POST /e/<code>/pitches/<int:pitch_id>/vote": 409,
    },
    sealed: BALLOTS | {"POST /e/<code>/pitches/<int:pitch_id>/vote": 409},
}


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("state", IN_STATE, ids=lambda state: state.__name__)
def test_every_address_of_an_event_that_is_closed_or_sealed(
    app: Flask, phone: Phones, database: Database, state: Callable[[Transaction, Event], None]
) -> None:
    world, found = a_world(database), Differs()
    database.write(lambda tx: state(tx, tx.get_one(Event, world.event.id)))
    readers = [arrive(phone, world.event) for arrive in (joined, facilitator, organiser)]
    for line, endpoint, method in addresses(app):
        if "<code>" not in line:
            continue
        if method == "POST" and (got := ask(joined(phone, world.event), app, endpoint, method, world)):
            if got != EXPECTED[line][1]:
                found[line] = got
        elif (read := tuple(ask(reader, app, endpoint, method, world) for reader in readers)) != EXPECTED[line][1:]:
            found[line] = read
    assert found == IN_STATE[state]


# of cookies and words only: nothing is written, and the vote after the right word is refused
STOPPED_MAY = {"POST /e/<code>/mine/leave", "POST /e/<code>/word", "POST /e/<code>/here"}


@pytest.mark.only_on("sqlite")
def test_stopped_phone_is_refused_every_post(app: Flask, phone: Phones, database: Database) -> None:
    world = a_world(database)
    visitor = joined(phone, world.event)
    visitor.post(f"/e/{world.event.code}/name", name="Mallory")
    database.write(lambda tx: tx.execute(update(Person).where(col(Person.name) == "Mallory").values(stopped_at=now())))
    answers = {}
    for line, endpoint, method in addresses(app):
        if method == "POST" and "<code>" in line and line not in STOPPED_MAY:
            answers[line] = ask(visitor, app, endpoint, method, world)
    not_parsed = {line for line, answer in answers.items() if answer == 422}
    assert {line for line, answer in answers.items() if answer not in (403, 422)} == set()
    assert not_parsed == {line for line, answer in EXPECTED.items() if line in answers and answer[0] == 422}


@pytest.mark.only_on("sqlite")
def test_whatever_an_attendee_posts_is_counted(app: Flask, phone: Phones, database: Database) -> None:
    world = a_world(database)
    few = {"changes": 1, "votes": 1}
    database.write(lambda tx: setattr(tx.get_one(Event, world.event.id), "limits", few))
    visitor = joined(phone, world.event)
    assert visitor.post(f"/e/{world.event.code}/name", name="Mallory").status_code == 303
    for line, endpoint, method in addresses(app):
        if method == "POST" and "<code>" in line and EXPECTED[line][1] not in (403, 404) and line not in STOPPED_MAY:
            first, again = (ask(visitor, app, endpoint, method, world) for _ in range(2))
            assert again == 429 or (first, again) == (422, 422), (line, first, again)


# what is one's own, what must be heard, and what people do after the event
ARCHIVED_MAY = STOPPED_MAY | {
    "POST /e/<code>/me/calendar",
    "POST /e/<code>/mine",
    "POST /e/<code>/mine/elsewhere",
    "POST /e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>/done",
    "POST /e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>/help",
    "POST /e/<code>/pitches/<int:pitch_id>/report",
}


@pytest.mark.only_on("sqlite")
def test_event_in_the_archive_keeps_nothing_that_an_attendee_sends(
    app: Flask, phone: Phones, database: Database
) -> None:
    world = a_world(database)
    visitor = joined(phone, world.event)
    database.write(lambda tx: archive.close_now(tx, at_the_machine(tx.get_one(Event, world.event.id))))
    answers = {}
    for line, endpoint, method in addresses(app):
        if method == "POST" and "<code>" in line and EXPECTED[line][1] not in (403, 404):
            answers[line] = ask(visitor, app, endpoint, method, world)
    kept = {line for line, answer in answers.items() if answer not in (409, 422)}
    assert kept <= ARCHIVED_MAY
    assert {line for line, answer in answers.items() if answer == 422} <= {
        line for line, answer in EXPECTED.items() if answer[1] == 422
    }


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("waits", [False, True])
def test_hidden_pitch_is_at_no_address_but_as_a_place_where_nothing_happens(
    app: Flask, phone: Phones, database: Database, waits: bool
) -> None:
    world = a_world(database)
    hidden = update(Pitch).where(col(Pitch.id) == world.values["pitch_id"]).values(hidden_at=now(), waits=waits)
    database.write(lambda tx: tx.execute(hidden))
    visitor, helper = joined(phone, world.event), facilitator(phone, world.event)
    answers = {
        line: (ask(visitor, app, endpoint, method, world), ask(helper, app, endpoint, method, world))
        for line, endpoint, method in addresses(app)
        if "<int:pitch_id>" in line and method == "GET"
    }
    assert answers == {
        "GET /e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>/picture": (404, 404),  # the entry has none
        "GET /e/<code>/pitches/<int:pitch_id>/notes/pictures": (404, 200),
        "GET /e/<code>/pitches/<int:pitch_id>": (200, 200),  # that the session at this place does not happen
        "GET /e/<code>/pitches/<int:pitch_id>/notes": (404, 200),
        "GET /e/<code>/pitches/<int:pitch_id>/notes/summary": (404, 200),
        "GET /e/<code>/pitches/<int:pitch_id>/join": (404, 200),
        "GET /e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>": (404, 200),
        "GET /e/<code>/pitches/<int:pitch_id>/report": (404, 200),
        "GET /e/<code>/pitches/<int:pitch_id>/session.ics": (404, 404),
    }


@pytest.mark.only_on("sqlite")
def test_closed_notes_refuse_attendees_and_not_who_helps(app: Flask, phone: Phones, database: Database) -> None:
    world = a_world(database)
    database.write(lambda tx: tx.execute(update(Event).values(notes_open=False)))
    line = "notes.add", "POST"
    asked = [ask(visit(phone, world.event), app, *line, world) for visit in (joined, facilitator, organiser)]
    assert asked == [409, 303, 303]
