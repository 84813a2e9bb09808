"""Ballots are secret while voting is open: two worlds that differ in one person's ballot answer an organiser alike.

Hypothesis plays an organiser, with phones of their own that vote too: any sequence of requests, read and written, with
the votes of the one person somewhere in between. What may differ is the grid that a build proposes, and the total it
reports. No build is solved here: both worlds are given the same one, as a worker would have found it, so that all
that is answered must be the same to the byte.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from difflib import unified_diff
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from eventkit.building import problems
from eventkit.config import Config
from eventkit.market import ballots
from eventkit.storage import schema
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Person
from eventkit.web.application import create_app
from eventkit.web.base.cookies import COOKIE
from tests.world.building import BuildableEvent
from tests.world.days import host, votes
from tests.world.phone import Phone
from tests.world.routes import EXPECTED
from tests.world.visitors import signed_cookie

SECRET = "a secret for both worlds"
PEOPLE = 6
CHANGEABLE = re.compile(  # what is random, the time of day, how far the stream is: no answer to anything
    r'id="clock"[^<]*|data-now="\d+"|data-since="\d+"|name="nonce"[^>]*|\b[a-z]{6,12}\d{2,4}\b|[?&]key=[\w-]+|'
    r'value="\d{7,}"|<path d="[^"]*"|#hidden-(?:person|name)-\d{7,}|'
    r'T\d\d:\d\d:\d\d[^"<]*|\b\d\d:\d\d(:\d\d)?\b|DTSTAMP:\w+|UID:\S+'
)
READ = (
    *("", "choices", "me", "mine", "mine.json", "wall", "grid", "lineup", "pitches", "phone", "doors/{room}"),
    *("pitches/{pitch}", "pitches/{pitch}/notes", "pitches/{pitch}/notes/summary", "pitches/{pitch}/join"),
    *("pitches/news", "pitches/next", "pitches/similar?title=Pitch", "pitches/slips", "pitches/namesakes?name=Ada"),
    *("pitches/{pitch}/report", "pitches/{pitch}/notes/pictures", "pitches/{pitch}/session.ics"),
    *("about", "actions", "announced", "choices/shown", "claim", "desk", "desk?only=alike", "doors", "embed", "here"),
    *("joinings", "joinings/count", "lineup/hand", "reflections", "results", "unmentoring", "votes.cat"),
    *("organise/import", "organise/moderation/log", "organise/next", "organise/unmentoring"),
    *("organise", "organise?part=figures", "organise?part=plan", "organise/ballots", "organise/moderation"),
    *("organise/privacy", "organise/rooms", "organise/trouble", "organise/grid", "organise/grid?part=outlook"),
    *("organise/grid?pitch={pitch}", "grid/moves?pitch={pitch}", "builds/1", "builds/1?part=outlook"),
    *("votes.csv", "event.json", "pitches.csv", "grid.csv", "book.md", "book.html", "schedule.json", "schedule.ics"),
)
TELLING = (  # read at the end of every sequence
    *("organise", "organise/ballots", "organise/grid", "organise/grid?pitch={pitch}", "grid/moves?pitch={pitch}"),
    *("event.json", "pitches.csv", "pitches/{pitch}", "builds/1"),
)
APART = {  # tell nothing that an event's votes are in: what is asked for by a secret or a number that there is none of
    *("app.webmanifest", "me.ics", "poster", "stream", "<export>", "pitches/<int:pitch_id>/notes/<int:note_id>"),
    *("pitches/<int:pitch_id>/notes/<int:note_id>/picture", "unmentoring/<int:person_id>/report"),
}
WRITTEN: dict[str, dict[str, str]] = {
    "grid/moves": {"pitch": "{pitch}", "slot": "{slot}", "room": "{room}", "version": "{version}"},
    "grid/undo": {"version": "{version}"},
    "grid/publish": {"version": "{version}"},
    "grid/unpublish": {"version": "{version}", "sure": "1"},
    "organise/phases": {"phase": "pitching", "open": "0"},
    "organise/ballots": {"people_here": "3", "vote_word": "0"},
    "organise/ballots/seal": {"sure": "1"},
    "organise/hidden": {"kind": "pitch", "id": "{pitch}", "hidden": "1"},
    "organise/limits": {"pitches": "9", "all_pitches": "99", "votes": "999", "notes": "9"},
    "organise/rooms/{room}/closed": {"slot": "{slot}", "closed": "1"},
    "builds": {"seconds": "5"},
    "pitches": {"title": "One more", "nonce": "a-nonce-{number}"},
    "pitches/{pitch}": {"title": "Another title"},
    "pitches/{pitch}/merge": {"part": "{other}"},
    "pitches/{pitch}/unmerge": {},
    "pitches/{pitch}/withdraw": {"sure": "1"},
    "pitches/{pitch}/bring-back": {},
    "pitches/{pitch}/notes": {"kind": "note", "text": "A note", "nonce": "a-nonce-{number}"},
}


class Asked(NamedTuple):
    """One request of the organiser: an address of READ or WRITTEN, and what it is about by place."""

    address: str
    pitch: int
    slot: int
    room: int


class OwnVote(NamedTuple):
    """A vote of one of the organiser's own phones."""

    phone: int
    pitch: int
    interest: int


