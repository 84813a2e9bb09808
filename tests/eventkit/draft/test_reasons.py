"""Why a pitch is not on the grid, in words: each kind of reason, with the event's own names."""

from dataclasses import replace

import pytest

from eventkit.draft import drafts, reasons
from eventkit.draft.warnings import Names
from eventkit.storage.db import Database
from eventkit.text import language
from solver import Unplaced, Why
from tests.world.builders import an_event
from tests.world.days import some_pitches


@pytest.fixture
def names(database: Database) -> Names:
    """Pitch 1 and 2, the first by Maya O'Neil, whom nobody knows but by name."""
    event = an_event(database)[0]
    some_pitches(database, event, 2, host_name="Maya O'Neil")
    with database.reading() as tx:
        return drafts.names_of(tx, event)


def told(names: Names, why: Why, **about: object) -> str:
    """The sentence for the first pitch; ids of slots, rooms and pitches are given as their places in the event."""
    known = {"slots": list(names.slots), "rooms": list(names.rooms), "sessions": list(names.pitches)}
    ids = {
        key: tuple(str(known[key][place]) for place in value) if key in known and isinstance(value, tuple) else value
        for key, value in about.items()
    }
    pitch = next(iter(names.pitches))
    return reasons.told([replace(Unplaced(session=str(pitch), why=why), **ids)], names)[pitch]  # type: ignore[arg-type]


@pytest.mark.parametrize("why", Why)
def test_every_kind_of_reason_has_words(names: Names, why: Why) -> None:
    assert told(names, why)
    assert all(told(names, Why.PIN, against=against) for against in Why)


def test_words_name_slots_rooms_and_pitches(names: Names) -> None:
    first = next(slot.id for slot in names.slots.values() if not slot.title)
    place = list(names.slots).index(first)
    room = next(iter(names.rooms.values())).name
    assert told(names, Why.FROZEN, slots=(place,)) == "it belongs in 10:00–10:45, which has begun"
    assert told(names, Why.PIN, against=Why.PIN, sessions=(1,)) == "it is pinned to the same cell as ‘Pitch 2’"
    assert told(names, Why.PIN, against=Why.LENGTH, slots=(place,)) == (
        "it is pinned to 10:00–10:45, after which too few slots follow for it"
    )
    assert told(names, Why.PIN, against=Why.NEEDS, rooms=(0,), needs=("projector",)) == (
        f"it is pinned to {room}, which lacks projector"
    )


def test_what_is_gone_is_called_another(names: Names) -> None:
    assert reasons.told([Unplaced(session="1", why=Why.FROZEN, slots=("999",))], names) == {
        1: "it belongs in another slot, which has begun"
    }


@pytest.mark.parametrize(
    ("hosts", "words"),
    [
        (("name:maya o'neil",), "Maya O'Neil"),
        (("7",), "its host"),
        (("7", "8"), "one of its hosts"),
        (("name:x'\"y",), "its host"),
    ],
)
def test_hosts_are_named_only_where_nothing_but_their_name_is_known(
    names: Names, hosts: tuple[str, ...], words: str
) -> None:
    assert told(names, Why.HOST_ABSENT, hosts=hosts) == f"{words} is not there in any slot that it may take"


def test_answer_of_an_earlier_release_is_readable() -> None:
    entry = Unplaced.from_json({"session": "12", "reason": "every cell that it may take is taken"})
    assert entry == Unplaced(session="12", why=Why.UNKNOWN)


@pytest.mark.parametrize("tag", ["cy", "de", "es", "fr"])
def test_reasons_are_told_in_the_language_spoken(names: Names, tag: str) -> None:
    english = {why: told(names, why, hosts=("7", "8")) for why in Why}
    with language.speaking(tag):
        assert all(told(names, why, hosts=("7", "8")) != words for why, words in english.items())
