"""Every address and what each visitor gets there, and a world in which to ask. Add a line when you add an address."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from eventkit.clock import now
from eventkit.event import events, people
from eventkit.event.roles import at_the_machine
from eventkit.grid import versions
from eventkit.market import notes
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, GridCause, NoteKind, Pitch
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
    "GET /oembed": UNKNOWN,  # what is asked for names no event
    "GET /e/<code>/embed": EVERYBODY,
    "GET /e/<code>/actions": EVERYBODY,
    "GET /e/<code>/reflections": EVERYBODY,
    "POST /e/<code>/reflections": JOINED,
    "GET /e/<code>/unmentoring": EVERYBODY,
    "POST /e/<code>/unmentoring": JOINED,
    "POST /e/<code>/unmentoring/leave": JOINED,
    "GET /e/<code>/unmentoring/<int:person_id>/report": UNKNOWN,  # nobody is paired with anybody
    "POST /e/<code>/unmentoring/<int:person_id>/report": (403, 404, 404, 404),
    "GET /e/<code>/organise/next": ORGANISERS,
    "POST /e/<code>/organise/next": ORGANISERS_POST,
    "GET /e/<code>/organise/unmentoring": ORGANISERS,
    "POST /e/<code>/organise/unmentoring": ORGANISERS_POST,
    "POST /e/<code>/organise/unmentoring/rounds": (403, 403, 403, 422),  # what is posted names no round
    "POST /e/<code>/builds": ORGANISERS_POST,
    "GET /e/<code>/builds/<int:number>": UNKNOWN,
    "POST /e/<code>/builds/<int:number>/adopt": NO_BUILD,
    "POST /e/<code>/builds/<int:number>/again": NO_BUILD,
    "POST /e/<code>/builds/<int:number>/stop": NO_BUILD,
    "GET /e/<code>/announced": EVERYBODY,
    "GET /e/<code>/choices": EVERYBODY,
    "GET /e/<code>/choices/shown": (303, 303, 303, 303),  # without a code it is the pitches
    "POST /e/<code>/choices/showing": JOINED,
    "POST /e/<code>/choices/shown/end": JOINED,
    "GET /e/<code>/claim": EVERYBODY,
    "POST /e/<code>/claim": (403, 404, 404, 404),  # a wrong code
    "GET /e/<code>/desk": FACILITATORS,
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
    "POST /e/<code>/me/notifications": JOINED,
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
    "POST /e/<code>/organise/question": ORGANISERS_POST,
    "POST /e/<code>/organise/book": ORGANISERS_POST,
    "GET /e/<code>/phone": EVERYBODY,
    "POST /e/<code>/phone": (403, 404, 404, 404),  # a wrong code
    "POST /e/<code>/phone/code": JOINED,
    "GET /e/<code>/pitches": FACILITATORS,
    "GET /e/<code>/pitches/namesakes": FACILITATORS,
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
    event.facilitator_hash, event.pairs_open = "f" * 64, True
    room, slot = events.rooms(tx, event.id)[0], events.slots(tx, event.id)[0]
    versions.replace(
        tx,
        at_the_machine(event),
        0,
        {pitch.id: versions.Spot(slot.id, room.id)},
        GridCause.BUILD,
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
    values["person_id"] = 1  # whom nobody is paired with
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
        "on": "0",
        "show": "1",
        "helps": "1",
        "done": "1",
        "takes": "1",
        "taker": "Ada",
        "summary": "A summary",
        "best": "The soup",
        "contact": "ada@example.org",
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
