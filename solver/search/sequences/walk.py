"""The walk of a day with longer sessions or an order among sessions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.model.index import Index
from solver.search.sequences import kernel
from solver.search.sequences.arrays import (
    BEST,
    HARMONY,
    LEAST_WAITING,
    LOST,
    MOVED,
    PAIRS,
    REMEMBERED,
    SEATS,
    TOPIC,
    WAITING,
    SequencedInstance,
    empty_state,
)
from solver.search.shapes import NO_HEAT
from solver.search.walks import Standing


class SequenceWalk:
    """Whoever stands in the way of a session that moves changes places with it, goes elsewhere or waits."""

    def __init__(self, index: Index, instance: SequencedInstance, seed: int) -> None:
        """Set up an empty grid of its own."""
        self.instance, self.state = instance, empty_state(index, seed)
        self.movable = int(instance.movable.size)

    def go_to(self, slots: NDArray[np.int64], rooms: NDArray[np.int64]) -> None:
        """Start again from a grid."""
        kernel.set_grid(self.instance, self.state, slots, rooms)

    def losses(self) -> NDArray[np.float64]:
        """What random moves lost."""
        kernel.anneal_sequences(self.instance, self.state, 2 * REMEMBERED, NO_HEAT, NO_HEAT)
        return self.state.losses[: min(REMEMBERED, int(self.state.counters[LOST]))]

    def run(self, moves: int, hot: float, cold: float) -> None:
        """Try random moves."""
        kernel.anneal_sequences(self.instance, self.state, moves, hot, cold)

    def standing(self) -> Standing:
        """The grid as it is now."""
        figures = self.state.figures
        total = figures[HARMONY] - self.instance.weight[TOPIC] * figures[PAIRS] - figures[MOVED] - figures[SEATS]
        waiting = int(self.state.counters[WAITING])
        return Standing(waiting, float(total), self.state.slot.copy(), self.state.room.copy())

    def best(self) -> Standing:
        """The best grid seen."""
        waiting, total = int(self.state.counters[LEAST_WAITING]), float(self.state.figures[BEST])
        return Standing(waiting, total, self.state.best_slot, self.state.best_room)
