"""How long a change of the grid takes to the pages that follow it: from the commit to the frame, view by view."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse
from queue import Empty, Queue
from threading import Thread
from typing import Any

from bench.load import table
from bench.site import Site, site
from bench.streams import publish
from eventkit.clock import now
from eventkit.event import announcements, events
from eventkit.event.announcements import AnnouncementContent
from eventkit.event.as_typed import RoomLine
from eventkit.event.roles import Organiser, Viewer, at_the_machine
from eventkit.grid import closures, moderation, venue, versions
from eventkit.market import pitches
from eventkit.market.pitches import Content
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, ModerationKind

TURNS = 5
VIEWS = ("wall", "grid", "phone", "organise")
HELPER = Viewer(token="", organiser=True, facilitator=True)

Act = Callable[[Transaction, Organiser, Site, int], Any]


def _room(tx: Transaction, by: Organiser, number: int = 0) -> Any:
    return events.rooms(tx, by.event.id)[number]


def _closed(tx: Transaction, by: Organiser, _measured: Site, turn: int) -> None:
    slots = [slot.id for slot in events.slots(tx, by.event.id) if not slot.title]
    closures.close_room(tx, by, _room(tx, by).id, set() if turn % 2 else set(slots[:1]))


def _announced(tx: Transaction, by: Organiser, _measured: Site, turn: int) -> None:
    announcements.announce(tx, by, AnnouncementContent(f"Lunch is late, {turn}", now() + timedelta(minutes=9), None))


def _withdrawn(tx: Transaction, by: Organiser, measured: Site, turn: int) -> None:
    change = pitches.bring_back if turn % 2 else pitches.withdraw
    change(tx, by.event.id, HELPER, measured.pitch_ids[0])


def _hidden(tx: Transaction, by: Organiser, measured: Site, turn: int) -> None:
    moderation.set_hidden(tx, by, ModerationKind.PITCH, measured.pitch_ids[1], not turn % 2)


def _merged(tx: Transaction, by: Organiser, measured: Site, turn: int) -> None:
    one, other = measured.pitch_ids[2:4]
    if turn % 2:
        pitches.unmerge(tx, by, other)
    else:
        pitches.merge(tx, by, one, other)


def _retitled(tx: Transaction, by: Organiser, measured: Site, turn: int) -> None:
    pitches.edit(tx, by.event.id, HELPER, measured.pitch_ids[4], Content(title=f"Another title, {turn}"))


def _renamed(tx: Transaction, by: Organiser, _measured: Site, turn: int) -> None:
    venue.change_room(tx, by, _room(tx, by, 1).id, RoomLine(f"Attic {turn}", 40, ()))


def _unpublished(tx: Transaction, by: Organiser, _measured: Site, turn: int) -> None:
    version = by.event.grid_version
    (versions.publish if turn % 2 else versions.unpublish)(tx, by, version)


ACTS: dict[str, Act] = {
    "room closed, open": _closed,
    "announcement": _announced,
    "session withdrawn, back": _withdrawn,
    "session hidden, shown": _hidden,
    "sessions merged, taken apart": _merged,
    "session retitled": _retitled,
    "room renamed": _renamed,
    "grid unpublished, published": _unpublished,
}


def main() -> None:
    """Publish a grid of 60 pitches, then make each kind of change TURNS times while one page of each view follows."""
    with site(sys.argv[1] if len(sys.argv) > 1 else "sqlite", pitch_count=60) as measured:
        measured.database.write(lambda tx: publish(tx, measured.event_id, 0))
        arrivals: Queue[tuple[str, float]] = Queue()
        for view in VIEWS:
            Thread(target=_follow, args=(measured, view, arrivals), daemon=True).start()
        _settled(arrivals)
        for name, act in ACTS.items():
            seconds: dict[str, list[float]] = {view: [] for view in VIEWS}
            for turn in range(TURNS):
                changed = time.monotonic()
                measured.database.write(lambda tx, act=act, turn=turn: act(tx, _by(tx, measured), measured, turn))
                for view, at in _settled(arrivals).items():
                    seconds[view].append(at - changed)
            told = ", ".join(f"{view} {1000 * max(of):.0f} ms" if of else f"{view} –" for view, of in seconds.items())
            table([(name, f"slowest of {TURNS}: {told}")])


def _by(tx: Transaction, measured: Site) -> Organiser:
    return at_the_machine(tx.get_one(Event, measured.event_id))


def _follow(measured: Site, view: str, arrivals: Queue[tuple[str, float]]) -> None:
    connection = HTTPConnection("127.0.0.1", measured.port)
    connection.request("GET", f"/e/{measured.code}/stream?view={view}")
    stream: HTTPResponse = connection.getresponse()
    while line := stream.readline():
        if line.startswith((b"retry", b"event: change")):
            arrivals.put((view, time.monotonic()))


def _settled(arrivals: Queue[tuple[str, float]], quiet: float = 2.5) -> dict[str, float]:
    """When each view heard first, once all have heard or nobody hears anything more."""
    first: dict[str, float] = {}
    try:
        while True:
            view, at = arrivals.get(timeout=quiet)
            first.setdefault(view, at)
    except Empty:
        return first


if __name__ == "__main__":
    main()
