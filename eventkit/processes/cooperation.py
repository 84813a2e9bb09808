"""How a process waits under gevent, so that it serves others meanwhile."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import psycopg
from gevent import Timeout, get_hub

from eventkit.processes.lane import Lane
from eventkit.storage.waiting import Waiting

T = TypeVar("T")

READABLE, WRITABLE = 1, 2  # psycopg's numbers for what to wait for are gevent's
PATIENCE = 5.0  # seconds for one statement; a server that is away says so, one that hangs says nothing


class Connection(psycopg.Connection[Any]):
    """A connection to PostgreSQL whose greenlet sleeps until the server has answered.

    A wait costs one switch, where psycopg's own would go through gevent's emulated poll(). A page
    that waited goes on in a turn of the loop that it shares with no other.
    """

    lane: Lane  # of the process, the same for all its connections

    def wait(self, gen: Generator[Any, Any, Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        """Run psycopg's protocol generator to its end; waits with a time limit are left to psycopg.

        A server that does not answer within PATIENCE counts as gone, and the connection with it: in the middle of a
        statement it is good for nothing else. Raises OperationalError.
        """
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        limit = Timeout.start_new(PATIENCE)
        try:
            return self._run(gen)
        except Timeout as late:
            self.pgconn.finish()
            if late is not limit:
                raise
            raise psycopg.OperationalError("the database server does not answer") from None
        finally:
            limit.close()

    def _run(self, gen: Generator[Any, Any, Any]) -> Any:
        hub = get_hub()
        try:
            wanted = next(gen)
            while True:
                watcher = hub.loop.io(self.pgconn.socket, wanted)
                try:
                    hub.wait(watcher)
                finally:
                    watcher.close()
                self.lane.go_on()
                wanted = gen.send(wanted)
        except StopIteration as end:
            return end.value


class Cooperative(Waiting):
    """A process in which gevent serves: who waits lets the others go on."""

    def __init__(self, lane: Lane | None = None):
        self.lane = lane or Lane()
        self.postgres = type("ConnectionOfLane", (Connection,), {"lane": self.lane})

    def blocking(self, call: Callable[[], T]) -> T:
        """Run a call that blocks for the disk in a native thread of the hub's pool, and return its result."""
        result: T = get_hub().threadpool.apply(call)
        return result

    def aside(self) -> AbstractContextManager[None]:
        """Out of the lane of pages until the block ends."""
        return self.lane.aside()

    def breathe(self) -> None:
        """Pause where this page has worked for a while."""
        self.lane.breathe()
