"""How a process waits for what is outside it: the drivers' own way, or one handed in by the process that serves."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, TypeVar

import psycopg

T = TypeVar("T")

MOMENT = 1e-6  # seconds to sleep so that all others are served, those too whose bytes have just come


_held: ContextVar[int] = ContextVar("held", default=0)


class WaitsWhileHolding(RuntimeError):
    """Somebody would wait for another process while holding a connection of the database: a fault of ours."""


@contextmanager
def holding() -> Iterator[None]:
    """A connection of the database is held until the block ends."""
    _held.set(_held.get() + 1)
    try:
        yield
    finally:
        _held.set(max(0, _held.get() - 1))


def hold_nothing() -> None:
    """Raise WaitsWhileHolding where whoever runs this holds a connection: called before each wait for a process.

    Such a process takes seconds, and those who wait for it would hold every connection there is.
    """
    if _held.get():
        raise WaitsWhileHolding("Close the transaction before waiting for another process.")


class Waiting:
    """A process that serves nobody while it waits: its drivers block."""

    postgres: type[psycopg.Connection[Any]] = psycopg.Connection  # what waits for PostgreSQL

    def blocking(self, call: Callable[[], T]) -> T:
        """Run a call that blocks for the disk, and return its result."""
        return call()

    def aside(self) -> AbstractContextManager[None]:
        """Let others have their turn until the block ends: in it nothing is done but wait."""
        return nullcontext()

    def breathe(self) -> None:
        """Let others have their turn where this has worked for a while: called between statements of a database."""
