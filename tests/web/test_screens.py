"""What the organiser chooses for screens."""

from datetime import date

from eventkit.event import events, settings
from eventkit.event.roles import at_the_machine
from eventkit.storage.db import Database
from tests.world.published import a_published_day
from tests.world.visitors import Phones, organiser


def test_address_that_is_chosen_is_in_links_and_files(database: Database, phone: Phones) -> None:
    day = a_published_day(database, day=date(2099, 6, 26))
    device, other = organiser(phone, day.event), "http://192.168.7.7:8000"
    where = f"{day.address}/organise/address"
    assert device.submit(where, {"address": "http://elsewhere.example"}).status_code == 422
    database.write(lambda tx: settings.choose_address(tx, at_the_machine(events.by_code(tx, day.event.code)), other))
    for path in ("schedule.ics", "wall", "organise"):
        assert "192.168.7.7:8000" in device.get(f"{day.address}/{path}").text.replace("\r\n ", ""), path
    assert device.submit(where, {"address": "http://localhost"}).status_code == 303
    assert "192.168.7.7" not in device.get(f"{day.address}/schedule.ics").text


def test_what_the_wall_shows_is_kept_and_a_screen_may_ask_for_something_else(database: Database, phone: Phones) -> None:
    day = a_published_day(database, day=date(2099, 6, 26))
    device = organiser(phone, day.event)
    assert device.post(f"{day.address}/organise/wall", shows="upside down").status_code == 422
    assert device.post(f"{day.address}/organise/wall", shows="now").status_code == 303
    wall = phone().page(f"{day.address}/wall")
    assert wall.all("table")[0].attributes["class"] == "board"
    assert "whole" in phone().page(f"{day.address}/wall?show=grid").all("table")[0].attributes["class"]
