"""The published grid for people: by slot on a phone, a table on a laptop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from urllib.parse import quote

from flask import Blueprint, Response, request

from eventkit import clock
from eventkit.event import addresses, room_facts
from eventkit.event.days import ProgrammeDay
from eventkit.exports import linked_data
from eventkit.grid import going, hearing, published, telling
from eventkit.grid.going import Seats
from eventkit.grid.hearing import Heard, Hearing
from eventkit.grid.published import Cell, CellState, Placed, PublishedGrid
from eventkit.grid.telling import NewsLine
from eventkit.grid.times import Times, now_and_next
from eventkit.market import formats, hosting, merging
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Room, Slot
from eventkit.text import lengths
from eventkit.web.base import own_ballot
from eventkit.web.base.rendering import count, page, render_block, unless_known, wants_block
from eventkit.web.base.services import public_url
from eventkit.web.base.visits import looking

pages = Blueprint("grid", __name__)

FEW_ROWS = 4  # that are seen without jumps
ALL_DAYS = "all"
GIGGITY = "https://ggt.gaa.st/#url="  # opens a schedule in that app; what follows # does not leave the phone


@pages.get("/e/<code>/grid")
def show(code: str) -> Response:
    """The grid as published; before that, a word that there is none yet."""
    with looking(code) as visit:
        block = "whole" if request.args.get("part") == "whole" else "grid"  # of a page that was open before the grid
        query = " ".join(request.args.get("q", "").split())[: lengths.SEARCH]
        own = {} if wants_block() and block == "grid" else own_ballot.of(visit)
        shown = read(visit.tx, visit.event, query, clock.now(), request.args.get("day", ""))
        whose = None if wants_block() and block == "grid" else visit.viewer.person_id
        goes_to, hosts = going.of(visit.tx, visit.event.id, whose), hosting.hosted(visit.tx, visit.event.id, whose)
        made_from = (visit.viewer.organiser, own, sorted(goes_to), sorted(hosts), visit.event, shown)
        elsewhere = None if wants_block() else _elsewhere(visit.event, shown.grid)
        return unless_known(
            made_from,
            lambda: page(
                "grid.html",
                block,
                event=visit.event,
                viewer=visit.viewer,
                own=own,
                goes_to=goes_to,
                hosts=hosts,
                shown=shown,
                elsewhere=elsewhere,
            ),
        )


@dataclass(frozen=True)
class Elsewhere:
    """What other programs make of the page: its data, its address, and a link into an app. None of private events."""

    linked: linked_data.Data
    address: str
    giggity: str


def _elsewhere(event: Event, grid: PublishedGrid | None) -> Elsewhere | None:
    if grid is None or not grid.slots or event.word:
        return None
    base = public_url(event)
    schedule = quote(addresses.schedule(base, event.code), safe="")
    return Elsewhere(linked_data.of_event(event, grid, base), addresses.grid(base, event.code), f"{GIGGITY}{schedule}")


def published_block(tx: Transaction, event: Event) -> str:
    """The block as every viewer sees it, for streams that carry it."""
    shown = read(tx, event, "", clock.now())
    return render_block("grid.html", "grid", event=event, goes_to=(), hosts=(), shown=shown)


@dataclass(frozen=True, kw_only=True)
class ShownCell:
    """A cell as the table shows it: the sentence for what is so with it, and how its session was before."""

    cell: Cell
    said: str
    mark: str
    rows: int = 1  # how many slots it takes, one under the other
    running: bool = False  # it goes on although its first slot is over
    seats: Seats = Seats.FREE  # by who said that they will go
    announced: Sequence[Heard] = ()


@dataclass(frozen=True)
class ShownRow:
    """One slot of the table: where it stands now (see when()), and its cells."""

    slot: Slot
    when: str
    cells: tuple[ShownCell, ...]
    announced: Sequence[Heard] = ()  # to all of its rooms

    @property
    def used(self) -> bool:
        """Whether anything stands in it that is shown."""
        return any(it.cell.placed for it in self.cells)


@dataclass(frozen=True, kw_only=True)
class ShownGrid:
    """What the published grid's block shows, alike for all viewers; with a search only what matches."""

    times: Times
    grid: PublishedGrid | None
    query: str
    announced: Sequence[Heard]
    rows: tuple[ShownRow, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()  # (room, its seats)
    found: int | None = None  # sessions that match, where there was a search
    changed: Sequence[NewsLine] = ()
    day: ProgrammeDay | None = None  # the one that is shown; None: all
    asked: str = ""  # for which day, where for one; else today's is shown, whichever that is

    @property
    def sections(self) -> list[tuple[str, list[ShownRow]]]:
        """The rows under the day that they are of; without its name where only one is shown."""
        if self.grid is None or self.day is not None or len(self.grid.days) < 2:
            return [("", list(self.rows))] if self.rows else []
        of = {slot.id: day for day in self.grid.days for slot in day.slots}
        parts = groupby(self.rows, key=lambda row: of[row.slot.id].number)
        return [(self.times.day(self.grid.days[number - 1].starts_at), list(rows)) for number, rows in parts]

    @property
    def from_now(self) -> bool:
        """Whether a phone opens what is over only where it is jumped to: not where there is little, or all is over."""
        states = {row.when for row in self.rows}
        jumps = len(self.rows) > FEW_ROWS and not self.query and self.asked != ALL_DAYS
        return jumps and "past" in states and bool(states & {"now", "next"})

    @property
    def jumps(self) -> list[ShownRow]:
        """The rows to jump to, those that are over last; none where all are seen at a glance."""
        return sorted(self.rows, key=lambda row: row.when == "past") if len(self.rows) > FEW_ROWS else []

    @property
    def formats(self) -> list[str]:
        """The formats of the sessions that are on, where there is a choice."""
        used = {it.pitch.format for it in self.grid.sessions if it.standing and it.pitch.format} if self.grid else set()
        return sorted(used) if len(used) > 1 else []

    @property
    def told_rooms(self) -> list[Room]:
        """The rooms of which there is something to know before one goes there."""
        return [it for it in (self.grid.rooms if self.grid else ()) if it.directions or room_facts.facts(it)]


def read(tx: Transaction, event: Event, query: str, moment: datetime, asked: str = "") -> ShownGrid:
    """The block at a moment: of the day that is `asked` for or today's; `all` days, also where one searches."""
    grid = published.read(tx, event)
    day, asked = _chosen(grid, asked, moment) if grid and not query else (None, "")
    times = Times(event.timezone, grid.days if grid else (), day)
    announced = hearing.read(tx, event, moment, *((grid.slots, grid.rooms) if grid else (None, None)))
    if grid is None:
        return ShownGrid(times=times, grid=grid, query=query, announced=announced.items)
    shown = ShownGrid(times=times, grid=grid, query=query, announced=announced.everybody, day=day, asked=asked)
    people = going.counts(tx, event.id)
    rows = tuple(_seated(_row(grid, slot, query, moment, times, announced), people) for slot in grid.of_day(day).slots)
    if query:
        rows = tuple(row for row in rows if row.used)
    return replace(
        shown,
        rows=rows,
        columns=tuple(
            (room.name, ", ".join([count(room.capacity, "seat"), *room_facts.facts(room)])) for room in grid.rooms
        ),
        found=sum(1 for row in rows for it in row.cells if it.cell.placed and not it.cell.goes_on) if query else None,
        changed=telling.lines(grid, times, moment),
    )


def _chosen(grid: PublishedGrid, asked: str, moment: datetime) -> tuple[ProgrammeDay | None, str]:
    """The day that is shown, None for all; and what was asked for, where there is that choice."""
    known = {day.key: day for day in grid.days} if len(grid.days) > 1 else {}
    if asked in known:
        return known[asked], asked
    return (None, asked) if asked == ALL_DAYS and known else (grid.today(moment), "")


def _row(grid: PublishedGrid, slot: Slot, query: str, moment: datetime, times: Times, announced: Hearing) -> ShownRow:
    cells = tuple(
        replace(
            _shown(grid, grid.cell(slot, room, moment), query, moment, times), announced=announced.of_cell(slot, room)
        )
        for room in grid.rooms
    )
    return ShownRow(slot, when(grid, slot, moment), cells, announced.of_slot(slot))


def _seated(row: ShownRow, people: Mapping[int, int]) -> ShownRow:
    """The row with what is known of the seats of its sessions."""

    def seated(it: ShownCell) -> ShownCell:
        placed = it.cell.placed
        return replace(it, seats=going.seats(placed.room.capacity, people.get(placed.pitch.id, 0))) if placed else it

    return replace(row, cells=tuple(map(seated, row.cells)))


def _shown(grid: PublishedGrid, cell: Cell, query: str, moment: datetime, times: Times) -> ShownCell:
    """The cell; in a search one that does not match is as good as free."""
    if query and not (cell.placed and _matches(cell.placed, query)):
        return ShownCell(cell=Cell(slot=cell.slot, room=cell.room, state=CellState.FREE), said="", mark="")
    mark = telling.mark(grid, cell.placed, times) if cell.placed and cell.placed.standing else ""
    placed = cell.placed
    below = [it for it in placed.slots if grid.cells[it.id, placed.room.id] is placed] if placed else []
    running = bool(placed and placed.standing and cell.slot.ends_at <= moment < placed.ends_at)
    said = telling.of_cell(cell, times)
    return ShownCell(cell=cell, said=said, mark=mark, rows=max(1, len(below)), running=running)


def when(grid: PublishedGrid, slot: Slot, moment: datetime) -> str:
    """`now`, `next`, `past` or nothing: where a slot stands at a moment."""
    under_way, coming = now_and_next(grid.slots, moment)
    if slot in under_way:
        return "now"
    if slot in coming:
        return "next"
    return "past" if slot.ends_at <= moment else ""


def _matches(placed: Placed, query: str) -> bool:
    said = placed.title, *merging.hosts(placed.pitch), placed.pitch.topic
    about = " ".join(said) if placed.title else ""  # hidden
    text = f"{about} {formats.word(placed.pitch.format)} {placed.room.name}".casefold()
    return all(word in text for word in query.casefold().split())
