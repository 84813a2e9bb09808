"""PrefLib: approval ballots as categorical (`.cat`) files, or orders (`.soc`, `.soi`, `.toc`, `.toi`).

Format: https://preflib.github.io/PrefLib-Jekyll/format. Lines `count: ballot`. Of categories the first is approval. Of
an order the first place is a must go and the others are wishes, but for the last place of a complete one.
"""

from __future__ import annotations

import re
from pathlib import Path

from solver.convert.cells import Cells
from solver.convert.files import ConvertError, Document, text, whole

MOST = 1_000_000  # ballots
_PLACE = re.compile(r"\{([^{}]*)\}|(\d+)")


def convert(paths: list[Path], cells: Cells) -> Document:
    """The problem of a PrefLib file. Raises ConvertError."""
    path = paths[0]
    complete = path.suffix in (".soc", ".toc")
    options: dict[str, None] = {}
    ballots: dict[str, dict[str, int]] = {}
    for number, line in enumerate(text(path).splitlines(), 1):
        if said := re.match(r"#\s*ALTERNATIVE NAME\s+(\d+)\s*:", line, re.IGNORECASE):
            options.setdefault(said[1])
        if not line.strip() or line.startswith("#"):
            continue
        count, colon, ballot = line.partition(":")
        if not colon:
            raise ConvertError(
                f"{path.name}, line {number}: a ballot is `count: places` (PrefLib's format since 2022; files "
                "of before that are there in the new one)"
            )
        places = [_members(match) for match in _PLACE.finditer(ballot)]
        wishes = _approved(places) if path.suffix == ".cat" else _ranked(places, complete)
        for place in places:
            options.update(dict.fromkeys(place))
        voters = whole(path, number, count.strip())
        if voters < 0 or len(ballots) + voters > MOST:
            raise ConvertError(f"{path.name}, line {number}: {voters:,} ballots; a file may have 0 to {MOST:,}")
        for voter in range(voters):
            ballots[f"{number}-{voter + 1}"] = wishes
    return cells.problem(sorted(options, key=int), ballots)


def _members(place: re.Match[str]) -> list[str]:
    return [place[2]] if place[2] else [it.strip() for it in place[1].split(",") if it.strip().isdigit()]


def _approved(places: list[list[str]]) -> dict[str, int]:
    return dict.fromkeys(places[0] if places else (), 1)


def _ranked(places: list[list[str]], complete: bool) -> dict[str, int]:
    ranked = places[:-1] if complete and len(places) > 1 else places
    return {option: 3 if rank == 0 else 1 for rank, place in enumerate(ranked) for option in place}
