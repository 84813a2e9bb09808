"""The page about ballots: sealing is explained, confirmed, and not undone; nothing says when anybody voted."""

from datetime import datetime

from flask import Flask
from sqlalchemy import inspect
from sqlmodel import select

from eventkit.market import ballots
from eventkit.storage.db import Database
from eventkit.storage.tables import Change, ChangeKind, Person, Vote
from tests.world.builders import a_pitch, an_event, close
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
    for table in ("vote", "sealedvote", "person"):
        columns = inspect(database.engine).get_columns(table)
        assert [it["name"] for it in columns if "TIME" in str(it["type"]).upper()] == [], table
    with database.reading() as tx:
        told = tx.scalars(select(Change.at).where(Change.kind == ChangeKind.VOTE)).all()
        days = {person.joined_on for person in tx.scalars(select(Person))}
    assert told and all(_clock(at) == (0, 0, 0, 0) for at in told)
    assert all(type(day) is not datetime for day in days)


def _clock(at: datetime) -> tuple[int, int, int, int]:
    return at.hour, at.minute, at.second, at.microsecond
