"""The published grid as schema.org events (JSON-LD), for search engines and programs that read pages."""

from typing import Any

from eventkit.event import addresses
from eventkit.grid.published import CellState, Placed, PublishedGrid
from eventkit.market import merging
from eventkit.storage.tables import Event, NoticeKind, Room

MOST_SESSIONS = 80  # told on the page of the grid
CONTEXT = "https://schema.org"
MOVED = frozenset({CellState.ROOM_CLOSED, CellState.SLOT_TAKEN})  # it happens, in a place still to be found
Data = dict[str, Any]


def of_event(event: Event, grid: PublishedGrid, base_url: str) -> Data:
    """The event with its sessions, those that do not happen any more as cancelled.

    Of a large event without them, since every phone fetches this: each session's own page has its data.
    """
    shown = [it for it in grid.sessions if it.title] if len(grid.sessions) <= MOST_SESSIONS else []
    moved = _moved(grid)
    return {
        "@context": CONTEXT,
        **_event(event, base_url),
        **_span(grid),
        **({"subEvent": [_session(event, it, it.pitch.id in moved, base_url) for it in shown]} if shown else {}),
    }


def of_session(event: Event, grid: PublishedGrid, placed: Placed, base_url: str) -> Data:
    """One session, as part of the event."""
    session = _session(event, placed, placed.pitch.id in _moved(grid), base_url)
    return {"@context": CONTEXT, **session, "superEvent": {**_event(event, base_url), **_span(grid)}}


def _moved(grid: PublishedGrid) -> set[int | None]:
    return {it.root for it in grid.news if it.kind in (NoticeKind.MOVED, NoticeKind.SLOT_SHIFTED)}


def _event(event: Event, base_url: str) -> Data:
    address = addresses.event(base_url, event.code)
    return {"@type": "Event", "@id": address, "url": address, "name": event.name, "inLanguage": event.language}


def _span(grid: PublishedGrid) -> Data:
    starts, ends = min(it.starts_at for it in grid.slots), max(it.ends_at for it in grid.slots)
    return {"startDate": starts.isoformat(), "endDate": ends.isoformat()}


def _session(event: Event, placed: Placed, moved: bool, base_url: str) -> Data:
    address = addresses.pitch(base_url, event.code, placed.pitch.id)
    hosts = [{"@type": "Person", "name": name} for name in merging.hosts(placed.pitch)]
    return {
        "@type": "Event",
        "@id": address,
        "url": address,
        "name": placed.title,
        "startDate": placed.starts_at.isoformat(),
        "endDate": placed.ends_at.isoformat(),
        "eventStatus": f"{CONTEXT}/{_status(placed, moved)}",
        "location": _place(placed.room),
        **({"performer": hosts} if hosts else {}),
    }


def _status(placed: Placed, moved: bool) -> str:
    if not placed.standing:
        return "EventCancelled"
    return "EventRescheduled" if moved or placed.state in MOVED else "EventScheduled"


def _place(room: Room) -> Data:
    return {"@type": "Place", "name": room.name, "maximumAttendeeCapacity": room.capacity}
