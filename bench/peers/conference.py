"""conference-scheduler 3 (PuLP, CBC): every event in one slot of a venue, by demand and capacity.

It knows no people. Hosts, rooms and slots go in as unavailabilities; of the clashes, those that most people want apart
go in as hard unavailabilities between events, as many as still leave a grid within the time (each try from scratch).
It must place every event, so the least wanted are left out beforehand where there are too few cells.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pulp
from common import STARTED, Cell, Day, arguments, tell
from conference_scheduler import scheduler
from conference_scheduler.resources import Event, Slot


def main() -> None:
    """Solve with more and more pairs kept apart."""
    options = arguments()
    day = Day(options.problem)
    pairs = sorted(day.shared().items(), key=lambda pair: -pair[1])
    share = 0.0
    while time.monotonic() - STARTED < options.seconds:
        apart = [pair for pair, _ in pairs[: int(share * len(pairs))]]
        place = _solve(day, apart, options.seconds - (time.monotonic() - STARTED))
        if place is None:
            break
        tell(place)
        share = share * 1.5 or 0.02


def _solve(day: Day, apart: list[tuple[str, str]], seconds: float) -> dict[str, Cell] | None:  # noqa: C901
    slots, cells = [], []
    for t in day.slots:
        for r, room in day.rooms.items():
            if t not in (room.get("closed") or []):
                cells.append((t, r))
                start = datetime(2026, 9, 15, 9) + timedelta(hours=day.slots.index(t))  # noqa: DTZ001
                slots.append(Slot(venue=r, starts_at=start, duration=45, session=t, capacity=int(room["capacity"])))
    names = sorted(day.sessions, key=lambda s: -day.demand(s))[: len(cells)]
    events = {s: Event(name=s, duration=45, demand=int(day.demand(s))) for s in names}
    for s, event in events.items():
        event.add_unavailability(*(slot for slot, cell in zip(slots, cells, strict=True) if cell not in day.cells[s]))
    hosts = {s: set(day.sessions[s].get("hosts") or []) for s in names}
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            if hosts[one] & hosts[other]:
                events[one].add_unavailability(events[other])
    for one, other in apart:
        if one in events and other in events:
            events[one].add_unavailability(events[other])
    ordered = list(events.values())
    try:
        solver = pulp.PULP_CBC_CMD(msg=False, timeLimit=max(1, seconds), threads=2)
        found = scheduler.schedule(ordered, slots, objective_function=_turned_away, solver=solver)
    except ValueError:
        return None
    return {item.event.name: cells[slots.index(item.slot)] for item in found}


def _turned_away(slots: list[Slot], events: list[Event], X: dict, **_: object) -> object:  # noqa: N803
    """Heads without a seat if six in ten of those who want an event come: its own objectives count empty seats too."""
    return pulp.lpSum(
        max(0.0, 0.6 * event.demand - slot.capacity) * X[row, column]
        for row, event in enumerate(events)
        for column, slot in enumerate(slots)
    )


if __name__ == "__main__":
    main()
