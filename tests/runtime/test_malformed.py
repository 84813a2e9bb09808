"""Malformed requests over every address: an answer each time, and never a 500.

The default run is short; TWOFEET_MALFORMED=10000 makes it the full ten thousand.
"""

import os
import random
import string
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from eventkit.storage.db import Database
from tests.world.builders import a_person, a_pitch, an_event
from tests.world.visitors import Phones

MANY = int(os.environ.get("TWOFEET_MALFORMED", "2500"))
FIELDS = (
    *("title", "description", "host_name", "topic", "needs", "nonce", "interest", "name", "date", "timezone", "rooms"),
    *(
        "slots",
        "seconds",
        "pitch",
        "slot",
        "room",
        "version",
        "pin",
        "kind",
        "text",
        "url",
        "owner",
        "code",
        "key",
        "back",
    ),
    *("starts", "ends", "capacity", "features", "into", "person", "crowd", "q", "after", "to", "day", "limit"),
)
NASTY = (
    *(
        "",
        " ",
        "\x00",
        "\ud800",
        "💥" * 50,
        "é" * 20_000,
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "%00",
        "../../etc",
    ),
    *("-1", "0", "1", "2", "9" * 30, "1e309", "NaN", "true", "null", "[]", "{}", "2026-13-45", "10:00-09:00", "=cmd()"),
    *("a,b\nc,d", "\r\nSet-Cookie: x=y", "\u202e\u200b\ufeff", "Ａ", "١٢", "0x10", "1_000", "+1", "1.0"),
)
HEADERS = {
    "Cookie": ("twofeet=", "twofeet=.....", "twofeet=eyJ0IjoxfQ.x", "\xff=\xff"),
    "Accept": ("", "*/*;q=x", "application/json", "text/html,"),
    "If-None-Match": ('"', "*", 'W/"1"', '"' + "9" * 40 + '"'),
    "Last-Event-ID": ("-1", "x", "9" * 30, "\xff", "١"),
    "HX-Request": ("true", "false", "1"),
    "Content-Type": ("application/json", "multipart/form-data", "text/plain; charset=nonsense", "x"),
    "Range": ("bytes=9-1",),
    "X-Request-ID": ("\xff" * 10, "a" * 1000),
}


@pytest.mark.only_on("sqlite")
def test_malformed_requests_are_never_a_500(app: Flask, database: Database, phone: Phones) -> None:
    event, secret = an_event(database)
    pitch = a_pitch(database, event, person=a_person(database, event))
    known = {"code": event.code, "pitch_id": str(pitch.id), "number": "1", "room_id": "1", "note_id": "1"}
    visitor, organiser = phone().client, phone().client
    visitor.get(f"/e/{event.code}")
    organiser.get(f"/e/{event.code}/organise?key={secret}")
    statuses: Counter[int] = Counter()
    for chance, rule, method in _rounds(app):
        client = chance.choice((visitor, organiser))
        address = _address(rule, known, chance)
        response = client.open(address, method=method, headers=_headers(chance), **_content(method, chance))
        statuses[response.status_code] += 1
        assert response.status_code < 500, (method, address, response.text[:500])
    assert sum(statuses.values()) == MANY
    assert set(statuses) >= {200, 303, 403, 404, 405, 422}
    with database.reading() as tx:
        assert tx.get_one(type(event), event.id).name


def _rounds(app: Flask) -> Iterator[tuple[random.Random, Rule, str]]:
    """Address after address, in turn, with chance of its own, always the same."""
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in ("static", "streams.stream", "observing.health")
    ]
    for number in range(MANY):
        chance = random.Random(number)
        rule = rules[number % len(rules)]
        yield chance, rule, chance.choice((*sorted(rule.methods or ()), "GET", "POST", "POST", "PUT", "DELETE"))


def _address(rule: Rule, known: dict[str, str], chance: random.Random) -> str:
    parts = [
        (known.get(data, "1") if chance.random() < 0.8 else _quoted(chance.choice(NASTY))) if dynamic else data
        for dynamic, data in rule._trace
        if data != "|"
    ]
    query = "&".join(f"{name}={_quoted(chance.choice(NASTY))}" for name in chance.sample(FIELDS, 2))
    return "".join(parts).replace("|", "") + (f"?{query}" if chance.random() < 0.4 else "")


def _quoted(text: str) -> str:
    return "".join(
        letter if letter in string.ascii_letters else f"%{byte:02X}"
        for letter in text[:200]
        for byte in letter.encode("utf-8", "surrogatepass")[:1]
    )


def _headers(chance: random.Random) -> list[tuple[str, str]]:
    chosen = [(name, chance.choice(values)) for name, values in HEADERS.items() if chance.random() < 0.15]
    return [*chosen, ("Origin", "http://localhost")] if chance.random() < 0.9 else chosen


def _content(method: str, chance: random.Random) -> dict[str, Any]:
    if method not in ("POST", "PUT"):
        return {}
    if chance.random() < 0.1:
        return {"data": chance.randbytes(chance.choice((0, 10, 2000, 300_000)))}
    fields = {name: chance.choice(NASTY) for name in chance.sample(FIELDS, chance.randrange(len(FIELDS)))}
    return {"data": {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}}
