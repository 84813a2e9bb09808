"""Long reading in a process of its own, so that no stream and no vote of the one that serves waits for it."""

import os
import pickle
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from eventkit.errors import Busy, TooLong
from eventkit.processes.child import Child
from eventkit.storage.db import Database, DatabaseBusy, Transaction
from eventkit.storage.helper import Helper
from eventkit.text import language
from eventkit.text.language import gettext as _

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 60.0  # seconds for one work before its process is ended
MOST_WAITING = 8  # works in line behind the one that is done
MOST_OF_PHONE = 2  # works of one phone, in line or being done
MOST_OF_ADDRESS = 6  # the same of one address, behind which may be a whole room, or one who makes up phones
COME_AGAIN = 10.0  # seconds, for whoever finds the line full
NICENESS = 5  # requests come first where both want the same core
WHERE = "TWOFEET_HELPER_DATABASE"  # in the environment, not an argument: those are shown to everybody


class HelperProcess(Helper):
    """One child process that reads for all requests of this one, started when first needed, replaced when it died.

    A thread would not do: it shares the interpreter with all requests, and gevent's locks between threads starve.
    One work is done at a time, in order, each for `patience` seconds at most. Nobody joins a line that is full, and
    what nobody waits for any more when its turn comes, by `wanted()`, is not begun. `asking()` names who asks, each
    name with the most works that it may have here at once, so that no one takes the whole line.
    """

    def __init__(
        self,
        database: Database,
        patience: float = PATIENCE,
        wanted: Callable[[], bool] = lambda: True,
        asking: Callable[[], Mapping[str, int]] = dict,
    ):
        super().__init__(database)
        self._turn, self._in_line = Lock(), 0
        self._asking, self._asked = asking, Counter[str]()
        self._patience, self._wanted = patience, wanted
        self.child: Child | None = None

    def read(self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As any helper's. Raises Busy; DatabaseBusy where the child died over it twice; TooLong."""
        return cast("T", self._in_turn(pickle.dumps((language.current(), False, work, args, kwargs)), 2))

    def run(self, work: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As any helper's. Raises the same as read()."""
        return cast("T", self._in_turn(pickle.dumps((language.current(), True, work, args, kwargs)), 1))

    def _in_turn(self, order: bytes, tries: int) -> Any:
        with self._place(), self._database.aside(), self._turn:
            if not self._wanted():
                raise Busy("Nobody waits for this any more.", COME_AGAIN)
            result, error = self._ask(order, tries)
        if error is not None:
            raise error
        return result

    @contextmanager
    def _place(self) -> Iterator[None]:
        """A place in the line, until the block ends. Raises Busy."""
        names = self._asking()
        if self._in_line > MOST_WAITING or any(self._asked[name] >= most for name, most in names.items()):
            raise Busy(_("Many people want something written at once. Try again in a few seconds."), COME_AGAIN)
        self._in_line += 1
        self._asked.update(list(names))
        try:
            yield
        finally:
            self._in_line -= 1
            self._asked.subtract(list(names))
            self._asked = +self._asked  # whoever has no work here is forgotten

    def stop(self) -> None:
        """End the child."""
        if self.child is not None:
            self.child.kill()
            self.child = None

    def _ask(self, order: bytes, tries: int) -> tuple[Any, Exception | None]:
        for _attempt in range(tries):
            try:
                return self._through(order)
            except TimeoutError as late:
                self.stop()
                raise TooLong from late
            except (OSError, EOFError, pickle.UnpicklingError):  # it died; a new one knows nothing of that
                self.stop()
            except BaseException:  # its answer would be taken for that of the next work
                self.stop()
                raise
        raise DatabaseBusy("the helper process ended over it")

    def _through(self, order: bytes) -> tuple[Any, Exception | None]:
        if self.child is None:
            url = self._database.engine.url.render_as_string(hide_password=False)
            self.child = Child(__name__, surroundings={WHERE: url}, niceness=NICENESS)
        with self.child.within(self._patience):
            self.child.send(order)
            return cast("tuple[Any, Exception | None]", pickle.load(self.child.answers))  # noqa: S301  our own child's


def main() -> None:
    """The child: orders on standard input, answers on standard output, until the process that asks is gone."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints is no answer
    database = Database(os.environ.pop(WHERE))
    while True:
        try:
            spoken, writes, work, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301  our own parent's
        except EOFError:
            return
        with language.speaking(spoken):
            answers.write(_answer(database, writes, work, args, kwargs))
        answers.flush()


def _answer(database: Database, writes: bool, work: Callable[..., Any], args: Any, kwargs: Any) -> bytes:
    try:
        if writes:
            return pickle.dumps((work(database, *args, **kwargs), None))
        with database.reading() as tx:
            return pickle.dumps((work(tx, *args, **kwargs), None))
    except Exception as error:
        return pickle.dumps((None, error))


if __name__ == "__main__":
    main()
