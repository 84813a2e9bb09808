"""What was worked out from an event's rows, kept in memory until they change."""

from collections.abc import Callable, Collection, Hashable
from threading import Lock
from typing import Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from eventkit.storage import change_log
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind

T = TypeVar("T")


class Kept(Generic[T]):
    """One kind of result, for the events asked for last: made anew once a change of one of these kinds has come.

    Whoever asks gets the same object, so nobody may change it. Only for reading transactions: what one reads is
    exactly what the log of changes says it is, and where another process made a change, its number tells.
    """

    def __init__(self, kinds: Collection[ChangeKind], most: int):
        self._kinds, self._most = kinds, most
        self._places: WeakKeyDictionary[Engine, dict[Hashable, _Place]] = WeakKeyDictionary()

    def get(
        self, tx: Transaction, event_id: int, make: Callable[[], T], name: Hashable = "", state: Hashable = ""
    ) -> T:
        """What `make()` gave when the event, and `state` besides it, was as it is now. `name` tells results apart.

        Many who ask at once wait for the first one's result.
        """
        place = self._place(tx.get_bind().engine, (event_id, name))
        now = change_log.newest_of(tx, event_id, self._kinds), state
        with place.turn:
            if place.state != now:
                place.result = make()
                place.state = now
            return cast("T", place.result)

    def _place(self, engine: Engine, key: Hashable) -> "_Place":
        places = self._places.setdefault(engine, {})
        place = places.pop(key, None) or _Place()
        places[key] = place  # at the end, so that the first is the one not asked for longest
        for old in list(places)[: -self._most]:
            places.pop(old, None)
        return place


class _Place:
    """Room for one result."""

    def __init__(self) -> None:
        self.turn = Lock()
        self.state: Hashable = None
        self.result: object = None
