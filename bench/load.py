"""A light load generator: keep-alive connections on one epoll, so that it does not measure itself."""

import multiprocessing
import select
import socket
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle


@dataclass
class Figures:
    """What a run of load saw: seconds of each answer, and how many of each status."""

    elapsed: float = 0.0
    seconds: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.elapsed

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of answers came."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def __str__(self) -> str:
        spread = f"p50 {self.percentile(0.5):.1f} ms, p99 {self.percentile(0.99):.1f} ms"
        return f"{self.rate:,.0f}/s, {spread}, {dict(sorted(self.statuses.items()))}"


def load(port: int, requests: list[bytes], connections: int, seconds: float, pace: float = 0.0) -> Figures:
    """Send the requests in turn for a while, from a process of its own; with `pace` so many a second, else flat out."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_run, (port, requests, connections, seconds, pace))


def _run(port: int, requests: list[bytes], connections: int, seconds: float, pace: float) -> Figures:
    poll = select.epoll()
    sockets = {}
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[connection.fileno()] = connection
        poll.register(connection.fileno(), select.EPOLLIN)
    figures = Figures()
    begun = time.perf_counter()
    due = _when(begun, pace)
    waiting = deque(sockets)
    sent: dict[int, float] = {}
    upcoming = cycle(requests)
    moment = next(due)
    end = begun + seconds
    while (now := time.perf_counter()) < end or sent:
        while waiting and moment <= now < end:
            fd = waiting.popleft()
            sent[fd] = max(moment, begun) if pace else now
            sockets[fd].sendall(next(upcoming))
            moment = next(due)
        for fd, _ in poll.poll(min(0.05, max(0.0, moment - now)) if now < end and waiting else 0.05):
            status = _receive(sockets[fd])
            figures.seconds.append(time.perf_counter() - sent.pop(fd))
            figures.statuses[status] = figures.statuses.get(status, 0) + 1
            waiting.append(fd)
        if now > end + 10:
            break
    figures.elapsed = min(time.perf_counter(), end) - begun
    return figures


def _when(begun: float, pace: float) -> Iterator[float]:
    """The moments at which requests are due."""
    number = 0
    while True:
        yield begun + number / pace if pace else 0.0
        number += 1


def _receive(connection: socket.socket) -> str:
    """One whole answer's status."""
    data = connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    lower = head.lower()
    start = lower.find(b"content-length: ")
    length = int(lower[start + 16 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
    missing = length - len(body)
    while missing > 0:
        missing -= len(connection.recv(65536))
    return head[9:12].decode()


def table(rows: Iterable[tuple[str, str]]) -> None:
    """Print names and figures in two columns."""
    for name, figure in rows:
        print(f"  {name:<44} {figure}", flush=True)
