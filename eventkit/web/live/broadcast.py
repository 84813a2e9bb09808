"""All streams of one process: one listener, one loop that sends, any number of phones."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

import structlog

from eventkit.storage import change_log
from eventkit.storage.db import Database, DatabaseBusy
from eventkit.storage.listener import Listener
from eventkit.storage.tables import Change, ChangeKind
from eventkit.storage.waiting import MOMENT
from eventkit.text.language import ENGLISH
from eventkit.web.live.sse_clients import Client
from eventkit.web.live.sse_frames import HEARTBEAT, KEPT, VIEWS, Feed, Ring

log = structlog.get_logger()

HEARTBEAT_PAUSE = 15.0  # seconds of silence before a comment keeps the connection alive
SLICE = 0.002  # seconds of sending before requests have their turn
IDLE = 600.0  # seconds after which a feed that nobody streams is forgotten
PULSE = 1.0  # seconds between looks for silent and stuck streams

Render = Callable[[int, str, str], str]  # (event id, block's name, language) -> HTML


class Broadcaster:
    """Feeds and their clients. Everything runs in one thread, except for iterate(), which only reads."""

    def __init__(self, database: Database, render: Render):
        self._database = database
        self._listener = Listener(database, self._receive)
        self._render = render
        self._rings: dict[int, Ring] = {}
        self._feeds: dict[tuple[int, str, str], Feed] = {}
        self._clients: dict[Feed, set[Client]] = {}
        self._news = threading.Event()
        self._lock = threading.Lock()
        self._started = self._stopped = False
        self.lag = 0.0  # seconds from the newest change's commit to its arrival here

    @property
    def position(self) -> int:
        """The number of the newest change known here; what a page was made after."""
        self._start()
        return self._listener.last

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return sum(map(len, self._clients.values()))

    def feed(self, event_id: int, view: str, language: str = ENGLISH) -> Feed:
        """The event's frames for one view; one language has its own where blocks of pages are in them."""
        key = event_id, view, language if VIEWS[view].blocks else ""
        self._start()
        with self._lock:
            if event_id not in self._rings:
                with self._database.reading() as tx:
                    self._rings[event_id] = Ring(change_log.recent(tx, event_id, KEPT))
            if key not in self._feeds:
                made = self._feeds[key] = Feed(
                    self._rings[event_id],
                    VIEWS[view],
                    self._listener.last,
                    render=lambda name: self._render(event_id, name, language),
                    audience=lambda: self.streams,
                )
                self._clients[made] = set()
            feed = self._feeds[key]
            feed.asked = time.monotonic()
            return feed

    def adopt(self, sock: Any, feed: Feed, cursor: int | None, head: bytes, loop: Any) -> None:
        """Take a socket over from the server; from here on the loop serves it. Only where gevent serves."""
        client = Client(sock, feed, feed.newest if cursor is None else cursor, loop, self._clients[feed].discard)
        self._clients[feed].add(client)
        client.greet(head)
        if self._stopped:
            client.close()

    def iterate(self, feed: Feed, cursor: int | None) -> Iterator[bytes]:
        """The same stream as an iterator, for servers that keep a thread for each."""
        seen = feed.newest if cursor is None else cursor
        yield b"retry: 2000\n\n" + HEARTBEAT
        quiet_since = time.monotonic()
        while not self._stopped:
            feed.asked, newest = time.monotonic(), feed.newest
            frame, seen = feed.since(seen), max(seen, newest)
            if frame or time.monotonic() - quiet_since > HEARTBEAT_PAUSE:
                quiet_since = time.monotonic()
                yield frame or HEARTBEAT
            time.sleep(0.1)

    def stop(self) -> None:
        """End every stream; browsers reconnect, to the process that follows this one, with the number they have."""
        self._stopped = True
        self._listener.stop()
        self._news.set()
        for clients in list(self._clients.values()):
            for client in list(clients):
                client.close()

    def forget_idle(self, since: float) -> None:
        """Forget feeds that nobody streams or has asked for since then; the log has all that the next one needs."""
        with self._lock:
            idle = [key for key, feed in self._feeds.items() if feed.asked < since and not self._clients[feed]]
            for key in idle:
                del self._clients[self._feeds.pop(key)]
            needed = {event_id for event_id, _, _ in self._feeds}
            self._rings = {event_id: ring for event_id, ring in self._rings.items() if event_id in needed}

    def _start(self) -> None:
        with self._lock:
            if not self._started:
                self._listener.start()
                threading.Thread(target=self._serve, name="streams", daemon=True).start()
                self._started = True

    def _receive(self, batch: Sequence[Change]) -> None:
        """Called by the listener: remember the changes and wake the loop."""
        timed = [change for change in batch if change.kind is not ChangeKind.VOTE]  # of a vote only its day is kept
        if timed:
            self.lag = max(0.0, time.time() - timed[-1].at.timestamp())
        for event_id, group in groupby(sorted(batch, key=lambda change: change.event_id), key=lambda c: c.event_id):
            own = list(group)
            with self._lock:
                ring = self._rings.get(event_id)
                feeds = [feed for (owner, _, _), feed in self._feeds.items() if owner == event_id]
            if ring is not None:
                ring.extend(own)
                for feed in feeds:
                    feed.advance(own[-1].id, (change.kind for change in own))
        self._news.set()

    def _serve(self) -> None:
        next_pulse = time.monotonic() + PULSE
        while not self._stopped:
            self._news.wait(timeout=max(0.0, min(self._next_due(), next_pulse) - time.monotonic()))
            self._news.clear()
            try:
                self._send_due()
            except DatabaseBusy:
                time.sleep(0.2)
            except Exception as error:
                log.exception("a frame could not be made", exc_info=error)
                time.sleep(0.2)
            if time.monotonic() >= next_pulse:
                next_pulse = time.monotonic() + PULSE
                self._in_turns(lambda client: client.beat(time.monotonic(), HEARTBEAT_PAUSE), *self._clients)
                self.forget_idle(time.monotonic() - IDLE)

    def _next_due(self) -> float:
        waiting = [feed.due for feed, clients in self._clients.items() if any(c.cursor < feed.newest for c in clients)]
        return min(waiting, default=float("inf"))

    def _send_due(self) -> None:
        for feed in list(self._clients):
            if feed.due <= time.monotonic() and any(client.cursor < feed.newest for client in self._clients[feed]):
                feed.sent()
                self._in_turns(Client.advance, feed)

    def _in_turns(self, act: Callable[[Client], None], *feeds: Feed) -> None:
        """Do something for every client, letting requests in between."""
        until = time.monotonic() + SLICE
        for feed in feeds:
            for client in list(self._clients[feed]):
                act(client)
                if time.monotonic() > until:
                    time.sleep(MOMENT)
                    until = time.monotonic() + SLICE
