"""Import in the browser: a preview writes nothing, a yes writes once, every fault is told with its line."""

import io

from sqlmodel import col, func, select, update
from werkzeug.test import TestResponse

from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Pitch, Upload, Vote
from tests.world.builders import an_event
from tests.world.phone import Page, Phone
from tests.world.visitors import Phones, organiser

PITCHES = b"id;Titel;Referent\n1;Caf\xe9;Kim\n2;Two;Lee\n3;Two;Lee\n4;Two;Ana\n"
VOTES = b"voter,pitch,interest\na,1,1\na,1,2\nb,3,1\n"


def look(boss: Phone, event: Event, *files: tuple[str, bytes]) -> TestResponse:
    sent = [(io.BytesIO(content), name) for name, content in files]
    return boss.submit(f"/e/{event.code}/organise/import", {"file": sent})


def yes(boss: Phone, event: Event, preview: TestResponse) -> TestResponse:
    form = {it.attributes["name"]: it.attributes["value"] for it in Page(preview.text).all("input", type="hidden")}
    fields = {name: form[name] for name in ("token", "whole")}
    return boss.submit(f"/e/{event.code}/organise/import/yes", fields)


def counts(database: Database, event: Event) -> tuple[int, int, int]:
    """Pitches of the event; votes; files kept."""
    with database.reading() as tx:
        mine = select(func.count()).select_from(Pitch).where(Pitch.event_id == event.id)
        votes, kept = (select(func.count()).select_from(it) for it in (Vote, Upload))
        return tx.scalar(mine) or 0, tx.scalar(votes) or 0, tx.scalar(kept) or 0


def test_a_preview_tells_and_writes_nothing_and_a_yes_writes_once(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    boss = organiser(phone, event)
    seen = look(boss, event, ("votes.csv", VOTES), ("pitches.csv", PITCHES))
    assert seen.status_code == 200
    for told in ("3 new pitches", "Votes: 2, of 2 people", "Windows-1252", "Café", "1 vote was given again", "1 line"):
        assert told in seen.text
    assert counts(database, event) == (0, 0, 2)
    assert "3 new pitches" in yes(boss, event, seen).text
    assert counts(database, event) == (3, 2, 0)
    assert yes(boss, event, seen).status_code == 404
    again = look(boss, event, ("pitches.csv", PITCHES), ("votes.csv", VOTES))
    assert "3 pitches that are there already" in yes(boss, event, again).text
    assert counts(database, event) == (3, 2, 0)


def test_faults_are_told_all_at_once_and_nothing_is_kept(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    boss = organiser(phone, event)
    alone = look(boss, event, ("votes.csv", VOTES))
    assert (alone.status_code, "choose that file along with this one" in alone.text) == (422, True)
    wrong = look(boss, event, ("p.csv", b"title\n" + b"x" * 201 + b"\n" + b"y" * 201 + b"\n"), ("w.json", b"{}"))
    told = [it.text for it in Page(wrong.text).all("li")]
    assert [line.split(":")[0] for line in told if ": " in line][:3] == ["p.csv, line 2", "p.csv, line 3", "w.json"]
    assert look(boss, event).status_code == 422
    assert "Choose up to 5 files" in look(boss, event, *[("p.csv", PITCHES)] * 6).text
    assert counts(database, event) == (0, 0, 0)


def test_a_whole_event_becomes_one_of_its_own(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    boss = organiser(phone, event)
    content = boss.get(f"/e/{event.code}/event.json").data
    seen = look(boss, event, ("event.json", content))
    assert "It becomes an event of its own" in seen.text
    made = yes(boss, event, seen)
    assert made.status_code == 303
    assert boss.get(made.location).status_code == 200
    assert made.location != f"/e/{event.code}/organise"


def test_texts_that_differ_are_taken_from_the_file_where_they_are_ticked(phone: Phones, database: Database) -> None:
    event, _ = an_event(database)
    boss = organiser(phone, event)
    file = b"title,description\nBins,One\nParks,One\n"
    yes(boss, event, look(boss, event, ("p.csv", file)))
    database.write(lambda tx: tx.execute(update(Pitch).values(description="Here")))
    seen = look(boss, event, ("p.csv", file.replace(b"One", b"File")))
    ticks = Page(seen.text).all("input", name="take")
    assert [it.attributes["type"] for it in ticks] == ["checkbox"] * 2
    assert "“Parks”, description: here “Here”, in the file “File”" in seen.text
    form = {it.attributes["name"]: it.attributes["value"] for it in Page(seen.text).all("input", type="hidden")}
    sent = {"token": form["token"], "whole": form["whole"], "take": ticks[1].attributes["value"]}
    done = boss.submit(f"/e/{event.code}/organise/import/yes", sent)
    assert "1 text is one here and another in the file" in done.text
    with database.reading() as tx:
        said = tx.scalars(select(Pitch.description).where(Pitch.event_id == event.id).order_by(col(Pitch.id)))
        assert list(said) == ["Here", "File"]
