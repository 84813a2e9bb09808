"""Repeats for the solver: whoever cannot be at a session where it stands wishes for its repeat instead."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import solver

HOSTS = "repeat:"  # who holds a session and its repeat where nobody is known to
HOLDING = 4  # as strong a wish as none: who holds a session is there


def divided(problem: solver.Problem, firsts: Mapping[str, str], places: Sequence[solver.Assignment]) -> solver.Problem:
    """The problem with each repeat's wishes: those of who misses the first where it stands, and not of that one's.

    `firsts` is repeat -> first; `places` the grid by which people plan. Of what stands nowhere yet the repeat has every
    second wish, so that the first build has an audience for both. Nobody holds both at once, also where it is not known
    who holds them.
    """
    if not firsts:
        return problem
    known = {it for it in firsts.items() if all(session in problem.by_id for session in it)}
    unheld = {session for pair in known for session in pair if not problem.by_id[pair[1]].hosts}
    hosts = {it: problem.by_id[first].hosts or (HOSTS + first,) for it, first in known}
    hosts |= {first: hosts[it] for it, first in known if first in unheld}
    held = replace(
        problem,
        sessions=tuple(replace(it, hosts=hosts[it.id]) if it.id in hosts else it for it in problem.sessions),
    )
    again = {first: it for it, first in known}
    missing = {**{first: _every_second(held, first) for first in again}, **missed(held, places, again)}
    return replace(
        held,
        sessions=tuple(_less_crowded(it, len(missing.get(it.id, ())) if it.id in again else 0) for it in held.sessions),
        people=tuple(replace(it, wants=_moved(it, again, missing)) for it in held.people),
    )


def _every_second(problem: solver.Problem, session: str) -> set[str]:
    """Every second of the people who want a session and do not hold it: like ballots stand side by side."""
    hosts = problem.by_id[session].hosts
    return {it.id for it in [it for it in problem.people if session in it.wants and it.id not in hosts][1::2]}


def _less_crowded(session: solver.Session, missing: int) -> solver.Session:
    crowd = session.crowd
    return session if crowd is None or not missing else replace(session, crowd=max(0, crowd - missing))


def missed(
    problem: solver.Problem, places: Sequence[solver.Assignment], repeats: Mapping[str, str]
) -> dict[str, set[str]]:
    """Session -> the people who want it and cannot be there, for each session that stands somewhere.

    Something that they want as much is on at the same time, or its seats go to those to whom it is worth more.
    `repeats` is first -> repeat, neither of which keeps anybody from the other.
    """
    slots = {slot.id for slot in problem.slots}
    at: dict[str, list[str]] = {}
    taken: dict[str, frozenset[str]] = {}
    for place in places:
        if place.session in problem.by_id and place.slot in slots:
            taken[place.session] = frozenset(problem.run(place.session, place.slot))
            for slot in taken[place.session]:
                at.setdefault(slot, []).append(place.session)
    beside = {it: {other for slot in run for other in at[slot]} - {it, repeats.get(it)} for it, run in taken.items()}
    seats = {room.id: room.capacity for room in problem.rooms}
    there: dict[str, list[tuple[int, str]]] = {it: [] for it in taken}
    missing: dict[str, set[str]] = {it: set() for it in taken}
    held = {session: set(problem.by_id[session].hosts) for session in taken}
    for person in problem.people:
        hosted = problem.hosting.get(person.id, frozenset())
        for session, strength in person.wants.items():
            if session not in taken or session in hosted:
                continue
            others = (HOLDING if it in hosted else person.wants.get(it, 0) for it in beside[session])
            if person.absent & taken[session] or max(others, default=0) >= strength:
                missing[session].add(person.id)
            else:
                there[session].append((strength, person.id))
    for place in places:
        if place.session in there and place.slot in slots:
            free = seats.get(place.room, 0) - len(held[place.session])
            missing[place.session] |= _beyond(there[place.session], free)
    return missing


def _beyond(there: Iterable[tuple[int, str]], seats: float) -> set[str]:
    """Who finds no seat where those to whom it is worth more have theirs first."""
    ordered = sorted(there, key=lambda it: (-it[0], it[1]))
    return {person for _, person in ordered[max(0, int(seats)) :]} if seats < len(ordered) else set()


def _moved(person: solver.Attendee, again: Mapping[str, str], missing: Mapping[str, set[str]]) -> dict[str, int]:
    """Their wishes, each for the one of the two that they can be at."""
    return {
        again[it] if it in again and person.id in missing.get(it, ()) else it: strength
        for it, strength in person.wants.items()
    }


def worth_repeating(
    problem: solver.Problem, places: Sequence[solver.Assignment], firsts: Mapping[str, str], fewest: int
) -> list[tuple[str, int]]:
    """(session, how many of those who miss it a repeat would serve) where these are `fewest` or more, the most first.

    Of none that has a repeat or is one. A repeat serves as many as can be there in the best slot
    in which a room and its hosts are free.
    """
    known = {*firsts, *firsts.values()}
    missing = missed(problem, places, {})
    there = _standing(problem, places)
    busy = _busy(problem, there)
    counts = (
        (it.session, _served(problem, it, missing[it.session], there, busy))
        for it in places
        if it.session in missing and it.session not in known and len(missing[it.session]) >= fewest
    )
    return sorted(((it, people) for it, people in counts if people >= fewest), key=lambda it: (-it[1], int(it[0])))


def _standing(problem: solver.Problem, places: Sequence[solver.Assignment]) -> dict[str, dict[str, str]]:
    """Slot -> room -> the session that is there then."""
    there: dict[str, dict[str, str]] = {slot.id: {} for slot in problem.slots}
    for place in places:
        if place.session in problem.by_id and place.slot in there:
            for slot in problem.run(place.session, place.slot):
                there[slot][place.room] = place.session
    return there


def _served(
    problem: solver.Problem,
    place: solver.Assignment,
    missing: Iterable[str],
    there: Mapping[str, Mapping[str, str]],
    busy: Mapping[str, Mapping[str, int]],
) -> int:
    """How many of the missing could be at a repeat of this session, at the best time that there is for one."""
    session, first = problem.by_id[place.session], frozenset(problem.run(place.session, place.slot))
    wishes = [(person, problem.wishes[person][session.id]) for person in missing]
    most = 0
    for slot in problem.slots:
        run = problem.run(session.id, slot.id)
        if len(run) < session.length or first & set(run) or problem.frozen_slots.intersection(run):
            continue
        beside = {other for it in run for other in there[it].values()}
        seats = [
            room.capacity
            for room in problem.rooms
            if session.needs <= room.features
            and not room.closed & set(run)
            and not any(room.id in there[it] for it in run)
        ]
        if not seats or any(set(problem.by_id[it].hosts) & set(session.hosts) for it in beside):
            continue
        able = sum(all(busy[it].get(person, 0) < strength for it in run) for person, strength in wishes)
        most = max(most, int(min(able, max(0, max(seats) - len(session.hosts)))))
    return most


def _busy(problem: solver.Problem, there: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, int]]:
    """Slot -> person -> how much they want what is on then; no wish is as strong as to be away or to hold a session."""
    busy: dict[str, dict[str, int]] = {slot: {} for slot in there}
    at: dict[str, list[str]] = {}
    for slot, sessions in there.items():
        for session in sessions.values():
            at.setdefault(session, []).append(slot)
    for person in problem.people:
        hosted = problem.hosting.get(person.id, frozenset())
        wants = {**person.wants, **dict.fromkeys(hosted, HOLDING)}
        bound = [(slot, strength) for it, strength in wants.items() for slot in at.get(it, ())]
        for slot, strength in (*bound, *((slot, HOLDING) for slot in person.absent if slot in busy)):
            busy[slot][person.id] = max(strength, busy[slot].get(person.id, 0))
    return busy
