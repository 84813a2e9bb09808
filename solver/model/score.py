"""How good a grid is and which hard rules it breaks, in plain Python: the web process scores moves with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from solver.model.problem import HOSTING, Placement, Problem, Session

OTHER_ROOM = 0.25  # what a change of room within the slot counts, where a change of slot counts 1


@dataclass(frozen=True, slots=True)
class Score:
    """What `total` is made of: harmony in wish strengths, turned_away in heads, the others in counts."""

    total: float
    placed: int
    kept: int
    wishes: int
    attainable: int
    left_out: int
    harmony: float
    turned_away: float
    moved: float
    topic: int


def score(problem: Problem, placements: Iterable[Placement]) -> Score:
    """Score a grid; rules that it breaks do not matter here (see `violations`)."""
    place = {p.session: (p.slot, p.room) for p in placements}
    kept, left_out, harmony, heads = attendance(problem, {session: slot for session, (slot, _) in place.items()})
    away = turned_away(problem, place, heads)
    moves = moved(problem, place)
    pairs = topic_pairs(problem, place)
    weights = problem.weights
    return Score(
        total=harmony - weights.turned_away * away - weights.moved * moves - weights.topic * pairs,
        placed=len(place),
        kept=kept,
        wishes=wishes(problem),
        attainable=attainable(problem),
        left_out=left_out,
        harmony=harmony,
        turned_away=away,
        moved=moves,
        topic=pairs,
    )


def wishes(problem: Problem) -> int:
    """How many sessions people want, each person counted for each."""
    return sum(len(wanted) for wanted in problem.wishes.values())


def attainable(problem: Problem) -> int:
    """How many wishes could be kept if no two ever met: nobody can be in more places than there are slots for them."""
    slots = len(problem.slots)
    return sum(
        min(len(wanted), slots - len(problem.absences.get(person, ()))) for person, wanted in problem.wishes.items()
    )


def attendance(problem: Problem, slot_of: Mapping[str, str]) -> tuple[int, int, float, dict[str, float]]:
    """Let every person walk: how many slots are kept, how many people left out, harmony, and heads a session."""
    kept = left_out = 0
    harmony = 0.0
    heads: dict[str, float] = defaultdict(float)
    for person, wanted in problem.wishes.items():
        choices = choose(problem, person, slot_of)
        for strength, going in choices.values():
            for session in going:
                heads[session] += 1 / len(going)
            kept += bool(strength)
        left_out += bool(wanted) and not choices
        harmony += happiness((strength for strength, _ in choices.values()), problem.weights.fairness)
    return kept, left_out, harmony, heads


def choose(problem: Problem, person: str, slot_of: Mapping[str, str]) -> dict[str, tuple[int, list[str]]]:
    """Slot to (strength, sessions between which the person divides evenly) for each slot this person keeps."""
    absent = problem.absences.get(person, frozenset())
    own = problem.hosting.get(person, frozenset())
    choices: dict[str, tuple[int, list[str]]] = {}
    for session, strength in problem.wishes[person].items():
        slot = slot_of.get(session)
        if slot is None or slot in absent:
            continue
        rank = HOSTING + 1 if session in own else strength
        best, going = choices.get(slot, (0, []))
        if rank > best:
            choices[slot] = (rank, [session])
        elif rank == best and rank <= HOSTING:
            going.append(session)
    return {slot: (min(rank, HOSTING), going) for slot, (rank, going) in choices.items()}


def happiness(strengths: Iterable[int], fairness: str = "harmonic") -> float:
    """H(p): the strengths of the kept slots, the k-th strongest divided by k (harmonic) or just added (linear)."""
    if fairness == "linear":
        return float(sum(strengths))
    return sum(strength / k for k, strength in enumerate(sorted(strengths, reverse=True), 1))


def demand(problem: Problem, session: Session, heads: float) -> float:
    """Heads to expect in a session: those of the ballots, scaled to `crowd` where the organiser knows better."""
    if session.crowd is None:
        return heads
    wanting = wanted_by(problem).get(session.id, 0)
    return heads * session.crowd / wanting if wanting else session.crowd


def wanted_by(problem: Problem) -> Mapping[str, int]:
    """Session id to the number of people who want it, hosts included and absences aside."""
    cached: Counter[str] | None = problem.__dict__.get("_wanted_by")
    if cached is None:
        cached = Counter(session for wanted in problem.wishes.values() for session in wanted)
        problem.__dict__["_wanted_by"] = cached
    return cached


def turned_away(problem: Problem, place: Mapping[str, tuple[str, str]], heads: Mapping[str, float]) -> float:
    """Heads for which there is no seat, over all placed sessions."""
    capacity = {room.id: room.capacity for room in problem.rooms}
    return sum(
        max(0.0, demand(problem, session, heads.get(session.id, 0.0)) - capacity[place[session.id][1]])
        for session in problem.sessions
        if session.id in place
    )


def moved(problem: Problem, place: Mapping[str, tuple[str, str]]) -> float:
    """How much stands elsewhere than in `previous`: 1 for another slot or none, 0.25 for another room, frozen aside."""
    known = {session.id for session in problem.sessions}
    total = 0.0
    for before in problem.previous:
        if before.session not in known or before.slot in problem.frozen_slots:
            continue
        slot, room = place.get(before.session, (None, None))
        total += 1 if slot != before.slot else OTHER_ROOM * (room != before.room)
    return total


def topic_pairs(problem: Problem, place: Mapping[str, tuple[str, str]]) -> int:
    """Pairs of placed sessions in one slot that share a topic."""
    met = Counter(
        (place[session.id][0], session.topic) for session in problem.sessions if session.topic and session.id in place
    )
    return sum(n * (n - 1) // 2 for n in met.values())


def violations(problem: Problem, placements: Sequence[Placement]) -> list[str]:
    """The hard rules that a grid breaks, one sentence each; an empty list is a valid grid."""
    known = {session.id: session for session in problem.sessions}
    slots, rooms = {slot.id for slot in problem.slots}, {room.id: room for room in problem.rooms}
    broken: list[str] = []
    cells: dict[tuple[str, str], str] = {}
    place: dict[str, Placement] = {}
    for entry in placements:
        if entry.session not in known or entry.slot not in slots or entry.room not in rooms:
            broken.append(f"unknown id in {entry.session!r} at {entry.slot!r}, {entry.room!r}")
            continue
        if entry.session in place:
            broken.append(f"{entry.session!r} is placed twice")
        if (entry.slot, entry.room) in cells:
            broken.append(
                f"cell {entry.slot!r}, {entry.room!r} holds {cells[entry.slot, entry.room]!r} and {entry.session!r}"
            )
        cells[entry.slot, entry.room] = entry.session
        place[entry.session] = entry
    for entry in place.values():
        broken += _entry_violations(problem, known[entry.session], entry)
    return broken + _host_clashes(problem, place) + _thawed(problem, place)


def _entry_violations(problem: Problem, session: Session, entry: Placement) -> list[str]:
    if entry.slot in problem.frozen_slots:
        return [] if entry in problem.fixed else [f"{session.id!r} entered frozen slot {entry.slot!r}"]
    room = next(room for room in problem.rooms if room.id == entry.room)
    broken = []
    if entry.slot in room.closed:
        broken.append(f"{session.id!r} in room {room.id!r}, closed in {entry.slot!r}")
    if session.needs - room.features:
        broken.append(f"{session.id!r} in room {room.id!r}, which lacks {sorted(session.needs - room.features)}")
    if session.slots is not None and entry.slot not in session.slots:
        broken.append(f"{session.id!r} in slot {entry.slot!r}, not among its slots")
    if session.pin and (session.pin.slot not in (None, entry.slot) or session.pin.room not in (None, entry.room)):
        broken.append(f"{session.id!r} is pinned elsewhere")
    for host in session.hosts:
        if entry.slot in problem.absences.get(host, ()):
            broken.append(f"host {host!r} of {session.id!r} is absent in {entry.slot!r}")
    return broken


def _host_clashes(problem: Problem, place: Mapping[str, Placement]) -> list[str]:
    held: dict[tuple[str, str], list[str]] = defaultdict(list)
    for session in problem.sessions:
        entry = place.get(session.id)
        if entry is not None and entry.slot not in problem.frozen_slots:
            for host in session.hosts:
                held[host, entry.slot].append(session.id)
    return [
        f"host {host!r} holds {sorted(ids)} at once in {slot!r}" for (host, slot), ids in held.items() if len(ids) > 1
    ]


def _thawed(problem: Problem, place: Mapping[str, Placement]) -> list[str]:
    return [
        f"{before.session!r} left frozen slot {before.slot!r}"
        for before in problem.fixed
        if place.get(before.session) != before
    ]
