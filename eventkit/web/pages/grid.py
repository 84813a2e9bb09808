"""The published grid for people: by slot on a phone, a table on a laptop."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from eventkit import clock
from eventkit.event import announcements
from eventkit.grid import published, telling
from eventkit.grid.published import Cell, CellState, Placed, PublishedGrid, Times
from eventkit.market import ballots
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Slot
from eventkit.web.base.rendering import page, render_block, unless_known, wants_block
from eventkit.web.base.visits import looking

pages = Blueprint("grid", __name__)


@pages.get("/e/<code>/grid")
def show(code: str) -> Response:
    """The grid as published; before that, a word that there is none yet."""
    with looking(code) as visit:
        block = "whole" if request.args.get("part") == "whole" else "grid"  # of a page that was open before the grid
        query = " ".join(request.args.get("q", "").split())[:100]
        own = {} if wants_block() and block == "grid" else ballots.own(visit.tx, visit.event.id, visit.viewer.person_id)
        shown = context(visit.tx, visit.event, query, clock.now())
        made_from = (visit.viewer.organiser, own, shown)
        return unless_known(made_from, lambda: page("grid.html", block, viewer=visit.viewer, own=own, **shown))


def published_block(tx: Transaction, event: Event) -> str:
    """The block as every viewer sees it, for streams that carry it."""
    return render_block("grid.html", "grid", **context(tx, event, "", clock.now()))


def context(tx: Transaction, event: Event, query: str, moment: datetime) -> dict[str, Any]:
    """What the block shows, alike for all viewers."""
    grid = published.read(tx, event)
    shown: dict[str, Any] = {"event": event, "times": Times(event.timezone), "grid": grid, "query": query}
    shown["announced"] = announcements.current(tx, event.id, moment)
    if grid is None:
        return shown | {"rows": [], "columns": [], "found": None, "changed": []}
    shown["changed"] = telling.lines(grid, shown["times"], moment)
    shown["columns"] = [(room.name, f"{room.capacity} seats") for room in grid.rooms]
    rows = [_row(grid, slot, query, moment, shown["times"]) for slot in grid.slots]
    if not query:
        return shown | {"rows": rows, "found": None}
    rows = [row for row in rows if row["used"]]
    return shown | {"rows": rows, "found": sum(1 for row in rows for it in row["cells"] if it.cell.placed)}


@dataclass(frozen=True)
class Shown:
    """A cell as the table shows it: the sentence for what is so with it, and how its session was before."""

    cell: Cell
    said: str
    mark: str


def _row(grid: PublishedGrid, slot: Slot, query: str, moment: datetime, times: Times) -> dict[str, Any]:
    cells = [_shown(grid, grid.cell(slot, room, moment), query, times) for room in grid.rooms]
    used = any(it.cell.placed for it in cells)
    return {"slot": slot, "when": when(grid, slot, moment), "cells": cells, "used": used}


def _shown(grid: PublishedGrid, cell: Cell, query: str, times: Times) -> Shown:
    """The cell; in a search one that does not match is as good as free."""
    if query and not (cell.placed and _matches(cell.placed, query)):
        return Shown(Cell(cell.slot, cell.room, CellState.FREE), "", "")
    mark = telling.mark(grid, cell.placed, times) if cell.placed and cell.placed.standing else ""
    return Shown(cell, telling.of_cell(cell, times), mark)


def when(grid: PublishedGrid, slot: Slot, moment: datetime) -> str:
    """`now`, `next`, `past` or nothing: where a slot stands at a moment."""
    under_way, coming = published.now_and_next(grid.slots, moment)
    if slot in under_way:
        return "now"
    if slot in coming:
        return "next"
    return "past" if slot.ends_at <= moment else ""


def _matches(placed: Placed, query: str) -> bool:
    about = f"{placed.title} {placed.pitch.host_name} {placed.pitch.topic}" if placed.title else ""  # hidden
    text = f"{about} {placed.room.name}".casefold()
    return all(word in text for word in query.casefold().split())
