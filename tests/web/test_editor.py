"""The organiser's grid: moves by form, what changed when somebody was faster, undo, publish, warnings."""

from dataclasses import dataclass
from typing import Any

import pytest

import solver
from eventkit.building import builds
from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.grid import history
from eventkit.storage import change_log
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import ChangeKind, Closure, Event, Pitch, Room, Slot
from tests.world.builders import a_person, an_event, close, queries
from tests.world.building import an_incumbent
from tests.world.days import host, some_pitches, votes
from tests.world.phone import Page, Phone
from tests.world.visitors import Phones


@dataclass
class Desk:
    """An organiser's device at an event with pitches."""

    database: Database
    event: Event
    device: Phone
    pitches: list[Pitch]
    rooms: list[Room]
    slots: list[Slot]

    @property
    def home(self) -> str:
        return f"/e/{self.event.code}"

    @property
    def version(self) -> int:
        return self.database.write(lambda tx: tx.get_one(Event, self.event.id).grid_version)

    def move(self, number: int, in_slot: int | None, in_room: int | None, htmx: bool = False, **fields: Any) -> Any:
        return self.submit(number, in_slot, in_room, fields, htmx)

    def submit(
        self, number: int, in_slot: int | None, in_room: int | None, fields: dict[str, Any], htmx: bool = False
    ) -> Any:
        cell = {
            "slot": "" if in_slot is None else self.slots[in_slot].id,
            "room": "" if in_room is None else self.rooms[in_room].id,
        }
        values = {"pitch": self.pitches[number].id, "version": self.version, **cell, **fields}
        return self.device.submit(f"{self.home}/grid/moves", values, htmx)

    def page(self) -> Page:
        return self.device.page(f"{self.home}/organise/grid")

    def in_cell(self, page: Page, slot: int, room: int) -> str:
        cell = page.by_id(f"cell-{self.slots[slot].id}-{self.rooms[room].id}")
        titles = [e.text for e in page.all("p", class_="session-title") if cell in e.parents]
        return titles[0] if titles else ""


@pytest.fixture
def desk(database: Database, phone: Phones) -> Desk:
    event, secret = an_event(database)
    device = phone()
    device.get(f"/e/{event.code}/organise?key={secret}")
    rooms = database.write(lambda tx: events.rooms(tx, event.id))
    slots = [slot for slot in database.write(lambda tx: events.slots(tx, event.id)) if not slot.title]
    return Desk(database, event, device, some_pitches(database, event, 3), rooms, slots)


def test_move_by_form_places_a_session(desk: Desk) -> None:
    response = desk.move(0, 0, 1)
    assert (response.status_code, response.location) == (303, f"{desk.home}/organise/grid#session-{desk.pitches[0].id}")
    assert desk.in_cell(desk.page(), 0, 1) == "Pitch 1"


def test_move_with_htmx_answers_the_draft_and_what_happened(desk: Desk) -> None:
    response = desk.move(0, 0, 1, htmx=True)
    page = Page(response.text)
    assert (response.status_code, page.elements[0].attributes["id"]) == (200, "draft")
    assert page.one("div", class_="good").text == "Placed ‘Pitch 1’ at 10:00, Library."


def test_form_on_a_card_moves_swaps_pins_and_takes_off(desk: Desk) -> None:
    desk.move(0, 0, 0)
    desk.move(1, 1, 1)
    card = desk.page().by_id(f"session-{desk.pitches[0].id}")
    forms = [
        f
        for f in desk.page().all("form", action=f"{desk.home}/grid/moves")
        if f.parents[-2].attributes == card.attributes
    ]
    assert len(forms) == 2
    desk.move(0, 1, 1, pin="1")
    page = desk.page()
    assert (desk.in_cell(page, 1, 1), desk.in_cell(page, 0, 0)) == ("Pitch 1", "Pitch 2")
    assert "pinned" in page.by_id(f"session-{desk.pitches[0].id}").attributes["class"].split()
    desk.move(0, None, None)
    page = desk.page()
    assert desk.in_cell(page, 1, 1) == ""
    assert page.by_id("off") in page.by_id(f"session-{desk.pitches[0].id}").parents


