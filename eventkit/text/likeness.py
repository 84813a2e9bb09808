"""Which pitches sound alike: a hint to their hosts, never a hindrance."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol, TypeVar

ALIKE = 0.5  # of 1; chosen on pairs of real pitches: see tests/eventkit/text/test_likeness.py
_COMMON_WORDS = (
    "a about an and are as at be by can do does for from get have how i in into is it its make making me my of on or "
    "our so some than that the their them they this to us use using was we what when where which who why will with "
    "without you your session talk discussion workshop intro introduction let lets"
)
_COMMON = frozenset(_COMMON_WORDS.split())


class Titled(Protocol):
    """Anything with an id and a title: a pitch, a card."""

    @property
    def id(self) -> int: ...

    @property
    def title(self) -> str: ...


T = TypeVar("T", bound=Titled)


def alike(title: str, others: Iterable[T], most: int = 3) -> list[T]:
    """Those of `others` whose title sounds like `title`, the most alike first."""
    scored = [(likeness(title, other.title), other) for other in others]
    found = [(score, other) for score, other in scored if score >= ALIKE]
    return [other for _, other in sorted(found, key=lambda pair: (-pair[0], pair[1].id))[:most]]


def likeness(one: str, other: str) -> float:
    """How alike two titles are, 0 to 1: the larger of their shared words and their shared three-letter pieces.

    Both as Dice's coefficient, 2 |A & B| / (|A| + |B|), after the words that every title has are left out: words find
    the same thing said in another order, pieces find it spelt differently.
    """
    words, others = _words(one), _words(other)
    return max(_dice(words, others), _dice(_pieces(one), _pieces(other)))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


@lru_cache(maxsize=2048)  # twice an event's pitches; what people type while they pitch comes by here too
def _words(title: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", title.casefold()) if word not in _COMMON)


@lru_cache(maxsize=2048)
def _pieces(title: str) -> frozenset[str]:
    words = (f" {word} " for word in _words(title))
    return frozenset(word[start : start + 3] for word in words for start in range(len(word) - 2))
