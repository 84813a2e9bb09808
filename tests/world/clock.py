"""A clock that a test sets, and that goes on from there."""

from datetime import UTC, datetime, tzinfo

import pytest

from eventkit import clock


class SetClock:
    """What eventkit.clock asks instead of the machine's clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: datetime):
        self.set(at)
        monkeypatch.setattr(clock, "datetime", self)

    def set(self, at: datetime) -> None:
        """From now on it is `at`."""
        self._ahead = at - datetime.now(UTC)

    def now(self, zone: tzinfo) -> datetime:
        return datetime.now(zone) + self._ahead
