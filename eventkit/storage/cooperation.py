"""PostgreSQL under gevent: a wait for the server that costs one switch instead of an emulated poll()."""

from collections.abc import Generator
from typing import Any

import psycopg
from gevent import get_hub
from sqlalchemy import Engine, event

READABLE, WRITABLE = 1, 2  # psycopg's numbers for what to wait for are gevent's


def cooperate(engine: Engine) -> None:
    """Make the engine's connections wait our way."""

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> psycopg.Connection[Any]:
        return Connection.connect(*arguments, **options)


class Connection(psycopg.Connection[Any]):
    """A connection whose greenlet sleeps until the server has answered."""

    def wait(self, gen: Generator[Any, Any, Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        """Run psycopg's protocol generator to its end; waits with a time limit are left to psycopg."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
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
