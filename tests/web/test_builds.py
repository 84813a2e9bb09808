"""The page of a build: started once, watched, stopped, adopted, refused with what changed."""

import pytest

import solver
from eventkit.building import builds
from eventkit.event import people
from eventkit.event.roles import at_the_machine
from eventkit.storage.db import Database
from eventkit.storage.tables import Event
from eventkit.web.pages import build_quality
from tests.world.builders import a_person, close
from tests.world.building import BuildableEvent, an_incumbent
from tests.world.days import votes
from tests.world.phone import Page, Phone
from tests.world.visitors import Phones


@pytest.fixture
def camp(database: Database) -> BuildableEvent:
    made = BuildableEvent(database)
    close(database, made.event, voting=True)
    return made


@pytest.fixture
def organiser(camp: BuildableEvent, phone: Phones, database: Database) -> Phone:
    secret = database.write(lambda tx: people.new_organiser_link(at_the_machine(tx.get_one(Event, camp.id))))
    device = phone()
    device.get(f"/e/{camp.event.code}/organise?key={secret}")
    return device


def test_start_leads_to_the_build_and_a_second_start_to_the_same(camp: BuildableEvent, organiser: Phone) -> None:
    home = f"/e/{camp.event.code}"
    for _ in range(2):
        response = organiser.post(f"{home}/builds", seconds="30")
        assert (response.status_code, response.location) == (303, f"{home}/builds/1")
    assert camp.build.seconds == 30
    assert organiser.page(f"{home}/builds/1").one("p", class_="progress-line").text == (
        "No worker answers at the moment, so this build waits. It begins by itself when one is started."
    )


@pytest.mark.parametrize("seconds", ["0", "601", "many", "-5", "1e9", ""])
def test_start_with_other_than_seconds_keeps_what_was_typed(
    camp: BuildableEvent, organiser: Phone, seconds: str
) -> None:
    response = organiser.post(f"/e/{camp.event.code}/builds", seconds=seconds)
    page = Page(response.text)
    assert response.status_code == 422
    assert page.by_id("seconds").attributes["value"] == seconds
    assert page.by_id("seconds-error").text.startswith("The time must be ")


def test_build_says_where_the_compiled_search_was_not_there(camp: BuildableEvent, phone: Phones) -> None:
    camp.start()
    held = camp.claim()
    slow = camp.answer(10.0, compiled=False)
    camp.database.write(lambda tx: builds.add_incumbent(tx, held, slow))
    page = phone().page(f"/e/{camp.event.code}/builds/1")
    assert "The compiled search was not ready" in page.by_id("progress").text


def test_progress_tells_one_honest_line_and_shows_the_grid(camp: BuildableEvent, phone: Phones) -> None:
    camp.start()
    camp.find_figures()
    page = phone().page(f"/e/{camp.event.code}/builds/1")
    assert page.one("p", class_="progress-line").text == (
        "1 session placed, no grid could score more than 3 % higher. Better grids are being looked for."
    )
    assert [title.text for title in page.all("p", class_="session-title")] == ["Pitch 1"]
    assert [item.text for item in page.all("li")] == ["Pitch 2 : no room has what it needs: projector"]
    assert page.all("form", action=f"/e/{camp.event.code}/builds/1/adopt") == []


def test_what_would_help_is_all_that_organisers_see_more(camp: BuildableEvent, organiser: Phone, phone: Phones) -> None:
    ended(camp)
    address = f"/e/{camp.event.code}/builds/1"
    camp.study_nothing_found()
    blocks = [device.get(address, htmx=True).text for device in (organiser, phone())]
    assert blocks[0] == blocks[1]


def test_stop_and_adopt_by_form(camp: BuildableEvent, organiser: Phone) -> None:
    home = f"/e/{camp.event.code}"
    camp.start()
    camp.find_figures()
    assert organiser.post(f"{home}/builds/1/stop").location == f"{home}/builds/1"
    assert camp.build.stop_requested is True
    assert organiser.post(f"{home}/builds/1/adopt").location == f"{home}/organise/grid"
    assert camp.event.grid_version == 1
    assert [title.text for title in organiser.page(f"{home}/organise/grid").all("p", class_="session-title")] == [
        "Pitch 1",
        "Pitch 2",
    ]


def test_adopt_after_a_move_answers_409_and_says_what_changed(camp: BuildableEvent, organiser: Phone) -> None:
    camp.start()
    camp.find_figures()
    camp.move()
    response = organiser.post(f"/e/{camp.event.code}/builds/1/adopt")
    assert response.status_code == 409
    assert Page(response.text).one("div", class_="bad").text == (
        "The grid changed since this build began. Placed ‘Pitch 2’ at 11:00, Library. "
        "Build again, or look at this one as a proposal."
    )
    assert camp.event.grid_version == 1


