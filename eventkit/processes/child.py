"""Child processes at work for this one: pipes both ways, ended with their parent, errors kept and logged."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from eventkit.places import ROOT
from eventkit.storage.waiting import hold_nothing

log = structlog.get_logger()

MOST_ERRORS = 10_000  # characters kept of what a child wrote to standard error
PDEATHSIG = 1  # prctl's number for the signal that a process gets when its parent dies


def spawn(command: Sequence[str], niceness: int = 0, **options: Any) -> "subprocess.Popen[bytes]":
    """Start a command that on Linux is told to end when this process dies, even of `kill -9`; as Popen otherwise.

    Call it in a thread that lives as long as the process does: to Linux, a child's parent is a thread.
    """
    return subprocess.Popen(command, preexec_fn=_ending_with(os.getpid(), niceness), **options)  # noqa: S603  ours


def _ending_with(parent: int, niceness: int) -> Callable[[], None]:
    """What a new process does before it becomes another program."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)

    def prepare() -> None:
        if niceness:
            os.nice(niceness)
        if prctl is not None:
            prctl(PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # it died before we asked
                os._exit(1)

    return prepare


class Child:
    """A module of ours run by itself, with pipes both ways.

    It should end when its standard input does: where there is no prctl, that is how it hears of its parent's end.
    """

    def __init__(
        self, module: str, *arguments: str, surroundings: Mapping[str, str] | None = None, niceness: int = 0
    ) -> None:
        self.module = module
        paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        self._process = spawn(
            [sys.executable, "-m", module, *arguments],
            niceness,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path("/"),
            env={**os.environ, "PYTHONPATH": paths, **(surroundings or {})},
        )
        self._errors: deque[str] = deque(maxlen=200)
        self._ended = threading.Event()
        self._killed = self._late = False
        threading.Thread(target=self._watch, name=f"errors of {module}", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def over(self) -> bool:
        """Whether it has ended and its errors were read."""
        return self._ended.is_set()

    @property
    def code(self) -> int | None:
        """Its exit code, once it has ended."""
        return self._process.returncode

    @property
    def errors(self) -> str:
        """The end of what it wrote to standard error."""
        return "".join(self._errors)[-MOST_ERRORS:]

    @property
    def answers(self) -> Any:
        """Its standard output, to be read."""
        return self._process.stdout

    def send(self, content: bytes) -> None:
        """Write to its standard input. Raises OSError where it has ended."""
        stdin: Any = self._process.stdin
        stdin.write(content)
        stdin.flush()

    def kill(self) -> None:
        """End it at once."""
        self._killed = True
        self._process.kill()
        self._process.wait()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Kill it where what is done with it takes longer. Raises TimeoutError then, instead of what came of that.

        Raises WaitsWhileHolding.
        """
        hold_nothing()
        self._late = False
        timer = threading.Timer(seconds, self._be_late)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception as error:
            if self._late:
                raise TimeoutError(f"{self.module} took longer than {seconds} s") from error
            raise
        finally:
            timer.cancel()

    def _be_late(self) -> None:
        self._late = True
        self.kill()

    def _watch(self) -> None:
        """Keep what it writes to standard error; log that where it failed by itself."""
        stream: Any = self._process.stderr
        with contextlib.suppress(OSError, ValueError):
            while line := stream.readline(4096):
                self._errors.append(line.decode(errors="replace"))
        self._process.wait()
        if self.code and not self._killed:
            log.error("child failed", module=self.module, code=self.code, errors=self.errors[-2000:])
        self._ended.set()


class OrderedChild(Child):
    """A child that is given one order, as JSON on a line, and answers in lines of JSON; see answering.py for its side.

    `hear` gets each answer, in a thread of its own.
    """

    def __init__(self, module: str, order: Mapping[str, Any], hear: Callable[[dict[str, Any]], None]):
        super().__init__(module)
        self._hear = hear
        self._heard = threading.Event()
        threading.Thread(target=self._listen, args=(json.dumps(order),), daemon=True).start()

    @property
    def over(self) -> bool:
        """Whether it has ended and all it said was read."""
        return super().over and self._heard.is_set()

    def tell_to_stop(self) -> None:
        """Tell it to end with what it has."""
        with contextlib.suppress(OSError, ValueError):  # it has ended by itself
            self.send(b"\n")

    def _listen(self, order: str) -> None:
        try:
            self.send(order.encode() + b"\n")
            for line in self.answers:
                if line.startswith(b"{"):  # else a library thinks aloud
                    self._hear(json.loads(line))
        except (OSError, ValueError):
            log.exception("child could not be heard", module=self.module, pid=self.pid)
        finally:
            self._process.wait()
            self._heard.set()
