"""Long reading and computing in a process of its own, so that no stream and no vote of this one waits for it."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from gevent import Timeout, monkey

from eventkit.storage.db import Database, DatabaseBusy, Transaction

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 60.0  # seconds for one work before its process is ended
NICENESS = 5  # requests come first where both want the same core


class Aside:
    """Where gevent serves, one helper process, started when first needed; elsewhere the work is done at once.

    A thread would not do: it shares the interpreter with all requests, and gevent's locks between threads starve.
    """

    def __init__(self, database: Database):
        self._database = database
        self._turn = Lock()  # one work at a time; the others wait
        self._helper: subprocess.Popen[bytes] | None = None

    def read(self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work(tx, ...)` returns or raises: a module's function of plain values, which only reads.

        Raises DatabaseBusy where the helper died over it twice or took longer than PATIENCE.
        """
        if not monkey.is_module_patched("threading"):
            with self._database.reading() as tx:
                return work(tx, *args, **kwargs)
        with self._turn:
            result, error = self._ask(pickle.dumps((work, args, kwargs)))
        if error is not None:
            raise error
        return cast("T", result)

    def stop(self) -> None:
        """End the helper."""
        if self._helper is not None:
            self._helper.kill()
            self._helper.wait()
            self._helper = None

    def _ask(self, order: bytes) -> tuple[Any, Exception | None]:
        for _ in range(2):
            try:
                with Timeout(PATIENCE, DatabaseBusy("a long work took too long")):
                    return self._through(order)
            except (OSError, EOFError, pickle.UnpicklingError):  # it died; a new one knows nothing of that
                self.stop()
            except BaseException:  # its answer would be taken for that of the next work
                self.stop()
                raise
        raise DatabaseBusy("the helper process ended twice")

    def _through(self, order: bytes) -> tuple[Any, Exception | None]:
        if self._helper is None:
            url = self._database.engine.url.render_as_string(hide_password=False)
            surroundings = {**os.environ, "TWOFEET_ASIDE": url}  # not an argument: those are shown to everybody
            command = [sys.executable, "-m", "eventkit.storage.helper_process"]
            pipe = subprocess.PIPE
            self._helper = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=surroundings)  # noqa: S603
        assert self._helper.stdin is not None and self._helper.stdout is not None
        self._helper.stdin.write(order)
        self._helper.stdin.flush()
        return cast("tuple[Any, Exception | None]", pickle.load(self._helper.stdout))  # noqa: S301  our own child's


def main() -> None:
    """The helper: orders on standard input, answers on standard output, until the process that asks is gone."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints is no answer
    os.nice(NICENESS)
    database = Database(os.environ.pop("TWOFEET_ASIDE"))
    while True:
        try:
            work, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301  our own parent's
        except EOFError:
            return
        answers.write(_answer(database, work, args, kwargs))
        answers.flush()


def _answer(database: Database, work: Callable[..., Any], args: Any, kwargs: Any) -> bytes:
    try:
        with database.reading() as tx:
            return pickle.dumps((work(tx, *args, **kwargs), None))
    except Exception as error:
        return pickle.dumps((None, error))


if __name__ == "__main__":
    main()
