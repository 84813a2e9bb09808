"""The organiser's page for when the day bends, and what people then see."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from eventkit.clock import now
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.world.phone import Page
from tests.world.published import Day, a_published_day, at_this_hour
from tests.world.visitors import Phones, joined, organiser


def test_a_room_is_lost_found_another_and_published_in_three_steps(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=2)
    at_this_hour(database, day, 0)
    device, visitor = organiser(phone, day.event), joined(phone, day.event)
    console = device.page(f"{day.address}/organise")
    labels = [it.attributes["aria-label"] for it in console.all("button", name="room")]
    assert labels == [f"{room.name} is lost" for room in day.rooms]
    answer = device.post(f"{day.address}/organise/lost", room=day.rooms[1].id, slot="")
    assert answer.headers["Location"] == f"{day.address}/organise/trouble"
    wall = visitor.page(f"{day.address}/wall?show=now").by_id("wall").text
    assert "Library is closed. A new place is being found." in wall
    page = device.page(f"{day.address}/organise/trouble")
    offers = [it.text for it in page.all("button") if it.text.startswith("To ")]
    assert offers == ["To Studio, 30 seats : Pitch 2"]
    place = {"pitch": day.pitches[1].id, "slot": day.slots[0].id, "room": day.rooms[2].id}
    moved = device.submit(f"{day.address}/grid/moves", {**place, "version": "1", "back": "trouble"})
    assert moved.headers["Location"] == f"{day.address}/organise/trouble"
    said = device.page(f"{day.address}/organise/trouble").by_id("homeless").text
    assert "Studio, once the grid is published" in said
    assert "Publishing: 1 session moves" in said
    assert device.post(f"{day.address}/grid/publish", version="2", back="trouble").status_code == 303
    assert "Every session that people see has its place." in device.page(answer.location).by_id("homeless").text


def test_a_room_is_lost_in_one_slot_only_and_opened_again(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=5, day=date(2099, 6, 26))
    device = organiser(phone, day.event)
    for slot in (day.slots[0], day.slots[1]):
        assert device.post(f"{day.address}/organise/lost", room=day.rooms[0].id, slot=slot.id).status_code == 303
    page = device.page(f"{day.address}/organise/trouble")
    assert "2 sessions are without a place" in page.by_id("homeless").text
    assert "Main hall is closed at 10:00, 11:00." in page.by_id("rooms").text
    assert device.post(f"{day.address}/organise/lost", room=day.rooms[0].id, again="1").status_code == 303
    assert "has its place" in device.page(f"{day.address}/organise/trouble").by_id("homeless").text
    assert device.post(f"{day.address}/organise/lost", room="999").status_code == 404


def test_second_of_two_who_open_a_room_hears_that_it_was_closed_for_longer(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=5, day=date(2099, 6, 26))
    ada, bob = organiser(phone, day.event), organiser(phone, day.event)
    address, trouble = f"{day.address}/organise/lost", f"{day.address}/organise/trouble"
    ada.post(address, room=day.rooms[0].id, slot=day.slots[0].id)
    open_again = {"room": day.rooms[0].id, "again": "1", "seen": _seen(bob.page(trouble), address)}
    ada.post(address, room=day.rooms[0].id)
    refused = bob.submit(address, open_again)
    assert refused.status_code == 409
    assert "Another organiser changed when this room is closed." in Page(refused.text).one("main").text
    assert bob.submit(address, {**open_again, "seen": _seen(Page(refused.text), address)}).status_code == 303
    assert ada.submit(address, {**open_again, "seen": _seen(Page(refused.text), address)}).status_code == 303


def test_second_of_two_who_end_an_announcement_hears_what_it_says_now(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=2)
    ada, bob = organiser(phone, day.event), organiser(phone, day.event)
    address, trouble = f"{day.address}/organise/announcements", f"{day.address}/organise/trouble"
    fields = {"text": "Lunch is late", "until": clock_in_half_an_hour(database, day), "room": "", "slot": ""}
    ada.submit(address, fields)
    seen = _seen(bob.page(trouble), f"{address}/1/end")
    ada.submit(f"{address}/1", {**fields, "text": "Leave by the back door"})
    refused = bob.submit(f"{address}/1/end", {"seen": seen})
    assert refused.status_code == 409
    assert "Another organiser changed this announcement." in Page(refused.text).one("main").text
    for device in (ada, bob):
        assert (
            device.submit(f"{address}/1/end", {"seen": _seen(Page(refused.text), f"{address}/1/end")}).status_code
            == 303
        )


def _seen(page: Page, address: str) -> str:
    """What the form of one button that posts to an address says that its reader saw."""
    return next(
        it.attributes["value"]
        for it in page.all("input", name="seen")
        if any(form.attributes.get("action") == address for form in it.parents)
    )


def test_a_shift_is_taken_back_where_the_trouble_is(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=2, day=date(2099, 6, 26))
    device, trouble = organiser(phone, day.event), f"{day.address}/organise/trouble"
    device.submit(f"{day.address}/organise/shift", {"slot": day.slots[1].id, "minutes": "15", "version": "1"})
    said = device.page(trouble).by_id("steps").text
    assert said == "Last change of the grid: Everything from 11:00 on is 15 minutes later. Undo"
    device.post(f"{day.address}/grid/undo", version="2", back="trouble")
    assert device.page(trouble).by_id("steps").text == "Redo"  # the step before changed the draft, which nobody sees
    assert "11:15" not in joined(phone, day.event).page(f"{day.address}/grid").by_id("grid").text


def test_a_shift_is_shown_before_it_is_done(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=2)
    device = organiser(phone, day.event)
    fields = {"slot": day.slots[1].id, "minutes": "15", "version": "1"}
    preview = device.submit(f"{day.address}/organise/shift", {**fields, "preview": "1"})
    assert preview.status_code == 200
    assert "11:00–11:45 → 11:15–12:00" in Page(preview.text).by_id("shift").text
    assert "11:15" not in joined(phone, day.event).page(f"{day.address}/grid").by_id("grid").text
    done = device.submit(f"{day.address}/organise/shift", fields)
    assert "Everything from 11:00 on is 15 minutes later." in done.text
    assert "11:15" in joined(phone, day.event).page(f"{day.address}/grid").by_id("grid").text
    assert device.submit(f"{day.address}/organise/shift", fields).status_code == 409
    assert f'action="{day.address}/grid/undo"' in done.text
    undone = device.post(f"{day.address}/grid/undo", version="2", back="trouble")
    assert undone.location == f"{day.address}/organise/trouble"
    assert "11:15" not in joined(phone, day.event).page(f"{day.address}/grid").by_id("grid").text


def clock_in_half_an_hour(database: Database, day: Day) -> str:
    """On the clock at the venue; after midnight where it is late there."""
    with database.reading() as tx:
        zone = ZoneInfo(tx.get_one(Event, day.event.id).timezone)
    return f"{now().astimezone(zone) + timedelta(minutes=30):%H:%M}"


@pytest.mark.parametrize("target", ["", "room", "slot", "room slot"])
def test_an_announcement_is_on_the_screens_that_it_concerns(database: Database, phone: Phones, target: str) -> None:
    day = a_published_day(database, placed=2)
    at_this_hour(database, day, 0)
    device = organiser(phone, day.event)
    whom = {"room": day.rooms[0].id, "slot": day.slots[0].id}
    fields = {
        "text": "Lunch is late",
        "until": clock_in_half_an_hour(database, day),
        **{it: whom[it] for it in target.split()},
    }
    assert device.submit(f"{day.address}/organise/announcements", fields).status_code == 303
    chooser, other = joined(phone, day.event), joined(phone, day.event)
    chooser.post(f"{day.address}/pitches/{day.pitches[0].id}/vote", interest="2")
    shown = {
        "wall": chooser.page(f"{day.address}/wall?show=now").by_id("wall"),
        "whole wall": chooser.page(f"{day.address}/wall?show=grid").by_id("wall"),
        "grid": chooser.page(f"{day.address}/grid").by_id("grid"),
        "door": chooser.page(f"{day.address}/doors/{day.rooms[0].id}").by_id("door"),
        "mine": chooser.page(f"{day.address}/me").by_id("my-news"),
        "market": chooser.page(day.address).by_id("announced"),
    }
    assert {name for name, it in shown.items() if "Lunch is late" not in it.text} == set()
    elsewhere = other.page(f"{day.address}/doors/{day.rooms[1].id}").by_id("door").text
    assert ("Lunch is late" in elsewhere) == ("room" not in target)
    assert ("Lunch is late" in other.page(f"{day.address}/me").by_id("my-news").text) == (target == "")
    banner = other.page(f"{day.address}/grid").by_id("grid-announced").text
    assert ("Lunch is late" in banner) == (target == "")


def test_an_announcement_is_edited_ended_and_announced_again(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=2)
    device, until = organiser(phone, day.event), clock_in_half_an_hour(database, day)
    address, page = f"{day.address}/organise/announcements", f"{day.address}/organise/trouble"
    device.submit(address, {"text": "Lunch is late", "until": until})
    fields = {"text": "Lunch is served", "until": until, "room": day.rooms[0].id, "slot": ""}
    assert device.submit(f"{address}/1", fields).status_code == 303
    assert "Lunch is served" in device.page(f"{day.address}/doors/{day.rooms[0].id}").by_id("door").text
    assert "Lunch" not in device.page(f"{day.address}/doors/{day.rooms[1].id}").by_id("door").text
    device.post(f"{address}/1/end")
    assert "Ended at" in device.page(page).by_id("announcements").text
    assert "Lunch" not in device.page(f"{day.address}/doors/{day.rooms[0].id}").by_id("door").text
    device.submit(f"{address}/1", fields)
    assert f"Until {until}: Lunch is served" in device.page(page).by_id("announcements").text


def test_an_announcement_that_cannot_be_comes_back_as_typed(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    device = organiser(phone, day.event)
    answer = device.post(f"{day.address}/organise/announcements", text="Lunch is late", until="soon")
    assert answer.status_code == 422
    assert Page(answer.text).by_id("text").attributes["value"] == "Lunch is late"
    assert Page(answer.text).by_id("until-error").text == "The time must be a time, like 10:00."


def test_a_grid_that_was_published_too_early_is_taken_back(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    device = organiser(phone, day.event)
    assert device.post(f"{day.address}/grid/unpublish", version="1").status_code == 303
    assert "There is no grid yet." in joined(phone, day.event).page(f"{day.address}/grid").one("main").text


def test_undo_and_redo_stand_beside_each_other(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=1)
    device = organiser(phone, day.event)
    assert device.post(f"{day.address}/grid/undo", version="1").status_code == 303
    assert "Redo" in device.page(f"{day.address}/organise/grid").one("main").text
    assert device.post(f"{day.address}/grid/redo", version="2").status_code == 303
    assert device.post(f"{day.address}/grid/redo", version="3").status_code == 422


def test_the_organiser_hears_what_others_did(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=2, day=date(2099, 6, 26))
    host = joined(phone, day.event)
    host.post(f"{day.address}/name", name="Ada")
    host.post(f"{day.address}/pitches", title="A late idea", nonce="a" * 16)
    device = organiser(phone, day.event)
    device.post(f"{day.address}/name", name="Grace")
    device.post(f"{day.address}/pitches/{day.pitches[1].id}/withdraw")
    device.post(
        f"{day.address}/grid/moves", pitch=day.pitches[0].id, slot=day.slots[1].id, room=day.rooms[0].id, version="1"
    )
    said = device.page(f"{day.address}/organise/trouble").by_id("happened").text
    assert "‘Pitch 2’ was withdrawn and does not happen. It was at 10:00, Library. by Grace" in said
    assert "Pitched after the grid was published: A late idea" in said
    assert (
        "Moved ‘Pitch 1’ to 11:00, Main hall. by Grace" in device.page(f"{day.address}/organise/grid").one("main").text
    )


def test_console_says_before_a_build_how_many_will_find_no_place(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=0, pitches=11)
    assert organiser(phone, day.event).page(f"{day.address}/organise").by_id("foreseen").text == (
        "11 pitches for 9 cells: 2 will find no place."
    )


def test_a_break_of_another_length_is_shown_then_done_and_said(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=9, pitches=9, day=date(2099, 6, 26))
    device, address = organiser(phone, day.event), f"{day.address}/organise/breaks"
    page = device.page(f"{day.address}/organise/trouble")
    lunch = next(it.attributes["value"] for it in page.all("option") if it.text == "12:00–13:00, Lunch")
    fields = {"slot": lunch, "length": "45", "version": "1"}
    preview = Page(device.submit(address, {**fields, "preview": "1"}).text).by_id("shift").text
    assert "Lunch: 12:00–13:00 → 12:00–12:45" in preview
    assert "Sessions: 13:15–14:00 → 13:00–13:45" in preview
    done = device.submit(address, fields)
    assert "Lunch takes 45 minutes. Everything from 13:15 on is 15 minutes earlier." in done.text
    news = joined(phone, day.event).page(f"{day.address}/grid").by_id("grid-news").text
    assert (
        "What was at 12:00–13:00 is now at 12:00–12:45." in news or "What was at 12:00 is now at 12:00–12:45." in news
    )
    assert "What was at 13:15 is now at 13:00–13:45." in news
    refused = device.submit(address, {**fields, "length": "45", "version": "2"})
    assert refused.status_code == 422
    assert "It is that long already." in refused.text
    assert device.submit(address, fields).status_code == 409


def test_door_of_a_lost_room_never_says_free(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=1, day=date(2099, 6, 26))
    device = organiser(phone, day.event)
    device.post(f"{day.address}/organise/lost", room=day.rooms[0].id, slot="")
    device.post(
        f"{day.address}/grid/moves", pitch=day.pitches[0].id, slot=day.slots[0].id, room=day.rooms[1].id, version=1
    )
    device.post(f"{day.address}/grid/publish", version=2)
    door = phone().page(f"{day.address}/doors/{day.rooms[0].id}").by_id("door").text
    assert "is now at 10:00, Library" in door
    assert "Free" not in door
