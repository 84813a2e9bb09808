"""ITC-2007 track 2: post-enrolment course timetabling (`.tim`); events become sessions, students people.

Format: Lewis, Paechter and McCollum, "Post enrolment based course timetabling: a description of the problem model used
for track two of the second International Timetabling Competition" (Cardiff University, 2007). Five days of nine slots.
That a room seats all who attend is a hard rule there: each event needs `seats>=n`, which rooms of that size offer.
Precedences become `after`. Students want all their events (a clash is a wish missed); with `convert_hosting` they host
them (a clash is forbidden).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solver.convert.cells import Cells
from solver.convert.files import FORMAT, ConvertError, Document, lines, whole

SLOTS = 45
MOST = 5_000  # events, rooms, features or students that a file may have


@dataclass(frozen=True)
class _Timetable:
    """A file's matrices, row by row, of 0 and 1 (before: -1 too)."""

    capacities: list[int]
    attends: list[list[int]]  # students x events
    offers: list[list[int]]  # rooms x features
    needs: list[list[int]]  # events x features
    allowed: list[list[int]]  # events x slots
    before: list[list[int]]  # events x events

    @property
    def events(self) -> range:
        return range(len(self.needs))

    def size(self, event: int) -> int:
        """How many students attend."""
        return sum(student[event] for student in self.attends)


def convert(paths: list[Path], cells: Cells) -> Document:
    """The problem in which students want their events. Raises ConvertError."""
    table = _read(paths[0])
    people = [
        {"id": f"p{number}", "wants": {f"s{event}": 1 for event in table.events if student[event]}}
        for number, student in enumerate(table.attends)
    ]
    return {**_frame(table, {}), "people": people}


def convert_hosting(paths: list[Path], cells: Cells) -> Document:
    """The problem in which students host their events: a grid that places all is a timetable. Raises ConvertError."""
    table = _read(paths[0])
    hosts = {
        event: [f"p{number}" for number, student in enumerate(table.attends) if student[event]]
        for event in table.events
    }
    return _frame(table, hosts)


def _frame(table: _Timetable, hosts: dict[int, list[str]]) -> Document:
    sizes = [table.size(event) for event in table.events]
    return {
        "format": FORMAT,
        "slots": [{"id": f"t{slot + 1}"} for slot in range(SLOTS)],
        "rooms": [
            {"id": f"r{room}", "capacity": capacity, "features": _features(table.offers[room], capacity, sizes)}
            for room, capacity in enumerate(table.capacities)
        ],
        "sessions": [_session(table, event, sizes[event], hosts.get(event, [])) for event in table.events],
        "weights": {"fairness": "linear"},
    }


def _features(offers: list[int], capacity: int, sizes: list[int]) -> list[str]:
    enough = sorted({size for size in sizes if size <= capacity})
    return [f"f{feature}" for feature, offered in enumerate(offers) if offered] + [f"seats>={size}" for size in enough]


def _session(table: _Timetable, event: int, size: int, hosts: list[str]) -> dict[str, Any]:
    needs = [f"f{feature}" for feature, needed in enumerate(table.needs[event]) if needed]
    allowed = [f"t{slot + 1}" for slot, may in enumerate(table.allowed[event]) if may]
    after = [
        f"s{other}" for other in table.events if table.before[event][other] == -1 or table.before[other][event] == 1
    ]
    session: dict[str, Any] = {"id": f"s{event}", "hosts": hosts, "needs": [*needs, f"seats>={size}"]}
    if len(allowed) < SLOTS:
        session["slots"] = allowed
    if after:
        session["after"] = after
    return session


def _read(path: Path) -> _Timetable:
    numbers = _Numbers(path)
    events, rooms, features, students = (numbers.next(range(MOST + 1)) for _ in range(4))
    table = _Timetable(
        [numbers.next(range(10**9)) for _ in range(rooms)],
        numbers.matrix(students, events),
        numbers.matrix(rooms, features),
        numbers.matrix(events, features),
        numbers.matrix(events, SLOTS),
        numbers.matrix(events, events, range(-1, 2)),
    )
    numbers.end()
    return table


class _Numbers:
    """The whole numbers of a file, one after the other, each with its line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._left = ((line, word) for line, words in lines(path) for word in words.split())

    def next(self, allowed: range) -> int:
        """The next one. Raises ConvertError."""
        line, word = next(self._left, (0, ""))
        if not line:
            raise ConvertError(f"{self._path.name}: the file ends too early")
        number = whole(self._path, line, word)
        if number not in allowed:
            raise ConvertError(f"{self._path.name}, line {line}: {word} is not {allowed[0]} to {allowed[-1]:,}")
        return number

    def matrix(self, height: int, width: int, allowed: range = range(2)) -> list[list[int]]:
        """The next rows. Raises ConvertError."""
        return [[self.next(allowed) for _ in range(width)] for _ in range(height)]

    def end(self) -> None:
        """Raise ConvertError where there are more."""
        line, word = next(self._left, (0, ""))
        if line:
            raise ConvertError(f"{self._path.name}, line {line}: {word[:20]!r} comes after the end of the timetable")
