"""What is told before a build: too few cells, hosts with more sessions than slots, needs of no room, hours gone."""

import pytest

from eventkit.draft import drafts, foresight
from eventkit.event import events
from eventkit.event.roles import at_the_machine
from eventkit.storage.db import Database
from tests.world.builders import a_person, a_pitch, an_event
from tests.world.days import some_pitches
from tests.world.published import a_published_day, at_this_hour


def told(database: Database, code: str) -> list[str]:
    with database.reading() as tx:
        event = events.by_code(tx, code)
        return foresight.sentences(tx, at_the_machine(event), drafts.names_of(tx, event))


def test_nothing_is_told_where_a_build_has_all_it_needs(database: Database) -> None:
    event, _ = an_event(database)
    assert told(database, event.code) == []
    a_pitch(database, event)
    assert told(database, event.code) == []


def test_too_few_cells_busy_hosts_and_needs_of_no_room_are_told(database: Database) -> None:
    event, _ = an_event(database, rooms="Hall, 20, step-free", slots="10:00-10:45\n11:00-11:45")
    host = a_person(database, event)
    for title in ("Ants", "Bees", "Cats"):
        a_pitch(database, event, host, title)
    some_pitches(database, event, 1, title="Dogs", needs=["projector"])
    assert told(database, event.code) == [
        "4 pitches for 2 cells: 2 will find no place.",
        "‘Ants’, ‘Bees’ and ‘Cats’ have the same host, for whom there are 2 slots: not all of them will find a place.",
        "‘Dogs’ needs projector, and no room has that.",
    ]


def test_part_of_the_day_that_is_over_is_told_and_its_cells_do_not_count(database: Database) -> None:
    day = a_published_day(database, placed=3, pitches=12)
    at_this_hour(database, day, 1)
    assert told(database, day.event.code) == [
        "9 pitches for 3 cells: 6 will find no place.",
        "2 of 3 slots have begun: what stands there stays, and nothing else can go there.",
    ]


@pytest.mark.parametrize(
    ("lengths", "cells", "lost"), [([1, 1, 1], 3, 0), ([1, 2, 2], 3, 1), ([1, 1], 0, 2), ([], 0, 0)]
)
def test_the_shortest_go_first_where_losses_are_counted(lengths: list[int], cells: int, lost: int) -> None:
    assert foresight._lost(lengths, cells) == lost
