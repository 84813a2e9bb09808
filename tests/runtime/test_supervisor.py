"""`twofeet run`: starts everything, starts again what dies, ends everything."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.world.places import ROOT
from tests.world.serving import Process, RetryingPhone, free_port, surroundings, wait_until

pytestmark = pytest.mark.only_on("sqlite")
RUN = [sys.executable, "-m", "eventkit", "run"]


@contextmanager
def running(var: Path) -> Iterator[tuple[Process, int]]:
    """A supervised Twofeet that answers, and its port."""
    port = free_port()
    process = Process(RUN, surroundings(f"sqlite:///{var / 'run.db'}", var, port)).start()
    try:
        RetryingPhone(port).get("/")
        yield process, port
    finally:
        process.end()


def healthy(port: int) -> bool:
    with contextlib.suppress(OSError):
        return RetryingPhone(port).once("GET", "/healthz").status == 200
    return False


def test_run_serves_builds_restarts_what_dies_and_ends_all(tmp_path: Path) -> None:
    with running(tmp_path) as (supervisor, port):
        wait_until(lambda: healthy(port))
        first = wait_until(lambda: len(it := supervisor.children()) == 2 and it)
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        again = wait_until(lambda: len(it := supervisor.children()) == 2 and not set(it) & set(first) and it)
        wait_until(lambda: healthy(port))
        supervisor.running.send_signal(signal.SIGINT)
        assert supervisor.running.wait(timeout=10) == 0
        assert not [pid for pid in again if _alive(pid)]


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    with running(tmp_path) as (supervisor, port):
        wait_until(lambda: healthy(port))
        children = supervisor.children()
        supervisor.running.kill()
        supervisor.running.wait()
        wait_until(lambda: not [pid for pid in children if _alive(pid)])
        with pytest.raises(OSError, match="refused"):
            RetryingPhone(port).once("GET", "/")


def test_run_on_a_taken_port_says_so(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            RUN,
            cwd=ROOT,
            env=surroundings("sqlite://", tmp_path, port) | {"DATABASE_URL": ""},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 2
    assert done.stderr.strip() == (
        f"Port {port} is taken: Twofeet may be running already, or another program uses it. "
        f"Choose another: PORT={port + 1} make run"
    )


def test_run_twice_keeps_the_rehearsal_and_its_link(tmp_path: Path) -> None:
    said = []
    for _ in range(2):
        port = free_port()
        own = surroundings("", tmp_path, port) | {"DATABASE_URL": "", "PUBLIC_URL": "http://camp.example"}
        process = subprocess.Popen(RUN, cwd=ROOT, env=own, stdout=subprocess.PIPE, text=True)
        lines: list[str] = []
        assert process.stdout is not None
        while not lines or not lines[-1].startswith("Ctrl-C"):
            lines.append(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=15)
        said.append([line for line in lines if "/e/" in line])
    assert said[0] == said[1]
    assert "organise?key=" in said[0][-1]
    assert (tmp_path / "rehearsal_link").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "http", "PORT: ‘http’ will not do. Give a whole number from 1 to 65535."),
        ("LOG_LEVEL", "loud", "LOG_LEVEL: ‘loud’ is not known. Use one of: debug, info, warning, error."),
        ("WEB_PROCESSES", "many", "WEB_PROCESSES: ‘many’ will not do. Give a whole number from 1 to 64."),
    ],
)
def test_wrong_setting_is_named(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    own = surroundings(f"sqlite:///{tmp_path / 'run.db'}", tmp_path, 8000) | {name: value}
    done = subprocess.run(RUN, cwd=ROOT, env=own, capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (2, sentence)


def _alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"
