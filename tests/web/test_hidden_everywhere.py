"""What is hidden, waits, or was called something, in no answer of any address to others; and in whose it may be."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from eventkit.building import builds, incumbents, problems
from eventkit.event import events
from eventkit.event.roles import Facilitator, Viewer, at_the_machine
from eventkit.exports.formats import FORMATS
from eventkit.grid import moderation, versions
from eventkit.grid.history import EntryKind, HistoryEntry
from eventkit.grid.versions import Spot
from eventkit.market import notes, pitches
from eventkit.market.notes import Entry
from eventkit.market.pitches import Content
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import BuildState, Event, GridCause, ModerationKind, NoteKind, Person, Pitch
from solver import solve, unparse
from tests.world.builders import CREDENTIALS, a_person, a_pitch, a_vote, an_event
from tests.world.phone import Phone
from tests.world.visitors import Phones, joined, organiser, signed_cookie

# Words that stand for what must not be read. Each is on something that is hidden in a way of its own.
TITLE, BEFORE, TEXT, TOPIC = "qqtitlefirst", "qqtitlebefore", "qqdescription", "qqtopic"
NOTE, NOTE_ON_HIDDEN, WAITING, NAME = "qqnote", "qqnoteonhidden", "qqwaiting", "Qqname"
SECRETS = (TITLE, BEFORE, TEXT, TOPIC, NOTE, NOTE_ON_HIDDEN, WAITING, NAME)

# Where those who moderate read it, by the name of the view.
FOR_MODERATORS = {"moderation.show", "moderation.log", "pitch.show", "notes.show", "notes.edit_form", "reports.form"}
FOR_MODERATORS |= {"privacy.organise"}  # deletes what is hidden, too
FOR_MODERATORS |= {
    "exports.event_json"
}  # the organiser's, so that hidden things can be shown again once it is imported
FOR_MODERATORS |= {"summaries.show", "joining.form", "pictures.form"}  # the page of a session that is hidden
STREAMS = {"streams.stream"}  # ids and kinds only: asked with poll below


@dataclass(frozen=True)
class Place:
    """An event where everything that can be hidden is hidden, and the ids that its addresses are made of."""

    event: Event
    author: Person
    fan: Person
    values: dict[str, Any]
    hidden: int
    note: int


def a_place(database: Database) -> Place:
    """A published grid, a build that knows it, votes, a merge, notes, a change of title; and then all is hidden."""
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    event, _ = an_event(database, day=tomorrow)
    author, fan = a_person(database, event, NAME), a_person(database, event, "Ada")
    pitch = a_pitch(database, event, author, BEFORE, description=TEXT, topic=TOPIC)
    others = [a_pitch(database, event, None, f"Bins {number}") for number in range(3)]
    for person in (fan, a_person(database, event)):
        for it in (pitch, others[0]):
            a_vote(database, event, person, it)

    def act(do: Callable[[Transaction, Facilitator], Any]) -> Any:
        return database.write(lambda tx: do(tx, at_the_machine(tx.get_one(Event, event.id))))

    act(lambda tx, by: _publish(tx, by, [pitch, *others]))
    act(lambda tx, by: _build(tx, by))
    act(lambda tx, by: pitches.merge(tx, by, pitch.id, others[2].id))
    act(lambda tx, by: setattr(tx.get_one(Pitch, others[1].id), "after_id", pitch.id))  # part two of it
    mine = Viewer(author.token, author.id)
    said = Content(title=TITLE, description=TEXT, host_name=NAME, topic=TOPIC)
    act(lambda tx, by: pitches.edit(tx, event.id, mine, pitch.id, said))
    note = act(lambda tx, by: _note(tx, others[0], author, NOTE).id)
    act(lambda tx, by: _note(tx, pitch, fan, NOTE_ON_HIDDEN))
    for kind, number in (
        (ModerationKind.NOTE, note),
        (ModerationKind.PITCH, pitch.id),
        (ModerationKind.NAME, author.id),
    ):
        act(lambda tx, by, kind=kind, number=number: moderation.set_hidden(tx, by, kind, number, True))
    act(lambda tx, by: moderation.look_first(tx, by, True))
    waiting = a_pitch(database, event, author, WAITING)
    act(lambda tx, by: _note(tx, others[0], author, WAITING))

    def close(tx: Transaction, by: Facilitator) -> dict[str, Any]:
        by.event.voting_open = False
        by.event.facilitator_hash = "f" * 64
        return {"room_id": events.rooms(tx, event.id)[0].id, "slot_id": events.slots(tx, event.id)[0].id}

    values = {"code": event.code, "number": 1, "announcement_id": 1, **act(close), "waiting": waiting.id}
    return Place(event, author, fan, {**values, "other": others[0].id}, pitch.id, note)


def _note(tx: Transaction, pitch: Pitch, person: Person, text: str) -> Any:
    return notes.add(
        tx, pitch.event_id, pitch.id, person, Entry(kind=NoteKind.NOTE, text=text, author_name=person.name)
    )


def _publish(tx: Transaction, by: Facilitator, placed: list[Pitch]) -> None:
    organiser = at_the_machine(by.event)
    slots, rooms = [it for it in events.slots(tx, by.event.id) if not it.title], events.rooms(tx, by.event.id)
    cells = [Spot(slot.id, room.id) for slot in slots for room in rooms]
    grid = {it.id: cell for it, cell in zip(placed, cells, strict=False)}
    moved = HistoryEntry(kind=EntryKind.MOVED, pitch=placed[0].id, text="11:00, Library")
    versions.replace(tx, organiser, by.event.grid_version, grid, GridCause.MOVE, [moved])
    versions.publish(tx, organiser, by.event.grid_version)


def _build(tx: Transaction, by: Facilitator) -> None:
    build = builds.start(tx, at_the_machine(by.event), 5)
    tx.flush()
    problem = problems.problem(tx, by.event, [])
    build.problem = unparse(problem)
    incumbents.add(tx, build.id, next(iter(solve(problem, seconds=1, workers=1))))
    build.state = BuildState.DONE


def addresses(app: Flask, place: Place) -> Iterator[tuple[str, str]]:
    """(view, address) of all that can be looked at, about the hidden pitch and about another one."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or set()) or rule.endpoint in STREAMS | {"static"}:
                continue
            for pitch_id in (place.hidden, place.values["waiting"], place.values["other"]):
                known = {**place.values, "pitch_id": pitch_id, "note_id": place.note, "person_id": place.author.id}
                names = sorted(set(FORMATS) - {"schedule.ics"}) if "<any(" in rule.rule else [""]
                for name in names:
                    values = {it: {**known, "name": name}.get(it, "x") for it in rule.arguments}
                    yield rule.endpoint, app.url_for(rule.endpoint, **values)
                if "pitch_id" not in rule.arguments:
                    break
        base = f"/e/{place.event.code}"
        yield "marketplace.show", f"{base}?q={TITLE}"
        yield "marketplace.show", f"{base}?topic={TOPIC}"
        yield "marketplace.similar", f"{base}/pitches/similar?title={TITLE}"
        yield "streams.polled", f"{base}/stream?poll=1&since=0"
        yield "streams.polled", f"{base}/stream?poll=1&since=0&view=grid"
        yield "exports.feed", f"{base}/me.ics?key={CREDENTIALS.calendar_key(place.event, place.fan)}"


