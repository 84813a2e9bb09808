"""What people need to know of a room."""

from eventkit.event.room_facts import facts, feature, features
from eventkit.storage.tables import Room
from eventkit.text import language


def test_facts_are_in_words_and_once_each() -> None:
    room = Room(event_id=1, name="Den", capacity=9, features=["quiet-room", "projector", "step-free", "quiet"])
    assert facts(room) == ["step-free", "quiet room"]


def test_features_are_in_the_readers_language_and_unknown_ones_as_they_were_written() -> None:
    assert features(["step-free", "hearing-loop", "swings"]) == "step-free, hearing loop and swings"
    with language.speaking("cy"):
        assert [feature(it) for it in ("projector", "swings")] == ["taflunydd", "swings"]
