"""MDGPLIB: maximally diverse grouping; elements become sessions, groups slots, and near pairs people who want both.

Format: `elements groups type lower upper …`, then lines `i j distance` (https://grafo.etsii.urjc.es/optsicom/mdgp.html).
The sum of distances within groups is to be great; ours is to keep apart in time what is wanted together. A pair becomes
a person whose loss when both stand in one slot is 1 to 3, the more the nearer the two are: a coarse likeness, good for
comparing searches and not for the library's own records. A group's greatest size closes rooms; its least is left out.
"""

from __future__ import annotations

import re
from pathlib import Path

from solver.convert.cells import Cells
from solver.convert.files import FORMAT, ConvertError, Document, lines, whole

MOST = 3_000  # elements


def convert(paths: list[Path], cells: Cells) -> Document:
    """The problem of an MDGP file, linear in fairness; the file says how many slots and rooms. Raises ConvertError."""
    path = paths[0]
    body = [(line, words.split()) for line, words in lines(path)]
    elements, upper = _head(path, *(body[0] if body else (1, [])))
    distances: dict[tuple[int, int], float] = {}
    for line, words in body[1:]:
        i, j, distance = _pair(path, line, words, elements)
        if (i, j) in distances:
            raise ConvertError(f"{path.name}, line {line}: the distance of {i} and {j} is there twice")
        if i != j:
            distances[i, j] = distance
    pairs = elements * (elements - 1) // 2
    if len(distances) != pairs:
        raise ConvertError(f"{path.name}: {len(distances):,} distances of {pairs:,}; is the file whole?")
    farthest = max(distances.values(), default=0.0) or 1.0
    return {
        "format": FORMAT,
        "slots": [{"id": f"t{slot + 1}"} for slot in range(len(upper))],
        "rooms": [
            {"id": f"r{room + 1}", "closed": [f"t{slot + 1}" for slot, size in enumerate(upper) if room >= size]}
            for room in range(max(upper))
        ],
        "sessions": [{"id": f"s{element}"} for element in range(elements)],
        "people": [
            {"id": f"p{i}-{j}", "wants": {f"s{i}": strength, f"s{j}": strength}}
            for (i, j), distance in distances.items()
            if (strength := 3 - round(3 * distance / farthest)) > 0
        ],
        "weights": {"fairness": "linear"},
    }


def _head(path: Path, line: int, words: list[str]) -> tuple[int, list[int]]:
    """How many elements there are, and the greatest size of each group."""
    if len(words) < 3 or words[2].casefold() not in ("ds", "ss"):
        raise ConvertError(
            f"{path.name}, line {line}: not an MDGP file, which begins `elements groups ds|ss lower upper`"
        )
    elements, groups, *sizes = (whole(path, line, word) for word in (*words[:2], *words[3:]))
    if not 1 <= groups <= elements <= MOST:
        raise ConvertError(f"{path.name}, line {line}: {groups} groups of {elements} elements; 1 to {MOST:,} are known")
    lower, upper = sizes[::2], sizes[1::2]
    if len(sizes) != 2 * groups or not all(0 <= low <= high for low, high in zip(lower, upper, strict=False)):
        raise ConvertError(f"{path.name}, line {line}: not a least and a greatest size for each of {groups} groups")
    if not sum(lower) <= elements <= sum(upper):
        raise ConvertError(f"{path.name}, line {line}: {elements} elements do not fit groups of such sizes")
    return elements, [min(size, elements) for size in upper]


def _pair(path: Path, line: int, words: list[str], elements: int) -> tuple[int, int, float]:
    """Two elements, the lesser first, and how far apart they are."""
    if len(words) != 3 or not re.fullmatch(r"[0-9]+([.][0-9]*)?([eE][+-]?[0-9]{1,2})?", words[2]):
        raise ConvertError(f"{path.name}, line {line}: not two elements and a distance of 0 or more")
    i, j = sorted(whole(path, line, word) for word in words[:2])
    if i < 0 or j >= elements:
        raise ConvertError(f"{path.name}, line {line}: elements are 0 to {elements - 1}")
    return i, j, float(words[2])
