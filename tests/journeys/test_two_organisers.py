"""Two organisers move at once, and nothing is lost without a word; what is a draft is nobody else's business."""

import random
import re
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, select

from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.grid import history, versions
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, GridVersion, Pitch
from tests.world.at_once import at_once
from tests.world.phone import Phone
from tests.world.published import Day, a_published_day
from tests.world.visitors import Phones, facilitator, joined, organiser

pytestmark = pytest.mark.only_on("sqlite")

MOVES = 40
CHANGEABLE = re.compile(  # what is random or the time of day
    r'id="clock"[^<]*|data-now="\d+"|data-since="[^"]*"|name="nonce"[^>]*|[?&;]key=[\w-]+|DTSTAMP:\w+|'
    r'\d\d:\d\d:\d\d[^"<]*|after=\d+[^"]*"|As it (?:stood|was) at \d\d:\d\d'
)


def version_of(database: Database, event_id: int) -> int:
    with database.reading() as tx:
        return tx.get_one(Event, event_id).grid_version


def insist(device: Phone, database: Database, day: Day, path: str, fields: dict[str, Any]) -> None:
    """Post until nobody was faster; each refusal says what changed."""
    for _ in range(200):
        answer = device.submit(f"{day.address}/grid/{path}", {**fields, "version": version_of(database, day.event.id)})
        if answer.status_code == 303:
            return
        assert answer.status_code == 409
        assert "The grid changed since you looked." in answer.text
    raise AssertionError("always somebody was faster")


def test_forty_quick_moves_of_each_and_undo_of_all_lose_nothing(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=0, pitches=8)
    devices = [organiser(phone, day.event) for _ in range(2)]

    def moving(hand: int) -> None:
        chance = random.Random(hand)
        where: dict[int, tuple[int, int]] = {}
        for _ in range(MOVES):
            pitch = day.pitches[2 * chance.randrange(4) + hand]
            cell = chance.choice([it for it in day.cells if it != where.get(pitch.id)])
            where = {pitch.id: cell}  # others may change places with it, so only the last is known
            move = {"pitch": pitch.id, "slot": cell[0], "room": cell[1]}
            insist(devices[hand], database, day, "moves", move)

    begun = version_of(database, day.event.id)
    assert at_once([lambda: moving(0), lambda: moving(1)]) == [None, None]
    with database.reading() as tx:
        query = select(GridVersion).where(GridVersion.event_id == day.event.id, GridVersion.version > begun)
        made = tx.scalars(query.order_by(col(GridVersion.version))).all()
        said = history.told(tx, made)
        grids = [versions.spots(versions.placements(tx, day.event.id, it)) for it in range(begun, made[-1].version + 1)]
    for before, after, words in zip(grids, grids[1:], said, strict=False):
        title = re.match(r"(?:Placed|Moved) ‘(Pitch \d)’", words)
        changed = {change.pitch_id for change in versions.differences(before, after)}
        assert title, words
        assert len(changed) <= 2, "a move moves one, and perhaps who changes places with it"
        assert next(p.id for p in day.pitches if p.title == title[1]) in changed

    def undoing(hand: int) -> None:
        for _ in range(len(made) // 2):
            insist(devices[hand], database, day, "undo", {})

    assert at_once([lambda: undoing(0), lambda: undoing(1)]) == [None, None]
    left = len(made) % 2
    with database.reading() as tx:
        event = tx.get_one(Event, day.event.id)
        assert versions.differences(grids[left], versions.spots(versions.draft(tx, event))) == []
        undone = [it.words for it in history.lines(tx, event.id, len(made) - left)]
    assert sorted(undone) == sorted(f"Undid: {words}" for words in said[left:])


def readable(app: Flask, day: Day) -> list[str]:
    """Every address of the event that can be read, streams aside, which only say that something changed."""
    values = {"code": day.event.code, "pitch_id": day.pitches[0].id, "room_id": day.rooms[0].id, "number": 1}
    values |= {"note_id": 1, "announcement_id": 1, "slot_id": day.slots[0].id, "person_id": 1}
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and "code" in rule.arguments and rule.endpoint != "streams.stream":
            exports = re.search(r"<any\(([^)]*)\)", rule.rule)
            names = [name.strip(" \"'") for name in exports[1].split(",")] if exports else [""]
            with app.test_request_context():
                found += [app.url_for(rule.endpoint, **_of(rule.arguments, {**values, "name": it})) for it in names]
    return [*found, *(f"{day.address}/wall?show={it}" for it in ("grid", "now")), f"{day.address}/announced"]


def _of(arguments: set[str], values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in arguments}


def secrets(database: Database, day: Day) -> None:
    """The draft changes in every way, and is not published."""

    def act(tx: Transaction) -> None:
        event = events.by_code(tx, day.event.code)
        first, second, third = (tx.get_one(Pitch, day.pitches[number].id) for number in (0, 1, 4))
        for pitch, cell in ((first, day.cells[8]), (second, None), (third, day.cells[6])):
            versions.move(tx, at_the_machine(event), event.grid_version, pitch.id, cell, pin=cell is not None)

    database.write(act)


@pytest.mark.parametrize("is_published", [True, False])
def test_nothing_of_a_draft_is_seen_by_anybody_through_any_address(
    app: Flask, database: Database, phone: Phones, is_published: bool
) -> None:
    day = a_published_day(database, placed=4 if is_published else 0)
    if not is_published:
        database.write(lambda tx: setattr(events.by_code(tx, day.event.code), "published_version", None))
    database.write(lambda tx: setattr(events.by_code(tx, day.event.code), "facilitator_hash", "f" * 64))
    with database.reading() as tx:
        event = events.by_code(tx, day.event.code)
    visitors = {"nobody": phone(), "an attendee": joined(phone, event), "a facilitator": facilitator(phone, event)}
    asked = readable(app, day)
    if not is_published:
        del visitors["a facilitator"], visitors["nobody"]  # the published event asked as all
    seen: list[dict[tuple[str, str], str]] = []
    for _ in range(2):
        answers = {(who, path): visitor.client.get(path) for who, visitor in visitors.items() for path in asked}
        seen.append({key: f"{it.status_code} {CHANGEABLE.sub('', _text(it))}" for key, it in answers.items()})
        secrets(database, day)
    assert len(asked) > 40
    assert {key: (seen[0][key], seen[1][key]) for key in seen[0] if seen[0][key] != seen[1][key]} == {}


def _text(answer: Any) -> str:
    """What was answered; of a ZIP or PDF, which may hold dates, its length."""
    body: bytes = answer.data
    return f"{len(body)} bytes" if body.startswith((b"PK", b"%PDF")) else body.decode()
