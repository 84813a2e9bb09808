"""Ballots become a day: files of ballots know neither rooms nor slots, so cells are laid out for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from solver.convert.files import FORMAT, ConvertError, Document

MOST = 10_000  # slots, rooms, options
Ballots = Mapping[str, Mapping[str, int]]
"""Voter to option to strength, 1 to 3."""


@dataclass(frozen=True)
class Cells:
    """The day to lay ballots out on.

    `slots` side by side in `rooms` (None: as many as all sessions need), the `top` most wanted options as sessions
    (None: all), rooms that seat the share `seats` of all voters between them, the largest three times the smallest.
    """

    slots: int = 6
    rooms: int | None = None
    top: int | None = None
    seats: float = 0.7

    def problem(self, path: Path, options: list[str], ballots: Ballots) -> Document:
        """The problem of placing a file's options, which are ids in the order of ties. Raises ConvertError."""
        if not options:
            raise ConvertError(f"{path.name}: there is nothing to vote on")
        if not all(number is None or 1 <= number <= MOST for number in (self.slots, self.rooms, self.top)):
            raise ConvertError(f"slots, rooms and top are numbers from 1 to {MOST:,}")
        if not 0 < self.seats <= MOST:
            raise ConvertError("seats are a share above 0 of all people: 0.7 for seven of ten")
        chosen = self._chosen(options, ballots)
        people = [
            {"id": f"p-{voter}", "wants": wants}
            for voter, wishes in ballots.items()
            if (wants := {f"s-{option}": strength for option, strength in wishes.items() if option in chosen})
        ]
        number = self.rooms or ceil(len(chosen) / self.slots)
        return {
            "format": FORMAT,
            "slots": [{"id": f"t{slot + 1}"} for slot in range(self.slots)],
            "rooms": [
                {"id": f"r{room + 1}", "capacity": capacity}
                for room, capacity in enumerate(self._capacities(number, len(people)))
            ],
            "sessions": [{"id": f"s-{option}"} for option in options if option in chosen],
            "people": people,
        }

    def _chosen(self, options: list[str], ballots: Ballots) -> set[str]:
        """The `top` options that most people want; ties by their order."""
        if self.top is None or self.top >= len(options):
            return set(options)
        wanted = Counter(option for wishes in ballots.values() for option in wishes)
        place = {option: number for number, option in enumerate(options)}
        return set(sorted(options, key=lambda option: (-wanted[option], place[option]))[: self.top])

    def _capacities(self, number: int, people: int) -> list[int]:
        """Seats of each room, the largest first, falling evenly to a third of it."""
        shares = [3 - 2 * room / max(1, number - 1) for room in range(number)]
        return [max(1, round(self.seats * people * share / sum(shares))) for share in shares]