def test_move_with_a_stale_version_shows_what_changed_and_the_fresh_grid(desk: Desk) -> None:
    desk.move(0, 0, 0)
    for htmx in (False, True):
        response = desk.move(1, 0, 0, htmx=htmx, version=0)
        page = Page(response.text)
        assert response.status_code == 409
        assert page.one("div", class_="bad").text == (
            "The grid changed since you looked. Placed ‘Pitch 1’ at 10:00, Main hall. Look again, then decide."
        )
        assert desk.in_cell(page, 0, 0) == "Pitch 1"
    assert desk.version == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"pitch": "999"}, 404),
        ({"pitch": "none"}, 422),
        ({"pitch": ""}, 422),
        ({"room": "999"}, 404),
        ({"room": ""}, 422),
        ({"slot": "-1"}, 422),
        ({"version": "x"}, 422),
        ({"version": "99999999999999999999"}, 422),
        ({"pitch": "99999999999999999999"}, 422),
        ({"slot": "99999999999999999999"}, 422),
    ],
)
def test_move_that_makes_no_sense_says_so_and_moves_nothing(desk: Desk, fields: dict[str, str], status: int) -> None:
    response = desk.submit(0, 0, 0, fields)
    assert response.status_code == status
    assert len(Page(response.text).all("div", class_="bad")) == 1
    assert desk.version == 0


def test_undo_and_publish(desk: Desk, phone: Phones) -> None:
    desk.move(0, 0, 0)
    assert desk.device.post(f"{desk.home}/grid/publish", version=1).status_code == 303
    desk.move(0, 1, 0)
    assert desk.device.post(f"{desk.home}/grid/undo", version=2).status_code == 303
    assert desk.in_cell(desk.page(), 0, 0) == "Pitch 1"
    assert desk.device.post(f"{desk.home}/grid/undo", version=2).status_code == 409
    assert desk.device.post(f"{desk.home}/grid/publish", version=2).status_code == 409
    assert desk.device.post(f"{desk.home}/grid/undo", version=3, to="0").status_code == 303
    assert desk.in_cell(desk.page(), 0, 0) == ""
    grid = phone().page(f"{desk.home}/grid")
    assert [title.text for title in grid.all("p", class_="session-title")] == ["Pitch 1"]


def test_editing_is_for_organisers_only(desk: Desk, phone: Phones, database: Database) -> None:
    other, secret = an_event(database)
    attendee, elsewhere = phone(), phone()
    attendee.get(desk.home)
    elsewhere.get(f"/e/{other.code}/organise?key={secret}")
    elsewhere.get(desk.home)
    for device in (attendee, elsewhere):
        assert device.get(f"{desk.home}/organise/grid").status_code == 403
        for address in ("moves", "publish", "undo"):
            assert device.post(f"{desk.home}/grid/{address}", version=0, pitch=1).status_code == 403
    assert desk.version == 0


def test_warnings_are_said_and_forbid_nothing(desk: Desk) -> None:
    ann = a_person(desk.database, desk.event)
    host(desk.database, ann, *desk.pitches[:2])

    def change(tx: Any) -> None:
        tx.get_one(Pitch, desk.pitches[1].id).needs = ["projector"]
        tx.get_one(Pitch, desk.pitches[2].id).crowd = 99

    desk.database.write(change)
    desk.move(0, 0, 0)
    desk.move(1, 0, 2)
    desk.move(2, 1, 2)
    page = desk.page()
    assert [e.text for e in page.all("p", class_="error")] == [
        "It needs projector, which Studio lacks.",
        "Its host holds ‘Pitch 1’ at the same time.",
        "More people want it than there are seats; Studio has 30.",
    ]
    close(desk.database, desk.event, voting=True)
    assert desk.page().all("p", class_="error")[-1].text == "99 people want it; Studio has 30 seats."
    assert desk.device.post(f"{desk.home}/grid/publish", version=3).status_code == 303


