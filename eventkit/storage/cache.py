"""A cache in memory of what was worked out from an event's rows, valid until they change."""

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from threading import Lock
from time import monotonic as clock
from typing import Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from eventkit.errors import LATER, TooLong
from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind

T = TypeVar("T")


class ResultCache(Generic[T]):
    """A least-recently-used cache of one kind of result: computed anew once a change of one of these kinds has come.

    Whoever asks gets the same object, so nobody may change it. Only for reading transactions: what one reads is
    exactly what the log of changes says it is, and where another process made a change, its number tells.
    """

    def __init__(self, kinds: Collection[ChangeKind], size: int):
        self._kinds, self._size = kinds, size
        self._entries: WeakKeyDictionary[Engine, dict[Hashable, _Entry]] = WeakKeyDictionary()

    def get(
        self, tx: Transaction, event_id: int, make: Callable[[], T], name: Hashable = "", state: Hashable = ""
    ) -> T:
        """What `make()` gave when the event, and `state` besides it, was as it is now. `name` tells results apart.

        Many who ask at once wait for the first one's result.
        """
        return self.get_at(tx.get_bind().engine, self.moment(tx, event_id, state), make, name)

    def moment(
        self, tx: Transaction, event_id: int, state: Hashable = "", kinds: Collection[ChangeKind] | None = None
    ) -> "Moment":
        """The event as it is now, as far as results hang on it; of these `kinds` of change only, where given."""
        return Moment(event_id, (change_log.newest_of(tx, event_id, self._kinds if kinds is None else kinds), state))

    def get_at(self, engine: Engine, moment: "Moment", make: Callable[[], T], name: Hashable = "") -> T:
        """As get(), for whoever has let go of the database before waiting; `make` reads for itself.

        Where it took too long, nobody tries again for a while.
        """
        entry = self._entry(engine, (moment.event_id, name))
        with entry.lock:
            if entry.valid_for == moment.state:
                if entry.failed_until > clock():
                    raise TooLong
                if not entry.failed_until:
                    return cast("T", entry.result)
            entry.valid_for, entry.failed_until = None, 0.0
            try:
                entry.result = made = make()
            except TooLong:
                entry.result, entry.failed_until, entry.valid_for = None, clock() + LATER, moment.state
                raise
            entry.valid_for = moment.state
            return made

    def _entry(self, engine: Engine, key: Hashable) -> "_Entry":
        entries = self._entries.setdefault(engine, {})
        entry = entries.pop(key, None) or _Entry()
        entries[key] = entry  # at the end, so that the first is the one not asked for longest
        for old in list(entries)[: -self._size]:
            entries.pop(old, None)
        return entry


@dataclass(frozen=True)
class Moment:
    """What results of an event are valid for."""

    event_id: int
    state: Hashable


class _Entry:
    """One result, and the state of the event that it is valid for."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.valid_for: Hashable = None
        self.result: object = None
        self.failed_until = 0.0
