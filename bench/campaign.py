"""A campaign over days of all shapes and odd ones: valid by the judge, bounds that hold, no run far below a long one.

    python -m bench.campaign                        200 days, 2 s each and 20 s each: about 75 minutes on two cores
    python -m bench.campaign --days 40 --first 80   days 80 to 119 only
    python -m bench.campaign --long 0               without the long runs
    python -m bench.campaign --keep DIR             writes each problem that failed into a folder

A day is known by its number alone. The judge of ../shared is asked where it is there, else the solver's own score. A
short run fails where it ends more than half a per cent below a long one, or with fewer sessions placed. Exit 1 if
anything fails.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solver import Incumbent, parse, score, solve, violations
from tests.world.judge import judge
from tests.world.random_days import random_day

SHARE = 0.005  # of the long run's total that a short one may lack
Day = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """A kind of day: what it is called and how one is made from a number and its random source."""

    name: str
    make: Callable[[int, random.Random], Day]


def camp(seed: int, rng: random.Random, **traits: Any) -> Day:
    """A day of ordinary size, a little less than full."""
    slots, rooms = rng.randint(3, 8), rng.randint(3, 9)
    sessions = max(4, round(slots * rooms * rng.uniform(0.6, 0.98)))
    return random_day(seed, rng.randint(20, 300), sessions, slots, rooms, **traits)


def overfull(seed: int, rng: random.Random) -> Day:
    """More pitches than cells."""
    slots, rooms = rng.randint(3, 6), rng.randint(3, 7)
    return random_day(seed, rng.randint(40, 250), round(slots * rooms * rng.uniform(1.1, 1.6)), slots, rooms)


def all_want_all(seed: int, rng: random.Random) -> Day:
    """Everybody wants every session, alike."""
    day = camp(seed, rng)
    for person in day["people"]:
        person["wants"] = {session["id"]: 1 for session in day["sessions"]}
    return day


def one_slot(seed: int, rng: random.Random) -> Day:
    """All at the same time."""
    return random_day(seed, rng.randint(10, 200), rng.randint(3, 12), 1, rng.randint(3, 12))


def one_room(seed: int, rng: random.Random) -> Day:
    """One after another."""
    return random_day(seed, rng.randint(10, 200), rng.randint(3, 12), rng.randint(3, 10), 1)


def hosts_everywhere(seed: int, rng: random.Random) -> Day:
    """A handful of people host everything, two at a time."""
    day = camp(seed, rng)
    few = [person["id"] for person in day["people"][: max(3, len(day["sessions"]) // 3)]]
    for session in day["sessions"]:
        session["hosts"] = sorted({rng.choice(few), rng.choice(few)})
    return day


def closed_rooms(seed: int, rng: random.Random) -> Day:
    """Every room is closed for a third of the day."""
    day = camp(seed, rng)
    names = [slot["id"] for slot in day["slots"]]
    for room in day["rooms"]:
        room["closed"] = sorted(rng.sample(names, max(1, len(names) // 3)))
    return day


def scarce_seats(seed: int, rng: random.Random) -> Day:
    """Approval ballots, many wishes a person, rooms smaller than the crowd."""
    return camp(seed, rng, strong=0.0, wishes=18, seats=0.5)


def approval(seed: int, rng: random.Random) -> Day:
    """Approval ballots counted as they are, without fairness, nothing hosted."""
    return camp(seed, rng, strong=0.0, hosted=False, weights={"fairness": "linear"})


def workshops(seed: int, rng: random.Random) -> Day:
    """A fifth of the sessions take two slots."""
    return camp(seed, rng, workshops=0.2)


def series(seed: int, rng: random.Random) -> Day:
    """Long sessions, and one in five after another."""
    return camp(seed, rng, workshops=0.1, series=0.2)


def crowds(seed: int, rng: random.Random) -> Day:
    """The organiser knows better than the ballots how many will come, for most sessions."""
    return camp(seed, rng, crowds=0.8)


def rebuilt(seed: int, rng: random.Random) -> Day:
    """The day has a grid already, its first slots are under way, and a room is lost."""
    day = camp(seed, rng)
    cells = [
        (slot["id"], room["id"]) for slot in day["slots"] for room in day["rooms"] if slot["id"] not in room["closed"]
    ]
    busy: set[tuple[str, str]] = set()
    for session, (slot, room) in zip(day["sessions"], rng.sample(cells, len(cells)), strict=False):
        if not any((host, slot) in busy for host in session["hosts"]):
            busy |= {(host, slot) for host in session["hosts"]}
            day["previous"].append({"session": session["id"], "slot": slot, "room": room})
    for slot in day["slots"][: len(day["slots"]) // 3]:
        slot["frozen"] = True
    day["rooms"][rng.randrange(len(day["rooms"]))]["closed"] = [
        slot["id"] for slot in day["slots"] if not slot["frozen"]
    ]
    return day


def pinned(seed: int, rng: random.Random) -> Day:
    """A quarter is pinned, some against others or against the rules."""
    return camp(seed, rng, pinned=0.25, limited=0.3, needs=0.6)


def bare(seed: int, rng: random.Random) -> Day:
    """Nobody has voted yet, or only one person has."""
    return random_day(seed, rng.randint(0, 1), rng.randint(1, 20), rng.randint(1, 6), rng.randint(1, 6))


SHAPES = [
    Shape(make.__name__, make)
    for make in (
        *(camp, overfull, all_want_all, one_slot, one_room, hosts_everywhere, closed_rooms, scarce_seats),
        *(approval, workshops, series, crowds, rebuilt, pinned, bare),
    )
]


def day_of(number: int) -> tuple[str, Day]:
    """The name of a day's shape, and its problem."""
    shape = SHAPES[number % len(SHAPES)]
    return shape.name, shape.make(number, random.Random(number))


