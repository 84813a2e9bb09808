"""The published grid as iCalendar (RFC 5545): all of it, one room, one session, or one person's day."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid5

from icalendar import Calendar, vDuration
from icalendar import Event as Entry

from eventkit.event import addresses
from eventkit.exports.source import NAMESPACE, Source
from eventkit.grid import telling
from eventkit.grid.my_day import PersonalDay, Wanted
from eventkit.grid.published import CellState, FixedItem, News, Placed, PublishedGrid
from eventkit.grid.times import Times
from eventkit.market import merging
from eventkit.storage.tables import Event

TYPE = "text/calendar; charset=utf-8"
CANCELLED = "Cancelled"  # for calendar programs that show an event's status nowhere
REFRESH = timedelta(minutes=5)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")  # what the format's text may not hold


def of_event(source: Source, room_id: int | None = None) -> bytes:
    """The whole grid, or one room of it; what was on it and does not happen any more is cancelled, not silent."""
    event, grid, base = source.event, source.grid, source.base_url
    placed = [it for it in (grid.sessions if grid else ()) if room_id is None or it.room.id == room_id]
    gone = [it for it in source.gone if room_id is None or it.notice.room_id == room_id]
    room = next((f", {room.name}" for room in source.rooms if room.id == room_id), "")
    calendar = _calendar(event, event.name + room)
    entries = [_entry(event, grid, it, base) for it in placed] if grid else []
    fixed = [it for it in source.items if room_id is None or (not it.whole and room_id in {at.id for at in it.rooms})]
    entries += [_item(source, it) for it in fixed]
    return _filled(calendar, entries + [_cancelled(event, grid, it, base) for it in gone])


def of_session(event: Event, grid: PublishedGrid, placed: Placed, base_url: str) -> bytes:
    """One session, to put into a calendar by itself."""
    return _filled(_calendar(event, placed.title or event.name), [_entry(event, grid, placed, base_url)])


def of_day(event: Event, grid: PublishedGrid | None, day: PersonalDay, gone: Iterable[News], base_url: str) -> bytes:
    """What one person chose: certain where it is their strongest choice of the slot, else tentative.

    `gone` is what people have seen on the grid and does not happen any more; theirs of it is cancelled.
    """
    calendar = _calendar(event, f"{event.name}, my day")
    entries = []
    for stretch in day.stretches if grid else ():
        standing = [it for it in stretch.choices if it.placed and it.placed.standing]
        strongest = standing[0] if standing else None
        starting = [it for it in stretch.choices if not stretch.goes_on(it)]
        entries += [
            _chosen(event, grid, it, strongest is None or it.power == strongest.power, base_url) for it in starting
        ]
    chosen = {it.pitch.id for it in day.unplaced} | {it.pitch.id for stretch in day.stretches for it in stretch.choices}
    entries += [_cancelled(event, grid, it, base_url) for it in gone if it.root in chosen]
    return _filled(calendar, entries)


def _chosen(event: Event, grid: PublishedGrid | None, choice: Wanted, certain: bool, base_url: str) -> Entry:
    assert choice.placed is not None
    assert grid is not None
    entry = _entry(event, grid, choice.placed, base_url)
    if choice.placed.state is CellState.ON:
        _put(entry, STATUS="CONFIRMED" if certain else "TENTATIVE", TRANSP="OPAQUE" if certain else "TRANSPARENT")
    _put(entry, CATEGORIES=[choice.word])
    return entry


def _calendar(event: Event, name: str) -> Calendar:
    calendar = Calendar()
    _put(calendar, VERSION="2.0", PRODID="-//Twofeet//Twofeet//EN", CALSCALE="GREGORIAN", METHOD="PUBLISH")
    _put(calendar, **{"NAME": name, "X-WR-CALNAME": name, "X-WR-TIMEZONE": event.timezone})
    calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    return calendar


def _entry(event: Event, grid: PublishedGrid | None, placed: Placed, base_url: str) -> Entry:
    """A session. Its UID stays for ever; SEQUENCE and the stamps are those of the revision that touched it last."""
    times = Times(event.timezone, grid.days if grid else ())
    said = telling.of_placed(grid, placed, times) if grid else ""
    title = placed.title or said
    entry = _new(event, placed.pitch.id, placed.revision, placed.revised_at, base_url)
    hosts = ", ".join(merging.hosts(placed.pitch))
    host = f"With {hosts}" if hosts else ""
    part = placed.part.words if placed.part else telling.again(grid, placed.pitch.id, times) if grid else ""
    text = [said, host, part, merging.text(placed.pitch)] if placed.title else [said]
    _put(
        entry,
        DTSTART=_utc(placed.slot.starts_at),
        DTEND=_utc(placed.ends_at),
        SUMMARY=title if placed.standing else f"{CANCELLED}: {title}",
        LOCATION=placed.room.name,
        DESCRIPTION="\n\n".join(filter(None, [*text, _address(event, placed.pitch.id, base_url)])),
        STATUS="CONFIRMED" if placed.state is CellState.ON else "TENTATIVE" if placed.standing else "CANCELLED",
    )
    if placed.part and placed.part.before is not None:
        entry.add("RELATED-TO", _uid(event, placed.part.first), parameters={"RELTYPE": "PARENT"})
    if placed.pitch.repeat_of is not None:
        entry.add("RELATED-TO", _uid(event, placed.pitch.repeat_of), parameters={"RELTYPE": "SIBLING"})
    return entry


def _item(source: Source, item: FixedItem) -> Entry:
    """A fixed item. Its UID is its slot's, or its slot's and title's where others go on beside it."""
    event, entry, beside = source.event, Entry(), "" if item.whole else item.title
    stamp = _utc((source.grid and source.grid.revised_at) or event.created_at)
    _put(
        entry,
        UID=f"{source.uuid('items', f'{item.slot.id}/{beside}')}@twofeet",
        SEQUENCE=source.grid.revision if source.grid else 0,
        DTSTAMP=stamp,
        DTSTART=_utc(item.starts_at),
        DTEND=_utc(item.ends_at),
        SUMMARY=item.title,
        STATUS="CONFIRMED",
        TRANSP="TRANSPARENT",
        URL=source.address_by(addresses.grid),
    )
    if not item.whole:
        _put(entry, LOCATION=", ".join(room.name for room in item.rooms))
    return entry


