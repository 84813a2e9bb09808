"""The one place that asks what time it is."""

from datetime import UTC, datetime


def now() -> datetime:
    """The time, in UTC, aware."""
    return datetime.now(UTC)
