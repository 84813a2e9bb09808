"""What people need to know of a room."""

from eventkit.event.room_facts import facts
from eventkit.storage.tables import Room


def test_facts_are_in_words_and_once_each() -> None:
    room = Room(event_id=1, name="Den", capacity=9, features=["quiet-room", "projector", "step-free", "quiet"])
    assert facts(room) == ["step-free", "quiet room"]
