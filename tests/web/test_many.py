"""Pages and exports ask the database as often for one thing as for thirty."""

import pytest

from eventkit.market import notes
from eventkit.storage import change_log
from eventkit.storage.db import Database
from eventkit.storage.tables import ChangeKind, NoteKind
from tests.world.builders import a_person, close, queries
from tests.world.days import votes
from tests.world.phone import Phone
from tests.world.published import Day, a_published_day
from tests.world.visitors import Phones, organiser

pytestmark = pytest.mark.on_both  # queries are counted, and each kind has its own

ROOMS = "\n".join(f"Room {number}, 20" for number in range(1, 11))
OF_ALL = (
    "grid",
    "wall",
    "me",
    "schedule.json",
    "schedule.ics",
    "pitches.csv",
    "book.zip",
    "doors",
    "votes.csv",
    "event.json",
)
PAGES = (
    *(*OF_ALL, "pitches/slips", "organise/moderation", "pitches/next", "results", "actions", "about", "reflections"),
    *("desk", "unmentoring", "organise/unmentoring", "organise/next", "embed"),
    *("joinings", "organise/import", "organise/ballots"),
)
ENTRY = notes.Entry(kind=NoteKind.NOTE, text="A point")


def a_day(database: Database, size: int) -> Day:
    """A day with so many sessions, and as many people who want all of them and noted something for each."""
    day = a_published_day(database, placed=size, pitches=size, rooms=ROOMS)
    for number in range(size):
        person = a_person(database, day.event)
        votes(database, person, [(pitch, 1) for pitch in day.pitches])
        database.write(lambda tx, n=number, p=person: notes.add(tx, day.event.id, day.pitches[n].id, p, ENTRY))
    return day


def a_visitor(database: Database, phone: Phones, day: Day) -> Phone:
    """An organiser with a name and a vote, after voting."""
    visitor = organiser(phone, day.event)
    visitor.post(f"{day.address}/name", name="Sam")
    visitor.post(f"{day.address}/pitches/{day.pitches[0].id}/vote", interest="1")
    close(database, day.event, voting=True)
    return visitor


def asked(database: Database, visitor: Phone, day: Day, page: str) -> int:
    """The number of statements for a page of which nothing is in a cache."""
    for kind in ChangeKind:
        database.write(lambda tx, kind=kind: change_log.record(tx, day.event.id, kind))
    with queries(database) as seen:
        assert visitor.get(f"{day.address}/{page}").status_code == 200
    return len(seen)


def test_pages_ask_as_often_for_one_as_for_thirty(database: Database, phone: Phones) -> None:
    days = [a_day(database, size) for size in (1, 30)]
    both = [(a_visitor(database, phone, day), day) for day in days]
    counts = {page: [asked(database, visitor, day, page) for visitor, day in both] for page in PAGES}
    assert {page: found for page, found in counts.items() if found[0] != found[1]} == {}


def test_notes_ask_as_often_for_one_as_for_thirty(database: Database, phone: Phones) -> None:
    counts = []
    for size in (1, 30):
        day = a_published_day(database)
        person = a_person(database, day.event)
        for _ in range(size):
            database.write(lambda tx, d=day, p=person: notes.add(tx, d.event.id, d.pitches[0].id, p, ENTRY))
        counts.append(asked(database, a_visitor(database, phone, day), day, f"pitches/{day.pitches[0].id}/notes"))
    assert counts[0] == counts[1]