def test_queries_are_as_many_for_30_pitches_as_for_1(desk: Desk) -> None:
    counts = []
    for number in (0, 30):
        some_pitches(desk.database, desk.event, number)
        with queries(desk.database) as seen:
            desk.page()
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_large_grid_keeps_one_form_for_the_session_that_was_asked_for(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr("eventkit.web.pages.editor.MOST_FORMS", 0)
    desk.move(0, 0, 0)
    assert len(desk.page().all("details", class_="mover")) == 0
    address = f"{desk.home}/organise/grid?pitch={desk.pitches[1].id}"
    assert len(desk.device.page(address).all("details", class_="mover")) == 1
    menu = Page(desk.device.get(f"{address}&part=mover", htmx=True).text)
    assert menu.elements[0].attributes["class"] == "mover" and "open" in menu.elements[0].attributes
    assert menu.all("form", class_="move") and len(menu.all("option", selected="")) == 0
    assert desk.device.get(f"{desk.home}/organise/grid?pitch=999999&part=mover", htmx=True).status_code == 404


def test_history_is_told_and_can_be_gone_back_to(desk: Desk) -> None:
    desk.move(0, 0, 0)
    desk.move(0, 1, 0)
    page = desk.page()
    words = [form.text for form in page.all("form", action=f"{desk.home}/grid/undo")]
    assert words == ["Undo", "Go back to this : Placed ‘Pitch 1’ at 10:00, Main hall."]
    with desk.database.reading() as tx:
        assert [it.words for it in history.lines(tx, desk.event.id)] == [
            "Moved ‘Pitch 1’ to 11:00, Main hall.",
            "Placed ‘Pitch 1’ at 10:00, Main hall.",
        ]


def test_chosen_session_has_a_form_in_every_other_cell_that_says_what_it_costs(desk: Desk) -> None:
    for _ in range(3):
        votes(desk.database, a_person(desk.database, desk.event), [(desk.pitches[0], 2), (desk.pitches[1], 1)])
    close(desk.database, desk.event, voting=True)
    desk.move(0, 0, 0)
    desk.move(1, 1, 0)
    page = desk.device.page(f"{desk.home}/organise/grid?pitch={desk.pitches[1].id}")
    forms = page.all("form", class_="weighed")
    assert len(forms) == 8
    told = [form.text for form in forms if page.by_id(f"cell-{desk.slots[0].id}-{desk.rooms[1].id}") in form.parents]
    assert told == ["Worse: 3 fewer wishes kept Move here : 10:00, Library"]
    answer = desk.device.get(f"{desk.home}/grid/moves?pitch={desk.pitches[1].id}").get_json()
    assert answer["cells"][f"cell-{desk.slots[0].id}-{desk.rooms[1].id}"] == {
        "text": "Worse: 3 fewer wishes kept",
        "verdict": "worse",
    }


def test_session_in_a_slot_that_became_lunch_can_still_be_weighed_and_moved(desk: Desk) -> None:
    desk.move(0, 0, 0)
    desk.move(1, 1, 0)
    lunch = f"{desk.home}/organise/slots/{desk.slots[0].id}"
    assert desk.device.post(lunch, starts="10:00", ends="10:45", title="Lunch").status_code == 303
    page = desk.device.page(f"{desk.home}/organise/grid?pitch={desk.pitches[0].id}")
    assert len(page.all("form", class_="weighed")) == 6
    assert desk.move(0, 1, 0).status_code == 303
    assert desk.in_cell(desk.page(), 1, 0) == "Pitch 1"


def test_costs_of_a_session_that_is_not_there_are_none(desk: Desk) -> None:
    for pitch in ("0", "999", "x", "99999999999999999999"):
        assert desk.device.get(f"{desk.home}/grid/moves?pitch={pitch}").get_json() == {"version": 0, "cells": {}}
        assert desk.device.page(f"{desk.home}/organise/grid?pitch={pitch}").all("form", class_="weighed") == []


def test_publishing_says_beforehand_what_moves_and_how_many_it_affects(desk: Desk) -> None:
    for interests in ([(desk.pitches[0], 1)], [(desk.pitches[0], 2), (desk.pitches[1], 1)], [(desk.pitches[2], 2)]):
        votes(desk.database, a_person(desk.database, desk.event), interests)
    close(desk.database, desk.event, voting=True)
    desk.move(0, 0, 0)
    desk.device.post(f"{desk.home}/grid/publish", version=1)
    desk.move(0, 1, 1)
    desk.move(2, 0, 0)
    for address in ("organise", "organise/grid"):
        page = desk.device.page(f"{desk.home}/{address}")
        summaries = [summary.text for summary in page.all("summary")]
        assert "Publishing: 1 session moves, 1 session is new, a few people affected" in summaries
        items = [item.text for item in page.all("li") if "→" in item.text or ": new" in item.text]
        assert items == ["Pitch 1: 10:00, Main hall → 11:00, Library", "Pitch 3: new at 10:00, Main hall"]


def reasons(page: Page, desk: Desk, number: int) -> list[str]:
    card = page.by_id(f"session-{desk.pitches[number].id}")
    return [it.text for it in page.all("p", class_="meta") if card in it.parents]


def test_reason_of_a_pitch_outside_is_about_the_draft_as_it_is(desk: Desk) -> None:
    desk.database.write(lambda tx: setattr(tx.get_one(Pitch, desk.pitches[0].id), "needs", ["projector"]))
    assert reasons(desk.page(), desk, 0) == []

    def close_room(tx: Transaction) -> None:
        tx.add_all(Closure(slot_id=slot.id, room_id=desk.rooms[0].id) for slot in desk.slots[:3])
        change_log.record(tx, desk.event.id, ChangeKind.EVENT)

    desk.database.write(close_room)
    assert reasons(desk.page(), desk, 0) == ["every room with projector is closed"]


def test_reason_of_a_build_that_nobody_adopted_is_not_told(desk: Desk) -> None:
    def build(tx: Any) -> None:
        asked = builds.start(tx, at_the_machine(tx.get_one(Event, desk.event.id)), 5)
        out = solver.Unplaced(session=str(desk.pitches[0].id), why=solver.Why.TAKEN)
        answer = an_incumbent([], unplaced=(out,))
        held = builds.claim(tx, "a worker")
        assert held is not None
        builds.add_incumbent(tx, held, answer)
        assert asked.id == held.build_id

    desk.database.write(build)
    assert reasons(desk.page(), desk, 0) == []


def clash_lines(page: Page, desk: Desk, number: int) -> list[str]:
    card = page.by_id(f"session-{desk.pitches[number].id}")
    return [it.text for it in page.all("p", class_="meta") if card in it.parents and it.text.startswith("Clash")]


def test_clashes_are_told_once_voting_is_closed(desk: Desk) -> None:
    for n in range(5):
        wanted = desk.pitches if n < 3 else desk.pitches[:2]
        votes(desk.database, a_person(desk.database, desk.event), [(pitch, 1) for pitch in wanted])
    for number in range(3):
        desk.move(number, 0, number)
    assert clash_lines(desk.page(), desk, 0) == []
    close(desk.database, desk.event, voting=True)
    assert clash_lines(desk.page(), desk, 0) == [
        "Clash: 5 also want ‘Pitch 2’",
        "Clash: 3 also want ‘Pitch 3’",
    ]
    desk.move(1, 1, 1)
    assert clash_lines(desk.page(), desk, 1) == []


def test_clashes_of_fewer_than_three_people_are_not_told(desk: Desk) -> None:
    for _ in range(2):
        votes(desk.database, a_person(desk.database, desk.event), [(pitch, 2) for pitch in desk.pitches])
    close(desk.database, desk.event, voting=True)
    for number in range(3):
        desk.move(number, 0, number)
    assert clash_lines(desk.page(), desk, 0) == []


def test_heads_to_expect_are_a_count_and_wait_until_voting_closes(desk: Desk) -> None:
    for _ in range(3):
        votes(desk.database, a_person(desk.database, desk.event), [(desk.pitches[0], 2)])
    desk.move(0, 0, 0)
    assert "3 people" not in [it.text for it in desk.page().all("p", class_="meta")]
    close(desk.database, desk.event, voting=True)
    assert "3 people" in [it.text for it in desk.page().all("p", class_="meta")]
