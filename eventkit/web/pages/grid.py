"""The published grid for people: by slot on a phone, a table on a laptop."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from eventkit import clock
from eventkit.grid import published
from eventkit.grid.published import Placed, PublishedGrid, Times
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
        query = " ".join(request.args.get("q", "").split())[:100]
        own = {} if wants_block() else ballots.own(visit.tx, visit.event.id, visit.viewer.person_id)
        shown = context(visit.tx, visit.event, query, clock.now())
        made_from = (visit.viewer.organiser, own, shown)
        return unless_known(made_from, lambda: page("grid.html", "grid", viewer=visit.viewer, own=own, **shown))


def published_block(tx: Transaction, event: Event) -> str:
    """The block as every viewer sees it, for streams that carry it."""
    return render_block("grid.html", "grid", **context(tx, event, "", clock.now()))


def context(tx: Transaction, event: Event, query: str, moment: datetime) -> dict[str, Any]:
    """What the block shows, alike for all viewers."""
    grid = published.read(tx, event)
    shown: dict[str, Any] = {"event": event, "times": Times(event.timezone), "grid": grid, "query": query}
    if grid is None:
        return shown | {"rows": [], "columns": [], "found": None}
    shown["columns"] = [(room.name, f"{room.capacity} seats") for room in grid.rooms]
    rows = [_row(grid, slot, query, moment) for slot in grid.slots]
    if not query:
        return shown | {"rows": rows, "found": None}
    rows = [row for row in rows if any(row["cells"])]
    return shown | {"rows": rows, "found": sum(1 for row in rows for cell in row["cells"] if cell)}


def _row(grid: PublishedGrid, slot: Slot, query: str, moment: datetime) -> dict[str, Any]:
    cells = [grid.cells.get((slot.id, room.id)) for room in grid.rooms]
    return {
        "slot": slot,
        "when": when(grid, slot, moment),
        "cells": [cell if cell and _matches(cell, query) else None for cell in cells],
    }


def when(grid: PublishedGrid, slot: Slot, moment: datetime) -> str:
    """`now`, `next`, `past` or nothing: where a slot stands at a moment."""
    under_way, coming = published.now_and_next(grid.slots, moment)
    if slot in under_way:
        return "now"
    if slot in coming:
        return "next"
    return "past" if slot.ends_at <= moment else ""


def _matches(placed: Placed, query: str) -> bool:
    text = f"{placed.pitch.title} {placed.pitch.host_name} {placed.pitch.topic} {placed.room.name}".casefold()
    return all(word in text for word in query.casefold().split())
