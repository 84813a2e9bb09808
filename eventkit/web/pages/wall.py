"""The wall, for the projector: how to join, the grid assembling itself, then the whole grid, or what is on and next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

import solver
from eventkit import clock
from eventkit.building import builds, incumbents, problems, studies
from eventkit.building.incumbents import Peaks
from eventkit.event import addresses, days, events, runs
from eventkit.grid import hearing, published, telling
from eventkit.grid.hearing import Heard, Hearing
from eventkit.grid.published import PublishedGrid
from eventkit.grid.telling import NewsLine, Told
from eventkit.grid.times import Times, now_and_next
from eventkit.market import ballots, on_offer
from eventkit.market.ballots import Untold
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Build, BuildState, Event, Pitch, Room, Slot
from eventkit.text.language import gettext as _
from eventkit.web.base.rendering import page
from eventkit.web.base.services import public_url, services
from eventkit.web.base.visits import Visit, looking
from eventkit.web.pages import whole_grid
from eventkit.web.pages.build_quality import better, holds
from eventkit.web.pages.whole_grid import GridPage

pages = Blueprint("wall", __name__)

MOST_ROWS = 10  # rooms that the board shows at once; more of them take turns
MOST_ROWS_ANNOUNCED = 7  # the same below an announcement
TURN = 15  # seconds
MOST_TITLED = (8, 10)  # columns and rows up to which a grid's cells have room for titles
Show = Literal["", "grid", "now", "turns"]  # plain: what the grid's size suggests
SHOWS: Mapping[str, Show] = {"grid": "grid", "now": "now", "turns": "turns"}
MOST_NEWS = 2  # lines of what changed that stand there at once: the newest, while those before it take turns


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """A build's newest grid as a table: the fewer of slots and rooms run across, so that titles have width."""

    best: solver.Incumbent | None
    better: str
    columns: Sequence[Slot | Room]
    table: list[tuple[Slot | Room, list[Pitch | None]]]
    peaks: Peaks | None  # while the build goes on
    untold: Untold | None  # why nothing is said of wishes
    same_day: bool  # its figures are about rooms, slots, pitches and votes as they are

    @property
    def titled(self) -> bool:
        """Whether its cells have room for titles."""
        return len(self.columns) <= MOST_TITLED[0] and len(self.table) <= MOST_TITLED[1]


@dataclass(frozen=True)
class BoardColumn:
    """What is on now, or a slot that comes; with a title a fixed item for all rooms."""

    slot: Slot
    title: str
    now: bool
    heading: str


@dataclass(frozen=True)
class BoardRow:
    """A room, and what it has in each column; the first row's fixed items span all `span` rows."""

    room: Room
    first: bool
    span: int
    cells: list[tuple[BoardColumn, Told]]


@dataclass(frozen=True, kw_only=True)
class RoomBoard:
    """The published grid now and next: the rooms whose turn it is, and what changed last."""

    grid: PublishedGrid
    columns: list[BoardColumn]
    rows: list[BoardRow]
    turn: int
    turns: int
    recent: list[NewsLine]
    changes: int  # in the last hour, in all


@dataclass(frozen=True, kw_only=True)
class Wall:
    """What the wall shows at a moment, alike for all who look; how to join where there is neither grid nor build."""

    join: str  # the address behind the QR code
    host: str  # the part of it that one types
    times: Times
    moment: datetime
    hearing: Hearing
    pitches: int = 0
    assembly: Assembly | None = None
    board: RoomBoard | None = None
    whole: Sequence[GridPage] = ()  # the grid for each shape of screen, where it is shown instead of the board
    show: Show = ""  # what this screen was asked for
    mode: Show = ""  # what it does
    word: str = ""  # asked before a first vote
    rebuilding: bool = False  # a build is under way, after publishing
    goes_on: datetime | None = None  # when the next day begins, where there is one

    @property
    def announced(self) -> list[Heard]:
        """What is said above everything: what has no place in a cell that the wall shows."""
        return self.hearing.no_cell if self.board else list(self.hearing.items)

    @property
    def state(self) -> str:
        """`joining`, `building` or `published`."""
        return "building" if self.assembly else "published" if self.board else "joining"


