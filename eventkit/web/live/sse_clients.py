"""Phones on a stream: a socket, a cursor and what could not be sent yet; no thread and no greenlet each."""

import os
import random
import socket
import time
from collections.abc import Callable
from typing import Any

from eventkit.web.live.sse_frames import HEARTBEAT, Feed

READABLE, WRITABLE = 1, 2
SEND_BUFFER = 128 * 1024  # the kernel doubles it: a phone that takes nothing costs 256 KB, not megabytes
TOO_SLOW = 30.0  # seconds after which a phone that takes nothing is dropped; it comes back when it can
FIRST_WAIT, MORE_WAIT = 1000, 4000  # milliseconds before a browser reconnects: at least, and at random on top


class Client:
    """One open stream on a socket that no longer belongs to the server's request."""

    __slots__ = ("_fd", "_gone", "_stuck_since", "_tail", "_watcher", "cursor", "feed", "heard")

    def __init__(self, sock: socket.socket, feed: Feed, cursor: int, loop: Any, gone: "Callable[[Client], None]"):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._fd = sock.detach()
        os.set_blocking(self._fd, False)
        self.feed = feed
        self.cursor = cursor
        self.heard = time.monotonic()  # when something was last sent
        self._tail: bytes | memoryview = b""
        self._stuck_since = 0.0
        self._gone = gone
        self._watcher = loop.io(self._fd, READABLE)
        self._watcher.start(self._ready, pass_events=True)

    @property
    def open(self) -> bool:
        return self._fd >= 0

    def greet(self, head: bytes) -> None:
        """Send the head, how long to wait before reconnecting, a beat that proves the way free, and what was missed."""
        self._send(head + f"retry: {FIRST_WAIT + random.randrange(MORE_WAIT)}\n\n".encode() + HEARTBEAT)  # noqa: S311
        self.advance()

    def advance(self) -> None:
        """Send one frame for all that is new to this phone, unless it still has to take the one before."""
        if self._tail or self._fd < 0 or self.cursor >= self.feed.newest:
            return
        newest = self.feed.newest  # before the frame is made: more may arrive meanwhile, which is not in it
        frame, self.cursor = self.feed.since(self.cursor), newest
        if frame:
            self._send(frame)

    def beat(self, moment: float, pause: float) -> None:
        """Keep a silent stream alive; drop a phone that has taken nothing for TOO_SLOW seconds."""
        if self._tail:
            if moment - self._stuck_since > TOO_SLOW:
                self.close()
        elif moment - self.heard >= pause:
            self._send(HEARTBEAT)

    def close(self) -> None:
        """End the stream; the browser reconnects by itself."""
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            self._watcher.close()
            self._tail = b""
            os.close(fd)
            self._gone(self)

    def _send(self, content: bytes | memoryview) -> None:
        if self._fd < 0:
            return
        try:
            count = os.write(self._fd, content)
        except BlockingIOError:
            count = 0
        except OSError:
            self.close()
            return
        self.heard = time.monotonic()
        was_stuck = bool(self._tail)
        if count < len(content):
            self._tail = memoryview(content)[count:]
            if count or not was_stuck:
                self._stuck_since = self.heard
        else:
            self._tail = b""
        if was_stuck != bool(self._tail):
            self._watch(READABLE | WRITABLE if self._tail else READABLE)

    def _watch(self, events: int) -> None:
        self._watcher.stop()
        self._watcher.events = events
        self._watcher.start(self._ready, pass_events=True)

    def _ready(self, events: int) -> None:
        if events & READABLE:
            self._read()
        if events & WRITABLE and self._tail:
            self._send(self._tail)
            self.advance()

    def _read(self) -> None:
        """Browsers say nothing on a stream; what there is to read is its end."""
        try:
            if os.read(self._fd, 4096):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self.close()
