"""5,000 phones on one web process: they join, hold a stream each, and a new grid reaches all while people vote."""

import multiprocessing
import resource
import select
import socket
import sys
import time
from pathlib import Path
from typing import Any

from sqlmodel import select as choose

from bench.load import Figures, load, table
from bench.site import Site, bare, site
from bench.votes import ballots
from eventkit.event import events, people
from eventkit.event.roles import at_the_machine
from eventkit.grid import versions
from eventkit.storage.tables import Event, Pitch

PHONES = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
ROUNDS, VOTES = 5, 50.0


def main() -> None:
    """Measure one process; the baseline is a bare endpoint under the same server, at the same pace."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    with bare() as port:
        hello = load(port, [f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()], 8, 5, VOTES)
    table([("bare endpoint at 50/s, nothing else going on", str(hello))])
    with site(pitch_count=60) as measured:
        table([("joining: the marketplace, as each phone first sees it", str(joined(measured)))])
        holding(measured)


def joined(measured: Site) -> Figures:
    """Every phone opens the event's page once, as fast as the process answers."""
    request = measured.get(f"/e/{measured.code}", **{"Accept-Encoding": "br"})
    figures = load(measured.port, [request], 64, 10)
    table([("  all phones within", f"{PHONES / figures.rate:.0f} s")])
    return figures


def holding(measured: Site) -> None:
    """Open the streams, publish ROUNDS times under votes, and say how long a frame took to everybody."""
    before = memory(measured.pid)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    crowd = context.Process(target=_hold, args=(theirs, measured.port, measured.code, PHONES), daemon=True)
    crowd.start()
    opened = ours.recv()
    table(
        [
            (f"{PHONES:,} streams opened in", f"{opened:.1f} s"),
            ("memory a stream", f"{(memory(measured.pid) - before) / PHONES / 1024:.1f} KB"),
        ]
    )
    tokens = [people.new_token() for _ in range(500)]
    measured.database.write(lambda tx: [people.ensure(tx, measured.event_id, token) for token in tokens])
    requests = ballots(measured, tokens)
    arrivals: list[float] = []
    sizes: list[int] = []
    with context.Pool(1) as pool:
        voting = pool.apply_async(load_here, (measured.port, requests, 16, 4.0 * ROUNDS + 2, VOTES))
        for number in range(ROUNDS):
            time.sleep(4 if number else 2)
            published = time.monotonic()
            measured.database.write(lambda tx, turn=number: publish(tx, measured.event_id, turn))
            ours.send(published)
            seconds, size = ours.recv()
            arrivals += seconds
            sizes.append(size)
        votes = voting.get()
    crowd.terminate()
    arrivals.sort()
    spread = ", ".join(f"p{share} {1000 * arrivals[int(len(arrivals) * share / 100)]:.0f} ms" for share in (50, 99))
    table(
        [
            (f"a published grid of {max(sizes) / 1024:.1f} KB to all", f"{spread}, last {1000 * arrivals[-1]:.0f} ms"),
            ("  of frames expected", f"{len(arrivals):,} of {PHONES * ROUNDS:,}"),
            (f"votes at {VOTES:.0f}/s meanwhile", str(votes)),
        ]
    )


def load_here(*arguments: Any) -> Figures:
    """The load of a process that is already one of its own."""
    from bench.load import _run

    return _run(*arguments)


def memory(pid: int) -> int:
    """Bytes of a process that are its own and in memory."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return 1024 * sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private"))


def _hold(pipe: Any, port: int, code: str, count: int) -> None:
    """Open `count` streams of the grid page; then say for each publishing when its frame had arrived everywhere."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    request = f"GET /e/{code}/stream?view=grid HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    poll, streams = select.epoll(), {}
    begun = time.monotonic()
    for _ in range(count):
        stream = socket.create_connection(("127.0.0.1", port), timeout=60)
        stream.sendall(request)
        streams[stream.fileno()] = stream
    for stream in streams.values():
        received = b""
        while b"retry: " not in received:
            received += stream.recv(4096)
        stream.setblocking(False)
        poll.register(stream.fileno(), select.EPOLLIN)
    pipe.send(time.monotonic() - begun)
    while True:
        ends: dict[int, float] = {}
        sizes, tails = dict.fromkeys(streams, 0), dict.fromkeys(streams, b"")
        deadline = time.monotonic() + 30
        while len(ends) < count and time.monotonic() < deadline:
            for fd, _ in poll.poll(0.1):
                content = streams[fd].recv(65536)
                sizes[fd] += len(content)
                tail = tails[fd] + content[-4096:]
                if b"event: change" in tail and tail.endswith(b"\n\n"):
                    ends[fd] = time.monotonic()
                tails[fd] = tail[-4096:]
            if pipe.poll(0) and len(ends) < count:
                deadline = min(deadline, time.monotonic() + 10)
        published = pipe.recv()
        pipe.send(([end - published for end in ends.values()], max(sizes.values())))


def publish(tx: Any, event_id: int, turn: int) -> None:
    """Place what fits, another way each time, and publish it."""
    event = tx.get_one(Event, event_id)
    slots = [slot.id for slot in events.slots(tx, event_id) if not slot.title]
    cells = [(slot, room.id) for slot in slots for room in events.rooms(tx, event_id)]
    pitches = list(tx.scalars(choose(Pitch.id).where(Pitch.event_id == event_id)))
    for number, cell in enumerate(cells):
        versions.move(tx, at_the_machine(event), event.grid_version, pitches[(number + turn) % len(pitches)], cell)
    versions.publish(tx, at_the_machine(event), event.grid_version)


if __name__ == "__main__":
    main()
