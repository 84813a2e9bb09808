"""Threads that anneal: each draws up rounds to suit the time there is, and all report to one best grid."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Condition, Event, Thread

import numpy as np
from numpy.typing import NDArray

from solver.model.index import Index
from solver.model.index import index as index_of
from solver.model.problem import Person, Problem, Room, Session, Slot
from solver.search import arrays, kernel
from solver.search.shapes import BEST_TOTAL, BEST_UNPLACED, LOST, TOTAL, UNMEASURED, UNPLACED, Instance, State

Cells = list[tuple[int, int] | None]
TAKEN = 0.05  # share of losing random moves that the temperature at the start of a round accepts
COLD = 0.04  # temperature at the end of a round, in parts of that at the start
WARM = 0.35  # how hot a round begins that starts from the best grid, in parts of a fresh one
CERTAIN = 1e12  # benefit of the doubt by which every move is weighed exactly
LARGE, TRUST_IF_LARGE = 200, 1.0  # sessions from which weighing costs so much that an estimate of seats comes first
SAMPLE, FROZEN = 2000, 1e-9  # moves from which the temperature is taken, and the one that accepts no loss
SELDOM, NEVER = 63, (1 << 62) - 1  # moves between two that are measured, less one; a power of two, less one
CYCLES = 0.05  # share of moves that are cycles of three, up to the sessions of CAMP; ever fewer beyond
CAMP = 45  # a cycle costs many times a swap where slots are large
FIRST = 0.1  # part of the time that the first round takes where one long round takes the rest
GROWTH = 1.6  # how much longer each round is than the one before, where there is time for many
PLENTY = 120.0  # moves a pair of session and cell after which a longer round finds no more
CHUNK = 0.03  # seconds that a thread computes before it looks up
STEPS = 20  # times in a round when a thread looks whether another is ahead
FIXED_CHUNK = 1000  # moves between two looks where moves are counted and not seconds

CYCLES_READY = Event()  # set once cycles are compiled: a search does not wait for them


@dataclass
class Best:
    """The best grid that any thread has found; `changed` wakes who waits for a better one."""

    unplaced: int
    total: float
    slots: NDArray[np.int64]
    rooms: NDArray[np.int64]
    version: int = 0
    changed: Condition = field(default_factory=Condition)

    def offer(self, state: State) -> None:
        """Take over a state's best grid if it is better."""
        unplaced, total = int(state.counters[BEST_UNPLACED]), float(state.figures[BEST_TOTAL])
        if (unplaced, -total) < (self.unplaced, -self.total - kernel.CLOSE):
            with self.changed:
                if (unplaced, -total) < (self.unplaced, -self.total - kernel.CLOSE):
                    self.unplaced, self.total = unplaced, total
                    self.slots, self.rooms = state.best_slot.copy(), state.best_room.copy()
                    self.version += 1
                    self.changed.notify_all()

    def cells(self) -> tuple[int, Cells]:
        """Return the version and the cell of each session."""
        with self.changed:
            pairs = zip(self.slots.tolist(), self.rooms.tolist(), strict=True)
            return self.version, [None if r < 0 else (t, r) for t, r in pairs]


@dataclass
class SharedSearch:
    """What the threads share: the instance, the best grid, where each stands, when to end, and how many may run on."""

    instance: Instance
    best: Best
    ends: float
    stop: Event
    moves: int | None
    standing: list[tuple[float, NDArray[np.int64]] | None]
    most: int

    def adopt(self, slots: NDArray[np.int64], rooms: NDArray[np.int64]) -> None:
        """Take over a grid with more sessions placed than any so far: threads go on from it, whatever its total."""
        unplaced, best = int((rooms < 0).sum()), self.best
        with best.changed:
            if unplaced < best.unplaced:
                best.unplaced, best.total, best.slots, best.rooms = unplaced, -np.inf, slots, rooms
                best.version += 1
                self.standing.append((-unplaced * kernel.FORBIDDEN, slots))
                best.changed.notify_all()

    def over(self) -> bool:
        """Say whether time is up or somebody said stop."""
        return self.stop.is_set() or (self.moves is None and time.monotonic() >= self.ends)


