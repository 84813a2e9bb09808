"""Connections that dawdle, stall or send nonsense: an answer, an end, and nothing of theirs in the log."""

import contextlib
import json
import resource
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from eventkit.storage.db import Database
from tests.world.builders import a_pitch, an_event
from tests.world.places import ROOT
from tests.world.serving import Site, Standing, wait_until, web

pytestmark = pytest.mark.only_on("sqlite")

HURRY = """
from eventkit.processes import server
server.SENDING_TIME, server.STALLED = 0.3, 2.0
exec(open({ours!r}).read())
"""
LITTLE_ROOM = """
exec(open({ours!r}).read())
def post_worker_init(worker):
    from eventkit.web.base import bodies, in_flight
    bodies.FILES = in_flight.InFlight({most})
"""
PART = "--x\r\nContent-Disposition: form-data; name="
ESTABLISHED = 1  # the first byte of TCP_INFO


@pytest.fixture(scope="module")
def hurried(standing_sqlite: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """A server that waits a moment where the real one waits half a minute."""
    folder = tmp_path_factory.mktemp("hurried")
    settings = folder / "settings.py"
    settings.write_text(HURRY.format(ours=str(ROOT / "gunicorn.conf.py")))
    database = Database(standing_sqlite)
    with contextlib.closing(database), web(standing_sqlite, folder, settings=settings) as site:
        site.phone().get("/")
        yield Standing(site, database)


def sending(site: Site, what: str) -> socket.socket:
    """A connection over which this has been sent, and nothing more."""
    sock = socket.create_connection(("127.0.0.1", site.port), timeout=20)
    sock.sendall(what.encode())
    return sock


def test_post_that_does_not_end_is_answered_in_time_and_a_file_has_longer(hurried: Standing) -> None:
    site, database = hurried.site, hurried.database
    event, _ = an_event(database)
    pitches, phone = f"/e/{event.code}/pitches", site.phone()
    phone.get(f"/e/{event.code}")
    cookies = "; ".join(f"{name}={value}" for name, value in phone.cookies.items())
    head = "Host: localhost\r\nOrigin: http://localhost\r\n"
    form = f"{head}Content-Length: 99\r\nContent-Type: application/x-www-form-urlencoded"
    body = '--x\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n\r\nno picture\r\n--x--\r\n'
    files = f"{head}Cookie: {cookies}\r\nContent-Length: {len(body)}\r\nContent-Type: multipart/form-data; boundary=x"
    file = f"POST {pitches}/{a_pitch(database, event).id}/notes/pictures HTTP/1.1\r\n{files}\r\n\r\n"
    with sending(site, file) as slow:
        with sending(site, f"POST {pitches} HTTP/1.1\r\n{form}\r\n\r\ntitle=") as sock:
            assert sock.recv(12) == b"HTTP/1.1 408"
        with sending(site, f"POST {pitches} HTTP/1.1\r\n{form}\r\n\r\ntitle=Bins") as sock:
            sock.shutdown(socket.SHUT_WR)  # cut off in the middle: a part is no form
            assert sock.recv(12) == b"HTTP/1.1 400"
        slow.sendall(body.encode())
        assert slow.recv(12) == b"HTTP/1.1 422"


def on_the_disk(process: int) -> int:
    """Bytes of the files that a process has open and that nobody else can: what arrives lies in such."""
    found = 0
    for file in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(OSError):
            found += file.stat().st_size if "(deleted)" in str(file.readlink()) else 0
    return found


def test_uploads_at_once_fill_no_disk_and_slow_ones_stop_no_vote(
    migrated: str, behind: Database, tmp_path: Path
) -> None:
    event, _ = an_event(behind)
    pitch = f"/e/{event.code}/pitches/{a_pitch(behind, event).id}"
    settings = tmp_path / "settings.py"
    settings.write_text(LITTLE_ROOM.format(ours=str(ROOT / "gunicorn.conf.py"), most=6 * 2**20))
    body = f'{PART}"alt"\r\n\r\nA typed text\r\n{PART}"picture"; filename="a.jpg"\r\n\r\n'.encode()
    body += b"a" * 2**20 + b"\r\n--x--\r\n"
    head = (
        f"POST {pitch}/notes/pictures HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nConnection: close\r\n"
    )
    head += f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {len(body)}\r\n"
    with web(migrated, tmp_path, settings=settings, PUBLIC_URL="http://localhost") as site:
        site.phone().get("/")
        phones = [site.phone() for _ in range(12)]
        slow = [sending(site, f"{head}\r\n--x") for _ in range(200)]
        uploads = []
        for number, phone in enumerate(phones):
            phone.get(f"/e/{event.code}")
            cookies = "; ".join(f"{name}={value}" for name, value in phone.cookies.items())
            uploads.append(sending(site, f"{head}Cookie: {cookies}\r\nX-Forwarded-For: 192.0.2.{number % 3}\r\n\r\n"))
            uploads[-1].sendall(body[:-4])
        assert phones[0].post(f"{pitch}/vote", interest=2).status == 303
        [process] = site.process.children()
        most, answers = on_the_disk(process), []
        for upload in uploads:
            upload.sendall(body[-4:])
            answers.append(upload.makefile("rb").read().decode())
        assert 2**20 < max(most, on_the_disk(process)) <= 6 * 2**20
        assert all("A typed text" in answer for answer in answers)
        refused = [answer for answer in answers if "Many pictures and files arrive" in answer]
        assert len(refused) >= 6
        assert all(answer.startswith("HTTP/1.1 503") and "Retry-After: 10" in answer for answer in refused)
        for sock in (*slow, *uploads):
            sock.close()
        wait_until(lambda: on_the_disk(process) == 0)


def test_phone_that_takes_no_answer_is_let_go(hurried: Standing) -> None:
    site, database = hurried.site, hurried.database
    event, _ = an_event(database)
    for number in range(10):
        a_pitch(database, event, title=f"Bins {number}")
    more_than_fits = f"GET /e/{event.code} HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1500
    with sending(site, more_than_fits) as sock:
        wait_until(lambda: sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != ESTABLISHED, seconds=180)


def test_head_of_a_stream_is_an_answer_and_no_stream(standing: Standing) -> None:
    code, phone = an_event(standing.database)[0].code, standing.site.phone()
    with sending(standing.site, f"HEAD /e/{code}/stream HTTP/1.1\r\nHost: localhost\r\n\r\n") as sock:
        assert sock.recv(12) == b"HTTP/1.1 200"
        assert "twofeet_streams 0.0" in phone.get("/metrics").text.splitlines()


def test_streams_leave_room_for_pages(standing: Standing) -> None:
    code, site = an_event(standing.database)[0].code, standing.site
    [process] = site.process.children()
    usual = resource.prlimit(process, resource.RLIMIT_NOFILE)
    resource.prlimit(process, resource.RLIMIT_NOFILE, (200, usual[1]))
    opened = [sending(site, f"GET /e/{code}/stream HTTP/1.1\r\nHost: localhost\r\n\r\n") for _ in range(170)]
    answers = Counter(sock.recv(12).decode() for sock in opened)
    assert answers == {"HTTP/1.1 200": 160, "HTTP/1.1 429": 10}
    assert site.phone().once("GET", f"/e/{code}").status == 200
    for sock in opened:
        sock.close()
    resource.prlimit(process, resource.RLIMIT_NOFILE, usual)


def test_log_has_a_line_for_each_request_with_its_id_and_nothing_that_was_sent(migrated: str, tmp_path: Path) -> None:
    said = tmp_path / "said"
    with web(migrated, tmp_path, said=said, LOG_LEVEL="info", LOG_FORMAT="json") as site:
        answer = site.phone().get("/join?code=secret")
        for nonsense in ("GET /?key=secret HTTP/9.9", "GET / HTTP/1.1\r\nCookie twofeet=secret"):
            with sending(site, f"{nonsense}\r\n\r\n") as sock:
                assert sock.recv(12) == b"HTTP/1.1 400"
    lines = [json.loads(line) for line in said.read_text().splitlines()]
    assert [line["event"] for line in lines if line["level"] == "warning"] == ["Invalid request"] * 2
    mine = answer.headers["X-Request-ID"]  # on a busy machine the phone may have asked twice
    [line] = [line for line in lines if line["event"] == "answered" and line["request"] == mine]
    facts = {name: line[name] for name in ("request", "method", "path", "status")}
    assert facts == {
        "request": answer.headers["X-Request-ID"],
        "method": "GET",
        "path": "/join",
        "status": answer.status,
    }
    assert "secret" not in said.read_text()
