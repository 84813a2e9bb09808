"""A grid being worked on, in plain Python: who keeps what, kept up to date session by session."""

from __future__ import annotations

from solver.model.index import LEVEL_BITS, OWN, Cell, Cells, Index
from solver.model.problem import HOSTING

NOT_THERE = -(1 << (LEVEL_BITS * OWN + 8))  # makes a slot's word negative, so that nothing counts in it
UNITS = [0, *(1 << (LEVEL_BITS * level) for level in range(OWN))]


class Board:
    """Cells and people of one grid; `harmony` and `pairs` (of a topic in one slot) follow every lift and drop.

    A person's slot is a word: how many wanted sessions stand there, eight bits a level. `reached[j][p]` is the
    number of slots that person p keeps with strength above j, so that H(p) is the sum over j of the harmonic
    numbers of `reached[j][p]`, and a session's worth follows from the levels it raises.
    """

    def __init__(self, index: Index) -> None:
        """Set up an empty grid, then place what stands in frozen slots."""
        self.index = index
        self.slots, people = len(index.slot_ids), len(index.person_ids)
        self.packed = [0] * (people * self.slots)
        for p, missed in enumerate(index.absent):
            for t in missed:
                self.packed[p * self.slots + t] = NOT_THERE
        self.reached = [[0] * people for _ in range(HOSTING)]
        self.linear = index.problem.weights.fairness == "linear"
        self.cells: list[list[int]] = [[-1] * len(index.room_ids) for _ in range(self.slots)]
        self.where: Cells = [None] * len(index.session_ids)
        self.followers: list[list[int]] = [[] for _ in index.session_ids]
        for s, before in enumerate(index.after):
            for first in before:
                self.followers[first].append(s)
        self.harmony, self.pairs = 0.0, 0
        self.topics: dict[tuple[int, int], int] = {}
        for s, cell in enumerate(index.fixed):
            if cell is not None:
                self.drop(s, *cell)

    def drop(self, s: int, t: int, r: int) -> None:
        """Put session s, which stands nowhere, in cell (t, r) and those that it runs on into, all empty."""
        self.where[s] = (t, r)
        for slot in self.index.runs[s][t]:
            self._enter(s, slot, r)

    def lift(self, s: int) -> Cell:
        """Take session s out of its cells and return the first."""
        cell = self.where[s]
        assert cell is not None
        self.where[s] = None
        for slot in self.index.runs[s][cell[0]]:
            self._leave(s, slot, cell[1])
        return cell

    def _enter(self, s: int, t: int, r: int) -> None:
        self.cells[t][r] = s
        packed, slots, gain = self.packed, self.slots, 0.0
        for p, level in self.index.fans[s]:
            old = packed[p * slots + t]
            packed[p * slots + t] = new = old + UNITS[level]
            for j in range(rank(old), rank(new)):
                reached = self.reached[j]
                reached[p] += 1
                gain += 1 if self.linear else 1 / reached[p]
        self.harmony += gain
        key = (t, self.index.topic[s])
        self.pairs += self.topics.get(key, 0) if key[1] >= 0 else 0
        self.topics[key] = self.topics.get(key, 0) + 1

    def _leave(self, s: int, t: int, r: int) -> None:
        self.cells[t][r] = -1
        packed, slots, loss = self.packed, self.slots, 0.0
        for p, level in self.index.fans[s]:
            old = packed[p * slots + t]
            packed[p * slots + t] = new = old - UNITS[level]
            for j in range(rank(new), rank(old)):
                reached = self.reached[j]
                loss += 1 if self.linear else 1 / reached[p]
                reached[p] -= 1
        self.harmony -= loss
        key = (t, self.index.topic[s])
        self.topics[key] -= 1
        self.pairs -= self.topics[key] if key[1] >= 0 else 0

    def clash(self, s: int, t: int) -> bool:
        """Say whether a host of session s, starting in slot t, holds another one meanwhile, or others are not over."""
        packed, slots, run = self.packed, self.slots, self.index.runs[s][t]
        busy = any(packed[h * slots + slot] >= UNITS[OWN] for h in self.index.hosts[s] for slot in run)
        return busy or not self.in_order(s, t)

    def in_order(self, s: int, t: int) -> bool:
        """Say whether what comes before session s is over when slot t starts, and what follows starts later."""
        index, where = self.index, self.where
        for first in index.after[s]:
            cell = where[first]
            if cell is None or not index.sequence[index.runs[first][cell[0]][-1]][t]:
                return False
        last = index.runs[s][t][-1]
        for follower in self.followers[s]:
            cell = where[follower]
            if cell is not None and index.fixed[follower] is None and not index.sequence[last][cell[0]]:
                return False
        return True

    def free_rooms(self, s: int, t: int) -> list[int]:
        """List the rooms in which session s may start in slot t and that are empty as long as it runs."""
        mask, run = self.index.mask[s][t], self.index.runs[s][t]
        return [r for r in range(len(self.cells[t])) if mask >> r & 1 and all(self.cells[u][r] < 0 for u in run)]


def rank(word: int) -> int:
    """Return the strength with which a slot is kept, 0 to 3, given its word."""
    if word < UNITS[1]:
        return 0
    return 1 if word < UNITS[2] else 2 if word < UNITS[3] else HOSTING
