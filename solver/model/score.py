"""The score of a grid, in plain Python: what the answers tell, and what every search and bound is held against."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from solver.model.problem import HOSTING, Assignment, Problem, Session

OTHER_ROOM = 0.25  # what a change of room within the slot counts, where a change of slot counts 1


@dataclass(frozen=True, slots=True)
class Usual:
    """What most people get: more than half keep at least `kept` in `of` of what they could, and have a seat there."""

    kept: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What `total` is made of: harmony in wish strengths, turned_away in heads, the others in counts."""

    total: float
    placed: int
    kept: int
    wishes: int
    attainable: int
    possible: int  # of what is attainable, what is not lost with slots that went by empty
    left_out: int
    harmony: float
    turned_away: float
    moved: float
    topic: int
    usual: Usual = Usual()


def score(problem: Problem, placements: Iterable[Assignment]) -> Score:
    """Score a grid; rules that it breaks do not matter here (see `violations`)."""
    place = {p.session: (p.slot, p.room) for p in placements}
    stands = {p: problem.run(p, slot) for p, (slot, _) in place.items() if p in problem.by_id}
    keeps, harmony, heads = attendance(problem, stands)
    away = turned_away(problem, place, heads)
    moves = moved(problem, place)
    pairs = topic_pairs(problem, stands)
    weights = problem.weights
    return Score(
        total=harmony - weights.turned_away * away - weights.moved * moves - weights.topic * pairs,
        placed=len(place),
        kept=sum(keeps.values()),
        wishes=wishes(problem),
        attainable=attainable(problem),
        possible=sum(could_keep(problem).values()),
        left_out=sum(not keeps[person] for person, wanted in problem.wishes.items() if wanted),
        harmony=harmony,
        turned_away=away,
        moved=moves,
        topic=pairs,
        usual=usual([(keeps[person], could) for person, could in could_keep(problem).items()], away),
    )


def wishes(problem: Problem) -> int:
    """How many slots people's wishes can fill: a session that a person wants counts once for each slot it takes."""
    return sum(_length(problem, wanted) for wanted in problem.wishes.values())


def _length(problem: Problem, wanted: Mapping[str, int]) -> int:
    if problem.plain:
        return len(wanted)
    return sum(problem.by_id[session].length for session in wanted)


def attainable(problem: Problem) -> int:
    """How many wishes could be kept if no two ever met: nobody can be in more places than there are slots for them."""
    return sum(_attainable(problem).values())


def _attainable(problem: Problem) -> dict[str, int]:
    return _in_slots(problem, frozenset(slot.id for slot in problem.slots))


def could_keep(problem: Problem) -> dict[str, int]:
    """Person id to how many of their wishes could be kept if no two ever met, in slots that hold or may hold any."""
    held = {slot for it in problem.fixed for slot in problem.run(it.session, it.slot)}
    return _in_slots(problem, frozenset(it.id for it in problem.slots if not it.frozen or it.id in held))


def _in_slots(problem: Problem, slots: frozenset[str]) -> dict[str, int]:
    return {
        person: min(_length(problem, wanted), len(slots - problem.absences.get(person, frozenset())))
        for person, wanted in problem.wishes.items()
    }


def kept_by_person(problem: Problem, placements: Iterable[Assignment]) -> dict[str, tuple[int, int]]:
    """Person id to how many of their wishes a grid keeps, seats aside, and how many could be kept; none without."""
    stands = {p.session: problem.run(p.session, p.slot) for p in placements if p.session in problem.by_id}
    keeps, _, _ = attendance(problem, stands)
    return {person: (keeps[person], could) for person, could in _attainable(problem).items() if could > 0}


def usual(people: Iterable[tuple[int, int]], away: float) -> Usual:
    """What most people get, from what each keeps and could keep; `away` heads find no seat, whoever they are.

    `of` is the median of what people could keep. Each head without a seat takes one slot from one person, so that
    what is said holds whoever they are.
    """
    wanting = [(keeps, could) for keeps, could in people if could > 0]
    if not wanting:
        return Usual()
    of = sorted(could for _, could in wanting)[len(wanting) // 2]
    most = len(wanting) / 2 + ceil(away - 1e-6)  # more than so many must keep it
    shares = Counter(min(of, keeps * of // could) for keeps, could in wanting)
    reached = 0
    for kept in range(of, 0, -1):
        reached += shares[kept]
        if reached > most:
            return Usual(kept, of)
    return Usual(0, of)


Stands = Mapping[str, Sequence[str]]  # session id to the slots that it takes
Heads = dict[tuple[str, str], float]  # session and slot to the heads that gather


def attendance(problem: Problem, stands: Stands) -> tuple[dict[str, int], float, Heads]:
    """Let every person walk: how many slots each keeps, harmony, and heads by slot."""
    keeps: dict[str, int] = {}
    harmony = 0.0
    heads: Heads = defaultdict(float)
    for person in problem.wishes:
        choices = choose(problem, person, stands)
        for slot, (_, going) in choices.items():
            for session in going:
                heads[session, slot] += 1 / len(going)
        keeps[person] = sum(bool(strength) for strength, _ in choices.values())
        harmony += happiness((strength for strength, _ in choices.values()), problem.weights.fairness)
    return keeps, harmony, heads


def choose(problem: Problem, person: str, stands: Stands) -> dict[str, tuple[int, list[str]]]:
    """Slot to (strength, sessions between which the person divides evenly) for each slot this person keeps."""
    absent = problem.absences.get(person, frozenset())
    own = problem.hosting.get(person, frozenset())
    choices: dict[str, tuple[int, list[str]]] = {}
    for session, strength in problem.wishes[person].items():
        for slot in stands.get(session, ()):
            if slot in absent:
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
    wanting = problem.wanted_by[session.id]
    return heads * session.crowd / wanting if wanting else session.crowd


def turned_away(problem: Problem, place: Mapping[str, tuple[str, str]], heads: Heads) -> float:
    """Heads for which there is no seat, over all placed sessions and each slot that they take."""
    capacity = {room.id: room.capacity for room in problem.rooms}
    return sum(
        max(0.0, demand(problem, session, heads.get((session.id, slot), 0.0)) - capacity[place[session.id][1]])
        for session in problem.sessions
        if session.id in place
        for slot in problem.run(session.id, place[session.id][0])
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


def topic_pairs(problem: Problem, stands: Stands) -> int:
    """Pairs of placed sessions in one slot that share a topic."""
    met = Counter(
        (slot, session.topic) for session in problem.sessions if session.topic for slot in stands.get(session.id, ())
    )
    return sum(n * (n - 1) // 2 for n in met.values())
