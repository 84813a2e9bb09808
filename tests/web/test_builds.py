"""The page of a build: started once, watched, stopped, adopted, refused with what changed."""

from collections.abc import Callable

import pytest

from eventkit import builds, people
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from tests.eventkit.test_builds import Camp
from tests.phone import Page, Phone


@pytest.fixture
def camp(database: Database) -> Camp:
    return Camp(database)


@pytest.fixture
def organiser(camp: Camp, phone: Callable[[], Phone], database: Database) -> Phone:
    secret = database.write(lambda tx: people.new_organiser_link(tx, tx.get_one(Event, camp.id)))
    device = phone()
    device.get(f"/e/{camp.event.code}/organise?key={secret}")
    return device


def answer(camp: Camp, room: int = 0) -> dict[str, object]:
    figures = {"kept": 871, "wishes": 1020, "left_out": 0, "turned_away": 3.5, "moved": 0, "topic": 1, "bound": 10.3}
    found = camp.answer(10.0, room)
    found["unplaced"] = [{"session": str(camp.pitches[1].id), "reason": f"the pin of 's{camp.pitches[1].id}' is taken"}]
    return {**found, **figures, "done": False}


def found(camp: Camp, room: int = 0) -> None:
    held, best = camp.claim(), answer(camp, room)
    camp.database.write(lambda tx: builds.add_incumbent(tx, held, best))


def test_start_leads_to_the_build_and_a_second_start_to_the_same(camp: Camp, organiser: Phone) -> None:
    home = f"/e/{camp.event.code}"
    for _ in range(2):
        response = organiser.post(f"{home}/builds", seconds="30")
        assert (response.status_code, response.location) == (303, f"{home}/builds/1")
    assert camp.build.seconds == 30
    assert organiser.page(f"{home}/builds/1").one("p", class_="progress-line").text == (
        "No worker answers at the moment, so this build waits. It begins by itself when one is started."
    )


@pytest.mark.parametrize("seconds", ["0", "601", "many", "-5", "1e9", ""])
def test_start_with_other_than_seconds_keeps_what_was_typed(camp: Camp, organiser: Phone, seconds: str) -> None:
    response = organiser.post(f"/e/{camp.event.code}/builds", seconds=seconds)
    page = Page(response.text)
    assert response.status_code == 422
    assert page.by_id("seconds").attributes["value"] == seconds
    assert page.by_id("seconds-error").text.startswith("The time must be ")


def test_progress_tells_one_honest_line_and_shows_the_grid(camp: Camp, phone: Callable[[], Phone]) -> None:
    camp.start()
    found(camp)
    page = phone().page(f"/e/{camp.event.code}/builds/1")
    assert page.one("p", class_="progress-line").text == (
        "871 of 1,020 wishes kept, nobody left out, at most 3 % better is possible."
    )
    assert [title.text for title in page.all("p", class_="session-title")] == ["Pitch 1"]
    assert [item.text for item in page.all("li")] == ["Pitch 2 : the pin of ‘Pitch 2’ is taken"]
    assert page.all("form", action=f"/e/{camp.event.code}/builds/1/adopt") == []


def test_progress_block_is_alike_for_all(camp: Camp, organiser: Phone, phone: Callable[[], Phone]) -> None:
    camp.start()
    found(camp)
    camp.database.write(lambda tx: builds.request_stop(tx, camp.id, 1))
    held = builds.Claim(camp.build.id, camp.id, 1, 1)
    camp.finish(held)
    address = f"/e/{camp.event.code}/builds/1"
    blocks = [device.get(address, htmx=True).text for device in (organiser, phone())]
    assert blocks[0] == blocks[1]


def test_stop_and_adopt_by_form(camp: Camp, organiser: Phone) -> None:
    home = f"/e/{camp.event.code}"
    camp.start()
    found(camp)
    assert organiser.post(f"{home}/builds/1/stop").location == f"{home}/builds/1"
    assert camp.build.stop_requested is True
    assert organiser.post(f"{home}/builds/1/adopt").location == f"{home}/organise/grid"
    assert camp.event.grid_version == 1
    assert [title.text for title in organiser.page(f"{home}/organise/grid").all("p", class_="session-title")] == [
        "Pitch 1",
        "Pitch 2",
    ]


def test_adopt_after_a_move_answers_409_and_says_what_changed(camp: Camp, organiser: Phone) -> None:
    camp.start()
    found(camp)
    camp.move()
    response = organiser.post(f"/e/{camp.event.code}/builds/1/adopt")
    assert response.status_code == 409
    assert Page(response.text).one("div", class_="bad").text == (
        "The grid changed since this build began. Placed ‘Pitch 2’ at 11:00, Library. "
        "Build again, or look at this one as a proposal."
    )
    assert camp.event.grid_version == 1


def test_builds_are_started_by_organisers_only(camp: Camp, phone: Callable[[], Phone]) -> None:
    device = phone()
    device.get(f"/e/{camp.event.code}")
    camp.start()
    for address in ("", "/1/stop", "/1/adopt"):
        assert device.post(f"/e/{camp.event.code}/builds{address}").status_code == 403
    assert device.get(f"/e/{camp.event.code}/builds/2").status_code == 404
    assert camp.build.stop_requested is False


def test_failed_build_says_why(camp: Camp, organiser: Phone) -> None:
    camp.start()
    camp.finish(camp.claim(), "The solver ran out of memory.")
    page = organiser.page(f"/e/{camp.event.code}/builds/1")
    assert page.one("p", class_="progress-line").text == "The solver ran out of memory."
    assert [button.text for button in page.all("button")] == ["Build again"]
