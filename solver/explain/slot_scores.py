"""The score of a grid kept slot by slot in NumPy, so that a change is scored by the slots that it touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.model.index import OWN, Cell, Index
from solver.model.problem import HOSTING
from solver.model.score import OTHER_ROOM, Score, attainable, could_keep, usual, wishes

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scored:
    """A grid's score, equal to that of `score.score`, and the greatest demand of each placed session (by number)."""

    score: Score
    demand: dict[int, float]


@dataclass(frozen=True, slots=True)
class _Slot:
    """One slot: the strength with which people keep it (P, 0: not), demand by session, heads too many, topic pairs."""

    strength: NDArray[np.int8]
    demand: dict[int, float]
    away: float
    pairs: int


class SlotScores:
    """A grid as a cell for each session (None: unplaced), scored slot by slot; room -1 has seats for everybody."""

    def __init__(self, view: Index, cells: list[Cell | None]) -> None:
        """Score a grid, valid or not."""
        self.view, self.cells = view, cells
        self._who = [np.array([p for p, _ in fans], np.int64) for fans in view.fans]
        self._level = [np.array([level for _, level in fans], np.int8) for fans in view.fans]
        self._here = np.ones((len(view.slot_ids), len(view.person_ids)), bool)
        for p, absent in enumerate(view.absent):
            self._here[absent, p] = False
        self._wants = np.array([bool(view.problem.wishes[name]) for name in view.person_ids], bool)
        could = could_keep(view.problem)
        self._attainable = attainable(view.problem)
        self._wishes, self._could = wishes(view.problem), [could[name] for name in view.person_ids]
        weights = [
            1 / rank if view.problem.weights.fairness == "harmonic" else 1.0 for rank in range(1, len(self._here) + 1)
        ]
        self._table = np.concatenate([[0.0], np.cumsum(weights)])
        self._slots = [self._slot(t, cells) for t in range(len(view.slot_ids))]
        self._strength = np.array([slot.strength for slot in self._slots]).reshape(self._here.shape)
        self._harmony = self._happiness(self._strength)

    def now(self) -> Scored:
        """Score the grid as it is."""
        found = self._scored(self._slots, self._strength, self._harmony, self.cells)
        keeps = (self._strength > 0).sum(axis=0).tolist()
        told = usual(zip(keeps, self._could, strict=True), found.score.turned_away)
        return replace(found, score=replace(found.score, usual=told))

    def after(self, moves: Mapping[int, Cell | None]) -> tuple[Scored, list[int]]:
        """Score another grid, `usual` aside, with some sessions elsewhere; (that, whose harmony rises)."""
        cells = list(self.cells)
        touched: set[int] = set()
        for s, cell in moves.items():
            touched |= {t for c in (cells[s], cell) if c is not None for t in self.view.runs[s][c[0]]}
            cells[s] = cell
        slots, strength, harmony = list(self._slots), self._strength, self._harmony
        if touched:
            strength = strength.copy()
            for t in touched:
                slots[t] = self._slot(t, cells)
                strength[t] = slots[t].strength
            changed = np.flatnonzero((strength != self._strength).any(axis=0))
            harmony = harmony.copy()
            harmony[changed] = self._happiness(strength[:, changed])
        rises = np.flatnonzero(harmony - self._harmony > 1e-9)
        return self._scored(slots, strength, harmony, cells), rises.tolist()

    def _scored(
        self, slots: list[_Slot], strength: NDArray[np.int8], harmony: NDArray[np.float64], cells: list[Cell | None]
    ) -> Scored:
        kept = (strength > 0).sum(axis=0)
        away, pairs = sum(slot.away for slot in slots), sum(slot.pairs for slot in slots)
        moved, happy = self._moved(cells), float(harmony.sum())
        weights = self.view.problem.weights
        found = Score(
            total=happy - weights.turned_away * away - weights.moved * moved - weights.topic * pairs,
            placed=sum(cell is not None for cell in cells),
            kept=int(kept.sum()),
            wishes=self._wishes,
            attainable=self._attainable,
            possible=sum(self._could),
            left_out=int((self._wants & (kept == 0)).sum()),
            harmony=happy,
            turned_away=away,
            moved=moved,
            topic=pairs,
        )
        demand: dict[int, float] = {}
        for slot in slots:
            for s, heads in slot.demand.items():
                demand[s] = max(heads, demand.get(s, 0.0))
        return Scored(found, demand)

    def _happiness(self, strength: NDArray[np.int8]) -> NDArray[np.float64]:
        """H of each person from the strengths of their slots (T, P): the strongest come first."""
        harmony, ranked = np.zeros(strength.shape[1]), np.zeros(strength.shape[1], np.int64)
        for level in range(HOSTING, 0, -1):
            following = ranked + (strength == level).sum(axis=0)
            harmony += level * (self._table[following] - self._table[ranked])
            ranked = following
        return harmony

    def _slot(self, t: int, cells: list[Cell | None]) -> _Slot:
        runs = self.view.runs
        content = [s for s, cell in enumerate(cells) if cell is not None and t in runs[s][cell[0]]]
        level, count = np.zeros(self._here.shape[1], np.int8), np.zeros(self._here.shape[1], np.int64)
        there = [self._here[t, self._who[s]] for s in content]
        for s, here in zip(content, there, strict=True):
            who = self._who[s][here]
            level[who] = np.maximum(level[who], self._level[s][here])
        comes = []
        for s, here in zip(content, there, strict=True):
            who = self._who[s][here]
            comes.append(who[self._level[s][here] == level[who]])
            count[comes[-1]] += 1
        if (count[level == OWN] > 1).any():
            self._one_place(content, comes, level, count)
        heads = [float((1 / count[who]).sum()) for who in comes]
        demand = {s: h * self.view.scale[s] + self.view.base[s] for s, h in zip(content, heads, strict=True)}
        away = sum(max(0.0, demand[s] - self._seats(cells[s])) for s in content)
        topics = [self.view.topic[s] for s in content if self.view.topic[s] >= 0]
        pairs = sum(topics[:i].count(topic) for i, topic in enumerate(topics))
        return _Slot(np.minimum(level, HOSTING), demand, away, pairs)

    def _one_place(self, content: list[int], comes: list[Ints], level: NDArray[np.int8], count: Ints) -> None:
        """Send hosts who hold several sessions at once to the one that their wishes name first."""
        for p in np.flatnonzero((level == OWN) & (count > 1)):
            order = list(self.view.problem.wishes[self.view.person_ids[p]])
            held = [i for i, who in enumerate(comes) if p in who]
            first = min(held, key=lambda i: order.index(self.view.session_ids[content[i]]))
            for i in held:
                if i != first:
                    comes[i] = comes[i][comes[i] != p]
            count[p] = 1

    def _seats(self, cell: Cell | None) -> float:
        assert cell is not None
        return self.view.capacity[cell[1]] if cell[1] >= 0 else float("inf")

    def _moved(self, cells: list[Cell | None]) -> float:
        moved = 0.0
        for cell, before in zip(cells, self.view.before, strict=True):
            if before is not None:
                moved += 1 if cell is None or cell[0] != before[0] else OTHER_ROOM * (cell[1] != before[1])
        return moved
