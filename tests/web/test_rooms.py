"""Rooms and slots edited later: simple forms, nothing lost, typed text kept."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from eventkit.errors import Invalid
from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.grid import closures, history, venue, versions
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Pitch, Slot
from tests.world.builders import an_event
from tests.world.days import some_pitches
from tests.world.phone import Page
from tests.world.visitors import Phones


class House:
    """An organiser at an event's rooms page."""

    def __init__(self, database: Database, phone: Phones):
        self.database = database
        self.event, secret = an_event(database)
        self.home = f"/e/{self.event.code}/organise"
        self.device = phone()
        self.device.get(f"{self.home}?key={secret}")
        self.pitches = some_pitches(database, self.event, 2)

    @property
    def rooms(self) -> list[tuple[str, int, list[str]]]:
        found = self.database.write(lambda tx: events.rooms(tx, self.event.id))
        return [(room.name, room.capacity, room.features) for room in found]

    @property
    def spans(self) -> list[str]:
        found = self.database.write(lambda tx: events.slots(tx, self.event.id))
        return [f"{slot.starts_at:%H:%M}-{slot.ends_at:%H:%M} {slot.title}".strip() for slot in found]

    def room_id(self, number: int) -> int:
        return self.database.write(lambda tx: events.rooms(tx, self.event.id)[number].id)

    def slot_id(self, number: int) -> int:
        return self.database.write(lambda tx: events.slots(tx, self.event.id)[number].id)

    def place(self, pitch: int, slot: int, room: int) -> None:
        cell = self.slot_id(slot), self.room_id(room)

        def move(tx: Transaction) -> None:
            event = tx.get_one(Event, self.event.id)
            versions.move(tx, at_the_machine(event), event.grid_version, self.pitches[pitch].id, cell)

        self.database.write(move)

    def publish(self) -> None:
        def publish(tx: Transaction) -> None:
            event = tx.get_one(Event, self.event.id)
            versions.publish(tx, at_the_machine(event), event.grid_version)

        self.database.write(publish)

    def placed(self) -> set[int]:
        return set(self.database.write(lambda tx: versions.spots(versions.draft(tx, tx.get_one(Event, self.event.id)))))


@pytest.fixture
def house(database: Database, phone: Phones) -> House:
    return House(database, phone)


def test_room_is_added_changed_and_removed(house: House) -> None:
    assert (
        house.device.post(f"{house.home}/rooms", name="Café", capacity="15", features="Quiet, quiet").status_code == 303
    )
    assert house.rooms[-1] == ("Café", 15, ["quiet"])
    house.device.post(f"{house.home}/rooms/{house.room_id(3)}", name="Garden", capacity="25", features="")
    assert house.rooms[-1] == ("Garden", 25, [])
    answer = house.device.post(f"{house.home}/rooms/{house.room_id(3)}/remove")
    assert Page(answer.text).one("div", class_="good").text == "Removed Garden."
    assert len(house.rooms) == 3


@pytest.mark.parametrize(
    ("name", "capacity", "field", "sentence"),
    [
        ("library", "10", "name", "There is a room called library already. Give this one a name of its own."),
        ("", "10", "name", "The name is empty. Write something here."),
        ("\u200b", "10", "name", "The name is empty. Write something here."),
        ("Attic", "many", "capacity", "The number of seats must be a whole number."),
        ("Attic", "-1", "capacity", "The number of seats must be 0 or more."),
        ("Attic", "100000", "capacity", "The number of seats must be 99,999 or less."),
    ],
)
def test_room_that_cannot_be_keeps_what_was_typed(
    house: House, name: str, capacity: str, field: str, sentence: str
) -> None:
    response = house.device.post(f"{house.home}/rooms", name=name, capacity=capacity, features="step-free")
    page = Page(response.text)
    assert response.status_code == 422
    assert page.by_id(f"room-{field}-error").text == sentence
    assert page.by_id("room-features").attributes["value"] == "step-free"
    assert page.by_id("room-capacity").attributes["value"] == capacity
    assert len(house.rooms) == 3


def test_removing_a_room_takes_its_sessions_off_the_draft_and_says_so(house: House) -> None:
    house.place(0, 0, 1)
    house.place(1, 0, 0)
    answer = house.device.post(f"{house.home}/rooms/{house.room_id(1)}/remove")
    said = "Removed Library: 1 session went off the grid."
    assert Page(answer.text).one("div", class_="good").text == said
    assert house.placed() == {house.pitches[1].id}
    told = house.database.write(lambda tx: [line.words for line in history.lines(tx, house.event.id)])
    assert told[0] == said