class Their(NamedTuple):
    """A vote of the one person, in the one world and in the other: a ballot's secret."""

    one: tuple[int, int]  # pitch by place, interest
    other: tuple[int, int]


PLACES = st.integers(0, 2)
REQUESTS = st.builds(Asked, st.sampled_from([*READ, *WRITTEN]), PLACES, PLACES, PLACES)
CHOICE = st.tuples(st.integers(0, 1), st.integers(0, 2))
STEPS = st.lists(
    st.one_of(
        REQUESTS, REQUESTS, st.builds(OwnVote, PLACES, PLACES, st.integers(0, 2)), st.builds(Their, CHOICE, CHOICE)
    ),
    min_size=4,
    max_size=9,
)


@dataclass
class World:
    """One of the two: an application, and the event of this example with its devices."""

    app: Flask
    database: Database
    number: int
    camp: BuildableEvent
    boss: Phone
    theirs: Phone
    phones: list[Phone]

    @property
    def code(self) -> str:
        return f"bafoki{self.number}"


def an_app(folder: Path) -> Flask:
    """An application on a database of its own."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'world.db'}"
    empty = Database(url)
    schema.upgrade(empty)
    empty.close()
    return create_app(Config(database_url=url, secret_key=SECRET, var=folder, public_url="http://localhost"))


def a_world(app: Flask, number: int, is_built: bool) -> World:
    """An event with two pitches, one of them hosted by whose ballot it is that differs; others have voted."""
    database: Database = app.extensions["twofeet"].database
    camp = BuildableEvent(database)
    code = f"bafoki{number}"
    database.write(lambda tx: setattr(tx.get_one(Event, camp.id), "code", code))
    people = [somebody(database, camp.event, 100 * number + place) for place in range(PEOPLE)]
    host(database, people[0], camp.pitches[0])
    for place, person in enumerate(people[1:], 1):
        votes(database, person, [(camp.pitches[place % 2], 1 + place % 2)])
    if is_built:
        built(camp)
    theirs = device(app, camp.event, people[0].token, "")
    boss = device(app, camp.event, "the organiser's device", camp.event.organiser_hash)
    phones = [device(app, camp.event, f"own phone {place}", "") for place in range(3)]
    return World(app, database, number, camp, boss, theirs, phones)


def somebody(database: Database, event: Event, number: int) -> Person:
    """A person with the same number in both worlds: elsewhere numbers are by lot."""

    def add(tx: Transaction) -> Person:
        person = Person(id=number, event_id=event.id, token=f"token {number}", joined_on=date(2026, 6, 1))
        tx.add(person)
        tx.flush()
        return person

    return database.write(add)


def device(app: Flask, event: Event, token: str, key: str) -> Phone:
    """A phone with its cookie."""
    phone = Phone(app)
    phone.client.set_cookie(COOKIE, signed_cookie(app, event, token, *([key] if key else [])), path=f"/e/{event.code}")
    return phone


def built(camp: BuildableEvent) -> None:
    """A build as a worker found it, adopted: the grid and the total are the same in both worlds."""
    camp.start()
    held = camp.claim()
    camp.find(held, total=10.0)
    camp.finish(held)
    camp.adopt()


def told(world: World, step: Asked, number: int) -> tuple[int, str]:
    """What the organiser is answered."""
    pitch = world.camp.pitches[step.pitch % 2].id
    values = {
        "pitch": pitch,
        "other": world.camp.pitches[(step.pitch + 1) % 2].id,
        "slot": world.camp.slots[step.slot].id,
        "room": world.camp.rooms[step.room].id,
        "version": world.camp.event.grid_version,
        "number": number,
    }
    address = f"/e/{world.code}/{step.address.format(**values)}".rstrip("/")
    if step.address in WRITTEN:
        fields = {name: value.format(**values) for name, value in WRITTEN[step.address].items()}
        response = world.boss.submit(address, fields)
    else:
        response = world.boss.get(address)
    return response.status_code, CHANGEABLE.sub("", response.text).replace(world.code, "CODE")


def play(worlds: tuple[World, World], steps: list[Any]) -> Iterator[str]:
    """Take each step in both worlds; the differences that an organiser sees, line by line."""
    reading = [Asked(address, place, 0, 0) for address in TELLING for place in (0, 1) if place == 0 or "{" in address]
    for number, step in enumerate([*steps, *reading]):
        for place, world in enumerate(worlds):
            if isinstance(step, OwnVote):
                cast(world, world.phones[step.phone], step.pitch % 2, step.interest)
            elif isinstance(step, Their):
                cast(world, world.theirs, *step[place])
        if isinstance(step, Asked):
            (status, one), (other_status, other) = (told(world, step, number) for world in worlds)
            if status != other_status:
                yield f"{step}: {status} and {other_status}"
            yield from (f"{step}: {line}" for line in unified_diff(one.splitlines(), other.splitlines(), n=0))


def cast(world: World, phone: Phone, place: int, interest: int) -> None:
    """Vote over HTTP; whatever refuses it refuses it in both worlds."""
    phone.post(f"/e/{world.code}/pitches/{world.camp.pitches[place].id}/vote", interest=interest)


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Flask]]:
    folder = tmp_path_factory.mktemp("worlds")
    one, other = an_app(folder / "one"), an_app(folder / "other")
    yield one, other
    for app in (one, other):
        app.extensions["streams"].stop()
        app.extensions["twofeet"].database.close()


NUMBERS = count(10)


@pytest.mark.only_on("sqlite")
@settings(max_examples=6, phases=[Phase.generate], derandomize=True, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, is_built=st.booleans())
def test_no_sequence_of_requests_of_an_organiser_tells_one_ballot_from_another(
    apps: tuple[Flask, Flask], steps: list[Any], is_built: bool
) -> None:
    steps = [Their((0, 1), (1, 2)), *steps]  # that somebody voted is known, but not what
    found: list[str] = []
    for _ in range(2):  # what a leak tells it tells again; a minute that passed between the two worlds does not
        number = next(NUMBERS)
        one, other = (a_world(app, number, is_built) for app in apps)
        found = list(play((one, other), steps))
        if not found:
            break
    assert not found, "\n".join(found[:12])


def test_every_address_of_an_event_is_read() -> None:
    known = {line.removeprefix("GET /e/<code>").strip("/") for line in EXPECTED if line.startswith("GET /e/<code>")}
    names = {"{pitch}": "<int:pitch_id>", "{room}": "<int:room_id>", "builds/1": "builds/<int:number>"}
    read = {address.partition("?")[0] for address in READ}
    for ours, theirs in names.items():
        read = {address.replace(ours, theirs) for address in read}
    assert known - read == APART
    assert all(line.rpartition(".")[2] in ("csv", "json", "md", "html", "ics", "cat") for line in read - known)


CROWD = 2  # who want both pitches: with the one whose ballot differs as many as may be told of, without too few
BUSY = [  # both pitches in one slot, one of them moved, everything read
    Their((1, 2), (1, 2)),
    Their((0, 0), (0, 2)),
    Asked("grid/moves", 0, 0, 0),
    Asked("grid/moves", 1, 0, 1),
    Asked("organise/grid?pitch={pitch}", 0, 0, 0),
    Asked("grid/publish", 0, 0, 0),
    Asked("grid/moves", 0, 1, 0),
    *(Asked(address, 1, 0, 0) for address in READ),
]


def crowded(apps: tuple[Flask, Flask]) -> tuple[World, World]:
    """Two worlds in which one ballot, no host's, decides whether so many want both that it may be told."""
    number = next(NUMBERS)
    found = []
    for world in (a_world(apps[0], number, True), a_world(apps[1], number, True)):
        crowd = [somebody(world.database, world.camp.event, 100 * number + 50 + place) for place in range(CROWD + 1)]
        for person in crowd[1:]:
            votes(world.database, person, [(world.camp.pitches[0], 2), (world.camp.pitches[1], 2)])
        found.append(replace(world, theirs=device(world.app, world.camp.event, crowd[0].token, "")))
    return found[0], found[1]


def seen(apps: tuple[Flask, Flask]) -> list[str]:
    """What an organiser sees differ there; what did once only was a minute that passed."""
    return list(play(crowded(apps), BUSY)) and list(play(crowded(apps), BUSY))


def not_blind(monkeypatch: pytest.MonkeyPatch) -> None:
    made = problems.problem
    monkeypatch.setattr(problems, "problem", lambda *args, **kwargs: made(*args, **{**kwargs, "blind": False}))


def counts_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ballots, "shown_tally", lambda tx, event: ballots.tally(tx, event.id))


PROTECTIONS = (not_blind, counts_shown)


@pytest.mark.only_on("sqlite")
def test_where_many_want_both_nothing_that_is_read_tells_one_ballot_from_another(apps: tuple[Flask, Flask]) -> None:
    found = seen(apps)
    assert not found, "\n".join(found[:12])


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("off", PROTECTIONS)
def test_a_protection_that_is_switched_off_is_noticed(
    apps: tuple[Flask, Flask], monkeypatch: pytest.MonkeyPatch, off: Callable[[pytest.MonkeyPatch], None]
) -> None:
    off(monkeypatch)
    assert seen(apps), "this test of secrecy would not notice"
