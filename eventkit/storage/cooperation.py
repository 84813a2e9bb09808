"""PostgreSQL under gevent: a wait for the server that costs one switch instead of an emulated poll()."""

from collections.abc import Generator
from typing import Any

import psycopg
from gevent import Timeout, get_hub
from sqlalchemy import Engine, event

READABLE, WRITABLE = 1, 2  # psycopg's numbers for what to wait for are gevent's
PATIENCE = 5.0  # seconds for one statement; a server that is away says so, one that hangs says nothing


def cooperate(engine: Engine) -> None:
    """Make the engine's connections wait our way."""

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> psycopg.Connection[Any]:
        return Connection.connect(*arguments, **options)


class Connection(psycopg.Connection[Any]):
    """A connection whose greenlet sleeps until the server has answered."""

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
                wanted = gen.send(wanted)
        except StopIteration as end:
            return end.value
