"""Private events: a word that gets one in, kept by a device as a digest beside those of the links that it opened."""

import secrets
from collections.abc import Collection

from eventkit.errors import Forbidden, Invalid, NotFound
from eventkit.event import editions
from eventkit.event.roles import Organiser
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event
from eventkit.text import codes
from eventkit.text.language import gettext as _

SHORTEST = 4  # letters of a word: a shorter one is guessed


class WordNeeded(Forbidden):
    """The event is private, and this device has not given its word."""

    def __init__(self) -> None:
        super().__init__(_("This event is private. Type its word first; whoever invited you knows it."))


def make_private(tx: Transaction, by: Organiser, word: str, seen: str = "") -> None:
    """Ask everybody for this word, those who were in before too; an empty one opens it. Raises Invalid, Stale."""
    tidied = _tidy(word)
    if tidied and len(tidied) < SHORTEST:
        raise Invalid(word=_("Use at least %(shortest)s letters, so that nobody guesses it.", shortest=SHORTEST))
    tx.refresh(by.event, with_for_update=True)
    wanted = " ".join(word.split())
    editions.refuse_changed_row(seen, by.event, word=wanted)
    by.event.word = wanted
    change_log.record(tx, by.event.id, ChangeKind.EVENT)


def is_private(event: Event) -> bool:
    """Whether people need a word to get in."""
    return bool(event.word)


def admitted(event: Event, keys: Collection[str]) -> bool:
    """Whether a device with these digests may come in: it gave the word, or opened a link of this event."""
    return not event.word or not {_digest(event), event.organiser_hash, event.facilitator_hash}.isdisjoint(keys)


def refuse_stranger(event: Event, keys: Collection[str]) -> None:
    """Raise WordNeeded unless a device with these digests may come in."""
    if not admitted(event, keys):
        raise WordNeeded


def accept(event: Event, typed: str) -> str:
    """The digest for the cookie of whoever typed the word; capitals and spaces do not matter. Raises NotFound."""
    if not secrets.compare_digest(_tidy(typed).encode(), _tidy(event.word).encode()):
        raise NotFound(_("That is not the word of this event. Ask whoever invited you."))
    return _digest(event)


def refuse_files(event: Event, organiser: bool) -> None:
    """Raise Forbidden where the event is private: its files are then its organisers' alone."""
    if event.word and not organiser:
        raise Forbidden(_("This event is private, so its files are for its organisers only."))


def _digest(event: Event) -> str:
    return codes.digest(f"word of {event.id}: {_tidy(event.word)}")


def _tidy(word: str) -> str:
    return "".join(word.split()).casefold()
