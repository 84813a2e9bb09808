"""Whether an event's book is published: at an address of its own, for everybody and for search engines."""

from eventkit.errors import NotFound
from eventkit.event.roles import Organiser
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event
from eventkit.text.language import gettext as _


def set_book_public(tx: Transaction, by: Organiser, public: bool) -> None:
    """Publish the book of the event, a private one's too, or take it back."""
    tx.refresh(by.event, with_for_update=True)
    by.event.book_public = public
    change_log.record(tx, by.event.id, ChangeKind.EVENT)


def refuse_unpublished(event: Event) -> None:
    """Raise NotFound unless the event's book is published."""
    if not event.book_public:
        raise NotFound(_("No book is published at this address. Its organisers may still be working on it."))
