"""Which titles name the same idea: a hint to hosts while they pitch, never a hindrance."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Protocol, TypeVar

from eventkit.text import clean

ALIKE = 0.5  # of 1; chosen on pairs of real pitches: see tests/eventkit/text/test_likeness.py
FRAME = 0.3  # what a word counts that says how a title speaks, beside 1 for one that says of what
_LONGEST = 5  # words that an abbreviation stands for
_FIRST = 2  # letters that a word and its other form or misspelling have in common
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
    "101 beginner begin better best big build change common create day digital easy experience explain fail first fun "
    "future good bad great hard history idea improve issue journey large learn less lesson live local look manage meet "
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
    "council authority municipality government kommune gemeinde ayuntamiento mairie cyngor",
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
    "climate klima clima climat hinsawdd",
    "data daten datos donnees",
    "open offen abierto ouvert agored",
    "library bibliothek biblioteca bibliotheque llyfrgell",
    "school schule escuela ecole ysgol",
    "volunteer ehrenamt ehrenamtliche voluntario benevole gwirfoddolwr",
    "language sprache idioma langue iaith",
    "garden garten jardin gardd",
    "health gesundheit salud sante iechyd",
    "housing wohnen vivienda logement",
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
    only where neither title says of anything else. So it is with one word and how both speak ("digital skills for
    carers", "digital skills for councillors"), where each says of something else; and with titles that are word for
    word the same but in one place ("teaching children to code", "teaching children to cook").
    """
    stems, others = _both(one, other)
    if not stems or not others:
        return 0.0
    pairs = _matched(stems, others)
    matched = {stem for pair in pairs for stem in pair}
    rest, rest_of_other = (any(_weight(stem) == 1 for stem in side - matched) for side in (stems, others))
    if len(pairs) < 2 and (rest or rest_of_other):
        return 0.0
    if sum(_weight(stem) == 1 for stem, _ in pairs) < 2 and rest and rest_of_other:
        return 0.0
    if (rest or rest_of_other) and _contrast(_spoken(one), _spoken(other)):
        return 0.0
    shared = sum(_weight(stem) + _weight(twin) for stem, twin in pairs)
    return min(1.0, shared / sum(_weight(stem) for stem in (*stems, *others)))


def _contrast(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether two titles begin and end alike, and in between each has a word or two of its own, none in common."""
    one, other = ([_stem(word) for word in side] for side in (words, others))
    for _end in range(2):
        while one and other and _same(one[-1], other[-1]):
            one, other = one[:-1], other[:-1]
        one, other = one[::-1], other[::-1]
    alike = len(words) - len(one)
    mine, theirs = (frozenset(side) - _words(_EMPTY) for side in (one, other))
    return alike > 1 and len(one) <= 2 >= len(other) and bool(mine and theirs) and not _matched(mine, theirs)


def _same(one: str, other: str) -> bool:
    return one == other or _one_word(one, other)


def _both(one: str, other: str) -> tuple[frozenset[str], frozenset[str]]:
    """The stems of two titles, each with what the other has as one word ("emails") or in full ("working from home")."""
    words, others = _spoken(one), _spoken(other)
    if _sought(words).isdisjoint(_found(others)) and _sought(others).isdisjoint(_found(words)):  # nearly all pairs
        return _stems(one), _stems(other)
    return _as_in(words, others), _as_in(others, words)


@lru_cache(maxsize=4096)
def _sought(words: tuple[str, ...]) -> frozenset[str]:
    """How words begin, or are abbreviated, that would be several words of this title."""
    return frozenset([*(one + other[:2] for one, other in pairwise(words)), *_abbreviated(words)])


@lru_cache(maxsize=4096)
def _found(words: tuple[str, ...]) -> frozenset[str]:
    """What of that a title has: its words, and all beginnings of the longer ones."""
    return frozenset([*words, *(stem[:end] for stem in _long_stems(words) for end in range(3, len(stem) + 1))])


def _as_in(words: tuple[str, ...], other: tuple[str, ...]) -> frozenset[str]:
    """The stems of a title, where "e-mail" is one word and "FOI" the words it stands for, if the other has them so."""
    stems, full = _long_stems(other), _abbreviated(other)
    told: list[str] = []
    left = list(reversed(words))
    while left:
        word = left.pop()
        if word in full:
            told.extend(full[word])
        elif left and any(_joined(word, left[-1], stem) for stem in stems):
            told.append(word + left.pop())
        else:
            told.append(word)
    return frozenset(_stem(word) for word in told if word not in _words(_EMPTY))


def _joined(word: str, following: str, stem: str) -> bool:
    """Whether two words beside each other are what is one word, of this stem, elsewhere."""
    return stem.startswith(word + following[:2]) and _one_word(_stem(word + following), stem)


@lru_cache(maxsize=4096)
def _long_stems(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_stem(word) for word in words if len(word) > _SAME_START)


@lru_cache(maxsize=4096)
def _abbreviated(words: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """What three and more words beside each other would be abbreviated to; small ones neither begin nor end them."""
    runs = (words[place : place + n] for n in range(3, _LONGEST + 1) for place in range(len(words) - n + 1))
    fit = (run for run in runs if all(word.isalpha() for word in run) and len(run[0]) > 2 < len(run[-1]))
    return {"".join(word[0] for word in run): run for run in fit}


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
    """The beginnings of all that a word of another title may be the same as: see _one_word() and _both()."""
    words = _spoken(title)
    pairs = (_stem(one + other) for one, other in pairwise(words))
    return {stem[:_FIRST] for stem in (*_stems(title), *pairs, *_abbreviated(words))}


@cache
def _weight(stem: str) -> float:
    return FRAME if stem in {_stem(word) for word in _words(_FRAMES)} else 1.0


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@lru_cache(maxsize=4096)  # twice an event's pitches; what people type while they pitch comes by here too
def _spoken(title: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", re.sub(r"['’](?:s\b)?", "", clean.without_accents(title))))


@lru_cache(maxsize=4096)
def _stems(title: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _spoken(title) if word not in _words(_EMPTY))


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
