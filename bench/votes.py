"""Durable votes through the page's own address: cookie, checks, vote and change row, on the disk before the answer."""

import random
import sys

from bench.load import Figures, load, table
from bench.site import Site, bare, site
from eventkit.event import people

CONNECTIONS, SECONDS, PHONES = 64, 10.0, 1000


def main() -> None:
    """Measure votes on each kind of database, beside a bare hello-world in the same run."""
    kinds = sys.argv[1:] or ["sqlite", "postgres"]
    with bare() as port:
        request = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 10\r\n\r\ninterest=2".encode()
        load(port, [request], CONNECTIONS, 1)
        hello = load(port, [request], CONNECTIONS, SECONDS / 2)
    table([("hello-world (Flask, gunicorn, gevent)", str(hello))])
    for kind in kinds:
        figures = votes(kind)
        table(
            [(f"durable votes on {kind}", str(figures)), ("  share of hello-world", f"{figures.rate / hello.rate:.2f}")]
        )


def votes(kind: str) -> Figures:
    """Votes of many phones for 60 pitches, 64 at a time; their people exist already, as after each one's first vote."""
    with site(kind) as measured:
        tokens = [people.new_token() for _ in range(PHONES)]
        measured.database.write(lambda tx: [people.ensure(tx, measured.event_id, token) for token in tokens])
        requests = ballots(measured, tokens)
        load(measured.port, requests, CONNECTIONS, 1)
        return load(measured.port, requests, CONNECTIONS, SECONDS)


def ballots(measured: Site, tokens: list[str]) -> list[bytes]:
    """Requests that vote, phone after phone, so that nobody votes faster than a person may."""
    chance = random.Random(1)
    cookies = [measured.cookie(token) for token in tokens]
    return [
        measured.post(
            f"/e/{measured.code}/pitches/{chance.choice(measured.pitch_ids)}/vote",
            f"interest={chance.choice((0, 1, 2))}",
            cookie,
        )
        for _ in range(40)
        for cookie in cookies
    ]


if __name__ == "__main__":
    main()