def test_removing_a_room_cannot_be_undone_and_what_was_before_can(house: House) -> None:
    house.place(1, 0, 0)
    house.place(0, 0, 1)
    house.device.post(f"{house.home}/rooms/{house.room_id(1)}/remove")
    undo = f"/e/{house.event.code}/grid/undo"
    refused = house.device.post(undo, version=3)
    assert (refused.status_code, Page(refused.text).one("div", class_="bad").text) == (
        422,
        "What was removed cannot come back by an undo. Add it again, or go back to an earlier version.",
    )
    assert house.device.post(undo, version=3, to=0).status_code == 303
    assert house.placed() == set()


def test_room_that_people_see_in_use_is_asked_about_before_it_goes(house: House) -> None:
    house.place(0, 0, 1)
    house.publish()
    address = f"{house.home}/rooms/{house.room_id(1)}/remove"
    response = house.device.post(address)
    assert response.status_code == 422
    assert Page(response.text).one("p", class_="error").text == (
        "People see 1 session in Library. Removed with it, it has no place, and people are told so. "
        "Remove it all the same? Or close it: then a new place is found first."
    )
    assert (len(house.rooms), house.placed()) == (3, {house.pitches[0].id})
    house.place(1, 1, 1)
    house.publish()
    assert "People see 2 sessions in Library." in house.device.post(address, sure="1").text
    assert house.device.post(address, sure="2").status_code == 200
    assert (len(house.rooms), house.placed()) == (2, set())


def test_slot_that_people_see_in_use_is_asked_about_before_it_takes_a_title(house: House) -> None:
    house.place(0, 0, 1)
    house.publish()
    address = f"{house.home}/slots/{house.slot_id(0)}"
    lunch: dict[str, Any] = {"starts": "10:00", "ends": "10:45", "title": "Early lunch"}
    response = house.device.post(address, **lunch)
    page = Page(response.text)
    assert response.status_code == 422
    assert page.one("p", class_="error").text.startswith("People see 1 session then, with no other place yet.")
    assert page.by_id(f"slot-{house.slot_id(0)}-title").attributes["value"] == "Early lunch"
    assert house.spans[0] == "09:00-09:45"
    assert page.one("button", name="sure").text == "Save it all the same"
    assert house.device.post(address, **lunch, sure="1").status_code == 303
    assert house.spans[0] == "09:00-09:45 Early lunch"


ASKED: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "closed": ("rooms/{room}/closed", {"slot": ["{slot}"]}, "People see 1 session in Library then.", "Close it"),
    "the rest": ("rooms/{room}/closed", {"rest": "1"}, "People see 1 session in Library then.", "Close it"),
    "an item": (
        "slots/{slot}/items",
        {"title": "Keynote", "room": ["{room}"]},
        "People see 1 session then,",
        "Save it",
    ),
    "a need": (
        "rooms/{room}",
        {"name": "Library", "capacity": "40", "features": "projector"},
        "People see 1 session in Library that needs step-free.",
        "Save it",
    ),
}


@pytest.mark.parametrize("kind", ASKED)
def test_what_a_session_that_people_see_needs_is_asked_about_before_it_goes(house: House, kind: str) -> None:
    """The button of the answer does what was asked about."""

    def begin(tx: Transaction) -> None:
        tx.get_one(Pitch, house.pitches[0].id).needs = ["step-free"]
        for slot in events.slots(tx, house.event.id):
            slot.starts_at, slot.ends_at = (at.replace(year=2099) for at in (slot.starts_at, slot.ends_at))

    house.database.write(begin)
    house.place(0, 0, 1)
    house.publish()
    ids = {"slot": str(house.slot_id(0)), "room": str(house.room_id(1))}
    address, fields, question, word = ASKED[kind]
    fields = {
        name: [it.format(**ids) for it in value] if isinstance(value, list) else value for name, value in fields.items()
    }
    response = house.device.post(f"{house.home}/{address.format(**ids)}", **fields)
    page = Page(response.text)
    assert response.status_code == 422
    assert page.one("p", class_="error").text.startswith(question)
    button = next(it for it in page.all("button") if it.text == f"{word} all the same")
    form = button.parents[-1] if button.parents[-1].tag == "form" else button.parents[-2]
    sent = {
        it.attributes["name"]: it.attributes.get("value", "")
        for it in page.all("input", type="hidden")
        if form in it.parents
    }
    sent["sure"] = button.attributes.get("value") or sent["sure"]
    assert house.device.post(form.attributes["action"], **{**fields, **sent}).status_code in (200, 303)
    assert house.device.get(f"{house.home}/rooms").text.count("all the same") == 0


