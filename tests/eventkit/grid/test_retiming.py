"""Undo and redo of a shift: the slots have their times of before again, for everybody, or nothing changes."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventkit.errors import Invalid
from eventkit.event import events, notices
from eventkit.event.roles import Organiser, at_the_machine
from eventkit.grid import shifting, steps, venue, versions
from eventkit.grid.times import Times
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, GridVersion, NoticeKind
from tests.world.published import Day, a_published_day


def shift(database: Database, day: Day, slot: int, minutes: int, version: int) -> None:
    """Everything from the `slot`th slot or item on later."""

    def act(tx: Transaction) -> None:
        event = events.by_code(tx, day.event.code)
        shifting.shift(tx, at_the_machine(event), events.slots(tx, event.id)[slot].id, minutes, version)

    database.write(act)


def spans(database: Database, day: Day) -> list[str]:
    with database.reading() as tx:
        return [Times("Europe/London").span(slot) for slot in events.slots(tx, day.event.id)]


def step(database: Database, day: Day, act: Callable[[Transaction, Organiser, int], str]) -> str:
    """Undo or redo the newest step of the draft; returns it in words."""

    def change(tx: Transaction) -> str:
        event = events.by_code(tx, day.event.code)
        return act(tx, at_the_machine(event), event.grid_version)

    return database.write(change)


@given(st.lists(st.sampled_from([5, 15, -5, "undo", "redo"]), min_size=1, max_size=8), st.booleans())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undo_and_redo_go_along_shifts_for_everybody(
    database: Database, acts: list[int | str], published: bool
) -> None:
    day = a_published_day(database)
    if not published:
        database.write(lambda tx: versions.unpublish(tx, at_the_machine(events.by_code(tx, day.event.code)), 1))
    done: list[list[str]] = [spans(database, day)]
    undone: list[list[str]] = []
    for act in acts:
        if isinstance(act, int):
            with database.reading() as tx:
                version = tx.get_one(Event, day.event.id).grid_version
            try:
                shift(database, day, 2, act, version)
            except Invalid:  # it would begin before the slot before it is over
                continue
            done, undone = [*done, spans(database, day)], []
        elif act == "undo" and len(done) > 1:
            assert step(database, day, steps.undo).startswith("Undid: Everything from ")
            undone.append(done.pop())
        elif act == "redo" and undone:
            assert step(database, day, steps.redo).startswith("Redid: Everything from ")
            done.append(undone.pop())
        assert spans(database, day) == done[-1]
        with database.reading() as tx:
            event = tx.get_one(Event, day.event.id)
            assert event.published_version == (event.grid_version if published else None)
            assert len(versions.draft(tx, event)) == 4


def test_an_undone_shift_is_told_as_a_shift_is(database: Database) -> None:
    day = a_published_day(database)
    shift(database, day, 1, 15, 1)
    assert step(database, day, steps.undo) == "Undid: Everything from 11:00 on is 15 minutes later."
    with database.reading() as tx:
        newest = notices.recent(tx, day.event.id, 3)
        assert {it.kind for it in newest} == {NoticeKind.SLOT_SHIFTED}
        was = [Times("Europe/London").clock(it.was_starts_at) for it in newest if it.was_starts_at]
    assert sorted(was) == ["11:15", "12:15", "13:30"]


def test_a_shift_is_not_undone_over_what_was_changed_since(database: Database) -> None:
    day = a_published_day(database)
    shift(database, day, 3, 30, 1)

    def fill_the_gap(tx: Transaction) -> None:
        event = events.by_code(tx, day.event.code)
        venue.add_slot(tx, at_the_machine(event), "13:00", "13:30", "Announcements")

    before = spans(database, day)
    database.write(fill_the_gap)
    assert len(spans(database, day)) == len(before) + 1
    with pytest.raises(Invalid, match="times of the slots were changed since"):
        step(database, day, steps.undo)
    assert len(spans(database, day)) == len(before) + 1


def test_what_an_older_release_kept_no_times_of_is_said(database: Database) -> None:
    day = a_published_day(database)
    shift(database, day, 1, 15, 1)
    database.write(lambda tx: setattr(tx.get_one(GridVersion, (day.event.id, 2)), "retimed", []))
    with pytest.raises(Invalid, match="Shift the slots back instead"):
        step(database, day, steps.undo)


def test_going_back_to_a_version_leaves_the_times_and_says_so(database: Database) -> None:
    day = a_published_day(database)
    before = step(database, day, lambda tx, by, version: steps.undo(tx, by, version, 0))
    shift(database, day, 0, 5, 2)
    shifted = spans(database, day)
    after = step(database, day, lambda tx, by, version: steps.undo(tx, by, version, 1))
    assert (before, after) == (
        "Went back to version 0.",
        "Went back to version 1. The slots keep the times that they have now.",
    )
    assert spans(database, day) == shifted
