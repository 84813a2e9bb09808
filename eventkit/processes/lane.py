"""The lane: pages are made one after another, in the order they came, so that votes and streams wait for one at most.

Under gevent all requests share one thread. Were each to begin at once, a vote, which lets others go on whenever it
waits for the disk, would wait for a turn of every page that anybody asks for; and each would hold a connection of the
database meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from gevent import Greenlet, getcurrent, sleep
from gevent.lock import Semaphore

from eventkit.storage.waiting import MOMENT

PATIENCE = 10.0  # seconds after which one goes on all the same: a turn that never ends must not stop the house


class Lane:
    """Room for `width` greenlets at once; the others wait in line."""

    def __init__(self, width: int = 1, patience: float = PATIENCE):
        self._free, self._patience = Semaphore(width), patience
        self._inside: set[Greenlet] = set()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Wait for one's turn, and have it until the block ends."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others have their turn while this one waits for something else; whoever is not inside only waits."""
        if getcurrent() not in self._inside:
            yield
            return
        self._leave()
        try:
            yield
        finally:
            self._enter()

    def _enter(self) -> None:
        if self._free.acquire(blocking=False):
            self._inside.add(getcurrent())
        elif self._free.acquire(timeout=self._patience):
            self._inside.add(getcurrent())
            sleep(MOMENT)  # votes first

    def _leave(self) -> None:
        if getcurrent() in self._inside:
            self._inside.discard(getcurrent())
            self._free.release()