def test_slot_is_added_changed_made_lunch_and_removed(house: House) -> None:
    house.device.post(f"{house.home}/slots", starts="15:00", ends="15:45", title="")
    assert house.spans[-1] == "14:00-14:45"  # London is an hour ahead of the clock that is kept
    house.device.post(f"{house.home}/slots/{house.slot_id(4)}", starts="15.15", ends="16:00", title="Tea")
    assert house.spans[-1] == "14:15-15:00 Tea"
    house.device.post(f"{house.home}/slots/{house.slot_id(4)}/remove")
    assert len(house.spans) == 4


@pytest.mark.parametrize(
    ("starts", "ends", "field", "sentence"),
    [
        ("10:30", "11:30", "starts", "This overlaps with what is there at 10:00–10:45. Slots follow one another."),
        ("16:00", "15:00", "ends", "The end, 15:00, must come after the start, 16:00."),
        ("25:00", "26:00", "starts", "The start must be a time, like 10:00."),
        ("16:00", "late", "ends", "The end must be a time, like 10:00."),
    ],
)
def test_slot_that_cannot_be_keeps_what_was_typed(
    house: House, starts: str, ends: str, field: str, sentence: str
) -> None:
    response = house.device.post(f"{house.home}/slots", starts=starts, ends=ends, title="Tea")
    page = Page(response.text)
    assert response.status_code == 422
    assert page.by_id(f"slot-{field}-error").text == sentence
    assert page.by_id("slot-starts").attributes["value"] == starts
    assert len(house.spans) == 4


def test_slot_at_a_time_that_the_clocks_skip_is_refused(database: Database) -> None:
    event, _ = an_event(database, day=date(2027, 3, 28))

    def add(starts: str, ends: str) -> Callable[[Transaction], Slot]:
        return lambda tx: venue.add_slot(tx, at_the_machine(tx.get_one(Event, event.id)), starts, ends)

    for starts, ends, field in (("01:30", "02:10", "starts"), ("00:30", "01:10", "ends")):
        with pytest.raises(Invalid) as refused:
            database.write(add(starts, ends))
        assert list(refused.value.fields) == [field]
    slot = database.write(add("00:30", "02:00"))
    assert (slot.ends_at.astimezone(UTC) - slot.starts_at.astimezone(UTC)).seconds == 1800


def test_closing_a_room_keeps_what_stands_there_and_says_so(house: House) -> None:
    house.place(0, 0, 1)
    answer = house.device.post(
        f"{house.home}/rooms/{house.room_id(1)}/closed", slot=[house.slot_id(0), house.slot_id(1)]
    )
    assert Page(answer.text).one("div", class_="good").text == (
        "Library is closed in 2 slots. 1 session stands there now: build again, or move by hand."
    )
    assert house.placed() == {house.pitches[0].id}
    answer = house.device.post(f"{house.home}/rooms/{house.room_id(1)}/closed")
    assert Page(answer.text).one("div", class_="good").text == "Library is open all day."


def test_room_closed_for_the_rest_of_the_day_keeps_the_slot_under_way(house: House, database: Database) -> None:
    room = house.room_id(0)
    begun = datetime(2026, 6, 26, 9, 0, tzinfo=UTC) + timedelta(minutes=5)

    def close(tx: Transaction) -> str:
        return closures.close_room_from(tx, at_the_machine(tx.get_one(Event, house.event.id)), room, begun)

    assert database.write(close) == "Main hall is closed in 2 slots."
    with database.reading() as tx:
        assert closures.by_room(tx, house.event.id) == {room: {house.slot_id(1), house.slot_id(3)}}


def test_venue_is_for_organisers_only(house: House, phone: Phones, database: Database) -> None:
    other, secret = an_event(database)
    stranger = phone()
    stranger.get(f"/e/{other.code}/organise?key={secret}")
    stranger.get(f"/e/{house.event.code}")
    assert stranger.get(f"{house.home}/rooms").status_code == 403
    room, slot = house.room_id(0), house.slot_id(0)
    for address in ("rooms", f"rooms/{room}", f"rooms/{room}/remove", f"rooms/{room}/closed", "slots", f"slots/{slot}"):
        assert stranger.post(f"{house.home}/{address}", name="X", capacity="1").status_code == 403
    mine = f"/e/{other.code}/organise"
    assert stranger.post(f"{mine}/rooms/{room}/remove").status_code == 404
    assert len(house.rooms) == 3


def test_limits_are_checked_by_name(house: House) -> None:
    with pytest.raises(Invalid):
        house.database.write(
            lambda tx: venue.set_limits(tx, at_the_machine(tx.get_one(Event, house.event.id)), {"beer": 3})
        )
