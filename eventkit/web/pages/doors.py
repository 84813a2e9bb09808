"""The page for a door: this room, what is on until when, and what comes next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response

from eventkit import clock
from eventkit.errors import NotFound
from eventkit.event import addresses, events
from eventkit.grid import hearing, published, telling
from eventkit.grid.hearing import Heard
from eventkit.grid.published import PublishedGrid
from eventkit.grid.telling import NewsLine, Told
from eventkit.grid.times import Times
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, Room
from eventkit.text.language import gettext as _
from eventkit.web.base.rendering import page
from eventkit.web.base.visits import looking, services

pages = Blueprint("door", __name__)

MOST_LINES = 4  # of what changed
SOON = timedelta(minutes=15)  # what ends or begins within this is said in minutes


@dataclass(frozen=True, kw_only=True)
class Door:
    """What the door of a room says at a moment, alike for all who look."""

    room: Room
    times: Times
    published: bool
    announced: tuple[Heard, ...] = ()
    now: Told | None = None
    later: tuple[Told, ...] = ()
    begun: bool = False  # something here is over or under way
    today: bool = False  # what comes next does so today
    ending: int = 0  # minutes, where they are few; the same of the next line
    starting: int = 0
    changed: tuple[NewsLine, ...] = ()  # what whoever stands here should hear
    notes: str = ""  # the address of what is on now, and its notes

    @property
    def host(self) -> str:
        """Who holds what is on now."""
        return self.now.cell.placed.pitch.host_name if self.now and self.now.on and self.now.cell.placed else ""


@pages.get("/e/<code>/doors/<int:room_id>")
def show(code: str, room_id: int) -> Response:
    """What the door of one room says. Raises NotFound."""
    with looking(code) as visit:
        return page("door.html", "door", event=visit.event, door=read(visit.tx, visit.event, room_id, clock.now()))


def read(tx: Transaction, event: Event, room_id: int, moment: datetime) -> Door:
    """The door at a moment. Raises NotFound."""
    grid, times = published.read(tx, event), Times(event.timezone)
    room = _room(grid.rooms if grid else events.rooms(tx, event.id), room_id)
    told = tuple(hearing.read(tx, event, moment).at_door(room))
    if grid is None:
        return Door(room=room, times=times, published=False, announced=told)
    items = [telling.told(grid.cell(slot, room, moment), times) for slot in grid.slots]
    now = next((item for item in items if item.slot.starts_at <= moment < item.slot.ends_at), None)
    later = tuple(item for item in items if item.slot.starts_at > moment and not item.cell.goes_on)
    return Door(
        room=room,
        times=times,
        published=True,
        announced=told,
        now=now,
        later=later,
        begun=len(later) < len(items),
        today=bool(later) and times.day(later[0].slot.starts_at) == times.day(moment),
        ending=_minutes(now.ends_at - moment) if now else 0,
        starting=_minutes(later[0].slot.starts_at - moment) if later else 0,
        changed=_changed(grid, room, times, moment),
        notes=_notes(event, now),
    )


def _notes(event: Event, now: Told | None) -> str:
    """Where the session that is on now has its notes, as a code for phones that stand before the door."""
    placed = now.cell.placed if now and now.on else None
    return addresses.pitch(services().config.public_url, event.code, placed.pitch.id) if placed else ""


def _minutes(left: timedelta) -> int:
    """What is left, in minutes begun; 0 where that is too long to be counted down."""
    return -(-left // timedelta(minutes=1)) if left <= SOON else 0


def _room(rooms: tuple[Room, ...] | list[Room], room_id: int) -> Room:
    for room in rooms:
        if room.id == room_id:
            return room
    raise NotFound(_("There is no such room here. Choose one from the grid."))


def _changed(grid: PublishedGrid, room: Room, times: Times, moment: datetime) -> tuple[NewsLine, ...]:
    """What somebody who stands at this door should hear: of what was here, or is here now. The newest first."""
    return tuple(line for line in telling.lines(grid, times, moment) if room.id in line.rooms)[:MOST_LINES]
