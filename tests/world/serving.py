"""Twofeet as it runs: real processes on a real port, phones that speak HTTP and retry, streams read line by line."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from eventkit.storage import change_log
from eventkit.storage.db import Database
from tests.world.places import ROOT

SECRET = "a secret for tests only"


@dataclass
class Process:
    """A child of the test, ended with it."""

    command: list[str]
    surroundings: dict[str, str]
    popen: subprocess.Popen[bytes] | None = None
    said: Path | None = None
    folder: Path = ROOT

    @property
    def running(self) -> subprocess.Popen[bytes]:
        """The process, which was started."""
        assert self.popen is not None
        return self.popen

    def start(self) -> "Process":
        with self.said.open("ab") if self.said else contextlib.nullcontext() as errors:
            self.popen = subprocess.Popen(
                self.command, cwd=self.folder, env=self.surroundings, start_new_session=True, stderr=errors
            )
        return self

    @property
    def pid(self) -> int:
        return self.running.pid

    def children(self) -> list[int]:
        """The processes that it started."""
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in path.read_text().split()] if path.exists() else []

    def end(self) -> None:
        """Ask it to end, then make sure of its whole group."""
        if self.popen is not None:
            self.popen.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(timeout=15)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.popen.pid, signal.SIGKILL)
            self.popen.wait()


def surroundings(database_url: str, var: Path, port: int, **more: str) -> dict[str, str]:
    """The environment of a process of ours."""
    own = {"DATABASE_URL": database_url, "TWOFEET_VAR": str(var), "PORT": str(port), "HOST": "127.0.0.1"}
    own |= {"SECRET_KEY": SECRET, "PUBLIC_URL": f"http://127.0.0.1:{port}", "LOG_LEVEL": "error", "WEB_PROCESSES": "1"}
    return {**os.environ, **own, **more}


@contextmanager
def web(
    database_url: str, var: Path, settings: Path = ROOT / "gunicorn.conf.py", said: Path | None = None, **more: str
) -> Iterator["Site"]:
    """A web process on a migrated database; what it says on standard error goes to the file `said`, where given."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", str(settings)]
    process = Process(command, surroundings(database_url, var, port, **more), said=said).start()
    try:
        yield Site(port, process)
    finally:
        process.end()


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(true: Callable[[], Any], seconds: float = 30.0) -> Any:
    """What `true` returns once it is truthy; fails when that takes too long."""
    deadline = time.monotonic() + seconds
    while not (result := true()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)
    return result


@dataclass
class Site:
    """Where a server is."""

    port: int
    process: Process
    ready: bool = field(default=False)

    def phone(self) -> "RetryingPhone":
        """A phone that retries until the server answers."""
        return RetryingPhone(self.port)

    def stream(self, code: str, view: str = "phone", last: int | None = None) -> "Stream":
        return Stream(self.port, f"/e/{code}/stream?view={view}", last)


@dataclass(frozen=True)
class Standing:
    """A server that several tests use, each with an event of its own, and its database."""

    site: Site
    database: Database

    def catch_up(self, code: str) -> None:
        """Wait until streams of this event begin after all that was written so far."""
        with self.database.reading() as tx:
            newest = change_log.newest(tx)
        wait_until(lambda: f'data-since="{newest}"' in self.site.phone().get(f"/e/{code}").text)


class RetryingPhone:
    """A browser on bad wifi: it keeps cookies, and repeats a request that got no answer, as our pages do."""

    def __init__(self, port: int):
        self.port = port
        self.cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str, **headers: str) -> "Answer":
        return self._asked("GET", path, "", headers)

    def post(self, path: str, **fields: Any) -> "Answer":
        return self._asked("POST", path, urlencode(fields, doseq=True), {})

    def _asked(self, method: str, path: str, body: str, headers: dict[str, str]) -> "Answer":
        deadline = time.monotonic() + 90
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                answer = self._once(method, path, body, headers)
                if answer.status != 503:
                    return answer
            self.close()
            assert time.monotonic() < deadline, f"{method} {path}: no answer"
            time.sleep(0.05)

    def once(self, method: str, path: str, **fields: Any) -> "Answer":
        """Ask once, whatever comes of it. Raises OSError or HTTPException where there is no answer."""
        return self._once(method, path, urlencode(fields, doseq=True), {})

    def _once(self, method: str, path: str, body: str, headers: dict[str, str]) -> "Answer":
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        sent = {"Origin": f"http://127.0.0.1:{self.port}", **headers}
        if method == "POST":
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._connection.request(method, path, body or None, sent)
        response = self._connection.getresponse()
        text = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, text, dict(response.headers))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def nonce(self) -> str:
        """The nonce of the page's form."""
        return str(re.findall(r'name="nonce" value="([^"]+)"', self.text)[0])


class Stream:
    """A page's stream, read frame by frame."""

    def __init__(self, port: int, path: str, last: int | None = None, timeout: float = 20.0):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        resume = f"Last-Event-ID: {last}\r\n" if last is not None else ""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{resume}\r\n".encode())
        self._file = self._socket.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        while self._file.readline().strip():
            pass
        assert self.frame()["retry"], "the first thing said is how long to wait before reconnecting"
        assert self.frame()["event"] == "beat", "and then a beat, which proves that nothing keeps the stream back"

    def frame(self) -> dict[str, str]:
        """The next frame's fields. Raises EOFError at the end of the stream."""
        fields: dict[str, str] = {}
        while True:
            line = self._file.readline()
            if not line:
                raise EOFError
            if line == b"\n":
                return fields
            name, _, value = line.decode().rstrip("\n").partition(": ")
            fields[name] = f"{fields[name]}\n{value}" if name in fields else value

    def change(self) -> tuple[int, list[str], dict[str, Any]]:
        """The next change: its number, its kinds, all it says."""
        while (frame := self.frame()).get("event") != "change":
            pass
        said = json.loads(frame["data"])
        return int(frame["id"]), said["kinds"], said

    def close(self) -> None:
        self._file.close()
        self._socket.close()
