"""Makes a day whose grid is published, for tests of what people see then and of what is exported."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from eventkit.clock import now
from eventkit.event import announcements, events
from eventkit.event.announcements import AnnouncementContent
from eventkit.event.roles import at_the_machine
from eventkit.grid import versions
from eventkit.grid.versions import Spot
from eventkit.storage.db import Database, Transaction
from eventkit.storage.tables import Event, GridCause, Pitch, Room, Slot
from tests.world.builders import an_event
from tests.world.days import some_pitches


@dataclass
class Day:
    """A published day: pitch n stands in cells[n]. `slots` are those for sessions."""

    event: Event
    secret: str
    pitches: list[Pitch]
    slots: list[Slot]
    rooms: list[Room]

    @property
    def cells(self) -> list[tuple[int, int]]:
        return [(slot.id, room.id) for slot in self.slots for room in self.rooms]

    @property
    def address(self) -> str:
        return f"/e/{self.event.code}"


def a_published_day(
    database: Database,
    placed: int = 4,
    pitches: int = 5,
    title: str = "",
    longer: Mapping[int, int] = MappingProxyType({}),
    **changes: Any,
) -> Day:
    """Pitches 1 to `placed` stand in the first cells, slot by slot; the rest have no place.

    `longer` says how many slots those take, by their numbers from 0, that take several.
    """
    event, secret = an_event(database, **changes)
    made = some_pitches(database, event, pitches, **({"title": title} if title else {}))
    for number, length in longer.items():
        made[number].length = length
        database.write(lambda tx, it=made[number]: setattr(tx.get_one(Pitch, it.id), "length", it.length))
    with database.reading() as tx:
        slots = [slot for slot in events.slots(tx, event.id) if not slot.title]
        day = Day(event, secret, made, slots, events.rooms(tx, event.id))
    publish(database, day, {pitch.id: cell for pitch, cell in zip(made[:placed], day.cells, strict=False)})
    return day


def publish(database: Database, day: Day, cells: dict[int, tuple[int, int]]) -> None:
    """Put pitches (id) into cells (slot id, room id), and publish that."""

    def act(tx: Transaction) -> None:
        event = events.by_code(tx, day.event.code)
        grid = {pitch: Spot(*cell) for pitch, cell in cells.items()}
        versions.replace(tx, at_the_machine(event), event.grid_version, grid, GridCause.MOVE)
        versions.publish(tx, at_the_machine(event), event.grid_version)

    database.write(act)


def announce(database: Database, day: Day, text: str, room_id: int | None = None) -> None:
    """An announcement of the organiser's for the next half hour: to everybody, or at one room."""

    def act(tx: Transaction) -> None:
        content = AnnouncementContent(text, now() + timedelta(minutes=30), room_id)
        announcements.announce(tx, at_the_machine(events.by_code(tx, day.event.code)), content)

    database.write(act)


def at_this_hour(database: Database, day: Day, number: int) -> None:
    """Move the whole day so that its `number`th slot or item (from 0) began ten minutes ago.

    Where that would carry it past midnight, it is held in a time zone in which it begins in the morning.
    """

    def act(tx: Transaction) -> None:
        slots = tx.scalars(select(Slot).where(Slot.event_id == day.event.id).order_by(col(Slot.starts_at))).all()
        shift: timedelta = _ten_minutes_ago() - slots[number].starts_at
        for slot in slots:
            slot.starts_at, slot.ends_at = slot.starts_at + shift, slot.ends_at + shift
        _keep_before_midnight(events.by_code(tx, day.event.code), slots[0].starts_at, slots[-1].ends_at)

    database.write(act)


def _keep_before_midnight(event: Event, begins: datetime, ends: datetime) -> None:
    zone = ZoneInfo(event.timezone)
    if begins.astimezone(zone).date() != ends.astimezone(zone).date():
        ahead = (9 - begins.astimezone(UTC).hour + 11) % 24 - 11
        event.timezone = f"Etc/GMT{-ahead:+d}"  # whose signs are the other way round
    event.day = begins.astimezone(ZoneInfo(event.timezone)).date()


def _ten_minutes_ago() -> datetime:
    return now() - timedelta(minutes=10)