def test_builds_are_started_by_organisers_only(camp: BuildableEvent, phone: Phones) -> None:
    device = phone()
    device.get(f"/e/{camp.event.code}")
    camp.start()
    for address in ("", "/1/stop", "/1/adopt"):
        assert device.post(f"/e/{camp.event.code}/builds{address}").status_code == 403
    assert device.get(f"/e/{camp.event.code}/builds/2").status_code == 404
    assert camp.build.stop_requested is False


def test_failed_build_says_why(camp: BuildableEvent, organiser: Phone) -> None:
    camp.start()
    camp.finish(camp.claim(), "The solver ran out of memory.")
    page = organiser.page(f"/e/{camp.event.code}/builds/1")
    assert page.one("p", class_="progress-line").text == "The solver ran out of memory."
    controls = page.by_id("controls")
    assert [button.text for button in page.all("button") if controls in button.parents] == ["Build again"]


def ended(camp: BuildableEvent) -> None:
    camp.start()
    camp.find_figures()
    camp.finish(builds.Claim(camp.build.id, camp.id, 1, 1))


STUDYING = "What would help most is looked for while nothing is built, and how much better any grid could be."
TRIED = "Each was tried by itself on the grid of build 1 as it stands. A new build may make more of it."


def test_build_that_ended_tells_organisers_what_would_help(
    camp: BuildableEvent, organiser: Phone, phone: Phones
) -> None:
    ended(camp)
    address = f"/e/{camp.event.code}/builds/1"
    told = organiser.page(address)
    assert STUDYING in [it.text for it in told.all("p", class_="meta")]
    camp.study_found(10.1)
    known = Page(organiser.get(f"{address}?part=outlook", htmx=True).text)
    assert known.elements[0].attributes["id"] == "outlook"
    assert known.one("p", class_="progress-line").text == (
        "867 of 1,020 possible wishes kept, 4 without a seat, no grid could score more than 1 % higher."
    )
    assert [it.text for it in known.all("li")] == [
        "One more room at 11:00: 23 more wishes kept. ‘Pitch 2’ could go there."
    ]
    assert [it.text for it in known.all("p", class_="meta")] == [TRIED]
    others = phone().page(address)
    assert others.one("p", class_="progress-line").text == known.one("p", class_="progress-line").text
    assert TRIED not in [it.text for it in others.all("p", class_="meta")]


def test_editor_tells_what_is_known_of_the_build_it_came_from(camp: BuildableEvent, organiser: Phone) -> None:
    ended(camp)
    address = f"/e/{camp.event.code}/organise/grid"
    assert organiser.page(address).by_id("outlook").text == ""
    camp.adopt()
    camp.study_found(10.0)
    assert organiser.page(address).by_id("outlook").text == (
        "No grid could score higher. What would help most "
        f"One more room at 11:00: 23 more wishes kept. ‘Pitch 2’ could go there. {TRIED}"
    )
    camp.move()
    changed = Page(organiser.get(f"{address}?part=outlook", htmx=True).text)
    assert changed.all("p")[0].text == "When build 1 made this grid, no grid could score higher. It was changed since."
    version = camp.event.grid_version
    organiser.post(f"/e/{camp.event.code}/grid/undo", version=version)
    assert organiser.page(address).by_id("outlook").text.startswith("No grid could score higher. ")


def test_outlook_of_the_editor_is_for_organisers_only(camp: BuildableEvent, phone: Phones) -> None:
    assert phone().get(f"/e/{camp.event.code}/organise/grid?part=outlook", htmx=True).status_code == 403


@pytest.mark.parametrize(
    ("total", "bound", "words"),
    [
        (100.0, None, ""),
        (100.0, 100.0, "no grid could score higher"),
        (100.0, 100.04, "no grid could score more than 0.1 % higher"),
        (100.0, 100.5, "no grid could score more than 0.5 % higher"),
        (100.0, 100.95, "no grid could score more than 1 % higher"),
        (100.0, 102.2, "no grid could score more than 3 % higher"),
        (0.0, 0.0, "no grid could score higher"),
        (-3.0, -1.0, "another grid may score higher"),
    ],
)
def test_words_for_how_much_better_a_grid_could_be_never_promise_too_little(
    total: float, bound: float | None, words: str
) -> None:
    assert build_quality.better(an_incumbent([], total=total, bound=bound)) == words


def test_build_says_in_large_letters_that_a_move_made_it_useless_and_offers_to_go_on(
    camp: BuildableEvent, organiser: Phone
) -> None:
    camp.start()
    camp.find_figures()
    camp.move()
    address = f"/e/{camp.event.code}/builds/1"
    controls = organiser.page(address).by_id("controls").text
    assert controls.startswith(
        "The grid was changed while this build looked, so it cannot be adopted. Placed ‘Pitch 2’"
    )
    assert "Adopt" not in controls.replace("adopted", "")
    assert organiser.post(f"{address}/again").location == f"/e/{camp.event.code}/builds/2"


