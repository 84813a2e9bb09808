"""Which titles name the same idea: a hint to hosts while they pitch, never a hindrance."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Protocol, TypeVar

from eventkit.text import clean

ALIKE = 0.5  # of 1; chosen on pairs of real pitches: see tests/eventkit/text/test_likeness.py
FRAME = 0.3  # what a word counts that says how a title speaks, beside 1 for one that says of what
_FIRST = 3  # letters that a word and its other form or misspelling have in common
_SAME_START = 4  # letters of a word that another begins with, to be the same word in another form
_SAME_PIECES = 0.7  # of 1: how alike two words are spelt, to be one of them misspelt

# Words that carry nothing: English first, then what titles in German, French, Spanish and Welsh are held together by.
_EMPTY = (
    "a about all an and any anybody anyone are as at be been being by can come comes could did do does done "
    "everybody everyone for from get getting go got had has have help how i if in into is it its just let lets "
    "make making may me more my need needs never no nobody not of off on one or our ours out over people share "
    "should so some somebody someone than that the their them they thing things this those to too together tried "
    "try up us use used using via was we were what when where which who why will with without would you your "
    "yours session talk discussion workshop chat intro introduction introducing der die das den dem des ein eine "
    "einen einer und oder wie was wer wo warum wir ihr sie es ist sind im am zum zur mit ohne fur von auf aus bei "
    "nach uber nicht kein keine man mehr le la les un une des du de d l et ou a au aux en dans pour par avec sans "
    "sur comment pourquoi que qui quoi nous vous est sont ce cette ces pas plus el los las una unos unas y o del "
    "al por para con sin sobre como cuando donde porque nosotros es son este esta no mas y yr ar at am er gan heb "
    "i ein eich eu mewn o sut beth pam pwy ble neu ac gyda yn"
)
_FRAMES = (
    "beginner begin better best big build change common create day digital easy experience fail first fun future "
    "good bad great hard history idea improve issue journey large learn less lesson live local look manage meet "
    "mistake modern new next old older open part plan practice problem project public question quick real right "
    "run simple small social start story team think tip today tool top understand way work world worst write "
    "wrong young"
)
"""Words of many titles, which say little of what they are about."""
_SAY_THE_SAME = (
    "buy purchase procure procurement",
    "money budget shoestring cash funding finance cheap",
    "resident citizen",
    "tool platform software app system",
    "worker staff colleague employee",
    "children kid child teenager youth",
    "council authority municipality",
    "ai artificial intelligence ml llm chatgpt gpt",
    "cycling bike bicycle",
    "beginner newbie novice starter newcomer",
    "1 one",
    "2 two",
    "3 three",
    "4 four",
    "5 five",
    "6 six",
    "7 seven",
    "8 eight",
    "9 nine",
    "10 ten",
)
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ers", "ed", "er", "es", "s", "e", "y")


class Titled(Protocol):
    """Anything with an id and a title: a pitch, a card."""

    @property
    def id(self) -> int: ...

    @property
    def title(self) -> str: ...


T = TypeVar("T", bound=Titled)


def alike(title: str, others: Iterable[T], most: int = 3) -> list[T]:
    """Those of `others` whose title names the same idea as `title`, the most alike first."""
    scored = [(likeness(title, other.title), other) for other in others]
    found = [(score, other) for score, other in scored if score >= ALIKE]
    return [other for _, other in sorted(found, key=lambda pair: (-pair[0], pair[1].id))[:most]]


def alike_pairs(ones: Iterable[T], titles: Sequence[T]) -> list[tuple[T, T]]:
    """Each of `ones` with those of `titles` that name the same idea, in that order, each pair once.

    The same as alike() for each, which only titles with a word of one beginning can be: see _one_word().
    """
    by_start = defaultdict[str, list[int]](list)
    for place, it in enumerate(titles):
        for start in _starts(it.title):
            by_start[start].append(place)
    found: dict[frozenset[int], tuple[T, T]] = {}
    for one in ones:
        near = sorted({place for start in _starts(one.title) for place in by_start[start]})
        for other in alike(one.title, (titles[place] for place in near if titles[place].id != one.id)):
            found.setdefault(frozenset((one.id, other.id)), (one, other))
    return list(found.values())


def likeness(one: str, other: str) -> float:
    """How alike two titles are, 0 to 1: Dice's coefficient of their stems, 2 |A & B| / (|A| + |B|), each by its weight.

    One word in common is a topic in common and not the same idea ("bus timetables", "school timetables"): it counts
    only where neither title says of anything else.
    """
    stems, others = _stems(one), _stems(other)
    if not stems or not others:
        return 0.0
    pairs = _matched(stems, others)
    alone = (stems | others) - {stem for pair in pairs for stem in pair}
    if len(pairs) < 2 and any(_weight(stem) == 1 for stem in alone):
        return 0.0
    shared = sum(_weight(stem) + _weight(twin) for stem, twin in pairs)
    return min(1.0, shared / sum(_weight(stem) for stem in (*stems, *others)))


def _matched(stems: frozenset[str], others: frozenset[str]) -> list[tuple[str, str]]:
    """Pairs of stems, one of each title, that are the same word or its forms."""
    pairs = [(stem, stem) for stem in sorted(stems & others)]
    left = sorted(others - stems)
    for stem in sorted(stems - others):
        twin = next((other for other in left if _one_word(stem, other)), None)
        if twin is not None:
            left.remove(twin)
            pairs.append((stem, twin))
    return pairs


def _one_word(one: str, other: str) -> bool:
    """Whether one is a form of the other ("lunch", "lunchtime") or its misspelling ("accessibilty")."""
    if one[:_FIRST] != other[:_FIRST]:  # most pairs, told apart at once
        return False
    short, long = sorted((one, other), key=len)
    if len(short) < _SAME_START:
        return False
    if long.startswith(short):
        return True
    pieces, others = _pieces(one), _pieces(other)
    return 2 * len(pieces & others) >= _SAME_PIECES * (len(pieces) + len(others))


def _starts(title: str) -> set[str]:
    return {stem[:_FIRST] for stem in _stems(title)}


@cache
def _weight(stem: str) -> float:
    return FRAME if stem in {_stem(word) for word in _words(_FRAMES)} else 1.0


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@lru_cache(maxsize=4096)  # twice an event's pitches; what people type while they pitch comes by here too
def _stems(title: str) -> frozenset[str]:
    words = re.findall(r"\w+", re.sub(r"['’](?:s\b)?", "", clean.without_accents(title)))
    return frozenset(_stem(word) for word in words if word not in _words(_EMPTY))


def _stem(word: str) -> str:
    """The word without its English ending, and one word for those that say the same."""
    return _first_words().get(ending := _without_ending(word), ending)


@cache
def _first_words() -> dict[str, str]:
    groups = [[_without_ending(word) for word in group.split()] for group in _SAY_THE_SAME]
    return {word: group[0] for group in groups for word in group}


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(ending)
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":  # running, planning
        word = word[:-1]
    return word.rstrip("iye") if len(word) > 4 else word


def _pieces(word: str) -> frozenset[str]:
    padded = f" {word} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))
