"""The draft as the organiser works on it: its cells, how good it is, what may be unwise, what people see instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlmodel import col, select

import solver
from eventkit import checks, events, grids, problems, venue
from eventkit.checks import Names, Warned
from eventkit.grids import Difference, Grid
from eventkit.marks import in_words
from eventkit.storage.db import Transaction
from eventkit.storage.tables import Event, GridVersion, Pitch, Room, Slot


@dataclass(frozen=True)
class Draft:
    """A draft with all that is said about it."""

    event: Event
    names: Names
    closed: Mapping[int, set[int]]  # room id -> slot ids
    grid: Grid
    shown: Grid  # what people see
    problem: solver.Problem
    last: GridVersion | None

    @property
    def counts(self) -> bool:
        """Whether anybody may see how many people want something: not while voting is open."""
        return not self.event.voting_open

    @cached_property
    def cells(self) -> dict[tuple[int, int], Pitch]:
        """(slot id, room id) -> the pitch there."""
        return {(spot.slot_id, spot.room_id): self.names.pitches[pitch] for pitch, spot in self.grid.items()}

    @cached_property
    def score(self) -> solver.Score:
        """How good the draft is."""
        cells = {pitch_id: (spot.slot_id, spot.room_id) for pitch_id, spot in self.grid.items()}
        return solver.score(self.problem, problems.placements(cells))

    @cached_property
    def warned(self) -> dict[int, list[Warned]]:
        """Pitch id -> what may be unwise about where it stands."""
        found: dict[int, list[Warned]] = {}
        for warned in checks.warnings(self.problem, self.grid, self.names, self.heads, self.counts):
            found.setdefault(warned.pitch_id, []).append(warned)
        return found

    @cached_property
    def heads(self) -> dict[int, int]:
        """Pitch id -> how many people to expect."""
        return checks.audiences(self.problem, self.grid)

    @cached_property
    def clashes(self) -> dict[int, list[tuple[Pitch, int]]]:
        """Pitch id -> what else stands in its slot, worst first, and how many want both; 0 while nobody sees counts."""
        found = checks.clashes(self.problem, self.grid)
        known = self.names.pitches
        return {
            pitch: [(known[other], people * self.counts) for other, people in beside if other in known]
            for pitch, beside in found.items()
        }

    @cached_property
    def unplaced(self) -> list[Pitch]:
        """Pitches that could stand on the grid and do not, oldest first."""
        return [pitch for ident, pitch in self.names.pitches.items() if ident not in self.grid]

    @cached_property
    def reasons(self) -> dict[int, str]:
        """Pitch id -> why one that is not placed cannot just be put into a free cell."""
        return checks.reasons(self.problem, self.grid, self.names)

    @cached_property
    def differences(self) -> list[Difference]:
        """What people would see changed by publishing."""
        return grids.differences(self.shown, self.grid)

    @cached_property
    def affected(self) -> int:
        """How many people want or host a session that publishing would move or take away."""
        moved = {str(difference.pitch_id) for difference in self.differences if difference.before}
        return sum(1 for wanted in self.problem.wishes.values() if moved & wanted.keys())

    def cell_name(self, spot: grids.Spot | None) -> str:
        """A spot in words: `11:00, Library`, or `not on the grid`."""
        if spot is None:
            return "not on the grid"
        return grids.cell_name(self.event, self.names.slots[spot.slot_id], self.names.rooms[spot.room_id])

    @property
    def slots(self) -> list[Slot]:
        """Slots and fixed items in order of time."""
        return list(self.names.slots.values())

    @property
    def rooms(self) -> list[Room]:
        """Rooms in the organiser's order."""
        return list(self.names.rooms.values())


def read(tx: Transaction, event: Event) -> Draft:
    """The draft of an event."""
    rows = grids.draft(tx, event)
    problem = problems.problem(tx, event, rows)
    names = names_of(tx, event)
    return Draft(
        event=event,
        names=names,
        closed=venue.closures(tx, event.id),
        grid=grids.spots(rows),
        shown=grids.spots(grids.published(tx, event)),
        problem=problem,
        last=tx.get(GridVersion, (event.id, event.grid_version)),
    )


def names_of(tx: Transaction, event: Event) -> Names:
    """The event's rows by id: standing pitches, slots and rooms, each in its order."""
    live = (Pitch.event_id == event.id, col(Pitch.withdrawn_at).is_(None), col(Pitch.merged_into).is_(None))
    pitches = tx.scalars(select(Pitch).where(*live).order_by(col(Pitch.id)))
    return Names(
        pitches={pitch.id: pitch for pitch in pitches},
        slots={slot.id: slot for slot in events.slots(tx, event.id)},
        rooms={room.id: room for room in events.rooms(tx, event.id)},
        timezone=event.timezone,
    )


def reasons_of(answer: Mapping[str, object], names: Names) -> dict[int, str]:
    """Pitch id -> why a build's answer leaves it out, in words."""
    marked = names.marked()
    entries = answer.get("unplaced") or []
    assert isinstance(entries, list)
    return {int(entry["session"]): in_words(entry["reason"], marked) for entry in entries}
