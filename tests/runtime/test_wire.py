"""Bytes that no browser sends, to the server as it runs: an answer or the end, never a 500, nothing odd in its log.

The default run is short; TWOFEET_MALFORMED=10000 makes it the full ten thousand.
"""

import os
import random
import re
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world.builders import an_event
from tests.world.serving import Site, Standing, web

MANY = int(os.environ.get("TWOFEET_MALFORMED", "400"))
NO_ANSWER = 0

ESCAPES = b"\x1b[31mred\x1b]0;title\x07"
METHODS = (b"GET", b"POST", b"HEAD", b"PUT", b"get", b"G\x1bT", b"PRI", b"CONNECT", b"OPTIONS", b"A" * 300, b"")
VERSIONS = (b"HTTP/1.1", b"HTTP/1.0", b"HTTP/1.1", b"HTTP/1.1", b"HTTP/9.9", b"HTTP/2.0", b"", b"HTTQ/1.1")
LINE_ENDS = (b"\r\n", b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b"\r\n ")
PATHS = (
    *(b"/", b"/e/{code}", b"/e/{code}/pitches", b"/e/{code}/book.md", b"/e/{code}/stream?view=nothing", b"/join?code="),
    *(
        b"//elsewhere.example/e/{code}",
        b"//elsewhere.example/..",
        b"/\\elsewhere.example",
        b"/e//{code}",
        b"/e/{code}//",
    ),
    *(
        b"http://elsewhere.example/e/{code}",
        b"*",
        b"elsewhere",
        b"/e/%00",
        b"/e/%ff%fe",
        b"/e/%1b%5b31m",
        b"/%",
        b"/%zz",
    ),
    *(b"/e/{code}/schedule.ics?room=" + b"9" * 400, b"/e/" + ESCAPES, b"/e/%E2%80%AE", b"/" + b"a" * 5000, b"/;/?#"),
    *(
        b"/e/{code}/doors/" + b"9" * 300,
        b"/e/{code}/pitches/-1",
        b"/e/{code}/pitches/1e9",
        b"/e/{code}?q=" + b"%CC%81" * 600,
    ),
)
HEADERS = (
    *(b"SCRIPT_NAME: /elsewhere", b"Path_Info: /", b"X-Forwarded-For: " + ESCAPES, b"X-Request-ID: " + ESCAPES),
    *(b"Host: elsewhere.example", b"Host:", b"Host: [::1", b"Host: a b", b"Content-Length: -1", b"Content-Length: 1e3"),
    *(b"Content-Length: 0x10", b"Content-Length: " + b"9" * 30, b"Content-Length: 3\r\nContent-Length: 4", b": empty"),
    *(b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: xchunked", b"no colon"),
    *(
        b"Cookie: twofeet=" + b"a" * 4000,
        b"Cookie: twofeet=\xff\xfe; twofeet=..",
        b"Accept: */*;q=x;;,",
        b"Expect: 100-continue",
    ),
    *(b"Expect: miracles", b"Range: bytes=-9-", b'If-None-Match: "', b"If-Modified-Since: soon", b"Upgrade: h2c"),
    *(
        b"Content-Type: multipart/form-data",
        b"Content-Type: multipart/form-data; boundary=" + b"x" * 2000,
        b"X: " + b"y" * 9000,
    ),
    *(
        b"Content-Type: application/json",
        b"Content-Encoding: gzip",
        b"Origin: null",
        b"Origin: http://[",
        b"Connection: close, , x",
    ),
    *(
        b"Accept-Encoding: gzip;q=" + b"9" * 50,
        b"Last-Event-ID: " + b"9" * 40,
        b"Sec-Fetch-Site: \x80",
        b"\x00: x",
        b"X-\xff: 1",
    ),
)
BODIES = (
    *(
        b"",
        b"title=A",
        b"title=%",
        b"title=%CC%81" * 900,
        b"title=" + b"\xff" * 500,
        b"=&=&&&;",
        b"interest=" + b"9" * 500,
    ),
    *(
        b"-1\r\nx\r\n0\r\n\r\n",
        b"5\r\nhel",
        b"g\r\n",
        b"0\r\n\r\n",
        b"1;" + b"e" * 500 + b"\r\nx\r\n0\r\n\r\n",
        b"ffffffffffffffff1\r\n",
    ),
    *(
        b"2\r\nti\r\n5\r\ntle=A\r\n0\r\nSCRIPT_NAME: /x\r\n\r\n",
        b"+1\r\nx\r\n0\r\n\r\n",
        b"0x1\r\nx\r\n0\r\n\r\n",
        b"1\nx\n0\n\n",
        b" 1\r\nx",
    ),
    *(
        b"title=A&title=B&" * 300,
        b"nonce=" + b"n" * 5000,
        b'{"title": ' * 300,
        b"--x\r\nContent-Disposition: form-data\r\n\r\n\x1b",
    ),
)


def requests(code: bytes, port: int) -> Iterator[bytes]:
    """Request after request by this grammar, always the same ones."""
    for number in range(MANY):
        chance = random.Random(number)
        end = chance.choice(LINE_ENDS)
        method, version = (chance.choice(it) if chance.random() < 0.3 else it[0] for it in (METHODS, VERSIONS))
        method = b"POST" if chance.random() < 0.5 else method
        lines = [b" ".join((method, chance.choice(PATHS).replace(b"{code}", code), version))]
        if chance.random() < 0.9:
            lines.append(b"Host: 127.0.0.1:%d" % port)
        lines += [b"Origin: http://127.0.0.1:%d" % port] if chance.random() < 0.8 else []
        lines += chance.sample(HEADERS, chance.choice((0, 1, 1, 1, 2, 3)))
        body = chance.choice(BODIES)
        if b"chunked" not in b"".join(lines):
            kind = chance.random()
            lines += [b"Content-Length: %d" % len(body)] if kind < 0.5 else []
            lines += [b"Transfer-Encoding: chunked"] if kind > 0.6 else []
        lines += [b"Content-Type: application/x-www-form-urlencoded"] if chance.random() < 0.6 else []
        yield end.join(lines) + end + end + body


def sent(site: Site, request: bytes) -> tuple[int, bytes]:
    """The status that the bytes are answered with, NO_ANSWER where the connection is just closed; and all of it.

    We say that we are done by closing our side, as somebody does who goes away. Fails where nothing comes of it.
    """
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        except OSError:  # reset, or closed before we were done
            return NO_ANSWER, b""
    found = re.match(rb"HTTP/1\.[01] (\d+)", answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n"))
    return int(found[1]) if found else NO_ANSWER, answer


@pytest.mark.only_on("sqlite")
def test_bytes_that_are_no_request_get_an_answer_and_leave_no_trace(migrated: str, code: str, tmp_path: Path) -> None:
    said, statuses = tmp_path / "said.txt", Counter[int]()
    with web(migrated, tmp_path, said=said, LOG_LEVEL="info") as site:
        assert site.phone().get("/").status == 200
        for request in requests(code.encode(), site.port):
            status, answer = sent(site, request)
            statuses[status] += 1
            assert status < 500 or status in (501, 503, 505), (request, answer[:300])
            assert status != 503 or b"\r\nRetry-After: " in answer, (request, answer[:300])  # busy, for who comes again
            assert not re.search(rb"(?im)^location: *(//|/\\\\|https?://elsewhere)", answer), request
        assert site.phone().get(f"/e/{code}").status == 200
    assert set(statuses) >= {200, 400, 404}
    log = said.read_bytes()
    assert b"answered" in log
    assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", log)
    assert b"Traceback" not in log


@pytest.mark.only_on("sqlite")
def test_broken_chunks_and_headers_that_move_us_are_400(standing: Standing) -> None:
    code, site = an_event(standing.database)[0].code, standing.site
    own = f"Host: 127.0.0.1:{site.port}\r\nOrigin: http://127.0.0.1:{site.port}\r\n".encode()
    form = own + b"Content-Type: application/x-www-form-urlencoded\r\n"
    post = b"POST /e/%b/pitches HTTP/1.1\r\n" % code.encode() + form
    for request in (
        post + b"Transfer-Encoding: chunked\r\n\r\n-1\r\ntitle=A\r\n0\r\n\r\n",
        post + b"Transfer-Encoding: chunked\r\n\r\n5\r\ntit",
        b"GET / HTTP/1.1\r\nSCRIPT_NAME: /elsewhere\r\n" + own + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n",
    ):
        status, answer = sent(site, request)
        assert (status, b"onnection: close" in answer or b"GET" in request) == (400, True), request
