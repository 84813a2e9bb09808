"""Threads that anneal: each draws up rounds to suit the time there is, and all report to one best grid."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Condition, Event, Thread

import numpy as np
from numpy.typing import NDArray

from solver.model.index import Cells, Index
from solver.model.index import index as index_of
from solver.model.problem import Attendee, MeetingRoom, Problem, Session, TimeSlot
from solver.search import arrays, kernel
from solver.search.sequences.arrays import sequenced_instance
from solver.search.sequences.walk import SequenceWalk
from solver.search.shapes import NO_HEAT
from solver.search.walks import CYCLES_READY, ExchangeWalk, Standing, Walk

TAKEN = 0.05  # share of losing random moves that the temperature at the start of a round accepts
COLD = 0.04  # temperature at the end of a round, in parts of that at the start
WARM = 0.35  # how hot a round begins that starts from the best grid, in parts of a fresh one
FIRST = 0.1  # part of the time that the first round takes where one long round takes the rest
GROWTH = 1.6  # how much longer each round is than the one before, where there is time for many
PLENTY = 120.0  # moves a pair of session and cell after which a longer round finds no more
CHUNK = 0.03  # seconds that a thread computes before it looks up
STEPS = 20  # times in a round when a thread looks whether another is ahead
FIXED_CHUNK = 1000  # moves between two looks where moves are counted and not seconds


@dataclass
class Best:
    """The best grid that any thread has found; `changed` wakes who waits for a better one."""

    grid: Standing
    version: int = 0
    changed: Condition = field(default_factory=Condition)

    def offer(self, found: Standing) -> None:
        """Take over a copy of a grid if it is better."""
        if found.beats(self.grid):
            with self.changed:
                if found.beats(self.grid):
                    self.grid = found._replace(slots=found.slots.copy(), rooms=found.rooms.copy())
                    self.version += 1
                    self.changed.notify_all()

    def cells(self) -> tuple[int, Cells]:
        """Return the version and the cell of each session."""
        with self.changed:
            pairs = zip(self.grid.slots.tolist(), self.grid.rooms.tolist(), strict=True)
            return self.version, [None if r < 0 else (t, r) for t, r in pairs]


@dataclass
class SharedSearch:
    """What the threads share: the best grid, where each stands, when to end, and how many may run on."""

    best: Best
    ends: float
    stop: Event
    moves: int | None
    standing: list[Standing | None]
    most: int

    def adopt(self, slots: NDArray[np.int64], rooms: NDArray[np.int64]) -> None:
        """Take over a grid with more sessions placed than any so far: threads go on from it, whatever its total."""
        found, best = Standing(int((rooms < 0).sum()), -np.inf, slots, rooms), self.best
        with best.changed:
            if found.unplaced < best.grid.unplaced:
                best.grid = found
                best.version += 1
                self.standing.append(found)
                best.changed.notify_all()

    def over(self) -> bool:
        """Say whether time is up or somebody said stop."""
        return self.stop.is_set() or (self.moves is None and time.monotonic() >= self.ends)


class AnnealingThread(Thread):
    """One thread: rounds of annealing from hot to cold until the race is over."""

    def __init__(self, race: SharedSearch, walk: Walk, cells: int, number: int) -> None:
        """Take over a walk that stands where the search begins, on a day of so many cells."""
        super().__init__(name=f"thread-{number}", daemon=True)
        self.race, self.walk, self.number, self.done = race, walk, number, 0
        race.best.offer(walk.best())
        self.hot = temperature(walk.losses(), TAKEN)
        self.plenty = PLENTY * max(1, walk.movable) * max(1, cells)
        self.many = False
        self.rate = 1e5
        self.failed: BaseException | None = None

    def run(self) -> None:
        """Anneal round after round."""
        try:
            self._rounds()
        except BaseException as error:
            self.failed = error
            raise
        finally:
            with self.race.best.changed:
                self.race.best.changed.notify_all()

    def _rounds(self) -> None:
        race, number = self.race, 0
        if self.walk.movable == 0:
            return
        self._calibrate()
        length = self._left() * FIRST
        many = self.many = self.plenty < self._left() / 3
        if many:
            length = self.plenty / 8
        while not race.over() and self._left() > 0 and self.number < race.most:
            left = self._left()
            if left < 2 * length or (number > 0 and not many):
                length = left
            warm = many and (number + self.number) % 2 == 1
            if warm:
                self.walk.go_to(race.best.grid.slots, race.best.grid.rooms)
            self._round(length, self.hot * (WARM if warm else 1.0), self.hot * COLD, together=not many)
            length, number = min(length * GROWTH, 2 * self.plenty), number + 1

    def _calibrate(self) -> None:
        """Measure how many moves a second this thread makes."""
        if self.race.moves is None:
            began = time.monotonic()
            self._run(500, self.hot, self.hot)
            self.rate = 500 / max(1e-5, time.monotonic() - began)

    def _left(self) -> float:
        """Moves left in the budget, or that fit into the time left."""
        if self.race.moves is not None:
            return self.race.moves - self.done
        return max(0.0, self.race.ends - time.monotonic()) * self.rate

    def _round(self, length: float, hot: float, cold: float, together: bool) -> None:
        began, ends = self.done, time.monotonic() + length / self.rate
        span, part, step = max(1e-6, ends - time.monotonic()), 0.0, 0
        while part < 1.0 and not self.race.over() and self.number < self.race.most:
            moves = FIXED_CHUNK if self.race.moves is not None else max(64, int(self.rate * CHUNK))
            ahead = min(1.0, part + moves / max(1.0, length))
            self._run(moves, hot * (cold / hot) ** part, hot * (cold / hot) ** ahead)
            if self.race.moves is not None:
                part = (self.done - began) / length
            else:
                part = 1.0 - (ends - time.monotonic()) / span
            if together and int(part * STEPS) > step:
                step = int(part * STEPS)
                self._look_around()

    def _run(self, moves: int, hot: float, cold: float) -> None:
        began = time.monotonic()
        self.walk.run(moves, hot, cold)
        self.rate += 0.2 * (moves / max(1e-5, time.monotonic() - began) - self.rate)
        self.done += moves
        self.race.best.offer(self.walk.best())

    def _look_around(self) -> None:
        """Tell the others where this thread stands, and go on from where another one does if that is better."""
        race = self.race
        race.standing[self.number] = mine = self.walk.standing()
        for other in race.standing:
            if other is not None and other.beats(mine):
                mine = other
        if mine is not race.standing[self.number]:
            self.walk.go_to(mine.slots, mine.rooms)


def temperature(losses: NDArray[np.float64], taken: float) -> float:
    """Return the temperature at which Metropolis' rule accepts the share `taken` of losses; 1 if there are none."""
    low, high = NO_HEAT, 100.0 * float(losses.max(initial=0.0))
    if high <= low:
        return 1.0
    for _ in range(50):
        middle = (low * high) ** 0.5
        few = float(np.exp(-losses / middle).mean()) < taken
        low, high = (middle, high) if few else (low, middle)
    return high


