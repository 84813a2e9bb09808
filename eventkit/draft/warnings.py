"""What may be unwise about a grid, said and never forbidden: a host twice, a need unmet, too few seats and the like."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import solver
from eventkit.building import problems
from eventkit.grid import versions
from eventkit.grid.versions import Grid
from eventkit.storage.tables import Pitch, Room, Slot

MOST_WISHES = 100_000  # of an event, up to which counting who wants both takes no longer than a page may
FEWEST_TOLD = 3  # people who want two sessions, below which it is not said


class Kind(StrEnum):
    """What a warning is about."""

    HOST = "host"
    NEEDS = "needs"
    SEATS = "seats"
    CLOSED = "closed"
    FIXED = "fixed"


@dataclass(frozen=True)
class Warned:
    """One thing that may be unwise about where a pitch stands, in words."""

    kind: Kind
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


def warnings(
    problem: solver.Problem, grid: Grid, names: Names, expected: Mapping[int, int], counts: bool = True
) -> list[Warned]:
    """Everything that may be unwise about a grid, in order of time and rooms; empty is a grid without clashes.

    `problem` is the event's as problems.problem() makes it, `expected` how many heads each pitch has, and `counts`
    whether anybody may see how many people want something.
    """
    sessions = {int(session.id): session for session in problem.sessions}
    found: list[Warned] = []
    for pitch_id, spot in _in_order(grid, names):
        session, room, slot = sessions.get(pitch_id), names.rooms.get(spot.room_id), names.slots.get(spot.slot_id)
        if session and room and slot:
            found += _about_cell(problem, session, room, slot)
            if expected[pitch_id] > room.capacity:
                wanted = (
                    f"{expected[pitch_id]} people want it" if counts else "More people want it than there are seats"
                )
                words = f"{wanted}; {room.name} has {room.capacity}{' seats' if counts else ''}."
                found.append(Warned(Kind.SEATS, pitch_id, words))
    return found + _about_hosts(sessions, grid, names)


def clashes(problem: solver.Problem, grid: Grid) -> dict[int, list[tuple[int, int]]]:
    """Pitch id -> (another pitch's id, how many people want both) for what stands in the same slot, most first.

    Pairs that fewer than FEWEST_TOLD people want are left out: they would tell how somebody voted. Empty where the
    event is so big that counting would take long.
    """
    if sum(map(len, problem.wishes.values())) > MOST_WISHES:
        return {}
    places = problems.placements({pitch: (spot.slot_id, spot.room_id) for pitch, spot in grid.items()})
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (one, other), people in sorted(solver.clashes(problem, places).items(), key=lambda pair: -pair[1]):
        if people >= FEWEST_TOLD:
            found[int(one)].append((int(other), people))
            found[int(other)].append((int(one), people))
    return dict(found)


def _about_cell(problem: solver.Problem, session: solver.Session, room: Room, slot: Slot) -> Iterable[Warned]:
    pitch_id = int(session.id)
    if slot.title:
        yield Warned(Kind.FIXED, pitch_id, f"It stands in {slot.title}, which takes no sessions.")
    closed = next((r.closed for r in problem.rooms if r.id == str(room.id)), frozenset())
    if str(slot.id) in closed:
        yield Warned(Kind.CLOSED, pitch_id, f"{room.name} is closed then.")
    if missing := sorted(session.needs - set(room.features)):
        yield Warned(Kind.NEEDS, pitch_id, f"It needs {' and '.join(missing)}, which {room.name} lacks.")


def _about_hosts(sessions: Mapping[int, solver.Session], grid: Grid, names: Names) -> list[Warned]:
    held: dict[tuple[str, int], list[int]] = defaultdict(list)
    for pitch_id, spot in _in_order(grid, names):
        for host in sessions[pitch_id].hosts if pitch_id in sessions else ():
            held[host, spot.slot_id].append(pitch_id)
    return [
        Warned(Kind.HOST, pitch_id, f"Its host holds {versions.quoted(names.pitches[pitch_ids[0]])} at the same time.")
        for pitch_ids in held.values()
        for pitch_id in pitch_ids[1:]
    ]


def _in_order(grid: Grid, names: Names) -> list[tuple[int, versions.Spot]]:
    by_slot = {ident: number for number, ident in enumerate(names.slots)}
    by_room = {ident: number for number, ident in enumerate(names.rooms)}
    return sorted(grid.items(), key=lambda item: (by_slot.get(item[1].slot_id, -1), by_room.get(item[1].room_id, -1)))
