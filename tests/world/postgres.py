"""A private PostgreSQL for tests: a cluster in a temporary folder, run from the installed binaries."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from eventkit.storage.tables import metadata

NAME = "twofeet"
SETTINGS = {"fsync": "off", "full_page_writes": "off", "max_connections": "200", "listen_addresses": ""}


def binaries() -> Path | None:
    """The folder with initdb and postgres, the newest first; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


class Cluster:
    """A server of our own, reached by a socket in its folder; as root it runs as an unprivileged user."""

    def __init__(self, folder: Path, durable: bool = False):
        self.folder = folder
        self._settings = SETTINGS | ({"fsync": "on", "full_page_writes": "on"} if durable else {})
        found = binaries()
        assert found is not None, "PostgreSQL is not installed here"
        self._binaries = found
        self._user = _unprivileged() if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        if self._user:
            shutil.chown(folder, self._user)
        self._run(
            "initdb", "--auth=trust", f"--username={NAME}", "--no-sync", "--encoding=UTF8", "--locale=C", "-D", "data"
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        self._process = subprocess.Popen(
            [self._binaries / "postgres", "-D", "data", "-k", str(self.folder), *options],
            cwd=self.folder,
            user=self._user,
            preexec_fn=_die_with_tests,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("ab"),
            start_new_session=True,
        )
        deadline = time.monotonic() + 30
        while not self._answers():
            assert time.monotonic() < deadline and self._process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.02)

    def stop(self, number: int = signal.SIGINT) -> None:
        """Stop it: SIGINT ends connections and closes cleanly, SIGQUIT is a crash."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(timeout=30)
            self._process = None

    def signal(self, number: int) -> None:
        """Send a signal to all its processes: SIGSTOP makes it hang, SIGCONT go on."""
        assert self._process is not None
        server = self._process.pid
        backends = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        for pid in (server, *map(int, backends)):
            os.kill(pid, number)

    def create(self, name: str, like: str = "template1") -> str:
        """A database that begins as a copy of another, to which nobody is connected; its address."""
        with psycopg.connect(self.url("postgres", driver=""), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        return self.url(name)

    def create_fresh(self, name: str, like: str = "template1") -> str:
        """The same, replacing one of the same name."""
        with psycopg.connect(self.url("postgres", driver=""), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        return self.create(name, like)

    def url(self, name: str = NAME, driver: str = "+psycopg") -> str:
        return f"postgresql{driver}://{NAME}@/{name}?host={self.folder}"

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres", driver="")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._binaries / program, *arguments],
            cwd=self.folder,
            user=self._user,
            check=True,
            stdout=subprocess.DEVNULL,
        )


class Emptied:
    """A database that is used again and again: between two uses every row goes, and every sequence begins anew.

    Deleting takes a tenth of the time of TRUNCATE, which makes new files for every table and index.
    """

    def __init__(self, url: str):
        self.url = url
        self._connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        names = ",".join(table.name for table in metadata.sorted_tables)
        self._empty = f"""
            DO $$ DECLARE name text;
            BEGIN
              SET LOCAL session_replication_role = replica;  -- rows go in any order, whoever refers to them
              FOREACH name IN ARRAY '{{{names}}}'::text[] LOOP
                EXECUTE format('DELETE FROM %I', name);
              END LOOP;
              FOR name IN SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL LOOP
                EXECUTE format('ALTER SEQUENCE %I RESTART', name);
              END LOOP;
            END $$"""

    def empty(self) -> None:
        try:
            self._connection.execute(self._empty)
        except psycopg.OperationalError:  # a test has restarted the server
            self._connection = psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True)
            self._connection.execute(self._empty)

    def close(self) -> None:
        self._connection.close()


def new_folder() -> Path:
    """A short path (a socket's may have 107 characters) that an unprivileged user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="twofeet-pg-", dir="/tmp"))
    folder.chmod(0o755)
    return folder


def _unprivileged() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _die_with_tests() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)
