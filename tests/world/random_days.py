"""Builders of random days with latent topics: what people want hangs together, as it does at a real unconference."""

from __future__ import annotations

import random
from typing import Any

FEATURES = ("step-free", "projector", "hearing-loop", "whiteboard")


def random_day(seed: int, people: int, sessions: int, slots: int, rooms: int, **traits: Any) -> dict[str, Any]:
    """Build a problem; `traits` are rates and sizes, each with its default where it is read below."""
    rng = random.Random(seed)
    get = traits.get
    tastes = get("tastes", max(3, sessions // 6))
    appeal = [rng.lognormvariate(0, get("spread", 0.6)) for _ in range(sessions)]
    theme = [rng.randrange(tastes) for _ in range(sessions)]
    day: dict[str, Any] = {"format": "twofeet-problem/1", "previous": [], "weights": get("weights", {})}
    day["slots"] = [{"id": f"t{i}", "frozen": False} for i in range(slots)]
    day["people"] = [
        _person(rng, p, appeal, theme, tastes, get("wishes", 7), get("strong", 0.3), get("absent", 0.1), slots)
        for p in range(people)
    ]
    seats = get("seats", 1.1) * people / max(1, rooms)
    day["rooms"] = [
        {
            "id": f"r{i}",
            "capacity": max(2, round(seats * 2.2 * 0.9**i)),
            "features": [f for f in FEATURES if rng.random() < get("equipped", 0.7) or i == 0],
            "closed": [f"t{rng.randrange(slots)}"] if rng.random() < get("closed", 0.1) else [],
        }
        for i in range(rooms)
    ]
    hosts = list(range(people)) or [0]
    day["sessions"] = [_session(rng, s, theme[s], hosts, slots, rooms, traits) for s in range(sessions)]
    if get("workshops", 0) or get("series", 0):
        _put_in_sequence(rng, day, get("workshops", 0), get("series", 0))
    return day


def _put_in_sequence(rng: random.Random, day: dict[str, Any], workshops: float, series: float) -> None:
    """Make a share of the sessions two slots long, let a share come after another; lunch after half of the slots."""
    slots = day["slots"]
    for i, slot in enumerate(slots):
        slot |= {"start": f"2026-06-26T{9 + i:02}:00:00+01:00", "end": f"2026-06-26T{9 + i:02}:45:00+01:00"}
        slot["follows"] = f"t{i - 1}" if i and i != len(slots) // 2 else None
    for i, session in enumerate(day["sessions"]):
        if rng.random() < workshops:
            session["length"] = 2
        elif i and rng.random() < series:
            session["after"] = [f"s{rng.randrange(i)}"]


def _person(
    rng: random.Random,
    p: int,
    appeal: list[float],
    theme: list[int],
    tastes: int,
    wishes: float,
    strong: float,
    absent: float,
    slots: int,
) -> dict[str, Any]:
    mine = [rng.expovariate(1) ** 2 for _ in range(tastes)]
    keen = [appeal[s] * (0.15 + mine[theme[s]]) for s in range(len(appeal))]
    number = min(len(appeal), max(0, round(rng.lognormvariate(0, 0.6) * wishes)))
    order = sorted(range(len(appeal)), key=lambda s: rng.expovariate(1) / max(keen[s], 1e-9))[:number]
    wants = {f"s{s}": (rng.choice((2, 3)) if rng.random() < strong else 1) for s in order}
    gone = [f"t{rng.randrange(slots)}"] if rng.random() < absent else []
    return {"id": f"p{p}", "wants": wants, "absent": gone}


def _session(
    rng: random.Random, s: int, theme: int, hosts: list[int], slots: int, rooms: int, traits: dict[str, Any]
) -> dict[str, Any]:
    get = traits.get
    pool = hosts[: max(1, len(hosts) // 3)] if rng.random() < get("multi", 0.2) else hosts
    held = {f"p{rng.choice(pool)}" for _ in range(rng.choice((1, 1, 1, 2)))} if get("hosted", True) else set()
    limited = sorted(rng.sample(range(slots), max(1, slots * 2 // 3))) if rng.random() < get("limited", 0.1) else None
    pin = {"slot": f"t{rng.randrange(slots)}"} if rng.random() < get("pinned", 0.02) else None
    return {
        "id": f"s{s}",
        "hosts": sorted(held),
        "needs": rng.sample(FEATURES, rng.choice((1, 1, 2))) if rng.random() < get("needs", 0.25) else [],
        "slots": None if limited is None else [f"t{t}" for t in limited],
        "pin": pin if limited is None else None,
        "topic": f"topic-{theme}" if rng.random() < get("labelled", 0.7) else None,
        "crowd": rng.randrange(5, 60) if rng.random() < get("crowds", 0.1) else None,
    }