def said_in(response: TestResponse) -> str:
    """Everything that an answer says, inside of archives too, without what was asked being said back."""
    data = response.get_data()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"\n".join(
                [archive.read(name) for name in archive.namelist()] + [n.encode() for n in archive.namelist()]
            )
    return data.decode(errors="replace")


def read_by(visitor: Phone, app: Flask, place: Place, allowed: set[str]) -> dict[str, set[str]]:
    """Address to the secrets in its answer."""
    found = {}
    for view, address in addresses(app, place):
        if view in allowed:
            continue
        response = visitor.client.get(address)
        text = said_in(response).replace(address, "").replace(f'value="{TITLE}"', "")
        response.close()
        assert response.status_code != 500, address
        if said := {word for word in SECRETS if word.casefold() in text.casefold() and f"={word}" not in address}:
            found[address] = said
    return found


@pytest.fixture
def place(database: Database) -> Place:
    return a_place(database)


@pytest.mark.only_on("sqlite")
def test_hidden_words_are_in_no_answer_to_others(app: Flask, phone: Phones, place: Place) -> None:
    assert read_by(joined(phone, place.event), app, place, set()) == {}
    fan = phone()
    fan.client.set_cookie("twofeet", signed_cookie(app, place.event, place.fan.token), path=f"/e/{place.event.code}")
    own = {"my_data.show", "my_data.take"}  # the note that this person wrote, and not what it is about
    assert read_by(fan, app, place, own) == {}
    for address in ("mine", "mine.json"):
        mine = fan.get(f"/e/{place.event.code}/{address}").text
        assert NOTE_ON_HIDDEN in mine
        assert TITLE not in mine


@pytest.mark.only_on("sqlite")
def test_hidden_words_are_in_no_answer_to_organisers_but_where_they_moderate(
    app: Flask, phone: Phones, place: Place
) -> None:
    assert read_by(organiser(phone, place.event), app, place, FOR_MODERATORS) == {}


@pytest.mark.only_on("sqlite")
def test_words_are_there_again_once_shown(app: Flask, phone: Phones, place: Place, database: Database) -> None:
    """So that the test above cannot pass because nobody would ever have read them."""

    def show(tx: Transaction) -> None:
        by = at_the_machine(tx.get_one(Event, place.event.id))
        moderation.set_hidden(tx, by, ModerationKind.PERSON, place.author.id, False)
        moderation.set_hidden(tx, by, ModerationKind.NAME, place.author.id, False)

    database.write(show)
    found = read_by(joined(phone, place.event), app, place, set())
    assert set().union(*found.values()) == set(SECRETS) - {BEFORE}
    assert len(found) > 20, sorted(found)