@pages.get("/e/<code>/wall")
def show(code: str) -> Response:
    """The wall in the state that the day is in."""
    show = SHOWS.get(request.args.get("show", ""), "")
    with looking(code) as visit:
        wall = replace(read(visit.tx, visit.event, clock.now(), show), word=_word(visit))
        return page("wall.html", "wall", event=visit.event, wall=wall)


def _word(visit: Visit) -> str:
    """The word that is asked before a first vote: on devices of helpers only, since anybody can open a wall at home."""
    event = visit.event
    shown = event.vote_word and event.voting_open and visit.viewer.facilitator
    return services().credentials.wall_word(event, clock.now().timestamp()) if shown else ""


def read(tx: Transaction, event: Event, moment: datetime, show: Show = "") -> Wall:
    """The wall at a moment, as this screen was asked to show it. A published grid stays while another is built."""
    grid = published.read(tx, event)
    today = grid.today(moment) if grid else None
    times = Times(event.timezone, grid.days if grid else (), today)
    announced = hearing.read(tx, event, moment, *((grid.slots, grid.rooms) if grid else (None, None)))
    join, host = how_to_join(event)
    wall = Wall(join=join, host=host, times=times, moment=moment, hearing=announced, show=show)
    if grid:
        wall = replace(wall, rebuilding=builds.current(tx, event.id) is not None)
        after = next((day.starts_at for day in grid.days if day.starts_at > moment and day is not today), None)
        return _published(replace(wall, goes_on=after), grid.of_day(today), SHOWS.get(event.wall_shows, ""))
    if build := _build(tx, event):
        return replace(wall, assembly=_assembling(tx, event, build))
    return replace(wall, pitches=on_offer.number(tx, event.id))


