"""The published grid as schema.org events (JSON-LD), for search engines and programs that read pages."""

from datetime import datetime
from typing import Any

from eventkit.event import addresses
from eventkit.grid.published import CellState, News, Placed, PublishedGrid
from eventkit.market import merging
from eventkit.storage.tables import Event, NoticeKind, Room

MOST_SESSIONS = 80  # told on the page of the grid
CONTEXT = "https://schema.org"
Data = dict[str, Any]


def of_event(event: Event, grid: PublishedGrid, base_url: str) -> Data:
    """The event with its sessions, those that do not happen any more as cancelled.

    Of a large event without them, since every phone fetches this: each session's own page has its data.
    """
    shown = [it for it in grid.sessions if it.title] if len(grid.sessions) <= MOST_SESSIONS else []
    return {
        "@context": CONTEXT,
        **_event(event, base_url),
        **_span(grid),
        **({"subEvent": [_session(event, it, _began_before(grid, it), base_url) for it in shown]} if shown else {}),
    }


def of_session(event: Event, grid: PublishedGrid, placed: Placed, base_url: str) -> Data:
    """One session, as part of the event."""
    session = _session(event, placed, _began_before(grid, placed), base_url)
    return {"@context": CONTEXT, **session, "superEvent": {**_event(event, base_url), **_span(grid)}}


def _began_before(grid: PublishedGrid, placed: Placed) -> datetime | None:
    """When a session that is at another time now was to begin first, as far as that is news; else None."""
    told = [it.was.starts_at for it in grid.news if it.was and _is_about(it, placed)]
    return told[-1] if told and told[-1] != placed.starts_at else None


def _is_about(news: News, placed: Placed) -> bool:
    if news.kind is NoticeKind.SLOT_SHIFTED:
        return news.notice.slot_id == placed.slot.id
    return news.kind is NoticeKind.MOVED and news.root == placed.pitch.id


def _event(event: Event, base_url: str) -> Data:
    address = addresses.event(base_url, event.code)
    return {"@type": "Event", "@id": address, "url": address, "name": event.name, "inLanguage": event.language}


def _span(grid: PublishedGrid) -> Data:
    starts, ends = min(it.starts_at for it in grid.slots), max(it.ends_at for it in grid.slots)
    return {"startDate": starts.isoformat(), "endDate": ends.isoformat()}


def _session(event: Event, placed: Placed, before: datetime | None, base_url: str) -> Data:
    address = addresses.pitch(base_url, event.code, placed.pitch.id)
    hosts = [{"@type": "Person", "name": name} for name in merging.hosts(placed.pitch)]
    return {
        "@type": "Event",
        "@id": address,
        "url": address,
        "name": placed.title,
        "startDate": placed.starts_at.isoformat(),
        "endDate": placed.ends_at.isoformat(),
        "eventStatus": f"{CONTEXT}/{_status(placed, before)}",
        **({"previousStartDate": before.isoformat()} if before and placed.standing else {}),
        "location": _place(placed.room),
        **({"performer": hosts} if hosts else {}),
    }


def _status(placed: Placed, before: datetime | None) -> str:
    """Another room alone is no other time; a session whose slot was taken has no time yet."""
    if not placed.standing:
        return "EventCancelled"
    if placed.state is CellState.SLOT_TAKEN:
        return "EventPostponed"
    return "EventRescheduled" if before else "EventScheduled"


def _place(room: Room) -> Data:
    return {"@type": "Place", "name": room.name, "maximumAttendeeCapacity": room.capacity}
