"""The page for a door."""

import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.grid import closures
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Pitch
from eventkit.web.base import rendering
from tests.world.builders import an_event
from tests.world.phone import Page
from tests.world.published import Day, a_published_day, at_this_hour, publish
from tests.world.visitors import Phones


def door(phone: Phones, day: Day, room: int = 0) -> Page:
    return phone().page(f"{day.address}/doors/{day.rooms[room].id}")


def said(page: Page) -> list[str]:
    return [element.text for element in page.all("p") if element.attributes.get("class", "").startswith("door-")]


def test_door_says_what_is_on_until_when_and_what_is_next(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4)
    at_this_hour(database, day, 0)
    page = door(phone, day)
    assert page.one("h1").text == "Main hall"
    session, until, after, *_ = said(page)
    assert (session, until[:6], after[6:]) == ("Pitch 1", "Until ", "Pitch 4")


def test_door_of_a_free_room_says_until_when(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=0)
    publish(database, day, {day.pitches[0].id: day.cells[3]})
    at_this_hour(database, day, 0)
    session, until, new, after, *_ = said(door(phone, day))
    assert (session, until[:6], after[6:]) == ("Free", "Until ", "Pitch 1")
    assert new.startswith("‘Pitch 1’ is new, at ")


def test_door_after_the_last_slot_says_so(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    at_this_hour(database, day, 3)
    assert said(door(phone, day))[0] == "Nothing more here today"


def test_door_on_the_days_before_says_when_it_is_used(database: Database, phone: Phones) -> None:
    day = a_published_day(database, day=date(2031, 5, 6))
    nothing, when, first, *_ = said(door(phone, day))
    assert (nothing, when, first) == ("Nothing here today", "Next on Tuesday 6 May 2031", "10:00 Pitch 1")


def test_door_counts_the_last_minutes_down(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4, slots="10:00-10:20\n10:20-11:00")
    at_this_hour(database, day, 0)
    _, until, after = said(door(phone, day))
    assert (until[11:], after[5:]) == (" , 10 minutes left", " Pitch 4, in 10 minutes")


def test_door_of_a_closed_room_says_so_at_once(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=1)
    at_this_hour(database, day, 0)

    def close(tx: Transaction) -> None:
        for room in day.rooms[:2]:
            closures.close_room(
                tx, at_the_machine(events.by_code(tx, day.event.code)), room.id, {slot.id for slot in day.slots[:2]}
            )

    database.write(close)
    title, what, changed, after, *_ = said(door(phone, day))
    assert changed.startswith("Main hall is closed at ")
    assert (title, what) == ("Pitch 1", "Main hall is closed. A new place is being found.")
    assert after[6:] == "Closed"
    assert said(door(phone, day, room=1))[0] == "Closed"
    board = phone().page(f"{day.address}/wall?show=now")
    now = [board.by_id(f"room-{room.id}").text for room in day.rooms]
    assert now == [
        "Main hall Pitch 1 Main hall is closed. A new place is being found. Closed",
        "Library Closed Closed",
        "Studio Free Free",
    ]


def test_door_tells_people_where_a_moved_session_went(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=1)
    at_this_hour(database, day, 0)
    publish(database, day, {day.pitches[0].id: day.cells[1]})
    for room, on in ((0, "Free"), (1, "Pitch 1")):
        page = said(door(phone, day, room=room))
        assert page[0] == on
        assert any("‘Pitch 1’ is now at " in line and ", Library. It was at " in line for line in page)


def test_door_before_publishing_says_so(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    event, _ = an_event(database)
    assert phone().get(f"/e/{event.code}/doors/{day.rooms[0].id}").status_code == 404  # another event's room
    with database.reading() as tx:
        from eventkit.event import events

        room = events.rooms(tx, event.id)[0]
    assert said(phone().page(f"/e/{event.code}/doors/{room.id}")) == [
        "Nothing is planned here yet",
        "The grid is not published.",
    ]


def test_door_of_a_room_that_is_none_is_not_here(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    for number in (0, 999_999, 2**31, 10**30):
        assert phone().get(f"{day.address}/doors/{number}").status_code == 404


def test_door_names_the_host_and_leads_to_the_notes(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=2)
    at_this_hour(database, day, 0)
    database.write(lambda tx: setattr(tx.get_one(Pitch, day.pitches[0].id), "host_name", "Kim of Leeds"))
    page = door(phone, day)
    assert said(page)[1] == "Kim of Leeds"
    assert page.one("svg", class_="qr").attributes["aria-label"] == "Code to open the notes of this session"
    assert door(phone, day, 2).all("svg", class_="qr") == [], "nothing is on there"


def test_door_says_a_title_of_200_letters_smaller(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=1, title="How " * 50)
    at_this_hour(database, day, 0)
    session = next(it for it in door(phone, day).all("p") if it.attributes.get("class", "").startswith("door-session"))
    assert session.attributes["class"] == "door-session door-longer door-longest"


def test_signs_have_a_sheet_for_each_room_with_its_whole_day(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=4, day=date(2099, 6, 26))
    database.write(
        lambda tx: closures.close_room(
            tx, at_the_machine(events.by_code(tx, day.event.code)), day.rooms[1].id, {day.slots[0].id}
        )
    )
    sheets = [it for it in phone().page(f"{day.address}/doors").all("section") if "sign" in it.attributes["class"]]
    assert [sheet.text.split(" Friday")[0] for sheet in sheets] == [room.name for room in day.rooms]
    assert "10:00–10:45 Pitch 1" in sheets[0].text and "Pitch 4" in sheets[0].text
    assert "Pitch 2 Library is closed. A new place is being found." in sheets[1].text


def test_signs_before_a_grid_is_published_tell_nothing_of_the_draft(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    assert "There is no grid yet" in phone().page(f"/e/{event.code}/doors").one("main").text


@given(st.text(st.characters(max_codepoint=0x7E, min_codepoint=0x21), min_size=1, max_size=120))
@settings(max_examples=15, deadline=None)
def test_code_to_scan_has_the_modules_of_its_text(text: str) -> None:
    code = QRCode(border=2, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    drawn = set()
    for x, column in re.findall(r"M(\d+)\.5 0([^M]*)", rendering.qr(text, "a code")):
        y = 0
        for light, dark in re.findall(r"m0 (\d+)v(\d+)", column):
            drawn |= {(int(x), y + int(light) + step) for step in range(int(dark))}
            y += int(light) + int(dark)
    assert drawn == {(x, y) for y, row in enumerate(code.get_matrix()) for x, dark in enumerate(row) if dark}
