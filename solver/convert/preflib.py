"""PrefLib: approval ballots as categorical (`.cat`) files, or orders (`.soc`, `.soi`, `.toc`, `.toi`).

Format: https://github.com/PrefLib/PrefLib-Data/blob/main/FORMAT_SPECIFICATION.md. Lines `count: ballot`. Of two
categories the first is approval; of more the first is a must go, the last is not wanted, what is between is. Of an
order the first place is a must go and the others are wishes, but for the last place of a complete one. What the header
counts (alternatives, voters, orders, categories) must be what the file has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from solver.convert.cells import Cells
from solver.convert.files import ConvertError, Document, lines, whole

KINDS = ("cat", "soc", "soi", "toc", "toi")
MOST = 1_000_000  # ballots
_SAID = re.compile(r"#\s*(DATA TYPE|(?:NUMBER|ALTERNATIVE NAME) [^:]+?)\s*:\s*(.*)", re.IGNORECASE)
_LIST = r"\{(?:\s*[0-9]{1,9}\s*(?:,\s*[0-9]{1,9}\s*)*|\s*)\}"
_PLACE = re.compile(rf"({_LIST})|([0-9]{{1,9}})")
_BALLOT = re.compile(rf"(?:{_LIST}|[0-9]{{1,9}})(?:\s*,\s*(?:{_LIST}|[0-9]{{1,9}}))*")


@dataclass
class _Header:
    """What the lines before the ballots say."""

    path: Path
    kind: str
    named: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def note(self, line: int, key: str, value: str) -> None:
        """Take in `KEY: value`. Raises ConvertError."""
        if key == "DATA TYPE":
            self.kind = value.casefold()
        elif key.startswith("NUMBER"):
            self.counts[key] = whole(self.path, line, value)
        else:
            self.named.append(str(whole(self.path, line, key.removeprefix("ALTERNATIVE NAME").strip())))

    def alternatives(self) -> int | None:
        """How many there are, numbered from 1. Raises ConvertError."""
        number = self.counts.get("NUMBER ALTERNATIVES")
        if number is not None and not 0 <= number <= MOST:
            raise ConvertError(f"{self.path.name}: {number:,} alternatives; a file may have 0 to {MOST:,}")
        return number

    def compare(self, key: str, found: int) -> None:
        """Raise ConvertError where the header counts something else."""
        if self.counts.get(key, found) != found:
            said = f"the header says {key} {self.counts[key]:,}"
            raise ConvertError(f"{self.path.name}: {said}, and the file has {found:,}; is it whole?")


def convert(paths: list[Path], cells: Cells) -> Document:
    """The problem of a PrefLib file. Raises ConvertError."""
    path = paths[0]
    header = _Header(path, path.suffix.casefold().removeprefix("."))
    body = []
    for number, line in lines(path):
        if said := _SAID.match(line):
            header.note(number, said[1].upper(), said[2].strip())
        elif not line.startswith("#"):
            body.append((number, line))
    if header.kind not in KINDS:
        raise ConvertError(f"{path.name}: ballots are {', '.join(KINDS)} files, and this is of type {header.kind!r}")
    options = dict.fromkeys(map(str, range(1, (header.alternatives() or 0) + 1)))
    if options and (unknown := [name for name in header.named if name not in options]):
        raise ConvertError(f"{path.name}: there is a name for alternative {unknown[0]} of {len(options)}")
    options.update(dict.fromkeys(header.named))
    ballots: dict[str, dict[str, int]] = {}
    for number, line in body:
        voters, places = _ballot(header, number, line)
        wishes = _wishes(header.kind, places)
        options.update(dict.fromkeys(it for place in places for it in place))
        if voters < 0 or len(ballots) + voters > MOST:
            raise ConvertError(f"{path.name}, line {number}: {voters:,} ballots; a file may have 0 to {MOST:,}")
        for voter in range(voters):
            ballots[f"{number}-{voter + 1}"] = wishes
    header.compare("NUMBER VOTERS", len(ballots))
    header.compare("NUMBER UNIQUE PREFERENCES" if header.kind == "cat" else "NUMBER UNIQUE ORDERS", len(body))
    return cells.problem(path, sorted(options, key=int), ballots)


def _ballot(header: _Header, number: int, line: str) -> tuple[int, list[list[str]]]:
    """How many people cast a ballot, and its places. Raises ConvertError."""
    at = f"{header.path.name}, line {number}"
    count, colon, ballot = line.partition(":")
    if not colon:
        raise ConvertError(
            f"{at}: a ballot is `count: places` (PrefLib's format since 2022; files of before that are there in the "
            "new one)"
        )
    if not _BALLOT.fullmatch(ballot.strip()):
        raise ConvertError(f"{at}: {ballot.strip()[:40]!r} is no ballot like 1,{{2,3}},4")
    places = [_members(match) for match in _PLACE.finditer(ballot)]
    listed = [option for place in places for option in place]
    known = header.alternatives()
    if known is not None and (unknown := [it for it in listed if not 1 <= int(it) <= known]):
        raise ConvertError(f"{at}: there is no alternative {unknown[0]}; there are 1 to {known}")
    if len(set(listed)) < len(listed):
        twice = next(it for it in listed if listed.count(it) > 1)
        raise ConvertError(f"{at}: alternative {twice} stands twice in one ballot")
    if header.kind in ("soc", "soi") and len(listed) != len(places):
        raise ConvertError(f"{at}: places are shared, and a .{header.kind} file has none that are")
    if header.kind in ("soc", "toc") and known is not None and len(listed) < known:
        raise ConvertError(f"{at}: {len(listed)} of {known} alternatives, and a .{header.kind} ballot has all")
    categories = header.counts.get("NUMBER CATEGORIES", len(places))
    if header.kind == "cat" and len(places) != categories:
        raise ConvertError(f"{at}: {len(places)} categories, and the header says {categories}")
    return whole(header.path, number, count.strip()), places


def _members(place: re.Match[str]) -> list[str]:
    return [str(int(it)) for it in (place[2] or place[1]).strip("{}").replace(",", " ").split()]


def _wishes(kind: str, places: list[list[str]]) -> dict[str, int]:
    if kind == "cat" and len(places) <= 2:
        return dict.fromkeys(places[0], 1)
    wanted = places if kind in ("soi", "toi") or len(places) == 1 else places[:-1]
    return {option: 3 if rank == 0 else 1 for rank, place in enumerate(wanted) for option in place}
