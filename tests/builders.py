"""Makes what tests need, with defaults for all they do not care about."""

from datetime import date
from typing import Any

from eventkit import events, people
from eventkit.db import Database
from eventkit.tables import Event, Person

ROOMS = "Main hall, 120, step-free projector\nLibrary, 40, step-free\nStudio, 30"
SLOTS = "10:00-10:45\n11:00-11:45\n12:00-13:00 Lunch\n13:15-14:00"


def an_event(database: Database, **changes: Any) -> tuple[Event, str]:
    """An event with three rooms, three slots and lunch; and the organiser's secret."""
    values = {"name": "Test camp", "day": date(2026, 6, 26), "timezone": "Europe/London", **changes}
    rooms, slots = events.parse_rooms(values.pop("rooms", ROOMS)), events.parse_slots(values.pop("slots", SLOTS))
    return database.write(lambda tx: events.create(tx, rooms=rooms, slots=slots, **values))


def a_person(database: Database, event: Event, name: str = "") -> Person:
    """Somebody who has joined and posted something."""
    token = people.new_token()
    return database.write(lambda tx: people.rename(tx, event.id, token, name))
