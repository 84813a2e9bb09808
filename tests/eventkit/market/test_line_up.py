"""The line-up: everybody is heard once, whatever happens meanwhile; two facilitators never skip anybody."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventkit.clock import now
from eventkit.errors import Forbidden, Invalid, Stale
from eventkit.event import roles
from eventkit.market import line_up, on_offer
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, Pitch
from tests.world.builders import a_person, a_pitch, an_event, viewer_of
from tests.world.days import some_pitches


@pytest.fixture
def event(database: Database) -> Event:
    """An event without pitches."""
    return an_event(database)[0]


def line(database: Database, event: Event) -> line_up.LineUp:
    with database.reading() as tx:
        return line_up.read(tx, event)


def act(database: Database, event: Event, do: Callable[..., None], *more: Any) -> None:
    """Do something to the line-up as it is now."""
    version = line(database, event).version
    database.write(lambda tx: do(tx, roles.at_the_machine(event), version, *more))


def titles(speakers: list[line_up.Speaker]) -> list[str]:
    return [one.title for one in speakers]


def withdraw(database: Database, pitch_id: int) -> None:
    def do(tx: Transaction) -> None:
        tx.get_one(Pitch, pitch_id).withdrawn_at = now()

    database.write(do)


def merge(database: Database, part: int, into: int) -> None:
    def do(tx: Transaction) -> None:
        tx.get_one(Pitch, part).merged_into = into

    database.write(do)


def test_line_up_hears_one_after_the_other_to_the_end(database: Database, event: Event) -> None:
    some_pitches(database, event, 3)
    assert titles(line(database, event).coming) == ["Pitch 1", "Pitch 2", "Pitch 3"]
    heard = []
    for _ in range(3):
        act(database, event, line_up.go_on)
        speaker = line(database, event).speaker
        assert speaker is not None
        heard.append(speaker.title)
    act(database, event, line_up.go_on)
    end = line(database, event)
    assert heard == ["Pitch 1", "Pitch 2", "Pitch 3"]
    assert (end.speaker, end.coming, titles(end.heard)) == (None, [], ["Pitch 3", "Pitch 2", "Pitch 1"])


def test_line_up_lets_everybody_speak_before_anybody_twice(database: Database, event: Event) -> None:
    keen, quiet = a_person(database, event, "Keen"), a_person(database, event, "Quiet")
    for title, person in (("First", keen), ("Second", keen), ("Third", quiet)):
        a_pitch(database, event, person, title)
    assert titles(line(database, event).coming) == ["First", "Third", "Second"]


def test_line_up_pressed_by_two_at_once_goes_on_once(database: Database, event: Event) -> None:
    some_pitches(database, event, 3)
    act(database, event, line_up.go_on)
    seen = line(database, event).version
    database.write(lambda tx: line_up.go_on(tx, roles.at_the_machine(event), seen))
    with pytest.raises(Stale):
        database.write(lambda tx: line_up.go_on(tx, roles.at_the_machine(event), seen))
    speaker = line(database, event).speaker
    assert speaker is not None
    assert speaker.title == "Pitch 2"


def test_line_up_calls_who_was_not_here_at_the_end(database: Database, event: Event) -> None:
    some_pitches(database, event, 3)
    act(database, event, line_up.go_on)
    act(database, event, line_up.later)
    now_up = line(database, event)
    assert (now_up.speaker and now_up.speaker.title, titles(now_up.coming)) == ("Pitch 2", ["Pitch 3", "Pitch 1"])


def test_line_up_calls_somebody_up_and_loses_nobody(database: Database, event: Event) -> None:
    made = some_pitches(database, event, 4)
    act(database, event, line_up.go_on)
    act(database, event, line_up.call, made[3].id)
    now_up = line(database, event)
    assert now_up.speaker is not None
    assert now_up.speaker.title == "Pitch 4"
    assert (titles(now_up.coming), now_up.heard) == (["Pitch 1", "Pitch 2", "Pitch 3"], [])
    with pytest.raises(Invalid):
        act(database, event, line_up.call, 999)


def test_line_up_goes_back(database: Database, event: Event) -> None:
    some_pitches(database, event, 3)
    with pytest.raises(Invalid):
        act(database, event, line_up.go_back)
    act(database, event, line_up.go_on)
    act(database, event, line_up.go_on)
    act(database, event, line_up.go_back)
    back = line(database, event)
    assert (back.speaker and back.speaker.title, titles(back.coming)) == ("Pitch 1", ["Pitch 2", "Pitch 3"])


def test_line_up_is_put_in_another_order(database: Database, event: Event) -> None:
    made = some_pitches(database, event, 3)
    act(database, event, line_up.put, made[2].id, 0)
    assert titles(line(database, event).coming) == ["Pitch 3", "Pitch 1", "Pitch 2"]
    act(database, event, line_up.put, made[2].id, 1)
    assert titles(line(database, event).coming) == ["Pitch 1", "Pitch 3", "Pitch 2"]
    some_pitches(database, event, 1, title="Late")
    assert titles(line(database, event).coming)[-1] == "Late"


def test_line_up_passes_over_who_withdrew_only(database: Database, event: Event) -> None:
    made = some_pitches(database, event, 3)
    act(database, event, line_up.go_on)
    withdraw(database, made[0].id)
    gone = line(database, event)
    assert (gone.speaker, titles(gone.coming)) == (None, ["Pitch 2", "Pitch 3"])
    withdraw(database, made[1].id)
    act(database, event, line_up.go_on)
    now_up = line(database, event)
    assert now_up.speaker is not None
    assert now_up.speaker.title == "Pitch 3"


def test_line_up_hears_a_part_alone_where_the_other_was_heard_before(database: Database, event: Event) -> None:
    made = some_pitches(database, event, 3)
    act(database, event, line_up.go_on)
    act(database, event, line_up.go_on)  # the first was heard
    merge(database, made[2].id, made[0].id)
    assert titles(line(database, event).coming) == ["Pitch 3"]


def test_line_up_hears_a_part_with_the_other(database: Database, event: Event) -> None:
    made = some_pitches(database, event, 3)
    merge(database, made[2].id, made[0].id)
    assert titles(line(database, event).coming) == ["Pitch 1", "Pitch 2"]
    act(database, event, line_up.go_on)
    act(database, event, line_up.go_on)
    assert titles(line(database, event).coming) == []


def test_line_up_has_both_up_where_who_is_up_becomes_part_of_another(database: Database, event: Event) -> None:
    made = some_pitches(database, event, 3)
    act(database, event, line_up.go_on)
    merge(database, made[0].id, made[1].id)
    both = line(database, event)
    assert (both.speaker and both.speaker.title, titles(both.coming)) == ("Pitch 2", ["Pitch 3"])
    act(database, event, line_up.go_on)
    assert titles(line(database, event).heard) == ["Pitch 2"]


def test_hosts_of_a_part_have_its_turn_and_say_ready(database: Database, event: Event) -> None:
    host, other = a_person(database, event), a_person(database, event)
    kept, part = a_pitch(database, event, other, "Kept"), a_pitch(database, event, host, "Part")
    merge(database, part.id, kept.id)
    viewer = viewer_of(database, event, host)

    def turns() -> dict[int, line_up.HostsTurn] | None:
        with database.reading() as tx:
            return line_up.turns(tx, event, viewer)

    assert turns() is None
    act(database, event, line_up.pause)
    database.write(lambda tx: line_up.say_ready(tx, event, viewer, part.id, True))
    assert turns() == {kept.id: line_up.HostsTurn(kept.id, 0, True)}
    act(database, event, line_up.go_on)
    database.write(lambda tx: setattr(tx.get_one(Pitch, part.id), "merged_into", None))
    act(database, event, line_up.go_on)
    merge(database, part.id, kept.id)  # which was heard
    assert turns() == {kept.id: line_up.HostsTurn(part.id, None, False)}


def test_line_up_takes_pitches_typed_without_a_name_for_different_peoples(database: Database, event: Event) -> None:
    box = a_person(database, event)
    some_pitches(database, event, 2, created_by=box.id)
    keen = a_person(database, event, "Keen")
    a_pitch(database, event, keen, "First")
    a_pitch(database, event, keen, "Second")
    some_pitches(database, event, 1, created_by=box.id)
    assert titles(line(database, event).coming) == ["Pitch 1", "Pitch 2", "First", "Pitch 1", "Second"]


def test_clock_stops_runs_on_and_is_made_longer(database: Database, event: Event) -> None:
    some_pitches(database, event, 1)
    act(database, event, line_up.go_on)
    running = line(database, event)
    assert running.runs_until is not None
    assert 29 < running.left <= 30
    act(database, event, line_up.pause)
    stopped = line(database, event)
    assert stopped.runs_until is None
    act(database, event, line_up.give_time)
    assert line(database, event).left == stopped.left + 15
    act(database, event, line_up.resume)
    assert line(database, event).runs_until is not None


def test_only_a_host_says_ready(database: Database, event: Event) -> None:
    host, other = a_person(database, event), a_person(database, event)
    pitch = a_pitch(database, event, host)
    viewer, stranger = viewer_of(database, event, host), viewer_of(database, event, other)
    database.write(lambda tx: line_up.say_ready(tx, event, viewer, pitch.id, True))
    assert [one.ready for one in line(database, event).coming] == [True]
    with pytest.raises(Forbidden):
        database.write(lambda tx: line_up.say_ready(tx, event, stranger, pitch.id, True))


STEPS = st.lists(
    st.tuples(st.sampled_from(["on", "later", "call", "put", "withdraw", "merge", "late"]), st.integers(0, 9)),
    max_size=12,
)


@pytest.mark.only_on("sqlite")
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_everybody_who_stands_is_heard_once(database: Database, steps: list[tuple[str, int]]) -> None:
    event = an_event(database)[0]
    made = [pitch.id for pitch in some_pitches(database, event, 4)]
    for step, number in steps:
        pitch_id = made[number % len(made)]
        waiting = line(database, event).coming
        if step == "on":
            act(database, event, line_up.go_on)
        elif step == "later":
            act(database, event, line_up.later)
        elif step == "call" and waiting:
            act(database, event, line_up.call, waiting[number % len(waiting)].id)
        elif step == "put" and waiting:
            act(database, event, line_up.put, waiting[number % len(waiting)].id, number)
        elif step == "withdraw":
            withdraw(database, pitch_id)
        elif step == "merge" and pitch_id != made[0]:
            merge(database, pitch_id, made[0])
        elif step == "late":
            made.append(some_pitches(database, event, 1)[0].id)
    while line(database, event).coming or line(database, event).speaker:
        act(database, event, line_up.go_on)
    with database.reading() as tx:
        heard = {one.id for one in line_up.read(tx, event).heard}
        standing = {pitch.id for pitch in on_offer.standing(tx, event.id)}
    assert standing == heard
