"""A cache in memory of what was worked out from an event's rows, valid until they change."""

from collections.abc import Callable, Collection, Hashable
from threading import Lock
from typing import Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

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
        entry = self._entry(tx.get_bind().engine, (event_id, name))
        valid_for = change_log.newest_of(tx, event_id, self._kinds), state
        with entry.lock:
            if entry.valid_for != valid_for:
                entry.result = make()
                entry.valid_for = valid_for
            return cast("T", entry.result)

    def _entry(self, engine: Engine, key: Hashable) -> "_Entry":
        entries = self._entries.setdefault(engine, {})
        entry = entries.pop(key, None) or _Entry()
        entries[key] = entry  # at the end, so that the first is the one not asked for longest
        for old in list(entries)[: -self._size]:
            entries.pop(old, None)
        return entry


class _Entry:
    """One result, and the state of the event that it is valid for."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.valid_for: Hashable = None
        self.result: object = None
