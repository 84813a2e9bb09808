"""What a worker does from time to time: closes voting and events, erases what is due, and files not imported."""

import time

from eventkit.clock import now
from eventkit.event import archive, attempts, ended, voting_end
from eventkit.imports import previews
from eventkit.market import showing
from eventkit.privacy import erasure
from eventkit.storage.db import Database

PERIOD = 600.0  # seconds between two looks; what is due is a day


class Housekeeping:
    """One look every PERIOD, the first at once. Only the worker's own thread calls it."""

    def __init__(self, database: Database):
        self._database = database
        self._due = 0.0
        self._to_compact = False

    def round(self) -> None:
        """Erase what is due; where pages were read all the time, compact the file the next time."""
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + PERIOD
        self._database.write(previews.forget_old)
        self._database.write(attempts.forget_old)
        self._database.write(ended.forget_old)
        self._database.write(showing.forget_over)
        voting_end.close_due(self._database, now())
        archive.close_due(self._database, now())
        erased = erasure.erase_due(self._database, now())
        if erased or self._to_compact:
            self._to_compact = not erasure.compact(self._database)
