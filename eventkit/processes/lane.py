"""The lane: pages are made one after another, in the order they came, so that votes and streams wait for one at most.

Under gevent all requests share one thread. Were each to begin at once, a vote, which lets others go on whenever it
waits for the disk or for PostgreSQL, would wait for a turn of every page that anybody asks for; and each would hold a
connection of the database meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from time import monotonic
from typing import Any

from gevent import Greenlet, get_hub, getcurrent
from gevent.lock import Semaphore

from eventkit.storage.waiting import MOMENT

SLICE = 0.003  # seconds of a page's work after which votes are looked at
PATIENCE = 10.0  # seconds after which one goes on all the same: a turn that never ends must not stop the house


class Lane:
    """Room for `width` greenlets at once, of which one goes on in each turn of the loop; the others wait in line."""

    def __init__(self, width: int = 1, patience: float = PATIENCE, slice_of_work: float = SLICE):
        self._slice = slice_of_work
        self._free, self._turn, self._patience = Semaphore(width), Semaphore(1), patience
        self._inside: dict[Greenlet, float] = {}  # since when each has worked without a pause

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

    def go_on(self) -> None:
        """Called by whoever waited: one of those inside goes on in a turn of the loop, then all sockets are looked at.

        Pages that came at once would share a turn, and a vote, which waits for several, would wait for all of them in
        each. Nothing is held by whoever goes on, so it may wait for what another one has.
        """
        if getcurrent() not in self._inside:
            return
        if self._turn.acquire(timeout=self._patience):
            soon = get_hub().loop.timer(MOMENT)
            soon.start(self._next_turn, soon)
        self._inside[getcurrent()] = monotonic()

    def breathe(self) -> None:
        """Called now and then in a page: one that has worked for a while pauses, so that votes come first."""
        if monotonic() - self._inside.get(getcurrent(), inf) > self._slice:
            self.go_on()

    def _next_turn(self, timer: Any) -> None:
        timer.close()
        self._turn.release()

    def _enter(self) -> None:
        if self._free.acquire(timeout=self._patience):
            self._inside[getcurrent()] = monotonic()
            self.go_on()

    def _leave(self) -> None:
        if getcurrent() in self._inside:
            del self._inside[getcurrent()]
            self._free.release()
