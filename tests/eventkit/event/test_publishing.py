"""Whether a book is published: no address has it before, and only the organiser's authority says so."""

import pytest

from eventkit.errors import NotFound
from eventkit.event import publishing
from eventkit.event.roles import at_the_machine
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from tests.world.builders import an_event


def test_a_book_is_published_and_taken_back(database: Database) -> None:
    event, _ = an_event(database)
    with pytest.raises(NotFound, match="No book is published"):
        publishing.refuse_unpublished(event)
    for public in (True, False):

        def change(tx: Transaction, public: bool = public) -> bool:
            publishing.set_book_public(tx, at_the_machine(tx.get_one(Event, event.id)), public)
            return tx.get_one(Event, event.id).book_public

        assert database.write(change) is public
