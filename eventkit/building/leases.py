"""Leases: who holds a piece of work, told by a clock that nobody sets, so that a lost worker's work is free again."""

import time
from typing import Any

from sqlmodel import col, func, or_, select

from eventkit.storage.db import Transaction

LEASE = 10.0  # seconds for which a claim holds without a heartbeat
HEARTBEAT = 2.0  # seconds between heartbeats
MOST_CLAIMS = 8  # after so many claims of one piece of work, it is what kills the workers


class Lost(Exception):
    """The work is somebody else's now, or has ended: whoever gets this stops working on it."""


def clock(tx: Transaction) -> float:
    """Seconds on the clock of leases: the machine's uptime on SQLite, the database's own clock on PostgreSQL."""
    if tx.get_bind().dialect.name != "sqlite":
        return float(tx.scalar(select(func.extract("epoch", func.clock_timestamp()))) or 0.0)
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def ran_out(until: Any, at: float) -> Any:
    """The condition that a lease is over; one further away than a lease is from before the machine was restarted."""
    return or_(col(until) < at, col(until) > at + 2 * LEASE)
