"""The log of changes: numbered in the order of commits, and nothing is told of a write that was undone."""

import pytest

from eventkit.storage import change_log
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import ChangeKind
from tests.world.at_once import at_once
from tests.world.builders import an_event


def test_changes_are_told_in_their_order_from_any_number_on(database: Database) -> None:
    event, _ = an_event(database)
    with database.reading() as tx:
        start = change_log.newest(tx)
    for kind in (ChangeKind.PITCH, ChangeKind.VOTE, ChangeKind.PITCH):
        database.write(lambda tx, kind=kind: change_log.record(tx, event.id, kind, pitch=7))
    with database.reading() as tx:
        told = change_log.since(tx, start)
        assert [(it.kind, it.ref) for it in told] == [
            (ChangeKind.PITCH, {"pitch": 7}),
            (ChangeKind.VOTE, {"pitch": 7}),
            (ChangeKind.PITCH, {"pitch": 7}),
        ]
        assert [it.id for it in told] == sorted(it.id for it in told)
        assert [it.id for it in change_log.since(tx, told[0].id, limit=1)] == [told[1].id]
        assert [it.id for it in change_log.recent(tx, event.id, 2)] == [told[1].id, told[2].id]
        assert change_log.newest_of(tx, event.id, {ChangeKind.VOTE}) == told[1].id
        assert change_log.newest_of(tx, event.id, {ChangeKind.NOTE}) == 0
        assert change_log.newest(tx, event.id) == change_log.newest(tx) == told[2].id


def test_write_that_is_undone_tells_nothing(database: Database) -> None:
    event, _ = an_event(database)
    with database.reading() as tx:
        before = change_log.newest(tx)

    def fail(tx: Transaction) -> None:
        change_log.record(tx, event.id, ChangeKind.PITCH)
        raise KeyError("wanted")

    with pytest.raises(KeyError):
        database.write(fail)
    with database.reading() as tx:
        assert change_log.newest(tx) == before


def test_changes_of_another_event_are_not_this_ones(database: Database) -> None:
    (one, _), (other, _) = an_event(database), an_event(database)
    database.write(lambda tx: change_log.record(tx, other.id, ChangeKind.PITCH))
    with database.reading() as tx:
        assert change_log.newest_of(tx, one.id, {ChangeKind.PITCH}) == 0
        assert {it.event_id for it in change_log.recent(tx, one.id, 100)} == {one.id}


def test_changes_written_at_once_are_all_there(database: Database) -> None:
    event, _ = an_event(database)
    with database.reading() as tx:
        before = change_log.newest(tx)
    at_once([lambda: database.write(lambda tx: change_log.record(tx, event.id, ChangeKind.VOTE))] * 8)
    with database.reading() as tx:
        assert len(change_log.since(tx, before)) == 8
