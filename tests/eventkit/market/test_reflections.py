"""Reflections: one for each person, changed in place, hidden and shown, in the book, and gone with their author."""

import pytest

from eventkit.errors import Invalid
from eventkit.exports import chapters, source
from eventkit.market import reflections
from eventkit.market.reflections import Answers
from eventkit.privacy import erasure, forgetting, my_data
from eventkit.privacy.forgetting import Part
from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Person, Reflection
from tests.world.builders import a_person, an_event


def kept(database: Database, event: Event, person: Person, **typed: str) -> int:
    return database.write(lambda tx: reflections.keep(tx, tx.get_one(Event, event.id), person, Answers(**typed)).id)


def in_book(database: Database, event: Event) -> list[tuple[str, list[tuple[str, str]]]]:
    with database.reading() as tx:
        book = chapters.book(source.read(tx, tx.get_one(Event, event.id), "https://camp.example"))
    return [(it.question, [(one.text, one.behind) for one in it.answers]) for it in book.reflections]


def publish(database: Database, event: Event) -> None:
    database.write(lambda tx: setattr(tx.get_one(Event, event.id), "book_public", True))


def test_a_person_has_one_reflection_which_the_book_has_by_question(database: Database) -> None:
    event, _ = an_event(database)
    ada, bo = a_person(database, event), a_person(database, event)
    with pytest.raises(Invalid, match="at least one"):
        kept(database, event, ada)
    first = kept(database, event, ada, best="The soup", author_name="Ada")
    assert kept(database, event, ada, best="The talk", differently="Ask first", author_name="Ada") == first
    second = kept(database, event, bo, best="The rain")
    assert in_book(database, event) == []  # everybody may have the book's files: not before it is published
    publish(database, event)
    assert in_book(database, event) == [
        ("What will you do differently?", [("Ask first", "Ada")]),
        ("What was best today?", [("The talk", "Ada"), ("The rain", "")]),
    ]
    database.write(lambda tx: reflections.set_hidden(tx, event.id, second, hidden=True))
    assert "The rain" not in str(in_book(database, event))
    database.write(lambda tx: reflections.set_hidden(tx, event.id, second, hidden=False))
    assert "The rain" in str(in_book(database, event))


def test_reflections_are_their_authors_to_take_and_delete_and_erasure_leaves_the_answers(database: Database) -> None:
    event, _ = an_event(database)
    ada, bo = a_person(database, event), a_person(database, event)
    number = kept(database, event, ada, best="The soup", author_name="Ada")
    kept(database, event, bo, best="The rain", author_name="Bo")
    with database.reading() as tx:
        (mine,) = my_data.read(tx, tx.get_one(Event, event.id), tx.get_one(Person, ada.id)).reflections
        assert (mine.best, mine.author_name) == ("The soup", "Ada")
    database.write(
        lambda tx: forgetting.forget(tx, tx.get_one(Event, event.id), tx.get_one(Person, bo.id), [Part.NOTES])
    )
    database.write(lambda tx: erasure.erase(tx, tx.get_one(Event, event.id)))
    with database.reading() as tx:
        assert tx.get_one(Reflection, number).person_id is None
    publish(database, event)
    assert in_book(database, event) == [("What was best today?", [("The soup", "")])]
