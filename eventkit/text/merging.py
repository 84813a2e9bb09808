"""Three-way merge of texts by lines (diff3): what two people made of one text, and where both changed the same line."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

Lines = list[str]


@dataclass(frozen=True)
class Contested:
    """A place that both changed, each in a way of their own; empty where one of them deleted it."""

    mine: str
    theirs: str


@dataclass(frozen=True)
class Merged:
    """What both texts come to. Where both changed a line, both stand in it: theirs, then mine."""

    text: str
    contested: tuple[Contested, ...]


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Merge two texts that were both made from `base`. Nothing that either of them added is left out.

    Takes the cube of the number of lines at worst, so callers bound that: see difflib.
    """
    lines: Lines = []
    contested = []
    for old, own, other in _chunks(_lines(base), _lines(mine), _lines(theirs)):
        merged, both_changed = _resolve(old, own, other)
        lines += merged
        if both_changed:
            contested.append(both_changed)
    return Merged("\n".join(lines), tuple(contested))


def is_within(text: str, whole: str) -> bool:
    """Whether `whole` has all letters of `text` in this order: it is the same with something added."""
    letters = iter(whole)
    return all(letter in letters for letter in text)


def _lines(text: str) -> Lines:
    return text.split("\n") if text else []


def _chunks(base: Lines, mine: Lines, theirs: Lines) -> Iterator[tuple[Lines, Lines, Lines]]:
    """The three texts cut at the lines that all of them have, and those lines; line by line where all are as long."""
    in_mine, in_theirs = _where(base, mine), _where(base, theirs)
    kept = [(number, in_mine[number], in_theirs[number]) for number in in_mine if number in in_theirs]
    last = (-1, -1, -1)
    for here in [*kept, (len(base), len(mine), len(theirs))]:
        chunk = tuple(text[start + 1 : end] for text, start, end in zip((base, mine, theirs), last, here, strict=True))
        if len({len(part) for part in chunk}) == 1:
            yield from (([old], [own], [other]) for old, own, other in zip(*chunk, strict=True))
        else:
            yield chunk[0], chunk[1], chunk[2]
        if here[0] < len(base):
            yield ([base[here[0]]],) * 3
        last = here


def _where(base: Lines, changed: Lines) -> dict[int, int]:
    """The place of each line of `base` that is still there in the other text, in order."""
    blocks = SequenceMatcher(None, base, changed, autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}


def _resolve(old: Lines, own: Lines, other: Lines) -> tuple[Lines, Contested | None]:
    if own in (old, other):
        return other, None
    if other == old:
        return own, None
    shared = _shared(own, other)
    last = _shared(own[shared:][::-1], other[shared:][::-1])
    mine, theirs = own[shared : len(own) - last], other[shared : len(other) - last]
    both = [*own[:shared], *theirs, *mine, *own[len(own) - last :]]
    return both, Contested("\n".join(mine), "\n".join(theirs)) if old else None


def _shared(one: Lines, other: Lines) -> int:
    """How many lines at the beginning are the same."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
