"""How a process waits for what is outside it: the drivers' own way, or one handed in by the process that serves."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

import psycopg

T = TypeVar("T")

MOMENT = 1e-6  # seconds to sleep so that all others are served, those too whose bytes have just come


class Waiting:
    """A process that serves nobody while it waits: its drivers block."""

    postgres: type[psycopg.Connection[Any]] = psycopg.Connection  # what waits for PostgreSQL

    def blocking(self, call: Callable[[], T]) -> T:
        """Run a call that blocks for the disk, and return its result."""
        return call()

    def aside(self) -> AbstractContextManager[None]:
        """Let others have their turn until the block ends: in it nothing is done but wait."""
        return nullcontext()
