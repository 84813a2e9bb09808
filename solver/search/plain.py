"""Local search in plain Python: what runs until the compiled search is there, or where it cannot be."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from solver.model.score import OTHER_ROOM
from solver.search.board import Board

CHECK = 32  # moves between two looks at the clock


class PlainSearch:
    """Annealing by moving and swapping sessions on a board; rooms are only kept feasible, not optimised."""

    def __init__(self, board: Board, seed: int) -> None:
        """Take over a board; `best` is its grid until a better one is found."""
        self.board, self.random = board, random.Random(seed)  # noqa: S311
        index = board.index
        self.movable = [s for s, cell in enumerate(index.fixed) if cell is None and any(index.mask[s])]
        self.cells = [(t, r) for t in range(board.slots) for r in range(len(index.room_ids)) if self._ever(t, r)]
        self.best = list(board.where)
        self.best_value = self.value()

    def _ever(self, t: int, r: int) -> bool:
        return any(self.board.index.mask[s][t] >> r & 1 for s in self.movable)

    def value(self) -> float:
        """Total of the board but for heads turned away."""
        index, weights = self.board.index, self.board.index.problem.weights
        moved = sum(
            weights.moved * (1 if now is None or now[0] != cell[0] else OTHER_ROOM * (now[1] != cell[1]))
            for cell, now in zip(index.before, self.board.where, strict=True)
            if cell is not None
        )
        return self.board.harmony - weights.topic * self.board.pairs - moved

    def run(self, moves: int, temperature: float, stop: Callable[[], bool]) -> None:
        """Try `moves` random moves at one temperature, fewer if told to stop."""
        if not self.movable or not self.cells:
            return
        for i in range(moves):
            if i % CHECK == 0 and stop():
                return
            self._try(self.random.choice(self.movable), *self.random.choice(self.cells), temperature)

    def _try(self, s: int, t: int, r: int, temperature: float) -> None:
        board, index = self.board, self.board.index
        cell, other = board.where[s], board.cells[t][r]
        if other == s or not index.mask[s][t] >> r & 1 or (other >= 0 and index.fixed[other] is not None):
            return
        if other >= 0 and cell is not None and not index.mask[other][cell[0]] >> cell[1] & 1:
            return
        before = self.value()
        if not self._exchange(s, other, (t, r), cell):
            return
        gain = self.value() - before + (1e9 if cell is None and other < 0 else 0)
        if gain < 0 and self.random.random() >= math.exp(gain / max(temperature, 1e-9)):
            self._swap_back(s, other, (t, r), cell)
        elif (sum(c is None for c in board.where), -self.value()) < (
            sum(c is None for c in self.best),
            -self.best_value - 1e-9,
        ):
            self.best, self.best_value = list(board.where), self.value()

    def _exchange(self, s: int, other: int, to: tuple[int, int], cell: tuple[int, int] | None) -> bool:
        """Put s into `to` and whoever stood there into s's cell; put all back if a host would be in two places."""
        board = self.board
        if cell is not None:
            board.lift(s)
        if other >= 0:
            board.lift(other)
        fine = not board.clash(s, to[0])
        if fine:
            board.drop(s, *to)
            fine = other < 0 or cell is None or not board.clash(other, cell[0])
            if fine and other >= 0 and cell is not None:
                board.drop(other, *cell)
            if not fine:
                board.lift(s)
        if not fine:
            if cell is not None:
                board.drop(s, *cell)
            if other >= 0:
                board.drop(other, *to)
        return fine

    def _swap_back(self, s: int, other: int, to: tuple[int, int], cell: tuple[int, int] | None) -> None:
        board = self.board
        board.lift(s)
        if other >= 0:
            if cell is not None:
                board.lift(other)
            board.drop(other, *to)
        if cell is not None:
            board.drop(s, *cell)
