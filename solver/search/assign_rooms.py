"""Which session takes which room within a slot: exact assignment by shortest augmenting paths."""

from __future__ import annotations

from solver.model.index import Cells, Index
from solver.model.problem import HOSTING
from solver.model.score import OTHER_ROOM
from solver.search.shapes import FORBIDDEN


def assign(costs: list[list[float]]) -> list[int]:
    """Give each row a column of its own at the least total cost; rows <= columns.

    Jonker and Volgenant 1987 (shortest augmenting paths with prices on the columns), O(rows^2 * columns).
    """
    columns = len(costs[0]) if costs else 0
    owner, prices = [-1] * columns, [0.0] * columns
    for row in range(len(costs)):
        _augment(costs, owner, prices, row)
    result = [-1] * len(costs)
    for c, row in enumerate(owner):
        if row >= 0:
            result[row] = c
    return result


def _augment(costs: list[list[float]], owner: list[int], prices: list[float], row: int) -> None:
    """Give one more row a column, others making room along the shortest path."""
    near = [cost - price for cost, price in zip(costs[row], prices, strict=True)]
    way = [row] * len(owner)
    passed: dict[int, float] = {}
    at = min((c for c in range(len(owner))), key=lambda c: (near[c], owner[c] >= 0))
    while owner[at] >= 0:
        passed[at], i = near[at], owner[at]
        above = costs[i][at] - prices[at] - near[at]
        for c in range(len(owner)):
            if c not in passed and costs[i][c] - prices[c] - above < near[c]:
                near[c], way[c] = costs[i][c] - prices[c] - above, i
        at = min((c for c in range(len(owner)) if c not in passed), key=lambda c: (near[c], owner[c] >= 0))
    for c, distance in passed.items():
        prices[c] += distance - near[at]
    held = {owner[c]: c for c in passed}
    while True:
        i = way[at]
        owner[at] = i
        if i == row:
            return
        at = held[i]


def heads_in_slot(index: Index, sessions: list[int], t: int) -> list[float]:
    """Heads that gather in each of `sessions`, all of which stand in slot t."""
    options: dict[int, list[tuple[int, int]]] = {}
    for i, s in enumerate(sessions):
        for p, level in index.fans[s]:
            if t not in index.absent[p]:
                options.setdefault(p, []).append((level, i))
    heads = [0.0] * len(sessions)
    for wanted in options.values():
        best = max(level for level, _ in wanted)
        top = [i for level, i in wanted if level == best][: 1 if best > HOSTING else None]
        for i in top:
            heads[i] += 1 / len(top)
    return heads


def room_cost(index: Index, s: int, t: int, r: int, heads: float) -> float:
    """What it costs in total to give session s, with `heads` gathering, room r in slot t."""
    weights = index.problem.weights
    demand = heads * index.scale[s] + index.base[s]
    before = index.before[s]
    other = OTHER_ROOM * weights.moved if before is not None and before[0] == t and before[1] != r else 0.0
    return weights.turned_away * max(0.0, demand - index.capacity[r]) + other


def assign_rooms(index: Index, cells: Cells) -> Cells:
    """Reassign the rooms of every open slot exactly, for the sessions that stand there and nowhere else.

    Longer sessions, and those that are fixed, stay where they are.
    """
    settled = list(cells)
    for t in range(len(index.slot_ids)):
        here = [s for s, cell in enumerate(cells) if cell is not None and t in index.runs[s][cell[0]]]
        sessions = [s for s in here if index.problem.sessions[s].length == 1 and index.fixed[s] is None]
        staying = [s for s in here if s not in sessions]
        held = {cell[1] for s in staying if (cell := cells[s]) is not None}
        heads = heads_in_slot(index, sessions + (staying if not index.problem.plain else []), t)
        costs = [
            [
                room_cost(index, s, t, r, heads[i]) if index.mask[s][t] >> r & 1 and r not in held else FORBIDDEN
                for r in range(len(index.room_ids))
            ]
            for i, s in enumerate(sessions)
        ]
        for s, r in zip(sessions, assign(costs), strict=True):
            settled[s] = (t, r)
    return settled
