"""The page about ballots: sealing is explained, confirmed, and not undone; nothing says when anybody voted."""

from datetime import datetime

from flask import Flask
from sqlalchemy import inspect
from sqlmodel import select

from eventkit.building import builds
from eventkit.market import ballots, stuffing
from eventkit.storage.db import Database
from eventkit.storage.tables import Change, ChangeKind, Person, Vote
from tests.world.builders import a_person, a_pitch, a_vote, an_event, close
from tests.world.visitors import Phones, organiser, voted


def test_organiser_seals_ballots_after_voting_once_they_say_that_they_mean_it(
    database: Database, phone: Phones
) -> None:
    event, _ = an_event(database)
    pitch = a_pitch(database, event)
    voted(phone, event, (pitch, 2))
    device, address = organiser(phone, event), f"/e/{event.code}/organise/ballots"
    assert "Close it first" in device.page(address).one("main").text
    assert device.post(f"{address}/seal", sure="1").status_code == 409
    close(database, event, voting=True)
    assert device.page(address).one("input", name="sure")
    assert device.post(f"{address}/seal").status_code == 422
    assert device.post(f"{address}/seal", sure="1").status_code == 303
    assert "The ballots are sealed." in device.page(address).one("main").text
    refused = device.post(f"/e/{event.code}/organise/phases", phase="voting", open="1")
    assert (refused.status_code, "sealed" in refused.text) == (409, True)
    assert "Open voting" not in device.page(f"/e/{event.code}/organise").one("main").text
    with database.reading() as tx:
        assert tx.scalars(select(Vote)).all() == []
        assert ballots.tally(tx, event.id) == {pitch.id: ballots.Count(must_go=1)}


def test_nothing_in_the_database_ties_a_ballot_to_a_moment_finer_than_the_day(
    database: Database, phone: Phones, app: Flask
) -> None:
    """Of all columns, those of a vote and its voter hold no clock; what is said of votes says the day."""
    event, _ = an_event(database)
    voted(phone, event, (a_pitch(database, event), 2))
    for table, clocks in {"vote": [], "sealedvote": [], "person": ["stopped_at"]}.items():  # that is an organiser's act
        columns = inspect(database.engine).get_columns(table)
        assert [it["name"] for it in columns if "TIME" in str(it["type"]).upper()] == clocks, table
    with database.reading() as tx:
        told = tx.scalars(select(Change.at).where(Change.kind == ChangeKind.VOTE)).all()
        days = {person.joined_on for person in tx.scalars(select(Person))}
    assert told and all(_clock(at) == (0, 0, 0, 0) for at in told)
    assert all(type(day) is not datetime for day in days)


def _clock(at: datetime) -> tuple[int, int, int, int]:
    return at.hour, at.minute, at.second, at.microsecond


def test_page_warns_of_more_phones_than_people_and_shows_when_they_voted(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    pitch = a_pitch(database, event)
    for _ in range(3):
        voted(phone, event, (pitch, 1))
    boss, address = organiser(phone, event), f"/e/{event.code}/organise/ballots"
    assert boss.post(address, people_here="many").status_code == 422
    assert boss.post(address, people_here="1,200").status_code == 303
    assert "3 phones voted; you say that 1200 people are here" in boss.page(address).one("main").text
    boss.post(address, people_here="2")
    page = boss.page(address)
    assert "3 phones voted, and you say that 2 people are here" in page.one("main").text
    assert page.one("svg", class_="bars").attributes["role"] == "img"
    assert [cell.text for cell in page.all("td")][1::2] in (["3"], ["1", "2"], ["2", "1"])  # a minute, or two


def test_grid_is_built_without_ballots_that_are_alike(database: Database, phone: Phones) -> None:
    event, _ = an_event(database)
    bins, data = a_pitch(database, event, title="Bins"), a_pitch(database, event, title="Open data")
    for number in range(6):
        a_vote(database, event, a_person(database, event), bins if number < 5 else data, 2)
    boss, address = organiser(phone, event), f"/e/{event.code}/organise/ballots"
    assert "alike" not in boss.page(address).one("main").text
    key = stuffing.key_of({bins.id: 2})
    early = boss.post(f"/e/{event.code}/builds", seconds="5", leaves_out=key)
    assert early.status_code == 409
    close(database, event, voting=True)
    told = boss.page(address).by_id("alike").text
    assert "5 phones voted exactly alike, on 1 pitch Pitch They say All ballots Without these Bins must go 5 0" in told
    assert boss.post(f"/e/{event.code}/builds", seconds="5", leaves_out="none such").status_code == 422
    assert boss.post(f"/e/{event.code}/builds", seconds="5", leaves_out=key).status_code == 303
    held = database.write(lambda tx: builds.claim(tx, "a"))
    assert held is not None
    with database.reading() as tx:
        people = builds.order(tx, held)[0]["people"]
    assert [person["wants"] for person in people] == [{str(data.id): 3}]
    assert "leaves out the ballots" in boss.page(f"/e/{event.code}/builds/1").one("main").text