def _cancelled(event: Event, grid: PublishedGrid | None, news: News, base_url: str) -> Entry:
    """A session that has left the grid, at the time and place that it had.

    Its SEQUENCE is the grid's revision: what changed about its cell before it left may be newer than its own news.
    """
    assert news.pitch is not None
    assert news.was is not None
    entry = _new(event, news.pitch.id, grid.revision if grid else news.notice.revision, news.at, base_url)
    hidden = news.pitch.hidden_at is not None
    _put(
        entry,
        DTSTART=_utc(news.was.starts_at),
        DTEND=_utc(news.was.ends_at),
        SUMMARY=CANCELLED if hidden else f"{CANCELLED}: {news.pitch.title}",
        LOCATION=news.was.room,
        STATUS="CANCELLED",
    )
    return entry


def _new(event: Event, pitch_id: int, revision: int, at: datetime | None, base_url: str) -> Entry:
    stamp = _utc(at or event.created_at)
    entry = Entry()
    _put(
        entry,
        UID=_uid(event, pitch_id),
        SEQUENCE=revision,
        DTSTAMP=stamp,
        URL=_address(event, pitch_id, base_url),
    )
    _put(entry, **{"LAST-MODIFIED": stamp})
    return entry


def _uid(event: Event, pitch_id: int) -> str:
    return f"{uuid5(NAMESPACE, f'{event.lasting_code}/pitches/{pitch_id}')}@twofeet"


def _address(event: Event, pitch_id: int, base_url: str) -> str:
    return addresses.pitch(base_url, event.code, pitch_id)


def _filled(calendar: Calendar, entries: Iterable[Entry]) -> bytes:
    for entry in entries:
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _put(component: Any, **values: Any) -> None:
    for name, value in values.items():
        if name in component:
            del component[name]
        component.add(name, _CONTROLS.sub("", value) if isinstance(value, str) else value)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
