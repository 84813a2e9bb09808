"""Simulated annealing in plain Python: for longer sessions and an order, and until the compiled search is there.

Moves put a session into any cells that it may take; what stands in the way goes to where it came from, to any free
cells, or waits. Seats are weighed exactly, slot by slot.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy as np

from solver.model.index import Cell, Cells
from solver.model.score import OTHER_ROOM
from solver.search.board import Board
from solver.search.shapes import TRIES, WAITING_COST

CHECK = 16  # moves between two looks at the clock
Rank = tuple[int, float]


class PlainSearch:
    """Annealing on a board; `best` is the best grid met, fewest waiting first, then the greatest total."""

    def __init__(self, board: Board, seed: int) -> None:
        """Take over a board, which moves from now on."""
        self.board, self.random = board, random.Random(seed)  # noqa: S311
        index = self.index = board.index
        self.movable = [s for s, cell in enumerate(index.fixed) if cell is None and any(index.mask[s])]
        rooms = range(len(index.room_ids))
        self.starts = [
            [(t, r) for t, mask in enumerate(row) for r in rooms if mask >> r & 1] if index.fixed[s] is None else []
            for s, row in enumerate(index.mask)
        ]
        self._fans = [
            (np.array([p for p, _ in fans], np.int64), np.array([level for _, level in fans], np.int8))
            for fans in index.fans
        ]
        self._here = np.ones((board.slots, len(index.person_ids)), np.int8)
        for p, absent in enumerate(index.absent):
            self._here[absent, p] = 0
        self.seats = [self._lacking(t) for t in range(board.slots)]
        self.best: Cells = list(board.where)
        self.best_rank = self.rank()

    def rank(self) -> Rank:
        """How good the board is: minus how many sessions wait, then the total."""
        return -sum(cell is None for cell in self.board.where), self.value()

    def value(self) -> float:
        """Total of the board, seats lacking in frozen slots and previous cells that are lost aside."""
        index, weights = self.index, self.index.problem.weights
        moved = sum(
            weights.moved * (1 if now is None or now[0] != cell[0] else OTHER_ROOM * (now[1] != cell[1]))
            for cell, now in zip(index.before, self.board.where, strict=True)
            if cell is not None
        )
        return self.board.harmony - weights.topic * self.board.pairs - moved - sum(self.seats)

    def run(self, moves: int, temperature: float, stop: Callable[[], bool]) -> None:
        """Try `moves` random moves at one temperature, fewer if told to stop."""
        if not self.movable:
            return
        for i in range(moves):
            if i % CHECK == 0 and stop():
                return
            self._try(self.random.choice(self.movable), temperature)

    def _try(self, s: int, temperature: float) -> None:
        """Put session s elsewhere; take all back if it cannot be, or if the loss is too great at this temperature."""
        board, before = self.board, self.rank()
        cell, old = self.random.choice(self.starts[s]), board.where[s]
        if cell == old:
            return
        others = self._standing(s, cell)
        if any(self.index.fixed[other] is not None for other in others):
            return
        came_from = {other: board.where[other] for other in (s, *others)}
        for other in (s, *others):
            if board.where[other] is not None:
                board.lift(other)
        if not self._change(s, cell, others, old) or not self._accept(before, came_from, temperature):
            self._take_back(came_from)
        elif (after := self.rank()) > (self.best_rank[0], self.best_rank[1] + 1e-9):
            self.best, self.best_rank = list(board.where), after

    def _change(self, s: int, cell: Cell, others: list[int], old: Cell | None) -> bool:
        """Put session s, lifted from `old` with the others, into cells; say whether that keeps all rules."""
        if not self._put(s, cell):
            return False
        for other in others:
            self._give_way(other, old)
        return self._orderly(s, others)

    def _accept(self, before: Rank, came_from: dict[int, Cell | None], temperature: float) -> bool:
        """Say whether chance at this temperature agrees with what was done; seats are counted where they decide."""
        least = max(temperature, 1e-9) * math.log(self.random.random() + 1e-300)
        touched = self._slots(came_from) | self._slots({other: self.board.where[other] for other in came_from})
        seats = {t: self.seats[t] for t in touched}
        for t in touched:
            self.seats[t] = 0.0
        fine = self._gain(before) >= least
        if fine:
            for t in touched:
                self.seats[t] = self._lacking(t)
            fine = self._gain(before) >= least
        if not fine:
            for t, lacking in seats.items():
                self.seats[t] = lacking
        return fine

    def _gain(self, before: Rank) -> float:
        after = self.rank()
        return (after[0] - before[0]) * WAITING_COST + after[1] - before[1]

    def _standing(self, s: int, cell: Cell) -> list[int]:
        """Who else stands in the cells that s takes when it starts in one."""
        found = {self.board.cells[t][cell[1]] for t in self.index.runs[s][cell[0]]}
        return sorted(found - {-1, s})

    def _put(self, s: int, cell: Cell) -> bool:
        """Put session s, which stands nowhere, into cells if they are free and allowed."""
        t, r = cell
        if not self.index.mask[s][t] >> r & 1 or any(self.board.cells[u][r] >= 0 for u in self.index.runs[s][t]):
            return False
        if self.board.clash(s, t):
            return False
        self.board.drop(s, t, r)
        return True

    def _give_way(self, s: int, old: Cell | None) -> None:
        """Put a session that lost its cells to where the other came from, or to some free cells, or let it wait."""
        if old is not None and self._put(s, old):
            return
        for cell in self.random.sample(self.starts[s], min(TRIES, len(self.starts[s]))):
            if self._put(s, cell):
                return

    def _orderly(self, s: int, others: list[int]) -> bool:
        """Say whether no placed session still waits for one of those that moved."""
        board = self.board
        for moved in (s, *others):
            cell = board.where[moved]
            if cell is not None and not board.in_order(moved, cell[0]):
                return False
            if cell is None and any(
                board.where[follower] is not None and self.index.fixed[follower] is None
                for follower in board.followers[moved]
            ):
                return False
        return True

    def _take_back(self, came_from: dict[int, Cell | None]) -> None:
        for other in came_from:
            if self.board.where[other] is not None:
                self.board.lift(other)
        for other, cell in came_from.items():
            if cell is not None:
                self.board.drop(other, *cell)

    def _slots(self, cells: dict[int, Cell | None]) -> set[int]:
        return {t for s, cell in cells.items() if cell is not None for t in self.index.runs[s][cell[0]]}

    def _lacking(self, t: int) -> float:
        """What the seats that lack in slot t cost, and no room that changed: that is counted as moved."""
        index, where = self.index, self.board.where
        here = sorted({s for s in self.board.cells[t] if s >= 0})
        level, count = np.zeros_like(self._here[t]), np.zeros(len(self._here[t]))
        for s in here:
            who, wants = self._fans[s]
            level[who] = np.maximum(level[who], wants * self._here[t][who])
        going = []
        for s in here:
            who, wants = self._fans[s]
            going.append(who[(wants == level[who])])
            count[going[-1]] += 1
        lacking = 0.0
        for s, who in zip(here, going, strict=True):
            cell, heads = where[s], float((1 / count[who]).sum())
            if cell is not None:
                lacking += max(0.0, heads * index.scale[s] + index.base[s] - index.capacity[cell[1]])
        return index.problem.weights.turned_away * lacking
