"""What the marketplace shows, and what became of what was pitched there."""

from sqlmodel import col, select

from eventkit.storage.db import Database
from eventkit.storage.tables import Event, Pitch
from tests.world.phone import Page


def titles_shown(page: Page) -> list[str]:
    """The titles of the pitches on a page, in its order."""
    return [element.text for element in page.all("h3", class_="note-title")]


def pitches_stored(database: Database, event: Event) -> list[tuple[str, str]]:
    """Title and host of all pitches, in order of pitching."""
    with database.reading() as tx:
        query = select(Pitch).where(Pitch.event_id == event.id).order_by(col(Pitch.id))
        return [(pitch.title, pitch.host_name) for pitch in tx.scalars(query)]
