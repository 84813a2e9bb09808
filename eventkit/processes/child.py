"""A child process that answers an order: the order goes in on a line, JSON comes out on lines, a crash stays its own.

It lives as long as its parent holds its standard input open: a line or the end of it says stop, so no child outlives a
worker that was killed.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import structlog

from eventkit.config import ROOT

log = structlog.get_logger()


class Child:
    """A module of ours that runs by itself; `hear` gets each of its answers, in a thread of its own."""

    def __init__(self, module: str, order: Mapping[str, Any], hear: Callable[[dict[str, Any]], None]):
        self._hear = hear
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  a file: a full pipe would hold the child up
        paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(  # noqa: S603  a module of ours
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=Path("/"),
            env={**os.environ, "PYTHONPATH": paths},
        )
        self._over = threading.Event()
        threading.Thread(target=self._listen, args=(json.dumps(order),), daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def over(self) -> bool:
        """Whether it has ended and all it said was read."""
        return self._over.is_set()

    @property
    def code(self) -> int | None:
        """Its exit code, once it has ended."""
        return self._process.returncode

    @property
    def errors(self) -> str:
        """The end of what it wrote to standard error. Only once it is over."""
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")[-10_000:]

    def tell_to_stop(self) -> None:
        """Tell it to end with what it has."""
        stdin: Any = self._process.stdin
        try:
            stdin.write(b"\n")
            stdin.flush()
        except OSError:
            pass  # it has ended by itself

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()

    def _listen(self, order: str) -> None:
        stdin: Any = self._process.stdin
        try:
            stdin.write(order.encode() + b"\n")
            stdin.flush()
            for line in self._process.stdout or ():
                if line.startswith(b"{"):  # else a library thinks aloud
                    self._hear(json.loads(line))
        except (OSError, ValueError):
            log.exception("child could not be heard", pid=self.pid)
        finally:
            self._process.wait()
            self._over.set()