class AnnealingThread(Thread):
    """One thread: rounds of annealing from hot to cold until the race is over."""

    def __init__(self, race: SharedSearch, index: Index, slots: NDArray[np.int64], number: int, seed: int) -> None:
        """Set up a state of its own at `slots`."""
        super().__init__(name=f"thread-{number}", daemon=True)
        self.race, self.number, self.done = race, number, 0
        self.state = arrays.state(index, seed * 64 + number)
        kernel.prepare(race.instance, self.state, slots)
        race.best.offer(self.state)
        self.trust = CERTAIN if race.instance.movable.size < LARGE else TRUST_IF_LARGE
        self.hot = self._heat()
        cells = len(index.slot_ids) * len(index.room_ids)
        self.plenty = PLENTY * max(1, race.instance.movable.size) * max(1, cells)
        self.many = False
        self.rate = 1e5
        self.cycles, self.owed = CYCLES * min(1.0, CAMP / max(1, race.instance.movable.size)) ** 2, 0.0
        self.failed: BaseException | None = None

    def _heat(self) -> float:
        """Try moves without heat and measure them; return the temperature that takes `TAKEN` of those that lose."""
        kernel.anneal(self.race.instance, self.state, SAMPLE, FROZEN, FROZEN, CERTAIN)
        self.state.counters[UNMEASURED] = SELDOM if self.trust < CERTAIN else NEVER
        return temperature(self.state.losses[: int(self.state.counters[LOST])], TAKEN)

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
        if race.instance.movable.size == 0:
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
                kernel.prepare(race.instance, self.state, race.best.slots)
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
        self.owed += moves * self.cycles if CYCLES_READY.is_set() else 0.0
        cycles = int(self.owed)
        self.owed -= cycles
        kernel.anneal(self.race.instance, self.state, moves - cycles, hot, cold, self.trust)
        if cycles > 0:
            kernel.cycle(self.race.instance, self.state, cycles, cold)
        self.rate += 0.2 * (moves / max(1e-5, time.monotonic() - began) - self.rate)
        self.done += moves
        self.race.best.offer(self.state)

    def _look_around(self) -> None:
        """Tell the others where this thread stands, and go on from where another one does if that is better."""
        race, state = self.race, self.state
        race.standing[self.number] = (
            float(state.figures[TOTAL]) - state.counters[UNPLACED] * kernel.FORBIDDEN,
            state.slot.copy(),
        )
        ahead = max((place for place in race.standing if place is not None), key=lambda place: place[0])
        mine = race.standing[self.number]
        if mine is not None and ahead[0] > mine[0] + kernel.CLOSE:
            kernel.prepare(race.instance, state, ahead[1])


def temperature(losses: NDArray[np.float64], taken: float) -> float:
    """Return the temperature at which Metropolis' rule accepts the share `taken` of losses; 1 if there are none."""
    low, high = FROZEN, 100.0 * float(losses.max(initial=0.0))
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
    index: Index, cells: Cells, workers: int, seed: int, ends: float, stop: Event, moves: int | None
) -> tuple[SharedSearch, list[AnnealingThread]]:
    """Start the threads from a grid; `ends` is a `time.monotonic()`, `moves` a budget for each thread instead."""
    slots, rooms = as_arrays(index, cells)
    best = Best(len(cells) + 1, -np.inf, slots, rooms)
    shared = SharedSearch(arrays.instance(index), best, ends, stop, moves, [None] * workers, workers)
    threads = []
    for number in range(workers):
        thread = AnnealingThread(shared, index, slots, number, seed)
        threads.append(thread)
    for thread in threads:
        thread.start()
    return shared, threads


def warm_up() -> None:
    """Compile what a search cannot do without, or load it from numba's cache, on a day of one cell."""
    _tiny(lambda instance, state: kernel.anneal(instance, state, 1, 1.0, 1.0, CERTAIN))


def complete() -> None:
    """Compile or load the rest of the kernel, which running searches use from then on."""
    _tiny(lambda instance, state: kernel.cycle(instance, state, 1, 1.0))
    CYCLES_READY.set()


def _tiny(use: Callable[[Instance, State], None]) -> None:
    view = index_of(Problem((Slot("t"),), (Room("r", 1.0),), (Session("s"),), (Person("p", {"s": 1}),)))
    instance, state = arrays.instance(view), arrays.state(view, 1)
    kernel.prepare(instance, state, as_arrays(view, [None])[0])
    use(instance, state)
