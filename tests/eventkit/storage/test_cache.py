"""The cache of results: made once for as long as nothing changes, and never for an older state than it is asked for."""

import threading

import pytest

from eventkit.errors import TooLong
from eventkit.storage import change_log
from eventkit.storage.cache import ResultCache
from eventkit.storage.db import Database
from eventkit.storage.tables import ChangeKind
from tests.world.at_once import at_once
from tests.world.builders import an_event


class Counted:
    """Makes results, and counts how often."""

    def __init__(self) -> None:
        self.made = 0
        self._lock = threading.Lock()

    def __call__(self) -> int:
        with self._lock:
            self.made += 1
            return self.made


@pytest.fixture
def cache() -> ResultCache[int]:
    return ResultCache({ChangeKind.VOTE}, size=2)


def ask(database: Database, cache: ResultCache[int], event_id: int, make: Counted, **besides: str) -> int:
    with database.reading() as tx:
        return cache.get(tx, event_id, make, **besides)


def change(database: Database, event_id: int, kind: ChangeKind) -> None:
    database.write(lambda tx: change_log.record(tx, event_id, kind))


def test_result_is_made_anew_after_a_change_of_its_kinds_only(database: Database, cache: ResultCache[int]) -> None:
    event, make = an_event(database)[0], Counted()
    assert [ask(database, cache, event.id, make) for _ in range(3)] == [1, 1, 1]
    change(database, event.id, ChangeKind.NOTE)
    assert ask(database, cache, event.id, make) == 1
    change(database, event.id, ChangeKind.VOTE)
    assert ask(database, cache, event.id, make) == 2


def test_result_hangs_on_what_is_said_besides(database: Database, cache: ResultCache[int]) -> None:
    event, make = an_event(database)[0], Counted()
    assert [ask(database, cache, event.id, make, state=it) for it in ("open", "open", "closed")] == [1, 1, 2]
    assert ask(database, cache, event.id, make, name="another") == 3
    assert ask(database, cache, event.id, make, state="closed") == 2


def test_many_who_ask_at_once_wait_for_one(database: Database, cache: ResultCache[int]) -> None:
    event, make = an_event(database)[0], Counted()
    assert at_once([lambda: ask(database, cache, event.id, make)] * 5) == [1] * 5


def test_result_not_asked_for_longest_goes_first(database: Database, cache: ResultCache[int]) -> None:
    events, make = [an_event(database)[0] for _ in range(3)], Counted()
    for number in (0, 1, 0, 2):
        ask(database, cache, events[number].id, make)
    assert make.made == 3
    assert ask(database, cache, events[0].id, make) == 1
    assert ask(database, cache, events[1].id, make) == 4


def test_failure_is_not_kept_but_what_took_too_long_is_for_a_while(database: Database, cache: ResultCache[int]) -> None:
    event, make = an_event(database)[0], Counted()

    def fail_with(error: Exception) -> None:
        def fail() -> int:
            raise error

        with database.reading() as tx:
            cache.get(tx, event.id, fail)

    with pytest.raises(KeyError):
        fail_with(KeyError("broken"))
    assert ask(database, cache, event.id, make) == 1
    change(database, event.id, ChangeKind.VOTE)
    with pytest.raises(TooLong):
        fail_with(TooLong())
    with pytest.raises(TooLong):
        ask(database, cache, event.id, make)
    change(database, event.id, ChangeKind.VOTE)
    assert ask(database, cache, event.id, make) == 2
