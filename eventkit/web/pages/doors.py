"""The page for a door: this room, what is on until when, and what comes next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response

from eventkit import clock
from eventkit.errors import NotFound
from eventkit.event import events
from eventkit.grid import published, venue
from eventkit.grid.published import Difference, Placed, PublishedGrid, Times
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Room, Slot
from eventkit.web.base.rendering import page
from eventkit.web.base.visits import looking

pages = Blueprint("door", __name__)

SOON = timedelta(minutes=15)  # what ends or begins within this is said in minutes


@dataclass(frozen=True)
class DoorItem:
    """One slot at this door: what is in it, whether the room is closed then; an empty title is a free room."""

    slot: Slot
    placed: Placed | None
    title: str
    closed: bool


@dataclass(frozen=True)
class Door:
    """What the door of a room says at a moment, alike for all who look."""

    room: Room
    times: Times
    published: bool
    now: DoorItem | None = None
    later: tuple[DoorItem, ...] = ()
    begun: bool = False  # something here is over or under way
    today: bool = False  # what comes next does so today
    ending: int = 0  # minutes, where they are few; the same of the next line
    starting: int = 0
    moved: tuple[Difference, ...] = ()  # who may stand here in vain


@pages.get("/e/<code>/doors/<int:room_id>")
def show(code: str, room_id: int) -> Response:
    """What the door of one room says. Raises NotFound."""
    with looking(code) as visit:
        return page("door.html", "door", event=visit.event, door=read(visit.tx, visit.event, room_id, clock.now()))


def read(tx: Transaction, event: Event, room_id: int, moment: datetime) -> Door:
    """The door at a moment. Raises NotFound."""
    grid, times = published.read(tx, event), Times(event.timezone)
    room = _room(grid.rooms if grid else events.rooms(tx, event.id), room_id)
    if grid is None:
        return Door(room, times, published=False)
    items = _items(grid, room, venue.closures(tx, event.id).get(room.id, set()))
    now = next((item for item in items if item.slot.starts_at <= moment < item.slot.ends_at), None)
    later = tuple(item for item in items if item.slot.starts_at > moment)
    return Door(
        room,
        times,
        published=True,
        now=now,
        later=later,
        begun=len(later) < len(items),
        today=bool(later) and times.day(later[0].slot.starts_at) == times.day(moment),
        ending=_minutes(now.slot.ends_at - moment) if now else 0,
        starting=_minutes(later[0].slot.starts_at - moment) if later else 0,
        moved=tuple(it for it in grid.differences if _moved_away(it, room, moment)),
    )


def _minutes(left: timedelta) -> int:
    """What is left, in minutes begun; 0 where that is too long to be counted down."""
    return -(-left // timedelta(minutes=1)) if left <= SOON else 0


def _room(rooms: tuple[Room, ...] | list[Room], room_id: int) -> Room:
    for room in rooms:
        if room.id == room_id:
            return room
    raise NotFound("There is no such room here. Choose one from the grid.")


def _items(grid: PublishedGrid, room: Room, closed: set[int]) -> list[DoorItem]:
    """What happens here, slot by slot; `closed` holds slots' ids."""
    return [
        DoorItem(slot, grid.cells.get((slot.id, room.id)), _title(grid, slot, room), slot.id in closed)
        for slot in grid.slots
    ]


def _title(grid: PublishedGrid, slot: Slot, room: Room) -> str:
    placed = grid.cells.get((slot.id, room.id))
    return slot.title or (placed.pitch.title if placed else "")


def _moved_away(it: Difference, room: Room, moment: datetime) -> bool:
    """Whether somebody may stand at this door in vain: the session was here, and its time is not over."""
    if it.before is None or it.before[1].id != room.id or it.before[0].ends_at <= moment:
        return False
    return it.after is None or it.after[1].id != room.id
