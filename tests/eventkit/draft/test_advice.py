"""What would help most, told in sentences that an organiser can act on."""

from typing import Any

import pytest

from eventkit.draft import advice
from eventkit.draft.warnings import Names
from eventkit.event import events
from eventkit.storage.db import Database
from tests.world.builders import an_event
from tests.world.days import some_pitches


@pytest.fixture
def names(database: Database) -> Names:
    """Two pitches, three rooms, the slots at ten, eleven and a quarter past one."""
    event = an_event(database)[0]
    pitches = some_pitches(database, event, 2)
    with database.reading() as tx:
        slots = [slot for slot in events.slots(tx, event.id) if not slot.title]
        rooms = events.rooms(tx, event.id)
    return Names(
        {1: pitches[0], 2: pitches[1]}, dict(enumerate(slots, 1)), dict(enumerate(rooms, 1)), {}, event.timezone
    )


def change(kind: str, **values: Any) -> dict[str, Any]:
    effect = {"total": 5.0, "kept": 0, "left_out": 0, "turned_away": 0.0}
    return {"kind": kind, "session": "1", "slot": None, "room": None, "detail": None, **effect, **values}


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            change("new-room", slot="2", kept=23),
            "A fourth room at 11:00 would keep 23 more wishes: ‘Pitch 1’ could go there.",
        ),
        (
            change("new-room", slot="1", kept=3, left_out=-3),
            "A third room at 10:00 would keep 3 more wishes and leave 3 fewer people out: ‘Pitch 1’ could go there.",
        ),
        (
            change("open-room", slot="3", room="2", turned_away=-11.6),
            "Opening Library at 13:15 would find seats for 12 more people: ‘Pitch 1’ could go there.",
        ),
        (
            change("feature", room="3", detail="hearing-loop", kept=1200),
            "Hearing-loop in Studio would keep 1,200 more wishes: ‘Pitch 1’ could go there.",
        ),
        (change("lift-pin", session="2", kept=4), "Unpinning ‘Pitch 2’ would keep 4 more wishes."),
        (
            change("lift-pin", kept=-4, left_out=-3),
            "Unpinning ‘Pitch 1’ would leave 3 fewer people out, though keep 4 fewer wishes.",
        ),
    ],
)
def test_each_kind_of_change_has_its_sentence(names: Names, found: dict[str, Any], sentence: str) -> None:
    closed = {3: {names.slots[1].id}}
    assert advice.sentences([found], names, closed) == [sentence]


def test_what_is_gone_is_left_out(names: Names) -> None:
    gone = [
        change("new-room", slot="9"),
        change("open-room", slot="1", room="9"),
        change("feature", room="9", detail="projector"),
        change("lift-pin", session="9"),
    ]
    assert advice.sentences(gone, names, {}) == []


def test_what_helps_next_to_nothing_is_left_out(names: Names) -> None:
    found = [change("lift-pin"), change("new-room", slot="1", turned_away=-0.4), change("lift-pin", kept=-1)]
    assert advice.sentences(found, names, {}) == []


def test_at_most_four_are_told_and_two_of_a_kind(names: Names) -> None:
    found = [
        *[change("new-room", slot=str(slot), kept=10) for slot in (1, 2, 3)],
        *[change("open-room", slot=str(slot), room="1", kept=10) for slot in (1, 2)],
        change("lift-pin", kept=10),
    ]
    told = advice.sentences(found, names, {})
    assert [words.split(" would ")[0] for words in told] == [
        "A fourth room at 10:00",
        "A fourth room at 11:00",
        "Opening Main hall at 10:00",
        "Opening Main hall at 11:00",
    ]


@pytest.mark.parametrize(
    ("rooms", "words"), [(0, "Another room"), (7, "An eighth room"), (9, "A tenth room"), (10, "Another room")]
)
def test_new_room_is_counted_up_to_ten(names: Names, rooms: int, words: str) -> None:
    many = Names(names.pitches, names.slots, dict.fromkeys(range(rooms), names.rooms[1]), {}, names.timezone)
    (told,) = advice.sentences([change("new-room", slot="1", kept=10)], many, {})
    assert told.split(" at 10:00 ")[0] == words
