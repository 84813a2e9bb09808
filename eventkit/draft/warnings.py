"""What may be unwise about a grid, said and never forbidden: a host twice, a need unmet, too few seats and the like."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property

import solver
from eventkit.building import problems
from eventkit.draft.rule_words import WORDS
from eventkit.event import room_facts
from eventkit.event.people import FEWEST_TOLD
from eventkit.grid import versions
from eventkit.grid.published import Placed, PublishedGrid
from eventkit.grid.times import Times
from eventkit.grid.versions import Grid, Spot
from eventkit.storage.tables import Pitch, Room, Slot
from eventkit.text.language import gettext as _
from solver import RuleKind

MOST_WISHES = 100_000  # of an event, up to which counting who wants both takes no longer than a page may
OF_BOTH = (RuleKind.HOST_TWICE, RuleKind.TAKEN)  # said of the later one only
WORTH_A_THOUGHT = 0.25  # of those who want the one that fewer want: a clash of less is one of many


@dataclass(frozen=True)
class Warned:
    """One thing that may be unwise about where a pitch stands, in words; without a rule where it stands in a break."""

    rule: RuleKind | None
    pitch_id: int
    text: str


@dataclass(frozen=True)
class Names:
    """The rows behind the ids of a problem, for sentences about them."""

    pitches: Mapping[int, Pitch]
    slots: Mapping[int, Slot]
    rooms: Mapping[int, Room]
    hosts: Mapping[str, str]  # of those who are known by name only: the person's id in a problem -> the name
    timezone: str

    @cached_property
    def times(self) -> Times:
        return Times.of(self.timezone, self.slots.values())

    def place(self, spot: Spot) -> str:
        """A spot in words: `11:00, Library`."""
        return self.times.place((self.slots[spot.slot_id], self.rooms[spot.room_id]))


def warnings(
    problem: solver.Problem, grid: Grid, names: Names, expected: Mapping[int, int], counts: bool = True
) -> list[Warned]:
    """Everything that may be unwise about a grid, in order of time and rooms; empty is a grid without clashes.

    `problem` is the event's as problems.problem() makes it, `expected` how many heads each pitch has, and `counts`
    whether anybody may see how many people want something.
    """
    slots = {slot.id for slot in problem.slots}
    places = [p for p in problems.placements({k: spot[:2] for k, spot in grid.items()}) if p.slot in slots]
    broken: dict[int, list[solver.Violation]] = defaultdict(list)
    for violation in solver.violations(problem, places):
        broken[_id(violation.session)].append(violation)
    found: list[Warned] = []
    seen: set[int] = set()
    for pitch_id, spot in _in_order(grid, names):
        room, slot = names.rooms.get(spot.room_id), names.slots.get(spot.slot_id)
        if pitch_id in names.pitches and room and slot:
            if slot.title:
                found.append(
                    Warned(None, pitch_id, _("It stands in %(slot)s, which takes no sessions.", slot=slot.title))
                )
            told = list(_told(broken[pitch_id], pitch_id, room, names, seen, grid))
            if expected[pitch_id] > room.capacity:
                told.append(Warned(RuleKind.SEATS, pitch_id, _seats(room, expected[pitch_id], counts)))
            found += sorted(told, key=lambda it: it.rule is RuleKind.HOST_TWICE)
        seen.add(pitch_id)
    return found


def _told(
    broken: Iterable[solver.Violation], pitch_id: int, room: Room, names: Names, seen: Set[int], grid: Grid
) -> Iterable[Warned]:
    """Each rule that is broken once, in words; that two share something is said of the later one (not yet `seen`)."""
    by_rule: dict[RuleKind, list[solver.Violation]] = defaultdict(list)
    for it in broken:
        if it.rule in WORDS and WORDS[it.rule].warning and (it.rule not in OF_BOTH or _id(it.other) in seen):
            by_rule[it.rule].append(it)
    for rule, of_it in sorted(by_rule.items(), key=lambda item: list(WORDS).index(item[0])):
        other = names.pitches.get(_id(of_it[0].other))
        told = {
            "room": room.name,
            "needs": room_facts.features(it.need or "" for it in of_it),
            "other": versions.quoted(other) if other else _("another session"),
        }
        if rule is RuleKind.AFTER and other and other.id not in grid:
            yield Warned(rule, pitch_id, _("%(other)s comes before it, and is not on the grid.", other=told["other"]))
        else:
            yield Warned(rule, pitch_id, _(WORDS[rule].warning, **told))


def _id(name: str | None) -> int:
    return int(name) if name else 0


def _seats(room: Room, expected: int, counts: bool) -> str:
    if counts:
        return _(
            "%(expected)s people want it; %(room)s has %(seats)s seats.",
            expected=expected,
            room=room.name,
            seats=room.capacity,
        )
    return _("More people want it than there are seats; %(room)s has %(seats)s.", room=room.name, seats=room.capacity)


def clashes(problem: solver.Problem, grid: Grid) -> dict[int, list[tuple[int, int]]]:
    """Pitch id -> (another pitch's id, how many people want both) for what stands in the same slot, most first.

    Pairs that fewer than FEWEST_TOLD people want are left out: they would tell how somebody voted; and pairs that few
    want of those who want either. Empty where the
    event is so big that counting would take long.
    """
    if sum(map(len, problem.wishes.values())) > MOST_WISHES:
        return {}
    places = problems.placements({pitch: (spot.slot_id, spot.room_id) for pitch, spot in grid.items()})
    wanted = Counter(session for own in problem.wishes.values() for session in own)
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (one, other), people in sorted(solver.clashes(problem, places).items(), key=lambda pair: -pair[1]):
        if people >= max(FEWEST_TOLD, WORTH_A_THOUGHT * min(wanted[one], wanted[other])):
            found[int(one)].append((int(other), people))
            found[int(other)].append((int(one), people))
    return dict(found)


def _in_order(grid: Grid, names: Names) -> list[tuple[int, versions.Spot]]:
    by_slot = {ident: number for number, ident in enumerate(names.slots)}
    by_room = {ident: number for number, ident in enumerate(names.rooms)}
    return sorted(grid.items(), key=lambda item: (by_slot.get(item[1].slot_id, -1), by_room.get(item[1].room_id, -1)))


def of_seen(grid: PublishedGrid, placed: Placed) -> list[str]:
    """What else people see in a session's room at the same time, as where somebody made it longer: a sentence each."""
    if not placed.standing:
        return []
    mine = {slot.id for slot in placed.slots}
    others = (it for it in grid.sessions if it.standing and it.room.id == placed.room.id and it is not placed)
    met = (it for it in others if not mine.isdisjoint(slot.id for slot in it.slots))
    words = WORDS[RuleKind.TAKEN].warning
    return [_(words, other=versions.quoted(it.pitch), room=placed.room.name) for it in met]