def test_build_is_published_with_one_button_which_says_what_people_will_see(
    camp: BuildableEvent, organiser: Phone, phone: Phones
) -> None:
    home = f"/e/{camp.event.code}"
    camp.move(0)
    assert organiser.post(f"{home}/grid/publish", version="1").status_code == 303
    camp.start()
    camp.find_figures()
    page = organiser.page(f"{home}/builds/1")
    assert page.by_id("controls").text.startswith("Publish this grid Adopt it without publishing")
    assert (
        "Publishing: 1 session moves, 0 people affected Pitch 1: 11:00, Library → 10:00, Main hall"
        in page.by_id("progress").text
    )
    assert phone().get(f"{home}/builds/1").status_code == 403, "nobody is to go by a grid that is not published"
    assert organiser.post(f"{home}/builds/1/adopt", publish="1").location == f"{home}/organise"
    assert camp.event.published_version == camp.event.grid_version == 2


def test_build_whose_room_is_lost_says_so_and_goes_on_from_now(camp: BuildableEvent, organiser: Phone) -> None:
    camp.start()
    held, found = camp.claim(), camp.answer(10.0)
    camp.database.write(lambda tx: builds.add_incumbent(tx, held, found))
    home = f"/e/{camp.event.code}"
    page = f"{home}/builds/1"
    assert "The day changed" not in organiser.page(page).by_id("controls").text
    lost = found.grid[0]
    organiser.post(f"{home}/organise/lost", room=lost.room, slot=lost.slot)
    said = organiser.page(f"{page}?part=controls").by_id("controls").text
    assert "The day changed while this build looked, so its grid cannot be as it is." in said
    assert "1 of its sessions stands in a room or slot that is lost." in said
    organiser.post(f"{home}/pitches/{lost.session}/withdraw")
    gone = organiser.page(f"{page}?part=controls").by_id("controls").text
    assert "1 of its sessions does not happen any more." in gone
    assert "Adopt this grid" not in said
    assert organiser.post(f"{page}/again").location.endswith("/builds/2")


def test_build_offers_what_is_worth_repeating_once_votes_may_be_told(
    camp: BuildableEvent, organiser: Phone, phone: Phones, database: Database
) -> None:
    camp.start()
    cells = [
        (str(pitch.id), str(camp.slots[0].id), str(room.id))
        for pitch, room in zip(camp.pitches, camp.rooms[:2], strict=True)
    ]
    both = an_incumbent([solver.Assignment(*cell) for cell in cells])
    held = camp.claim()
    camp.database.write(lambda tx: builds.add_incumbent(tx, held, both))
    camp.finish(held)
    address, words = f"/e/{camp.event.code}/builds/1", "Repeating ‘Pitch 1’ would serve 3 people"
    for _ in range(3):
        assert words not in organiser.get(address).text
        votes(database, a_person(database, camp.event), [(pitch, 1) for pitch in camp.pitches])
    assert f"{words} who cannot be at the first." in organiser.page(address).one("main").text
    assert words not in phone().get(address).text
    database.write(lambda tx: setattr(tx.get_one(Event, camp.id), "voting_open", True))
    assert words not in organiser.get(address).text
    database.write(lambda tx: setattr(tx.get_one(Event, camp.id), "voting_open", False))
    done = organiser.post(f"/e/{camp.event.code}/pitches/{camp.pitches[0].id}/repeat", back="build-1")
    assert (done.status_code, done.location) == (303, address)
    assert words not in organiser.get(address).text
    page = organiser.page(address)
    assert page.by_id("later").text.startswith("1 pitch came after this build began: Pitch 1 (repeat). Build again")
    assert [it.text for it in page.all("button", class_="primary")] == ["Build again"]


@pytest.mark.parametrize("voters", [1, 2, 3])
def test_nothing_is_said_of_wishes_where_so_few_voted_that_it_would_tell_whose(
    camp: BuildableEvent, organiser: Phone, phone: Phones, voters: int
) -> None:
    for _ in range(voters):
        votes(camp.database, a_person(camp.database, camp.event), [(camp.pitches[0], 2)])
    ended(camp)
    home = f"/e/{camp.event.code}"
    pages = [(phone(), "/builds/1"), (phone(), "/wall"), (organiser, "/builds/1"), (organiser, "/organise/grid")]
    told = [device.get(home + path).text for device, path in pages]
    figures = [any(it in text for it in ("possible wish", "left out", "without a seat")) for text in told]
    assert figures == [voters >= 3] * 4
    assert ("Too few people voted to tell how many wishes that keeps." in told[0]) == (voters < 3)
