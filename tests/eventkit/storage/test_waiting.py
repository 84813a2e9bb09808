"""How a process waits: never for another process while it holds a connection of the database."""

from typing import Any

import pytest

from eventkit.event import events
from eventkit.processes.child import Child
from eventkit.processes.helper_process import HelperProcess
from eventkit.storage.db import Database, Transaction
from eventkit.storage.helper import Helper
from eventkit.storage.waiting import WaitsWhileHolding
from tests.world.builders import an_event


def named(database: Database, code: str) -> str:
    """The name of an event."""
    with database.reading() as tx:
        return events.by_code(tx, code).name


def test_helper_answers_who_holds_nothing_before_and_after(database: Database) -> None:
    event, _ = an_event(database)
    helper = Helper(database)
    assert helper.read(events.by_code, event.code).name == event.name
    with pytest.raises(ZeroDivisionError), database.reading():
        raise ZeroDivisionError  # what fails within a transaction holds nothing afterwards
    assert database.write(lambda tx: events.by_code(tx, event.code).name) == event.name
    assert helper.run(named, event.code) == event.name


@pytest.mark.parametrize("kind", [Helper, HelperProcess])
def test_nobody_waits_for_a_process_within_a_transaction(database: Database, kind: type[Helper]) -> None:
    event, _ = an_event(database)
    helper = kind(database)

    def ask(_: Transaction) -> Any:
        return helper.read(events.by_code, event.code)

    with database.reading() as tx:
        for waits in (lambda: ask(tx), lambda: helper.run(named, event.code), database.aside):
            with pytest.raises(WaitsWhileHolding):
                waits()
    with pytest.raises(WaitsWhileHolding):
        database.write(ask)
    with pytest.raises(WaitsWhileHolding), database.reading(), database.reading():
        ask(tx)
    with pytest.raises(WaitsWhileHolding), database.reading(), Child("http.server", "--help").within(10):
        pass
