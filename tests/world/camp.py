"""Makes a lived-in event: pitches with every kind of text, votes, a published grid, for tests that look at pages."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask

from eventkit.event import events, people
from eventkit.event.roles import at_the_machine
from eventkit.grid import versions
from eventkit.market import casting, notes, pitches
from eventkit.market.notes import Entry
from eventkit.market.pitches import Content
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, GridCause, NoteKind, Person, Pitch, Room
from eventkit.text import codes
from tests.world.builders import an_event
from tests.world.visitors import signed_cookie

ROOMS = """\
Main hall, 120, step-free projector hearing-loop
Library, 40, step-free projector
Studio, 30, step-free
Workshop, 25
Council chamber, 60, step-free"""

SLOTS = """\
00:05-07:55
08:00-10:55
11:00-11:55 Lunch in the atrium
12:00-15:55
16:00-23:55"""

TITLES = (
    "Open data nobody asked for",
    "Who owns the website when the council merges?",
    "Service standards without a service team: what a district of twelve can borrow from a county of thousands",
    "Writing for people who do not read",
    "Libraries as the last public counter",
    "Planning notices that people can find",
    "A pattern library shared by forty councils, and who pays for it",
    "Let us retire the PDF",
    "Hiring without grades",
    "Data protection as a design material",
    "Cycle lanes, sensors, and what we did with the numbers",
    "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch, and other names your form refuses",
)
TOPICS = ("Data", "Accessibility", "Service design", "Places", "Climate", "Leadership", "")
HOSTS = ("Amira Khan", "Tom and Bel", "", "Sarah Whitfield-Okonkwo", "J.")
TEXTS = (
    "How do we publish what people use, not what is easy to publish? Bring one data set that you wish existed, "
    "and one that nobody opened.",
    "",
    "Three questions:\n\n- What did it cost?\n- What would you *not* do again?\n- Who should have been in the room?",
)
ENTRIES = (
    Entry(kind=NoteKind.NOTE, text="Twelve people, one flip chart. *Nobody* had a service team.", author_name="Dee"),
    Entry(kind=NoteKind.ACTION, text="Ask the county for its pattern library", owner="Amira"),
    Entry(kind=NoteKind.LINK, text="The service manual", url="https://example.org/manual"),
)
NEEDS = ((), ("step-free", "projector"), ())


@dataclass(frozen=True)
class Camp:
    """An event with all that happens at one; `secret` opens the console."""

    event: Event
    secret: str
    pitches: list[Pitch]
    people: list[Person]
    rooms: list[Room]


def a_camp(database: Database, pitches: int = 24, people: int = 12) -> Camp:
    """A lived-in event that takes place today, its grid published."""
    zone = "Europe/London"
    event, secret = an_event(
        database,
        name="LocalGovCamp, all together now",
        day=datetime.now(ZoneInfo(zone)).date(),
        timezone=zone,
        rooms=ROOMS,
        slots=SLOTS,
    )
    crowd = [database.write(lambda tx, n=n: _join(tx, event, n)) for n in range(people)]
    pitched = [database.write(lambda tx, n=n: _pitch(tx, event, crowd[n % people], n)) for n in range(pitches)]
    database.write(lambda tx: _vote(tx, event, crowd, pitched))
    database.write(lambda tx: _publish(tx, event, pitched))
    database.write(lambda tx: [notes.add(tx, event.id, pitched[2].id, crowd[1], entry) for entry in ENTRIES])
    return Camp(event, secret, pitched, crowd, database.write(lambda tx: events.rooms(tx, event.id)))


def cookie(app: Flask, camp: Camp, person: Person, organiser: bool = False) -> str:
    """The value of the cookie of somebody's phone, where asked after opening the organiser's link on it."""
    return signed_cookie(app, camp.event, person.token, *([codes.digest(camp.secret)] if organiser else []))


def _join(tx: Transaction, event: Event, number: int) -> Person:
    return people.rename(tx, event.id, people.new_token(), HOSTS[number % len(HOSTS)])


def _pitch(tx: Transaction, event: Event, person: Person, number: int) -> Pitch:
    turn, place = divmod(number, len(TITLES))
    content = Content(
        title=TITLES[place] + (f" ({turn + 1})" if turn else ""),
        description=TEXTS[number % len(TEXTS)],
        host_name=HOSTS[number % len(HOSTS)],
        topic=TOPICS[number % len(TOPICS)],
        needs=NEEDS[number % len(NEEDS)],
    )
    return pitches.add(tx, event, people.viewer(tx, event, person.token), person, content)


def _vote(tx: Transaction, event: Event, crowd: list[Person], pitched: list[Pitch]) -> None:
    for number, person in enumerate(crowd):
        for pitch in pitched[number % 3 :: 3]:
            casting.cast(tx, casting.Cast(event.code, person.token, pitch.id, 1 + (pitch.id + number) % 2))


def _publish(tx: Transaction, event: Event, pitched: list[Pitch]) -> None:
    event = events.by_code(tx, event.code)
    slots = [slot for slot in events.slots(tx, event.id) if not slot.title]
    cells = [versions.Spot(slot.id, room.id) for slot in slots for room in events.rooms(tx, event.id)]
    grid = {pitch.id: cell for pitch, cell in zip(pitched, cells[1:], strict=False)}
    versions.replace(tx, at_the_machine(event), event.grid_version, grid, GridCause.BUILD)
    versions.publish(tx, at_the_machine(event), event.grid_version)
