"""Leases: they hold while their holder is heard of, on a clock that nobody can set."""

import pytest
from sqlmodel import col, select

from eventkit.building import leases
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Build
from tests.world.building import BuildableEvent


def test_clock_never_goes_back(database: Database) -> None:
    readings = []
    for _ in range(5):
        with database.reading() as tx:
            readings.append(leases.clock(tx))
    assert readings == sorted(readings)
    assert readings[0] > 0


@pytest.mark.parametrize(
    ("seconds_left", "over"),
    [(leases.LEASE, False), (0.5, False), (-0.5, True), (-1e6, True), (2 * leases.LEASE - 1, False), (1e6, True)],
)
def test_lease_is_over_when_its_time_is_past_or_from_before_a_restart(
    database: Database, seconds_left: float, over: bool
) -> None:
    build = BuildableEvent(database).start()
    at = 1_000_000_000.0

    def give(tx: Transaction) -> None:
        tx.get_one(Build, build.id).lease_until = at + seconds_left

    database.write(give)
    with database.reading() as tx:
        found = tx.scalars(select(col(Build.id)).where(leases.ran_out(Build.lease_until, at))).all()
    assert bool(found) == over


def test_heartbeats_come_several_times_within_a_lease() -> None:
    assert leases.LEASE >= 3 * leases.HEARTBEAT
