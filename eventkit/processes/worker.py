"""The worker process: claims builds, solves each in a child process and writes down what the child finds."""

import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

import solver
from eventkit.building import builds, incumbents, leases, warm_starts
from eventkit.config import Config
from eventkit.processes.afterwards import Afterwards
from eventkit.processes.child import Child, OrderedChild
from eventkit.processes.housekeeping import Housekeeping
from eventkit.processes.pushing import Pushing
from eventkit.processes.solving import REFUSED
from eventkit.storage.db import Database, DatabaseBusy, DatabaseFull, Transaction
from eventkit.storage.tables import Build
from eventkit.text.language import marked

log = structlog.get_logger()

POLL = 0.2  # seconds between two looks at the database
OVERTIME = 60.0  # seconds beyond its own within which a child must end; compiling on a slow laptop is within
GRACE = 5.0  # seconds that a child has to end after it was told to
LEAST_AGAIN = 3  # seconds that a build taken over still gets

MEMORY = marked(
    "The solver ran out of memory, so it could not go on. Build again with fewer seconds, or on a bigger machine."
)
BROKE = marked("The solver broke off unexpectedly. Build again; if it stays, tell whoever runs this machine.")
NOTHING = marked("The solver ended without a grid. Build again; if it stays, tell whoever runs this machine.")


def main() -> int:
    """Run a worker until SIGTERM or SIGINT; returns the exit code."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    config = Config.from_environ()
    database = Database(config.database_url)
    os.environ.setdefault("XDG_CACHE_HOME", str(config.var))  # for the solver, where the code is not ours to write to
    compiling = _compile()
    try:
        Loop(database, pushing=Pushing(database, config) if config.push else None).run(stop)
    finally:
        compiling.kill()
        database.close()
    return 0


def _compile() -> Child:
    """Compile behind everything else what set-up left to do, the proof above all; what goes wrong is in the log."""
    return Child("solver", "--warm", niceness=19)


class Loop:
    """One worker: the only thread that talks to the database; each child has a thread that listens to it."""

    def __init__(self, database: Database, name: str = "", most: int | None = None, pushing: Pushing | None = None):
        self.name = name or f"{socket.gethostname()[:50]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._database = database
        self._cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._most = most or self._cores
        self._jobs: dict[int, Job] = {}
        self._afterwards = Afterwards(database, self.name)
        self._housekeeping = Housekeeping(database)
        self._pushing = pushing
        self._beat_at = 0.0

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set, then end every child and give every build back."""
        log.info("worker started", worker=self.name)
        try:
            while not stop.is_set():
                self._try(self.round)
                stop.wait(POLL)
        finally:
            self._try(self._afterwards.give_way)
            self._try(self._give_all_back)
            if self._pushing:
                self._pushing.close()
            log.info("worker ended", worker=self.name)

    def round(self) -> None:
        """One look: what to stop, what was found, what to claim; with nothing to build, what to study."""
        if time.monotonic() >= self._beat_at:
            self._database.write(self._beat)
            self._beat_at = time.monotonic() + leases.HEARTBEAT
        self._pass_stops_on()
        for job in list(self._jobs.values()):
            self._tend(job)
        if self._pushing:
            self._tell_phones(self._pushing)
        with self._database.reading() as tx:
            more = len(self._jobs) < self._most and builds.claimable(tx)
        if more or self._jobs:
            self._afterwards.give_way()
        else:
            self._afterwards.round()
            self._housekeeping.round()
        if more and (held := self._database.write(lambda tx: builds.claim(tx, self.name))):
            self._begin(held)

    def _beat(self, tx: Transaction) -> None:
        builds.register(tx, self.name)
        for job in self._jobs.values():
            try:
                builds.renew(tx, job.held)
            except leases.Lost:
                job.lost = True

    def _pass_stops_on(self) -> None:
        with self._database.reading() as tx:
            ended = builds.must_stop(tx, [job.held for job in self._jobs.values()])
        for build_id in ended:
            self._jobs[build_id].stop()

    def _begin(self, held: builds.Claim) -> None:
        """Snapshot the problem (or take the one of the worker before) and start a child on it."""
        log.info("build claimed", build=held.build_id, fence=held.fence)
        with self._database.reading() as tx:
            build = tx.get_one(Build, held.build_id)
            problem, seconds, base_version = build.problem, build.seconds, build.base_version
            best = incumbents.newest(tx, held.build_id)
            spent = best.elapsed if best else 0.0
            if not problem:
                problem, base_version = builds.order(tx, held)
        try:
            self._database.write(lambda tx: builds.remember_order(tx, held, problem, base_version))
        except leases.Lost:
            return
        with self._database.reading() as tx:
            warm = warm_starts.warm_start(tx, held.build_id, problem)
        known = [placement.to_json() for placement in (best.grid if best else warm.grid)]
        order = {
            "problem": problem,
            "known": known,
            "known_bound": warm.bound,
            "seconds": max(LEAST_AGAIN, seconds - spent),
        }
        self._jobs[held.build_id] = Job(held, {**order, "workers": self._cores}, spent)

    def _tend(self, job: "Job") -> None:
        """Write what the job's child found, and its end."""
        job.end_if_overdue()
        try:
            if job.lost:
                raise leases.Lost
            over = job.over  # before the last answer is taken: nothing comes after it
            if found := job.take():
                self._keep(job, found)
            if over:
                failure = job.failure()
                self._database.write(lambda tx: builds.finish(tx, job.held, failure))
                log.info("build ended", build=job.held.build_id, failure=failure)
                self._drop(job)
        except leases.Lost:
            log.info("build lost", build=job.held.build_id, fence=job.held.fence)
            self._drop(job)

    def _keep(self, job: "Job", found: solver.Incumbent) -> None:
        try:
            self._database.write(lambda tx: builds.add_incumbent(tx, job.held, found))
        except (DatabaseBusy, DatabaseFull):
            job.put_back(found)
            raise

    def _drop(self, job: "Job") -> None:
        job.kill()
        del self._jobs[job.held.build_id]

    def _give_all_back(self) -> None:
        jobs, self._jobs = self._jobs, {}
        for job in jobs.values():
            job.kill()
        self._database.write(lambda tx: self._sign_off(tx, list(jobs.values())))

    def _sign_off(self, tx: Transaction, jobs: "list[Job]") -> None:
        for job in jobs:
            try:
                if found := job.take():
                    builds.add_incumbent(tx, job.held, found)
                builds.give_back(tx, job.held)
            except leases.Lost:
                log.info("build lost", build=job.held.build_id)
        builds.sign_off(tx, self.name)

    def _tell_phones(self, pushing: Pushing) -> None:
        """Send some notifications; whatever goes wrong with one of them holds up no build."""
        try:
            self._try(pushing.round)
        except Exception:
            log.exception("notifications failed", worker=self.name)

    def _try(self, work: Callable[[], None]) -> None:
        """Do a piece of work; a database that is busy, full or restarting is met again at the next round."""
        try:
            work()
        except (DatabaseBusy, DatabaseFull) as error:
            log.warning("database refused", worker=self.name, error=str(error)[:200])


