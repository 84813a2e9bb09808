"""The published grid as iCalendar (RFC 5545): all of it, one room, or one person's day."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid5

from icalendar import Calendar, vDuration
from icalendar import Event as Entry

from eventkit.event import addresses
from eventkit.exports.source import NAMESPACE, Source
from eventkit.grid.my_day import PersonalDay, Wanted
from eventkit.grid.published import Placed, PublishedGrid
from eventkit.storage.tables import Event

TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(minutes=5)


def of_event(source: Source, room_id: int | None = None) -> bytes:
    """The whole grid, or one room of it."""
    placed = [it for it in source.sessions if room_id is None or it.room.id == room_id]
    room = next((f", {room.name}" for room in source.rooms if room.id == room_id), "")
    calendar = _calendar(source.event, source.event.name + room)
    return _filled(calendar, (_entry(source.event, source.grid, it, source.base_url) for it in placed))


def of_day(event: Event, grid: PublishedGrid | None, day: PersonalDay, base_url: str) -> bytes:
    """What one person chose: certain where it is their strongest choice of the slot, else tentative."""
    calendar = _calendar(event, f"{event.name}, my day")
    entries = []
    for stretch in day.stretches:
        strongest = max((choice.strength for choice in stretch.choices), default=0)
        for choice in stretch.choices:
            if choice.placed and choice.placed.standing:
                entries.append(_chosen(event, grid, choice, strongest, base_url))
    return _filled(calendar, entries)


def _chosen(event: Event, grid: PublishedGrid | None, choice: Wanted, strongest: int, base_url: str) -> Entry:
    assert choice.placed is not None
    entry = _entry(event, grid, choice.placed, base_url)
    certain = choice.strength == strongest
    _put(entry, STATUS="CONFIRMED" if certain else "TENTATIVE", TRANSP="OPAQUE" if certain else "TRANSPARENT")
    _put(entry, CATEGORIES=[choice.word])
    return entry


def _calendar(event: Event, name: str) -> Calendar:
    calendar = Calendar()
    _put(calendar, VERSION="2.0", PRODID="-//Twofeet//Twofeet//EN", CALSCALE="GREGORIAN", METHOD="PUBLISH")
    calendar.add("NAME", name)
    calendar.add("X-WR-CALNAME", name)
    calendar.add("X-WR-TIMEZONE", event.timezone)
    calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    return calendar


def _entry(event: Event, grid: PublishedGrid | None, placed: Placed, base_url: str) -> Entry:
    """A session. Its UID stays for ever, SEQUENCE and the stamps are those of the publishing."""
    stamp = (grid.published_at if grid else None) or event.created_at
    address = addresses.pitch(base_url, event.code, placed.pitch.id)
    host = f"With {placed.pitch.host_name}\n\n" if placed.pitch.host_name else ""
    entry = Entry()
    _put(
        entry,
        UID=f"{uuid5(NAMESPACE, f'{event.code}/pitches/{placed.pitch.id}')}@twofeet",
        SEQUENCE=grid.version if grid else 0,
        DTSTAMP=_utc(stamp),
        DTSTART=_utc(placed.slot.starts_at),
        DTEND=_utc(placed.slot.ends_at),
        SUMMARY=placed.pitch.title,
        LOCATION=placed.room.name,
        DESCRIPTION=f"{host}{placed.pitch.description}\n\n{address}".strip(),
        URL=address,
    )
    return entry


def _filled(calendar: Calendar, entries: Iterable[Entry]) -> bytes:
    for entry in entries:
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _put(component: Any, **values: Any) -> None:
    for name, value in values.items():
        if name in component:
            del component[name]
        component.add(name, value)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
