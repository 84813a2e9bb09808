"""Sessions without a place, and where each could go."""

from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.grid import closures, published
from eventkit.grid.homeless import homeless
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Pitch
from tests.world.published import Day, a_published_day, publish


def test_a_session_whose_room_is_lost_is_offered_the_free_rooms_that_have_what_it_needs(database: Database) -> None:
    day = a_published_day(database, placed=0)
    first, second = day.pitches[:2]
    publish(database, day, {first.id: day.cells[1], second.id: day.cells[4]})  # both in the Library

    assert wanting(database, day) == {}
    with database.reading() as tx:
        begins = events.slots(tx, day.event.id)[0].starts_at

    def lose_then(tx: Transaction) -> None:
        tx.get_one(Pitch, second.id).needs = ["projector"]
        by = at_the_machine(events.by_code(tx, day.event.code))
        closures.close_room_from(tx, by, day.rooms[1].id, begins, at_once=True)

    database.write(lose_then)
    assert wanting(database, day) == {"Pitch 1": ["Main hall", "Studio"], "Pitch 2": ["Main hall"]}


def wanting(database: Database, day: Day) -> dict[str, list[str]]:
    with database.reading() as tx:
        grid = published.read(tx, events.by_code(tx, day.event.code))
    assert grid is not None
    return {it.placed.title: [room.name for room in it.offers] for it in homeless(grid)}
