"""Ballots for PrefLib, read again by the rules of its format."""

import pytest

from eventkit.errors import Closed
from eventkit.exports import preflib
from eventkit.storage.db import Database
from tests.world.builders import a_person, close
from tests.world.days import votes
from tests.world.published import a_published_day


def test_every_ballot_says_of_every_pitch_in_which_category_it_is(database: Database) -> None:
    day = a_published_day(database, pitches=3, placed=1)
    for _ in range(2):
        votes(database, a_person(database, day.event), [(day.pitches[0], 2)])
    votes(database, a_person(database, day.event), [(day.pitches[1], 1), (day.pitches[2], 1)])
    with database.reading() as tx, pytest.raises(Closed, match="Voting is open"):
        preflib.votes(tx, day.event.id)
    close(database, day.event, voting=True)
    with database.reading() as tx:
        lines = preflib.votes(tx, day.event.id).splitlines()
    head = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# ") and ": " in line)
    assert (head["NUMBER ALTERNATIVES"], head["NUMBER VOTERS"], head["NUMBER UNIQUE PREFERENCES"]) == ("3", "3", "2")
    assert [head[f"ALTERNATIVE NAME {n}"] for n in (1, 2, 3)] == ["Pitch 1", "Pitch 2", "Pitch 3"]
    assert [line for line in lines if not line.startswith("#")] == ["2: 1,{},{2,3}", "1: {},{2,3},1"]
