"""The wall, for the projector: how to join, then the grid assembling itself, then what is on now and next."""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, Response
from sqlmodel import col, func, select

from eventkit import clock, events, published
from eventkit.db import Transaction
from eventkit.published import Grid, Times
from eventkit.tables import Build, BuildState, Event, Incumbent, Person, Pitch, Slot
from eventkit.web.rendering import page
from eventkit.web.visits import looking, services

pages = Blueprint("wall", __name__)

MOST_LINES = 10  # sessions of one slot that the wall shows at once; more of them take turns
TURN = 15  # seconds
MOST_TITLED = (8, 12)  # columns and rows up to which a grid's cells have room for titles
NEWS = timedelta(minutes=45)  # how long the wall goes on saying what changed


@pages.get("/e/<code>/wall")
def show(code: str) -> Response:
    """The wall in the state that the day is in."""
    with looking(code) as visit:
        return page("wall.html", "wall", **context(visit.tx, visit.event, clock.now()))


def context(tx: Transaction, event: Event, moment: datetime) -> dict[str, Any]:
    """What the block shows, alike for all who look at the same moment."""
    grid = published.read(tx, event)
    times = Times(event.timezone)
    shown = {"event": event, "times": times, "moment": moment, "join": f"{services().config.public_url}/e/{event.code}"}
    if build := _build(tx, event, grid):
        return shown | {"state": "building", **_assembling(tx, event, build)}
    if grid:
        return shown | {"state": "published", **_published(grid, moment)}
    return shown | {"state": "joining", **_figures(tx, event)}


def _build(tx: Transaction, event: Event, grid: Grid | None) -> Build | None:
    """The build to show: one under way, or before the first publishing the one that ended last."""
    build = tx.scalar(select(Build).where(Build.event_id == event.id).order_by(col(Build.id).desc()).limit(1))
    if build is None or build.state is BuildState.FAILED:
        return None
    return build if grid is None or build.state in (BuildState.QUEUED, BuildState.RUNNING) else None


def _figures(tx: Transaction, event: Event) -> dict[str, Any]:
    pitches = select(func.count()).select_from(Pitch).where(Pitch.event_id == event.id)
    people = select(func.count()).select_from(Person).where(Person.event_id == event.id)
    standing = pitches.where(col(Pitch.withdrawn_at).is_(None), col(Pitch.merged_into).is_(None))
    return {"pitches": tx.scalar(standing) or 0, "people": tx.scalar(people) or 0}


def _assembling(tx: Transaction, event: Event, build: Build) -> dict[str, Any]:
    """The newest incumbent as a table: the shorter of slots and rooms runs across."""
    newest = tx.scalar(
        select(Incumbent).where(Incumbent.build_id == build.id).order_by(col(Incumbent.seq).desc()).limit(1)
    )
    answer = newest.answer if newest else {}
    slots = [slot for slot in events.slots(tx, event.id) if not slot.title]
    rooms = events.rooms(tx, event.id)
    titles = {pitch.id: pitch for pitch in tx.scalars(select(Pitch).where(Pitch.event_id == event.id))}
    cells = {(cell["slot"], cell["room"]): titles.get(int(cell["session"])) for cell in answer.get("grid", ())}
    across = len(slots) <= len(rooms)
    columns, rows = (slots, rooms) if across else (rooms, slots)
    table = [
        (
            row,
            [
                cells.get((str(column.id), str(row.id)) if across else (str(row.id), str(column.id)))
                for column in columns
            ],
        )
        for row in rows
    ]
    titled = len(columns) <= MOST_TITLED[0] and len(rows) <= MOST_TITLED[1]
    running = build.state in (BuildState.QUEUED, BuildState.RUNNING)
    return {"build": build, "answer": answer, "columns": columns, "table": table, "titled": titled, "running": running}


def _published(grid: Grid, moment: datetime) -> dict[str, Any]:
    under_way, coming = published.now_and_next(grid.slots, moment)
    fresh = grid.published_at is not None and moment - grid.published_at < NEWS
    recent = [it for it in grid.differences if fresh and not _over(it, moment)]
    now, later = _panel(grid, under_way, moment), _panel(grid, coming, moment)
    return {"grid": grid, "now": now, "later": later, "recent": recent[:3], "more": len(recent[3:])}


def _over(it: published.Difference, moment: datetime) -> bool:
    return all(place is None or place[0].ends_at <= moment for place in (it.before, it.after))


def _panel(grid: Grid, slots: list[Slot], moment: datetime) -> dict[str, Any] | None:
    """What one half of the wall says about slots that start together; many sessions take turns, page by page."""
    if not slots:
        return None
    lines = [placed for slot in slots for placed in grid.at(slot) if placed.standing]
    pages_of = max(1, -(-len(lines) // MOST_LINES))
    turn = int(moment.timestamp() // TURN) % pages_of
    size = -(-len(lines) // pages_of)
    titles = [slot.title for slot in slots if slot.title]
    return {
        "slot": slots[0],
        "title": ", ".join(title for title, _ in groupby(titles)),
        "turn": turn + 1,
        "turns": pages_of,
        "lines": lines[turn * size : (turn + 1) * size],
        "total": len(lines),
    }
