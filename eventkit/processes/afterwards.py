"""What a worker does while nothing is built: it studies the grid of a build that ended, until the next build."""

import time
from typing import Any

import structlog

from eventkit.building import leases, studies
from eventkit.building.studies import Findings
from eventkit.processes.child import OrderedChild
from eventkit.storage.db import Database

log = structlog.get_logger()

OVERTIME = 60.0  # seconds beyond its own within which a child must end; what would help most is within


class Afterwards:
    """The study that this worker holds, if any. Only the worker's own thread calls it."""

    def __init__(self, database: Database, worker: str):
        self._database = database
        self._worker = worker
        self._study: _Study | None = None
        self._look_at = 0.0

    def round(self) -> None:
        """One look, while this worker has nothing to build: begin a study, or write down what the one begun found."""
        if self._study is not None:
            self._tend(self._study)
        elif time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + leases.HEARTBEAT
            self._begin()

    def give_way(self) -> None:
        """End the child at once, keep what it found, and let go of the study."""
        self._look_at = 0.0  # once there is time again, at once
        if (study := self._study) is None:
            return
        study.child.kill()
        self._study = None  # if the database is busy now, the lease runs out by itself
        try:
            self._database.write(lambda tx: studies.give_back(tx, study.held, study.seconds, study.found))
        except leases.Lost:
            log.info("study lost", build=study.held.build_id)

    def _begin(self) -> None:
        with self._database.reading() as tx:
            if not studies.claimable(tx):
                return
        held = self._database.write(lambda tx: studies.claim(tx, self._worker))
        if held is not None:
            log.info("study begun", build=held.build_id, fence=held.fence)
            with self._database.reading() as tx:
                order = studies.order(tx, held)
            self._study = _Study(held, order)

    def _tend(self, study: "_Study") -> None:
        over = study.child.over  # before what it found is written: nothing comes after it
        with self._database.reading() as tx:
            goes_on = studies.goes_on(tx, study.held)
        if not goes_on:
            self.give_way()
        elif over or study.overdue:
            self._end(study)
        elif time.monotonic() >= study.beat_at:
            self._keep(study)

    def _keep(self, study: "_Study", ended: bool = False) -> None:
        try:
            self._database.write(lambda tx: studies.keep(tx, study.held, study.seconds, study.found, ended))
            study.beat_at = time.monotonic() + leases.HEARTBEAT
        except leases.Lost:
            log.info("study lost", build=study.held.build_id)
            study.child.kill()
            self._study = None

    def _end(self, study: "_Study") -> None:
        self._keep(study, ended=True)
        study.child.kill()
        self._study = None
        if code := study.child.code:
            log.error("study failed", build=study.held.build_id, code=code)
        log.info("study ended", build=study.held.build_id)


class _Study:
    """A child that studies one build's grid, and what it has found."""

    def __init__(self, held: studies.Held, order: dict[str, Any]):
        self.held = held
        self.found = Findings()
        self.beat_at = time.monotonic() + leases.HEARTBEAT
        self._began = time.monotonic()
        self._deadline: float = self._began + order["seconds"] + OVERTIME
        self.child = OrderedChild("eventkit.processes.studying", order, self._hear)

    @property
    def seconds(self) -> float:
        """How long it has studied."""
        return time.monotonic() - self._began

    @property
    def overdue(self) -> bool:
        return time.monotonic() > self._deadline

    def _hear(self, finding: dict[str, Any]) -> None:
        self.found = Findings(finding.get("bound", self.found.bound), finding.get("help", self.found.help))