def run(data: Day, seconds: float, faults: list[str]) -> Incumbent:
    """The last answer of a run; what is wrong with any answer is added to `faults`."""
    problem = parse(data)
    answers = list(solve(problem, seconds=seconds, workers=2))
    for answer in answers:
        if violations(problem, answer.grid):
            faults.append("breaks a rule")
        if abs(score(problem, answer.grid).total - answer.total) > 1e-6:
            faults.append("says another total than its score")
    last = answers[-1]
    verdict = judge(data, [placement.to_json() for placement in last.grid])
    if verdict is not None and (not verdict["valid"] or abs(verdict["total"] - last.total) > 1e-5):
        faults.append(f"the judge disagrees: {verdict['valid']} {verdict['total']}")
    return last


def tried(number: int, seconds: float, long: float) -> tuple[str, list[str]]:
    """A line about one day, and what failed on it."""
    name, data = day_of(number)
    faults: list[str] = []
    short = run(data, seconds, faults)
    line = f"{number:4} {name:17} {short.placed:4} placed {short.total:10.3f}"
    line += f"  bound {short.bound or 0:10.3f} {short.status:9}"
    if long:
        best = run(data, long, faults)
        lacking = (best.total - short.total) / max(1e-9, abs(best.total)) if best.placed == short.placed else 0.0
        if best.placed > short.placed:
            faults.append(f"{best.placed - short.placed} fewer placed than in {long:g} s")
        if lacking > SHARE:
            faults.append(f"{100 * lacking:.2f} % below {long:g} s")
        for one, other in ((short, best), (best, short)):
            if one.bound is not None and one.placed == other.placed and one.bound < other.total - 1e-6:
                faults.append(f"bound {one.bound} below {other.total}")
        line += f"  long {best.total:10.3f} {100 * lacking:5.2f} %"
    return line + ("   FAILS: " + "; ".join(faults) if faults else ""), faults


def main() -> int:
    """Try the days that were asked for; 1 if anything fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--long", type=float, default=20.0)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    failed = 0
    for number in range(options.first, options.first + options.days):
        line, faults = tried(number, options.seconds, options.long)
        print(line, flush=True)
        failed += bool(faults)
        if faults and options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
            (options.keep / f"{number}.json").write_text(json.dumps(day_of(number)[1]))
    print(f"{options.days} days, {failed} failed")
    return min(1, failed)


if __name__ == "__main__":
    sys.exit(main())