class Job:
    """A child that solves one build: what it found last, and how it ended."""

    def __init__(self, held: builds.Claim, order: Mapping[str, Any], spent: float):
        self.held = held
        self.lost = False
        self._spent = spent  # seconds that workers before this one had
        self._latest: solver.Incumbent | None = None
        self._found = False
        self._deadline = time.monotonic() + order["seconds"] + OVERTIME
        self._told_to_stop = False
        self._child = OrderedChild("eventkit.processes.solving", order, self._hear)

    @property
    def over(self) -> bool:
        """Whether the child has ended and all it said was read."""
        return self._child.over

    def take(self) -> solver.Incumbent | None:
        """The newest grid that was not taken yet."""
        latest, self._latest = self._latest, None
        return latest

    def put_back(self, found: solver.Incumbent) -> None:
        """Keep a grid that could not be written, unless a newer one is there."""
        self._latest = self._latest or found

    def stop(self) -> None:
        """Tell the child to end with what it has; again is harmless."""
        if not self._told_to_stop:
            self._told_to_stop = True
            self._deadline = min(self._deadline, time.monotonic() + GRACE)
            self._child.tell_to_stop()

    def end_if_overdue(self) -> None:
        """Stop a child that should have ended, and kill one that does not listen."""
        if time.monotonic() > self._deadline and not self.over:
            if self._told_to_stop:
                self._child.kill()
            self.stop()

    def kill(self) -> None:
        """End the child at once."""
        self._child.kill()

    def failure(self) -> str:
        """Why the build failed, in plain words; empty where it did not. Only once it is over."""
        code, errors = self._child.code, self._child.errors
        if code == 0 or (self._told_to_stop and code == -signal.SIGKILL and self._found):
            return "" if self._found else NOTHING
        log.error("solver failed", build=self.held.build_id, code=code)
        if code == REFUSED:
            return f"The event cannot be built as it is: {errors.strip().splitlines()[-1][:300]}"
        return MEMORY if code == -signal.SIGKILL or "MemoryError" in errors else BROKE

    def _hear(self, answer: dict[str, Any]) -> None:
        found = solver.Incumbent.from_json(answer)
        self._latest = replace(found, elapsed=found.elapsed + self._spent)
        self._found = True
