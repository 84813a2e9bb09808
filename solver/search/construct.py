"""The first grid: the hardest session to place goes first, each where it is worth most, others make room if need be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from solver.model.index import Cell, Index
from solver.model.problem import Assignment
from solver.search.board import Board

DEPTH = 40  # how many sessions may make room for one another in a chain


def start(index: Index, known: Iterable[Assignment] = (), hurry: Callable[[], bool] = lambda: False) -> Board:
    """Return a board with as many sessions placed as the chains find room for.

    Where `known`, a grid found before, has a session it stands there, else where `previous` has it, if it can. Once
    `hurry()` holds, the rest goes into the first cells that are allowed.
    """
    board = Board(index)
    depth = depths(index)
    for cells in (index.cells(known), index.before):
        for s in sorted(range(len(cells)), key=depth.__getitem__):
            cell = cells[s]
            if cell is not None and min(cell) >= 0 and board.where[s] is None and admits(board, s, *cell):
                board.drop(s, *cell)
    waiting = [s for s, cell in enumerate(board.where) if cell is None and any(index.mask[s])]
    waiting.sort(key=lambda s: (depth[s], sum(mask.bit_count() for mask in index.mask[s]), -len(index.fans[s]), s))
    starts = None if index.problem.plain else in_time(index, depth)
    left = [s for s in waiting if not place(board, s, hurry(), None if starts is None else starts[s])]
    for s in left:
        if hurry():
            break
        if index.problem.plain:
            make_room(board, s)
        else:
            place(board, s)
    return board


def depths(index: Index) -> list[int]:
    """How many sessions must come before each one, the longest chain counted: 0 for most."""
    depth = [0] * len(index.after)
    for _ in range(max(map(len, index.after), default=0) and len(index.after)):
        deeper = [max((depth[first] + 1 for first in before), default=0) for before in index.after]
        if deeper == depth:
            break
        depth = deeper
    return depth


def in_time(index: Index, depth: list[int]) -> list[set[int]]:
    """The slots in which each session may start so that what must follow it can follow; all where that cannot be."""
    starts = [{t for t, mask in enumerate(row) if mask} for row in index.mask]
    for s in sorted(range(len(depth)), key=lambda s: -depth[s]):
        for first in index.after[s]:
            runs = index.runs[first]
            early = {t for t in starts[first] if any(index.sequence[runs[t][-1]][u] for u in starts[s])}
            starts[first] = early or starts[first]
    return starts


def admits(board: Board, s: int, t: int, r: int) -> bool:
    """Say whether session s may enter cell (t, r) as things stand."""
    return r in board.free_rooms(s, t) and not board.clash(s, t)


def place(board: Board, s: int, anywhere: bool = False, starts: Collection[int] | None = None) -> bool:
    """Put session s into the slot where it adds most (`anywhere`: the first), in the smallest room for its fans.

    `starts` are the slots that come into question; None is all.
    """
    index, best = board.index, None
    for t in range(board.slots) if starts is None else sorted(starts):
        rooms = board.free_rooms(s, t)
        if not rooms or board.clash(s, t):
            continue
        r = pick_room(index, s, rooms)
        if anywhere:
            board.drop(s, t, r)
            return True
        before = board.harmony - index.problem.weights.topic * board.pairs
        board.drop(s, t, r)
        gain = board.harmony - index.problem.weights.topic * board.pairs - before
        board.lift(s)
        if best is None or gain > best[0] + 1e-12:
            best = (gain, t, r)
    if best is None:
        return False
    board.drop(s, best[1], best[2])
    return True


def pick_room(index: Index, s: int, rooms: list[int]) -> int:
    """Choose the smallest room with a seat for half of the session's fans, else the largest."""
    heads = len(index.fans[s]) * index.scale[s] / 2 + index.base[s]
    return min(rooms, key=lambda r: (index.capacity[r] < heads, abs(index.capacity[r] - heads), r))


def make_room(board: Board, s: int) -> bool:
    """Place session s by letting others change cells in a chain; the board is unchanged if there is no chain."""
    return any(-1 in row for row in board.cells) and _chain(board, s, set(), DEPTH)


def _chain(board: Board, s: int, visited: set[Cell], depth: int) -> bool:
    for t in range(board.slots):
        for r in board.free_rooms(s, t) if not board.clash(s, t) else ():
            board.drop(s, t, r)
            return True
    if depth == 0:
        return False
    for t in range(board.slots):
        mask = board.index.mask[s][t]
        for r, other in enumerate(board.cells[t]):
            if mask >> r & 1 and other >= 0 and (t, r) not in visited and board.index.fixed[other] is None:
                visited.add((t, r))
                board.lift(other)
                if not board.clash(s, t):
                    board.drop(s, t, r)
                    if _chain(board, other, visited, depth - 1):
                        return True
                    board.lift(s)
                board.drop(other, t, r)
    return False