def _published(wall: Wall, grid: PublishedGrid, chosen: Show) -> Wall:
    """What this screen was asked for, else what the organiser chose, else the whole grid where it fits."""
    mode: Show = wall.show or chosen or ("grid" if whole_grid.fits(grid) else "turns")
    turn = int(wall.moment.timestamp() // TURN)
    wall = replace(wall, mode=mode)
    board = mode == "now"
    if mode == "turns":
        turn, board = turn // 2, bool(turn % 2)
    most = MOST_ROWS_ANNOUNCED if wall.hearing.no_cell else MOST_ROWS
    wall = replace(wall, board=_board(grid, wall.times, wall.moment, turn, most))
    return wall if board else replace(wall, whole=whole_grid.tables(grid, wall.times, wall.moment, turn))


def how_to_join(event: Event) -> tuple[str, str]:
    """The address behind the QR code, and the part of it that one types before the code."""
    join = addresses.event(public_url(event), event.code)
    return join, urlsplit(join).netloc


def _build(tx: Transaction, event: Event) -> Build | None:
    """The build to show before the first publishing: one under way, or the one that ended last."""
    latest = builds.recent(tx, event.id, limit=1)
    return latest[0] if latest and latest[0].state is not BuildState.FAILED else None


def _assembling(tx: Transaction, event: Event, build: Build) -> Assembly:
    best = studies.best(tx, build.id)
    slots = [slot for slot in events.slots(tx, event.id) if not slot.title]
    rooms = events.rooms(tx, event.id)
    standing = {pitch.id: pitch for pitch in on_offer.standing(tx, event.id)}
    cells = _cells(problems.spots(best.grid) if best else {}, standing, runs.onward(events.slots(tx, event.id)), slots)
    columns: Sequence[Slot | Room]
    table: list[tuple[Slot | Room, list[Pitch | None]]]
    if len(slots) <= len(rooms):
        columns, table = slots, [(room, [cells.get((slot.id, room.id)) for slot in slots]) for room in rooms]
    else:
        columns, table = rooms, [(slot, [cells.get((slot.id, room.id)) for room in rooms]) for slot in slots]
    proved = better(best) if best and holds(tx, event, build) else ""
    peaks = incumbents.peaks(tx, build.id) if build.state in builds.RUNNING else None
    return Assembly(
        best=best,
        better=proved,
        columns=columns,
        table=table,
        peaks=peaks,
        untold=ballots.untold(tx, event),
        same_day=builds.same_day(tx, build),
    )


def _cells(
    spots: Mapping[int, tuple[int, int]], standing: Mapping[int, Pitch], on: runs.Onward, slots: Sequence[Slot]
) -> dict[tuple[int, int], Pitch]:
    """(slot id, room id) to the pitch there, in all the slots that it takes."""
    known = {slot.id: slot for slot in slots}
    found: dict[tuple[int, int], Pitch] = {}
    for pitch_id, (slot_id, room_id) in spots.items():
        pitch = standing.get(pitch_id)
        if pitch and slot_id in known:
            found.update({(slot.id, room_id): pitch for slot in runs.taken(known[slot_id], pitch.length, on)})
    return found


def _board(grid: PublishedGrid, times: Times, moment: datetime, turn: int, most: int) -> RoomBoard:
    """Rooms with what is on now and next, `most` at once. More take turns, page by page, and so does what changed."""
    columns = _columns(grid, times, moment)
    turns = max(1, -(-len(grid.rooms) // most))
    turn %= turns
    size = -(-len(grid.rooms) // turns)
    rooms = grid.rooms[turn * size : (turn + 1) * size]
    changed = telling.lines(grid, times, moment, most=telling.BRIEF)

    def cells(room: Room) -> list[tuple[BoardColumn, Told]]:
        return [(it, telling.told(grid.cell(it.slot, room, moment), times, telling.BRIEF)) for it in columns]

    return RoomBoard(
        grid=grid,
        columns=columns,
        rows=[BoardRow(room, not number, len(rooms), cells(room)) for number, room in enumerate(rooms)],
        turn=turn + 1,
        turns=turns,
        recent=_recent(changed, moment),
        changes=len(changed),
    )


def _recent(changed: Sequence[NewsLine], moment: datetime) -> list[NewsLine]:
    """The newest line, which everybody has to read at once, and those before it in turn."""
    before, shown = changed[1:], MOST_NEWS - 1
    page = int(moment.timestamp() // TURN) % max(1, -(-len(before) // shown))
    return [*changed[:1], *before[page * shown :][:shown]]


def _columns(grid: PublishedGrid, times: Times, moment: datetime) -> list[BoardColumn]:
    """What is on now, and the next slots that have sessions; two columns in all."""
    now = [
        BoardColumn(slot, _item(grid, slot), True, _("Now, until %(time)s", time=times.clock(slot.ends_at)))
        for slot in now_and_next(grid.slots, moment)[0][:1]
    ]
    later: list[BoardColumn] = []
    seen = moment
    coming = [slot for slot in grid.slots if slot.starts_at > moment and not _item(grid, slot)]
    for slot in coming[: 2 - len(now)]:
        today = days.has_come(times.shown, moment, times.timezone)
        breaks = [it.title for it in grid.slots if today and it.title and seen < it.starts_at < slot.starts_at]
        later.append(BoardColumn(slot, "", False, _heading(slot, times, today, bool(later), "".join(breaks[-1:]))))
        seen = slot.starts_at
    return now + later


def _heading(slot: Slot, times: Times, today: bool, second: bool, item: str) -> str:
    """`Next, 11:00`, with the fixed item that comes before; on another day that day instead of the word."""
    time = times.clock(slot.starts_at)
    if not today:
        return f"{times.short_day(slot.starts_at)}, {time}"
    if item and second:
        return _("Then, %(time)s, after %(item)s", time=time, item=item)
    if item:
        return _("Next, %(time)s, after %(item)s", time=time, item=item)
    return _("Then, %(time)s", time=time) if second else _("Next, %(time)s", time=time)


def _item(grid: PublishedGrid, slot: Slot) -> str:
    """The title of a fixed item that takes the whole column; empty where sessions still stand in its slot."""
    return "" if grid.at(slot) else slot.title
