"""The hard rules as a CP-SAT model, one function a rule: how many sessions can be placed at all, and where."""

from __future__ import annotations

from collections import defaultdict
from threading import Event, Thread
from typing import TYPE_CHECKING

from solver.model.index import Cells, Index

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

STOPPING = 0.05  # seconds between two calls to stop: one before the search begins is lost (or-tools #3621)


class PlacementModel:
    """Variables x[s, t, r] for the cells in which session s may stand, and the rules on them."""

    def __init__(self, index: Index) -> None:
        """Build all rules."""
        from ortools.sat.python import cp_model

        self.index = index
        self.cp = cp_model.CpModel()
        self.x: dict[tuple[int, int, int], cp_model.IntVar] = {}
        where_it_may_stand(self)
        frozen_stays(self)
        one_cell_each(self)
        one_session_a_cell(self)
        one_place_a_host(self)
        in_order(self)


def where_it_may_stand(model: PlacementModel) -> None:
    """No session in a closed cell, outside its slots or its pin, or in a room that lacks one of its needs."""
    rooms = range(len(model.index.room_ids))
    for s, row in enumerate(model.index.mask):
        for t, mask in enumerate(row):
            for r in rooms:
                if mask >> r & 1:
                    model.x[s, t, r] = model.cp.new_bool_var("")


def frozen_stays(model: PlacementModel) -> None:
    """A frozen slot is as `previous` has it."""
    for s, cell in enumerate(model.index.fixed):
        if cell is not None:
            model.x[s, cell[0], cell[1]] = model.cp.new_constant(1)


def one_cell_each(model: PlacementModel) -> None:
    """A session stands in at most one cell."""
    cells: dict[int, list[cp_model.IntVar]] = {}
    for (s, _, _), variable in model.x.items():
        cells.setdefault(s, []).append(variable)
    for variables in cells.values():
        model.cp.add_at_most_one(variables)


def one_session_a_cell(model: PlacementModel) -> None:
    """A cell holds at most one session."""
    sessions: dict[tuple[int, int], list[cp_model.IntVar]] = {}
    for (s, t, r), variable in model.x.items():
        for slot in model.index.runs[s][t]:
            sessions.setdefault((slot, r), []).append(variable)
    for variables in sessions.values():
        model.cp.add_at_most_one(variables)


def one_place_a_host(model: PlacementModel) -> None:
    """A host is never in two places at once, frozen slots aside, which stay whatever they hold."""
    held: dict[tuple[int, int], list[cp_model.IntVar]] = {}
    for (s, t, _), variable in model.x.items():
        if model.index.fixed[s] is None:
            for host in model.index.hosts[s]:
                for slot in model.index.runs[s][t]:
                    held.setdefault((host, slot), []).append(variable)
    for variables in held.values():
        model.cp.add_at_most_one(variables)


def in_order(model: PlacementModel) -> None:
    """A session starts only where all that it comes after are placed and over."""
    index, starts = model.index, defaultdict(list)
    for (s, t, _), variable in model.x.items():
        starts[s, t].append(variable)
    for (s, t), variables in list(starts.items()):
        for first in index.after[s] if index.fixed[s] is None else ():
            early = [
                it
                for u in range(len(index.slot_ids))
                for it in starts.get((first, u), ())
                if index.sequence[index.runs[first][u][-1]][t]
            ]
            model.cp.add(sum(variables) <= sum(early))


def ceiling(index: Index) -> int:
    """Return how many sessions could be placed if only cells and sessions were counted."""
    movable = sum(any(row) for row in index.mask)
    cells = sum(
        any(row[t] >> r & 1 for row in index.mask)
        for t in range(len(index.slot_ids))
        for r in range(len(index.room_ids))
    )
    return sum(cell is not None for cell in index.fixed) + min(movable, cells)


def most_placed(index: Index, hint: Cells, seconds: float, stop: Event) -> Cells:
    """Return cells with as many sessions placed as CP-SAT finds in the time, starting from `hint`.

    Ends within half a second of `stop` being set.
    """
    from ortools.sat.python import cp_model

    model = PlacementModel(index)
    for (s, t, r), variable in model.x.items():
        if index.fixed[s] is None:
            model.cp.add_hint(variable, hint[s] == (t, r))
    model.cp.maximize(sum(model.x.values()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, seconds)
    solver.parameters.num_workers = 1
    solved: list[cp_model.CpSolverStatus] = []
    thread = Thread(target=lambda: solved.append(solver.solve(model.cp)), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(STOPPING)
        if stop.is_set():
            solver.stop_search()
    if not solved or solved[0] not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return hint
    cells: Cells = [None] * len(index.session_ids)
    for (s, t, r), variable in model.x.items():
        if solver.boolean_value(variable):
            cells[s] = (t, r)
    return cells
