"""A copy of an event: what is tried there changes nothing, holds nobody, and knows no other event."""

from datetime import timedelta
from threading import Event as Flag
from threading import Thread

from sqlmodel import select

from eventkit.storage import copies
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Closure, Event, Pitch, Placement, Room, Slot
from tests.world.builders import a_pitch, an_event
from tests.world.published import a_published_day


def test_what_is_tried_in_a_copy_holds_no_writer_and_leaves_nothing(database: Database) -> None:
    day = a_published_day(database)
    other, _ = an_event(database)
    a_pitch(database, other)
    room, slot = day.rooms[0], day.slots[0]
    database.write(lambda tx: tx.add(Closure(room_id=room.id, slot_id=slot.id, title="Stairs")))
    done = Flag()

    def rename(tx: Transaction) -> None:
        tx.get_one(Pitch, day.pitches[0].id).title = "Written meanwhile"
        tx.get_one(Room, room.id).capacity = 7

    def write() -> None:
        database.write(rename)
        done.set()

    with copies.of_event(database, day.event.id) as tx:
        assert list(tx.scalars(select(Event.id))) == [day.event.id]
        assert len(tx.scalars(select(Pitch)).all()) == len(day.pitches)
        assert len(tx.scalars(select(Placement)).all()) == 4 and len(tx.scalars(select(Closure)).all()) == 1
        for pitch in tx.scalars(select(Pitch)):
            pitch.title = "Tried"
        tx.get_one(Room, room.id).capacity = 5
        tx.get_one(Slot, slot.id).ends_at += timedelta(minutes=5)
        tx.flush()
        thread = Thread(target=write)
        thread.start()
        assert done.wait(30)  # with rows of the database itself it would be refused after two seconds
        thread.join()
    with database.reading() as tx:
        assert tx.get_one(Pitch, day.pitches[0].id).title == "Written meanwhile"
        assert tx.get_one(Room, room.id).capacity == 7
        assert tx.get_one(Slot, slot.id).ends_at == slot.ends_at
