"""The page of results: the organiser's until it is public, with pictures that have their numbers beside them."""

from eventkit.storage.db import Database
from tests.world.builders import a_person, close
from tests.world.days import votes
from tests.world.published import a_published_day
from tests.world.visitors import Phones, joined, organiser


def test_results_become_public_with_words_of_thanks(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    for _ in range(3):
        votes(database, a_person(database, day.event), [(pitch, 1) for pitch in day.pitches])
    boss, guest = organiser(phone, day.event), joined(phone, day.event)
    address = f"{day.address}/results"
    assert "once voting is closed" in boss.page(address).one("main").text
    assert boss.post(f"{day.address}/organise/results", thanks="Thanks to all <3").status_code == 303
    close(database, day.event, voting=True)
    assert guest.get(address).status_code == 403
    boss.post(f"{day.address}/organise/results", thanks="Thanks to all <3", public="1")
    page = guest.page(address)
    told = page.one("main").text
    assert "Thanks to all <3" in told and "4 sessions on the grid" not in told
    assert "Pitch 5 3 people" in told
    assert "6 of 9" in told  # three slots, and the grid fills two
    assert len(page.all("svg", role="img")) >= 2  # what people get, wishes by cell
    assert "What came of it" in guest.page(f"{day.address}/grid").one("main").text


def test_results_of_a_grid_of_which_nothing_takes_place_say_so(database: Database, phone: Phones) -> None:
    day = a_published_day(database, placed=1, pitches=1)
    boss = organiser(phone, day.event)
    close(database, day.event, voting=True)
    address = f"{day.address}/results"
    assert "Fewer than 3 people voted for a pitch that is still offered" in boss.page(address).one("main").text
    boss.post(f"{day.address}/pitches/{day.pitches[0].id}/withdraw", sure="1")
    told = boss.page(address).one("main").text
    assert "No session of the published grid takes place" in told and "No grid is published" not in told


def test_words_that_are_too_long_come_back(database: Database, phone: Phones) -> None:
    day = a_published_day(database)
    refused = organiser(phone, day.event).post(f"{day.address}/organise/results", thanks="Thanks " * 100)
    assert (refused.status_code, "Thanks Thanks" in refused.text, "600 letters" in refused.text) == (422, True, True)
