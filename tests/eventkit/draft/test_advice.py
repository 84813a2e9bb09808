"""What would help most, told in sentences that an organiser can act on."""

from dataclasses import replace
from typing import Any

import pytest

from eventkit.building.studies import KeptSuggestion
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


NOTHING = KeptSuggestion(
    kind="", session="1", slot=None, room=None, detail=None, total=5.0, kept=0, left_out=0, turned_away=0.0
)


def change(kind: str, **values: Any) -> KeptSuggestion:
    return replace(NOTHING, kind=kind, **values)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            change("new-room", slot="2", kept=23),
            "One more room at 11:00: 23 more wishes kept. ‘Pitch 1’ could go there.",
        ),
        (
            change("new-room", slot="1", kept=3, left_out=-3),
            "One more room at 10:00: 3 more wishes kept, 3 fewer left out. ‘Pitch 1’ could go there.",
        ),
        (
            change("open-room", slot="3", room="2", turned_away=-11.6),
            "Opening Library at 13:15: 12 fewer without a seat. ‘Pitch 1’ could go there.",
        ),
        (
            change("feature", room="3", detail="hearing-loop", kept=1200),
            "Hearing-loop in Studio: 1,200 more wishes kept. ‘Pitch 1’ could go there.",
        ),
        (change("lift-pin", session="2", kept=4), "Unpinning ‘Pitch 2’: 4 more wishes kept."),
        (
            change("lift-pin", kept=-4, left_out=-3),
            "Unpinning ‘Pitch 1’: 3 fewer left out, but 4 fewer wishes kept.",
        ),
    ],
)
def test_each_kind_of_change_has_its_sentence(names: Names, found: KeptSuggestion, sentence: str) -> None:
    assert advice.sentences([found], names) == [sentence]


def test_what_is_gone_is_left_out(names: Names) -> None:
    gone = [
        change("new-room", slot="9"),
        change("open-room", slot="1", room="9"),
        change("feature", room="9", detail="projector"),
        change("lift-pin", session="9"),
    ]
    assert advice.sentences(gone, names) == []


def test_what_helps_next_to_nothing_is_left_out(names: Names) -> None:
    found = [change("lift-pin"), change("new-room", slot="1", turned_away=-0.4), change("lift-pin", kept=-1)]
    assert advice.sentences(found, names) == []


def test_at_most_four_are_told_and_two_of_a_kind(names: Names) -> None:
    found = [
        *[change("new-room", slot=str(slot), kept=10) for slot in (1, 2, 3)],
        *[change("open-room", slot=str(slot), room="1", kept=10) for slot in (1, 2)],
        change("lift-pin", kept=10),
    ]
    told = advice.sentences(found, names)
    assert [words.split(": ")[0] for words in told] == [
        "One more room at 10:00",
        "One more room at 11:00",
        "Opening Main hall at 10:00",
        "Opening Main hall at 11:00",
    ]
