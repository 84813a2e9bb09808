"""Which session takes which room within a slot: exact assignment by shortest augmenting paths."""

from __future__ import annotations

from math import inf

from solver.index import Index
from solver.problem import HOSTING
from solver.score import OTHER_ROOM

FORBIDDEN = 1e12  # far above any cost; an assignment that contains one is no assignment


def assign(costs: list[list[float]]) -> list[int]:
    """Give each row a column of its own at the least total cost; rows <= columns.

    Jonker and Volgenant 1987 (the shortest augmenting path with dual variables), O(rows^2 * columns).
    """
    rows, columns = len(costs), len(costs[0]) if costs else 0
    u, v = [0.0] * (rows + 1), [0.0] * (columns + 1)
    owner = [-1] * columns + [-1]
    for row in range(rows):
        owner[columns] = row
        way, shortest, used = [columns] * columns, [inf] * columns, [False] * (columns + 1)
        at = columns
        while owner[at] >= 0:
            used[at] = True
            cost, mine = costs[owner[at]], u[owner[at]]
            step, after = inf, -1
            for c in range(columns):
                if used[c]:
                    continue
                reduced = cost[c] - mine - v[c]
                if reduced < shortest[c]:
                    shortest[c], way[c] = reduced, at
                if shortest[c] < step:
                    step, after = shortest[c], c
            for c in range(columns + 1):
                if used[c]:
                    u[owner[c]] += step
                    v[c] -= step
                elif c < columns:
                    shortest[c] -= step
            at = after
        while at != columns:
            owner[at] = owner[way[at]]
            at = way[at]
    result = [-1] * rows
    for c in range(columns):
        if owner[c] >= 0:
            result[owner[c]] = c
    return result


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


def settle(index: Index, cells: list[tuple[int, int] | None]) -> list[tuple[int, int] | None]:
    """Reassign the rooms of every open slot exactly, for the sessions that stand there."""
    settled = list(cells)
    for t in range(len(index.slot_ids)):
        sessions = [s for s, cell in enumerate(cells) if cell is not None and cell[0] == t and index.fixed[s] is None]
        heads = heads_in_slot(index, sessions, t)
        costs = [
            [
                room_cost(index, s, t, r, heads[i]) if index.mask[s][t] >> r & 1 else FORBIDDEN
                for r in range(len(index.room_ids))
            ]
            for i, s in enumerate(sessions)
        ]
        for s, r in zip(sessions, assign(costs), strict=True):
            settled[s] = (t, r)
    return settled
