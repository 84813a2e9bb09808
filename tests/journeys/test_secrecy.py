"""Ballots are secret while voting is open: two worlds that differ in one person's ballot answer an organiser alike.

What may differ is the grid that a build proposes, and the total it reports. No build is solved here: both worlds are
given the same one, as a worker would have found it, so that everything else must be the same to the byte.
"""

import re
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from eventkit.config import Config
from eventkit.storage import schema
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from eventkit.web.application import create_app
from eventkit.web.base.visits import COOKIE
from tests.world.builders import a_person
from tests.world.building import BuildableEvent
from tests.world.days import host, votes
from tests.world.phone import Phone
from tests.world.visitors import signed_cookie

SECRET = "a secret for both worlds"
PEOPLE = 6
READING = (
    *(
        "organise",
        "organise?part=figures",
        "organise/grid",
        "organise/grid?part=outlook",
        "builds/1",
        "builds/1?part=outlook",
    ),
    *(
        "organise/grid?pitch=1",
        "organise/grid?pitch=2",
        "organise/grid?pitch=3",
        "grid/moves?pitch=1",
        "grid/moves?pitch=3",
    ),
    *(
        "wall",
        "grid",
        "",
        "choices",
        "me",
        "pitches/1",
        "pitches/3",
        "doors/1",
        "lineup",
        "pitches",
        "votes.csv",
        "event.json",
    ),
    *("pitches.csv", "grid.csv", "book.md", "book.html", "schedule.json", "schedule.xml", "schedule.ics"),
)
MOVES = st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2))
CHANGEABLE = re.compile(  # what is random or the time of day, and no answer to anything
    r'id="clock"[^<]*|data-now="\d+"|name="nonce"[^>]*|\b[a-z]{6,12}\d{2,4}\b|[?&]key=[\w-]+|'
    r'T\d\d:\d\d:\d\d[^"<]*|\d\d:\d\d:\d\d|DTSTAMP:\w+'
)


@dataclass
class World:
    """One of the two: the same event, the same people, and one ballot of its own."""

    app: Flask
    database: Database
    event: Event
    device: Phone
    camp: BuildableEvent


def a_world(folder: Path, ballot: dict[int, int]) -> World:
    """An event with three pitches, one of them hosted by whose ballot it is that differs."""
    url = f"sqlite:///{folder / 'world.db'}"
    folder.mkdir()
    empty = Database(url)
    schema.upgrade(empty)
    empty.close()
    app = create_app(Config(database_url=url, secret_key=SECRET, var=folder, public_url="http://localhost"))
    database: Database = app.extensions["twofeet"].database
    camp = BuildableEvent(database)
    database.write(lambda tx: setattr(tx.get_one(Event, camp.id), "code", "bafoki"))
    everybody = [a_person(database, camp.event) for _ in range(PEOPLE)]
    host(database, everybody[0], camp.pitches[0])
    for number, person in enumerate(everybody[1:], 1):
        votes(database, person, [(camp.pitches[number % 2], 1 + number % 2)])
    votes(database, everybody[0], [(camp.pitches[place], interest) for place, interest in ballot.items()])
    device = Phone(app)
    cookie = signed_cookie(app, camp.event, "the organiser's device", camp.event.organiser_hash)
    device.client.set_cookie(COOKIE, cookie, path=f"/e/{camp.event.code}")
    return World(app, database, camp.event, device, camp)


def built(world: World) -> None:
    """A build as a worker found it, adopted and studied: the grid and the total are the same in both worlds."""
    world.camp.start()
    held = world.camp.claim()
    world.camp.find(held, total=10.0)
    world.camp.finish(held)
    world.camp.adopt()


def answers(world: World, steps: list[tuple[int, int, int]]) -> list[tuple[str, int, str]]:
    """What an organiser gets who moves sessions about, publishes, and reads everything after each step."""
    found = []
    for step in ((), *steps):
        if step:
            pitch, slot, room = step
            fields: dict[str, Any] = {
                "pitch": world.camp.pitches[pitch % 2].id,
                "slot": world.camp.slots[slot].id,
                "room": world.camp.rooms[room].id,
                "version": world.camp.event.grid_version,
            }
            told = world.device.submit(f"/e/{world.event.code}/grid/moves", fields)
            found.append(("move", told.status_code, ""))
        for path in READING:
            response = world.device.get(f"/e/{world.event.code}/{path}".rstrip("/"))
            text = CHANGEABLE.sub("", response.text).replace(world.event.code, "CODE")
            found.append((path, response.status_code, text))
    version = world.camp.event.grid_version
    world.device.post(f"/e/{world.event.code}/grid/publish", version=version)
    return found


@pytest.mark.only_on("sqlite")
@settings(
    max_examples=3, deadline=None, phases=[Phase.generate], derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(
    ballots=st.lists(st.dictionaries(st.integers(0, 1), st.integers(1, 2), min_size=1), min_size=2, max_size=2),
    steps=st.lists(MOVES, max_size=2),
    is_built=st.booleans(),
)
def test_no_request_of_an_organiser_tells_one_ballot_from_another(
    tmp_path_factory: pytest.TempPathFactory,
    ballots: list[dict[int, int]],
    steps: list[tuple[int, int, int]],
    is_built: bool,
) -> None:
    folder = tmp_path_factory.mktemp("worlds")
    worlds = [a_world(folder / str(number), ballot) for number, ballot in enumerate(ballots)]
    try:
        for world in worlds:
            if is_built:
                built(world)
        one, other = (answers(world, steps) for world in worlds)
        for mine, theirs in zip(one, other, strict=True):
            assert mine[:2] == theirs[:2]
            assert list(unified_diff(mine[2].splitlines(), theirs[2].splitlines(), n=0)) == [], mine[0]
    finally:
        for world in worlds:
            world.app.extensions["streams"].stop()
            world.database.close()
