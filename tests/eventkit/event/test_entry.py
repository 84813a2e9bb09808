"""Words of private events: who may come in, and what a device keeps."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventkit.clock import now
from eventkit.errors import Forbidden, Invalid, NotFound
from eventkit.event import entry
from eventkit.event.roles import at_the_machine
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event
from tests.world.builders import an_event


def private(database: Database, word: str) -> Event:
    event, _ = an_event(database)

    def close(tx: Transaction) -> Event:
        stored = tx.get_one(Event, event.id)
        entry.make_private(tx, at_the_machine(stored), word)
        return stored

    return database.write(close)


def test_open_event_admits_everybody_and_gives_its_files(database: Database) -> None:
    event, _ = an_event(database)
    assert entry.admitted(event, ())
    assert not entry.is_private(event)
    entry.refuse_files(event, organiser=False)


def test_private_event_admits_its_word_and_its_links(database: Database) -> None:
    event, other = private(database, "Open sesame"), private(database, "Open sesame")
    key = entry.accept(event, " OPEN sesame")
    assert entry.admitted(event, (key,))
    assert entry.admitted(event, (event.organiser_hash,))
    assert not entry.admitted(event, ())
    assert not entry.admitted(other, (key, event.organiser_hash))
    with pytest.raises(NotFound):
        entry.accept(event, "open sesam")
    with pytest.raises(Forbidden):
        entry.refuse_files(event, organiser=False)


def test_words_that_are_guessed_at_once_are_refused(database: Database) -> None:
    with pytest.raises(Invalid):
        private(database, " a bc ")


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_compared_and_only_the_word_is_accepted(word: str, typed: str) -> None:
    event = Event(
        id=1, word=word, organiser_hash="o", name="", day=date(2026, 6, 26), timezone="UTC", created_at=now(), code="a"
    )
    same = "".join(word.split()).casefold() == "".join(typed.split()).casefold()
    try:
        accepted = entry.accept(event, typed)
    except NotFound:
        assert not same
    else:
        assert same
        assert entry.admitted(event, (accepted,))
