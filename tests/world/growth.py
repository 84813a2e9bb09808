"""How the time of a piece of work grows with its input: for finding input that costs more than its length."""

import sys
import time
from collections.abc import Callable, Iterator

MOST_GROWTH = 12.0  # times, of four times the length: 4 is linear, 16 quadratic; these machines are noisy
TRIES = 20  # at most: the rest only where it seems too much

# What was costly somewhere once: repeated, nested, opened and never closed, closed and never opened, combining.
UNITS = (
    *("[", "]", "[](", "![", "[a](", "[a][", "[a]: b\n", "[[a](b)", "(", "<", "<a", "<a href='", "&", "&#", "&amp;"),
    *("*", "**a", "*a_ ", "_", "a_", "__a", "a__", "~~", "~~a", "*a**b", "a***", "`", "`a", "``a`", "\\", "\\["),
    *(
        ">",
        "> ",
        ">\n",
        "- ",
        "- a\n",
        " - a\n",
        "1. ",
        "1) a\n",
        "# ",
        "#",
        "    a\n",
        "\t",
        "```\n",
        "~~~\n",
        "---\n",
    ),
    *(" ", "\n", "\n\n", "  \n", "a", "a ", "a.", "https://", "http://.", "http://a ", "mailto:a@b ", "|", "=\n", "+ "),
    *("\u0301", "\u0f73", "a\u0301\u0316", "\u0344", "\ufdfa", "\u1100\u1161\u11a8", "\U0001f468\u200d", "\u202e"),
    *("\u00df", "\u0130", "\u3000", "\x00", "\x1b[31m", "%", "%00", ",", ";", '"', "'", "10:00-10:45 a\n", "a, 1, b\n"),
)


def texts(longest: int) -> Iterator[tuple[str, Callable[[int], str]]]:
    """(what it is, a text of so many characters) for every kind of costly text."""
    for unit in UNITS:
        yield repr(unit), lambda n, unit=unit: (unit * n)[:n]
        yield f"a, then {unit!r}, then a", lambda n, unit=unit: "a" + (unit * n)[: n - 2] + "a"
    for opening, closing in (("[", "]"), ("[", "](a)"), ("(", ")"), ("*", "*"), ("> ", "\n"), ("**", "*"), ("<", ">")):
        yield (
            f"{opening!r} nested in itself",
            lambda n, o=opening, c=closing: o * (n // len(o + c)) + c * (n // len(o + c)),
        )
    yield "deeper and deeper list", lambda n: "".join(f"{' ' * (2 * k)}- a\n" for k in range(int(n**0.5)))[:n]
    yield "marks between letters", lambda n: ("\u0301" * 29 + "a") * (n // 30)


def growth(work: Callable[[str], object], text: Callable[[int], str], length: int) -> float:
    """The least time for a text of `length` over the least time for a quarter of it; this thread's own time.

    Measured again as long as it seems too much, since another process may have got in between.
    """
    small, large = sys.float_info.max, sys.float_info.max
    for _ in range(TRIES):
        small, large = min(small, _seconds(work, text(length // 4))), min(large, _seconds(work, text(length)))
        if large / small <= MOST_GROWTH:
            break
    return large / small


def _seconds(work: Callable[[str], object], text: str) -> float:
    """Of the fastest of some runs; of many, where one is over in no time."""
    fastest, spent = sys.float_info.max, 0.0
    for _ in range(5):
        began = time.thread_time()
        work(text)
        took = max(time.thread_time() - began, 1e-7)
        fastest, spent = min(fastest, took), spent + took
        if spent > 0.002:
            break
    return fastest
