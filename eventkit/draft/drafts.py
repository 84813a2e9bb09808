"""The draft as the organiser works on it: its cells, how good it is, what may be unwise, what people see instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import solver
from eventkit.building import problems, repeating
from eventkit.clock import now
from eventkit.draft import costs, previews, reasons, warnings
from eventkit.draft.costs import WeighedMoves
from eventkit.draft.previews import Preview
from eventkit.draft.warnings import Names, Warned
from eventkit.event import events, runs
from eventkit.event.people import FEWEST_TOLD
from eventkit.grid import closures, versions
from eventkit.grid.versions import Grid
from eventkit.market import ballots, merging, on_offer
from eventkit.market.ballots import Untold
from eventkit.storage.cache import ResultCache
from eventkit.storage.db import Transaction
from eventkit.storage.tables import ChangeKind, Event, Pitch, Room, Slot

MOST_REPEATS = 2  # offered at once
MOST_DRAFTS = 4  # events whose draft a process keeps; a large one takes some 40 MB


@dataclass(frozen=True)
class Assessment:
    """What everybody's wishes say about a draft: see assess()."""

    score: solver.Score
    heads: Mapping[int, int]  # pitch id -> how many people to expect where it stands
    warned: Mapping[int, list[Warned]]  # pitch id -> what may be unwise about where it stands
    clashes: Mapping[int, list[tuple[int, int]]]  # see warnings.clashes()
    repeatable: Sequence[tuple[int, int]]  # (pitch id, how many people miss it), where a repeat would serve some
    reasons: Mapping[int, str]  # pitch id -> why one that is not placed cannot just be put into a free cell


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A draft with all that is said about it."""

    event: Event
    names: Names
    closed: Mapping[int, set[int]]  # room id -> slot ids
    items: Mapping[tuple[int, int], str]  # (slot id, room id) -> the fixed item that takes this room only
    grid: Grid
    preview: Preview  # what publishing it would change
    assessed: Assessment
    untold: Untold | None  # why nothing is said of how many people want something
    last: str  # what made it what it is, in words; empty where nothing did

    @property
    def counts(self) -> bool:
        """Whether anybody may see how many people want something."""
        return self.untold is None

    @cached_property
    def cells(self) -> dict[tuple[int, int], Pitch]:
        """(slot id, room id) -> the pitch there."""
        return {(spot.slot_id, spot.room_id): self.names.pitches[pitch] for pitch, spot in self.grid.items()}

    @cached_property
    def going_on(self) -> dict[tuple[int, int], tuple[Pitch, datetime]]:
        """(slot id, room id) -> the pitch that started in an earlier slot, and when it is over."""
        return running_on({pitch: spot[:2] for pitch, spot in self.grid.items()}, self.names)

    @cached_property
    def clashes(self) -> dict[int, list[tuple[Pitch, int]]]:
        """Pitch id -> what else stands in its slot, worst first, and how many want both; 0 while nobody sees counts."""
        known = self.names.pitches
        return {
            pitch: [(known[other], people * self.counts) for other, people in beside if other in known]
            for pitch, beside in self.assessed.clashes.items()
        }

    @cached_property
    def unplaced(self) -> list[Pitch]:
        """Pitches that could stand on the grid and do not, oldest first."""
        return [pitch for ident, pitch in self.names.pitches.items() if ident not in self.grid]

    @cached_property
    def repeated(self) -> set[int]:
        """The ids of the pitches that have a repeat."""
        return {pitch.repeat_of for pitch in self.names.pitches.values() if pitch.repeat_of is not None}

    @property
    def slots(self) -> list[Slot]:
        """Slots and fixed items in order of time."""
        return list(self.names.slots.values())

    @property
    def rooms(self) -> list[Room]:
        """Rooms in the organiser's order."""
        return list(self.names.rooms.values())


def running_on(cells: Mapping[int, tuple[int, int]], names: Names) -> dict[tuple[int, int], tuple[Pitch, datetime]]:
    """(slot id, room id) -> the pitch of a grid that goes on there, and when it is over; `cells` are their first."""
    on, found = runs.onward(names.slots.values()), {}
    for pitch_id, (slot_id, room_id) in cells.items():
        if pitch_id in names.pitches and slot_id in names.slots:
            taken = runs.taken(names.slots[slot_id], names.pitches[pitch_id].length, on)
            found.update({(slot.id, room_id): (names.pitches[pitch_id], taken[-1].ends_at) for slot in taken[1:]})
    return found


def read(tx: Transaction, event: Event, assessed: Assessment) -> Draft:
    """The draft of an event, with what assess() says of it."""
    names, grid = names_of(tx, event), versions.spots(versions.draft(tx, event))
    return Draft(
        event=event,
        names=names,
        closed=closures.by_room(tx, event.id),
        items=closures.items(tx, event.id),
        grid=grid,
        preview=previews.preview(tx, event, grid, names),
        assessed=assessed,
        untold=ballots.untold(tx, event),
        last=versions.said(tx, event) if event.grid_version else "",
    )


