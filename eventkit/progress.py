"""How far a long command is: a bar on the terminal, on standard error; nothing where there is no terminal.

Whatever takes long says so by `steps()`, wherever it runs; only a command that called `show()` shows it.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

T = TypeVar("T")
Step = Callable[[int], None]
OFTEN = 200  # redraws of a bar at most


class _Terminal:
    shown = False  # of this process: what works for a command may do so in another thread


def show() -> None:
    """Show from here on what `steps()` says, if standard error is a terminal."""
    _Terminal.shown = sys.stderr.isatty()


@contextmanager
def steps(label: str, total: int) -> Iterator[Step]:
    """A work of `total` steps; what it yields is called with how many more are done."""
    if not _Terminal.shown or total < 1:
        yield lambda _done: None
        return
    with click.progressbar(length=total, label=label, file=sys.stderr, update_min_steps=max(1, total // OFTEN)) as bar:
        yield bar.update


def along(label: str, total: int, items: Iterable[T]) -> Iterator[T]:
    """The items, one after another, as steps of a work."""
    with steps(label, total) as step:
        for item in items:
            yield item
            step(1)
