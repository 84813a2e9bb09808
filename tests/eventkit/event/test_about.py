"""What organisers say of an event: in books and files only what outlives the day and names nobody."""

from eventkit.event import about, events
from eventkit.event.about import Facts
from eventkit.event.roles import at_the_machine
from eventkit.exports import chapters, source, whole
from eventkit.storage.db import Database, Transaction
from tests.world.about import OWN
from tests.world.published import a_published_day


def test_contacts_and_wifi_are_in_no_file_and_go_with_the_names(database: Database) -> None:
    day = a_published_day(database)

    def say(tx: Transaction) -> None:
        about.change(tx, at_the_machine(events.by_code(tx, day.event.code)), Facts(**OWN))

    database.write(say)
    with database.reading() as tx:
        event = events.by_code(tx, day.event.code)
        book = chapters.book(source.read(tx, event, "https://camp.example"))
        kept = whole.as_json(tx, event)
    assert [heading for heading, _ in book.about] == ["How we treat each other", "Photographs", "Access", "Quiet room"]
    assert "Green lanyard" in kept
    for private in ("red hat", "020 7946", "tangerine"):
        assert private not in kept and private not in repr(book)
    database.write(lambda tx: about.forget_contacts(tx, day.event.id))
    with database.reading() as tx:
        assert about.read(tx, day.event.id) == Facts(**OWN).lasting
        assert tx.scalar(about.with_contacts(day.event.id)) is None