def as_arrays(index: Index, cells: Cells) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the slot (T for those that wait) and the room (-1) of each session."""
    none = len(index.slot_ids)
    slots = np.array([none if cell is None else cell[0] for cell in cells], dtype=np.int64)
    return slots, np.array([-1 if cell is None else cell[1] for cell in cells], dtype=np.int64)


def start_threads(
    index: Index, cells: Cells, workers: int, seed: int, ends: float, stop: Event, *, moves: int | None
) -> tuple[SharedSearch, list[AnnealingThread]]:
    """Start the threads from a grid; `ends` is a `time.monotonic()`, `moves` a budget for each thread instead."""
    slots, rooms = as_arrays(index, cells)
    best = Best(Standing(len(cells) + 1, -np.inf, slots, rooms))
    shared = SharedSearch(best, ends, stop, moves, [None] * workers, workers)
    walks, size = walks_of(index, workers, seed), len(index.slot_ids) * len(index.room_ids)
    threads = []
    for number, walk in enumerate(walks):
        walk.go_to(slots, rooms)
        threads.append(AnnealingThread(shared, walk, size, number))
    for thread in threads:
        thread.start()
    return shared, threads


def walks_of(index: Index, workers: int, seed: int) -> list[Walk]:
    """A walk for each thread, of the kind that the day needs."""
    seeds = [seed * 64 + number for number in range(workers)]
    if index.problem.plain:
        instance = arrays.instance(index)
        return [ExchangeWalk(index, instance, seed) for seed in seeds]
    instances = sequenced_instance(index)
    return [SequenceWalk(index, instances, seed) for seed in seeds]


def warm_up() -> None:
    """Compile what a search cannot do without, or load it from numba's cache, on a day of one cell."""
    for length in (1, 2):  # plain days, and others
        view = _tiny(length)
        for walk in walks_of(view, 1, 1):
            walk.go_to(*as_arrays(view, [None]))
            walk.run(1, 1.0, 1.0)


def complete() -> None:
    """Compile or load the rest of the kernel, which running searches use from then on."""
    view = _tiny(1)
    instance, state = arrays.instance(view), arrays.state(view, 1)
    kernel.prepare(instance, state, as_arrays(view, [None])[0])
    kernel.cycle(instance, state, 1, 1.0)
    CYCLES_READY.set()


def _tiny(length: int) -> Index:
    """A day of one cell."""
    return index_of(
        Problem(
            (TimeSlot("t"),), (MeetingRoom("r", 1.0),), (Session(id="s", length=length),), (Attendee("p", {"s": 1}),)
        )
    )
