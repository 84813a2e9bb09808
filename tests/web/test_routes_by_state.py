"""Every address of an event that is closed, sealed, archived or hidden in part; asked by a phone that was stopped."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlmodel import col, update

from eventkit.clock import now
from eventkit.event import archive
from eventkit.event.roles import at_the_machine
from eventkit.privacy import sealing
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Person, Pitch
from tests.world.routes import EXPECTED, a_world, addresses, ask
from tests.world.visitors import Phones, facilitator, joined, organiser


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
    sealed: BALLOTS
    | {
        "POST /e/<code>/choices/showing": 409,
        "POST /e/<code>/pitches/<int:pitch_id>/vote": 409,
    },
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


# of cookies and words only: nothing is written but who gets no notifications; the vote after the right word is refused
STOPPED_MAY = {
    "POST /e/<code>/choices/shown/end",
    "POST /e/<code>/here",
    "POST /e/<code>/mine/leave",
    "POST /e/<code>/word",
}


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
    "POST /e/<code>/choices/showing",
    "POST /e/<code>/me/calendar",
    "POST /e/<code>/me/notifications",
    "POST /e/<code>/mine",
    "POST /e/<code>/mine/elsewhere",
    "POST /e/<code>/unmentoring/leave",
    "POST /e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>/done",
    "POST /e/<code>/pitches/<int:pitch_id>/notes/<int:note_id>/help",
    "POST /e/<code>/pitches/<int:pitch_id>/report",
    "POST /e/<code>/unmentoring/<int:person_id>/report",
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
