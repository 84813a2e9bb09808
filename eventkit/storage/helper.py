"""Long reading: here and at once, or where a process that serves others hands it to."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from eventkit.storage.db import Database, Transaction
from eventkit.storage.waiting import hold_nothing

P = ParamSpec("P")
T = TypeVar("T")


class Helper:
    """Reads and computes what takes long, in the process that asks."""

    def __init__(self, database: Database):
        self._database = database

    def read(self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work(tx, ...)` returns or raises: a module's function of plain values, which only reads.

        Raises Busy where others wait already, DatabaseBusy where it cannot be done, TooLong where that took too long;
        WaitsWhileHolding where whoever asks holds a connection, as helpers elsewhere keep one waiting.
        """
        hold_nothing()
        with self._database.reading() as tx:
            return work(tx, *args, **kwargs)

    def run(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for `work(database, ...)`, which may write too; it is not begun twice."""
        hold_nothing()
        return work(self._database, *args, **kwargs)

    def stop(self) -> None:
        """End what it runs."""