def assess(tx: Transaction, event_id: int) -> Assessment:
    """How good the draft is, what may be unwise, how many people come. It takes long at a large event: see Helper."""
    return _weighed(tx, tx.get_one(Event, event_id)).assessment


def weigh(tx: Transaction, event_id: int, pitch_id: int) -> WeighedMoves:
    """What moving a pitch would cost, cell by cell and slot by slot (costs.of_moves()); this, too, takes long."""
    event = tx.get_one(Event, event_id)
    weighed = _weighed(tx, event)
    if not weighed.knows(pitch_id):
        return WeighedMoves()
    return costs.of_moves(weighed.weigher, weighed.grid, pitch_id, names_of(tx, event).pitches)


class _Weighed:
    """A draft as the solver sees it. What stands in a fixed item does not count."""

    def __init__(self, tx: Transaction, event: Event, moment: datetime):
        rows = versions.draft(tx, event)
        self.grid = versions.spots(rows)
        self.problem = problems.problem(tx, event, rows, moment, blind=event.voting_open)
        self.explainer = costs.explainer(self.problem, self.grid)
        heads = self._heads()
        warned: dict[int, list[Warned]] = {}
        names = names_of(tx, event)
        for it in warnings.warnings(self.problem, self.grid, names, heads, counts=ballots.untold(tx, event) is None):
            warned.setdefault(it.pitch_id, []).append(it)
        self.assessment = Assessment(
            score=replace(self.explainer.scored.score, placed=len(self.grid)),
            heads=heads,
            warned=warned,
            clashes=warnings.clashes(self.problem, self.grid),
            repeatable=_repeatable(self.problem, {pitch: spot[:2] for pitch, spot in self.grid.items()}, names),
            reasons=reasons.outside(self.problem, self.grid, names),
        )

    @cached_property
    def weigher(self) -> solver.Explainer:
        """What moves are weighed by: without the wishes of hosts, whom everybody knows by name."""
        return costs.explainer(problems.without_hosts_wishes(self.problem), self.grid)

    def knows(self, pitch_id: int) -> bool:
        """Whether the pitch can be placed."""
        return str(pitch_id) in self.explainer.session_no

    def _heads(self) -> dict[int, int]:
        names, demand = self.explainer.view.session_ids, self.explainer.scored.demand
        found = {int(names[number]): round(heads) for number, heads in demand.items()}
        return {pitch_id: found.get(pitch_id, 0) for pitch_id in self.grid}


_drafts: ResultCache[_Weighed] = ResultCache(set(ChangeKind) - {ChangeKind.NOTE, ChangeKind.BUILD}, MOST_DRAFTS)


def _weighed(tx: Transaction, event: Event) -> _Weighed:
    """Kept until the event changes, another slot begins, or counts may be seen."""
    moment = now()
    begun = problems.begun(event, [slot for slot in events.slots(tx, event.id) if not slot.title], moment)
    return _drafts.get(tx, event.id, lambda: _Weighed(tx, event, moment), state=(frozenset(begun), event.voting_open))


_after_builds: ResultCache[list[tuple[int, int]]] = ResultCache(
    set(ChangeKind) - {ChangeKind.NOTE, ChangeKind.BUILD}, MOST_DRAFTS
)


def repeatable(tx: Transaction, event: Event, grid: problems.Spots, names: Names) -> list[tuple[int, int]]:
    """(pitch id, how many people miss it) of what is worth repeating if this were the grid; none while people vote."""
    if ballots.untold(tx, event) or not grid:
        return []
    moment = now()
    begun = problems.begun(event, [slot for slot in names.slots.values() if not slot.title], moment)

    def find() -> list[tuple[int, int]]:
        rows = versions.draft(tx, event)
        return _repeatable(problems.problem(tx, event, rows, moment, places=grid), grid, names)

    return _after_builds.get(tx, event.id, find, state=(frozenset(begun), frozenset(grid.items())))


def _repeatable(problem: solver.Problem, grid: problems.Spots, names: Names) -> list[tuple[int, int]]:
    """What would serve most people if it were held again."""
    firsts = problems.firsts(list(names.pitches.values()))
    found = repeating.worth_repeating(problem, problems.placements(grid), firsts, FEWEST_TOLD)
    return [(int(pitch), people) for pitch, people in found[:MOST_REPEATS]]


def names_of(tx: Transaction, event: Event) -> Names:
    """The event's rows by id: standing pitches, slots and rooms, each in its order."""
    standing = on_offer.standing(tx, event.id)
    return Names(
        pitches={pitch.id: pitch for pitch in standing},
        slots={slot.id: slot for slot in events.slots(tx, event.id)},
        rooms={room.id: room for room in events.rooms(tx, event.id)},
        hosts={problems.host_known_by_name(name): name for pitch in standing for name in merging.hosts(pitch)},
        timezone=event.timezone,
    )
