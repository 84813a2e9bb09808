"""What a thread anneals on: a grid that random moves change, with the best one seen; and the one for plain days."""

from __future__ import annotations

from threading import Event
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from solver.model.index import Index
from solver.search import arrays, kernel
from solver.search.shapes import BEST_TOTAL, BEST_UNPLACED, LOST, NO_HEAT, TOTAL, UNMEASURED, UNPLACED, Instance

CERTAIN = 1e12  # benefit of the doubt by which every move is weighed exactly
LARGE, TRUST_IF_LARGE = 200, 1.0  # sessions from which weighing costs so much that an estimate of seats comes first
SAMPLE = 2000  # moves from which the temperature is taken
SELDOM, NEVER = 63, (1 << 62) - 1  # moves between two that are measured, less one; a power of two, less one
CYCLES = 0.05  # share of moves that are cycles of three, up to the sessions of CAMP; ever fewer beyond
CAMP = 45  # a cycle costs many times a swap where slots are large

CYCLES_READY = Event()  # set once cycles are compiled: a search does not wait for them


class Standing(NamedTuple):
    """A grid as arrays, a slot and a room (-1: waits) for each session, and how good it is."""

    unplaced: int
    total: float
    slots: NDArray[np.int64]
    rooms: NDArray[np.int64]

    def beats(self, other: Standing) -> bool:
        """Say whether more sessions are placed here, or as many to a greater total."""
        return (-self.unplaced, self.total) > (-other.unplaced, other.total + kernel.CLOSE)


class Walk(Protocol):
    """A grid in work. `movable`: how many sessions may be moved at all."""

    movable: int

    def go_to(self, slots: NDArray[np.int64], rooms: NDArray[np.int64]) -> None:
        """Start again from a grid."""

    def losses(self) -> NDArray[np.float64]:
        """What some random moves lost that were tried without heat."""

    def run(self, moves: int, hot: float, cold: float) -> None:
        """Try random moves while the temperature falls from `hot` to `cold`."""

    def standing(self) -> Standing:
        """The grid as it is now."""

    def best(self) -> Standing:
        """The best grid seen; its arrays change when a better one is found."""


class ExchangeWalk:
    """The walk of a plain day: moves, swaps and cycles of sessions, rooms matched exactly within each slot."""

    def __init__(self, index: Index, instance: Instance, seed: int) -> None:
        """Set up a state of its own."""
        self.instance, self.state = instance, arrays.state(index, seed)
        self.movable = int(instance.movable.size)
        self.trust = CERTAIN if self.movable < LARGE else TRUST_IF_LARGE
        self.cycles, self.owed = CYCLES * min(1.0, CAMP / max(1, self.movable)) ** 2, 0.0

    def go_to(self, slots: NDArray[np.int64], rooms: NDArray[np.int64]) -> None:
        """Start again from a grid; its rooms are found afresh."""
        kernel.prepare(self.instance, self.state, slots)

    def losses(self) -> NDArray[np.float64]:
        """What random moves lost; from then on few or none are measured."""
        kernel.anneal(self.instance, self.state, SAMPLE, NO_HEAT, NO_HEAT, CERTAIN)
        self.state.counters[UNMEASURED] = SELDOM if self.trust < CERTAIN else NEVER
        return self.state.losses[: int(self.state.counters[LOST])]

    def run(self, moves: int, hot: float, cold: float) -> None:
        """Try moves and swaps, and among them cycles once those are compiled."""
        self.owed += moves * self.cycles if CYCLES_READY.is_set() else 0.0
        cycles = int(self.owed)
        self.owed -= cycles
        kernel.anneal(self.instance, self.state, moves - cycles, hot, cold, self.trust)
        if cycles > 0:
            kernel.cycle(self.instance, self.state, cycles, cold)

    def standing(self) -> Standing:
        """The grid as it is now."""
        state = self.state
        unplaced, total = int(state.counters[UNPLACED]), float(state.figures[TOTAL])
        return Standing(unplaced, total, state.slot.copy(), state.room.copy())

    def best(self) -> Standing:
        """The best grid seen."""
        state = self.state
        unplaced, total = int(state.counters[BEST_UNPLACED]), float(state.figures[BEST_TOTAL])
        return Standing(unplaced, total, state.best_slot, state.best_room)
